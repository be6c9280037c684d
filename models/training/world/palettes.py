"""Named colours."""
from __future__ import annotations

Palette = dict[str, str]
WALLS: Palette = {
    'cream': 'f3e3c3',
    'pink': 'f2b8b5',
    'green': 'b5dcc4',
    'blue': 'a9c9e8',
    'purple': 'cbb8e6',
    'yellow': 'f5d97e',
}
FABRICS: Palette = {
    'red': 'd8453e',
    'blue': '3f6fc9',
    'green': '4f9e5c',
    'purple': '8a55b5',
    'yellow': 'efb93a',
    'white': 'ece8e0',
}
RUGS: Palette = {'pink': 'e58aa2', 'teal': '3d9c9b', 'orange': 'e8893c', 'grey': '9a9ca3'}
BALLS: Palette = {'red': 'e0342f', 'blue': '2f62d9', 'green': '39a84a', 'yellow': 'f4c52b'}
COATS: Palette = {'orange': 'e8892f', 'black': '2c2a2e', 'white': 'f2eee8', 'grey': '8f9096'}
FLOORS = (('b9855a', 'a07045'), ('8a5a3b', '754a2d'), ('d9c2a0', 'c4a982'))  # two shades of each wood

PALETTES = {
    'wall': WALLS,
    'picture_colour': FABRICS,
    'bed_colour': FABRICS,
    'rug_colour': RUGS,
    'ball_colour': BALLS,
    'cat_coat': COATS,
}
