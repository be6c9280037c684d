"""The miniature worlds that the bundled models are trained on, by name.

A world is a package that says: LABELS, COLOURS and INSTANCE_LABELS; UNIFORMS and `scene_vector`, FIELDS and
`effective`; `render`; `attributes` and `captions`; `shown_depth`, metres as a grey for people, 0 near to 1 far; SHOWN,
how many scenes its reference.png has. Beside it lies frozen.json (see frozen.py).
"""

import importlib
from types import ModuleType

PACKAGES = {'bedroom': 'models.training.world', 'meadow': 'models.training.meadow'}
FIRST = 'bedroom'


def world(name: str = FIRST) -> ModuleType:
    """The world of this name."""
    if name not in PACKAGES:
        raise SystemExit(f'There is no world called {name}. Worlds: {", ".join(PACKAGES)}.')
    return importlib.import_module(PACKAGES[name])
