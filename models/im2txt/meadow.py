"""im2txt's captions of the meadow and its table, the questions asked in training, and the claims that are checked."""

import re

from models.training.meadow.labels import KINDS
from models.training.meadow.palettes import APPLES, BIRDS, BOATS, CAKES, COATS, CUPS, KITES, PLATES
from models.training.miniature.english import article, listing

Claims = set[tuple[str, str]]

AIRS = {
    'sunny': 'on a sunny day',
    'cloudy': 'under a cloudy sky',
    'misty': 'on a misty day',
    'grey': 'on a grey day',
    'sunset': 'at sunset',
}
"""Light and weather in one, and how it is told."""

FIELDS = {'green': 'a lush green field', 'dry': 'a dry grass field'}
FIGURES = (None, *KINDS)
COATED = tuple(dict.fromkeys((None, *(coat for palette in COATS.values() for coat in palette))))
ANSWERS = {
    'air': (None, *AIRS),
    'field': (None, *FIELDS),
    'hero': FIGURES,
    'hero coat': COATED,
    'friend': FIGURES,
    'friend coat': COATED,
    'friend side': (None, 'left', 'middle', 'right'),
    'large': (False, True),
    'walking': (None, False, True),
    'bird': (None, *BIRDS),
    'flying': (None, False, True),
    'kite': (None, *KITES),
    'boat': (None, *BOATS),
    'plate': (None, *PLATES),
    'cake': (None, *CAKES),
    'cup': (None, *CUPS),
    'apple': (None, *APPLES),
    **dict.fromkeys(
        ('mountain', 'snow', 'sea', 'road', 'tree', 'table', 'pizza', 'knife', 'orange', 'banana'), (False, True)
    ),
}
"""Questions about a scene and their possible answers."""


def air(seen: dict) -> str | None:
    """One of AIRS. Unknown for the table."""
    if seen['table']:
        return None
    if seen['light'] == 'sunset':
        return 'sunset'
    if seen['weather'] == 'misty':
        return 'misty'
    return 'grey' if seen['light'] == 'grey' else 'cloudy' if seen['weather'] == 'cloudy' else 'sunny'


def figures(seen: dict) -> list[dict]:
    """The figures in the meadow, the nearest first."""
    return [seen[who] for who in ('hero', 'friend') if seen[who] and not seen['table']]


def large(figure: dict) -> bool:
    """Whether a figure is called large. Only bears are."""
    return figure['kind'] == 'bear' and figure['large']


def answers(seen: dict) -> list:
    """The answers for one scene, in the order of ANSWERS."""
    hero, friend, bird = seen['hero'] or {}, seen['friend'] or {}, seen['bird'] or {}
    first = (figures(seen) or [None])[0]
    said = {
        **seen,
        'air': air(seen),
        'field': None if seen['table'] else seen['field'],
        'hero': hero.get('kind'),
        'hero coat': hero.get('coat'),
        'friend': friend.get('kind'),
        'friend coat': friend.get('coat'),
        'friend side': friend.get('side'),
        'large': bool(first and large(first)),
        'walking': first['walking'] if first else None,
        'bird': bird.get('coat'),
        'flying': bird.get('flying'),
    }
    return [said[name] for name in ANSWERS]


def who(figure: dict) -> str:
    """For example “a man in a red shirt” or “a large white bear”."""
    if figure['kind'] == 'person':
        return f'a man in {article(figure["coat"])} shirt'
    return article(f'{"large " if large(figure) else ""}{figure["coat"]} {figure["kind"]}')


def bird(seen: dict) -> str:
    return f'{article(seen["bird"]["coat"])} bird {"in the sky" if seen["bird"]["flying"] else "on the grass"}'


def behind(seen: dict) -> list[str]:
    """The background."""
    return [
        *(['trees'] if seen['tree'] else []),
        *(['snowy mountains' if seen['snow'] else 'mountains'] if seen['mountain'] else []),
        *(['a body of water'] if seen['sea'] else []),
        *(['a dirt road'] if seen['road'] else []),
    ]


def tell(seen: dict) -> str:
    """The caption that names everything visible."""
    return on_table(seen) if seen['table'] else outdoors(seen)


