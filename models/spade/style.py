"""What SPADE's style vector decides: the choices in a scene that aren't visible in its label map."""

import numpy as np
import torch

from models.training import meadow
from models.training.meadow.vector import BORDERS as MEADOW_BORDERS
from models.training.miniature.colours import colour_borders
from models.training.world.palettes import FLOORS, PALETTES
from models.training.world.vector import BORDERS
from models.training.worlds import FIRST, world

#: World -> the uniform numbers that the vector's numbers stand for.
STYLES = {
    'bedroom': (
        'time', 'wall', 'stripes', 'floor', 'checks', 'picture_colour', 'bed_colour', 'bed_wood', 'table_wood',
        'rug_colour', 'lamp_on', 'cat_coat', 'ball_colour', 'hills', 'sun', 'plant_angle', 'cat_angle', 'ball_spin', 'key',
    ),
    'meadow': (
        'light', 'sun', 'drift', 'mist', 'grass', 'flowers', 'snow', *(f'{tree}_leaf' for tree in meadow.TREES),
        'hero_coat', 'friend_coat', 'bird_coat', 'kite_colour', 'boat_colour', 'wood', 'plate_colour', 'cake_colour',
        'dish_spin', 'cup_colour', 'apple_colour',
    ),
}  # fmt: skip


def style_borders(of: str, name: str) -> list[float]:
    """Values of the uniform number `name` at which one choice changes to another."""
    if of == 'meadow':
        return list(MEADOW_BORDERS.get(name, ()))
    options = len(FLOORS) if name == 'floor' else len(PALETTES.get(name, ()))
    return colour_borders(options) if options else list(BORDERS.get(name, ()))


def style_of(u: np.ndarray, of: str = FIRST) -> np.ndarray:
    """The style vectors float32 [n, len(STYLES[of])] of scenes given by their uniforms [n, K]."""
    columns = [world(of).UNIFORMS.index(name) for name in STYLES[of]]
    chosen = torch.from_numpy(np.ascontiguousarray(u[:, columns])).double().clamp(1e-4, 1 - 1e-4)
    return (torch.erfinv(2 * chosen - 1) * 2**0.5).float().numpy()
