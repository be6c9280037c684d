"""From a scene vector to shapes and lights, as the arrays render.c reads."""
from __future__ import annotations

import math

import numpy as np

from .labels import ID, SECOND_PILLOW
from .vector import BACK, COATS, FIELDS, HALF_WIDTH, HEIGHT, rgb

BOX, SPHERE, CYLINDER, FRUSTUM = range(4)
PLAIN, VIEW, RINGS, STRIPE, PAINTING, BLANKET, FUR = range(7)

FIELD_OF_VIEW = 50  # degrees
DISTANCE = 4.032  # metres from the camera to the point it circles around
TARGET_Y, TARGET_Z = .78, 2.  # that point
SMALLEST = .02  # things smaller than this share of their size are left out

Colour = tuple[float, float, float]
Vec = tuple[float, float, float]


def linear(colour) -> Colour:
    """sRGB 0..1 to linear light."""
    return tuple(max(c, 0.) ** 2.2 for c in colour)


def hexcolour(code: str) -> Colour:
    return linear(rgb([code])[0].tolist())


def blend(a: Colour, b: Colour, t: float) -> Colour:
    return tuple(p + (q - p) * t for p, q in zip(a, b))


WHITE, BLACK = (1., 1., 1.), (0., 0., 0.)
METAL, SHADE, SHADE_LIT = hexcolour('4a4a55'), (.8, .74, .6), (1., .78, .36)
DARK_WOOD, PALE_WOOD, DARK_TABLE, PALE_TABLE = (hexcolour(c) for c in ('8a5a36', 'e8dcc8', '7a4a2a', 'd9b98c'))
POT, LEAF_DARK, LEAF_PALE = (hexcolour(c) for c in ('c96f4a', '3f8f45', '7fbf55'))
COAT_COLOURS = [hexcolour(c) for c in COATS.values()]
# Light at day, sunset and night.
KEY = ((.95, .90, .80), (1., .56, .28), (.24, .29, .50))
AMBIENT = ((.50, .53, .58), (.42, .31, .36), (.24, .26, .42))
SKY_TOP, SKY_BOTTOM, HILLS, SUN = (tuple(hexcolour(c) for c in codes) for codes in (
    ('4f9be8', '6a5fb0', '0b1030'), ('cfe9fb', 'ff9a4d', '27306b'), ('6fae55', '6b4a6a', '1c2748'), ('fff6b8', 'ffd08a', 'f4f0d8')))


def rotation(yaw: float, tilt: float, roll: float) -> list[list[float]]:
    """Rows of the matrix that rolls, tilts, then turns about the upright axis (radians)."""
    cy, sy, ct, st, cr, sr = math.cos(yaw), math.sin(yaw), math.cos(tilt), math.sin(tilt), math.cos(roll), math.sin(roll)
    return [[cy * cr + sy * st * sr, -cy * sr + sy * st * cr, sy * ct], [ct * sr, ct * cr, -st], [-sy * cr + cy * st * sr, sy * sr + cy * st * cr, cy * ct]]


class Shapes:
    """Collects primitives; each row has the layout of `Primitive` in render.c."""

    def __init__(self) -> None:
        self.rows: list[list[float]] = []

    def add(self, shape: int, label: str, centre: Vec, size: Vec, colour: Colour, second: Colour | None = None, *, yaw=0., tilt=0., roll=0.,
            emission=0., instance: int | None = None, texture=PLAIN, phase=0., taper=1., shadow=True, region=0) -> None:
        """One box, ball, cylinder or frustum of half sizes `size`; `taper` is a frustum's top radius as a share of its bottom radius."""
        turn = rotation(yaw, tilt, roll)
        inverse = [turn[row][axis] / size[axis] for axis in range(3) for row in range(3)]
        if shape == BOX:
            bound = math.hypot(*size)
        elif shape == SPHERE:
            bound = max(size)
        else:
            bound = math.hypot(max(size[0], size[2]) * max(1., taper), size[1])
        self.rows.append([shape, *centre, *inverse, bound, *colour, *(second or colour), emission, ID[label], ID[label] if instance is None else instance,
                          texture, phase, taper, float(shadow), region])


class Vector:
    """A scene vector with its fields as attributes."""

    def __init__(self, values: np.ndarray) -> None:
        self.__dict__.update(zip(FIELDS, np.asarray(values, np.float64).tolist()))

    def colour(self, name: str) -> Colour:
        return linear([self.__dict__[f'{name}_{c}'] for c in 'rgb'])

    def by_time(self, values) -> Colour:
        night = 1 - self.day - self.sunset
        return tuple(self.day * d + self.sunset * s + night * n for d, s, n in zip(*values))


