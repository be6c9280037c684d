"""Names, ids and display colours of the things in a room."""

LABELS = ('wall', 'floor', 'rug', 'window', 'picture', 'bed', 'pillow', 'table', 'lamp', 'plant', 'cat', 'ball')

ID = {name: i for i, name in enumerate(LABELS)}

SECOND_PILLOW = len(LABELS)
"""Instance id of the second pillow. Every other object's instance id is its label id: there is at most one of each."""

INSTANCE_LABELS = (*range(len(LABELS)), ID['pillow'])
"""Label id of each instance id; instance 0 is the room itself (walls, ceiling, floor)."""

COLOURS = (
    '#dbccb8',
    '#9e734d',
    '#cc5973',
    '#73bff2',
    '#f2cc40',
    '#4d73cc',
    '#f2f2fa',
    '#804d26',
    '#fff28c',
    '#40a64d',
    '#ff8c26',
    '#d92633',
)
"""One colour a label, for showing label maps to people."""
