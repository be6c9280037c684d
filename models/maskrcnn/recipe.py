"""Mask R-CNN (mini) finds the things in a picture of either world, each with its box and mask.

A single-stage network (a heat map of centres as in CenterNet, masks as mixtures of prototypes as in YOLACT), with the
same outputs as Mask R-CNN at a hundredth of its size.

Graph (mini.onnx), 16 candidates per picture, best first:
  input  image   float32 [n, 3, 128, 128]   RGB, 0..1
  output boxes   float32 [n, 16, 4]         x1, y1, x2, y2 in pixels
  output labels  int64   [n, 16]            id in: wall floor rug window picture bed pillow table lamp plant cat ball
                                            (2 to 11; walls and floors are not things), bear sheep bird dog horse
                                            person kite boat, dining table, plate pizza cake fruit cup knife (12 to 26)
  output scores  float32 [n, 16]            0..1, a thing from about 0.4
  output masks   float32 [n, 16, 128, 128]  0..1, the thing where above 0.5
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from models.maskrcnn.precision import Instances, average_precision
from models.training import sheets
from models.training.augment import as_image, degrade
from models.training.export import to_onnx
from models.training.generated import NAMES, draw_all, drawing, sample_together
from models.training.layers import AtrousPyramid, Decoder, Encoder, conv_norm
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.worlds import FIRST, FIRST_THINGS, PACKAGES, things, world

CHANNELS = (16, 32, 64, 96, 128)
SIZE = 128
STRIDE = 4  # one cell of the heat map covers 4 x 4 pixels
CELLS = SIZE // STRIDE

# The labels of the first world, then those of things in the others.
LABELS, COLOURS = list(world().LABELS), list(sheets.label_colours())
# The instance ids of all worlds in a row: where each world's begin, and each one's label, or 0 if it isn't a thing.
BEGIN, INSTANCE_LABELS = {}, []
for _of in PACKAGES:
    _labels, _colours = world(_of).LABELS, sheets.label_colours(_of)
    for _label in range(_labels.index(FIRST_THINGS[_of]), len(_labels)):
        if _labels[_label] not in LABELS:
            LABELS.append(_labels[_label])
            COLOURS.append(_colours[_label])
    BEGIN[_of] = len(INSTANCE_LABELS)
    for _label, _is_thing in zip(world(_of).INSTANCE_LABELS, things(_of)):
        INSTANCE_LABELS.append(LABELS.index(_labels[_label]) if _is_thing else 0)
FIRST_THING = LABELS.index(FIRST_THINGS[FIRST])
THINGS = len(LABELS) - FIRST_THING
CANDIDATES = 16
DRAWN = 0.35  # share of pictures drawn by other models, if available
VISIBLE = 24  # minimum number of pixels for a thing to count
SURE = 0.4  # the score from which the manifest shows a thing


class InstanceNet(nn.Module):
    """Finds things. `forward` gives the exported outputs, `heads` the values for the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder(CHANNELS)
        self.context = AtrousPyramid(CHANNELS[-1])
        self.decoder = Decoder(CHANNELS)
        self.centres = nn.Sequential(conv_norm(64, 64), nn.Conv2d(64, THINGS, 1))
        self.regions = nn.Sequential(conv_norm(64, 64), nn.Conv2d(64, 4 + CHANNELS[0] + 1, 1))
        nn.init.constant_(self.centres[1].bias, -4.0)

    def heads(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Centre logits [n, things, 32, 32], region values [n, 4 + 17, 32, 32], prototypes [n, 17, 128, 128].

        A region's values are the distances of its box's sides from the cell's centre (left, top, right, bottom, in
        quarters of the picture) and the weights of the prototypes. The last prototype is one everywhere.
        """
        *fine, coarse = self.encoder(image)
        maps = self.decoder.maps([*fine, self.context(coarse)])
        quarter, full = maps[2], maps[-1]
        prototypes = torch.cat([full, torch.ones_like(full[:, :1])], 1)
        return self.centres(quarter).float(), self.regions(quarter).float(), prototypes.float()

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        centres, regions, prototypes = self.heads(image)
        heat = torch.sigmoid(centres)
        peaks = heat * (F.max_pool2d(heat, 3, 1, 1) == heat).float()
        scores, found = peaks.flatten(1).topk(CANDIDATES, 1)
        cells = found % (CELLS * CELLS)
        values = regions.flatten(2).gather(2, cells[:, None].expand(-1, regions.shape[1], -1)).transpose(1, 2)
        boxes = boxes_at(cells, values)
        masks = torch.sigmoid((values[:, :, 4:] @ prototypes.flatten(2)).view(-1, CANDIDATES, SIZE, SIZE))
        labels = torch.div(found, CELLS * CELLS, rounding_mode='floor') + FIRST_THING
        return boxes, labels, scores, masks * inside(boxes, margin=1.0)


def boxes_at(cells: Tensor, values: Tensor) -> Tensor:
    """Boxes [n, k, 4] in pixels from cell indices [n, k] and their region values [n, k, 4 + ...]."""
    x = (cells % CELLS).float() * STRIDE + STRIDE / 2
    y = torch.div(cells, CELLS, rounding_mode='floor').float() * STRIDE + STRIDE / 2
    left, top, right, bottom = (values[:, :, i] * SIZE / 4 for i in range(4))
    return torch.stack([x - left, y - top, x + right, y + bottom], 2).clamp(0, SIZE)


def inside(boxes: Tensor, margin: float) -> Tensor:
    """1 inside the boxes [n, k, 4] widened by `margin` pixels, 0 outside: [n, k, 128, 128]."""
    at = torch.arange(SIZE, dtype=torch.float32) + 0.5
    x1, y1, x2, y2 = boxes.unbind(2)
    across = (at > x1[..., None] - margin) & (at < x2[..., None] + margin)
    down = (at > y1[..., None] - margin) & (at < y2[..., None] + margin)
    return (down[..., :, None] & across[..., None, :]).float()


def true_instances(instances: np.ndarray, of: str = FIRST) -> list[Instances]:
    """The visible things of each scene, from `instances` uint8 [n, 128, 128]: ids of a world, or without one, of all
    worlds in a row.
    """
    scenes = []
    for ids in instances + np.uint8(BEGIN[of]):
        counts = np.bincount(ids.ravel(), minlength=len(INSTANCE_LABELS))
        shown = [i for i, label in enumerate(INSTANCE_LABELS) if label >= FIRST_THING and counts[i] >= VISIBLE]
        masks = np.stack([ids == i for i in shown]) if shown else np.zeros((0, SIZE, SIZE), bool)
        scenes.append(Instances(np.array([INSTANCE_LABELS[i] for i in shown], int), masks))
    return scenes


def box_of(mask: np.ndarray) -> tuple[int, int, int, int]:
    """x1, y1, x2, y2 of a mask; the right and bottom are exclusive."""
    columns, rows = np.flatnonzero(mask.any(0)), np.flatnonzero(mask.any(1))
    return columns[0], rows[0], columns[-1] + 1, rows[-1] + 1


def targets(instances: np.ndarray, rng: np.random.Generator) -> Batch:
    """The targets for the heads: the heat map, and for each thing its scene, one cell near its centre, box and mask."""
    heat = np.zeros((len(instances), THINGS, CELLS, CELLS), np.float32)
    grid = np.arange(CELLS) + 0.5
    scene, cell, box, mask = [], [], [], []
    for index, things in enumerate(true_instances(instances)):
        for label, shape in zip(things.labels, things.masks):
            x1, y1, x2, y2 = box_of(shape)
            across, down = (x1 + x2) / 2 / STRIDE, (y1 + y2) / 2 / STRIDE
            spread_x, spread_y = (max(0.7, (far - near) / STRIDE / 8) for near, far in ((x1, x2), (y1, y2)))
            column, row = int(min(across, CELLS - 1)), int(min(down, CELLS - 1))
            x = np.exp(-0.5 * ((grid - column - 0.5) / spread_x) ** 2)
            y = np.exp(-0.5 * ((grid - row - 0.5) / spread_y) ** 2)
            plane = heat[index, label - FIRST_THING]
            np.maximum(plane, y[:, None] * x[None], out=plane)
            column, row = np.clip(np.array([column, row]) + rng.integers(-1, 2, 2) * rng.integers(0, 2), 0, CELLS - 1)
            scene.append(index)
            cell.append(row * CELLS + column)
            box.append((x1, y1, x2, y2))
            mask.append(shape)
    return {
        'heat': torch.from_numpy(heat),
        'scene': torch.tensor(scene),
        'cell': torch.tensor(cell),
        'box': torch.tensor(box, dtype=torch.float32),
        'mask': torch.from_numpy(np.stack(mask)).float(),
    }


def focal(logits: Tensor, heat: Tensor) -> Tensor:
    """CenterNet's focal loss: background cells weigh less the nearer they are to a centre."""
    sure = torch.sigmoid(logits)
    centre = (heat > 0.999).float()
    hit = F.logsigmoid(logits) * (1 - sure) ** 2 * centre
    miss = F.logsigmoid(-logits) * sure**2 * (1 - heat) ** 4 * (1 - centre)
    return -(hit + miss).sum() / centre.sum().clamp(min=1)


