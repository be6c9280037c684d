"""Colours, and the soft steps and choices used in scene vectors."""
from __future__ import annotations

import numpy as np

Colour = tuple[float, float, float]


def rgb(colours) -> np.ndarray:
    """Hex colours as an array [n, 3] of sRGB in 0..1."""
    return np.array([[int(c[i : i + 2], 16) / 255 for i in (0, 2, 4)] for c in colours])


def smoothstep(a: float, b: float, x: np.ndarray) -> np.ndarray:
    t = np.clip((x - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)


def choose(u: np.ndarray, n: int) -> np.ndarray:
    """Soft choice between n options: weights [len(u), n] that sum to 1 and cross-fade over 6 % of a cell on both
    sides of a border.

    With an even n, the first option gets half a cell at each end, which keeps the borders away from u = .5.
    """
    place = (u * n + (0.5 if n % 2 == 0 else 0)) % n
    cell = np.minimum(place.astype(int), n - 1)
    inside = place - cell
    before, after = 0.5 * (1 - smoothstep(0, 0.06, inside)), 0.5 * smoothstep(0.94, 1, inside)
    if n % 2:  # with an odd n, the ends don't cross-fade into each other
        before, after = np.where(cell == 0, 0, before), np.where(cell == n - 1, 0, after)
    weights, rows = np.zeros((len(u), n)), np.arange(len(u))
    weights[rows, cell] = 1 - before - after
    weights[rows, (cell - 1) % n] += before
    weights[rows, (cell + 1) % n] += after
    return weights


def colour_borders(n: int) -> list[float]:
    """The borders, in u, between the n options of `choose`."""
    return [(i - 0.5) / n for i in range(1, n + 1)] if n % 2 == 0 else [i / n for i in range(1, n)]


def linear(colour) -> Colour:
    """sRGB in 0..1 to linear light."""
    return tuple(max(c, 0.0) ** 2.2 for c in colour)


def hexcolour(code: str) -> Colour:
    return linear(rgb([code])[0].tolist())


def blend(a: Colour, b: Colour, t: float) -> Colour:
    return tuple(p + (q - p) * t for p, q in zip(a, b))
