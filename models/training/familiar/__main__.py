"""Trains and measures the small network that distinguishes pictures of a miniature world from all others.

    python3 -m models.training.familiar [WORLD]    # trains for ten minutes, writes the file and its figures to models/familiar

Its input is 32 x 32 pixels: each is the mean of 4 x 4 points in a grid cell, which is cheap for a picture of any size.
The figures are measured on scenes and packages not used in training. The other world's pictures count as unfamiliar
too.
"""

import base64
import json
import sys

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.training.familiar import photographs, scenes
from models.training.recipe import MODELS
from models.training.frozen import world_hash
from models.training.worlds import FIRST, PACKAGES

FILES = {'bedroom': 'rooms.json', 'meadow': 'meadow.json'}
#: How many pictures of each kind are used for training and for measuring.
COUNTS = {'bedroom': (768, 384), 'meadow': (384, 192)}
CHANNELS = (8, 16, 24)
STEPS, BATCH = 5000, 128
DOUBTED = 0.004  # share of training scenes that may be called unfamiliar; sets the threshold


class Familiar(nn.Module):
    """Maps pictures float32 [n, 3, 32, 32] in -1..1 to how familiar they look, [n]; above 0 means of this world."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, *CHANNELS)
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, 2, 1) for a, b in zip(widths, widths[1:]))
        self.last = nn.Linear(CHANNELS[-1] * 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        for convolution in self.convolutions:
            x = F.relu(convolution(x))
        return self.last(x.flatten(1))[:, 0]


def small(pictures: np.ndarray) -> Tensor:
    """uint8 [n, 128, 128, 3] to float32 [n, 3, 32, 32] in -1..1."""
    x = torch.from_numpy(np.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float()
    return F.avg_pool2d(x, 4) / 127.5 - 1


def strange(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Variants of other pictures: cropped, mirrored, with changed colours."""
    result = np.empty_like(pictures)
    for i, picture in enumerate(pictures):
        side = int(128 * rng.uniform(0.35, 1))
        top, left = rng.integers(0, 129 - side, 2)
        index = np.linspace(0, side - 1, 128).astype(int)
        picture = picture[top + index][:, left + index].astype(np.float32)
        if rng.random() < 0.5:
            picture = picture[:, ::-1]
        if rng.random() < 0.1:
            picture = picture.mean(2, keepdims=True).repeat(3, 2)
        gain = rng.uniform(0.7, 1.3) * rng.uniform(0.85, 1.15, 3)
        result[i] = ((picture - 128) * rng.uniform(0.6, 1.3) + 128 * gain).clip(0, 255)
    return result


def made_up(scene: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pictures that aren't scenes but have the colours of one: rotated, inverted, flat, noise, gradients, shifted,
    rectangles.
    """
    kind = rng.integers(8)
    if kind < 2:
        return np.rot90(scene, rng.integers(1, 4))
    if kind == 2:
        return 255 - scene
    if kind == 3:
        return np.broadcast_to(scene[rng.integers(128), rng.integers(128)], scene.shape)
    if kind == 4:
        size = int(rng.choice([2, 4, 8, 16, 32, 128]))
        return rng.integers(0, 256, (size, size, 3), np.uint8).repeat(128 // size, 0).repeat(128 // size, 1)
    a, b = (scene[rng.integers(128), rng.integers(128)].astype(float) for _ in range(2))
    if kind == 5:
        ramp = np.linspace(0, 1, 128)[:, None, None]
        picture = np.broadcast_to(a + (b - a) * ramp, scene.shape)
        return (picture if rng.random() < 0.5 else picture.transpose(1, 0, 2)).astype(np.uint8)
    if kind == 6:
        return np.roll(scene, rng.integers(35, 93), rng.integers(2))
    picture = np.empty_like(scene)
    picture[:] = a
    for _ in range(rng.integers(1, 9)):
        y, x, h, w = rng.integers(0, 128, 4)
        picture[y : y + h, x : x + w] = scene[rng.integers(128), rng.integers(128)]
    return picture


def pools(known: np.ndarray, others: np.ndarray, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Familiar pictures, and unfamiliar ones, each in several variants, as input for the network."""
    good = [small(scenes.varied(known, rng)) for _ in range(2)] + [small(known)]
    bad = [small(strange(others, rng)) for _ in range(12)] + [small(others)] * 2
    made = np.stack([made_up(known[rng.integers(len(known))], rng) for _ in range(3000)])
    return torch.cat(good), torch.cat([*bad, small(made)])


def train(known: np.ndarray, others: np.ndarray) -> Familiar:
    rng = np.random.default_rng(5)
    torch.manual_seed(5)
    network = Familiar()
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, STEPS)
    mean = [torch.zeros_like(p) for p in network.parameters()]
    good, bad = pools(known, others, rng)
    half = BATCH // 2
    for step in range(STEPS):
        batch = [good[rng.integers(0, len(good), half)], bad[rng.integers(0, len(bad), half)]]
        found = network(torch.cat(batch))
        loss = F.binary_cross_entropy_with_logits(found, torch.tensor([1.0] * half + [0.0] * half))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 1000 == 0:
            sys.stdout.write(f'{step} {loss.item():.4f}\n')
            sys.stdout.flush()
        if step >= STEPS - 1000:
            for m, p in zip(mean, network.parameters()):
                m += p.detach() / 1000
    for m, p in zip(mean, network.parameters()):
        p.data = m
    with torch.no_grad():
        varied = scenes.varied(known, np.random.default_rng(6))
        network.last.bias -= torch.quantile(network(small(varied)), DOUBTED)
    return network


