"""Computes where things are in the picture from the scene vector, with the same camera as the renderer's.

The synthesis network gets this in two forms: coordinate maps (walls, floor, and a local frame on each thing's surface),
and matrices that place an upright sprite of each free-standing thing. So it learns what things look like, but needn't
learn where they are.
"""

import math

import torch
from torch import Tensor

from models.training.world import scene
from models.training.world.vector import BACK, BED_TOP, HALF_WIDTH, HEIGHT, INDEX

TANGENT = math.tan(math.radians(scene.FIELD_OF_VIEW / 2))
SPRITES = 5  #: cat, ball, lamp, plant, table
FRAMES = 11  #: local frames, see `_frames`
ROOM_MAPS = 17
#: The brightness of each plank of the floor, as the renderer's hash gives it (render.c). It uses the last digits of a
#: sine, which differ between devices, so the values are listed here. Planks 12 to 22 are in the room.
PLANKS = torch.tensor(
    [0.36719, 0.0625, 0.16992, 0.44409, 0.18359, 0.78125, 0.66406, 0.16797, 0.20703, 0.64453, 0.47119]
)
COARSE_MAPS, FINE_MAPS = ROOM_MAPS + 12 * FRAMES, ROOM_MAPS + 3 * FRAMES


class Camera:
    """The camera rays of a scene through the pixel centres of an r x r picture."""

    def __init__(self, v: Tensor) -> None:
        yaw, target = v[:, INDEX['yaw']], v[:, INDEX['target_x']]
        height = torch.full_like(yaw, scene.TARGET_Y), torch.full_like(yaw, scene.TARGET_Z)
        self.eye = torch.stack(
            [
                target + scene.DISTANCE * torch.sin(yaw),
                v[:, INDEX['eye_y']],
                scene.TARGET_Z - scene.DISTANCE * torch.cos(yaw),
            ],
            1,
        )
        self.forward = _unit(torch.stack([target, *height], 1) - self.eye)
        f, zero = self.forward, torch.zeros_like(yaw)
        self.right = r = _unit(torch.stack([f[:, 2], zero, -f[:, 0]], 1))
        self.up = torch.stack(
            [
                f[:, 1] * r[:, 2] - f[:, 2] * r[:, 1],
                f[:, 2] * r[:, 0] - f[:, 0] * r[:, 2],
                f[:, 0] * r[:, 1] - f[:, 1] * r[:, 0],
            ],
            1,
        )

    def rays(self, r: int) -> tuple[Tensor, Tensor, Tensor]:
        """Ray directions dx, dy, dz, each [b, r, r], with length 1 along the view axis."""
        a = _pixels(r, self.eye)
        wide = lambda x: x[:, :, None, None]  # noqa: E731
        d = wide(self.forward) + wide(self.right) * a[None, None, None, :] - wide(self.up) * a[None, None, :, None]
        return d[:, 0], d[:, 1], d[:, 2]


def _unit(x: Tensor) -> Tensor:
    return x / x.pow(2).sum(1, keepdim=True).sqrt()


def _pixels(r: int, like: Tensor) -> Tensor:
    """The pixel centres of a row, as tangents of the angle to the view axis."""
    return ((torch.arange(r, device=like.device) + 0.5) / r * 2 - 1) * TANGENT


