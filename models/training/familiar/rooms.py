"""Pictures of the miniature world as the bundled models meet them: rendered, drawn by other models, and edited in a flow.

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
from models.training.recipe import MODELS, Runner, find
from models.training.world import LABELS

FIELDS = ('u', 'rgb', 'labels', 'instances', 'captions')
SCENES = 2048


def pictures(split: str, count: int, seed: int) -> dict[str, np.ndarray]:
    """Where a picture comes from → pictures, `count` of each kind but the rendered ones, of which there are twice as many."""
    rng = np.random.default_rng(seed)
    scenes = load(split, FIELDS, wait=ready(split) < min(SCENES, 2 * count))
    few = {name: values[:count] for name, values in scenes.items()}
    spade = runner(MODELS / 'spade' / 'mini.onnx')
    return {
        'rendered': np.array(scenes['rgb'][: 2 * count]),
        'StyleGAN': _stylegan(count, rng),
        'SPADE': to_bytes(find('spade').draw_scenes(spade, few)),
        'SPADE, drawn by hand': _spade(spade, by_hand(few['labels'], rng), rng),
        'SPADE, in a loop': _loop(spade, few['labels'], rng),
        'AttnGAN': find('attngan').draw(
            runner(MODELS / 'attngan' / 'mini.onnx'), [three[0] for three in few['captions']], seed
        ),
        'Mask R-CNN': cut_out(few['rgb'], few['instances'], rng),
    }


def to_bytes(planes: np.ndarray) -> np.ndarray:
    """float32 [n, 3, h, w] in 0..1 to uint8 [n, h, w, 3]."""
    return (planes.clip(0, 1) * 255).round().astype(np.uint8).transpose(0, 2, 3, 1)


def _stylegan(count: int, rng: np.random.Generator) -> np.ndarray:
    z = rng.standard_normal((count, 512)).astype(np.float32)
    truncation = rng.uniform(0.3, 1, count).astype(np.float32)
    return to_bytes(runner(MODELS / 'stylegan' / 'mini.onnx')(z=z, truncation=truncation)['image'] / 2 + 0.5)


def _spade(run: Runner, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    style = rng.standard_normal((len(labels), len(STYLES['bedroom']))).astype(np.float32)
    return to_bytes(run(labels=one_hot(torch.from_numpy(labels)).numpy(), style=style)['image'] / 2 + 0.5)


def by_hand(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Label maps with a few blobs and boxes painted over, as with the painter."""
    result = np.array(labels)
    y, x = np.mgrid[0:128, 0:128]
    for map in result:
        for _ in range(rng.integers(1, 5)):
            cx, cy, rx, ry = rng.integers(0, 128), rng.integers(20, 128), rng.integers(5, 34), rng.integers(5, 28)
            dx, dy = np.abs(x - cx) / rx, np.abs(y - cy) / ry
            map[(np.maximum(dx, dy) if rng.random() < 0.5 else np.hypot(dx, dy)) < 1] = rng.integers(len(LABELS))
    return result


def _loop(run: Runner, labels: np.ndarray, rng: np.random.Generator, laps: int = 6) -> np.ndarray:
    """What a loop of SPADE and DeepLab has come to, each picture after another number of laps."""
    see = runner(MODELS / 'deeplab' / 'mini.onnx')
    parts, now = [], np.array(labels)
    for chunk in np.array_split(np.arange(len(labels)), laps):
        drawn = _spade(run, now, rng)
        parts.append(drawn[chunk])
        now = see(image=as_image(drawn).numpy())['logits'].argmax(1)
    return np.concatenate(parts)


def cut_out(rgb: np.ndarray, instances: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Rooms in which all but some instances are black, as Mask R-CNN's first output gives them."""
    result = np.array(rgb)
    for picture, map in zip(result, instances):
        found = [i for i in np.unique(map) if i and (map == i).mean() > 0.01]
        kept = [i for i in found if rng.random() < 0.6] or found[:1]
        if kept:
            picture[~np.isin(map, kept)] = 0
    return result


def varied(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The same pictures as they travel: mirrored, cropped a little, resized, compressed, lighter or darker."""
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
