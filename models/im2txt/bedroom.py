"""im2txt's captions of the bedroom, the questions asked in training, and the claims that are checked."""

import re

from models.training.miniature.english import article, listing
from models.training.world.caption import TIMES, phrases
from models.training.world.palettes import PALETTES

Claims = set[tuple[str, str]]

ANSWERS = {
    'time': ('day', 'sunset', 'night'),
    'wall': tuple(PALETTES['wall']),
    'bed': (None, *PALETTES['bed_colour']),
    'side': (None, 'left', 'right'),
    'rug': (None, *PALETTES['rug_colour']),
    'cat': (None, *PALETTES['cat_coat']),
    'cat_at': (None, 'bed', 'table', 'rug', 'floor'),
    'ball': (None, *PALETTES['ball_colour']),
    'ball_side': (None, 'left', 'middle', 'right'),
    'table': (None, 'square', 'round'),
    'lamp': (None, 'off', 'on'),
    'window': (False, True),
    'picture': (False, True),
    'plant': (False, True),
}
"""Questions about a scene and their possible answers, by attribute (see world/attributes.py)."""

COLOUR = r'\b(?!the\b)(\w+)'  # "a red bed", but not "a cat on the bed"
THINGS = ('bed', 'cat', 'ball', 'rug', 'lamp', 'table', 'window', 'picture', 'plant')
PATTERNS = {
    'time': r'(?:at|in the|on a sunny) (day|sunset|night)',
    'wall': rf'{COLOUR} (?:bed)?room',
    'bed colour': rf'{COLOUR} bed\b',
    'bed side': r'bed on the (left|right)',
    'cat colour': rf'{COLOUR} cat',
    'cat place': r'cat on the (\w+)',
    'ball colour': rf'{COLOUR} ball',
    'ball side': r'ball on the (left|right)',
    'rug colour': rf'{COLOUR} rug',
    'lamp light': r'(glowing|a) lamp',
    'table shape': r'(square|round) table',
    **{thing: rf'\ban? (?:\w+ )?({thing})\b' for thing in THINGS},
}
"""A kind of claim, and how it reads."""


def answers(seen: dict) -> list:
    """The answers for one scene."""
    return [seen[name] for name in ANSWERS]


def tell(seen: dict) -> str:
    """The caption that names everything visible."""
    things = phrases(seen, lambda *options: options[-1])
    room = f'{article(seen["wall"])} bedroom {TIMES[seen["time"]][0]}'
    return f'{room} with {listing(things)}' if things else f'an empty {seen["wall"]} room {TIMES[seen["time"]][0]}'


def claims(caption: str) -> Claims:
    """All claims of a caption."""
    said = {(kind, word) for kind, pattern in PATTERNS.items() for word in re.findall(pattern, caption)}
    return {(kind, 'off' if word == 'a' else word) for kind, word in said if word != 'a' or kind == 'lamp light'}


def facts(seen: dict) -> Claims:
    """All facts about a scene, from its attributes (see world/attributes.py)."""
    words = {
        'time': seen['time'],
        'wall': seen['wall'],
        'bed colour': seen['bed'],
        'bed side': seen['side'],
        'cat colour': seen['cat'],
        'cat place': seen['cat_at'],
        'ball colour': seen['ball'],
        'ball side': None if seen['ball_side'] == 'middle' else seen['ball_side'],
        'rug colour': seen['rug'],
        'lamp light': {'on': 'glowing', 'off': 'off'}.get(seen['lamp']),
        'table shape': seen['table'],
        **{thing: thing if seen[thing] else None for thing in THINGS},
    }
    return {(kind, word) for kind, word in words.items() if word}
