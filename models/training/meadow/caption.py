"""Captions of what is visible, in the style of im2txt: lower case, one clause, no full stop."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..miniature.english import article, listing
from .labels import FRUITS

Pick = Callable[..., str]

FIELDS = {
    'green': ('a lush green field', 'a lush green field', 'a green field', 'a grassy field'),
    'dry': ('a dry grass field', 'a grassy field', 'a field of grass'),
}
LIGHTS = {'day': ('', '', 'on a sunny day'), 'sunset': ('at sunset', ''), 'grey': ('on a grey day', '')}
SMALL = {'dog': ('', 'small ')}
LARGE = {'bear': ('large ', 'large ', '', 'big '), 'horse': ('', 'large ')}


def who(figure: dict, pick: Pick) -> str:
    """For example “a man in a red shirt” or “a large white bear”."""
    if figure['kind'] == 'person':
        return f'a {pick("man", "person")} in {article(figure["coat"])} shirt'
    sizes = (LARGE if figure['large'] else SMALL).get(figure['kind'], ('',))
    return article(f'{pick(*sizes)}{figure["coat"]} {figure["kind"]}')


def does(figure: dict, field: str, pick: Pick) -> str:
    how = (
        pick('walking across', 'walking across', 'walking through')
        if figure['walking']
        else pick('standing on top of', 'standing in', 'standing in')
    )
    return f'{how} {field}'


def surroundings(a: dict, pick: Pick) -> str:
    """At most one thing in the background, and sometimes the light."""
    behind = []
    if a['sea']:
        behind.append(pick('near the sea', 'next to a body of water'))
    if a['mountain']:
        behind.append(
            pick(
                'with mountains in the background',
                'with snowy mountains in the background' if a['snow'] else 'with a mountain in the background',
            )
        )
    if a['tree']:
        behind.append(pick('with trees in the background', 'near some trees'))
    if a['road']:
        behind.append('next to a dirt road')
    if a['weather'] != 'clear' and a['light'] != 'sunset':
        behind.append('on a misty day' if a['weather'] == 'misty' else 'under a cloudy sky')
    place = pick(*behind, '') if behind else ''
    time = '' if 'day' in place or 'sky' in place else pick(*LIGHTS[a['light']])
    return ' '.join(part for part in (place, time) if part)


def outdoors(a: dict, pick: Pick) -> str:
    field, first = pick(*FIELDS[a['field']]), a['hero'] or a['friend']
    second = a['friend'] if a['hero'] else None
    if first and first['kind'] == 'person' and a['kite']:
        said = f'{who(first, pick)} flying {article(a["kite"])} kite in {field}'
    elif first:
        said = f'{who(first, pick)} {does(first, field, pick)}'
        if second and pick('', 'said'):
            same = (second['kind'], second['coat']) == (first['kind'], first['coat'])
            other = f'another {"person" if first["kind"] == "person" else first["kind"]}' if same else who(second, pick)
            return f'{said} {pick("next to", "with")} {other}'
        if a['kite'] and pick('', 'said'):
            return f'{said} with {article(a["kite"])} kite in the sky'
        if a['bird'] and pick('', 'said'):
            where = 'in the sky' if a['bird']['flying'] else 'on the grass'
            return f'{said} with {article(a["bird"]["coat"])} bird {where}'
    elif a['kite'] and pick('', 'said'):
        said = f'{article(a["kite"])} kite flying in the sky over {field}'
    elif a['bird']:
        how = 'flying over' if a['bird']['flying'] else 'standing on top of'
        said = f'{article(a["bird"]["coat"])} bird {how} {field}'
    elif a['kite']:
        said = f'{article(a["kite"])} kite flying through the air over {field}'
    elif a['boat']:
        around = surroundings({**a, 'sea': False}, pick)
        return f'{article(a["boat"])} boat floating on top of a body of water {around}'.strip()
    else:
        said = field
    if a['boat'] and pick('', 'said'):
        return f'{said} with {article(a["boat"])} boat on the water'
    return f'{said} {surroundings(a, pick)}'.strip()


def on_table(a: dict, pick: Pick) -> str:
    fruits = [article(a['apple'] + ' apple')] if a['apple'] else []
    fruits += [article(name) for name in FRUITS[1:] if a[name]]
    table = pick('a wooden table', 'a wooden table', 'a table')
    main = 'a pizza' if a['pizza'] else f'{article(a["cake"])} cake{pick("", " with cherries")}' if a['cake'] else ''
    beside = [f'{article(a["cup"])} cup'] if a['cup'] else []
    if a['knife']:
        beside.append('a knife')
    if fruits and not a['served']:
        beside += fruits
    extra = [thing for thing in beside if pick('', 'said')] or beside[:1]
    plate = article(f'{a["plate"]} plate') if a['plate'] else ''
    if main and plate:
        said = pick(f'{main} sitting on top of {plate}', f'{plate} topped with {main}', f'{main} on {plate} on {table}')
    elif main:
        said = f'{main} sitting on top of {table}'
    elif fruits and a['served']:
        said = f'{plate or table} topped with {pick(listing(fruits), "fruit")}'
    elif plate:
        said = f'{plate} sitting on top of {table}'
    elif beside:
        return f'{listing(beside)} on {table}'
    else:
        return f'{table} in a field of grass'
    if extra:
        return f'{said} {pick("next to", "with")} {listing(extra)}'
    return said if 'table' in said else f'{said} on {table}'


def captions(a: dict, seed: int, count: int = 3) -> list[str]:
    """`count` captions of a scene with attributes `a`. The same seed gives the same captions."""
    rng = np.random.default_rng([seed, 12])
    pick = lambda *options: options[rng.integers(len(options))]  # noqa: E731
    return [on_table(a, pick) if a['table'] else outdoors(a, pick) for _ in range(count)]
