"""Rendered splits of the miniature world, kept as .npy files in the ignored `.training/data/<world hash>/`.

    python3 -m models.training.data            # renders what is missing (resumes where it was cut off)

    from models.training.data import load
    data = load('train', ['rgb', 'depth'])     # {'rgb': uint8 [n, 128, 128, 3], 'depth': float16 [n, 128, 128]}

| field       | type, shape                | meaning                                                          |
|-------------|----------------------------|------------------------------------------------------------------|
| u           | float32 [n, K]             | the uniforms a scene is made from                                |
| rgb         | uint8 [n, 128, 128, 3]     | sRGB picture                                                     |
| depth       | float16 [n, 128, 128]      | distance along the view axis in metres                           |
| labels      | uint8 [n, 128, 128]        | label id, an index into `world.LABELS`                           |
| instances   | uint8 [n, 128, 128]        | 0 = no object; an index into `world.INSTANCE_LABELS` otherwise   |
| lines       | uint8 [n, 128, 128]        | line drawing, 255 = paper, 0 = ink                               |
| captions    | list of n lists of 3 str   | three captions of each scene                                     |
| attributes  | list of n dicts            | what is really seen: colours, sides, places (see world/attributes.py) |
"""
from __future__ import annotations

import fcntl
import json
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from . import world
from .world.freeze import check, world_hash
from .world.renderer import WORK

WORLD_VERSION = world_hash()
SPLITS = {'train': 24_000, 'validation': 512, 'test': 1024}
SEEDS = {'train': 101, 'validation': 102, 'test': 103}
PIXELS = {
    'rgb': (np.uint8, (3,)),
    'depth': (np.float16, ()),
    'labels': (np.uint8, ()),
    'instances': (np.uint8, ()),
    'lines': (np.uint8, ()),
}
TEXT = ('captions', 'attributes')
CHUNK = 256  # scenes rendered by one process before they count as ready
PROCESSES = 2


def folder() -> Path:
    """Where the data of the frozen world lies."""
    return WORK / 'data' / WORLD_VERSION


def uniforms(split: str) -> np.ndarray:
    """u float32 [n, K] of a split."""
    return np.random.default_rng(SEEDS[split]).random((SPLITS[split], len(world.UNIFORMS)), np.float32)


def _pixels(split: str, field: str) -> Path:
    return folder() / f'{split}-{field}.npy'


def _text(split: str, chunk: int) -> Path:
    """JSON lines of one chunk. Written last, so the file says that the chunk is ready."""
    return folder() / f'{split}-text' / f'{chunk:04d}.jsonl'


def _chunks(split: str) -> range:
    return range(-(-SPLITS[split] // CHUNK))


def ready(split: str) -> int:
    """How many scenes of a split can be loaded now, counted from the first one without a gap."""
    done = next((c for c in _chunks(split) if not _text(split, c).exists()), len(_chunks(split)))
    return min(done * CHUNK, SPLITS[split])


def _render_chunk(split: str, chunk: int) -> None:
    """Renders scenes chunk * CHUNK ... of a split into the split's files."""
    first = chunk * CHUNK
    u = uniforms(split)[first : first + CHUNK]
    arrays = {field: np.load(_pixels(split, field), mmap_mode='r+') for field in PIXELS}
    lines = []
    for i, (numbers, vector) in enumerate(zip(u, world.scene_vector(u)), first):
        seen = world.render(vector)
        for field, array in arrays.items():
            array[i] = getattr(seen, field)
        attributes = world.attributes(numbers, vector, seen)
        lines.append(
            json.dumps({'captions': world.captions(attributes, SEEDS[split] * 1_000_000 + i), 'attributes': attributes})
        )
    for array in arrays.values():
        array.flush()
    path = _text(split, chunk)
    path.with_suffix('.part').write_text('\n'.join(lines) + '\n')
    path.with_suffix('.part').rename(path)


def _allocate(split: str) -> None:
    (folder() / f'{split}-text').mkdir(parents=True, exist_ok=True)
    for field, (kind, extra) in PIXELS.items():
        if not _pixels(split, field).exists():
            np.lib.format.open_memmap(
                _pixels(split, field), 'w+', kind, (SPLITS[split], world.SIZE, world.SIZE, *extra)
            ).flush()


def make(split: str) -> None:
    """Renders what is missing of a split, in parallel. A second caller waits for the first."""
    folder().mkdir(parents=True, exist_ok=True)
    with open(folder() / f'{split}.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [c for c in _chunks(split) if not _text(split, c).exists()]
        if not missing:
            return
        if changed := check():
            raise SystemExit(
                ' '.join(changed)
                + ' Training data must come from the frozen world: see models/training/world/freeze.py.'
            )
        _allocate(split)
        began = time.time()
        with ProcessPoolExecutor(PROCESSES) as pool:
            for done, _ in enumerate(pool.map(_render_chunk, [split] * len(missing), missing), 1):
                speed = done * CHUNK / (time.time() - began)
                print(f'{split}: {ready(split)} of {SPLITS[split]} scenes, {speed:.0f} scenes/s', flush=True)


def load(split: str, fields: Sequence[str], wait: bool = True) -> dict:
    """The named fields of one split, index-aligned. Arrays are read-only memory maps.

    split   'train', 'validation' or 'test'
    wait    True: render first whatever is missing; False: return the scenes that are ready now (the first n)
    """
    if wait:
        make(split)
    n, result = ready(split), {}
    for field in fields:
        if field in PIXELS:
            result[field] = np.load(_pixels(split, field), mmap_mode='r')[:n]
        elif field == 'u':
            result[field] = uniforms(split)[:n]
        elif field in TEXT:
            chunks = (_text(split, c) for c in _chunks(split)[: -(-n // CHUNK)])
            result[field] = [json.loads(line)[field] for chunk in chunks for line in chunk.read_text().splitlines()]
        else:
            raise KeyError(f'There is no field {field!r} in the data: use u, {", ".join((*PIXELS, *TEXT))}.')
    return result


if __name__ == '__main__':
    for name in sys.argv[1:] or ('test', 'validation', 'train'):
        make(name)
