"""Names, ids and display colours of the things in the meadow and on its table. The names are COCO-Stuff's."""

LABELS = (
    'sky-other',
    'clouds',
    'grass',
    'mountain',
    'sea',
    'road',
    'tree',
    'bear',
    'sheep',
    'bird',
    'dog',
    'horse',
    'person',
    'kite',
    'boat',
    'dining table',
    'plate',
    'pizza',
    'cake',
    'fruit',
    'cup',
    'knife',
)

ID = {name: i for i, name in enumerate(LABELS)}

KINDS = ('bear', 'horse', 'sheep', 'dog', 'person')
"""Who may stand in front (the hero) or farther off (the friend)."""

INSTANCES = (
    'none',
    *(f'hero {kind}' for kind in KINDS),
    *(f'friend {kind}' for kind in KINDS),
    'bird',
    'kite',
    'boat',
    'dining table',
    'plate',
    'pizza',
    'cake',
    'apple',
    'orange',
    'banana',
    'cup',
    'knife',
)
"""What each instance id stands for; 0 is the landscape."""

INSTANCE = {name: i for i, name in enumerate(INSTANCES)}

FRUITS = ('apple', 'orange', 'banana')

INSTANCE_LABELS = (
    0,
    *(ID['fruit' if name in FRUITS else name.removeprefix('hero ').removeprefix('friend ')] for name in INSTANCES[1:]),
)
"""Label id of each instance id."""

COLOURS = (
    '#5fdbff',
    '#aaaaaa',
    '#1dc331',
    '#3c3732',
    '#363ea7',
    '#aeaac8',
    '#8c682f',
    '#ff7066',
    '#fdf490',
    '#bf03b8',
    '#280041',
    '#dbb3af',
    '#d60000',
    '#001f31',
    '#00009c',
    '#f9ff00',
    '#bde6bf',
    '#fd03ca',
    '#d8c382',
    '#00421d',
    '#524f3b',
    '#647438',
)
"""One colour a label, those of Runway's COCO models, for showing label maps to people."""
