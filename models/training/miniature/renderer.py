"""Compiles a world's render.c with gcc on first use and draws scenes with it."""
from __future__ import annotations

import ctypes
import hashlib
import os
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

SIZE = 128
HEADERS = ('shapes.h', 'draw.h')
WORK = Path(__file__).resolve().parents[3] / '.training'
# No -ffast-math and no fused multiply-add, so that all machines give the same pixels. AVX2 only tests more spheres at
# once.
FLAGS = ['-O3', '-ffp-contract=off', '-fno-math-errno', '-fno-trapping-math', '-shared', '-fPIC']


@dataclass
class Rendering:
    """Everything known about one scene, per pixel."""

    rgb: np.ndarray  # uint8 [size, size, 3], sRGB
    depth: np.ndarray  # float32 [size, size], metres along the view axis
    labels: np.ndarray  # uint8 [size, size], index into LABELS
    instances: np.ndarray  # uint8 [size, size], index into INSTANCE_LABELS
    lines: np.ndarray  # uint8 [size, size], 255 = paper


@lru_cache(None)
def library(source: Path) -> ctypes.CDLL:
    cpuinfo = Path('/proc/cpuinfo')
    flags = FLAGS + (['-mavx2'] if cpuinfo.exists() and ' avx2 ' in cpuinfo.read_text() else [])
    sources = b''.join(path.read_bytes() for path in (source, *(Path(__file__).with_name(h) for h in HEADERS)))
    name = hashlib.sha256(sources + ' '.join(flags).encode()).hexdigest()[:12]
    path = WORK / 'build' / f'render-{name}.so'
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f'.{os.getpid()}')
        subprocess.run(['gcc', *flags, '-o', fresh, source, '-lm'], check=True)
        fresh.rename(path)
    return ctypes.CDLL(str(path))


def _pointer(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


def draw(source: Path, primitives: np.ndarray, parameters: np.ndarray, size: int = SIZE) -> Rendering:
    """Draws primitives float32 [n, 28] (see shapes.py) in the world of `source` with its `parameters` float32, at size
    x size pixels; size must be a multiple of 8.
    """
    pixels = lambda kind, *shape: np.empty((size, size, *shape), kind)  # noqa: E731
    r = Rendering(pixels(np.uint8, 3), pixels(np.float32), pixels(np.uint8), pixels(np.uint8), pixels(np.uint8))
    library(source).render(
        _pointer(primitives),
        len(primitives),
        _pointer(parameters),
        size,
        _pointer(r.rgb),
        _pointer(r.depth),
        _pointer(r.labels),
        _pointer(r.instances),
        _pointer(r.lines),
    )
    return r
