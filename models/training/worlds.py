"""The miniature worlds that the bundled models are trained on, by name.

A world is a package that says: LABELS, COLOURS and INSTANCE_LABELS; UNIFORMS and `scene_vector`, FIELDS and
`effective`; `render`; `attributes` and `captions`; `shown_depth`, metres as a grey for people, 0 near to 1 far; SHOWN,
how many scenes its reference.png has. Beside it lies frozen.json (see frozen.py).
"""

import importlib
from types import ModuleType

PACKAGES = {'bedroom': 'models.training.world', 'meadow': 'models.training.meadow'}
FIRST = 'bedroom'
FIRST_THINGS = {'bedroom': 'rug', 'meadow': 'bear'}  # the labels before are of walls and floors, or of the landscape


def world(name: str = FIRST) -> ModuleType:
    """The world of this name."""
    if name not in PACKAGES:
        raise SystemExit(f'There is no world called {name}. Worlds: {", ".join(PACKAGES)}.')
    return importlib.import_module(PACKAGES[name])


def things(name: str) -> list[bool]:
    """Of each instance id of a world, whether it is a thing."""
    labels, instance_labels = world(name).LABELS, world(name).INSTANCE_LABELS
    return [label >= labels.index(FIRST_THINGS[name]) for label in instance_labels]
