"""The networks of the extractor of `daisychain-teach`."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTHS = (20, 40, 80, 144)
SIDE = 64  # side of the networks' input, in pixels
OWN = 128  # features of each network
FEATURES = 160  # features of both together
SHARE = 0.7  # weight of the second network relative to the first


class Block(nn.Module):
    """A block that halves the size, followed by a residual convolution."""

    def __init__(self, before: int, width: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(before, width, 3, 2, 1, bias=False)
        self.first = nn.BatchNorm2d(width)
        self.on = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.second = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.first(self.down(x)))
        return F.relu(x + self.second(self.on(x)))


class Looks(nn.Module):
    """Maps pictures float32 [n, 3, h, w] in 0..1 to features [n, FEATURES]."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(a, b) for a, b in zip((3, *WIDTHS), WIDTHS))
        views = 5 * WIDTHS[-1] + 2 * WIDTHS[-2] + 48
        self.register_buffer('center', torch.zeros(views))
        self.register_buffer('directions', torch.zeros(views, FEATURES))

    def layers(self, x: Tensor) -> list[Tensor]:
        found, x = [], x * 4 - 2
        for block in self.blocks:
            x = block(x)
            found.append(x)
        return found

    def views(self, x: Tensor) -> Tensor:
        *_, before, last = self.layers(x)
        middle = before.mean((2, 3), keepdim=True)
        uneven = ((before - middle).square().mean((2, 3)) + 1e-6).sqrt()
        groups = [
            unit(last.mean((2, 3))),
            0.7 * unit(F.avg_pool2d(last, 2).flatten(1)),
            0.5 * unit(middle.flatten(1)),
            0.5 * unit(uneven),
            0.25 * unit(F.avg_pool2d(x, SIDE // 4).flatten(1) - 0.5),
        ]
        return torch.cat(groups, 1)

    def forward(self, x: Tensor) -> Tensor:
        return (self.views(x) - self.center) @ self.directions


class Both(nn.Module):
    """Two networks with the same input: maps pictures float32 [n, 3, SIDE, SIDE] in 0..1 to features [n, FEATURES]."""

    def __init__(self, plain: Looks, kinds: Looks) -> None:
        super().__init__()
        self.plain, self.kinds = plain, kinds

    def forward(self, x: Tensor) -> Tensor:
        return self.plain(x) + self.kinds(x)

    @torch.no_grad()
    def find_directions(self, x: Tensor) -> None:
        """Finds the principal components of pictures [n, 3, SIDE, SIDE]: for each network, partly equalised, and then
        for both.
        """
        found = []
        for network, share in ((self.plain, 1), (self.kinds, SHARE)):
            views = torch.cat([network.views(part) for part in x.split(256)])
            network.center = views.mean(0)
            directions, sizes = widest(views - network.center, OWN)
            directions = directions / sizes.sqrt()
            size = ((views - network.center) @ directions).square().sum(1).mean().sqrt()
            network.directions = share / size * directions
            found.append((views - network.center) @ network.directions)
        directions, _ = widest(torch.cat(found, 1), FEATURES)
        self.plain.directions = self.plain.directions @ directions[:OWN]
        self.kinds.directions = self.kinds.directions @ directions[OWN:]


def widest(x: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` principal directions [k, count] of centred rows [n, k], and the standard deviation along each."""
    _, sizes, directions = torch.linalg.svd(x, full_matrices=False)
    return directions[:count].t(), sizes[:count] / len(x) ** 0.5


def unit(x: Tensor) -> Tensor:
    return x / (x.square().sum(1, keepdim=True) + 1e-6).sqrt()
