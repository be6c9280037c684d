"""Everything else in the scene: trees, kite, boat, and what is on the table."""

from __future__ import annotations

import math

import numpy as np

from ..miniature.colours import Colour, blend, hexcolour, linear
from ..miniature.shapes import BOX, CYLINDER, FRUSTUM, SPHERE, Shapes
from .animals import ANIMALS, BLACK, WHITE, Body, bird
from .labels import ID, INSTANCE, KINDS
from .vector import FIELDS, TABLE_TOP, TABLE_Z, TREES

# Texture numbers of primitives, as in render.c.
LEAVES, BARK, WOOD, PIZZA, CAKE, RIM, KITE, SKIN = range(3, 11)

SMALLEST = 0.02  # things below this share of their full size are left out
TRUNK, GREEN, LIME, AUTUMN, PINE_DARK, PINE = (
    hexcolour(c) for c in ('6b4a32', '3f6f2c', '86a83c', 'd08a2c', '1f4a2e', '4a7a44')
)
STEEL, HANDLE, COFFEE, CHERRY, STEM, PEEL, BANANA, TIP = (
    hexcolour(c) for c in ('b8bcc4', '2e2622', '3a2114', 'c01f28', '4a3520', 'f08a1c', 'f2cd38', '5a4320')
)
GLAZE = 0.35  # shine of glazed china


class Vector:
    """A scene vector whose fields are attributes."""

    def __init__(self, values: np.ndarray) -> None:
        self.__dict__.update(zip(FIELDS, np.asarray(values, np.float64).tolist()))

    def __getitem__(self, name: str) -> float:
        return self.__dict__[name]

    def colour(self, name: str) -> Colour:
        return linear([self.__dict__[f'{name}_{c}'] for c in 'rgb'])


def tree(s: Shapes, v: Vector, name: str) -> None:
    x, z, k, leaf = v[f'{name}_x'], v[f'{name}_z'], v[name], v[f'{name}_leaf']
    if v[f'{name}_pine'] > 0.5:
        s.add(CYLINDER, 'tree', (x, 0.4 * k, z), (0.12 * k, 0.4 * k, 0.12 * k), TRUNK, texture=BARK, instance=0)
        for i in range(4):
            r, y = 1.05 - 0.22 * i, 0.95 + 0.72 * i
            s.add(
                FRUSTUM,
                'tree',
                (x, y * k, z),
                (r * k, 0.62 * k, r * k),
                PINE_DARK,
                PINE,
                taper=0.12,
                texture=LEAVES,
                phase=0.1 * i + leaf,
                instance=0,
            )
        return
    dark, pale = blend(GREEN, AUTUMN, max(0.0, leaf * 3 - 2)), blend(LIME, AUTUMN, max(0.0, leaf * 3 - 2))
    s.add(FRUSTUM, 'tree', (x, 0.75 * k, z), (0.17 * k, 0.75 * k, 0.17 * k), TRUNK, taper=0.7, texture=BARK, instance=0)
    for i in range(8):
        turn, out = i * 2.4 + leaf * 6, 0.62 * (i > 0)
        y = 2.25 + 0.55 * math.sin(i * 1.9 + leaf * 5) + (0.35 if i == 0 else 0)
        r = 0.62 + 0.14 * math.sin(i * 2.7 + leaf * 9)
        s.add(
            SPHERE,
            'tree',
            (x + out * k * math.cos(turn), y * k, z + out * k * math.sin(turn)),
            (r * k, 0.85 * r * k, r * k),
            dark,
            pale,
            texture=LEAVES,
            phase=0.13 * i + leaf,
            instance=0,
        )


def people_and_animals(s: Shapes, v: Vector) -> None:
    for who in ('hero', 'friend'):
        for kind in KINDS:
            size = v[f'{who}_{kind}'] * (v.friend_near if who == 'friend' else 1)
            if size > SMALLEST:
                at = (v[f'{who}_x'], 0.0, v[f'{who}_z'])
                body = Body(s, kind, INSTANCE[f'{who} {kind}'], at, v[f'{who}_cos'], v[f'{who}_sin'], size)
                turn = v[f'{who}_head'] * v[f'{who}_right']
                if kind == 'person':  # a face is easier to recognise than a profile
                    body.yaw += 0.75 * v[f'{who}_right']
                more = {'raised': min(1.0, v.kite)} if kind == 'person' else {}
                ANIMALS[kind](body, v.colour(f'{who}_{kind}_coat'), turn, v[f'{who}_stride'], **more)
    if v.bird > SMALLEST:
        z = 6.2 if v.bird_flying > 0.5 else 3.3
        at = (v.bird_x, v.bird_y, z)
        facing = -1 if v.bird_x > 0 else 1
        body = Body(s, 'bird', INSTANCE['bird'], at, facing * 0.87, 0.5 * facing, v.bird * (1.25 if z > 5 else 1.0))
        bird(body, v.colour('bird'), v.bird_flying, v.bird_wings)


