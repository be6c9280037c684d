"""The things in a room, each made of a few shapes from the scene vector's fields."""
from __future__ import annotations

import math

import numpy as np

from ..miniature.colours import Colour, blend, hexcolour, linear
from ..miniature.shapes import BOX, CYLINDER, FRUSTUM, SPHERE, Shapes, Vec
from .labels import ID, SECOND_PILLOW
from .palettes import COATS
from .vector import BACK, FIELDS

# Texture numbers of primitives, as in render.c.
VIEW, RINGS, STRIPE, PAINTING, BLANKET, FUR = range(1, 7)

SMALLEST = 0.02  # things below this share of their full size are left out

WHITE, BLACK = (1.0, 1.0, 1.0), (0.0, 0.0, 0.0)
METAL, SHADE, SHADE_LIT = hexcolour('4a4a55'), (0.8, 0.74, 0.6), (1.0, 0.78, 0.36)
DARK_WOOD, PALE_WOOD, DARK_TABLE, PALE_TABLE = (hexcolour(c) for c in ('8a5a36', 'e8dcc8', '7a4a2a', 'd9b98c'))
POT, LEAF_DARK, LEAF_PALE = (hexcolour(c) for c in ('c96f4a', '3f8f45', '7fbf55'))
COAT_COLOURS = [hexcolour(c) for c in COATS.values()]


class Vector:
    """A scene vector whose fields are attributes."""

    def __init__(self, values: np.ndarray) -> None:
        self.__dict__.update(zip(FIELDS, np.asarray(values, np.float64).tolist()))

    def colour(self, name: str) -> Colour:
        return linear([self.__dict__[f'{name}_{c}'] for c in 'rgb'])


def window(s: Shapes, v: Vector) -> None:
    w, h, y = 0.58 * v.window, 0.55 * v.window, 1.72
    s.add(
        BOX,
        'window',
        (v.window_x, y, BACK - 0.02),
        (w, h, 0.02),
        WHITE,
        emission=1,
        texture=VIEW,
        phase=v.hills,
        shadow=False,
    )
    bar = 0.03 * v.window
    for dx, dy, a, b in (
        (0, h, w + 0.07, 0.05),
        (0, -h, w + 0.1, 0.06),
        (w, 0, 0.05, h),
        (-w, 0, 0.05, h),
        (0, 0, bar, h),
        (0, 0, w, bar),
    ):
        s.add(BOX, 'window', (v.window_x + dx, y + dy, BACK - 0.05), (a, b, 0.045), (0.9, 0.88, 0.84), shadow=False)


def picture(s: Shapes, v: Vector) -> None:
    colour = v.colour('picture')
    s.add(
        BOX,
        'picture',
        (v.picture_x, 1.85, BACK - 0.03),
        (0.36 * v.picture, 0.28 * v.picture, 0.03),
        colour,
        blend(colour, WHITE, 0.7),
        texture=PAINTING,
        phase=v.picture_phase,
        shadow=False,
    )


def bed(s: Shapes, v: Vector) -> None:
    x, k, colour, wood = v.side * 1.25, v.bed, v.colour('bed'), blend(DARK_WOOD, PALE_WOOD, v.bed_wood)
    half_width, half_length, h = 0.66 * k, k, 0.2 * k
    z = BACK - 0.12 - half_length
    s.add(BOX, 'bed', (x, h * 0.9, z), (half_width, h * 0.55, half_length), wood)
    s.add(BOX, 'bed', (x, 0.42 * k, BACK - 0.07), (half_width + 0.05 * k, 0.42 * k, 0.06), wood)
    s.add(BOX, 'bed', (x, h * 1.75, z), (half_width * 0.97, h * 0.55, half_length * 0.98), (0.88, 0.86, 0.83))
    s.add(
        BOX,
        'bed',
        (x, h * 1.85, z - half_length * 0.28),
        (half_width * 1.03, h * 0.62, half_length * 0.74),
        colour,
        blend(colour, WHITE, 0.55),
        texture=BLANKET,
    )
    top = h * 2.47
    for sign, instance in ((-1, ID['pillow']), (1, SECOND_PILLOW if v.pillow_gap > 0.1 else ID['pillow'])):
        s.add(
            SPHERE,
            'pillow',
            (x + sign * v.pillow_gap * k, top + 0.05 * k, BACK - 0.42 * k),
            (0.27 * k, 0.13 * k, 0.19 * k),
            (0.93, 0.92, 0.95),
            tilt=0.35,
            instance=instance,
        )


def table(s: Shapes, v: Vector) -> None:
    x, z, k, h = v.table_x, BACK - 0.55, v.table, 0.72 * v.table
    wood = blend(DARK_TABLE, PALE_TABLE, v.table_wood)
    if v.table_round < 0.5:
        s.add(BOX, 'table', (x, h, z), (0.55 * k, 0.045 * k, 0.34 * k), wood)
        for a in (-1, 1):
            for b in (-1, 1):
                s.add(
                    BOX,
                    'table',
                    (x + a * 0.48 * k, h * 0.5, z + b * 0.27 * k),
                    (0.045 * k, h * 0.5, 0.045 * k),
                    blend(wood, BLACK, 0.15),
                )
    else:
        s.add(CYLINDER, 'table', (x, h, z), (0.52 * k, 0.045 * k, 0.42 * k), wood)
        s.add(CYLINDER, 'table', (x, h * 0.5, z), (0.07 * k, h * 0.5, 0.07 * k), wood)
        s.add(FRUSTUM, 'table', (x, 0.05 * k, z), (0.28 * k, 0.05 * k, 0.28 * k), wood, taper=0.5)