def window(s: Shapes, v: Vector) -> None:
    w, h, y = .58 * v.window, .55 * v.window, 1.72
    s.add(BOX, 'window', (v.window_x, y, BACK - .02), (w, h, .02), WHITE, emission=1, texture=VIEW, phase=v.hills, shadow=False)
    bar = .03 * v.window
    for dx, dy, a, b in ((0, h, w + .07, .05), (0, -h, w + .1, .06), (w, 0, .05, h), (-w, 0, .05, h), (0, 0, bar, h), (0, 0, w, bar)):
        s.add(BOX, 'window', (v.window_x + dx, y + dy, BACK - .05), (a, b, .045), (.9, .88, .84), shadow=False)


def picture(s: Shapes, v: Vector) -> None:
    colour = v.colour('picture')
    s.add(BOX, 'picture', (v.picture_x, 1.85, BACK - .03), (.36 * v.picture, .28 * v.picture, .03), colour, blend(colour, WHITE, .7),
          texture=PAINTING, phase=v.picture_phase, shadow=False)


def bed(s: Shapes, v: Vector) -> None:
    x, k, colour, wood = v.side * 1.25, v.bed, v.colour('bed'), blend(DARK_WOOD, PALE_WOOD, v.bed_wood)
    half_width, half_length, h = .66 * k, k, .2 * k
    z = BACK - .12 - half_length
    s.add(BOX, 'bed', (x, h * .9, z), (half_width, h * .55, half_length), wood)
    s.add(BOX, 'bed', (x, .42 * k, BACK - .07), (half_width + .05 * k, .42 * k, .06), wood)
    s.add(BOX, 'bed', (x, h * 1.75, z), (half_width * .97, h * .55, half_length * .98), (.88, .86, .83))
    s.add(BOX, 'bed', (x, h * 1.85, z - half_length * .28), (half_width * 1.03, h * .62, half_length * .74), colour, blend(colour, WHITE, .55), texture=BLANKET)
    top = h * 2.47
    for sign, instance in ((-1, ID['pillow']), (1, SECOND_PILLOW if v.pillow_gap > .1 else ID['pillow'])):
        s.add(SPHERE, 'pillow', (x + sign * v.pillow_gap * k, top + .05 * k, BACK - .42 * k), (.27 * k, .13 * k, .19 * k), (.93, .92, .95), tilt=.35,
              instance=instance)


def table(s: Shapes, v: Vector) -> None:
    x, z, k, h = v.table_x, BACK - .55, v.table, .72 * v.table
    wood = blend(DARK_TABLE, PALE_TABLE, v.table_wood)
    if v.table_round < .5:
        s.add(BOX, 'table', (x, h, z), (.55 * k, .045 * k, .34 * k), wood)
        for a in (-1, 1):
            for b in (-1, 1):
                s.add(BOX, 'table', (x + a * .48 * k, h * .5, z + b * .27 * k), (.045 * k, h * .5, .045 * k), blend(wood, BLACK, .15))
    else:
        s.add(CYLINDER, 'table', (x, h, z), (.52 * k, .045 * k, .42 * k), wood)
        s.add(CYLINDER, 'table', (x, h * .5, z), (.07 * k, h * .5, .07 * k), wood)
        s.add(FRUSTUM, 'table', (x, .05 * k, z), (.28 * k, .05 * k, .28 * k), wood, taper=.5)


def rug(s: Shapes, v: Vector) -> None:
    colour = v.colour('rug')
    s.add(CYLINDER, 'rug', (v.rug_x, .012, v.rug_z), (v.rug_width * v.rug, .012, .6 * v.rug), colour, blend(colour, WHITE, .6), texture=RINGS, shadow=False)


def lamp(s: Shapes, v: Vector) -> None:
    x, z, k, h = v.lamp_x, BACK - .4, v.lamp, v.lamp_height
    s.add(FRUSTUM, 'lamp', (x, .03, z), (.2 * k, .03, .2 * k), METAL, taper=.7)
    s.add(CYLINDER, 'lamp', (x, h * .5, z), (.03, h * .5, .03), METAL, shadow=False)
    s.add(FRUSTUM, 'lamp', (x, h + .12 * k, z), (.27 * k, .19 * k, .27 * k), blend(SHADE, SHADE_LIT, v.lamp_on), taper=.6, emission=v.lamp_on * .985, shadow=False)


def plant(s: Shapes, v: Vector) -> None:
    x, y, z, k = v.plant_x, v.plant_y, v.plant_z, v.plant
    s.add(FRUSTUM, 'plant', (x, y + .17 * k, z), (.15 * k, .17 * k, .15 * k), POT, taper=1.35, region=1)
    for leaf in range(7):
        turn, lean = leaf * 2.4 + v.plant_angle, .25 + .12 * (leaf % 3)
        s.add(SPHERE, 'plant', (x + .2 * k * math.cos(turn), y + (.42 + .11 * (leaf % 4)) * k, z + .2 * k * math.sin(turn)), (.09 * k, .27 * k, .05 * k),
              blend(LEAF_DARK, LEAF_PALE, (leaf % 3) / 2), yaw=1.57 - turn, tilt=-2 * lean)


