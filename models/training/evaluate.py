"""Measures models/MODEL/mini.onnx on held-out scenes: `npm run evaluate -- MODEL [--world NAME] [--sheet FILE.png]`.

Writes models/MODEL/figures.json and the table between the markers of models/MODEL/CARD.md. For worlds other than the
first, it measures models/MODEL/NAME.onnx and writes models/MODEL/figures-NAME.json and that world's table.
"""

import argparse
import hashlib
import json
import re
from pathlib import Path

from models.training.data import load
from models.training.export import parameters
from models.training.frozen import world_hash
from models.training.onnx_run import runner
from models.training.recipe import Figure, find
from models.training.worlds import FIRST, PACKAGES

BEGIN, END = '<!-- figures: written by npm run evaluate -->', '<!-- end of figures -->'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model')
    parser.add_argument('--world', choices=PACKAGES, default=FIRST)
    parser.add_argument('--scenes', type=int, default=1024)
    parser.add_argument('--sheet', type=Path, help='also write a contact sheet here')
    parser.add_argument('--file', type=Path, help='measure this file instead, only to compare: writes nothing')
    options = parser.parse_args()
    recipe = find(options.model, options.world)
    path, place = options.file or recipe.file, recipe.file.parent
    if not path.exists():
        raise SystemExit(f'{path} does not exist: train the model first.')
    scenes = {name: values[: options.scenes] for name, values in load('test', recipe.fields, of=recipe.of).items()}
    if options.sheet:
        recipe.sheet(runner(path), scenes).save(options.sheet)
    figures = recipe.evaluate(runner(path), scenes)
    report = {
        'file': recipe.file.name,
        'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
        'bytes': path.stat().st_size,
        'parameters': parameters(path),
        'world': world_hash(recipe.of),
        'scenes': len(next(iter(scenes.values()))),
        'figures': {name: _entry(figure) for name, figure in figures.items()},
    }
    if not options.file:
        kept = place / ('figures.json' if recipe.of == FIRST else f'figures-{recipe.of}.json')
        kept.write_text(json.dumps(report, indent=2) + '\n')
        write_card(place / 'CARD.md', report, recipe.of)
    print(table(report))


def _entry(figure: Figure) -> dict:
    entry = {'value': round(figure.value, 4), 'meaning': figure.meaning, 'better': figure.better}
    return entry if figure.aim is None else {**entry, 'aim': figure.aim, 'reached': figure.reached}


def table(report: dict) -> str:
    """The figures as a Markdown table."""
    lines = [
        f"Measured on {report['scenes']} scenes the model has not seen (miniature world {report['world']}), with the "
        f"file as shipped: {report['bytes'] / 1e6:.2f} MB, {report['parameters']:,} parameters, "
        f"sha256 `{report['sha256'][:16]}…`.",
        '',
        '| figure | value | aim | what it is |',
        '|---|---|---|---|',
    ]
    for name, entry in report['figures'].items():
        sign = {'higher': '≥', 'lower': '≤'}[entry['better']]
        aim = f"{sign} {entry['aim']}{'' if entry['reached'] else ', missed'}" if 'aim' in entry else ''
        lines.append(f"| {name} | {entry['value']} | {aim} | {entry['meaning']} |")
    return '\n'.join(lines)


def write_card(card: Path, report: dict, of: str = FIRST) -> None:
    """Replaces the text between a world's markers in the card."""
    text, begin = card.read_text(), BEGIN if of == FIRST else BEGIN.replace('figures', f'figures of the {of}')
    if begin not in text or END not in text[text.index(begin) :]:
        raise SystemExit(f'{card} lacks the lines `{begin}` and `{END}`.')
    inside = f'{begin}\n{table(report)}\n{END}'
    card.write_text(re.sub(re.escape(begin) + '.*?' + re.escape(END), lambda _: inside, text, flags=re.S))


if __name__ == '__main__':
    main()