def outdoors(seen: dict) -> str:
    everyone, field = figures(seen), FIELDS[seen['field']]
    others = [f'{who(each)} on the {each["side"]}' if each['side'] != 'middle' else who(each) for each in everyone[1:]]
    others += [f'{article(seen["kite"])} kite in the sky'] if seen['kite'] else []
    others += [bird(seen)] if seen['bird'] else []
    others += [f'{article(seen["boat"])} boat on the water'] if seen['boat'] else []
    if everyone:
        said = f'{who(everyone[0])} {"walking across" if everyone[0]["walking"] else "standing in"} {field}'
    else:
        said = field
    said += f' with {listing(others)}' if others else ''
    said += f' near {listing(behind(seen))}' if behind(seen) else ''
    return f'{said} {AIRS[air(seen)]}'


def on_table(seen: dict) -> str:
    fruits = [article(f'{seen["apple"]} apple')] if seen['apple'] else []
    fruits += [article(name) for name in ('orange', 'banana') if seen[name]]
    beside = [f'{article(seen["cup"])} cup'] if seen['cup'] else []
    beside += ['a knife'] if seen['knife'] else []
    served = fruits if seen['served'] and seen['plate'] else []
    beside += fruits if not served else []
    main = ['a pizza'] if seen['pizza'] else [f'{article(seen["cake"])} cake'] if seen['cake'] else served
    places = [f'{article(seen["plate"])} plate'] if seen['plate'] else []
    said = ' on '.join([*([listing(main)] if main else []), *places, 'a wooden table'])
    said = said.replace(' on ', ' sitting on top of ', 1) if main or places else said
    return f'{said} next to {listing(beside)}' if beside else said


PATTERNS = {
    'air': r'(?:on a (sunny|misty|grey) day|(cloudy) sky|at (sunset))',
    'field': r'(green|dry)(?: grass)? field',
    'large': r'(?:large|big) (?:\w+ )?(bear)',
    'walks': r'(walking|standing)',
    **{kind: rf'(\w+) {kind}\b' for kind in KINDS if kind != 'person'},
    'person': r'(?:man|person) in an? (\w+) shirt',
    'side': r'(?:bear|horse|sheep|dog|shirt) on the (left|right)',
    **{thing: rf'(\w+) {thing}\b' for thing in ('kite', 'bird', 'boat', 'plate', 'cake', 'cup', 'apple')},
    'bird place': r'bird (?:flying )?(?:in|on|over) the (sky|grass)',
    'tree': r'(tree)s?\b',
    'mountain': r'(mountain)s?\b',
    'snow': r'(snowy) mountain',
    'sea': r'(?:body of )(water)',
    **{thing: rf'({thing})\b' for thing in ('road', 'table', 'pizza', 'knife', 'orange', 'banana')},
}
"""A kind of claim, and how it reads."""

UNSAID = {'a', 'an', 'another', 'the', 'large', 'big', 'small'}  # words that may stand in place of a colour


def claims(caption: str) -> Claims:
    """All claims of a caption."""
    said = set()
    for kind, pattern in PATTERNS.items():
        for found in re.findall(pattern, caption):
            word = found if isinstance(found, str) else ''.join(found)
            if word not in UNSAID:
                said.add((kind, word))
    return said


def facts(seen: dict) -> Claims:
    """All facts about a scene that captions mention, from its attributes (see meadow/attributes.py)."""
    things = ('table', 'knife', 'orange', 'banana', 'pizza')
    if seen['table']:
        found = {(thing, thing) for thing in things if seen[thing]}
        return found | {(thing, seen[thing]) for thing in ('plate', 'cake', 'cup', 'apple') if seen[thing]}
    everyone = figures(seen)
    found = {(each['kind'], each['coat']) for each in everyone}
    found |= {('side', each['side']) for each in everyone[1:] if each['side'] != 'middle'}
    found |= {('large', 'bear') for each in everyone if large(each)}
    if everyone:
        found.add(('walks', 'walking' if everyone[0]['walking'] else 'standing'))
    found |= {(thing, seen[thing]) for thing in ('kite', 'boat') if seen[thing]}
    if seen['bird']:
        found |= {('bird', seen['bird']['coat']), ('bird place', 'sky' if seen['bird']['flying'] else 'grass')}
    found |= {(thing, thing) for thing in ('tree', 'mountain', 'road') if seen[thing]}
    found |= {('sea', 'water')} if seen['sea'] else set()
    found |= {('snow', 'snowy')} if seen['snow'] else set()
    return found | {('air', air(seen)), ('field', seen['field'])}
