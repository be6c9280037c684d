"""The training pictures of the extractor of `daisychain-teach`: drawings, symbols, surfaces and landscapes from
packages, and scenes of the rendered meadow. The kind of a drawing (a bird, a tool) is known from its package's folders
or tables, and for emoji also which ones by several artists show the same thing.

    python3 -m models.training.teach.pictures      # downloads and reads them, 1.3 GB

The packages for measuring it (`MEASURED`) were chosen before training and are never read here.
"""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFont, ImageDraw

from models.training.data import load, ready
from models.training.recipe import WORK

FOLDER = WORK / 'teach'
SIDE = 96
MOST_PIXELS = 20e6  # larger clip art takes seconds to read
SUFFIXES = {'.jpg', '.jpeg', '.png', '.webp'}
#: The packages that `bench/teach.bench.ts` measures on.
MEASURED = ('tuxpaint-stamps-default', 'scikit-image', 'scikit-learn')
#: Package -> the maximum number of its pictures, and the number of pieces cut from each.
PACKAGES = {
    'openclipart-png': (3600, 1),
    'gcompris-qt-data': (1500, 1),
    'supertuxkart-data': (1300, 2),
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
#: World -> number of scenes.
WORLDS = {'meadow': 2000}


#: Kind -> the first words of emoji subcategories, or clip art folders, that belong to it.
KINDS = {
    'bird': (('animal-bird',), ('animals/birds',)),
    'bug': (('animal-bug',), ('animals/bugs',)),
    'sea animal': (('animal-marine',), ('animals/fish',)),
    'mammal': (('animal-mammal', 'cat-face', 'monkey-face'), ('animals/mammals',)),
    'reptile': (('animal-reptile', 'animal-amphibian'), ('animals/dinosaurs',)),
    'flower': (('plant-flower',), ('plants/flowers',)),
    'plant': (('plant-other',), ('plants',)),
    'fruit': (('food-fruit',), ('food/fruit',)),
    'vegetable': (('food-vegetable',), ('food/vegetables',)),
    'sweets': (('food-sweet',), ('food/desserts',)),
    'drink': (('drink',), ('food/beverages',)),
    'dish': (('food-prepared', 'food-asian'), ('food/meats_and_eggs', 'food/breads_and_carbs')),
    'vehicle': (('transport-ground',), ('transportation/vehicles',)),
    'boat': (('transport-water',), ('transportation/boating',)),
    'aircraft': (('transport-air',), ()),
    'tool': (('tool',), ('tools',)),
    'instrument': (('musical-instrument',), ('recreation/music',)),
    'sport': (('sport',), ('recreation/sports',)),
    'clothes': (('clothing',), ('people/clothing',)),
    'building': (('place-building', 'place-religious'), ('buildings',)),
    'person': (('person', 'family'), ('people',)),
    'hand': (('hand', 'body-parts'), ('people/bodypart',)),
    'face': (('face-',), ('people/smilies',)),
    'weather': (('sky & weather',), ('signs_and_symbols/weather',)),
    'clock': (('time',), ('signs_and_symbols/clocks',)),
    'paper': (('book-paper', 'mail', 'writing'), ('education/books',)),
    'computer': (('computer', 'phone'), ('computer/hardware', 'office/telephone')),
    'household': (('household', 'hotel'), ('buildings/furniture',)),
    'game': (('game',), ('recreation/toys',)),
    'sign': (('transport-sign', 'warning', 'av-symbol', 'zodiac', 'arrow'), ('transportation/roadsigns', 'shapes/arrows')),
    'heart': (('heart',), ()),
    'flag': (('flag',), ('signs_and_symbols/flags',)),
}
UNKNOWN = -1


class Pictures(NamedTuple):
    """The training pictures. All arrays have n rows."""

    rgba: np.ndarray  #: uint8 [n, 96, 96, 4], with the picture's transparency, if any
    kind: np.ndarray  #: int64 [n]: index of KINDS, or UNKNOWN
    thing: np.ndarray  #: int64 [n]: the same number for pictures of one thing by several artists


def pictures() -> Pictures:
    """All training pictures. Downloads and renders missing ones."""
    drawn, kinds, things = emoji()
    parts = [package(name) for name in PACKAGES]
    parts += [(scenes, np.full(len(scenes), UNKNOWN)) for scenes in map(rendered, WORLDS)]
    rgba = np.concatenate([drawn, *(part for part, _ in parts)])
    kind = np.concatenate([kinds, *(part for _, part in parts)])
    others = np.arange(len(rgba) - len(things)) + things.max() + 1
    return Pictures(rgba, kind, np.concatenate([things, others]))


def package(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The pictures of a package, and their kinds."""
    kept = FOLDER / f'{name}.npz'
    if not kept.exists():
        most, pieces = PACKAGES[name]
        found = cut(list(files(name)), most, pieces, np.random.default_rng(1))
        np.savez(kept, rgba=np.stack([rgba for rgba, _ in found]), kind=[kind for _, kind in found])
    with np.load(kept) as arrays:
        return arrays['rgba'], arrays['kind']


def kind_of(folder: str) -> int:
    """The kind of the pictures in a clip art folder, from the longest matching prefix."""
    fitting = [(len(name), i) for i, (_, names) in enumerate(KINDS.values()) for name in names if f'/{name}/' in folder]
    return max(fitting)[1] if fitting else UNKNOWN


def rendered(world: str) -> np.ndarray:
    """Scenes of a miniature world, each as two opaque pieces: the whole, and a random part."""
    count = WORLDS[world]
    rgb = np.array(load('train', ('rgb',), of=world, wait=ready('train', world) < count)['rgb'][:count])
    rng = np.random.default_rng(2)
    return np.stack([piece(Image.fromarray(p).convert('RGBA'), rng, share) for p in rgb for share in (1, 0.5)])


def cut(found: list[tuple[int, bytes]], most: int, pieces: int, rng: np.random.Generator) -> list[tuple[np.ndarray, int]]:
    """Pieces of at most `most` files, each with its kind. Files of known kinds are all used."""
    order = sorted(rng.permutation(len(found)), key=lambda i: found[i][0] == UNKNOWN)
    known = sum(kind != UNKNOWN for kind, _ in found)
    read = ((decoded(found[i][1]), found[i][0]) for i in order[: max(most, known)])
    return [
        (piece(picture, rng, 1 if i == 0 else rng.uniform(0.15, 0.7)), kind)
        for picture, kind in read
        if picture is not None
        for i in range(pieces)
    ]


def piece(picture: Image.Image, rng: np.random.Generator, share: float) -> np.ndarray:
    """A square part of a picture at 96 x 96, or the middle of the whole picture."""
    side = max(16, int(min(picture.size) * share))
    left, top = ((length - side) // 2 if share == 1 else int(rng.integers(0, length - side + 1)) for length in picture.size)
    if share == 1 and max(picture.size) < 2 * min(picture.size):
        left, top = ((length - max(picture.size)) // 2 for length in picture.size)
        side = max(picture.size)
    return np.asarray(picture.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.BOX))


def decoded(file: bytes) -> Image.Image | None:
    try:
        picture = Image.open(io.BytesIO(file))
        if picture.width * picture.height > MOST_PIXELS:
            return None
        picture.draft('RGB', (1024, 1024))
        picture = picture.convert('RGBA')
    except Exception:  # noqa: BLE001  Packages also contain broken test files.
        return None
    if min(picture.size) < 40 or np.asarray(picture.resize((8, 8))).std() < 4:
        return None
    picture.thumbnail((1024, 1024))
    return picture


def files(name: str) -> Iterator[tuple[int, bytes]]:
    """The pictures in a package's files, each with its kind."""
    for file in sorted(unpacked(name).rglob('*')):
        if not file.is_file() or file.is_symlink() or file.stat().st_size < 3000:
            continue
        if re.search(r'(?i)normal|gloss|_nm\b|specular|lightmap', file.name):
            continue
        if file.suffix == '.rcc':
            yield from ((UNKNOWN, picture) for picture in inside(file.read_bytes()))
        elif file.suffix.lower() in SUFFIXES:
            yield kind_of(str(file)), file.read_bytes()


def unpacked(name: str) -> Path:
    folder = FOLDER / 'packages' / name
    if not folder.exists():
        folder.mkdir(parents=True)
        subprocess.run(['apt-get', 'download', name], cwd=folder.parent, check=True)
        (file,) = folder.parent.glob(f'{name}_*.deb')
        subprocess.run(['dpkg-deb', '-x', file, folder], check=True)
    return folder


def inside(resources: bytes) -> Iterator[bytes]:
    """The pictures in a Qt resource file. They are stored unchanged, one after the other, so they are found by their
    first bytes.
    """
    starts = [m.start() for m in re.finditer(rb'\xff\xd8\xff[\xe0\xe1\xdb\xee]|\x89PNG\r\n|RIFF....WEBP', resources, re.S)]
    for start, end in zip(starts, [*starts[1:], len(resources)]):
        yield resources[start:end]


def emoji() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Emoji by three artists, their kinds, and which of them show the same thing."""
    kept = FOLDER / 'emoji.npz'
    if not kept.exists():
        (file,) = unpacked('fonts-noto-color-emoji').rglob('*.ttf')
        font = ImageFont.truetype(str(file), 109)
        twitter, fluent = installed('emoji-datasource-twitter'), installed('@lobehub/fluent-emoji-3d') / 'assets'
        found = []
        for thing, one in enumerate(json.loads((twitter / 'emoji.json').read_text())):
            begins = [i for i, (names, _) in enumerate(KINDS.values()) if one['subcategory'].startswith(names)]
            code = one['unified']
            written = Image.new('RGBA', (136, 128))
            ImageDraw.Draw(written).text((0, 0), ''.join(chr(int(part, 16)) for part in code.split('-')), font=font, embedded_color=True)
            names = [f'{name.lower()}.webp' for name in (code, one['non_qualified']) if name]
            paths = [twitter / 'img/twitter/64' / one['image'], *(fluent / name for name in names)]
            drawn = [written, *(Image.open(path).convert('RGBA') for path in paths if path.exists())]
            shrunk = [np.asarray(picture.resize((SIDE, SIDE), Image.BOX)) for picture in drawn]
            found += [(rgba, begins[0] if begins else UNKNOWN, thing) for rgba in shrunk if rgba[..., 3].mean() > 20]
        rgba, kind, thing = zip(*found)
        np.savez(kept, rgba=np.stack(rgba), kind=kind, thing=thing)
    with np.load(kept) as arrays:
        return arrays['rgba'], arrays['kind'], arrays['thing']


def installed(name: str) -> Path:
    """Installs an npm package and returns its folder."""
    folder = FOLDER / 'packages' / 'node_modules' / name
    if not folder.exists():
        folder.parent.parent.mkdir(parents=True, exist_ok=True)
        command = ['npm', 'install', '--ignore-scripts', '--no-package-lock', '--prefix', FOLDER / 'packages', name]
        subprocess.run(command, check=True)
    return folder


if __name__ == '__main__':
    sys.stdout.write(f'{len(pictures().rgba)} pictures\n')