def coordinate_maps(v: Tensor, camera: Camera, r: int, fine: bool = False) -> Tensor:
    """Maps [b, COARSE_MAPS or FINE_MAPS, r, r] for an r x r picture. `fine` omits those needed only for coarse
    features.
    """
    dx, dy, dz = camera.rays(r)
    px, py, pz = (camera.eye[:, i, None, None] for i in range(3))
    field = lambda name, least=-9.0: v[:, INDEX[name]].clamp(min=least)[:, None, None]  # noqa: E731

    # The room: 1 / distance to each of its planes. The nearest plane is visible.
    back = (dz / (BACK - pz)).clamp(min=1e-3)
    planes = torch.stack([-dy / py, dy / (HEIGHT - py), -dx / (HALF_WIDTH + px), dx / (HALF_WIDTH - px), back], 1)
    seen = torch.softmax(planes * (3.6 * r), 1)
    nearest = planes.max(1)[0]
    x, y, z = px + dx / nearest, py + dy / nearest, pz + dz / nearest
    floor, sides = seen[:, 0], seen[:, 2] + seen[:, 3]
    along = x * (1 - sides) + z * sides
    plank = torch.floor((x + 8) * 2.2)
    shade = PLANKS.to(x.device)[(plank - 12).clamp(0, len(PLANKS) - 1).long()]
    check = (torch.sin(1.4 * math.pi * (x + 8)) * torch.sin(1.4 * math.pi * (z + 8)) * (r / 16)).clamp(-1, 1)
    stripe = (torch.sin(3 * math.pi * (along + 9)) * (r / 24)).clamp(-1, 1)
    pixel = 2 * TANGENT / r
    wall_x, wall_y, wall_pixel = px + dx / back, py + dy / back, pixel / back
    glow = torch.exp(-((wall_x - field('lamp_x')) ** 2 + (wall_y - field('lamp_height')) ** 2) * 2) * field('lamp_on')
    pool = torch.exp(-((x - field('lamp_x')) ** 2 + (z - BACK + 0.4) ** 2) * 1.5) * field('lamp_on')
    window_u, window_v = (wall_x - field('window_x')) / field('window', 0.03), (wall_y - 1.72) / field('window', 0.03)
    scale = wall_pixel / field('window', 0.03)
    pane = _cover(0.58 - window_u.abs(), scale) * _cover(0.55 - window_v.abs(), scale)
    bar = pane * torch.maximum(_cover(0.03 - window_u.abs(), scale), _cover(0.03 - window_v.abs(), scale))
    sun = ((window_u / 0.58 - field('sun_x')) ** 2 + (window_v / 0.55 - 0.5 + 0.1 * field('sunset')) ** 2 + 1e-6).sqrt()
    room = [*seen.unbind(1), x / HALF_WIDTH, y / 1.4 - 1, z / 2 - 1]
    room += [
        floor * field('checks') * check,
        floor * (1 - field('checks')) * shade,
        field('stripes') * stripe,
    ]
    room += [glow * seen[:, 4], pool * floor, pane, bar, pane * _cover(0.2 - sun, 1.8 * scale), pane * window_v]

    u, v_, size_u, size_v, foot = _frames(field, camera, dx, dy, dz, back, wall_x, wall_y, pixel)
    inside = _cover((1 - u.abs()) * size_u, foot) * _cover((1 - v_.abs()) * size_v, foot * 1.6)
    u, v_ = u.clamp(-1.2, 1.2), v_.clamp(-1.2, 1.2)
    inner = inside * torch.sigmoid(30 * (0.86 - u.abs())) * torch.sigmoid(30 * (0.86 - v_.abs()))
    radius = u * u + v_ * v_
    parts = [inside, inner, inside * torch.sigmoid(14 * (1 - radius))]
    if not fine:
        pi = math.pi
        waves = (
            u,
            v_,
            torch.sin(pi * u),
            torch.cos(pi * u),
            torch.sin(pi * v_),
            torch.cos(pi * v_),
            torch.cos(2 * pi * u),
            torch.cos(2 * pi * v_),
            radius,
        )
        parts += [inside * wave for wave in waves]
    return torch.cat([torch.stack(room, 1).clamp(-4, 4), *parts], 1)


def _cover(inside: Tensor, pixel: Tensor) -> Tensor:
    """The share of a pixel of the given size that is inside, from the signed distance to the edge."""
    return (inside / pixel + 0.5).clamp(0, 1)


