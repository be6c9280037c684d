"""Named colours of coats, clothes and crockery."""

Palette = dict[str, str]
COATS: dict[str, Palette] = {
    'bear': {'brown': '8a5a34', 'white': 'e2dac9', 'black': '38322f'},
    'horse': {'white': 'ddd7cb', 'brown': '8f4f26', 'black': '38312f'},
    'sheep': {'grey': 'a39a90', 'white': 'e6dfd0'},
    'dog': {'black': '38332f', 'brown': 'b07536', 'white': 'e6dfd0'},
    'person': {'blue': '2f62c4', 'red': 'd23a30', 'yellow': 'edb92e', 'green': '2f8f57'},
}
"""Colours of each kind of animal, and of people's shirts."""
BIRDS: Palette = {'black': '2b2a30', 'white': 'f2f0ea', 'blue': '3f6fc9', 'red': 'c8442f'}
KITES: Palette = {'red': 'dc342c', 'yellow': 'f2c22c', 'blue': '2f6fd6', 'purple': '8f4fbf'}
BOATS: Palette = {'white': 'eeeae2', 'red': 'c03a2e', 'blue': '34609f'}
PLATES: Palette = {'white': 'f1efe9', 'blue': '5a86bd'}
CUPS: Palette = {'white': 'f0ede6', 'red': 'cc3f35', 'blue': '3f6fb5', 'green': '5f9f6a'}
CAKES: Palette = {'white': 'f6efe2', 'pink': 'f0a3b4', 'chocolate': '4a2a1c'}
APPLES: Palette = {'red': 'c9281f', 'green': '8fbf3a'}
WOODS = (('8a5a35', '5e3a20'), ('c79a66', '9d7145'), ('6e4a34', '4a3022'))  # two shades of each wood
