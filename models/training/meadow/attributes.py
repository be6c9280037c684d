"""Describes what is visible in a scene: things are named only if enough of their pixels are seen."""

from __future__ import annotations

import numpy as np

from ..miniature.colours import choose
from ..miniature.renderer import Rendering
from .labels import FRUITS, ID, INSTANCE, KINDS
from .palettes import APPLES, BIRDS, BOATS, CAKES, COATS, CUPS, KITES, PLATES
from .vector import INDEX, UNIFORMS

# Minimum number of visible pixels, in a 128 x 128 picture, for a thing to be mentioned.
ENOUGH = {
    'mountain': 160,
    'sea': 160,
    'road': 160,
    'tree': 160,
    'clouds': 500,
    **{f'hero {kind}': 70 for kind in KINDS},
    **{f'friend {kind}': 45 for kind in KINDS},
    'bird': 30,
    'kite': 40,
    'boat': 40,
    'dining table': 400,
    'plate': 150,
    'pizza': 300,
    'cake': 200,
    'apple': 40,
    'orange': 40,
    'banana': 40,
    'cup': 60,
    'knife': 30,
}
LARGE = 500  # minimum number of pixels for a thing to be called large


def attributes(u: np.ndarray, vector: np.ndarray, seen: Rendering) -> dict:
    """Attributes of one scene. Things that aren't visible are False (or None instead of a colour).

    light: day | sunset | grey. weather: clear | cloudy | misty. field: green | dry. mountain, sea, road, tree, snow:
    bool. hero, friend: None or {kind, coat, large, walking, side}, side being left | middle | right in the picture.
    bird: None or {coat, flying}. kite, boat, plate, cake, cup, apple: colour names. table, pizza, orange, banana,
    knife: bool.
    """
    value = lambda name: float(vector[INDEX[name]])  # noqa: E731
    scale = 128 * 128 / seen.labels.size
    of_label = np.bincount(seen.labels.ravel(), minlength=len(ID)) * scale
    of_instance = np.bincount(seen.instances.ravel(), minlength=len(INSTANCE)) * scale

    def there(name: str) -> bool:
        count = of_instance[INSTANCE[name]] if name in INSTANCE else of_label[ID[name]]
        return bool(count >= ENOUGH[name])

    def colour(uniform: str, palette: dict) -> str:
        return list(palette)[int(choose(u[UNIFORMS.index(uniform) :][:1], len(palette))[0].argmax())]

    def figure(who: str) -> dict | None:
        kind = next((kind for kind in KINDS if there(f'{who} {kind}')), None)
        if not kind:
            return None
        x = float(np.nonzero(seen.instances == INSTANCE[f'{who} {kind}'])[1].mean()) / seen.labels.shape[1] * 2 - 1
        return {
            'kind': kind,
            'coat': colour(f'{who}_coat', COATS[kind]),
            'large': bool(of_instance[INSTANCE[f'{who} {kind}']] >= LARGE),
            'walking': abs(value(f'{who}_stride')) > 0.35,
            'side': 'left' if x < -0.3 else 'right' if x > 0.3 else 'middle',
        }

    lights = {'day': value('day'), 'sunset': value('sunset'), 'grey': 1 - value('day') - value('sunset')}
    table = there('dining table')
    return {
        'light': max(lights, key=lights.get),
        'weather': 'misty' if value('mist') > 0.4 else 'cloudy' if there('clouds') else 'clear',
        'field': 'green' if value('grass') < 0.6 else 'dry',
        **{name: there(name) for name in ('mountain', 'sea', 'road', 'tree')},
        'snow': there('mountain') and value('snow') > 0.5,
        'hero': figure('hero'),
        'friend': figure('friend'),
        'bird': {'coat': colour('bird_coat', BIRDS), 'flying': value('bird_flying') > 0.5} if there('bird') else None,
        'kite': colour('kite_colour', KITES) if there('kite') else None,
        'boat': colour('boat_colour', BOATS) if there('boat') else None,
        'table': table,
        'plate': colour('plate_colour', PLATES) if there('plate') else None,
        'pizza': there('pizza'),
        'cake': colour('cake_colour', CAKES) if there('cake') else None,
        'cup': colour('cup_colour', CUPS) if there('cup') else None,
        'knife': there('knife'),
        'apple': colour('apple_colour', APPLES) if there('apple') else None,
        **{name: there(name) for name in FRUITS[1:]},
        'served': table and value('fruit') > 0.5 and value('plate') > 0.5,  # the fruit is on the plate
    }