def kite(s: Shapes, v: Vector) -> None:
    x, y, z, k, colour = v.kite_x, v.kite_y, 7.0, v.kite, v.colour('kite')
    own = {'instance': INSTANCE['kite'], 'shadow': False}
    s.add(
        BOX,
        'kite',
        (x, y, z),
        (0.36 * k, 0.36 * k, 0.012),
        colour,
        blend(colour, WHITE, 0.75),
        roll=0.95,
        tilt=-0.25,
        texture=KITE,
        **own,
    )
    for i in range(6):
        t = (i + 1) / 6
        dx, dy = 0.12 * math.sin(t * 5), -0.45 - 0.75 * t
        if i % 2:
            s.add(
                BOX,
                'kite',
                (x + dx * k, y + dy * k, z),
                (0.085 * k, 0.035 * k, 0.01),
                colour,
                roll=0.5 * math.cos(t * 5),
                **own,
            )
        s.add(SPHERE, 'kite', (x + dx * k, y + dy * k, z), (0.016, 0.08 * k, 0.016), blend(colour, BLACK, 0.3), **own)


def boat(s: Shapes, v: Vector) -> None:
    x, z, k, colour = v.boat_x, v.boat_z, 1.25 * v.boat, v.colour('boat')
    own = {'instance': INSTANCE['boat']}
    s.add(FRUSTUM, 'boat', (x, 0.2 * k, z), (0.78 * k, 0.24 * k, 0.3 * k), colour, taper=1.4, **own)
    s.add(CYLINDER, 'boat', (x, 0.46 * k, z), (1.08 * k, 0.03 * k, 0.42 * k), hexcolour('8a5a35'), region=1, **own)
    s.add(CYLINDER, 'boat', (x - 0.05 * k, 1.4 * k, z), (0.035 * k, 1.0 * k, 0.035 * k), hexcolour('6b4a32'), **own)
    s.add(
        FRUSTUM,
        'boat',
        (x + 0.02 * k, 1.5 * k, z - 0.05 * k),
        (0.72 * k, 0.88 * k, 0.05 * k),
        (0.86, 0.84, 0.78),
        taper=0.03,
        region=2,
        **own,
    )


def table(s: Shapes, v: Vector) -> None:
    wood, grain = v.colour('wood'), v.colour('grain')
    s.add(
        BOX,
        'dining table',
        (0, TABLE_TOP - 0.03, TABLE_Z),
        (1.0, 0.03, 0.52),
        wood,
        grain,
        texture=WOOD,
        instance=INSTANCE['dining table'],
    )
    for x in (-0.9, 0.9):
        for z in (-0.42, 0.42):
            s.add(
                BOX,
                'dining table',
                (x, TABLE_TOP / 2 - 0.03, TABLE_Z + z),
                (0.04, TABLE_TOP / 2 - 0.03, 0.04),
                grain,
                instance=INSTANCE['dining table'],
            )


def plate(s: Shapes, v: Vector) -> None:
    x, z, k, colour = v.plate_x, TABLE_Z + v.plate_z, v.plate, v.colour('plate')
    own = {'instance': INSTANCE['plate'], 'emission': GLAZE}
    rim = blend(hexcolour('4f74a8'), WHITE, max(0.0, 1 - colour[0] * 1.25))
    s.add(
        FRUSTUM,
        'plate',
        (x, TABLE_TOP + 0.011, z),
        (0.26 * k, 0.011, 0.26 * k),
        colour,
        rim,
        taper=1.35,
        texture=RIM,
        **own,
    )


def pizza(s: Shapes, v: Vector) -> None:
    x, z, k = v.plate_x, TABLE_Z + v.plate_z, v.pizza
    s.add(
        CYLINDER,
        'pizza',
        (x, TABLE_TOP + 0.035, z),
        (0.3 * k, 0.014, 0.3 * k),
        WHITE,
        texture=PIZZA,
        yaw=v.dish_spin,
        instance=INSTANCE['pizza'],
    )


def cake(s: Shapes, v: Vector) -> None:
    x, z, k, icing = v.plate_x, TABLE_Z + v.plate_z, v.cake, v.colour('cake')
    own = {'instance': INSTANCE['cake']}
    y = TABLE_TOP + 0.022
    sponge = hexcolour('b9793f')
    s.add(
        CYLINDER,
        'cake',
        (x, y + 0.1 * k, z),
        (0.215 * k, 0.1 * k, 0.215 * k),
        sponge,
        icing,
        texture=CAKE,
        yaw=v.dish_spin,
        **own,
    )
    for i in range(7):
        a = v.dish_spin + i * 2 * math.pi / 7
        at = (x + 0.155 * k * math.cos(a), y + 0.222 * k, z + 0.155 * k * math.sin(a))
        s.add(SPHERE, 'cake', at, (0.034 * k, 0.03 * k, 0.034 * k), CHERRY, emission=GLAZE, region=3, **own)


