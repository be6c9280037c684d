"""The miniature worlds that the bundled models are trained on, by name.

A world is a package that defines LABELS, COLOURS and INSTANCE_LABELS; UNIFORMS and `scene_vector`, FIELDS and
`effective`; `render`; `attributes` and `captions`; `shown_depth`, depth as grey values to look at, from 0 (near) to 1
(far); and SHOWN, the number of scenes in its reference.png. Its folder also contains frozen.json (see frozen.py).
"""

import importlib
from types import ModuleType

PACKAGES = {'bedroom': 'models.training.world', 'meadow': 'models.training.meadow'}
FIRST = 'bedroom'
FIRST_THINGS = {'bedroom': 'rug', 'meadow': 'bear'}  # labels before this one are walls and floors, or parts of the landscape


def world(name: str = FIRST) -> ModuleType:
    """The world with this name."""
    if name not in PACKAGES:
        raise SystemExit(f'There is no world called {name}. Worlds: {", ".join(PACKAGES)}.')
    return importlib.import_module(PACKAGES[name])


def things(name: str) -> list[bool]:
    """For each instance id of a world, whether it is a thing."""
    labels, instance_labels = world(name).LABELS, world(name).INSTANCE_LABELS
    return [label >= labels.index(FIRST_THINGS[name]) for label in instance_labels]
