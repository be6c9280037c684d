"""Pictures of training scenes drawn by the bundled SPADE and StyleGAN, on which other models are trained too.

Their targets are exact, because the scenes are known. They are stored in `.training/generated/`, one file for each
state of the drawing model's weights.

    python3 -m models.training.generated spade [WORLD]     # draws them; otherwise they are drawn on first use
"""

import hashlib
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from models.training.data import load
from models.training.onnx_run import runner
from models.training.recipe import WORK, Batch, Run, Scenes, find, worlds_of
from models.training.worlds import FIRST

NAMES = {'spade': 'SPADE', 'stylegan': 'StyleGAN'}  # the models that draw
COUNT = 4096  # number of scenes, from the start of the training split
PART = 512  # scenes drawn at a time


def file_of(model: str, of: str = FIRST) -> Path:
    """The file for the pictures that a model draws with its current weights."""
    weights = find(model, of).file.read_bytes()
    return WORK / 'generated' / f'{model}-{hashlib.sha256(weights).hexdigest()[:12]}.npy'


def generated(model: str, of: str = FIRST) -> np.ndarray:
    """Pictures uint8 [COUNT, 128, 128, 3] of the first training scenes, read-only. Draws them on first use."""
    path = file_of(model, of)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        scenes = {name: values[:COUNT] for name, values in load('train', find(model, of).fields, of=of).items()}
        np.save(path.with_suffix('.part.npy'), draw_all(model, scenes, of))
        path.with_suffix('.part.npy').rename(path)
    return np.load(path, mmap_mode='r')


def drawing(of: str = FIRST) -> list[str]:
    """The models that can draw this world now."""
    return [model for model in NAMES if of in worlds_of(model) and find(model, of).file.exists()]


@lru_cache
def kept(of: str = FIRST) -> dict[str, np.ndarray]:
    """The pictures that have been `generated` so far, by model and state."""
    return {file_of(model, of).stem: generated(model, of) for model in drawing(of) if file_of(model, of).exists()}


def draw_all(model: str, scenes: Scenes, of: str = FIRST) -> np.ndarray:
    """Pictures uint8 [n, 128, 128, 3] of scenes, drawn by one of the models."""
    recipe, count = find(model, of), len(scenes['u'])
    run, parts = runner(recipe.file), []
    for i in range(0, count, PART):
        few = {name: values[i : i + PART] for name, values in scenes.items()}
        parts.append((recipe.draw_scenes(run, few).clip(0, 1) * 255).round().astype(np.uint8))
    return np.concatenate(parts).transpose(0, 2, 3, 1)


def sample(scenes: Scenes, run: Run, count: int, share: float, of: str = FIRST) -> Batch:
    """A training batch of `count` scenes. A `share` of about this size has a drawn picture instead of a rendered one.

    Only stored pictures are used: if there are none, all pictures are rendered.
    """
    sources = list(kept(of).values())
    index = run.rng.integers(0, len(scenes['rgb']), count)
    drawn = np.flatnonzero(run.rng.random(count) < (share if sources else 0))
    index[drawn] %= COUNT
    batch = {name: values[index] for name, values in scenes.items()}
    for row in drawn:
        batch['rgb'][row] = sources[run.rng.integers(len(sources))][index[row]]
    return {name: torch.from_numpy(values) for name, values in batch.items()}


def sample_together(scenes: dict[str, Scenes], names: tuple[str, ...], run: Run, count: int, share: float) -> Batch:
    """The same for several worlds, with equal parts and only the arrays of these names."""
    parts = [
        sample({name: each[name] for name in names}, run, count // len(scenes), share, of) for of, each in scenes.items()
    ]
    return {name: torch.cat([part[name] for part in parts]) for name in names}


if __name__ == '__main__':
    name, of = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else FIRST
    print(file_of(name, of), generated(name, of).shape)