def cat(s: Shapes, v: Vector) -> None:
    coat = (v.cat_orange, v.cat_black, v.cat_white, v.cat_grey)
    fur = tuple(sum(w * c[i] for w, c in zip(coat, COAT_COLOURS)) for i in range(3))
    by_coat = lambda black, white, other: blend(blend(other, black, v.cat_black), white, v.cat_white)  # noqa: E731
    dark = blend(blend(fur, BLACK, .35), blend(fur, WHITE, .12), v.cat_black)
    chest = by_coat(fur, (.8, .75, .7), (.85, .82, .78))
    muzzle = by_coat(dark, (.8, .75, .7), (.85, .82, .78))
    eyes = blend((.02, .03, .02), (.75, .8, .1), v.cat_black)
    q, yaw, c, n = v.cat, math.atan2(v.cat_sin, v.cat_cos), v.cat_cos, v.cat_sin

    def part(shape: int, at: Vec, size: Vec, colour: Colour, **options) -> None:
        x, y, z = at
        s.add(shape, 'cat', (v.cat_x + q * (c * x + n * z), v.cat_y + q * y, v.cat_z + q * (c * z - n * x)), tuple(q * a for a in size), colour, yaw=yaw, **options)

    part(SPHERE, (0, .2, .03), (.2, .21, .25), fur, second=dark, texture=FUR, phase=v.cat_orange + v.cat_grey)
    part(SPHERE, (0, .19, -.13), (.12, .15, .1), chest)
    part(SPHERE, (0, .46, -.12), (.175, .155, .15), fur)
    part(SPHERE, (0, .42, -.25), (.075, .055, .04), muzzle)
    part(SPHERE, (0, .435, -.292), (.02, .015, .012), (.8, .35, .38), region=1)
    for a in (-1, 1):
        part(FRUSTUM, (a * .105, .62, -.11), (.065, .085, .04), fur, taper=.02, roll=-a * .25)
        part(SPHERE, (a * .07, .485, -.255), (.028, .034, .02), eyes, region=1)
        part(SPHERE, (a * .09, .05, -.2), (.065, .05, .09), chest)
    for j in range(8):  # the tail curls up beside the body
        t = j / 7
        part(SPHERE, (.17 + .2 * t - .06 * t ** 4, .06 + .32 * t * t, .2 - .08 * t), (.055, .058, .055), fur if j < 6 else dark)


def ball(s: Shapes, v: Vector) -> None:
    r = v.ball
    s.add(SPHERE, 'ball', (v.ball_x, r, v.ball_z), (r, r, r), v.colour('ball'), (.92, .9, .87), yaw=math.atan2(v.ball_sin, v.ball_cos), roll=.5, texture=STRIPE)


FULL_SIZE = {'ball': .27}  # the fields `plant` and `cat` exceed or fall short of 1 only a little
PARTS = (window, picture, bed, table, rug, lamp, plant, cat, ball)


def camera(v: Vector) -> tuple[np.ndarray, ...]:
    """Position, right, up and forward of the camera, in world coordinates."""
    eye = np.array((v.target_x + DISTANCE * math.sin(v.yaw), v.eye_y, TARGET_Z - DISTANCE * math.cos(v.yaw)))
    forward = np.array((v.target_x, TARGET_Y, TARGET_Z)) - eye
    forward /= np.linalg.norm(forward)
    right = np.cross((0, 1, 0), forward)
    right /= np.linalg.norm(right)
    return eye, right, np.cross(forward, right), forward


def build(vector: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scene vector [len(FIELDS)] -> primitives float32 [n, 28] and globals float32, as render.c reads them."""
    v, shapes = Vector(vector), Shapes()
    for part in PARTS:
        if getattr(v, part.__name__) > SMALLEST * FULL_SIZE.get(part.__name__, 1):
            part(shapes, v)
    on = v.lamp_on * min(1., v.lamp * 3)
    night = 1 - v.day - v.sunset
    key = np.array((v.key_x - .45 * v.side, .85, -.55))
    lamp_strength = on * (.28 * v.day + .5 * v.sunset + .85 * night)
    ambient = (a + .1 * on * b for a, b in zip(v.by_time(AMBIENT), (1, .75, .4)))
    parameters = [*np.concatenate(camera(v)), math.tan(math.radians(FIELD_OF_VIEW / 2)), HALF_WIDTH, HEIGHT, BACK,
                  *v.colour('wall'), *v.colour('floor_a'), *v.colour('floor_b'), *(key / np.linalg.norm(key)), *v.by_time(KEY), *ambient,
                  v.lamp_x, v.lamp_height + .1, BACK - .65, *(lamp_strength * c for c in (1., .66, .30)),
                  *v.by_time(SKY_TOP), *v.by_time(SKY_BOTTOM), *v.by_time(HILLS), v.sun_x, .5 - .1 * v.sunset, *v.by_time(SUN), v.checks, v.stripes]
    return np.array(shapes.rows, np.float32).reshape(-1, 28), np.array(parameters, np.float32)
