"""Recognises what is in a picture, to compare it with the picture's caption.

The bundled DeepLab finds the outlines. What an outline doesn't show (colours, the time, where the cat sits) is
predicted from colours and outlines by a small classifier, trained on rendered pictures of the training split.
"""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.training.data import load
from models.training.onnx_run import runner
from models.training.recipe import MODELS, find
from models.training.world import LABELS
from models.training.world.attributes import ENOUGH
from models.training.world.labels import ID
from models.training.world.palettes import PALETTES
from models.training.worlds import FIRST

ANSWERS = {
    'time': ('day', 'sunset', 'night'),
    'wall': tuple(PALETTES['wall']),
    'bed': tuple(PALETTES['bed_colour']),
    'rug': tuple(PALETTES['rug_colour']),
    'cat': tuple(PALETTES['cat_coat']),
    'cat_at': ('bed', 'table', 'rug', 'floor'),
    'ball': tuple(PALETTES['ball_colour']),
    'table': ('square', 'round'),
    'lamp': ('off', 'on'),
}
#: The thing that each answer is about.
ABOUT = {answer: {'cat_at': 'cat'}.get(answer, answer) for answer in ANSWERS}
SCENES, STEPS = 2048, 800


def features(picture: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Features float32 [n]: each thing's mean colour, spread and place, what is below the cat, and the table's outline.
    """
    parts = []
    for index in range(len(LABELS)):
        rows, columns = np.nonzero(labels == index)
        if len(rows) == 0:
            parts.append(np.zeros(11))
            continue
        colours = picture[rows, columns] / 255
        places = np.array([rows.mean(), columns.mean(), rows.std(), columns.std()]) / 64
        parts.append(np.concatenate([[len(rows) ** 0.5 / 64], places, colours.mean(0), colours.std(0)]))
    cat = labels == ID['cat']
    below = np.zeros_like(cat)
    below[8:] = cat[:-8]
    under = np.bincount(labels[below & ~cat], minlength=len(LABELS)) / max(1, (below & ~cat).sum())
    outline = np.zeros((8, 8))
    rows, columns = np.nonzero(labels == ID['table'])
    if len(rows):
        inside = labels[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1] == ID['table']
        y, x = ((np.arange(8) + 0.5) / 8 * size for size in inside.shape)
        outline = inside[y.astype(int)][:, x.astype(int)].astype(float)
    return np.concatenate([*parts, under, outline.ravel()]).astype(np.float32)


class Classifier(nn.Module):
    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(inputs, momentum=0.02)
        self.body = nn.Sequential(nn.Linear(inputs, 160), nn.ReLU(), nn.Dropout(0.2), nn.Linear(160, 96), nn.ReLU())
        self.heads = nn.ModuleDict({name: nn.Linear(96, len(options)) for name, options in ANSWERS.items()})

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        x = self.body(self.norm(x))
        return {name: head(x) for name, head in self.heads.items()}


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    """The classifier, trained again in each process, always with the same result."""
    torch.manual_seed(0)
    scenes = {name: values[:SCENES] for name, values in load('train', ['rgb', 'labels', 'attributes']).items()}
    x = torch.from_numpy(np.stack([features(*pair) for pair in zip(scenes['rgb'], scenes['labels'])]))
    answers = {
        name: torch.tensor([options.index(seen[name]) if seen[name] else -1 for seen in scenes['attributes']])
        for name, options in ANSWERS.items()
    }
    network = Classifier(x.shape[1])
    optimizer = torch.optim.AdamW(network.parameters(), 2e-3, weight_decay=0.02)
    for step in range(STEPS):
        optimizer.param_groups[0]['lr'] = 2e-3 * (1 - step / STEPS)
        chosen = torch.randint(0, len(x), (256,))
        noisy = x[chosen] + 0.02 * torch.randn(256, x.shape[1])  # drawn pictures differ slightly from rendered ones
        said = network(noisy)
        loss = sum(F.cross_entropy(said[name], answers[name][chosen], ignore_index=-1) for name in ANSWERS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


def read(pictures: np.ndarray) -> list[dict]:
    """Attributes (as in world/attributes.py) of pictures uint8 [n, 128, 128, 3]."""
    planes = np.asarray(pictures).transpose(0, 3, 1, 2).astype(np.float32) / 255
    labels = runner(MODELS / 'deeplab' / 'mini.onnx')(image=planes)['logits'].argmax(1)
    x = torch.from_numpy(np.stack([features(*pair) for pair in zip(pictures, labels)]))
    said = {name: scores.argmax(1).tolist() for name, scores in classifier()(x).items()}
    found = []
    for i, seen in enumerate(labels):
        count = np.bincount(seen.ravel(), minlength=len(LABELS))
        there = {name: bool(count[ID[name]] >= enough) for name, enough in ENOUGH.items()}
        each = {
            name: options[said[name][i]] if there.get(ABOUT[name], True) else None for name, options in ANSWERS.items()
        }
        each.update({name: there[name] for name in ('window', 'picture', 'plant')})
        each['side'] = ('left' if centre(seen, 'bed') < 0 else 'right') if there['bed'] else None
        x = centre(seen, 'ball') if there['ball'] else 0.0
        each['ball_side'] = ('left' if x < -0.15 else 'right' if x > 0.15 else 'middle') if there['ball'] else None
        found.append(each)
    return found


def centre(labels: np.ndarray, name: str) -> float:
    """The centre's horizontal position: -1 at the left edge, 1 at the right edge."""
    return float(np.nonzero(labels == ID[name])[1].mean()) / labels.shape[1] * 2 - 1


def retold(pictures: np.ndarray, of: str = FIRST) -> list[str]:
    """The captions by im2txt of the same world for pictures uint8 [n, 128, 128, 3]."""
    teller = find('im2txt', of)
    return teller.describe(runner(teller.file), pictures)
