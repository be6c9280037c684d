"""Maps uniform random numbers to the scene vector: every quantity of a room, in metres, radians and sRGB.

The map is continuous. A thing that cannot slide to its other place (the bed to the other side, the cat, ...) shrinks to
nothing on one side of a narrow band and grows again on the other. No border is near u = .5, so the mean of all rooms is
a complete room.
"""
from __future__ import annotations

import numpy as np

from ..miniature.colours import choose, rgb, smoothstep
from .palettes import BALLS, COATS, FABRICS, FLOORS, RUGS, WALLS

UNIFORMS = (
    'time',
    'wall',
    'stripes',
    'floor',
    'checks',
    'side',
    'window',
    'window_x',
    'hills',
    'sun',
    'picture',
    'picture_colour',
    'picture_x',
    'bed',
    'bed_colour',
    'bed_wood',
    'pillows',
    'table',
    'table_x',
    'table_round',
    'table_wood',
    'rug',
    'rug_colour',
    'rug_x',
    'rug_z',
    'rug_width',
    'lamp',
    'lamp_on',
    'lamp_x',
    'lamp_height',
    'plant',
    'plant_place',
    'plant_z',
    'plant_angle',
    'cat',
    'cat_coat',
    'cat_place',
    'cat_x',
    'cat_z',
    'cat_angle',
    'ball',
    'ball_colour',
    'ball_size',
    'ball_side',
    'ball_z',
    'ball_spin',
    'camera_yaw',
    'camera_height',
    'camera_target',
    'key',
)
"""What each of the K numbers in u decides."""

# The probability of each thing in the room.
PRESENCE = {
    'window': 0.85,
    'picture': 0.6,
    'bed': 0.8,
    'table': 0.7,
    'rug': 0.7,
    'lamp': 0.65,
    'plant': 0.6,
    'cat': 0.75,
    'ball': 0.65,
}

# Values of u at which one choice changes to another. Learned mappings start with their thresholds here.
BORDERS = {
    'time': (0.45, 0.72),
    'stripes': (0.35,),
    'checks': (0.25,),
    'side': (0.44,),
    'pillows': (0.62,),
    'table_round': (0.45,),
    'lamp_on': (0.36,),
    'plant_place': (0.38,),
    'cat_place': (0.33, 0.85),
    'ball_side': (0.45,),
    **{name: (p,) for name, p in PRESENCE.items()},
}

BACK = 3.3  # z of the back wall; the camera looks along +z, with x to the right and y up
HALF_WIDTH, HEIGHT = 2.15, 2.75
TABLE_HEIGHT, BED_TOP = 0.765, 0.494


