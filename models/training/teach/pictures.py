"""What the extractor of `daisychain-teach` learns from: drawings, symbols, surfaces and landscapes that Debian packages ship, and
scenes of the rendered meadow.

    python3 -m models.training.teach.pictures      # downloads and reads them, 1.2 GB

The packages that measure it (`MEASURED`) were named before it was trained and are never read here.
"""

import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageFont, ImageDraw

from models.training.data import load, ready
from models.training.recipe import WORK

FOLDER = WORK / 'teach'
SIDE = 96
SUFFIXES = {'.jpg', '.jpeg', '.png', '.webp'}
#: What `bench/teach.bench.ts` measures on.
MEASURED = ('tuxpaint-stamps-default', 'scikit-image', 'scikit-learn')
#: Package → pictures of it at most, and pieces that each of them is cut into.
PACKAGES = {
    'openclipart-png': (3600, 1),
    'gcompris-qt-data': (1500, 1),
    'supertuxkart-data': (1300, 2),
    'fonts-noto-color-emoji': (1400, 1),
    'gnome-backgrounds': (60, 24),
    'mate-backgrounds': (60, 24),
    'plasma-workspace-wallpapers': (60, 24),
    'lomiri-wallpapers-16.04': (60, 24),
    'lomiri-wallpapers-20.04': (60, 24),
    'ukui-wallpapers': (60, 24),
    'krita-data': (200, 2),
    'digikam-data': (40, 8),
    'mypaint-data-extras': (40, 4),
}
#: World → scenes.
WORLDS = {'meadow': 2000}


def pictures() -> np.ndarray:
    """uint8 [n, 96, 96, 4], with transparency where a picture has it. Downloads and renders what is missing."""
    return np.concatenate([*(package(name) for name in PACKAGES), *(rendered(world) for world in WORLDS)])


def package(name: str) -> np.ndarray:
    kept = FOLDER / f'{name}.npy'
    if not kept.exists():
        most, pieces = PACKAGES[name]
        rng = np.random.default_rng(1)
        found = emoji(most) if 'emoji' in name else cut(list(files(name)), most, pieces, rng)
        FOLDER.mkdir(parents=True, exist_ok=True)
        np.save(kept, np.stack(found))
    return np.load(kept)


def rendered(world: str) -> np.ndarray:
    """Scenes of a miniature world, as two opaque pieces each: the whole, and a random part."""
    count = WORLDS[world]
    rgb = np.array(load('train', ('rgb',), of=world, wait=ready('train', world) < count)['rgb'][:count])
    rng = np.random.default_rng(2)
    return np.stack([piece(Image.fromarray(p).convert('RGBA'), rng, share) for p in rgb for share in (1, 0.5)])


def cut(found: list[bytes], most: int, pieces: int, rng: np.random.Generator) -> list[np.ndarray]:
    chosen = sorted(rng.permutation(len(found))[:most])
    read = (picture for picture in (decoded(found[i]) for i in chosen) if picture is not None)
    return [piece(picture, rng, 1 if i == 0 else rng.uniform(0.15, 0.7)) for picture in read for i in range(pieces)]


def piece(picture: Image.Image, rng: np.random.Generator, share: float) -> np.ndarray:
    """A square part of a picture at 96 by 96: the middle where it is the whole."""
    side = max(16, int(min(picture.size) * share))
    left, top = ((length - side) // 2 if share == 1 else int(rng.integers(0, length - side + 1)) for length in picture.size)
    if share == 1 and max(picture.size) < 2 * min(picture.size):
        left, top = ((length - max(picture.size)) // 2 for length in picture.size)
        side = max(picture.size)
    return np.asarray(picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.BOX))


def decoded(file: bytes) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(file))
        picture.draft('RGB', (1024, 1024))
        picture = picture.convert('RGBA')
    except Exception:  # noqa: BLE001  A package holds broken test files too.
        return None
    if min(picture.size) < 40 or np.asarray(picture.resize((8, 8))).std() < 4:
        return None
    picture.thumbnail((1024, 1024))
    return picture


def files(name: str) -> Iterator[bytes]:
    for file in sorted(unpacked(name).rglob('*')):
        if not file.is_file() or file.is_symlink() or file.stat().st_size < 3000:
            continue
        if re.search(r'(?i)normal|gloss|_nm\b|specular|lightmap', file.name):
            continue
        if file.suffix == '.rcc':
            yield from inside(file.read_bytes())
        elif file.suffix.lower() in SUFFIXES:
            yield file.read_bytes()


def unpacked(name: str) -> Path:
    folder = FOLDER / 'packages' / name
    if not folder.exists():
        folder.mkdir(parents=True)
        subprocess.run(['apt-get', 'download', name], cwd=folder.parent, check=True)
        (file,) = folder.parent.glob(f'{name}_*.deb')
        subprocess.run(['dpkg-deb', '-x', file, folder], check=True)
    return folder


def inside(resources: bytes) -> Iterator[bytes]:
    """Pictures in a file of Qt's resources, found by how they begin: they are kept as they are, one behind the other."""
    starts = [m.start() for m in re.finditer(rb'\xff\xd8\xff[\xe0\xe1\xdb\xee]|\x89PNG\r\n|RIFF....WEBP', resources, re.S)]
    for start, end in zip(starts, [*starts[1:], len(resources)]):
        yield resources[start:end]


def emoji(most: int) -> list[np.ndarray]:
    (file,) = unpacked('fonts-noto-color-emoji').rglob('*.ttf')
    font = ImageFont.truetype(str(file), 109)
    found = []
    for code in [*range(0x2600, 0x27C0), *range(0x1F300, 0x1FB00)]:
        picture = Image.new('RGBA', (136, 128))
        ImageDraw.Draw(picture).text((0, 0), chr(code), font=font, embedded_color=True)
        if np.asarray(picture)[..., 3].mean() > 20:
            found.append(np.asarray(picture.resize((SIDE, SIDE), Image.BOX)))
    return found[:most]


if __name__ == '__main__':
    sys.stdout.write(f'{pictures().shape}\n')
