"""The first half of the mapping network: from a latent vector to the scene that it stands for.

A latent vector z [512] stands for one scene of the miniature world: its components n along 50 fixed directions, one for
each uniform number of the scene, are standard normal, and u = Phi(n). From n, a learned network predicts the scene
vector. It is trained without pictures, on as many scenes as there is time for.

    python3 -m models.stylegan.mapping --minutes 10    # beforehand, on a second core; train.py then uses it
"""

import argparse
import time

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.stylegan.latents import to_normal
from models.training.miniature.colours import colour_borders
from models.training.recipe import WORK
from models.training.world.palettes import PALETTES
from models.training.world.vector import BORDERS, FIELDS, OWNERS, PRESENCE, UNIFORMS, effective, scene_vector

FILE = WORK / 'stylegan' / 'mapping.pt'
# Things shrink to nothing at the borders of these choices.
SHRINKING = ('side', 'table_round', 'plant_place', 'cat_place', 'ball_side')


def thresholds() -> list[tuple[int, float, float]]:
    """(uniform number, value of u, half width) of each change in the world. The mapping's first layer starts with them.
    """
    found = []
    for i, name in enumerate(UNIFORMS):
        if name in PRESENCE:
            found.append((i, PRESENCE[name] - 0.02, 0.02))
        elif name in SHRINKING:
            found += [
                (i, border + offset, width)
                for border in BORDERS[name]
                for offset, width in ((-0.011, 0.008), (0, 0.003), (0.011, 0.008))
            ]
        else:
            found += [(i, border, 0.03) for border in BORDERS.get(name, ())]
        options = len(PALETTES[name]) if name in PALETTES else 3 if name == 'floor' else 0
        found += [(i, border, 0.06 / options) for border in (colour_borders(options) if options else ())]
        found += [(i, place, 0.35) for place in (0.125, 0.375, 0.625, 0.875)]
    return found


class Thresholds(nn.Module):
    """n [b, 50] -> [b, features]: n itself and tanh(slope * (n - place)) for each threshold. Slope and place are
    learned.
    """

    def __init__(self) -> None:
        super().__init__()
        which, place, width = (torch.tensor(column) for column in zip(*thresholds()))
        normal = to_normal(place.double())
        density = torch.exp(-normal.pow(2) / 2) / (2 * np.pi) ** 0.5
        self.register_buffer('which', which)
        self.place = nn.Parameter(normal.float())
        self.slope = nn.Parameter((1.5 * density / width).float())
        self.features = len(UNIFORMS) + len(which)

    def forward(self, n: Tensor) -> Tensor:
        return torch.cat([n, torch.tanh((n[:, self.which] - self.place) * self.slope)], 1)


class Mapping(nn.Module):
    """n [b, 50], standard normal -> scene vector [b, fields] (world/vector.py)."""

    def __init__(self, width: int = 320) -> None:
        super().__init__()
        self.thresholds = Thresholds()
        sizes = (self.thresholds.features, width, width, width)
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.out = nn.Linear(width, len(FIELDS))
        vectors = scene_vector(np.random.default_rng(0).random((20_000, len(UNIFORMS))))
        self.register_buffer('mean', torch.from_numpy(vectors.mean(0)))
        self.register_buffer('deviation', torch.from_numpy(vectors.std(0) + 1e-3))

    def forward(self, n: Tensor) -> Tensor:
        x = self.thresholds(n)
        for i, layer in enumerate(self.layers):
            x = F.leaky_relu(layer(x), 0.1) + (x if i else 0)
        return self.out(x) * self.deviation + self.mean


OWNER = torch.tensor(np.maximum(OWNERS, 0))
OWNED = torch.tensor(OWNERS >= 0)


def seen_fields(vectors: Tensor) -> Tensor:
    """`effective` of world/vector.py for tensors: 1 where a field affects the picture, 0 if its thing is absent."""
    return torch.where(OWNED, (vectors[:, OWNER] > 0.02).float(), torch.ones(()))


def error(mapping: Mapping, u: np.ndarray) -> Tensor:
    """Errors of the predicted scene vectors for u [n, 50], in standard deviations; 0 for fields that don't affect the
    picture.
    """
    vectors = scene_vector(u)
    off = (mapping(to_normal(u).float()) - torch.from_numpy(vectors)) / mapping.deviation
    return off * torch.from_numpy(effective(vectors))


def loss(mapping: Mapping, rng: np.random.Generator, count: int = 512) -> Tensor:
    """The loss on `count` newly drawn scenes."""
    off = error(mapping, rng.random((count, len(UNIFORMS)), np.float32))
    return F.smooth_l1_loss(off, torch.zeros_like(off), beta=0.05)


def train(minutes: float) -> None:
    """Trains a mapping on its own and stores it where `train.py` finds it. Continues from an existing one."""
    torch.manual_seed(0)
    mapping, average = Mapping(), Mapping()
    if FILE.exists():
        mapping.load_state_dict(torch.load(FILE))
    average.load_state_dict(mapping.state_dict())
    FILE.parent.mkdir(parents=True, exist_ok=True)
    optimizer = torch.optim.Adam(mapping.parameters(), 2e-3, (0.9, 0.99))
    rng, held = np.random.default_rng(int(time.time())), np.random.default_rng(1).random((4000, len(UNIFORMS)))
    began, steps, told = time.time(), 0, 0.0
    while (share := (time.time() - began) / (minutes * 60)) < 1:
        for group in optimizer.param_groups:
            group['lr'] = 2e-3 * min(1, steps / 200 + 0.01) * (0.003 + 0.997 * 0.5 * (1 + np.cos(np.pi * share)))
        value = loss(mapping, rng)
        optimizer.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(mapping.parameters(), 1.0)
        optimizer.step()
        steps += 1
        with torch.no_grad():
            for kept, new in zip(average.parameters(), mapping.parameters()):
                kept.lerp_(new, 0.01)
        if time.time() - told > 30 or (time.time() - began) >= minutes * 60:
            told = time.time()
            with torch.no_grad():
                off = error(average, held).abs().mean(0)
            worst = {FIELDS[i]: round(float(off[i]), 4) for i in off.argsort(descending=True)[:6]}
            print(
                f'{share * minutes:.1f} min, {steps} steps, mean error {off.mean():.5f} sd, worst {worst}', flush=True
            )
            torch.save(average.state_dict(), FILE)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--minutes', type=float, default=10)
    torch.set_num_threads(1)
    train(parser.parse_args().minutes)
