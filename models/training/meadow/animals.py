"""Bear, horse, sheep, dog, person and bird, each made of a few dozen fur-covered spheres that render.c blends into one
body.

In a body's own coordinates, in metres, it looks along +x, y is up, and z is to its left.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..miniature.colours import Colour, blend, hexcolour
from ..miniature.shapes import CYLINDER, FRUSTUM, SPHERE, Shapes, Vec

FUR, WOOL = 1, 2  # texture numbers, as in render.c
SMALL = 0.6  # phase of the fur on small parts, which blend over three centimetres instead of ten

BLACK, WHITE = (0.012, 0.011, 0.01), (0.9, 0.88, 0.85)
SKIN, HAIR, JEANS, SHOE = (hexcolour(c) for c in ('e3ab85', '4a3020', '33496f', '3a2c26'))
BEAK = hexcolour('e89a2a')


class Body:
    """Adds parts of one body to the shapes, in the coordinates of the body or its head."""

    def __init__(self, shapes: Shapes, label: str, instance: int, at: Vec, cos: float, sin: float, size: float) -> None:
        self.shapes, self.label, self.instance = shapes, label, instance
        self.at, self.yaw, self.size = at, math.atan2(sin, cos), size
        self.pivot, self.turn, self.nod = (0.0, 0.0, 0.0), 0.0, 0.0

    def head(self, pivot: Vec, turn: float, nod: float = 0.0) -> Body:
        """The same body for parts that turn with the head. Their coordinates are relative to the pivot."""
        head = Body(self.shapes, self.label, self.instance, self.at, 1, 0, self.size)
        head.yaw, head.pivot, head.turn, head.nod = self.yaw, pivot, turn, nod
        return head

    def place(self, p: Vec) -> Vec:
        x, y, z = p
        x, y = x * math.cos(self.nod) - y * math.sin(self.nod), x * math.sin(self.nod) + y * math.cos(self.nod)
        x, z = x * math.cos(self.turn) + z * math.sin(self.turn), z * math.cos(self.turn) - x * math.sin(self.turn)
        x, y, z = x + self.pivot[0], y + self.pivot[1], z + self.pivot[2]
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        k = self.size
        return self.at[0] + k * (c * x + s * z), self.at[1] + k * y, self.at[2] + k * (c * z - s * x)

    def part(self, shape: int, p: Vec, r: Vec, colour: Colour, *, roll=0.0, tilt=0.0, **options) -> None:
        self.shapes.add(
            shape,
            self.label,
            self.place(p),
            tuple(self.size * a for a in r),
            colour,
            yaw=self.yaw + self.turn,
            roll=roll + self.nod,
            tilt=tilt,
            instance=self.instance,
            **options,
        )

    def ball(self, p: Vec, r: Vec, colour: Colour, texture=FUR, **options) -> None:
        self.part(SPHERE, p, r, colour, texture=texture, **options)

    def limb(self, a: Vec, b: Vec, r: float, colour: Colour, texture=FUR, shape=SPHERE, **options) -> None:
        """A long ellipsoid (or cylinder) from a to b."""
        dx, dy, dz = (q - p for p, q in zip(a, b))
        length = math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-6
        middle = tuple((p + q) / 2 for p, q in zip(a, b))
        roll, tilt = math.asin(max(-1, min(1, -dx / length))), math.atan2(dz, dy)
        half = length / 2 + (r * 0.6 if shape == SPHERE else 0)
        self.part(shape, middle, (r, half, r), colour, roll=roll, tilt=tilt, texture=texture, **options)


def swing(stride: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """How far each foot is ahead of its resting place: front (right, left), hind (right, left)."""
    return (0.26 * stride, -0.22 * stride), (-0.22 * stride, 0.26 * stride)


def eyes(head: Body, x: float, y: float, z: float, r: float) -> None:
    for side in (-1, 1):
        head.ball((x, y, side * z), (r, r, r), BLACK, texture=0, region=1, emission=0.3)


def bear(b: Body, coat: Colour, turn: float, stride: float) -> None:
    pale, dark = blend(coat, WHITE, 0.22), blend(coat, BLACK, 0.3)
    b.ball((0, 0.78, 0), (0.68, 0.37, 0.33), coat)
    b.ball((-0.44, 0.76, 0), (0.38, 0.385, 0.35), coat)
    b.ball((0.36, 0.84, 0), (0.36, 0.39, 0.33), coat)
    b.ball((0, 0.62, 0), (0.52, 0.3, 0.31), coat)
    b.ball((0.66, 0.9, 0), (0.3, 0.28, 0.26), coat)
    b.ball((-0.8, 0.84, 0), (0.075, 0.08, 0.07), coat)
    fore, hind = swing(stride)
    for side, front, back in ((-1, fore[0], hind[0]), (1, fore[1], hind[1])):
        z = side * 0.19
        shade = coat if side < 0 else dark
        b.limb((0.44, 0.7, z), (0.46 + front * 0.6, 0.36, z), 0.165, coat)
        b.limb((0.46 + front * 0.6, 0.38, z), (0.47 + front, 0.12, z), 0.135, shade)
        b.ball((0.54 + front, 0.1, z), (0.18, 0.1, 0.13), shade)
        b.limb((-0.48, 0.68, z), (-0.44 + back * 0.6, 0.38, z), 0.2, coat)
        b.limb((-0.44 + back * 0.6, 0.4, z), (-0.52 + back, 0.12, z), 0.14, shade)
        b.ball((-0.45 + back, 0.1, z), (0.19, 0.1, 0.13), shade)
    h = b.head((0.82, 0.98, 0), turn)
    h.ball((0.08, 0.02, 0), (0.26, 0.245, 0.245), coat)
    h.ball((0.1, -0.06, 0), (0.23, 0.17, 0.25), coat)
    h.ball((0.31, -0.06, 0), (0.15, 0.105, 0.125), pale, phase=SMALL)
    h.ball((0.445, -0.02, 0), (0.045, 0.042, 0.058), BLACK, texture=0, region=2, emission=0.25)
    h.ball((0.4, -0.115, 0), (0.05, 0.015, 0.05), BLACK, texture=0)
    for side in (-1, 1):
        h.ball((-0.02, 0.235, side * 0.175), (0.06, 0.095, 0.09), coat, phase=SMALL)
        h.ball((0.03, 0.235, side * 0.175), (0.03, 0.055, 0.052), dark, texture=0, region=1)
    eyes(h, 0.28, 0.075, 0.115, 0.04)


def sheep(b: Body, coat: Colour, turn: float, stride: float) -> None:
    face = blend(hexcolour('3a322e'), hexcolour('e8d9c4'), min(1.0, coat[0] * 0.25))
    b.ball((0, 0.62, 0), (0.5, 0.33, 0.3), coat, texture=WOOL)
    b.ball((-0.26, 0.66, 0), (0.3, 0.31, 0.3), coat, texture=WOOL)
    b.ball((0.27, 0.67, 0), (0.29, 0.31, 0.29), coat, texture=WOOL)
    b.ball((0.02, 0.76, 0), (0.42, 0.24, 0.27), coat, texture=WOOL)
    b.ball((-0.52, 0.64, 0), (0.09, 0.14, 0.08), coat, texture=WOOL)
    fore, hind = swing(stride * 0.6)
    for side, front, back in ((-1, fore[0], hind[0]), (1, fore[1], hind[1])):
        b.limb((0.27, 0.45, side * 0.13), (0.27 + front, 0.04, side * 0.13), 0.055, face, texture=0)
        b.limb((-0.3, 0.45, side * 0.13), (-0.3 + back, 0.04, side * 0.13), 0.06, face, texture=0)
    h = b.head((0.47, 0.84, 0), turn, -0.25)
    h.ball((0.03, 0.1, 0), (0.15, 0.13, 0.15), coat, texture=WOOL)
    h.ball((0.12, 0.02, 0), (0.19, 0.13, 0.12), face)
    h.ball((0.24, -0.02, 0), (0.1, 0.085, 0.085), face)
    h.ball((0.325, -0.01, 0), (0.02, 0.02, 0.035), blend(face, BLACK, 0.7), texture=0, region=2)
    for side in (-1, 1):
        h.ball((0.0, 0.06, side * 0.185), (0.045, 0.04, 0.1), face, phase=SMALL, tilt=side * 0.35)
    eyes(h, 0.185, 0.075, 0.09, 0.025)


def horse(b: Body, coat: Colour, turn: float, stride: float) -> None:
    mane = blend(blend(coat, BLACK, 0.8), hexcolour('d8c8a8'), min(1.0, 1.1 * coat[2]))
    dark = blend(coat, BLACK, 0.35)
    b.ball((0, 1.08, 0), (0.62, 0.3, 0.27), coat)
    b.ball((-0.42, 1.12, 0), (0.33, 0.33, 0.28), coat)
    b.ball((0.4, 1.12, 0), (0.31, 0.34, 0.26), coat)
    fore, hind = swing(stride * 1.25)
    for side, front, back in ((-1, fore[0], hind[0]), (1, fore[1], hind[1])):
        z = side * 0.15
        b.limb((0.48, 1.0, z), (0.5 + front * 0.6, 0.52, z), 0.12, coat)
        b.limb((0.5 + front * 0.6, 0.55, z), (0.5 + front, 0.1, z), 0.068, dark)
        b.part(FRUSTUM, (0.53 + front, 0.06, z), (0.1, 0.06, 0.085), BLACK, taper=0.75)
        b.limb((-0.5, 1.05, z), (-0.5 + back * 0.6, 0.56, z), 0.15, coat)
        b.limb((-0.5 + back * 0.6, 0.58, z), (-0.58 + back, 0.1, z), 0.072, dark)
        b.part(FRUSTUM, (-0.55 + back, 0.06, z), (0.1, 0.06, 0.085), BLACK, taper=0.75)
    b.limb((0.5, 1.2, 0), (0.86, 1.66, 0), 0.185, coat)
    b.limb((0.44, 1.1, 0), (0.7, 1.45, 0), 0.22, coat)
    for i in range(5):
        t = i / 4
        b.ball((0.42 + 0.36 * t, 1.4 + 0.4 * t, 0), (0.1, 0.15, 0.06), mane, phase=SMALL, roll=-0.6)
    b.limb((-0.76, 1.26, 0), (-0.92, 0.95, 0), 0.085, mane, phase=SMALL)
    b.limb((-0.9, 1.0, 0), (-0.95, 0.55, 0), 0.085, mane, phase=SMALL)
    h = b.head((0.88, 1.68, 0), turn * 0.5, -0.65)
    h.ball((0.06, 0, 0), (0.2, 0.155, 0.13), coat)
    h.ball((0.26, -0.02, 0), (0.22, 0.11, 0.1), coat)
    h.ball((0.43, -0.02, 0), (0.1, 0.095, 0.09), blend(coat, dark, 0.7))
    h.ball((0.06, 0.15, 0), (0.12, 0.07, 0.06), mane, phase=SMALL)
    for side in (-1, 1):
        h.part(FRUSTUM, (-0.02, 0.2, side * 0.075), (0.045, 0.1, 0.03), coat, taper=0.05, roll=0.3)
        h.ball((0.5, 0.0, side * 0.055), (0.02, 0.025, 0.015), BLACK, texture=0)
    eyes(h, 0.15, 0.05, 0.115, 0.03)


def dog(b: Body, coat: Colour, turn: float, stride: float) -> None:
    ear, chest = blend(coat, hexcolour('5a3a22'), 0.6), blend(coat, WHITE, 0.55)
    b.ball((0, 0.46, 0), (0.36, 0.17, 0.16), coat)
    b.ball((0.24, 0.49, 0), (0.2, 0.2, 0.165), coat)
    b.ball((-0.25, 0.48, 0), (0.18, 0.175, 0.155), coat)
    b.ball((0.36, 0.45, 0), (0.1, 0.15, 0.11), chest)
    b.limb((0.34, 0.55, 0), (0.46, 0.72, 0), 0.12, coat)
    for side, (front, back) in zip((-1, 1), zip(*swing(stride * 0.7))):
        z = side * 0.1
        b.limb((0.26, 0.4, z), (0.27 + front, 0.08, z), 0.062, coat)
        b.ball((0.31 + front, 0.045, z), (0.085, 0.045, 0.06), chest)
        b.limb((-0.27, 0.42, z), (-0.26 + back * 0.5, 0.22, z), 0.085, coat)
        b.limb((-0.26 + back * 0.5, 0.24, z), (-0.3 + back, 0.08, z), 0.058, coat)
        b.ball((-0.26 + back, 0.045, z), (0.085, 0.045, 0.06), chest)
    b.limb((-0.38, 0.54, 0), (-0.54, 0.74, 0), 0.048, coat)
    b.limb((-0.53, 0.72, 0), (-0.54, 0.88, 0), 0.045, chest)
    h = b.head((0.48, 0.78, 0), turn)
    h.ball((0.03, 0.01, 0), (0.165, 0.15, 0.15), coat)
    h.ball((0.19, -0.045, 0), (0.12, 0.075, 0.078), chest, phase=SMALL)
    h.ball((0.3, -0.015, 0), (0.032, 0.03, 0.038), BLACK, texture=0, region=2, emission=0.25)
    h.ball((0.2, -0.115, 0), (0.06, 0.022, 0.035), hexcolour('d8626a'), texture=0)
    for side in (-1, 1):
        h.ball((-0.02, 0.0, side * 0.155), (0.06, 0.135, 0.035), ear, phase=SMALL, tilt=-side * 0.2)
    eyes(h, 0.15, 0.055, 0.075, 0.025)


def person(b: Body, shirt: Colour, turn: float, stride: float, raised: float = 0.0) -> None:
    for side in (-1, 1):
        step = 0.2 * stride * side
        b.limb((0, 0.84, side * 0.085), (step * 0.6, 0.46, side * 0.09), 0.088, JEANS, texture=0)
        b.limb((step * 0.6, 0.48, side * 0.09), (step * 0.9, 0.07, side * 0.09), 0.068, JEANS, texture=0)
        b.ball((step * 0.9 + 0.05, 0.045, side * 0.09), (0.12, 0.05, 0.055), SHOE, texture=0)
        up = raised if side < 0 else 0.0
        elbow = (0.06 - step * 0.5 + 0.15 * up, 1.12 + 0.2 * up, side * 0.24)
        hand = (0.16 - step + 0.15 * up, 0.88 + 0.76 * up, side * (0.24 - 0.06 * up))
        b.limb((0, 1.34, side * 0.185), elbow, 0.058, shirt, texture=0, region=1)
        b.limb(elbow, hand, 0.044, SKIN, texture=0, region=1)
        b.ball(hand, (0.05, 0.055, 0.04), SKIN, texture=0, region=1)
    b.ball((0, 0.9, 0), (0.125, 0.15, 0.165), JEANS, texture=0)
    b.part(FRUSTUM, (0, 1.15, 0), (0.125, 0.23, 0.165), shirt, taper=1.18)
    b.ball((0, 1.36, 0), (0.14, 0.085, 0.205), shirt, texture=0)
    b.part(CYLINDER, (0, 1.44, 0), (0.05, 0.06, 0.05), SKIN)
    h = b.head((0.02, 1.6, 0), turn)
    h.ball((0, 0, 0), (0.125, 0.15, 0.118), SKIN, texture=0)
    h.ball((-0.03, 0.05, 0), (0.125, 0.125, 0.13), HAIR, texture=0)
    h.ball((0.125, -0.02, 0), (0.025, 0.025, 0.022), SKIN, texture=0)
    eyes(h, 0.11, 0.015, 0.045, 0.018)


def bird(b: Body, coat: Colour, flying: float, wings: float) -> None:
    belly = blend(coat, WHITE, 0.55)
    b.ball((0, 0.24, 0), (0.23, 0.12, 0.115), coat, roll=0.25)
    b.ball((0.06, 0.2, 0), (0.15, 0.1, 0.105), belly)
    b.ball((0.22, 0.36, 0), (0.1, 0.095, 0.09), coat)
    b.part(FRUSTUM, (0.34, 0.35, 0), (0.035, 0.075, 0.03), BEAK, taper=0.05, roll=-1.57)
    b.ball((-0.32, 0.2, 0), (0.17, 0.02, 0.07), coat, texture=0, roll=0.2)
    for side in (-1, 1):
        spread = 0.16 + 0.34 * flying
        lift = side * (wings * flying - 0.1)
        b.part(
            SPHERE,
            (-0.03, 0.27 + 0.5 * spread * math.sin(wings) * flying, side * (0.09 + spread * 0.75 * flying)),
            (0.13 + 0.04 * (1 - flying), 0.02 + 0.07 * (1 - flying), 0.03 + spread * flying),
            blend(coat, BLACK, 0.3),
            tilt=-lift,
            region=1,
        )
        if flying < 0.5:
            b.part(CYLINDER, (0.02, 0.07, side * 0.05), (0.014, 0.08, 0.014), BEAK)
    eyes(b, 0.28, 0.385, 0.065, 0.018)


ANIMALS: dict[str, Callable] = {'bear': bear, 'horse': horse, 'sheep': sheep, 'dog': dog, 'person': person}
