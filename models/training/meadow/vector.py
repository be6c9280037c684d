"""Maps uniform random numbers to the scene vector: every quantity of the meadow, in metres, radians and sRGB.

The map is continuous, as in the first world: a thing that cannot slide to its other place shrinks to nothing on one
side of a narrow band and grows again on the other. Within such a band, the camera turns from the meadow to the table.
No border is near u = .5, so the mean of all scenes is a complete scene: a bear on green grass.
"""

from __future__ import annotations

import numpy as np

from ..miniature.colours import choose, colour_borders, rgb, smoothstep
from .labels import KINDS
from .palettes import APPLES, BIRDS, BOATS, CAKES, COATS, CUPS, KITES, PLATES, WOODS

TREES = ('tree_a', 'tree_b', 'tree_c', 'tree_d')

UNIFORMS = (
    'view', 'camera_x', 'camera_height', 'camera_yaw',
    'light', 'sun', 'clouds', 'drift', 'mist',
    'grass', 'flowers', 'hills', 'hill_phase', 'forest', 'mountains', 'mountain_phase', 'snow', 'sea', 'road', 'road_x', 'road_bend',
    *(f'{tree}{part}' for tree in TREES for part in ('', '_x', '_z', '_kind', '_leaf')),
    'hero', 'hero_x', 'hero_z', 'hero_facing', 'hero_turn', 'hero_head', 'hero_stride', 'hero_coat', 'hero_size',
    'friend', 'friend_x', 'friend_z', 'friend_facing', 'friend_turn', 'friend_head', 'friend_stride', 'friend_coat', 'friend_size',
    'bird', 'bird_place', 'bird_x', 'bird_y', 'bird_coat', 'bird_wings',
    'kite', 'kite_x', 'kite_y', 'kite_colour', 'boat', 'boat_x', 'boat_z', 'boat_colour',
    'wood', 'plate', 'plate_x', 'plate_z', 'plate_colour', 'dish', 'dish_spin', 'cake_colour',
    'cup', 'cup_side', 'cup_z', 'cup_colour', 'knife', 'knife_angle', 'apple', 'apple_colour', 'orange', 'banana', 'fruit_x',
)  # fmt: skip
"""What each of the K numbers in u decides."""

# The probability of each thing.
PRESENCE = {
    'road': 0.28,
    'bird': 0.42,
    'kite': 0.3,
    'boat': 0.8,
    'plate': 0.92,
    'cup': 0.62,
    'knife': 0.62,
    'apple': 0.4,
    'orange': 0.35,
    'banana': 0.3,
    **dict.fromkeys(TREES, 0.62),
}

VIEW = 0.68  # below it the meadow is seen, above it the table
# The ranges of u for each kind.
HERO = {'person': (0, 0.15), 'horse': (0.15, 0.32), 'bear': (0.32, 0.66), 'sheep': (0.66, 0.8), 'dog': (0.8, 0.93)}
FRIEND = {'horse': (0, 0.1), 'sheep': (0.1, 0.25), 'person': (0.55, 0.72), 'dog': (0.72, 0.86), 'bear': (0.86, 0.93)}
DISHES = {'cake': (0, 0.36), 'pizza': (0.36, 0.76), 'fruit': (0.76, 1)}
BORDERS = {
    'view': (VIEW,),
    'light': (0.62, 0.82),
    'snow': (0.4,),
    'sea': (0.3,),
    'bird_place': (0.62,),
    'hero': tuple(sorted({b for cell in HERO.values() for b in cell} - {0})),
    'friend': tuple(sorted({b for cell in FRIEND.values() for b in cell} - {0})),
    'dish': (0.36, 0.76),
    'hero_facing': (0.44,),
    'friend_facing': (0.56,),
    'cup_side': (0.44,),
    **{f'{tree}_kind': (0.58,) for tree in TREES},
    **{name: (p,) for name, p in PRESENCE.items()},
    **{
        uniform: tuple(sorted({border for palette in palettes for border in colour_borders(len(palette))}))
        for uniform, palettes in {
            'hero_coat': COATS.values(),
            'friend_coat': COATS.values(),
            'bird_coat': (BIRDS,),
            'kite_colour': (KITES,),
            'boat_colour': (BOATS,),
            'wood': (WOODS,),
            'plate_colour': (PLATES,),
            'cake_colour': (CAKES,),
            'cup_colour': (CUPS,),
            'apple_colour': (APPLES,),
        }.items()
    },
}

