"""Turns a scene vector into shapes, camera and lights, as arrays for render.c."""
from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from ..miniature.colours import Colour, hexcolour
from ..miniature.renderer import SIZE, Rendering, draw
from .furniture import Vector, furnish
from .vector import BACK, HALF_WIDTH, HEIGHT

SOURCE = Path(__file__).with_name('render.c')

FIELD_OF_VIEW = 50  # degrees
DISTANCE = 4.032  # distance from the camera to the point that it orbits, in metres
TARGET_Y, TARGET_Z = 0.78, 2.0  # that point

# Light at day, sunset and night.
KEY = ((0.95, 0.90, 0.80), (1.0, 0.56, 0.28), (0.24, 0.29, 0.50))
AMBIENT = ((0.50, 0.53, 0.58), (0.42, 0.31, 0.36), (0.24, 0.26, 0.42))
SKY_TOP, SKY_BOTTOM, HILLS, SUN = (
    tuple(hexcolour(c) for c in codes)
    for codes in (
        ('4f9be8', '6a5fb0', '0b1030'),
        ('cfe9fb', 'ff9a4d', '27306b'),
        ('6fae55', '6b4a6a', '1c2748'),
        ('fff6b8', 'ffd08a', 'f4f0d8'),
    )
)


def by_time(v: Vector, values) -> Colour:
    """Mixes three values, for day, sunset and night."""
    night = 1 - v.day - v.sunset
    return tuple(v.day * d + v.sunset * s + night * n for d, s, n in zip(*values))


def camera(v: Vector) -> tuple[np.ndarray, ...]:
    """The camera's position, right, up and forward vectors, in world coordinates."""
    eye = np.array((v.target_x + DISTANCE * math.sin(v.yaw), v.eye_y, TARGET_Z - DISTANCE * math.cos(v.yaw)))
    forward = np.array((v.target_x, TARGET_Y, TARGET_Z)) - eye
    forward /= np.linalg.norm(forward)
    right = np.cross((0, 1, 0), forward)
    right /= np.linalg.norm(right)
    return eye, right, np.cross(forward, right), forward


def build(vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scene vector [len(FIELDS)] -> primitives float32 [n, 28] and globals float32, as expected by render.c."""
    v = Vector(vector)
    shapes = furnish(v)
    on = v.lamp_on * min(1.0, v.lamp * 3)
    night = 1 - v.day - v.sunset
    key = np.array((v.key_x - 0.45 * v.side, 0.85, -0.55))
    lamp_strength = on * (0.28 * v.day + 0.5 * v.sunset + 0.85 * night)
    ambient = (a + 0.1 * on * b for a, b in zip(by_time(v, AMBIENT), (1, 0.75, 0.4)))
    parameters = [
        *np.concatenate(camera(v)),
        math.tan(math.radians(FIELD_OF_VIEW / 2)),
        HALF_WIDTH,
        HEIGHT,
        BACK,
        *v.colour('wall'),
        *v.colour('floor_a'),
        *v.colour('floor_b'),
        *(key / np.linalg.norm(key)),
        *by_time(v, KEY),
        *ambient,
        v.lamp_x,
        v.lamp_height + 0.1,
        BACK - 0.65,
        *(lamp_strength * c for c in (1.0, 0.66, 0.30)),
        *by_time(v, SKY_TOP),
        *by_time(v, SKY_BOTTOM),
        *by_time(v, HILLS),
        v.sun_x,
        0.5 - 0.1 * v.sunset,
        *by_time(v, SUN),
        v.checks,
        v.stripes,
    ]
    return shapes.array(), np.array(parameters, np.float32)


def render(vector: np.ndarray, size: int = SIZE) -> Rendering:
    """Draws a scene vector (see vector.py) at size x size pixels; size must be a multiple of 8."""
    return draw(SOURCE, *build(vector), size)
