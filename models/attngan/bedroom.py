"""AttnGAN's training samples for words of the bedroom."""

import numpy as np

from models.training.miniature.colours import choose
from models.training.miniature.english import article, listing
from models.training.world.caption import caption, phrases
from models.training.world.palettes import PALETTES
from models.training.world.vector import UNIFORMS

#: Uniform numbers that don't change any outlines. They are drawn anew for each sample, so that there is no end of
#: scenes.
LOOKS = (
    *('time', 'wall', 'stripes', 'floor', 'checks', 'hills', 'sun', 'picture_colour', 'bed_colour', 'bed_wood'),
    *('table_wood', 'rug_colour', 'lamp_on', 'plant_angle', 'cat_coat', 'ball_colour', 'ball_spin', 'key'),
)
COLOURED = {'wall': 'wall', 'bed': 'bed_colour', 'rug': 'rug_colour', 'cat': 'cat_coat', 'ball': 'ball_colour'}
SHOWN = (
    'a small pink bedroom on a sunny day with a red bed on the left, an orange cat on the rug and a blue ball',
    'a small pink bedroom at night with a red bed on the left, an orange cat on the rug and a blue ball',
    'a purple room at sunset with a white bed on the right, a black cat on the bed and a glowing lamp',
    'a blue room in the day with a white cat on the floor, a red ball on the left and a green plant',
    'at night, a yellow room with a green bed on the right, a glowing lamp and a teal rug',
    'a cozy green bedroom at sunset with a grey cat on the table, a yellow ball on the right and a window',
    'a cat',
    'My grandmother dreams of a purple bed, an orange carpet and a Red ball at night!',
)


def samples(u: np.ndarray, scenes: list[dict], rng: np.random.Generator) -> tuple[np.ndarray, list[str]]:
    """Scenes [n, slots] with changed colours, and a caption for each."""
    u, seen = new_looks(u, scenes, rng)
    # A caption of the grammar also tells something by what it leaves out; a fragment doesn't.
    texts = [fragment(each, rng) if rng.random() < 0.3 else caption(each, rng) for each in seen]
    return u, [text.replace('at day', 'in the day') for text in texts]


def tested(scenes: dict) -> list[str]:
    """The captions for measuring."""
    return [three[0] for three in scenes['captions']]


def new_looks(u: np.ndarray, scenes: list[dict], rng: np.random.Generator) -> tuple[np.ndarray, list[dict]]:
    """The same scenes with other colours, times and lights: their uniform numbers [n, SLOTS] and attributes."""
    u = u.copy()
    at = {name: UNIFORMS.index(name) for name in UNIFORMS}
    for name in LOOKS:
        u[:, at[name]] = rng.random(len(u))
    colours = {
        thing: np.array(list(PALETTES[name]))[choose(u[:, at[name]], len(PALETTES[name])).argmax(1)]
        for thing, name in COLOURED.items()
    }
    changed = []
    for i, seen in enumerate(scenes):
        time = u[i, at['time']]
        new = {**seen, 'time': 'day' if time < 0.45 else 'sunset' if time < 0.72 else 'night'}
        new.update({thing: str(column[i]) for thing, column in colours.items() if seen[thing]})
        if seen['lamp']:
            new['lamp'] = 'on' if u[i, at['lamp_on']] > 0.36 else 'off'
        changed.append(new)
    return u, changed


def fragment(seen: dict, rng: np.random.Generator) -> str:
    """A caption as people might type it: a few things, sometimes the room, sometimes the time."""
    pick = lambda *options: options[rng.integers(len(options))]  # noqa: E731
    things = phrases(seen, pick)
    things = [things[i] for i in rng.permutation(len(things))[: rng.integers(1, 5)]]
    room = pick('', f'{article(seen["wall"])} {pick("room", "bedroom")}')
    parts = [part for part in (room, 'at ' + seen['time'] if rng.random() < 0.5 else '') if part]
    text = ' '.join([listing(things), *(['in', *parts] if room and things else parts)] if things else parts)
    return text if text else article(seen['wall']) + ' room'
