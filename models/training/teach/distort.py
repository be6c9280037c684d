"""Distorted versions of pictures, to train the extractor of `daisychain-teach`."""

import torch
from torch import Tensor
from torch.nn import functional as F


def distorted(kept: Tensor, rng: torch.Generator, side: int) -> Tensor:
    """Distorted versions of uint8 [n, 4, 96, 96]: float32 [n, 3, side, side] in 0..1."""
    n = len(kept)

    def between(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(n, *shape, generator=rng)

    scale = between(0.3, 1.15).sqrt()
    stretch = torch.exp(between(-0.25, 0.25))
    angle = between(-0.35, 0.35) * (between(0, 1) < 0.7)
    flip = torch.where(between(0, 1) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle) * scale, torch.sin(angle) * scale
    room = (1 - scale).clamp(min=0.1)
    rows = [
        torch.stack([cos * stretch * flip, -sin / stretch, between(-1, 1) * room], 1),
        torch.stack([sin * stretch * flip, cos / stretch, between(-1, 1) * room], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), (n, 4, side, side), align_corners=False)
    x = F.grid_sample(kept.float() / 255, grid, padding_mode='border', align_corners=False)
    alpha = x[:, 3:]
    # The background: another picture, sometimes blurred, or one colour.
    other = kept[torch.randperm(n, generator=rng), :3].float() / 255
    other = F.interpolate(other, side, mode='bilinear', align_corners=False)
    flat = between(0, 1, 3, 1, 1).expand_as(other)
    ground = torch.where(between(0, 1, 1, 1, 1) < 0.4, other, flat)
    x = x[:, :3] * alpha + ground * (1 - alpha)
    # Light and colours.
    x = x * between(0.6, 1.4, 1, 1, 1) * between(0.85, 1.15, 3, 1, 1)
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * between(0.6, 1.4, 1, 1, 1) + mean + between(-0.1, 0.1, 1, 1, 1)
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * torch.where(between(0, 1, 1, 1, 1) < 0.15, torch.zeros(1), between(0.4, 1.5, 1, 1, 1))
    turned = x[:, [1, 2, 0]]
    share = between(-0.15, 0.15, 1, 1, 1) + torch.where(between(0, 1, 1, 1, 1) < 0.15, between(0, 1, 1, 1, 1), torch.zeros(1))
    x = x + (turned - x) * share
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode='replicate'), 3, 1)
    x = torch.where(between(0, 1, 1, 1, 1) < 0.3, soft, x)
    return (x + 0.03 * torch.randn(x.shape, generator=rng) * between(0, 1, 1, 1, 1)).clamp(0, 1)
