"""The second miniature world: animals and people in a meadow, and food on a table that stands there.

A scene is made as in the first world: u --vector.py--> scene vector --animals.py, things.py, scene.py--> shapes,
weather and light --render.c--> picture, depth, labels, instances, lines --attributes.py, caption.py--> captions. Labels
have COCO-Stuff's names, so that label maps of COCO models match by name.

`python3 -m models.training.frozen meadow` checks that it still draws what its models were trained on.
"""

import numpy as np

from ..miniature.renderer import SIZE, Rendering
from .attributes import attributes
from .caption import captions
from .labels import COLOURS, INSTANCE_LABELS, LABELS
from .scene import render
from .vector import FIELDS, TREES, UNIFORMS, effective, scene_vector

SHOWN = 8


def shown_depth(depth: np.ndarray) -> np.ndarray:
    """Depth in metres as grey values to look at: 0 at 0.9 m, 1 at 60 m, on a logarithmic scale."""
    return np.log(depth / 0.9) / np.log(60 / 0.9)


__all__ = [
    'COLOURS',
    'FIELDS',
    'INSTANCE_LABELS',
    'LABELS',
    'Rendering',
    'SHOWN',
    'SIZE',
    'TREES',
    'UNIFORMS',
    'attributes',
    'captions',
    'effective',
    'render',
    'scene_vector',
    'shown_depth',
]
