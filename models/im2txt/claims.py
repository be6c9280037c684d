"""What captions claim, held against what is really seen.

Word overlap (BLEU) would flatter captions of so small a grammar.
"""

import re

COLOUR = r'\b(?!the\b)(\w+)'  # "a red bed", but not "a cat on the bed"
#: A kind of claim, how it reads, and whether it is so of the attributes of a scene (see world/attributes.py).
CLAIMS = (
    ('time', r'(?:at|in the|on a sunny) (day|sunset|night)', lambda word, seen: seen['time'] == word),
    ('wall', rf'{COLOUR} (?:bed)?room', lambda word, seen: seen['wall'] == word),
    ('bed colour', rf'{COLOUR} bed\b', lambda word, seen: seen['bed'] == word),
    ('bed side', r'bed on the (left|right)', lambda word, seen: seen['side'] == word),
    ('cat colour', rf'{COLOUR} cat', lambda word, seen: seen['cat'] == word),
    ('cat place', r'cat on the (\w+)', lambda word, seen: seen['cat_at'] == word),
    ('ball colour', rf'{COLOUR} ball', lambda word, seen: seen['ball'] == word),
    ('ball side', r'ball on the (left|right)', lambda word, seen: seen['ball_side'] == word),
    ('rug colour', rf'{COLOUR} rug', lambda word, seen: seen['rug'] == word),
    ('lamp', r'(glowing|a) lamp', lambda word, seen: seen['lamp'] == ('on' if word == 'glowing' else 'off')),
    ('table', r'(a|square|round) table', lambda word, seen: seen['table'] if word == 'a' else seen['table'] == word),
    ('window', r'(window)', lambda _, seen: seen['window']),
    ('picture', r'(picture)', lambda _, seen: seen['picture']),
    ('plant', r'(plant)', lambda _, seen: seen['plant']),
)


def judge(captions: list[str], scenes: list[dict]) -> dict[str, tuple[float, int]]:
    """For each kind of claim, and for 'all', the share that is true and how many there were."""
    counts = {kind: [0, 0] for kind, _, _ in CLAIMS}
    for caption, seen in zip(captions, scenes):
        for kind, pattern, holds in CLAIMS:
            for word in re.findall(pattern, caption):
                counts[kind][0] += bool(holds(word, seen))
                counts[kind][1] += 1
    counts['all'] = [sum(column) for column in zip(*counts.values())]
    return {kind: (true / max(1, total), total) for kind, (true, total) in counts.items()}
