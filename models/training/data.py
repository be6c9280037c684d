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
| instances   | uint8 [n, 128, 128]        | 0 = no object; otherwise one id per object of the scene          |
| lines       | uint8 [n, 128, 128]        | line drawing, 255 = paper, 0 = ink                               |
| captions    | list of n lists of 3 str   | three captions of each scene                                     |
| attributes  | list of n dicts            | what is really seen: colours, sides, places (see world/attributes.py) |
"""
from __future__ import annotations

from collections.abc import Sequence

SPLITS = {'train': 24_000, 'validation': 512, 'test': 1024}


def load(split: str, fields: Sequence[str], wait: bool = True) -> dict:
    """The named fields of one split, index-aligned. Arrays are read-only memory maps.

    split   'train', 'validation' or 'test'
    wait    True: render first whatever is missing; False: return the scenes that are ready now (the first n)
    """
    raise NotImplementedError('the world is being built')
