"""Pictures of a miniature world as its models encounter them: rendered, drawn by other models, or edited in a flow.

All functions give uint8 [n, 128, 128, 3].
"""

import numpy as np
import torch
from PIL import Image

from models.spade.recipe import one_hot
from models.spade.style import STYLES
from models.training.augment import as_image, degrade
from models.training.data import load, ready
from models.training.onnx_run import runner
from models.training.recipe import Runner, find, worlds_of
from models.training.worlds import world

FIELDS = ('u', 'rgb', 'labels', 'instances', 'captions')
SCENES = 2048


def pictures(of: str, split: str, count: int, seed: int) -> dict[str, np.ndarray]:
    """Source of a picture -> pictures: `count` of each, but twice as many rendered ones."""
    rng = np.random.default_rng(seed)
    scenes = load(split, FIELDS, wait=ready(split, of) < min(SCENES, 2 * count), of=of)
    few = {name: values[:count] for name, values in scenes.items()}
    spade = _runner('spade', of)
    found = {
        'rendered': np.array(scenes['rgb'][: 2 * count]),
        'StyleGAN': _stylegan(of, count, rng),
        'SPADE': to_bytes(find('spade', of).draw_scenes(spade, few)),
        'SPADE, drawn by hand': _spade(of, spade, by_hand(of, few['labels'], rng), rng),
        'SPADE, in a loop': _loop(of, spade, few['labels'], rng),
        'AttnGAN': find('attngan', of).draw(_runner('attngan', of), [three[0] for three in few['captions']], seed),
    }
    if of in worlds_of('maskrcnn'):
        found['Mask R-CNN'] = cut_out(few['rgb'], few['instances'], rng)
    return found


def _runner(name: str, of: str) -> Runner:
    return runner(find(name, of).file)


def to_bytes(planes: np.ndarray) -> np.ndarray:
    """float32 [n, 3, h, w] in 0..1 to uint8 [n, h, w, 3]."""
    return (planes.clip(0, 1) * 255).round().astype(np.uint8).transpose(0, 2, 3, 1)


def _stylegan(of: str, count: int, rng: np.random.Generator) -> np.ndarray:
    painter, run = find('stylegan', of), _runner('stylegan', of)
    z = np.array_split(rng.standard_normal((count, 512)), 4)
    return to_bytes(np.concatenate([painter.draw(run, part, cut) for part, cut in zip(z, (0.4, 0.6, 0.8, 1))]))


def _spade(of: str, run: Runner, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    style = rng.standard_normal((len(labels), len(STYLES[of]))).astype(np.float32)
    return to_bytes(run(labels=one_hot(torch.from_numpy(labels), of).numpy(), style=style)['image'] / 2 + 0.5)


def by_hand(of: str, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Label maps with a few blobs and boxes painted over them, as if by hand."""
    result = np.array(labels)
    y, x = np.mgrid[0:128, 0:128]
    for map in result:
        for _ in range(rng.integers(1, 5)):
            cx, cy, rx, ry = rng.integers(0, 128), rng.integers(20, 128), rng.integers(5, 34), rng.integers(5, 28)
            dx, dy = np.abs(x - cx) / rx, np.abs(y - cy) / ry
            map[(np.maximum(dx, dy) if rng.random() < 0.5 else np.hypot(dx, dy)) < 1] = rng.integers(len(world(of).LABELS))
    return result


def _loop(of: str, run: Runner, labels: np.ndarray, rng: np.random.Generator, laps: int = 6) -> np.ndarray:
    """Results of a loop of SPADE and DeepLab, each picture after a different number of laps."""
    see = _runner('deeplab', of)
    parts, now = [], np.array(labels)
    for chunk in np.array_split(np.arange(len(labels)), laps):
        drawn = _spade(of, run, now, rng)
        parts.append(drawn[chunk])
        now = see(image=as_image(drawn).numpy())['logits'].argmax(1)
    return np.concatenate(parts)


def cut_out(rgb: np.ndarray, instances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Scenes with all but some instances black, as in Mask R-CNN's first output."""
    result = np.array(rgb)
    for picture, map in zip(result, instances):
        found = [i for i in np.unique(map) if i and (map == i).mean() > 0.01]
        kept = [i for i in found if rng.random() < 0.6] or found[:1]
        if kept:
            picture[~np.isin(map, kept)] = 0
    return result


def varied(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same pictures with typical changes: mirrored, slightly cropped, resized, compressed, lighter or darker."""
    torch.manual_seed(int(rng.integers(2**31)))
    image = to_bytes(degrade(as_image(rgb), share=0.6).numpy())
    for i, picture in enumerate(image):
        if rng.random() < 0.5:
            picture = picture[:, ::-1]
        if rng.random() < 0.4:
            side = int(128 * rng.uniform(0.86, 1))
            top, left = rng.integers(0, 129 - side, 2)
            picture = picture[top : top + side, left : left + side]
        if rng.random() < 0.4:
            size = int(rng.choice([64, 96, 192, 256]))
            picture = np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((size, size), Image.BICUBIC))
        image[i] = np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize((128, 128), Image.BOX))
    return image
