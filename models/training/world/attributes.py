"""Describes what is visible in a scene: things are named only if enough of their pixels are seen."""
from __future__ import annotations

import numpy as np

from ..miniature.colours import choose
from ..miniature.renderer import Rendering
from .labels import ID
from .palettes import PALETTES
from .vector import INDEX, UNIFORMS

# Minimum number of visible pixels, in a 128 x 128 picture, for a thing to be mentioned.
ENOUGH = {
    'rug': 100,
    'window': 100,
    'picture': 48,
    'bed': 240,
    'table': 72,
    'lamp': 56,
    'plant': 56,
    'cat': 96,
    'ball': 64,
}


def attributes(u: np.ndarray, vector: np.ndarray, seen: Rendering) -> dict:
    """Attributes of one scene. Things that aren't visible are False (or None instead of a colour).

    time: day | sunset | night. wall, bed, rug, cat, ball: colour names. side: left | right, the bed's side in the
    picture. ball_side: left | middle | right. cat_at: bed | table | rug | floor. table: square | round. lamp: on |
    off. window, picture, plant: bool.
    """
    total = seen.labels.size
    count = np.bincount(seen.labels.ravel(), minlength=12) * (128 * 128 / total)
    there = {name: bool(count[ID[name]] >= enough) for name, enough in ENOUGH.items()}
    value = lambda name: float(vector[INDEX[name]])  # noqa: E731

    def colour(uniform: str) -> str:
        palette = PALETTES[uniform]
        return list(palette)[int(choose(u[UNIFORMS.index(uniform) :][:1], len(palette))[0].argmax())]

    def centre(name: str) -> float:  # -1 at the left edge, 1 at the right edge
        return float(np.nonzero(seen.labels == ID[name])[1].mean()) / seen.labels.shape[1] * 2 - 1

    def coloured(name: str, uniform: str) -> str | None:
        return colour(uniform) if there[name] else None

    times = {'day': value('day'), 'sunset': value('sunset'), 'night': 1 - value('day') - value('sunset')}
    result = {
        'time': max(times, key=times.get),
        'wall': colour('wall'),
        'bed': coloured('bed', 'bed_colour'),
        'side': ('left' if centre('bed') < 0 else 'right') if there['bed'] else None,
        'rug': coloured('rug', 'rug_colour'),
        'cat': coloured('cat', 'cat_coat'),
        'cat_at': None,
        'ball': coloured('ball', 'ball_colour'),
        'ball_side': None,
        'table': ('round' if value('table_round') > 0.5 else 'square') if there['table'] else None,
        'lamp': ('on' if value('lamp_on') > 0.5 else 'off') if there['lamp'] else None,
        'window': there['window'],
        'picture': there['picture'],
        'plant': there['plant'],
    }
    if there['ball']:
        x = centre('ball')
        result['ball_side'] = 'left' if x < -0.15 else 'right' if x > 0.15 else 'middle'
    if there['cat']:
        result['cat_at'] = cat_place(value, there)
    return result


def cat_place(value, there: dict[str, bool]) -> str:
    """What the cat is sitting on."""
    if value('cat_y') > 0.2:
        on = 'bed' if abs(value('cat_x') - 1.25 * value('side')) < abs(value('cat_x') - value('table_x')) else 'table'
        if there[on]:
            return on
    if there['rug']:
        dx, dz = (value('cat_x') - value('rug_x')) / (value('rug_width') * value('rug')), (
            value('cat_z') - value('rug_z')
        ) / (0.6 * value('rug'))
        if dx * dx + dz * dz < 0.8:
            return 'rug'
    return 'floor'
