"""The figures that describe a picture's regions."""

import torch
from torch import Tensor

BELOW = 6  # pixels


def figures_of(count: int) -> int:
    """The number of figures per region in a world with `count` labels."""
    return 16 + count


def describe(image: Tensor, labels: Tensor, count: int) -> Tensor:
    """The figures of each of `count` labels' regions: [n, count, figures] from an image [n, 3, h, w] and label ids [n,
    h, w].

    They are: whether the label is present; size; means of red, green and blue, and of their logarithms, in which light
    is additive; horizontal and vertical centre; spreads of all these; a moment that distinguishes a table with legs at
    its sides from one with a central leg; and the share of each label below the region. All are zero if the label is
    absent.
    """
    n, _, h, w = image.shape
    members = (labels.flatten(1)[:, None] == torch.arange(count)[None, :, None]).float()
    size = members.sum(2, keepdim=True)
    some, there = size.clamp(min=1), (size > 0).float()
    down, across = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing='ij')
    places = torch.stack([across.flatten(), down.flatten()])[None].expand(n, -1, -1)
    values = torch.cat([image.flatten(2), places], 1)
    mean, square = ((members @ v.transpose(1, 2)) / some for v in (values, values**2))
    spread = (square - mean**2).clamp(min=1e-6).sqrt()
    aside = (places[:, :1] - mean[:, :, 3:4]).abs() * (places[:, 1:] - mean[:, :, 4:]) * members
    moment = aside.sum(2, keepdim=True) / some / (spread[:, :, 3:4] * spread[:, :, 4:] + 1e-3)
    grid = members.view(n, count, h, w)
    below = grid[:, :, :-BELOW].flatten(2) @ grid[:, :, BELOW:].flatten(2).transpose(1, 2) / some
    figures = [torch.log1p(size), mean, (mean[:, :, :3] + 0.02).log(), spread, moment, below]
    return torch.cat([there, *(part * there for part in figures)], 2)