def _fields(v: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All fields of the rooms, given the uniform numbers v[name], each an array [n]."""

    def size(name: str) -> np.ndarray:  # 0 = absent, 1 = full size
        return smoothstep(0, 0.04, PRESENCE[name] - v[name])

    def dip(name: str, border: float) -> np.ndarray:  # shrinks things to nothing at a border ...
        return smoothstep(0.003, 0.019, np.abs(v[name] - border))

    def step(name: str, border: float) -> np.ndarray:  # ... while their position changes
        return smoothstep(border - 0.003, border + 0.003, v[name])

    def between(name: str, low: float, high: float) -> np.ndarray:
        return low + (high - low) * v[name]

    f: dict[str, np.ndarray] = {}

    def colours(name: str, weights: np.ndarray, palette) -> None:
        for channel, value in zip('rgb', (weights @ rgb(palette)).T):
            f[f'{name}_{channel}'] = value

    f['yaw'], f['eye_y'], f['target_x'] = (
        between('camera_yaw', -0.25, 0.25),
        between('camera_height', 1.55, 2.0),
        between('camera_target', -0.15, 0.15),
    )
    f['day'] = 1 - smoothstep(0.42, 0.48, v['time'])
    f['sunset'] = np.maximum(0, 1 - f['day'] - smoothstep(0.69, 0.75, v['time']))
    f['key_x'] = between('key', -0.25, 0.25)
    f['side'] = side = 2 * step('side', 0.44) - 1
    grown = dip('side', 0.44)

    colours('wall', choose(v['wall'], len(WALLS)), WALLS.values())
    f['stripes'] = 1 - smoothstep(0.32, 0.38, v['stripes'])
    woods = choose(v['floor'], len(FLOORS))
    colours('floor_a', woods, [a for a, _ in FLOORS])
    colours('floor_b', woods, [b for _, b in FLOORS])
    f['checks'] = 1 - smoothstep(0.22, 0.28, v['checks'])

    f['window'] = size('window') * grown
    f['window_x'] = -side * 0.75 + between('window_x', -0.25, 0.25)
    f['hills'], f['sun_x'] = v['hills'], side * between('sun', 0.3, 0.7)

    f['picture'] = size('picture') * grown
    f['picture_x'], f['picture_phase'] = side * 1.15 + between('picture_x', -0.15, 0.15), v['picture_colour']
    colours('picture', choose(v['picture_colour'], len(FABRICS)), FABRICS.values())

    f['bed'] = bed = size('bed') * grown
    colours('bed', choose(v['bed_colour'], len(FABRICS)), FABRICS.values())
    f['bed_wood'], f['pillow_gap'] = v['bed_wood'], 0.31 * (1 - smoothstep(0.59, 0.65, v['pillows']))

    f['table'] = table = size('table') * grown * dip('table_round', 0.45)
    f['table_x'], f['table_round'], f['table_wood'] = (
        -side * 0.95 + between('table_x', -0.2, 0.2),
        step('table_round', 0.45),
        v['table_wood'],
    )

    f['rug'] = size('rug')
    f['rug_x'], f['rug_z'], f['rug_width'] = (
        between('rug_x', -0.25, 0.25) - side * 0.1,
        between('rug_z', 0.9, 1.2),
        between('rug_width', 0.85, 1.05),
    )
    colours('rug', choose(v['rug_colour'], len(RUGS)), RUGS.values())

    f['lamp'] = lamp = size('lamp') * grown
    f['lamp_x'], f['lamp_height'] = (
        side * 0.28 + between('lamp_x', -0.125, 0.125),
        between('lamp_height', 1.25, 1.5) * lamp,
    )
    f['lamp_on'] = smoothstep(0.33, 0.39, v['lamp_on'])

    on_table = 1 - step(
        'plant_place', 0.38
    )  # otherwise in the corner of the room, or where the table would be if there is none
    f['plant'] = size('plant') * grown * dip('plant_place', 0.38) * (1 - 0.38 * on_table)
    f['plant_x'] = on_table * (f['table_x'] - side * 0.22) + (1 - on_table) * -side * 1.75
    f['plant_y'] = on_table * TABLE_HEIGHT * table
    f['plant_z'] = BACK - on_table * 0.55 - (1 - on_table) * between('plant_z', 0.5, 1.0)
    f['plant_angle'] = between('plant_angle', 0, 3)

    on_bed, at_table = 1 - step('cat_place', 0.33), step('cat_place', 0.85)  # otherwise on the rug
    on_rug = 1 - on_bed - at_table
    f['cat'] = (
        size('cat')
        * dip('cat_place', 0.33)
        * dip('cat_place', 0.85)
        * (on_rug + (1 - on_rug) * grown)
        * (1.2 * on_bed + 1.1 * at_table + 1.38 * on_rug)
    )
    f['cat_x'] = (
        on_bed * (side * 1.15 + between('cat_x', -0.25, 0.25))
        + at_table * (f['table_x'] + side * 0.15)
        + on_rug * (f['rug_x'] + between('cat_x', -0.15, 0.15))
    )
    f['cat_y'] = on_bed * BED_TOP * bed + at_table * TABLE_HEIGHT * table + on_rug * 0.02
    f['cat_z'] = (
        on_bed * (BACK - between('cat_z', 1.25, 1.55))
        + at_table * (BACK - 0.55)
        + on_rug * (f['rug_z'] + between('cat_z', -0.15, 0.15))
    )
    angle = between('cat_angle', -0.95, 0.95)
    f['cat_sin'], f['cat_cos'] = np.sin(angle), np.cos(angle)
    coat = choose(v['cat_coat'], len(COATS))
    for name, weight in zip(COATS, coat.T):
        f[f'cat_{name}'] = weight

    f['ball'] = size('ball') * dip('ball_side', 0.45) * between('ball_size', 0.23, 0.31)
    right = step('ball_side', 0.45)
    f['ball_x'] = right * (0.5 + 0.38 * (v['ball_side'] - 0.45) / 0.55) - (1 - right) * (
        0.5 + 0.38 * (0.45 - v['ball_side']) / 0.45
    )
    f['ball_z'], spin = between('ball_z', 0.5, 0.8), between('ball_spin', 0, 3)
    f['ball_sin'], f['ball_cos'] = np.sin(spin), np.cos(spin)
    colours('ball', choose(v['ball_colour'], len(BALLS)), BALLS.values())
    return f


def scene_vector(u: np.ndarray) -> np.ndarray:
    """u [n, K] in 0..1 -> scene vectors float32 [n, len(FIELDS)]."""
    u = np.asarray(u, np.float64)
    fields = _fields({name: u[:, i] for i, name in enumerate(UNIFORMS)})
    return np.stack(list(fields.values()), 1).astype(np.float32)


FIELDS = tuple(_fields({name: np.full(1, 0.5) for name in UNIFORMS}))
"""Names of the scene vector's fields, in order. A thing's own name is its size; x, y, z are metres, angles radians,
colours sRGB.
"""

INDEX = {name: i for i, name in enumerate(FIELDS)}


def _owner(field: str) -> int:
    thing = {'hills': 'window', 'sun_x': 'window', 'pillow_gap': 'bed'}.get(field, field.split('_')[0])
    return INDEX[thing] if thing in PRESENCE and field != thing else -1


OWNERS = np.array([_owner(field) for field in FIELDS])
"""For each field the index of the size it hangs on (a thing that is not there has no colour), or -1."""


def effective(vectors: np.ndarray) -> np.ndarray:
    """Mask float32 [n, len(FIELDS)]: 1 where a field affects the picture, 0 if its thing is absent."""
    sizes = vectors[:, np.maximum(OWNERS, 0)]
    return np.where(OWNERS >= 0, sizes > 0.02, True).astype(np.float32)
