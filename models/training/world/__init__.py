"""The first miniature world: bedrooms drawn by our own renderer, so that everything about each pixel is known.

How a scene is made, with one small module per step:

    u (uniform numbers)  --vector.py-->  scene vector  --furniture.py, scene.py-->  shapes and lights
        --render.c, ../miniature-->  picture, depth, labels, instances, lines
        --attributes.py-->  what is visible  --caption.py-->  captions

Every step is deterministic. The scene vector is a continuous function of u: things grow, shrink and slide, but never
jump. So a small network can learn the mapping from a latent vector to a scene, and a walk through scenes is smooth.

`python3 -m models.training.world.freeze` checks that the world still draws what the bundled models were trained on.
"""
from ..miniature.renderer import SIZE, Rendering
from .attributes import attributes
from .caption import captions
from .labels import COLOURS, INSTANCE_LABELS, LABELS
from .scene import render
from .vector import FIELDS, UNIFORMS, effective, scene_vector

SHOWN = 6


def shown_depth(depth):
    """Depth in metres as grey values to look at: 0 at 1.5 m, 1 at 6.5 m."""
    return (depth - 1.5) / 5


__all__ = [
    'COLOURS',
    'FIELDS',
    'INSTANCE_LABELS',
    'LABELS',
    'Rendering',
    'SHOWN',
    'SIZE',
    'UNIFORMS',
    'attributes',
    'captions',
    'effective',
    'render',
    'scene_vector',
    'shown_depth',
]
