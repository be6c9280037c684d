"""Trains the extractor of `daisychain-teach`: a small network that turns a picture into numbers by which its look can be told.

    python3 -m models.training.teach [--minutes N] [--resume]      # 25 minutes on one core; writes models/teach/looks.onnx

It learns without labels: of two distorted versions of one picture it must say that they are the same, among hundreds of others
(SimCLR; Chen et al. 2020). Pictures with transparency lie on another ground each time, so it looks at things rather than at grounds.
What it gives joins what the last layer found anywhere, and in which quarter, what the layer before found and how unevenly, and the
colours on a coarse grid; then the 128 directions in which pictures differ most, made more alike in how much they do.
"""

import argparse
import sys
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.training.export import to_onnx
from models.training.recipe import MODELS, WORK
from models.training.teach.pictures import pictures

FILE = MODELS / 'teach' / 'looks.onnx'
CHECKPOINT = WORK / 'teach' / 'looks.pt'
WIDTHS = (20, 40, 80, 144)
SEEN = 48  # pixels a side in training: about three quarters of a picture
SIDE = 64  # when used: all of it
FEATURES = 128
BATCH, TEMPERATURE = 192, 0.15


class Block(nn.Module):
    """A step of half the size, and a residual one."""

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
    """Pictures float32 [n, 3, h, w] in 0..1 to their features [n, FEATURES]."""

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

    def find_directions(self, kept: Tensor) -> None:
        """Finds out in which directions the pictures that it was trained on differ most."""
        rng = torch.Generator().manual_seed(1)
        chosen = kept[torch.randperm(len(kept), generator=rng)[:4000]].float() / 255
        ground = torch.rand(len(chosen), 3, 1, 1, generator=rng)
        x = chosen[:, :3] * chosen[:, 3:] + ground * (1 - chosen[:, 3:])
        x = F.interpolate(x, SIDE, mode='area')
        with torch.no_grad():
            found = torch.cat([self.views(part) for part in x.split(256)])
        self.center = found.mean(0)
        _, sizes, directions = torch.linalg.svd(found - self.center, full_matrices=False)
        spread = (sizes[:FEATURES].square() / len(found)) ** 0.25
        self.directions = directions[:FEATURES].t() / spread


def unit(x: Tensor) -> Tensor:
    return x / (x.square().sum(1, keepdim=True) + 1e-6).sqrt()


def views(kept: Tensor, rng: torch.Generator) -> Tensor:
    """Distorted versions of uint8 [n, 4, 96, 96]: float32 [n, 3, SEEN, SEEN] in 0..1."""
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
    grid = F.affine_grid(torch.stack(rows, 1), (n, 4, SEEN, SEEN), align_corners=False)
    x = F.grid_sample(kept.float() / 255, grid, padding_mode='border', align_corners=False)
    alpha = x[:, 3:]
    # The ground: another picture, blurred or not, or one colour.
    other = kept[torch.randperm(n, generator=rng), :3].float() / 255
    other = F.interpolate(other, SEEN, mode='bilinear', align_corners=False)
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


def contrast(a: Tensor, b: Tensor) -> Tensor:
    """How badly pairs find each other among all others; a, b [n, k]."""
    x = F.normalize(torch.cat([a, b]), dim=1)
    likeness = x @ x.t() / TEMPERATURE
    likeness.fill_diagonal_(-1e4)
    n = len(a)
    return F.cross_entropy(likeness, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]))


def train(kept: Tensor, minutes: float, resume: bool) -> Looks:
    torch.manual_seed(7)
    rng = torch.Generator().manual_seed(7)
    network = Looks().to(memory_format=torch.channels_last)
    if resume:
        network.load_state_dict(torch.load(CHECKPOINT), strict=False)
    head = nn.Sequential(nn.Linear(WIDTHS[-1], 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Linear(256, 96))
    optimizer = torch.optim.AdamW([*network.parameters(), *head.parameters()], 2e-3, weight_decay=0.05)
    began, step = time.process_time(), 0
    while (used := (time.process_time() - began) / 60 / minutes) < 1:
        # What is taken up again is half done.
        rate = 3e-3 * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * (used / 2 + 0.5 if resume else used)))
        for group in optimizer.param_groups:
            group['lr'] = rate
        batch = kept[torch.randint(len(kept), (BATCH,), generator=rng)]
        x = torch.cat([views(batch, rng), views(batch, rng)]).contiguous(memory_format=torch.channels_last)
        found = head(network.layers(x)[-1].mean((2, 3)))
        loss = contrast(found[:BATCH], found[BATCH:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 25 == 0:
            sys.stdout.write(f'{step} {used:.3f} {loss.item():.3f}\n')
            sys.stdout.flush()
            torch.save(network.state_dict(), CHECKPOINT)
    sys.stdout.write(f'{step} steps\n')
    return network


def export(network: Looks, kept: Tensor) -> None:
    network.eval().find_directions(kept)
    to_onnx(network, {'image': torch.rand(2, 3, SIDE, SIDE)}, ['features'], FILE)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--minutes', type=float, default=25, help='of the processor')
    parser.add_argument('--resume', action='store_true', help='take the last checkpoint up again, in the middle of the schedule')
    asked = parser.parse_args()
    kept = torch.from_numpy(np.ascontiguousarray(pictures().transpose(0, 3, 1, 2)))
    sys.stdout.write(f'{len(kept)} pictures\n')
    network = train(kept, asked.minutes, asked.resume)
    torch.save(network.state_dict(), CHECKPOINT)
    export(network, kept)


if __name__ == '__main__':
    torch.set_num_threads(1)
    main()
