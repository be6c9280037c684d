"""Turns a scene vector into shapes, camera, weather and light, as arrays for render.c."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from ..miniature.colours import Colour, blend, hexcolour
from ..miniature.renderer import SIZE, Rendering, draw
from .things import Vector, furnish
from .vector import TABLE_TOP, TABLE_Z

SOURCE = Path(__file__).with_name('render.c')
FIELD_OF_VIEW = 44  # degrees

# Light on a sunny day, at sunset and on a grey day.
KEY = ((1.05, 0.97, 0.82), (1.25, 0.66, 0.3), (0.34, 0.35, 0.36))
AMBIENT = ((0.42, 0.5, 0.62), (0.44, 0.36, 0.46), (0.62, 0.65, 0.7))
SKY_TOP, SKY_BOTTOM, GLOW, CLOUD = (
    tuple(hexcolour(c) for c in codes)
    for codes in (
        ('2f74cc', '565c9e', '8496aa'),
        ('a9d3f0', 'f0a468', 'c4ced4'),
        ('fdf6dc', 'ffd27a', '000000'),
        ('ffffff', 'f7b8a0', 'dfe3e6'),
    )
)
GRASS, DRY = (  # two colours for each of two meadows
    tuple(hexcolour(c) for c in codes) for codes in (('468f2c', '6f8f34'), ('80b344', 'b8ac58'))
)
ROCK, WATER, DIRT = (hexcolour(c) for c in ('8d8f9a', '2a6a92', 'b39468'))


def by_light(v: Vector, values) -> Colour:
    """Mixes three values, for a sunny day, sunset and a grey day."""
    grey = 1 - v.day - v.sunset
    return tuple(v.day * d + v.sunset * s + grey * g for d, s, g in zip(*values))


def camera(v: Vector) -> tuple[np.ndarray, ...]:
    """The camera's position, right, up and forward vectors, in world coordinates."""
    meadow = np.array((0.35 * v.camera_x, 1.2 + 0.25 * v.camera_height, -0.35))
    meadow_target = np.array((0.25 * v.yaw, 1.1, 5.0))
    turn, height = 0.3 * v.yaw, 0.95 + 0.16 * v.camera_height
    table = np.array((1.3 * math.sin(turn), TABLE_TOP + height, TABLE_Z - 1.22 * math.cos(turn)))
    table_target = np.array((0.05 * v.camera_x, TABLE_TOP + 0.03, TABLE_Z + 0.06))
    eye = meadow + (table - meadow) * v.table_view
    forward = meadow_target + (table_target - meadow_target) * v.table_view - eye
    forward /= np.linalg.norm(forward)
    right = np.cross((0, 1, 0), forward)
    right /= np.linalg.norm(right)
    return eye, right, np.cross(forward, right), forward


def build(vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scene vector [len(FIELDS)] -> primitives float32 [n, 28] and globals float32, as expected by render.c."""
    v = Vector(vector)
    side = v.sun
    key = np.array((0.75 * side, 0.75 - 0.33 * v.sunset, -0.62))
    parameters = [
        *np.concatenate(camera(v)),
        math.tan(math.radians(FIELD_OF_VIEW / 2)),
        *(key / np.linalg.norm(key)),
        *by_light(v, KEY),
        *by_light(v, AMBIENT),
        *by_light(v, SKY_TOP),
        *by_light(v, SKY_BOTTOM),
        *by_light(v, GLOW),
        *by_light(v, CLOUD),
        *blend(*GRASS, v.grass),
        *blend(*DRY, v.grass),
        *ROCK,
        *WATER,
        *DIRT,
        v.clouds,
        v.drift,
        0.0035 + 0.03 * v.mist,
        v.hills * (1 - v.sea),
        v.hill_phase,
        v.forest * (1 - v.sea),
        v.mountains,
        v.mountain_phase,
        v.snow,
        v.sea_z,
        v.road,
        v.road_x,
        v.road_bend,
        0.35 * v.sun,
        v.flowers,
    ]
    return furnish(v).array(), np.array(parameters, np.float32)


def render(vector: np.ndarray, size: int = SIZE) -> Rendering:
    """Draws a scene vector (see vector.py) at size x size pixels; size must be a multiple of 8."""
    return draw(SOURCE, *build(vector), size)
