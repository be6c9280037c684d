"""AttnGAN's training samples for words of the meadow."""

import numpy as np

from models.im2txt.meadow import tell, who
from models.training.meadow.caption import captions
from models.training.meadow.palettes import APPLES, BIRDS, BOATS, CAKES, COATS, CUPS, KITES, PLATES
from models.training.meadow.vector import BORDERS, UNIFORMS
from models.training.miniature.colours import choose
from models.training.miniature.english import article, listing

#: Uniform numbers that don't change any outlines. They are drawn anew for each sample, so that there is no end of
#: scenes.
COLOURED = {'kite': KITES, 'boat': BOATS, 'plate': PLATES, 'cake': CAKES, 'cup': CUPS, 'apple': APPLES}
LOOKS = (
    *('light', 'sun', 'grass', 'flowers', 'snow', 'wood', 'hero_coat', 'friend_coat', 'bird_coat'),
    *(f'{thing}_colour' for thing in COLOURED),
)
SHOWN = (
    'a large white bear walking across a lush green field',
    'a large white bear walking across a lush green field near trees and mountains at sunset',
    'a large brown bear standing in a dry grass field with a red kite in the sky near a body of water on a sunny day',
    'a man in a red shirt standing in a lush green field with a white dog on the left under a cloudy sky',
    'a pizza sitting on top of a white plate on a wooden table next to a red cup and a knife',
    'a chocolate cake sitting on top of a blue plate on a wooden table',
    'a black horse',
    'My grandmother dreams of a sheep, a yellow kite and a white Boat on the lake!',
)


def samples(u: np.ndarray, scenes: list[dict], rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
    """Scenes [n, slots] with changed colours, and a caption for each: im2txt's, one of the world's, or a few words."""
    u, seen = new_looks(u, scenes, rng)
    return u, [caption(each, rng) for each in seen]


def tested(scenes: dict) -> list[str]:
    """The captions for measuring: alternately those that im2txt learns to write, as in a chain, and the world's."""
    pairs = zip(scenes['attributes'], scenes['captions'])
    return [three[0] if i % 2 else tell(seen) for i, (seen, three) in enumerate(pairs)]


def caption(seen: dict, rng: np.random.Generator) -> str:
    kind = rng.random()
    if kind < 0.45:
        return tell(seen)
    return captions(seen, int(rng.integers(1 << 30)), 1)[0] if kind < 0.75 else fragment(seen, rng)


def new_looks(u: np.ndarray, scenes: list[dict], rng: np.random.Generator) -> tuple[np.ndarray, list[dict]]:
    """The same scenes with other colours and lights: their uniform numbers [n, slots] and attributes."""
    u = u.copy()
    at = {name: UNIFORMS.index(name) for name in UNIFORMS}
    for name in LOOKS:
        u[:, at[name]] = rng.random(len(u))

    def colours(uniform: str, palette: dict) -> np.ndarray:
        return np.array(list(palette))[choose(u[:, at[uniform]], len(palette)).argmax(1)]

    coats = {(w, kind): colours(f'{w}_coat', palette) for w in ('hero', 'friend') for kind, palette in COATS.items()}
    of_things = {thing: colours(f'{thing}_colour', palette) for thing, palette in COLOURED.items()}
    birds, (evening, grey) = colours('bird_coat', BIRDS), BORDERS['light']
    changed = []
    for i, seen in enumerate(scenes):
        light = u[i, at['light']]
        new = {
            **seen,
            'light': 'day' if light < evening else 'sunset' if light < grey else 'grey',
            'field': 'green' if u[i, at['grass']] < 0.6 else 'dry',
            'snow': seen['mountain'] and u[i, at['snow']] < BORDERS['snow'][0],
        }
        new.update({thing: str(column[i]) for thing, column in of_things.items() if seen[thing]})
        new.update({w: {**seen[w], 'coat': str(coats[w, seen[w]['kind']][i])} for w in ('hero', 'friend') if seen[w]})
        if seen['bird']:
            new['bird'] = {**seen['bird'], 'coat': str(birds[i])}
        changed.append(new)
    return u, changed


def fragment(seen: dict, rng: np.random.Generator) -> str:
    """A caption as people might type it: a few things, sometimes a place, sometimes the light."""
    pick = lambda *options: options[rng.integers(len(options))]  # noqa: E731
    things = [who(seen[w]) for w in ('hero', 'friend') if seen[w] and not seen['table']]
    things += [article(f'{seen[thing]} {thing}') for thing in COLOURED if seen[thing]]
    things += [article(f'{seen["bird"]["coat"]} bird')] if seen['bird'] else []
    things += [article(thing) for thing in ('pizza', 'orange', 'banana', 'knife') if seen[thing]]
    if not seen['table']:
        things += [thing for thing in ('mountain', 'tree', 'road') if seen[thing]]
        things += ['water'] if seen['sea'] else []
    things = [things[i] for i in rng.permutation(len(things))[: rng.integers(1, 4)]]
    place = pick('', 'on a table') if seen['table'] else pick('', '', f'in {article(seen["field"])} field')
    light = pick('', '', {'day': 'on a sunny day', 'sunset': 'at sunset', 'grey': 'on a grey day'}[seen['light']])
    text = ' '.join(part for part in (listing(things) if things else '', place, '' if seen['table'] else light) if part)
    return text or ('a table' if seen['table'] else f'a {seen["field"]} field')
