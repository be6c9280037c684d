"""The cells into which AttnGAN divides the range of each uniform number of a scene."""

import numpy as np

from models.training.meadow.vector import BORDERS as MEADOW_BORDERS
from models.training.meadow.vector import PRESENCE as MEADOW_PRESENCE
from models.training.miniature.colours import colour_borders
from models.training.world.palettes import PALETTES
from models.training.world.vector import BORDERS, PRESENCE
from models.training.worlds import world

# Borders in the meadow at which the words change, but the things don't.
MEANT = {
    'hero_stride': (0.083, 0.472),
    'friend_stride': (0.083, 0.472),
    'grass': (0.6,),
    'mist': (0.84,),
}


def bands(of: str, name: str) -> list[tuple[float, float]]:
    """The bands in a uniform number's range where one thing changes to another (half-grown things, mixed colours)."""
    if of == 'meadow':
        if name in MEADOW_PRESENCE:
            return [(MEADOW_PRESENCE[name] - 0.04, MEADOW_PRESENCE[name])]
        return [(b - 0.02, b + 0.02) for b in MEADOW_BORDERS.get(name, MEANT.get(name, ()))]
    if name in PALETTES:
        options = len(PALETTES[name])
        return [(b - 0.06 / options, b + 0.06 / options) for b in colour_borders(options)]
    if name in PRESENCE:
        return [(PRESENCE[name] - 0.04, PRESENCE[name])]
    return [(b - 0.025, b + 0.025) for b in BORDERS.get(name, ())]


def borders(of: str, name: str) -> list[float]:
    """Borders between the cells of a uniform number's range: the ends of its bands and, except for the bedroom's
    colours and things, the quarters.
    """
    changes = [end for band in bands(of, name) for end in band]
    if of == 'bedroom' and (name in PALETTES or name in PRESENCE):
        return changes
    quarters = (place for place in (0.25, 0.5, 0.75) if all(abs(place - b) > 0.04 for b in changes))
    return sorted([*changes, *quarters])


def cells(of: str) -> np.ndarray:
    """The upper ends of the cells, float32 [slots, cells], padded with 1."""
    ends = [[*borders(of, name), 1.0] for name in world(of).UNIFORMS]
    most = max(map(len, ends))
    return np.array([row + [1.0] * (most - len(row)) for row in ends], np.float32)


def cell_of(u: np.ndarray, of: str) -> np.ndarray:
    """The cell that each uniform number is in, int64 [n, slots]."""
    return (u[:, :, None] >= cells(of)[None, :, :-1]).sum(2)


def halfway(of: str) -> np.ndarray:
    """Which cells are `bands`, bool [slots, cells]."""
    ends = cells(of)
    middles = ends - np.diff(ends, axis=1, prepend=0) / 2
    found = np.zeros(ends.shape, bool)
    for row, name in enumerate(world(of).UNIFORMS):
        for low, high in bands(of, name):
            found[row] |= (middles[row] > low) & (middles[row] < high) & (np.diff(ends[row], prepend=0) > 0)
    return found
