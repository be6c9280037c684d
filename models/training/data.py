"""Rendered splits of the miniature worlds, kept as .npy files in the ignored `.training/data/<world hash>/`.

    python3 -m models.training.data [WORLD]    # renders the missing scenes (resumes after an interruption)

    from models.training.data import load
    data = load('train', ['rgb', 'depth'])     # of the first world: {'rgb': uint8 [n, 128, 128, 3], 'depth': float16 [n, 128, 128]}

| field       | type, shape                | meaning                                                          |
|-------------|----------------------------|------------------------------------------------------------------|
| u           | float32 [n, K]             | the uniform numbers a scene is made from                         |
| rgb         | uint8 [n, 128, 128, 3]     | sRGB picture                                                     |
| depth       | float16 [n, 128, 128]      | distance along the view axis in metres                           |
| labels      | uint8 [n, 128, 128]        | label id, an index into the world's LABELS                       |
| instances   | uint8 [n, 128, 128]        | 0 = no object; an index into INSTANCE_LABELS otherwise           |
| lines       | uint8 [n, 128, 128]        | line drawing, 255 = paper, 0 = ink                               |
| captions    | list of n lists of 3 str   | three captions of each scene                                     |
| attributes  | list of n dicts            | what is visible: colours, sides, places (see attributes.py)      |
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

from .frozen import check, world_hash
from .miniature.renderer import SIZE, WORK
from .worlds import FIRST, world

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
CHUNK = 256  # scenes that one process renders before they are marked as ready
PROCESSES = 2


def folder(of: str) -> Path:
    """The folder with the data of a frozen world."""
    return WORK / 'data' / world_hash(of)


def uniforms(split: str, of: str = FIRST) -> np.ndarray:
    """The uniform numbers of a split, float32 [n, K]."""
    return np.random.default_rng(SEEDS[split]).random((SPLITS[split], len(world(of).UNIFORMS)), np.float32)


def _pixels(of: str, split: str, field: str) -> Path:
    return folder(of) / f'{split}-{field}.npy'


def _text(of: str, split: str, chunk: int) -> Path:
    """The captions and attributes of one chunk as JSON lines. Written last, so this file marks the chunk as ready."""
    return folder(of) / f'{split}-text' / f'{chunk:04d}.jsonl'


def _chunks(split: str) -> range:
    return range(-(-SPLITS[split] // CHUNK))


def ready(split: str, of: str = FIRST) -> int:
    """How many scenes of a split can be loaded now, counting from the first up to the first gap."""
    done = next((c for c in _chunks(split) if not _text(of, split, c).exists()), len(_chunks(split)))
    return min(done * CHUNK, SPLITS[split])


def _render_chunk(of: str, split: str, chunk: int) -> None:
    """Renders the scenes of one chunk, from chunk * CHUNK on, into the split's files."""
    here, first = world(of), chunk * CHUNK
    u = uniforms(split, of)[first : first + CHUNK]
    arrays = {field: np.load(_pixels(of, split, field), mmap_mode='r+') for field in PIXELS}
    lines = []
    for i, (numbers, vector) in enumerate(zip(u, here.scene_vector(u)), first):
        seen = here.render(vector)
        for field, array in arrays.items():
            array[i] = getattr(seen, field)
        attributes = here.attributes(numbers, vector, seen)
        lines.append(
            json.dumps({'captions': here.captions(attributes, SEEDS[split] * 1_000_000 + i), 'attributes': attributes})
        )
    for array in arrays.values():
        array.flush()
    path = _text(of, split, chunk)
    path.with_suffix('.part').write_text('\n'.join(lines) + '\n')
    path.with_suffix('.part').rename(path)


def _allocate(of: str, split: str) -> None:
    (folder(of) / f'{split}-text').mkdir(parents=True, exist_ok=True)
    for field, (kind, extra) in PIXELS.items():
        if not _pixels(of, split, field).exists():
            np.lib.format.open_memmap(
                _pixels(of, split, field), 'w+', kind, (SPLITS[split], SIZE, SIZE, *extra)
            ).flush()


def make(split: str, of: str = FIRST) -> None:
    """Renders the missing scenes of a split, in parallel. A second caller waits for the first."""
    folder(of).mkdir(parents=True, exist_ok=True)
    with open(folder(of) / f'{split}.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        missing = [c for c in _chunks(split) if not _text(of, split, c).exists()]
        if not missing:
            return
        if changed := check(of):
            raise SystemExit(
                ' '.join(changed)
                + ' Training data must come from the frozen world: see models/training/frozen.py.'
            )
        _allocate(of, split)
        began = time.time()
        with ProcessPoolExecutor(PROCESSES) as pool:
            for done, _ in enumerate(pool.map(_render_chunk, [of] * len(missing), [split] * len(missing), missing), 1):
                speed = done * CHUNK / (time.time() - began)
                print(f'{of}, {split}: {ready(split, of)} of {SPLITS[split]} scenes, {speed:.0f} scenes/s', flush=True)


def load(split: str, fields: Sequence[str], wait: bool = True, of: str = FIRST) -> dict:
    """The named fields of one split, index-aligned. Arrays are read-only memory maps.

    split   'train', 'validation' or 'test'
    wait    True: render missing scenes first; False: return only the scenes that are ready now (the first n)
    of      which world
    """
    if wait:
        make(split, of)
    n, result = ready(split, of), {}
    for field in fields:
        if field in PIXELS:
            result[field] = np.load(_pixels(of, split, field), mmap_mode='r')[:n]
        elif field == 'u':
            result[field] = uniforms(split, of)[:n]
        elif field in TEXT:
            chunks = (_text(of, split, c) for c in _chunks(split)[: -(-n // CHUNK)])
            result[field] = [json.loads(line)[field] for chunk in chunks for line in chunk.read_text().splitlines()]
        else:
            raise KeyError(f'There is no field {field!r} in the data: use u, {", ".join((*PIXELS, *TEXT))}.')
    return result


if __name__ == '__main__':
    for name in sys.argv[1:] or [FIRST]:
        for part in ('test', 'validation', 'train'):
            make(part, name)
