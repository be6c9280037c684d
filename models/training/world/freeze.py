"""Guards the world the bundled models were trained on.

    python3 -m models.training.world.freeze           # exit 1 when the world has changed
    python3 -m models.training.world.freeze --write   # after a change on purpose: record it, then train every model
    again

`frozen.json` keeps a hash of the sources and a hash of what they draw (scenes with fixed seeds, every view,
captions). Rendered data is kept under the latter. `reference.png` shows the first of these scenes, for people and for
machines whose arithmetic rounds differently: there the drawing may differ from it a little, but no more.
"""
from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from .attributes import attributes
from .caption import captions
from .labels import COLOURS, INSTANCE_LABELS
from .palettes import rgb
from .renderer import Rendering, render
from .vector import UNIFORMS, scene_vector

FOLDER = Path(__file__).parent
RECORD, REFERENCE = FOLDER / 'frozen.json', FOLDER / 'reference.png'
SEED, SCENES, SHOWN = 20, 48, 6
CLOSE = 0.002  # share of reference bytes that may be more than 8 levels off


def sources_hash() -> str:
    """Hash over the sources of everything that decides what is drawn or said."""
    names = sorted(path.name for path in FOLDER.iterdir() if path.suffix in ('.c', '.py') and path.name != 'freeze.py')
    return hashlib.sha256(b'\0'.join((FOLDER / name).read_bytes() for name in names)).hexdigest()


def views(r: Rendering) -> list[np.ndarray]:
    """Picture, labels, depth (1.5 to 6.5 m), lines and instances of one scene as sRGB pictures."""
    label_colours = (rgb(c[1:] for c in COLOURS) * 255).astype(np.uint8)
    instance_colours = label_colours[list(INSTANCE_LABELS)] // np.array([1] * 12 + [2], np.uint8)[:, None]
    grey = lambda a: np.repeat(a.astype(np.uint8)[..., None], 3, 2)  # noqa: E731
    return [
        r.rgb,
        label_colours[r.labels],
        grey(np.clip((r.depth - 1.5) / 5, 0, 1) * 255),
        grey(r.lines),
        instance_colours[r.instances],
    ]


def draw() -> tuple[str, np.ndarray]:
    """Hash over the fixed scenes, and the sheet that shows the first of them, a scene a column."""
    u = np.random.default_rng(SEED).random((SCENES, len(UNIFORMS)))
    u[0] = 0.5
    digest, columns = hashlib.sha256(), []
    for i, (numbers, vector) in enumerate(zip(u, scene_vector(u))):
        r = render(vector)
        for pixels in (r.rgb, r.depth.astype(np.float16), r.labels, r.instances, r.lines):
            digest.update(pixels.tobytes())
        digest.update(json.dumps(captions(attributes(numbers, vector, r), i)).encode())
        if i < SHOWN:
            columns.append(np.concatenate(views(r)))
    return digest.hexdigest(), np.concatenate(columns, 1)


def record() -> dict[str, str]:
    """The recorded hashes: 'sources' and 'outputs'."""
    return json.loads(RECORD.read_text())


def world_hash() -> str:
    """Twelve hex digits that name the frozen world."""
    return record()['outputs'][:12]


def check() -> list[str]:
    """What has changed since the world was frozen, a sentence each; empty when nothing has."""
    frozen, problems = record(), []
    if sources_hash() != frozen['sources']:
        problems.append('The sources of the world differ from the recorded ones.')
    outputs, sheet = draw()
    if outputs != frozen['outputs']:
        reference = np.asarray(Image.open(REFERENCE), np.int16)
        off = float((np.abs(reference - sheet) > 8).mean()) if reference.shape == sheet.shape else 1.0
        if off > CLOSE or sources_hash() != frozen['sources']:
            problems.append(
                f'The world draws or says other things than recorded ({off:.2%} of the reference sheet differs).'
            )
    return problems


def write() -> None:
    outputs, sheet = draw()
    RECORD.write_text(json.dumps({'sources': sources_hash(), 'outputs': outputs}, indent=2) + '\n')
    Image.fromarray(sheet).save(REFERENCE, optimize=True)


if __name__ == '__main__':
    if '--write' in sys.argv:
        write()
    found = check()
    print('\n'.join(found) or f'The world is the frozen one ({world_hash()}).')
    sys.exit(1 if found else 0)