def fruit(s: Shapes, v: Vector) -> None:
    on = v.fruit  # on the plate if fruit is the dish, otherwise next to it
    side = -v.cup_side
    px, pz = v.plate_x, TABLE_Z + v.plate_z
    lift = TABLE_TOP + 0.022 * on

    def at(beside: tuple[float, float], served: tuple[float, float]) -> tuple[float, float]:
        bx, bz = side * beside[0] + v.fruit_x, TABLE_Z + beside[1]
        return bx + (px + served[0] - bx) * on, bz + (pz + served[1] - bz) * on

    if v.apple > SMALLEST:
        k, (x, z), own = v.apple, at((0.6, 0.26), (-0.12, -0.02)), {'instance': INSTANCE['apple']}
        colour = v.colour('apple')
        for dx in (-0.012, 0.012):
            s.add(
                SPHERE,
                'fruit',
                (x + dx * k, lift + 0.085 * k, z),
                (0.083 * k, 0.085 * k, 0.09 * k),
                colour,
                blend(colour, BANANA, 0.22),
                texture=SKIN,
                emission=GLAZE,
                **own,
            )
        s.add(CYLINDER, 'fruit', (x, lift + 0.185 * k, z), (0.008 * k, 0.03 * k, 0.008 * k), STEM, roll=0.3, **own)
        s.add(SPHERE, 'fruit', (x + 0.04 * k, lift + 0.19 * k, z), (0.04 * k, 0.008, 0.02 * k), LIME, roll=0.4, **own)
    if v.orange > SMALLEST:
        k, (x, z), own = v.orange, at((0.43, 0.36), (0.03, 0.11)), {'instance': INSTANCE['orange']}
        s.add(SPHERE, 'fruit', (x, lift + 0.085 * k, z), (0.088 * k, 0.085 * k, 0.088 * k), PEEL, emission=GLAZE, **own)
        s.add(SPHERE, 'fruit', (x, lift + 0.168 * k, z - 0.01), (0.013 * k, 0.006, 0.013 * k), GREEN, **own)
    if v.banana > SMALLEST:
        k, (x, z), own = v.banana, at((-0.3 * side, 0.4), (0.08, -0.09)), {'instance': INSTANCE['banana']}
        for i in range(9):
            a = -1.15 + 2.3 * i / 8
            r = 0.038 - 0.012 * abs(a / 1.15) ** 3
            colour = TIP if i in (0, 8) else BANANA
            at_ = (x + 0.19 * k * math.sin(a), lift + 0.04 * k, z + 0.14 * k * (1 - math.cos(a)) * 1.25 - 0.04 * k)
            s.add(SPHERE, 'fruit', at_, (0.06 * k, r * k, r * k), colour, yaw=-a * 0.95, **own)


def cup(s: Shapes, v: Vector) -> None:
    x, z, k, colour = v.cup_x, TABLE_Z + v.cup_z, v.cup, v.colour('cup')
    own = {'instance': INSTANCE['cup'], 'emission': GLAZE}
    s.add(FRUSTUM, 'cup', (x, TABLE_TOP + 0.1 * k, z), (0.072 * k, 0.1 * k, 0.072 * k), colour, taper=1.25, **own)
    s.add(
        CYLINDER,
        'cup',
        (x, TABLE_TOP + 0.199 * k, z),
        (0.077 * k, 0.003, 0.077 * k),
        COFFEE,
        region=1,
        instance=INSTANCE['cup'],
    )
    for i in range(9):
        a = -1.4 + 2.8 * i / 8
        at = (x + v.cup_side * k * (0.085 + 0.055 * math.cos(a)), TABLE_TOP + k * (0.11 + 0.06 * math.sin(a)), z)
        s.add(SPHERE, 'cup', at, (0.017 * k, 0.017 * k, 0.017 * k), colour, **own)


def knife(s: Shapes, v: Vector) -> None:
    x, z, k, a = -v.cup_side * 0.47, TABLE_Z - 0.05, v.knife, v.knife_angle
    own = {'instance': INSTANCE['knife'], 'yaw': a}
    c, n = math.cos(a), math.sin(a)
    s.add(
        SPHERE,
        'knife',
        (x + 0.11 * n * k, TABLE_TOP + 0.006, z + 0.11 * c * k),
        (0.024 * k, 0.006, 0.19 * k),
        STEEL,
        emission=0.45,
        **own,
    )
    s.add(
        BOX,
        'knife',
        (x - 0.14 * n * k, TABLE_TOP + 0.012, z - 0.14 * c * k),
        (0.018 * k, 0.012, 0.1 * k),
        HANDLE,
        region=1,
        **own,
    )


TABLEWARE = (plate, pizza, cake, fruit, cup, knife)


def furnish(v: Vector) -> Shapes:
    """All things of a scene that are large enough to be seen, in the meadow or on the table, depending on the camera.
    """
    shapes = Shapes(ID)
    if v.table_view < 1:
        for name in TREES:
            if v[name] > SMALLEST:
                tree(shapes, v, name)
        people_and_animals(shapes, v)
        for part in (kite, boat):
            if v[part.__name__] > SMALLEST:
                part(shapes, v)
    if v.table_view > 0:
        table(shapes, v)
        for part in TABLEWARE:
            if part is fruit or v[part.__name__] > SMALLEST:
                part(shapes, v)
    return shapes
