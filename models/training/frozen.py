"""Guards the worlds the bundled models were trained on.

    python3 -m models.training.frozen [WORLD ...]        # exit 1 when a world has changed
    python3 -m models.training.frozen --write WORLD      # after an intended change: record it, then train every
    model of that world again

A world's `frozen.json` keeps a hash of the sources and a hash of what they draw (scenes with fixed seeds, every view,
captions). Rendered data is stored under the latter. `reference.png` shows the first of these scenes, for people and for
machines whose arithmetic rounds differently: there, the drawing may differ from it slightly.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from .miniature.colours import rgb
from .miniature.renderer import Rendering
from .worlds import FIRST, PACKAGES, world

SHARED = Path(__file__).parent / 'miniature'
SEED, SCENES = 20, 48
CLOSE = 0.002  # share of the reference's bytes that may differ by more than 8 levels


def folder(name: str) -> Path:
    """The folder with a world's sources, its record and its reference sheet."""
    return Path(world(name).__file__).parent


def sources_hash(name: str) -> str:
    """Hash of all sources that decide what is drawn or said."""
    places = [
        path
        for place in (SHARED, folder(name))
        for path in sorted(place.iterdir())
        if path.suffix in ('.c', '.h', '.py') and path.name != 'freeze.py'
    ]
    return hashlib.sha256(b'\0'.join(path.read_bytes() for path in places)).hexdigest()


def views(name: str, r: Rendering) -> list[np.ndarray]:
    """The picture, labels, depth, lines and instances of a scene, as sRGB pictures."""
    here = world(name)
    label_colours = (rgb(c[1:] for c in here.COLOURS) * 255).astype(np.uint8)
    before = [here.INSTANCE_LABELS[:i].count(label) for i, label in enumerate(here.INSTANCE_LABELS)]
    instance_colours = label_colours[list(here.INSTANCE_LABELS)] // np.array([1 + n for n in before], np.uint8)[:, None]
    grey = lambda a: np.repeat(a.astype(np.uint8)[..., None], 3, 2)  # noqa: E731
    return [
        r.rgb,
        label_colours[r.labels],
        grey(np.clip(here.shown_depth(r.depth), 0, 1) * 255),
        grey(r.lines),
        instance_colours[r.instances],
    ]


def draw(name: str) -> tuple[str, np.ndarray]:
    """Hash of the fixed scenes, and a sheet that shows the first of them, one per column."""
    here = world(name)
    u = np.random.default_rng(SEED).random((SCENES, len(here.UNIFORMS)))
    u[0] = 0.5
    digest, columns = hashlib.sha256(), []
    for i, (numbers, vector) in enumerate(zip(u, here.scene_vector(u))):
        r = here.render(vector)
        for pixels in (r.rgb, r.depth.astype(np.float16), r.labels, r.instances, r.lines):
            digest.update(pixels.tobytes())
        digest.update(json.dumps(here.captions(here.attributes(numbers, vector, r), i)).encode())
        if i < here.SHOWN:
            columns.append(np.concatenate(views(name, r)))
    return digest.hexdigest(), np.concatenate(columns, 1)


def record(name: str) -> dict[str, str]:
    """The recorded version and hashes: 'version', 'sources' and 'outputs'."""
    return json.loads((folder(name) / 'frozen.json').read_text())


def world_hash(name: str = FIRST) -> str:
    """The first twelve hex digits of the outputs' hash, which identify the frozen world."""
    return record(name)['outputs'][:12]


def check(name: str) -> list[str]:
    """What has changed since the world was frozen, as sentences; empty if nothing has."""
    frozen, problems = record(name), []
    same_sources = sources_hash(name) == frozen['sources']
    if not same_sources:
        problems.append(f'The sources of the world {name} differ from the recorded ones.')
    outputs, sheet = draw(name)
    if outputs != frozen['outputs']:
        reference = np.asarray(Image.open(folder(name) / 'reference.png'), np.int16)
        off = float((np.abs(reference - sheet) > 8).mean()) if reference.shape == sheet.shape else 1.0
        if off > CLOSE or not same_sources:
            problems.append(
                f'The world {name} draws or says other things than recorded ({off:.2%} of the reference sheet differs).'
            )
    return problems


def write(name: str) -> None:
    """Records the current world. The version increases if its drawings or captions differ from before."""
    outputs, sheet = draw(name)
    path = folder(name) / 'frozen.json'
    before = record(name) if path.exists() else {'version': 0, 'outputs': ''}
    version = before['version'] + (before['outputs'] != outputs)
    kept = {'version': version, 'sources': sources_hash(name), 'outputs': outputs}
    path.write_text(json.dumps(kept, indent=2) + '\n')
    Image.fromarray(sheet).save(folder(name) / 'reference.png', optimize=True)


def main(*names: str) -> None:
    """The command: checks the named worlds, or records them with --write."""
    failed = False
    for name in names:
        if '--write' in sys.argv:
            write(name)
        found = check(name)
        print('\n'.join(found) or f'The world {name} is the frozen one ({world_hash(name)}).')
        failed |= bool(found)
    sys.exit(failed)


if __name__ == '__main__':
    main(*([name for name in sys.argv[1:] if name != '--write'] or PACKAGES))
