"""The meadow's generator: it lays out a scene as a label map, which the meadow's SPADE paints.

As in the bedroom, the network is given where things are: it has a learned sprite of each kind of thing, placed with the
scene's camera, and learned heights of hills, woods and mountains along the horizon. It learns from label maps what
things look like from each side, and what hides what.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.spade.style import STYLES
from models.stylegan.latents import LATENT, directions
from models.training.meadow import LABELS, TREES, UNIFORMS
from models.training.meadow.labels import KINDS
from models.training.meadow.scene import FIELD_OF_VIEW
from models.training.meadow.vector import BORDERS, DISHES, FRIEND, HERO, PRESENCE, TABLE_TOP, TABLE_Z, VIEW

NAMES = {name: i for i, name in enumerate(UNIFORMS)}
TANGENT = math.tan(math.radians(FIELD_OF_VIEW / 2))
TABLE = slice(9, 14)  # the sprites on the table, which come after those of the meadow
KIND_OF_SPRITE = (0, 0, 1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 8, 9)  # figures, bird, kite, boat, trees, cake, cup, apple, orange, banana
SPRITES, CODE = len(KIND_OF_SPRITE), 10


def smooth(low: float, high: float, x: Tensor) -> Tensor:
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


class Scene:
    """The fields of vector.py that decide where things are, each [n], from uniform numbers u [n, K]."""

    def __init__(self, u: Tensor) -> None:
        self.u = u

    def __getitem__(self, name: str) -> Tensor:
        return self.u[:, NAMES[name]]

    def between(self, name: str, low: float, high: float) -> Tensor:
        return low + (high - low) * self[name]

    def size(self, name: str) -> Tensor:
        return smooth(0, 0.04, PRESENCE[name] - self[name])

    def dip(self, name: str, border: float) -> Tensor:
        return smooth(0.003, 0.019, (self[name] - border).abs())

    def step(self, name: str, border: float) -> Tensor:
        return smooth(border - 0.003, border + 0.003, self[name])

    def cell(self, name: str, low: float, high: float) -> Tensor:
        first = smooth(0.003, 0.019, self[name] - low) if low > 0 else 1
        return first * (smooth(0.003, 0.019, high - self[name]) if high < 1 else torch.ones_like(self[name]))

    @property
    def shore(self) -> Tensor:
        return 1 - smooth(0.28, 0.32, self['sea'])

    @property
    def sea_z(self) -> Tensor:
        return 50 - self.shore * (50 - (10 + 9 * self['sea'].clamp(max=0.3) / 0.3))

    @property
    def table(self) -> Tensor:
        return self.step('view', VIEW)

    def camera(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """The camera's position, right, up and forward vectors, each [n, 3]."""
        x, height, yaw = (self[name] * 2 - 1 for name in ('camera_x', 'camera_height', 'camera_yaw'))
        full = torch.ones_like(x)
        turn, table = 0.3 * yaw, self.table[:, None]
        meadow = torch.stack([0.35 * x, 1.2 + 0.25 * height, -0.35 * full], 1)
        over = torch.stack(
            [1.3 * torch.sin(turn), TABLE_TOP + 0.95 + 0.16 * height, TABLE_Z - 1.22 * torch.cos(turn)], 1
        )
        ahead = torch.stack([0.25 * yaw, 1.1 * full, 5 * full], 1)
        down = torch.stack([0.05 * x, (TABLE_TOP + 0.03) * full, (TABLE_Z + 0.06) * full], 1)
        eye = meadow + (over - meadow) * table
        forward = ahead + (down - ahead) * table - eye
        forward = forward / forward.pow(2).sum(1, keepdim=True).sqrt()
        right = torch.stack([forward[:, 2], torch.zeros_like(x), -forward[:, 0]], 1)
        right = right / right.pow(2).sum(1, keepdim=True).sqrt()
        f, r = forward, right
        up = torch.stack(
            [
                f[:, 1] * r[:, 2] - f[:, 2] * r[:, 1],
                f[:, 2] * r[:, 0] - f[:, 0] * r[:, 2],
                f[:, 0] * r[:, 1] - f[:, 1] * r[:, 0],
            ],
            1,
        )
        return eye, right, up, forward

    def sprites(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Centres [n, SPRITES, 3] in metres, half widths and heights [n, SPRITES, 2], shares of full size [n, SPRITES],
        and codes that decide their looks [n, SPRITES, CODE].
        """
        zero, one = torch.zeros_like(self['hero']), torch.ones_like(self['hero'])
        found: list[tuple[list[Tensor], Tensor, float, float, Tensor, list[Tensor]]] = []

        def add(x, y, z, size, half_x, half_y, there, *code) -> None:
            found.append(([x, y * one, z * one], size, half_x, half_y, there, [*code, *[zero] * (CODE - len(code))]))

        hero_x = self.between('hero_x', -0.4, 0.4)
        places = {
            'hero': (HERO, 0.44, hero_x, self.between('hero_z', 4.0, 5.3)),
            'friend': (
                FRIEND,
                0.56,
                -torch.tanh(hero_x * 60) * self.between('friend_x', 1.7, 2.5),
                self.between('friend_z', 6.4, 8.6),
            ),
        }
        for who, (kinds, border, x, z) in places.items():
            size = self.between(f'{who}_size', 0.92, 1.1) * self.dip(f'{who}_facing', border)
            near = smooth(0.0, 0.02, hero_x.abs()) if who == 'friend' else one
            present = [self.cell(who, *kinds[kind]) * near for kind in KINDS]
            right = self.step(f'{who}_facing', border) * 2 - 1
            details = (self[f'{who}_turn'] * 2 - 1, self[f'{who}_head'] * 2 - 1, self[f'{who}_stride'] * 2 - 1)
            grown = size * sum(present).clamp(min=0.05)
            add(x, 0.85 * size, z, grown, 1.5, 1.0, grown * 4, *present, right, *details, x / z * 3)
        flying = 1 - self.step('bird_place', 0.62)
        bird_x = self.between('bird_x', -1.7, 1.7)
        bird = self.size('bird') * self.dip('bird_place', 0.62)
        facing = torch.tanh(bird_x * 200)
        add(bird_x, flying * self.between('bird_y', 2.2, 2.9) + 0.25, 3.3 + 2.9 * flying, bird.clamp(min=0.05) * (1 + 0.25 * flying), 0.6, 0.5, bird * 4, flying, facing, self['bird_wings'] * 2 - 1, bird_x / 2)  # fmt: skip
        kite = self.size('kite')
        kite_x = self.between('kite_x', -1.9, 1.9)
        add(kite_x, self.between('kite_y', 2.5, 3.3) - 0.38 * kite, 7.0, kite.clamp(min=0.05), 0.65, 0.95, kite * 4, kite_x / 2)
        boat = self.size('boat') * smooth(0.5, 1, self.shore)
        add(self.between('boat_x', -3.2, 3.2), 1.35 * boat, self.sea_z + self.between('boat_z', 3.5, 6), boat.clamp(min=0.05), 1.5, 1.6, boat * 4, self.shore)
        for tree, (side, low, high, near, far) in zip(
            TREES, ((-1, 2.6, 4.2, 8, 11), (1, 2.4, 4.4, 8, 12), (-1, 4, 9, 13, 22), (1, 4, 9, 13, 22))
        ):
            k = self.size(tree) * self.dip(f'{tree}_kind', 0.58) * (1 - 0.9 * self.shore if near > 12 else 1)
            leaf = self[f'{tree}_leaf']
            code = [wave(leaf * turn) for turn in (5.0, 6.0, 9.0) for wave in (torch.sin, torch.cos)]
            add(side * self.between(f'{tree}_x', low, high), 1.9 * k, self.between(f'{tree}_z', near, far), k.clamp(min=0.05), 1.6, 2.1, k * 4, self.step(f'{tree}_kind', 0.58), leaf, *code)  # fmt: skip
        plate_x, plate_z = self.between('plate_x', -0.09, 0.09), TABLE_Z + self.between('plate_z', -0.06, 0.06)
        dishes = {dish: self.cell('dish', *borders) for dish, borders in DISHES.items()}
        cake, served = dishes['cake'], dishes['fruit']
        side, there = self.step('cup_side', 0.44) * 2 - 1, self.dip('cup_side', 0.44)
        add(plate_x, TABLE_TOP + 0.13 * cake, plate_z, cake.clamp(min=0.05), 0.3, 0.24, cake * 4, self['dish_spin'] * 2 - 1)
        cup = self.size('cup') * there
        add(side * 0.55, TABLE_TOP + 0.1 * cup, TABLE_Z + self.between('cup_z', 0.02, 0.24), cup.clamp(min=0.05), 0.22, 0.2, cup * 4, side)
        for fruit, (beside, away), (on_x, on_z), half in (
            ('apple', (0.6, 0.26), (-0.12, -0.02), 0.17),
            ('orange', (0.43, 0.36), (0.03, 0.11), 0.15),
            ('banana', (-0.3, 0.4), (0.08, -0.09), 0.28),
        ):
            k = torch.maximum(self.size(fruit) * there, served)
            x = -side * beside + self.between('fruit_x', -0.05, 0.05)
            x, z = x + (plate_x + on_x - x) * served, TABLE_Z + away + (plate_z + on_z - TABLE_Z - away) * served
            add(x, TABLE_TOP + 0.09 * k, z, k.clamp(min=0.05), half, half, k * 4, served, side, self['camera_yaw'] * 2 - 1)
        centres = torch.stack([torch.stack(each[0], 1) for each in found], 1)
        halves = torch.stack([torch.stack([each[1] * each[2], each[1] * each[3]], 1) for each in found], 1)
        shown = torch.stack([each[4].clamp(0, 1) for each in found], 1)
        seen = torch.cat([(1 - self.table)[:, None].expand(-1, TABLE.start), self.table[:, None].expand(-1, SPRITES - TABLE.start)], 1)
        return centres, halves.clamp(min=0.02), shown * seen, torch.stack([torch.stack(each[5], 1) for each in found], 1)


def pixels(r: int) -> Tensor:
    """The pixel centres of a row, as tangents of the angle to the view axis."""
    return ((torch.arange(r) + 0.5) / r * 2 - 1) * TANGENT


class Heights(nn.Module):
    """Learned heights along the horizon, at the places where render.c reads its noise for hills, woods and mountains.
    """

    def __init__(self) -> None:
        super().__init__()
        # uniform number that shifts them, repetitions along the horizon, amount of the shift, number of places
        self.kinds = (('hill_phase', 2.6, 9.0, 64), ('hill_phase', 4.0, 13.0, 96), ('mountain_phase', 3.1, 11.0, 144))
        self.tables = nn.ParameterList(
            [nn.Parameter(torch.full((count,), start)) for (_, _, _, count), start in zip(self.kinds, (0.03, 0.0, 0.12))]
        )

    def forward(self, scene: Scene, aside: Tensor) -> list[Tensor]:
        """Heights [n, r] of hills, of woods above them and of mountains at the places `aside` [n, r]."""
        found = []
        for table, (phase, often, shift, count) in zip(self.tables, self.kinds):
            reach = often * 0.55
            place = (aside * often + scene[phase][:, None] * shift + reach) / (shift + 2 * reach) * (count - 1)
            weights = (1 - (place[:, :, None] - torch.arange(count)).abs()).clamp(min=0)
            found.append(weights @ table)
        return found


WAVES = 14
COARSE = 27 + WAVES  # maps


def ground_maps(scene: Scene, camera: tuple[Tensor, ...], heights: Heights, waves: Tensor, r: int) -> Tensor:
    """Maps [n, COARSE, r, r] of the landscape and the table top."""
    eye, right, up, forward = camera
    a = pixels(r).to(eye)
    wide = lambda x: x[:, :, None, None]  # noqa: E731
    d = wide(forward) + wide(right) * a[None, None, None, :] - wide(up) * a[None, None, :, None]
    dx, dy, dz = d[:, 0], d[:, 1], d[:, 2]
    flat = lambda x: x[:, None, None]  # noqa: E731
    level = (dx * dx + dz * dz).sqrt()
    rise, aside = dy / level, dx / (dz.abs() + 0.3)
    # The ground: 1 / distance, so that the horizon is 0 and the sky is negative.
    near = (-dy / flat(eye[:, 1])).clamp(min=1e-3)
    x, z = flat(eye[:, 0]) + dx / near, flat(eye[:, 2]) + dz / near
    x, z = x.clamp(-30, 30), z.clamp(-30, 60)
    table, meadow = flat(scene.table), 1 - flat(scene.table)
    middle = flat(scene.between('road_x', -2.2, 2.2)) + flat(scene.between('road_bend', -1, 1)) * (
        (z - 3) ** 2 * 0.02 + 0.25 * (z - 3)
    )
    road = flat(scene.size('road') * (1 - 0.25 * scene.shore))
    away, ground = (x - middle).abs(), (near > 1.01e-3).float()
    roadside = ((road * 0.62 - away) * near * r * 0.3).clamp(-2, 2) * ground * (road > 0.02).float()
    shore = ((1 / near - flat(scene.sea_z)) * near * near * r * 0.3).clamp(-2, 2)
    sea = flat(scene.shore)
    hill, wood, ridge = (row[:, None, :] for row in heights(scene, aside[:, r // 3]))
    hill = 0.004 + flat(scene['hills'] * (1 - scene.shore)) * hill
    forest = flat(smooth(0.3, 0.8, scene['forest']) * (1 - scene.shore))
    mountains = flat(smooth(0.25, 0.45, scene['mountains']) * (0.55 + 0.45 * scene['mountains']))
    above = lambda height: ((rise - height) * r * 1.2).clamp(-2, 2)  # noqa: E731
    q = 1 / (rise.clamp(min=0) + 0.22)
    cloud_x, cloud_y = aside * q * 1.5 + flat(scene['drift']) * 6, q * 1.1 + flat(scene['drift']) * 2
    sky = meadow * (rise.clamp(min=0) * 12).clamp(max=1)
    clouds = [torch.sin(cloud_x * wx + cloud_y * wy + phase) * sky for wx, wy, phase in waves.tolist()]
    # The table top, and the flat things on it.
    k = (-dy / (flat(eye[:, 1]) - TABLE_TOP)).clamp(min=0.05)
    tx, tz = flat(eye[:, 0]) + dx / k, flat(eye[:, 2]) + dz / k - TABLE_Z
    pixel = 2 * TANGENT / r / k
    inside = lambda distance, soft=1.0: (distance / (pixel * soft)).clamp(-2, 2) * table  # noqa: E731
    px, pz = tx - flat(scene.between('plate_x', -0.09, 0.09)), tz - flat(scene.between('plate_z', -0.06, 0.06))
    radius = (px * px + pz * pz + 1e-6).sqrt()
    dish = {name: flat(scene.cell('dish', *borders)) for name, borders in DISHES.items()}
    side, there = scene.step('cup_side', 0.44) * 2 - 1, scene.dip('cup_side', 0.44)
    angle = scene.between('knife_angle', -0.22, 0.22)
    kx, kz = tx + flat(side) * 0.47, tz + 0.05
    along, across = kx * flat(torch.sin(angle)) + kz * flat(torch.cos(angle)), kx * flat(torch.cos(angle)) - kz * flat(torch.sin(angle))
    knife = flat(scene.size('knife') * there)
    board = torch.minimum(1.0 - tx.abs(), 0.52 - tz.abs())
    maps = [
        meadow.expand_as(dx), table.expand_as(dx), (rise * 3).clamp(-2, 2), a[None, None, :].expand_as(dx), a[None, :, None].expand_as(dx),
        above(torch.zeros_like(rise)) * meadow, above(hill) * meadow, above(hill + wood * forest) * meadow, forest * meadow * above(hill + 0.03),
        above(mountains * ridge) * meadow, above(mountains * 0.1) * meadow * mountains,
        roadside, shore * sea * meadow, sea * above(torch.zeros_like(rise)) * meadow, sea * meadow * ground,
        flat(scene['clouds']) * sky, rise * sky * 2, sky,
        inside(board), inside(board + 0.06, 2.0),
        inside(0.33 * flat(scene.size('plate')) - radius), inside(0.3 * dish['pizza'] - radius), dish['pizza'] * table * (0.4 - radius).clamp(-0.5, 0.5),
        inside(torch.minimum(0.024 * knife - across.abs(), 0.19 * knife - (along - 0.11 * knife).abs())), inside(torch.minimum(0.02 * knife - across.abs(), 0.1 * knife - (along + 0.14 * knife).abs())),
        inside(torch.minimum(0.03 - across.abs(), 0.3 - along.abs())) * knife, dish['cake'] * table * (0.4 - radius).clamp(-0.5, 0.5),
        *clouds,
    ]  # fmt: skip
    return torch.stack(maps, 1)


class Sprites(nn.Module):
    """Draws each thing in its own frame, and places them all in the picture."""

    CELLS, CHANNELS = 32, 24

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        kinds = max(KIND_OF_SPRITE) + 1
        self.register_buffer('kind', F.one_hot(torch.tensor(KIND_OF_SPRITE), kinds).float())
        self.enter = nn.Linear(CODE + kinds, 96)
        self.more = nn.Linear(96, 96)
        self.seed = nn.Linear(96, 48 * 64)
        self.scales = nn.ModuleList(nn.Linear(96, c) for c in (48, 40))
        self.convs = nn.ModuleList(
            [nn.Conv2d(48, 48, 3, padding=1), nn.Conv2d(48, 40, 3, padding=1), nn.Conv2d(40, self.CHANNELS, 3, padding=1)]
        )
        self.mix = nn.ParameterList(
            [nn.Parameter(torch.randn(SPRITES, self.CHANNELS, c) / self.CHANNELS**0.5) for c in channels]
        )

    def draw(self, code: Tensor) -> Tensor:
        """Codes [n, SPRITES, CODE] -> sprites [n, SPRITES, CHANNELS, CELLS, CELLS]."""
        n = code.shape[0]
        kind = self.kind[None].expand(n, -1, -1)
        h = F.leaky_relu(self.enter(torch.cat([code, kind], 2).flatten(0, 1)), 0.2)
        h = h + F.leaky_relu(self.more(h), 0.2)
        x = self.seed(h).view(-1, 48, 8, 8)
        x = F.leaky_relu(self.convs[0](F.leaky_relu(x, 0.2)) * (1 + self.scales[0](h))[:, :, None, None], 0.2)
        x = F.interpolate(x, scale_factor=2.0, mode='nearest')
        x = F.leaky_relu(self.convs[1](x) * (1 + self.scales[1](h))[:, :, None, None], 0.2)
        x = F.interpolate(x, scale_factor=2.0, mode='nearest')
        return self.convs[2](x).view(n, SPRITES, self.CHANNELS, self.CELLS, self.CELLS)

    def place(self, sprites: Tensor, across: Tensor, down: Tensor, level: int) -> Tensor:
        """Sprites -> [n, channels of the level, r, r]."""
        b, s, r, cells = across.shape
        x = torch.matmul(sprites.flatten(3).transpose(2, 3), self.mix[level])  # b, sprite, (row, column), channel
        c = x.shape[3]
        x = x.view(b * s, cells, cells, c).transpose(1, 2).reshape(b * s, cells, cells * c)  # column first
        x = torch.bmm(across.reshape(b * s, r, cells), x).view(b, s, r, cells, c)
        x = x.transpose(2, 3).reshape(b, s * cells, r * c)
        y = torch.bmm(down.transpose(1, 2).reshape(b, r, s * cells), x)
        return y.view(b, r, r, c).permute(0, 3, 1, 2)


def sprite_matrices(camera: tuple[Tensor, ...], centres: Tensor, halves: Tensor, shown: Tensor, r: int) -> tuple[Tensor, Tensor]:
    """The positions of sprites in an r x r picture: horizontal and vertical weights, each [n, SPRITES, r, CELLS]."""
    eye, right, up, forward = camera
    offset = centres - eye[:, None]
    seen = lambda axis: (offset * axis[:, None]).sum(2)  # noqa: E731
    distance, a = seen(forward).clamp(min=0.5), pixels(r).to(eye)
    cells = Sprites.CELLS
    grid = (torch.arange(cells) + 0.5) / cells * 2 - 1

    def weights(place: Tensor, half: Tensor, tangents: Tensor) -> Tensor:
        at = (distance[:, :, None] * tangents - place[:, :, None]) / half[:, :, None]
        width = (distance * (2 * TANGENT / r) / half).clamp(min=2 / cells)[:, :, None, None]
        return (1 - (at[:, :, :, None] - grid).abs() / width).clamp(min=0) * (2 / cells) / width

    down = weights(seen(up), halves[:, :, 1], -a)
    return weights(seen(right), halves[:, :, 0], a) * shown[:, :, None, None], down


class Layout(nn.Module):
    """Uniform numbers [n, K] -> label logits [n, labels, 128, 128]."""

    LEVELS, CHANNELS = (16, 32, 64), (64, 56, 48)

    def __init__(self) -> None:
        super().__init__()
        places = [(NAMES[name], border) for name in UNIFORMS for border in BORDERS.get(name, ())]
        self.register_buffer('places', torch.tensor([place for place, _ in places]))
        self.register_buffer('borders', torch.tensor([border for _, border in places]))
        self.mix = nn.Sequential(nn.Linear(len(UNIFORMS) + len(places), 160), nn.LeakyReLU(0.2), nn.Linear(160, 96), nn.LeakyReLU(0.2))
        self.heights, self.sprites = Heights(), Sprites(self.CHANNELS)
        generator = torch.Generator().manual_seed(3)
        waves = torch.randn(WAVES, 3, generator=generator) * torch.tensor((1.6, 1.6, 3.0))
        self.register_buffer('waves', waves)
        self.maps = nn.ModuleList(nn.Conv2d(COARSE, c, 1) for c in self.CHANNELS)
        self.bias = nn.ModuleList(nn.Linear(96, c) for c in self.CHANNELS)
        self.scale = nn.ModuleList(nn.Linear(96, COARSE) for _ in self.CHANNELS)
        self.convs = nn.ModuleList(
            nn.Sequential(nn.Conv2d(c, c, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(c, after, 3, padding=1))
            for c, after in zip(self.CHANNELS, (*self.CHANNELS[1:], len(LABELS)))
        )

    def forward(self, u: Tensor) -> Tensor:
        with torch.no_grad():
            scene = Scene(u)
            camera = scene.camera()
            centres, halves, shown, code = scene.sprites()
        steps = torch.clamp((u[:, self.places] - self.borders) / 0.03, -1, 1)
        style = self.mix(torch.cat([u * 2 - 1, steps], 1))
        sprites, x = self.sprites.draw(code), None
        for i, r in enumerate(self.LEVELS):
            with torch.no_grad():
                across, down = sprite_matrices(camera, centres, halves, shown, r)
            maps = ground_maps(scene, camera, self.heights, self.waves, r) * (1 + self.scale[i](style))[:, :, None, None]
            y = self.maps[i](maps) + self.bias[i](style)[:, :, None, None] + self.sprites.place(sprites, across, down, i)
            y = y if x is None else y + F.interpolate(x, scale_factor=2.0, mode='nearest')
            x = self.convs[i](F.leaky_relu(y, 0.2))
        return F.interpolate(x, scale_factor=2.0, mode='bilinear', align_corners=False)


class Laid(nn.Module):
    """z [n, 512] and truncation [1] or [n] -> one-hot label planes [n, labels, 128, 128] and SPADE's style [n, numbers].

    z is first scaled to length sqrt(512). Truncation 1 keeps it; smaller values move it towards 0, and the scene
    towards the mean of all scenes: a bear on green grass.
    """

    def __init__(self, layout: Layout) -> None:
        super().__init__()
        self.project = nn.Linear(LATENT, len(UNIFORMS), bias=False)
        self.project.weight = nn.Parameter(directions('meadow'), requires_grad=False)
        self.layout = layout
        self.register_buffer('styles', torch.tensor([NAMES[name] for name in STYLES['meadow']]))

    def forward(self, z: Tensor, truncation: Tensor) -> tuple[Tensor, Tensor]:
        z = z * torch.rsqrt(z.pow(2).mean(1, keepdim=True) + 1e-8)
        n = self.project(z * truncation.view(-1, 1))
        labels = self.layout(0.5 * (1 + torch.erf(n * 0.5**0.5))).argmax(1, keepdim=True)
        return (labels == torch.arange(len(LABELS))[None, :, None, None]).float(), n[:, self.styles]