def _frames(
    field,
    camera: Camera,
    dx: Tensor,
    dy: Tensor,
    dz: Tensor,
    back: Tensor,
    wall_x: Tensor,
    wall_y: Tensor,
    pixel: float,
):
    """Local coordinates u, v (-1..1 on the thing), half sizes in metres, and the size of a pixel there, each [b,
    FRAMES, r, r].
    """
    px, py, pz = (camera.eye[:, i, None, None] for i in range(3))

    def level(height):  # the horizontal plane at a height above the floor
        k = (-dy / (py - height)).clamp(min=0.05)
        return px + dx / k, pz + dz / k, pixel / k

    side, bed = torch.tanh(field('side') * 3), field('bed', 0.03)
    bed_x, window, picture, rug, table = (
        1.25 * side,
        field('window', 0.03),
        field('picture', 0.03),
        field('rug', 0.03),
        field('table', 0.03),
    )
    cat, ball = field('cat', 0.03), field('ball', 0.03)
    wall_pixel = pixel / back
    ground_x, ground_z, ground_pixel = level(0.02)
    top_x, top_z, top_pixel = level(BED_TOP * bed)
    cushion_x, cushion_z, _ = level((BED_TOP + 0.06) * bed)
    seat_x, seat_z, seat_pixel = level(field('cat_y'))
    foot_z, foot_x = BACK - 0.12 - 2 * bed, bed_x - side * 0.68 * bed
    k_foot = (dz / (foot_z - pz)).clamp(min=0.05)
    k_side = (dx * side / ((foot_x - px) * side).clamp(min=0.05)).clamp(min=0.05)
    full = torch.ones_like(dx)
    bed_z, width = BACK - 0.12 - bed, field('rug_width') * rug
    frames = (  # distance from the centre along u and v, half sizes along u and v, size of a pixel; all in metres
        (wall_x - field('window_x'), wall_y - 1.72, 0.66 * window, 0.62 * window, wall_pixel),
        (wall_x - field('picture_x'), wall_y - 1.85, 0.36 * picture, 0.28 * picture, wall_pixel),
        (ground_x - field('rug_x'), ground_z - field('rug_z'), width, 0.6 * rug, ground_pixel),
        (top_x - bed_x, top_z - bed_z, 0.68 * bed, bed, top_pixel),
        (px + dx / k_foot - bed_x, py + dy / k_foot - 0.27 * bed, 0.68 * bed, 0.27 * bed, pixel / k_foot),
        (pz + dz / k_side - bed_z, py + dy / k_side - 0.27 * bed, bed, 0.27 * bed, pixel / k_side),
        (wall_x - bed_x, wall_y - 0.42 * bed, 0.71 * bed, 0.42 * bed, wall_pixel),  # headboard
        (
            (cushion_x - bed_x).abs() - field('pillow_gap') * bed,
            cushion_z - BACK + 0.42 * bed,
            0.28 * bed,
            0.24 * bed,
            top_pixel,
        ),
        (seat_x - field('cat_x'), seat_z - field('cat_z'), 0.75 * cat, 0.75 * cat, seat_pixel),
        (ground_x - field('ball_x'), ground_z - field('ball_z'), 3 * ball, 3 * ball, ground_pixel),
        (ground_x - field('table_x'), ground_z - BACK + 0.55, 0.9 * table, 0.8 * table, ground_pixel),
    )
    away_u, away_v, size_u, size_v, foot = (torch.stack([part * full for part in column], 1) for column in zip(*frames))
    u, v = away_u / size_u, away_v / size_v
    return u.clamp(-8, 8), v.clamp(-8, 8), size_u, size_v, foot


def sprite_matrices(v: Tensor, camera: Camera, r: int, cells: int) -> tuple[Tensor, Tensor]:
    """The positions of sprites of cells x cells in an r x r picture: horizontal and vertical weights, each [b, SPRITES,
    r, cells].

    picture[y, x] = sum over sprites and cells of down[y, j] * across[x, i] * sprite[j, i], j counted from the bottom.
    """
    field = lambda name, least=-9.0: v[:, INDEX[name]].clamp(min=least)  # noqa: E731
    cat, ball, lamp, plant, table = (field(name, 0.02) for name in ('cat', 'ball', 'lamp', 'plant', 'table'))
    height, away = field('lamp_height'), torch.full_like(cat, BACK)
    centres = [
        (field('cat_x'), field('cat_y') + 0.34 * cat, field('cat_z')),
        (field('ball_x'), ball, field('ball_z')),
        (field('lamp_x'), (height + 0.32 * lamp) / 2, away - 0.4),
        (field('plant_x'), field('plant_y') + 0.5 * plant, field('plant_z')),
        (field('table_x'), 0.36 * table, away - 0.55),
    ]
    halves = [
        (0.46 * cat, 0.42 * cat),
        (1.1 * ball, 1.1 * ball),
        (0.33 * lamp, (height + 0.4 * lamp) / 2),
        (0.5 * plant, 0.6 * plant),
        (0.64 * table, 0.56 * table),
    ]
    centre = torch.stack([torch.stack(c, 1) for c in centres], 1) - camera.eye[:, None]
    half = torch.stack([torch.stack(h, 1) for h in halves], 1).clamp(min=0.02)
    there = torch.stack([cat * 8, ball * 40, lamp * 10, plant * 10, table * 10], 1).clamp(0, 1)
    seen = lambda axis: (centre * axis[:, None]).sum(2)  # noqa: E731
    distance = seen(camera.forward).clamp(min=0.5)
    grid = (torch.arange(cells, device=v.device) + 0.5) / cells * 2 - 1

    def weights(
        offset: Tensor, size: Tensor, tangents: Tensor
    ) -> Tensor:  # a triangular filter as wide as a pixel or a cell, whichever is wider
        place = (distance[:, :, None] * tangents - offset[:, :, None]) / size[:, :, None]
        width = (distance * (2 * TANGENT / r) / size).clamp(min=2 / cells)[:, :, None, None]
        return (1 - (place[:, :, :, None] - grid).abs() / width).clamp(min=0) * (2 / cells) / width

    a = _pixels(r, v)
    return weights(seen(camera.right), half[:, :, 0], a) * there[:, :, None, None], weights(
        seen(camera.up), half[:, :, 1], -a
    )
