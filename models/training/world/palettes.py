"""Named colours, and the soft choice between them."""
from __future__ import annotations

import numpy as np

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


def rgb(colours) -> np.ndarray:
    """Hex colours as an array [n, 3] of sRGB in 0..1."""
    return np.array([[int(c[i : i + 2], 16) / 255 for i in (0, 2, 4)] for c in colours])


def smoothstep(a: float, b: float, x: np.ndarray) -> np.ndarray:
    t = np.clip((x - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)


def choose(u: np.ndarray, n: int) -> np.ndarray:
    """Soft choice between n options: weights [len(u), n] that sum to 1 and cross-fade over 6 % of a cell on both
    sides of a border.

    With an even n the first option takes half a cell at both ends, which keeps the borders away from u = .5.
    """
    place = (u * n + (0.5 if n % 2 == 0 else 0)) % n
    cell = np.minimum(place.astype(int), n - 1)
    inside = place - cell
    before, after = 0.5 * (1 - smoothstep(0, 0.06, inside)), 0.5 * smoothstep(0.94, 1, inside)
    if n % 2:  # no wrapping round the ends
        before, after = np.where(cell == 0, 0, before), np.where(cell == n - 1, 0, after)
    weights, rows = np.zeros((len(u), n)), np.arange(len(u))
    weights[rows, cell] = 1 - before - after
    weights[rows, (cell - 1) % n] += before
    weights[rows, (cell + 1) % n] += after
    return weights


def colour_borders(n: int) -> list[float]:
    """The borders, in u, between the n options of `choose`."""
    return [(i - 0.5) / n for i in range(1, n + 1)] if n % 2 == 0 else [i / n for i in range(1, n)]
