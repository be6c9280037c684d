"""Captions of what is visible: a small grammar of plain English, lower case, without a full stop."""
from __future__ import annotations

import numpy as np

from ..miniature.english import article, listing

TIMES = {'day': ('in the day', 'on a sunny day'), 'sunset': ('at sunset',), 'night': ('at night',)}


def phrases(a: dict, pick) -> list[str]:
    """One phrase for each visible thing, the most important first."""
    things = []
    if a['bed']:
        things.append(f"{article(a['bed'])} bed on the {a['side']}")
    if a['cat']:
        things.append(f"{article(a['cat'])} cat on the {a['cat_at']}")
    if a['ball']:
        things.append(
            f"{article(a['ball'])} ball" + (pick('', f" on the {a['ball_side']}") if a['ball_side'] != 'middle' else '')
        )
    if a['lamp']:
        things.append('a glowing lamp' if a['lamp'] == 'on' else 'a lamp')
    if a['plant']:
        things.append(pick('a plant', 'a green plant'))
    if a['rug']:
        things.append(f"{article(a['rug'])} rug")
    if a['table']:
        things.append(pick('a table', f"a {a['table']} table"))
    if a['window']:
        things.append('a window')
    if a['picture']:
        things.append(pick('a picture', 'a picture on the wall'))
    return things


def caption(a: dict, rng: np.random.Generator) -> str:
    """A caption that names three to six of the visible things, if there are that many."""
    pick = lambda *options: options[rng.integers(len(options))]  # noqa: E731
    things = phrases(a, pick)
    count = min(len(things), int(rng.integers(3, 7)))
    things = [things[i] for i in sorted(rng.permutation(len(things))[:count])]
    room = article(pick('', 'small ', 'cozy ') + a['wall'] + ' ' + pick('room', 'bedroom'))
    time = pick(*TIMES[a['time']])
    if not things:
        return f'an empty {a["wall"]} room {time}'
    form = rng.integers(4)
    if form == 0:
        return f'{listing(things)} in {room} {time}'
    if form == 1:
        return f'{time}, {room} with {listing(things)}'
    return f'{room} {time} with {listing(things)}'


def captions(a: dict, seed: int, count: int = 3) -> list[str]:
    """`count` captions of a scene with attributes `a`. The same seed gives the same captions."""
    rng = np.random.default_rng([seed, 11])
    return [caption(a, rng) for _ in range(count)]
