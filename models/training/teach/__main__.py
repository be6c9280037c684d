"""Trains the feature extractor of `daisychain-teach`: two small networks that turn a picture into numbers that describe
its look.

    python3 -m models.training.teach [--minutes N]      # 45 minutes on one core; writes models/teach/looks.onnx

The first learns without labels: it must match two distorted versions of the same picture among hundreds of others
(SimCLR; Chen et al. 2020). Pictures with transparency get a different background each time, so it learns to look at
things, not backgrounds. The second continues from there. An emoji's two versions are by different artists, so shape
counts more than style. For pictures of a known kind it must also predict the kind, and it needn't distinguish pictures
of the same kind.

The first is better at what the drawings don't show (digits, surfaces), the second at things of the known kinds, so both
are used. Each network's features are the last layer's mean, also by quarter, the previous layer's mean and spread, and
the colours on a coarse grid. They are projected onto their principal components, whose sizes are partly equalised.
"""

import argparse
import copy
import sys
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.training.export import to_onnx
from models.training.recipe import MODELS
from models.training.teach.distort import distorted
from models.training.teach.network import SIDE, WIDTHS, Both, Looks
from models.training.teach.pictures import KINDS, UNKNOWN, Pictures, pictures

FILE = MODELS / 'teach' / 'looks.onnx'
SEEN = 48  # side of the pictures in training, in pixels: about three quarters of a picture
BATCH, TEMPERATURE = 160, 0.15
OF_KNOWN_KIND = 0.6  # share of pictures with a known kind in a batch, where kinds are learned
MINUTES_PLAIN, MINUTES_KINDS = 25, 20


def contrast(a: Tensor, b: Tensor, kind: Tensor) -> Tensor:
    """The contrastive loss: how badly pairs are matched among all pictures, except those of the same known kind; a, b
    [n, k], kind [n].
    """
    x, n = F.normalize(torch.cat([a, b]), dim=1), len(a)
    kinds = torch.cat([kind, kind])
    alike = (kinds[:, None] == kinds) & (kinds != UNKNOWN)
    own, pair = torch.arange(2 * n), torch.cat([torch.arange(n, 2 * n), torch.arange(n)])
    alike[own, pair] = False
    alike[own, own] = True
    return F.cross_entropy((x @ x.t() / TEMPERATURE).masked_fill(alike, -1e4), pair)


class Draws:
    """Draws random pairs of the same thing. Where kinds are learned, known kinds and rare ones are more frequent."""

    def __init__(self, given: Pictures, has_kinds: bool, rng: torch.Generator) -> None:
        self.rng = rng
        count = len(given.thing)
        self.kind = torch.from_numpy(given.kind) if has_kinds else torch.full((count,), UNKNOWN)
        thing = torch.from_numpy(given.thing) if has_kinds else torch.arange(count)
        known = self.kind != UNKNOWN
        counts = torch.bincount(self.kind[known], minlength=len(KINDS)).clamp(min=1)
        rare = torch.where(known, counts[self.kind].rsqrt(), torch.zeros(1))
        self.weight = OF_KNOWN_KIND * rare / rare.sum().clamp(min=1e-9) + (1 - OF_KNOWN_KIND) / count
        self.order = thing.argsort()
        self.first, self.many = torch.searchsorted(thing[self.order], thing), torch.bincount(thing)[thing]

    def __call__(self) -> tuple[Tensor, Tensor]:
        """Indices [BATCH] of pictures, and of others of the same things (often the same pictures)."""
        some = torch.multinomial(self.weight, BATCH, generator=self.rng)
        step = (torch.rand(BATCH, generator=self.rng) * self.many[some]).long()
        return some, self.order[self.first[some] + step]


def train(network: Looks, given: Pictures, kept: Tensor, minutes: float, has_kinds: bool) -> Looks:
    rng = torch.Generator().manual_seed(7)
    network.train()
    head = nn.Sequential(nn.Linear(WIDTHS[-1], 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Linear(256, 96))
    names = nn.Linear(WIDTHS[-1], len(KINDS))
    optimizer = torch.optim.AdamW([*network.parameters(), *head.parameters(), *names.parameters()], weight_decay=0.05)
    draw, began, step = Draws(given, has_kinds, rng), time.process_time(), 0
    while (used := (time.process_time() - began) / 60 / minutes) < 1:
        for group in optimizer.param_groups:
            group['lr'] = 3e-3 * min(1, step / 100) * 0.5 * (1 + np.cos(np.pi * used))
        some, same = draw()
        x = torch.cat([distorted(kept[some], rng, SEEN), distorted(kept[same], rng, SEEN)])
        with torch.autocast('cpu', dtype=torch.bfloat16):
            seen = network.layers(x.contiguous(memory_format=torch.channels_last))[-1].mean((2, 3))
        seen, kind = seen.float(), draw.kind[some]
        found = head(seen)
        loss = contrast(found[:BATCH], found[BATCH:], kind)
        if has_kinds:
            loss = loss + F.cross_entropy(names(seen), torch.cat([kind, kind]), ignore_index=UNKNOWN, label_smoothing=0.1)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
        if step % 25 == 0:
            sys.stdout.write(f'{step} {used:.3f} {loss.item():.3f}\n')
            sys.stdout.flush()
    return network.eval()


def export(both: Both, kept: Tensor) -> None:
    both.find_directions(some_of(kept))
    to_onnx(both, {'image': torch.rand(2, 3, SIDE, SIDE)}, ['features'], FILE)


def some_of(kept: Tensor) -> Tensor:
    """4000 undistorted pictures, each on a background of one colour: float32 [4000, 3, SIDE, SIDE]."""
    rng = torch.Generator().manual_seed(1)
    chosen = kept[torch.randperm(len(kept), generator=rng)[:4000]].float() / 255
    ground = torch.rand(len(chosen), 3, 1, 1, generator=rng)
    return F.interpolate(chosen[:, :3] * chosen[:, 3:] + ground * (1 - chosen[:, 3:]), SIDE, mode='area')


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument('--minutes', type=float, default=MINUTES_PLAIN + MINUTES_KINDS, help='of the processor')
    share = parser.parse_args().minutes / (MINUTES_PLAIN + MINUTES_KINDS)
    torch.manual_seed(7)
    given = pictures()
    kept = torch.from_numpy(np.ascontiguousarray(given.rgba.transpose(0, 3, 1, 2)))
    sys.stdout.write(f'{len(kept)} pictures, {int((given.kind != UNKNOWN).sum())} of known kinds\n')
    network = Looks().to(memory_format=torch.channels_last)
    plain = train(network, given, kept, share * MINUTES_PLAIN, has_kinds=False)
    kinds = train(copy.deepcopy(plain), given, kept, share * MINUTES_KINDS, has_kinds=True)
    export(Both(plain, kinds), kept)


if __name__ == '__main__':
    torch.set_num_threads(1)
    main()
