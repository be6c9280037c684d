"""What captions claim, held against what is really seen.

Word overlap (BLEU) would flatter captions of so small a grammar. A claim is a pair of a kind and a word, such as
('bed colour', 'red') or ('cat', 'cat'); so is a fact, something that a scene shows.
"""

import re

Claims = set[tuple[str, str]]

COLOUR = r'\b(?!the\b)(\w+)'  # "a red bed", but not "a cat on the bed"
THINGS = ('bed', 'cat', 'ball', 'rug', 'lamp', 'table', 'window', 'picture', 'plant')
#: A kind of claim, and how it reads.
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


def claims(caption: str) -> Claims:
    """All that a caption says."""
    said = {(kind, word) for kind, pattern in PATTERNS.items() for word in re.findall(pattern, caption)}
    return {(kind, 'off' if word == 'a' else word) for kind, word in said if word != 'a' or kind == 'lamp light'}


def facts(seen: dict) -> Claims:
    """All that a scene shows, from its attributes (see world/attributes.py)."""
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


def judge(captions: list[str], scenes: list[dict]) -> dict[str, tuple[float, int]]:
    """For each kind of claim, and for 'all', the share that is true and how many there were."""
    return _shares([(claims(caption), facts(seen)) for caption, seen in zip(captions, scenes)])


def named(captions: list[str], scenes: list[dict]) -> dict[str, tuple[float, int]]:
    """For each kind of fact, and for 'all', the share that the caption says and how many there were."""
    return _shares([(facts(seen), claims(caption)) for caption, seen in zip(captions, scenes)])


def retained(captions: list[str], others: list[str]) -> tuple[float, int]:
    """The share of what captions say that the other caption of the same picture says too, and how much they say."""
    return _shares([(claims(caption), claims(other)) for caption, other in zip(captions, others)])['all']


def _shares(pairs: list[tuple[Claims, Claims]]) -> dict[str, tuple[float, int]]:
    """Of the first claims of each pair, by kind: the share that is among the second, and how many there are."""
    counts = {kind: [0, 0] for kind in (*PATTERNS, 'all')}
    for these, those in pairs:
        for claim in these:
            for kind in (claim[0], 'all'):
                counts[kind][0] += claim in those
                counts[kind][1] += 1
    return {kind: (both / max(1, total), total) for kind, (both, total) in counts.items()}