def packed(network: Familiar) -> list[dict]:
    """Each layer's weights as 16-bit little-endian integers in base64, and their scale."""
    layers = []
    for layer in [*network.convolutions, network.last]:
        weight = layer.weight.detach().numpy()
        scale = float(np.abs(weight).max() / 32767)
        codes = (weight / scale).round().astype('<i2')
        layer.weight.data = torch.from_numpy(codes.astype(np.float32) * np.float32(scale))
        layers.append(
            {
                'scale': scale,
                'weights': base64.b64encode(codes.tobytes()).decode(),
                'bias': [round(float(b), 6) for b in layer.bias],
            }
        )
    return layers


def share_believed(network: Familiar, pictures: np.ndarray) -> float:
    with torch.no_grad():
        return float((network(small(pictures)) > 0).float().mean())


def check(network: Familiar) -> float:
    """The network's result for a colour gradient, so that other programs that run it can be compared."""
    y, x = np.mgrid[0:128, 0:128]
    with torch.no_grad():
        return round(float(network(small(np.stack([2 * x, 2 * y, x + y], -1)[None].astype(np.uint8)))), 4)


def everything(of: str, split: str, count: int, seed: int) -> np.ndarray:
    return np.concatenate(list(scenes.pictures(of, split, count, seed).values()))


def main() -> None:
    of = sys.argv[1] if len(sys.argv) > 1 else FIRST
    elsewhere = [other for other in PACKAGES if other != of]
    others, _ = photographs.load(photographs.TUNED)
    others = np.concatenate([others, *(everything(other, 'train', 96, 7) for other in elsewhere)])
    seen, measured = COUNTS[of]
    network = train(everything(of, 'train', seen, 4), others)
    layers = packed(network)
    fresh = scenes.pictures(of, 'test', measured, 3)
    figures = {'doubted': {kind: round(1 - share_believed(network, p), 4) for kind, p in fresh.items()}}
    every = np.concatenate(list(fresh.values()))
    figures['scenes'] = len(every)
    figures['doubted of all scenes'] = round(1 - share_believed(network, every), 4)
    figures['doubted of them as they travel'] = round(
        1 - share_believed(network, scenes.varied(every, np.random.default_rng(9))), 4
    )
    strangers, names = photographs.load(photographs.HELD_OUT)
    names = np.array(names)
    figures['photographs and drawings'] = len(strangers)
    figures['believed of them'] = round(share_believed(network, strangers), 4)
    figures['packages'] = {
        name: [int((names == name).sum()), round(share_believed(network, strangers[names == name]), 4)]
        for name in dict.fromkeys(names.tolist())
    }
    for other in elsewhere:
        figures[f'believed of the {other}'] = round(share_believed(network, everything(other, 'test', 96, 8)), 4)
    kept = {'world': world_hash(of), 'check': check(network), 'layers': layers, 'figures': figures}
    file = MODELS / 'familiar' / FILES[of]
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, indent=2) + '\n')
    sys.stdout.write(json.dumps(figures, indent=1) + '\n')


if __name__ == '__main__':
    torch.set_num_threads(1)
    main()
