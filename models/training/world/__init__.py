"""The miniature world: bedrooms drawn by our own renderer, with everything known about each pixel.

The way of a scene, one small module a step:

    u (uniform numbers)  --vector.py-->  scene vector  --furniture.py, scene.py-->  shapes and lights
        --render.c, renderer.py-->  picture, depth, labels, instances, lines
        --attributes.py-->  what is really seen  --caption.py-->  captions

Every step is deterministic. The scene vector is a continuous function of u: things grow, shrink and slide, they never
jump, so that a small network can learn the way from a latent vector to a scene and a walk through scenes is smooth.

`python3 -m models.training.world.freeze` checks that the world still draws what the bundled models were trained on.
"""
from .attributes import attributes
from .caption import captions
from .labels import COLOURS, INSTANCE_LABELS, LABELS
from .renderer import SIZE, Rendering, render
from .vector import FIELDS, UNIFORMS, effective, scene_vector

__all__ = [
    'COLOURS',
    'FIELDS',
    'INSTANCE_LABELS',
    'LABELS',
    'Rendering',
    'SIZE',
    'UNIFORMS',
    'attributes',
    'captions',
    'effective',
    'render',
    'scene_vector',
]
