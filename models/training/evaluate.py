"""Measure models/MODEL/mini.onnx on held-out scenes: `npm run evaluate -- MODEL [--sheet FILE.png]`.

Writes models/MODEL/figures.json and the table between the markers of models/MODEL/CARD.md.
"""

import argparse
import hashlib
import json
import re
from pathlib import Path

from models.training.data import WORLD_VERSION, load
from models.training.export import parameters
from models.training.onnx_run import runner
from models.training.recipe import MODELS, Figure, find

BEGIN, END = '<!-- figures: written by npm run evaluate -->', '<!-- end of figures -->'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model')
    parser.add_argument('--scenes', type=int, default=1024)
    parser.add_argument('--sheet', type=Path, help='also write a contact sheet here')
    parser.add_argument('--file', type=Path, help='measure this file instead, only to compare: writes nothing')
    options = parser.parse_args()
    recipe, place = find(options.model), MODELS / options.model
    path = options.file or place / 'mini.onnx'
    if not path.exists():
        raise SystemExit(f'{path} does not exist: train the model first.')
    scenes = {name: values[: options.scenes] for name, values in load('test', recipe.fields).items()}
    if options.sheet:
        recipe.sheet(runner(path), scenes).save(options.sheet)
    figures = recipe.evaluate(runner(path), scenes)
    report = {
        'file': 'mini.onnx',
        'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
        'bytes': path.stat().st_size,
        'parameters': parameters(path),
        'world': WORLD_VERSION,
        'scenes': len(next(iter(scenes.values()))),
        'figures': {name: _entry(figure) for name, figure in figures.items()},
    }
    if not options.file:
        (place / 'figures.json').write_text(json.dumps(report, indent=2) + '\n')
        write_card(place / 'CARD.md', report)
    print(table(report))


def _entry(figure: Figure) -> dict:
    entry = {'value': round(figure.value, 4), 'meaning': figure.meaning, 'better': figure.better}
    return entry if figure.aim is None else {**entry, 'aim': figure.aim, 'reached': figure.reached}


def table(report: dict) -> str:
    """The figures as Markdown."""
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


def write_card(card: Path, report: dict) -> None:
    """Replace what stands between the markers of the card."""
    text = card.read_text()
    if BEGIN not in text or END not in text:
        raise SystemExit(f'{card} lacks the lines `{BEGIN}` and `{END}`.')
    inside = f'{BEGIN}\n{table(report)}\n{END}'
    card.write_text(re.sub(re.escape(BEGIN) + '.*?' + re.escape(END), lambda _: inside, text, flags=re.S))


if __name__ == '__main__':
    main()
