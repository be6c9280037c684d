"""Checks that this world is still the one that the bundled models were trained on; see ../frozen.py.

    python3 -m models.training.world.freeze [--write]
"""
from ..frozen import main

if __name__ == '__main__':
    main('bedroom')
