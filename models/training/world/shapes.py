"""Primitives of a scene, in the layout that render.c reads, and colours in linear light."""
from __future__ import annotations

import math

from .labels import ID
from .palettes import rgb

BOX, SPHERE, CYLINDER, FRUSTUM = range(4)
PLAIN, VIEW, RINGS, STRIPE, PAINTING, BLANKET, FUR = range(7)

Colour = tuple[float, float, float]
Vec = tuple[float, float, float]


def linear(colour) -> Colour:
    """sRGB 0..1 to linear light."""
    return tuple(max(c, 0.0) ** 2.2 for c in colour)


def hexcolour(code: str) -> Colour:
    return linear(rgb([code])[0].tolist())


def blend(a: Colour, b: Colour, t: float) -> Colour:
    return tuple(p + (q - p) * t for p, q in zip(a, b))


def rotation(yaw: float, tilt: float, roll: float) -> list[list[float]]:
    """Rows of the matrix that rolls, tilts, then turns about the upright axis (radians)."""
    cy, sy, ct, st, cr, sr = (
        math.cos(yaw),
        math.sin(yaw),
        math.cos(tilt),
        math.sin(tilt),
        math.cos(roll),
        math.sin(roll),
    )
    return [
        [cy * cr + sy * st * sr, -cy * sr + sy * st * cr, sy * ct],
        [ct * sr, ct * cr, -st],
        [-sy * cr + cy * st * sr, sy * sr + cy * st * cr, cy * ct],
    ]


class Shapes:
    """Collects primitives; each row has the layout of `Primitive` in render.c."""

    def __init__(self) -> None:
        self.rows: list[list[float]] = []

    def add(
        self,
        shape: int,
        label: str,
        centre: Vec,
        size: Vec,
        colour: Colour,
        second: Colour | None = None,
        *,
        yaw=0.0,
        tilt=0.0,
        roll=0.0,
        emission=0.0,
        instance: int | None = None,
        texture=PLAIN,
        phase=0.0,
        taper=1.0,
        shadow=True,
        region=0,
    ) -> None:
        """One box, ball, cylinder or frustum of half sizes `size`; `taper` is a frustum's top radius as a share of
        its bottom radius.
        """
        turn = rotation(yaw, tilt, roll)
        inverse = [turn[row][axis] / size[axis] for axis in range(3) for row in range(3)]
        if shape == BOX:
            bound = math.hypot(*size)
        elif shape == SPHERE:
            bound = max(size)
        else:
            bound = math.hypot(max(size[0], size[2]) * max(1.0, taper), size[1])
        self.rows.append(
            [
                shape,
                *centre,
                *inverse,
                bound,
                *colour,
                *(second or colour),
                emission,
                ID[label],
                ID[label] if instance is None else instance,
                texture,
                phase,
                taper,
                float(shadow),
                region,
            ]
        )
