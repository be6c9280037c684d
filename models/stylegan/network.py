"""The StyleGAN of the miniature world: latent vector z [512] -> picture of 128 x 128 pixels.

mapping.py predicts the scene vector from z. A style network turns it into w [192]. The synthesis network starts from a
learned constant of 8 x 8 and grows to 128 x 128 through convolutions modulated by w. At each size it is given where
things are (geometry.py).
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.stylegan.geometry import COARSE_MAPS, FINE_MAPS, SPRITES, Camera, coordinate_maps, sprite_matrices
from models.stylegan.latents import LATENT, directions
from models.stylegan.mapping import Mapping, seen_fields
from models.training.world.vector import FIELDS

STYLE = 192
LEVELS = (16, 32, 64, 128)
PLANES = 16  #: planes of a coarse output: 3 colours, 12 labels, 1 depth. Labels and depth are only used in training


def linear(inputs: int, outputs: int, gain: float = math.sqrt(2)) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    nn.init.normal_(layer.weight, 0, gain / math.sqrt(inputs))
    nn.init.zeros_(layer.bias)
    return layer


def grow(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2.0, mode='nearest')


class ModulatedConv(nn.Module):
    """A convolution with inputs scaled by a style and outputs normalised to unit variance (StyleGAN2)."""

    def __init__(self, inputs: int, outputs: int, style: int, size: int = 3, demodulate: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, size, size) / math.sqrt(inputs * size * size))
        self.scale = nn.Linear(style, inputs)
        nn.init.normal_(self.scale.weight, 0, 0.6 / math.sqrt(style))
        nn.init.ones_(self.scale.bias)
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.padding, self.demodulate = size // 2, demodulate

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        scale = self.scale(style)
        y = F.conv2d(x * scale[:, :, None, None], self.weight, None, padding=self.padding)
        if self.demodulate:
            power = scale.float() ** 2 @ (self.weight.float() ** 2).sum((2, 3)).t()
            y = y * torch.rsqrt(power + 1e-6)[:, :, None, None]
        y = y + self.bias[None, :, None, None]
        return F.leaky_relu(y, 0.2) * 1.3 if self.demodulate else y


class Style(nn.Module):
    """Normalised scene vector -> w, with unit variance."""

    def __init__(self, inputs: int, hidden: int = 192) -> None:
        super().__init__()
        self.enter = linear(inputs, hidden)
        self.blocks = nn.ModuleList(
            nn.ModuleList([linear(hidden, hidden), linear(hidden, hidden, 0.5)]) for _ in range(2)
        )
        self.out = linear(hidden, STYLE, 1.0)

    def forward(self, x: Tensor) -> Tensor:
        x = F.leaky_relu(self.enter(x), 0.2)
        for first, second in self.blocks:
            x = x + second(F.leaky_relu(first(x), 0.2))
        w = self.out(x)
        return w * torch.rsqrt(w.pow(2).mean(1, keepdim=True) + 1e-6)


class MapLayer(nn.Module):
    """Coordinate maps -> features. The weights depend on the scene: a learned matrix scaled by the style and, for the
    first maps (surfaces, which have the scene's colours), a low-rank matrix computed from the style.
    """

    RANK, PAINTED = 6, FINE_MAPS

    def __init__(self, maps: int, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(channels, maps) / math.sqrt(maps))
        self.scale = linear(STYLE, maps, 0.6)
        self.paint = linear(STYLE, self.RANK * self.PAINTED, 0.3)
        self.mix = nn.Parameter(torch.randn(channels, self.RANK) / math.sqrt(self.RANK))
        self.bias = linear(STYLE, channels, 0.6)

    def forward(self, maps: Tensor, w: Tensor) -> Tensor:
        b, count, r, _ = maps.shape
        paint = torch.matmul(self.mix, self.paint(w).view(b, self.RANK, self.PAINTED))
        own = self.weight * (1 + self.scale(w))[:, None, :] + F.pad(paint, (0, count - self.PAINTED))
        y = torch.bmm(maps.flatten(2).transpose(1, 2), own.transpose(1, 2)) + self.bias(w)[:, None, :]
        return y.view(b, r, r, -1).permute(0, 3, 1, 2)


class Sprites(nn.Module):
    """Draws the features of the five free-standing things, each in its own frame, and places them in the picture."""

    CODE, COARSE, COARSE_CHANNELS, FINE, FINE_CHANNELS = 48, 24, 24, 48, 12

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.first = linear(STYLE + len(FIELDS), 224)
        self.code = linear(224, SPRITES * self.CODE, 1.0)
        self.seed = nn.Parameter(torch.randn(SPRITES, self.CODE, 32 * 36) * math.sqrt(1 / self.CODE))
        self.seed_bias = nn.Parameter(torch.randn(SPRITES, 32 * 36) * 0.3)
        self.convs = nn.ModuleList(
            [
                ModulatedConv(32, 48, self.CODE),
                ModulatedConv(48, 40, self.CODE),
                ModulatedConv(40, self.COARSE_CHANNELS, self.CODE),
            ]
        )
        self.detail = ModulatedConv(self.COARSE_CHANNELS, 4 * self.FINE_CHANNELS, self.CODE)
        sizes = [self.COARSE_CHANNELS] * 3 + [self.FINE_CHANNELS]
        self.mix = nn.ParameterList(
            [nn.Parameter(torch.randn(SPRITES, own, c) / math.sqrt(own)) for own, c in zip(sizes, channels)]
        )

    def draw(self, w: Tensor, normal: Tensor, fine: bool) -> tuple[Tensor, Tensor | None]:
        """Sprites [b, SPRITES, COARSE_CHANNELS, cells] and, if `fine`, [b, SPRITES, FINE_CHANNELS, cells]."""
        b = w.shape[0]
        code = self.code(F.leaky_relu(self.first(torch.cat([w, normal], 1)), 0.2)).view(b, SPRITES, self.CODE)
        x = torch.matmul(code.transpose(0, 1), self.seed).transpose(0, 1) + self.seed_bias
        x, code = x.reshape(b * SPRITES, 32, 6, 6), code.reshape(b * SPRITES, self.CODE)
        x = self.convs[0](F.leaky_relu(x, 0.2), code)
        x = self.convs[2](grow(self.convs[1](grow(x), code)), code)
        detail = (
            F.pixel_shuffle(self.detail(x, code), 2).reshape(b, SPRITES, self.FINE_CHANNELS, self.FINE**2)
            if fine
            else None
        )
        return x.reshape(b, SPRITES, self.COARSE_CHANNELS, self.COARSE**2), detail

    def place(self, sprites: Tensor, matrices: tuple[Tensor, Tensor], level: int) -> Tensor:
        """Sprites -> [b, channels of the level, r, r]."""
        across, down = matrices
        b, _, r, cells = across.shape
        x = torch.matmul(sprites.transpose(2, 3), self.mix[level])  # b, sprite, (row, column), channel
        c = x.shape[3]
        x = x.view(b * SPRITES, cells, cells, c).transpose(1, 2).reshape(b * SPRITES, cells, cells * c)  # column first
        x = torch.bmm(across.reshape(b * SPRITES, r, cells), x).view(b, SPRITES, r, cells, c)
        x = x.transpose(2, 3).reshape(b, SPRITES * cells, r * c)
        y = torch.bmm(down.transpose(1, 2).reshape(b, r, SPRITES * cells), x)
        return y.view(b, r, r, c).permute(0, 3, 1, 2)


class Synthesis(nn.Module):
    """w and the scene vector -> pictures of 16, 32, 64 and 128 pixels, each adding detail to the one before."""

    def __init__(self, channels: tuple[int, ...] = (96, 96, 64, 32, 16)) -> None:
        super().__init__()
        told = (96, 64, 40, 16)  # channels at each level for where things are
        self.constant = nn.Parameter(torch.randn(1, channels[0], 8, 8) * 0.5)
        self.layout = linear(STYLE, 12 * 64, 1.0)
        self.enter = nn.Conv2d(12, channels[0], 1)
        nn.init.normal_(self.enter.weight, 0, 0.25)
        self.first = ModulatedConv(channels[0], channels[0], STYLE)
        self.widen = nn.ModuleList(
            [ModulatedConv(a, b, STYLE, 1, False) for a, b in zip(channels[:3], told)]
            + [ModulatedConv(channels[3], 4 * told[3], STYLE, 3, False)]
        )
        self.maps = nn.ModuleList([MapLayer(COARSE_MAPS, c) for c in told[:3]] + [MapLayer(FINE_MAPS, told[3])])
        self.sprites = Sprites(told)
        self.convs = nn.ModuleList(ModulatedConv(a, b, STYLE) for a, b in zip(told, channels[1:]))
        self.again = nn.ModuleDict({str(i): ModulatedConv(channels[i + 1], channels[i + 1], STYLE) for i in (0, 2, 3)})
        self.outs = nn.ModuleList(nn.Conv2d(c, PLANES if i < 3 else 3, 1) for i, c in enumerate(channels[1:]))

    def forward(self, w: Tensor, vector: Tensor, normal: Tensor, top: int = 128) -> list[Tensor]:
        """Outputs for 16 ... top pixels: [b, PLANES, r, r], whose planes 0..2 are colours before tanh; at 128, only
        colours.
        """
        camera, outs = Camera(vector), []
        coarse, fine = self.sprites.draw(w, normal, top == 128)
        x = self.first(self.constant + self.enter(self.layout(w).view(-1, 12, 8, 8)), w)
        for i, r in enumerate(LEVELS):
            if r > top:
                break
            x = self.widen[i](x, w)
            x = grow(x) if r < 128 else F.pixel_shuffle(x, 2)
            with torch.no_grad():
                maps = coordinate_maps(vector, camera, r, fine=r == 128)
                matrices = sprite_matrices(vector, camera, r, Sprites.FINE if r == 128 else Sprites.COARSE)
            x = x + self.maps[i](maps, w) + self.sprites.place(fine if r == 128 else coarse, matrices, i)
            x = self.convs[i](F.leaky_relu(x, 0.2), w)
            if str(i) in self.again:
                x = self.again[str(i)](x, w)
            y = self.outs[i](x)
            if outs:
                y = y + grow(outs[-1][:, : y.shape[1]])
            outs.append(y)
        return outs


class Generator(nn.Module):
    """z [n, 512] and truncation [1] or [n] -> image [n, 3, 128, 128] in -1..1.

    z is first scaled to length sqrt(512), as in StyleGAN. Truncation 1 keeps it; smaller values move it towards 0, and
    the scene towards the mean of all scenes: at 0, every z gives the same room. A short z stands for rooms in which
    every choice is a common one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(LATENT, len(directions()), bias=False)
        self.project.weight = nn.Parameter(directions(), requires_grad=False)
        self.mapping = Mapping()
        self.style = Style(len(FIELDS))
        self.synthesis = Synthesis()

    def forward(self, z: Tensor, truncation: Tensor) -> Tensor:
        z = z * torch.rsqrt(z.pow(2).mean(1, keepdim=True) + 1e-8)
        vector = self.mapping(self.project(z * truncation.view(-1, 1)))
        return torch.tanh(self.pictures(vector)[-1])

    def pictures(self, vector: Tensor, top: int = 128) -> list[Tensor]:
        """All sizes up to `top` from scene vectors [n, fields]; see Synthesis.forward."""
        normal = (vector - self.mapping.mean) / self.mapping.deviation * seen_fields(vector)
        return self.synthesis(self.style(normal), vector, normal, top)


class Discriminator(nn.Module):
    """Judges patches of a picture [n, 3, 128, 128]. Also returns its features, for feature matching."""

    def __init__(self, channels: tuple[int, ...] = (16, 32, 64, 96)) -> None:
        super().__init__()
        sizes = (3, *channels)
        self.convs = nn.ModuleList(nn.utils.spectral_norm(nn.Conv2d(a, b, 4, 2, 1)) for a, b in zip(sizes, sizes[1:]))
        self.out = nn.utils.spectral_norm(nn.Conv2d(channels[-1], 1, 3, padding=1))

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        features = []
        for conv in self.convs:
            x = F.leaky_relu(conv(x), 0.2)
            features.append(x)
        return self.out(x), features
