"""Questions about a scene and their possible answers, by attribute (see world/attributes.py)."""

import torch
from torch import Tensor
from torch.nn import functional as F

from models.training.world.palettes import PALETTES

ANSWERS = {
    'time': ('day', 'sunset', 'night'),
    'wall': tuple(PALETTES['wall']),
    'bed': (None, *PALETTES['bed_colour']),
    'side': (None, 'left', 'right'),
    'rug': (None, *PALETTES['rug_colour']),
    'cat': (None, *PALETTES['cat_coat']),
    'cat_at': (None, 'bed', 'table', 'rug', 'floor'),
    'ball': (None, *PALETTES['ball_colour']),
    'ball_side': (None, 'left', 'middle', 'right'),
    'table': (None, 'square', 'round'),
    'lamp': (None, 'off', 'on'),
    'window': (False, True),
    'picture': (False, True),
    'plant': (False, True),
}


def answered(seen: dict) -> list[int]:
    """The number of each answer for one scene."""
    return [options.index(seen[name]) for name, options in ANSWERS.items()]


def surprise(said: dict[str, Tensor], true: Tensor) -> Tensor:
    """Mean cross-entropy of the answers: logits [n, options] by name, numbers of the true ones [n, questions]."""
    parts = [F.cross_entropy(said[name], column) for name, column in zip(ANSWERS, true.t())]
    return torch.stack(parts).mean()