def rug(s: Shapes, v: Vector) -> None:
    colour = v.colour('rug')
    s.add(
        CYLINDER,
        'rug',
        (v.rug_x, 0.012, v.rug_z),
        (v.rug_width * v.rug, 0.012, 0.6 * v.rug),
        colour,
        blend(colour, WHITE, 0.6),
        texture=RINGS,
        shadow=False,
    )


def lamp(s: Shapes, v: Vector) -> None:
    x, z, k, h = v.lamp_x, BACK - 0.4, v.lamp, v.lamp_height
    s.add(FRUSTUM, 'lamp', (x, 0.03, z), (0.2 * k, 0.03, 0.2 * k), METAL, taper=0.7)
    s.add(CYLINDER, 'lamp', (x, h * 0.5, z), (0.03, h * 0.5, 0.03), METAL, shadow=False)
    s.add(
        FRUSTUM,
        'lamp',
        (x, h + 0.12 * k, z),
        (0.27 * k, 0.19 * k, 0.27 * k),
        blend(SHADE, SHADE_LIT, v.lamp_on),
        taper=0.6,
        emission=v.lamp_on * 0.985,
        shadow=False,
    )


def plant(s: Shapes, v: Vector) -> None:
    x, y, z, k = v.plant_x, v.plant_y, v.plant_z, v.plant
    s.add(FRUSTUM, 'plant', (x, y + 0.17 * k, z), (0.15 * k, 0.17 * k, 0.15 * k), POT, taper=1.35, region=1)
    for leaf in range(7):
        turn, lean = leaf * 2.4 + v.plant_angle, 0.25 + 0.12 * (leaf % 3)
        s.add(
            SPHERE,
            'plant',
            (x + 0.2 * k * math.cos(turn), y + (0.42 + 0.11 * (leaf % 4)) * k, z + 0.2 * k * math.sin(turn)),
            (0.09 * k, 0.27 * k, 0.05 * k),
            blend(LEAF_DARK, LEAF_PALE, (leaf % 3) / 2),
            yaw=1.57 - turn,
            tilt=-2 * lean,
        )


def cat(s: Shapes, v: Vector) -> None:
    coat = (v.cat_orange, v.cat_black, v.cat_white, v.cat_grey)
    fur = tuple(sum(w * c[i] for w, c in zip(coat, COAT_COLOURS)) for i in range(3))
    by_coat = lambda black, white, other: blend(blend(other, black, v.cat_black), white, v.cat_white)  # noqa: E731
    dark = blend(blend(fur, BLACK, 0.35), blend(fur, WHITE, 0.12), v.cat_black)
    chest = by_coat(fur, (0.8, 0.75, 0.7), (0.85, 0.82, 0.78))
    muzzle = by_coat(dark, (0.8, 0.75, 0.7), (0.85, 0.82, 0.78))
    eyes = blend((0.02, 0.03, 0.02), (0.75, 0.8, 0.1), v.cat_black)
    q, yaw, c, n = v.cat, math.atan2(v.cat_sin, v.cat_cos), v.cat_cos, v.cat_sin

    def part(shape: int, at: Vec, size: Vec, colour: Colour, **options) -> None:
        x, y, z = at
        s.add(
            shape,
            'cat',
            (v.cat_x + q * (c * x + n * z), v.cat_y + q * y, v.cat_z + q * (c * z - n * x)),
            tuple(q * a for a in size),
            colour,
            yaw=yaw,
            **options,
        )

    part(SPHERE, (0, 0.2, 0.03), (0.2, 0.21, 0.25), fur, second=dark, texture=FUR, phase=v.cat_orange + v.cat_grey)
    part(SPHERE, (0, 0.19, -0.13), (0.12, 0.15, 0.1), chest)
    part(SPHERE, (0, 0.46, -0.12), (0.175, 0.155, 0.15), fur)
    part(SPHERE, (0, 0.42, -0.25), (0.075, 0.055, 0.04), muzzle)
    part(SPHERE, (0, 0.435, -0.292), (0.02, 0.015, 0.012), (0.8, 0.35, 0.38), region=1)
    for a in (-1, 1):
        part(FRUSTUM, (a * 0.105, 0.62, -0.11), (0.065, 0.085, 0.04), fur, taper=0.02, roll=-a * 0.25)
        part(SPHERE, (a * 0.07, 0.485, -0.255), (0.028, 0.034, 0.02), eyes, region=1)
        part(SPHERE, (a * 0.09, 0.05, -0.2), (0.065, 0.05, 0.09), chest)
    for j in range(8):  # the tail curls up next to the body
        t = j / 7
        part(
            SPHERE,
            (0.17 + 0.2 * t - 0.06 * t**4, 0.06 + 0.32 * t * t, 0.2 - 0.08 * t),
            (0.055, 0.058, 0.055),
            fur if j < 6 else dark,
        )


def ball(s: Shapes, v: Vector) -> None:
    r = v.ball
    s.add(
        SPHERE,
        'ball',
        (v.ball_x, r, v.ball_z),
        (r, r, r),
        v.colour('ball'),
        (0.92, 0.9, 0.87),
        yaw=math.atan2(v.ball_sin, v.ball_cos),
        roll=0.5,
        texture=STRIPE,
    )


FULL_SIZE = {'ball': 0.27}  # the fields `plant` and `cat` are always close to 1
PARTS = (window, picture, bed, table, rug, lamp, plant, cat, ball)


def furnish(v: Vector) -> Shapes:
    """All things of a room that are large enough to be seen."""
    shapes = Shapes(ID)
    for part in PARTS:
        if getattr(v, part.__name__) > SMALLEST * FULL_SIZE.get(part.__name__, 1):
            part(shapes, v)
    return shapes