TABLE_Z, TABLE_TOP = -8.0, 0.76  # the table is behind the meadow's camera, which looks along +z


def _fields(v: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """All fields of the scenes, given the uniform numbers v[name], each an array [n]."""

    def size(name: str) -> np.ndarray:  # 0 = absent, 1 = full size
        return smoothstep(0, 0.04, PRESENCE[name] - v[name])

    def dip(name: str, border: float) -> np.ndarray:  # shrinks things to nothing at a border ...
        return smoothstep(0.003, 0.019, np.abs(v[name] - border))

    def step(name: str, border: float) -> np.ndarray:  # ... while their position changes
        return smoothstep(border - 0.003, border + 0.003, v[name])

    def cell(name: str, low: float, high: float) -> np.ndarray:  # 1 between two borders; 0 and 1 aren't borders
        first = smoothstep(0.003, 0.019, v[name] - low) if low > 0 else 1
        return first * (smoothstep(0.003, 0.019, high - v[name]) if high < 1 else 1)

    def between(name: str, low: float, high: float) -> np.ndarray:
        return low + (high - low) * v[name]

    f: dict[str, np.ndarray] = {}

    def mixed(name: str, weights: np.ndarray, palette) -> None:
        for channel, value in zip('rgb', (weights @ rgb(palette)).T):
            f[f'{name}_{channel}'] = value

    def coloured(name: str, uniform: str, palette) -> None:
        mixed(name, choose(v[uniform], len(palette)), palette.values())

    f['table_view'] = step('view', VIEW)
    f['camera_x'], f['camera_height'], f['yaw'] = (
        v['camera_x'] * 2 - 1,
        v['camera_height'] * 2 - 1,
        v['camera_yaw'] * 2 - 1,
    )
    f['day'] = 1 - smoothstep(0.59, 0.65, v['light'])
    f['sunset'] = 1 - f['day'] - smoothstep(0.79, 0.85, v['light'])
    f['sun'] = between('sun', -1, 1)
    f['clouds'], f['drift'] = between('clouds', 0, 0.85), v['drift']
    f['mist'] = smoothstep(0.72, 1, v['mist'])
    f['grass'], f['flowers'] = v['grass'], smoothstep(0.45, 0.9, v['flowers'])
    f['hills'], f['hill_phase'], f['forest'] = v['hills'], v['hill_phase'], smoothstep(0.3, 0.8, v['forest'])
    f['mountains'] = smoothstep(0.25, 0.45, v['mountains']) * (0.55 + 0.45 * v['mountains'])
    f['mountain_phase'], f['snow'] = v['mountain_phase'], 1 - smoothstep(0.37, 0.43, v['snow'])
    f['sea'] = shore = 1 - smoothstep(0.28, 0.32, v['sea'])  # 0 = none
    f['sea_z'] = 50 - shore * (50 - (10 + 9 * np.minimum(v['sea'], 0.3) / 0.3))
    f['road'] = size('road') * (1 - 0.25 * shore)
    f['road_x'], f['road_bend'] = between('road_x', -2.2, 2.2), between('road_bend', -1, 1)

    for tree, (side, low, high, near, far) in zip(
        TREES, ((-1, 2.6, 4.2, 8, 11), (1, 2.4, 4.4, 8, 12), (-1, 4, 9, 13, 22), (1, 4, 9, 13, 22))
    ):
        f[tree] = size(tree) * dip(f'{tree}_kind', 0.58) * (1 - 0.9 * shore if near > 12 else 1)
        f[f'{tree}_x'], f[f'{tree}_z'] = side * between(f'{tree}_x', low, high), between(f'{tree}_z', near, far)
        f[f'{tree}_pine'], f[f'{tree}_leaf'] = step(f'{tree}_kind', 0.58), v[f'{tree}_leaf']

    for who, kinds, border in (('hero', HERO, 0.44), ('friend', FRIEND, 0.56)):
        for kind in KINDS:
            f[f'{who}_{kind}'] = (
                cell(who, *kinds[kind]) * dip(f'{who}_facing', border) * between(f'{who}_size', 0.92, 1.1)
            )
        right = step(f'{who}_facing', border) * 2 - 1
        f[f'{who}_right'] = right
        turn = between(f'{who}_turn', -0.28, 0.62)  # turned slightly towards the camera
        angle = np.pi * (1 - step(f'{who}_facing', border)) + right * turn
        f[f'{who}_sin'], f[f'{who}_cos'] = np.sin(angle), np.cos(angle)
        f[f'{who}_head'] = between(f'{who}_head', 0.6, 1.3)
        f[f'{who}_stride'] = between(f'{who}_stride', -0.5, 1.3)
        for kind, palette in COATS.items():
            coloured(f'{who}_{kind}_coat', f'{who}_coat', palette)
    f['hero_x'], f['hero_z'] = between('hero_x', -0.4, 0.4), between('hero_z', 4.0, 5.3)
    away = -np.tanh(f['hero_x'] * 60)
    f['friend_x'], f['friend_z'] = away * between('friend_x', 1.7, 2.5), between('friend_z', 6.4, 8.6)
    f['friend_near'] = smoothstep(0.0, 0.02, np.abs(f['hero_x']))

    flying = 1 - step('bird_place', 0.62)
    f['bird'] = size('bird') * dip('bird_place', 0.62)
    f['bird_flying'] = flying
    f['bird_x'] = between('bird_x', -1.7, 1.7)
    f['bird_y'] = flying * between('bird_y', 2.2, 2.9)
    f['bird_wings'] = between('bird_wings', -0.5, 0.8)
    coloured('bird', 'bird_coat', BIRDS)

    f['kite'], f['kite_x'], f['kite_y'] = size('kite'), between('kite_x', -1.9, 1.9), between('kite_y', 2.5, 3.3)
    coloured('kite', 'kite_colour', KITES)
    f['boat'] = size('boat') * smoothstep(0.5, 1, shore)
    f['boat_x'], f['boat_z'] = between('boat_x', -3.2, 3.2), f['sea_z'] + between('boat_z', 3.5, 6)
    coloured('boat', 'boat_colour', BOATS)

    woods = choose(v['wood'], len(WOODS))
    mixed('wood', woods, [a for a, _ in WOODS])
    mixed('grain', woods, [b for _, b in WOODS])
    f['plate'] = size('plate')
    f['plate_x'], f['plate_z'] = between('plate_x', -0.09, 0.09), between('plate_z', -0.06, 0.06)
    coloured('plate', 'plate_colour', PLATES)
    for dish, borders in DISHES.items():
        f[dish] = cell('dish', *borders)
    f['dish_spin'] = between('dish_spin', 0, 3)
    coloured('cake', 'cake_colour', CAKES)
    side = step('cup_side', 0.44) * 2 - 1
    f['cup'], f['cup_side'] = size('cup') * dip('cup_side', 0.44), side
    f['cup_x'], f['cup_z'] = side * 0.52, between('cup_z', 0.02, 0.24)
    coloured('cup', 'cup_colour', CUPS)
    f['knife'] = size('knife') * dip('cup_side', 0.44)
    f['knife_angle'] = between('knife_angle', -0.22, 0.22)
    for fruit in ('apple', 'orange', 'banana'):
        f[fruit] = np.maximum(size(fruit) * dip('cup_side', 0.44), f['fruit'])
    f['fruit_x'] = between('fruit_x', -0.05, 0.05)
    coloured('apple', 'apple_colour', APPLES)
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
    parts = field.split('_')
    for length in range(len(parts) - 1, 0, -1):
        thing = '_'.join(parts[:length])
        if thing in PRESENCE or thing in DISHES or thing in ('mountains', 'sea') or thing.split('_')[-1] in KINDS:
            return INDEX[thing]
    return -1


OWNERS = np.array([_owner(field) for field in FIELDS])
"""For each field the index of the size it hangs on (a thing that is not there has no colour), or -1."""


def effective(vectors: np.ndarray) -> np.ndarray:
    """Mask float32 [n, len(FIELDS)]: 1 where a field affects the picture, 0 if its thing is absent."""
    sizes = vectors[:, np.maximum(OWNERS, 0)]
    return np.where(OWNERS >= 0, sizes > 0.02, True).astype(np.float32)