class MaskRCNN(Recipe):
    name = 'maskrcnn'
    fields = ('u', 'rgb', 'labels', 'instances')
    minutes = 19.0
    batch_size = 12
    start_from = 'deeplab'
    worlds = tuple(PACKAGES)
    together = True

    def build(self) -> dict[str, nn.Module]:
        return {'network': InstanceNet()}

    def sample(self, scenes: dict[str, Scenes], run: Run) -> Batch:
        batch = sample_together(scenes, ('rgb', 'instances'), run, self.batch_size, DRAWN)
        begins = torch.tensor([BEGIN[of] for of in scenes], dtype=torch.uint8)
        batch['instances'] += begins.repeat_interleave(self.batch_size // len(scenes))[:, None, None]
        if run.rng.random() < 0.5:
            batch = {name: values.flip(2) for name, values in batch.items()}
        return {'rgb': batch['rgb'], **targets(batch['instances'].numpy(), run.rng)}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        centres, regions, prototypes = network.heads(degrade(as_image(batch['rgb'])))
        heat = focal(centres, batch['heat'])
        values = regions.flatten(2)[batch['scene'], :, batch['cell']]
        found = boxes_at(batch['cell'][None], values[None])[0]
        box = F.smooth_l1_loss(found, batch['box'], beta=2.0) / 4
        with torch.autocast('cpu', enabled=False):
            logits = torch.einsum('kp,kpyx->kyx', values[:, 4:], prototypes[batch['scene']])
        near = inside(batch['box'][None], margin=6.0)[0]
        each = F.binary_cross_entropy_with_logits(logits, batch['mask'], near, reduction='none')
        cross = (each.sum((1, 2)) / near.sum((1, 2))).mean()
        sure = torch.sigmoid(logits) * near
        overlap = (sure * batch['mask']).sum((1, 2)) * 2
        dice = 1 - (overlap / (sure.sum((1, 2)) + batch['mask'].sum((1, 2))).clamp(min=1)).mean()
        parts = {'heat': heat, 'box': box, 'mask': cross, 'dice': dice}
        return heat + box + 2 * cross + dice, {name: value.item() for name, value in parts.items()}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        parts = [network(part) for part in as_image(scenes['rgb'][:128]).split(32)]
        names = ('boxes', 'labels', 'scores', 'masks')
        found = {name: torch.cat(values).numpy() for name, values in zip(names, zip(*parts))}
        scores = average_precision(_found(found), true_instances(scenes['instances'][:128], self.of))
        return {'AP50': float(np.nanmean(list(scores.values())))}

    def export(self, network: nn.Module, path: Path) -> None:
        to_onnx(network, {'image': torch.rand(1, 3, SIZE, SIZE)}, ['boxes', 'labels', 'scores', 'masks'], path)

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        found = []
        for i in range(0, len(scenes['rgb']), 128):
            found += _found(run(image=as_image(scenes['rgb'][i : i + 128]).numpy()))
        true = true_instances(scenes['instances'], self.of)
        half, strict = (average_precision(found, true, overlap) for overlap in (0.5, 0.75))
        each = {f'AP50 {LABELS[label]}': Figure(value, 'of this label') for label, value in half.items()}
        return {
            'AP50': Figure(float(np.nanmean(list(half.values()))), 'mean average precision of masks at IoU 0.5', 0.75),
            'AP75': Figure(float(np.nanmean(list(strict.values()))), 'the same at IoU 0.75'),
            'strangers': Figure(
                float(np.mean([self._has_stranger(each) for each in found])),
                'share of scenes in which something is found that this world does not have',
                better='lower',
            ),
            **self._of_drawn(run, scenes, true),
            **each,
        }

    def _has_stranger(self, found: Instances) -> bool:
        own = [LABELS.index(label) for label in world(self.of).LABELS if label in LABELS]
        return bool((~np.isin(found.labels, own) & (found.scores >= SURE)).any())

    def _of_drawn(self, run: Runner, scenes: Scenes, true: list[Instances]) -> dict[str, Figure]:
        """What is found in SPADE's and StyleGAN's pictures of the scenes, compared with the scenes."""
        figures = {}
        for model in drawing(self.of):
            name = NAMES[model]
            drawn, found = as_image(draw_all(model, scenes, self.of)).numpy(), []
            for i in range(0, len(drawn), 128):
                found += _found(run(image=drawn[i : i + 128]))
            value = float(np.nanmean(list(average_precision(found, true).values())))
            figures[f'{name}, AP50'] = Figure(value, f"of {name}'s pictures of the scenes")
        return figures

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:10])
        found = _found(run(image=as_image(rgb).numpy()))
        return sheets.grid(rgb, _painted(true_instances(scenes['instances'][:10], self.of)), _painted(found))


def _found(outputs: dict[str, np.ndarray]) -> list[Instances]:
    return [
        Instances(labels.astype(int), masks > 0.5, scores)
        for labels, masks, scores in zip(outputs['labels'], outputs['masks'], outputs['scores'])
    ]


def _painted(scenes: list[Instances]) -> np.ndarray:
    """The things with a score of at least 0.4, best on top, each with its outline."""
    sheet = np.full((len(scenes), SIZE, SIZE, 3), 24, np.uint8)
    for picture, things in zip(sheet, scenes):
        order = np.argsort([mask.sum() for mask in things.masks])[::-1]
        for i in order:
            if things.scores is None or things.scores[i] >= SURE:
                mask = things.masks[i]
                picture[mask] = COLOURS[things.labels[i]]
                edge = mask & ~(np.roll(mask, 1, 0) & np.roll(mask, -1, 0) & np.roll(mask, 1, 1) & np.roll(mask, -1, 1))
                picture[edge] = 255
    return sheet


RECIPE = MaskRCNN()
