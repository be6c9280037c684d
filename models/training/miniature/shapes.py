"""A scene's primitives, in the layout that shapes.h reads."""
from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from .colours import Colour

BOX, SPHERE, CYLINDER, FRUSTUM = range(4)
PLAIN = 0  # the plain texture, of one colour; each world numbers its own from 1

Vec = tuple[float, float, float]


def rotation(yaw: float, tilt: float, roll: float) -> list[list[float]]:
    """Rows of a matrix that rolls, then tilts, then turns about the vertical axis (radians)."""
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
    """Collects primitives. Each row has the layout of `Primitive` in shapes.h. `ids` maps label names to ids."""

    def __init__(self, ids: Mapping[str, int]) -> None:
        self.ids = ids
        self.rows: list[list[float]] = []

    def array(self) -> np.ndarray:
        """The primitives as float32 [n, 28], for the renderer."""
        return np.array(self.rows, np.float32).reshape(-1, 28)

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
        """Adds a box, ellipsoid, cylinder or frustum with half sizes `size`. `taper` is a frustum's top radius relative
        to its bottom radius.
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
                self.ids[label],
                self.ids[label] if instance is None else instance,
                texture,
                phase,
                taper,
                float(shadow),
                region,
            ]
        )
