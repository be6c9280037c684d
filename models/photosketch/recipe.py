"""PhotoSketch turns a picture of either world into a line drawing, with a U-Net. If a picture contains only cut-out
things on black, it draws only those.

Graph (mini.onnx):
  input  image  float32 [n, 3, h, w]  RGB, 0..1; h and w multiples of 16 (trained at 128 x 128)
  output lines  float32 [n, 1, h, w]  0..1: 1 is paper, 0 is ink
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from models.training import sheets
from models.training.augment import as_image, degrade, flip
from models.training.export import to_onnx
from models.training.generated import NAMES, draw_all, drawing, sample_together
from models.training.layers import UNet
from models.training.metrics import f1_within_one_pixel
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.worlds import PACKAGES, things

INK_WEIGHT = 2.0  # ink is rare, so a missed line costs more than a false one
CUT_SHARE = 0.3  # share of pictures in which things are cut out, as by Mask R-CNN
CUT_SEED = 5
IDS = max(len(things(of)) for of in PACKAGES)  # the largest number of instance ids
DRAWN = 0.35  # share of pictures drawn by other models, if available


class LineNet(UNet):
    """A U-Net whose output is the share of paper in each pixel."""

    def __init__(self) -> None:
        super().__init__(outputs=1)

    def logits(self, image: Tensor) -> Tensor:
        return super().forward(image)

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.logits(image).float())


def cut_out(image: Tensor, lines: Tensor, instances: Tensor, keep: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures [n, 3, h, w] with only some things on black, and their lines [n, h, w] on paper.

    `instances` uint8 [n, h, w] gives each pixel's thing, and `keep` bool [n, ids] the things that stay.
    """
    kept = keep.gather(1, instances.flatten(1).long()).view_as(instances)
    with_outline = F.max_pool2d(kept.float(), 3, 1, 1) > 0
    return image * kept[:, None], torch.where(with_outline, lines, torch.ones_like(lines))


class PhotoSketch(Recipe):
    name = 'photosketch'
    fields = ('u', 'rgb', 'labels', 'lines', 'instances')
    minutes = 18.0
    start_from = 'densedepth'
    worlds = tuple(PACKAGES)
    together = True

    def build(self) -> dict[str, nn.Module]:
        return {'network': LineNet()}

    def sample(self, scenes: dict[str, Scenes], run: Run) -> Batch:
        batch = sample_together(scenes, ('rgb', 'lines', 'instances'), run, self.batch_size, DRAWN)
        whole = self.batch_size // len(scenes)  # pictures of each world, some of which are cut out
        cut = np.array([i % whole < whole * CUT_SHARE for i in range(self.batch_size)])
        each = [torch.tensor(things(of) + [False] * (IDS - len(things(of)))) for of in scenes]
        keep = torch.rand(self.batch_size, IDS) < torch.rand(self.batch_size, 1) * 2  # in half of the cases, all of them
        return {**batch, 'keep': keep & torch.stack(each).repeat_interleave(whole, 0), 'cut': torch.from_numpy(cut)}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        image, lines, instances = flip(as_image(batch['rgb']), batch['lines'].float() / 255, batch['instances'])
        cut = batch['cut']
        image[cut], lines[cut] = cut_out(image[cut], lines[cut], instances[cut], batch['keep'][cut])
        logits = network.logits(degrade(image)).float()[:, 0]
        weight = 1 + (INK_WEIGHT - 1) * (1 - lines)
        return F.binary_cross_entropy_with_logits(logits, lines, weight), {}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        images = as_image(scenes['rgb'][:256])
        found = torch.cat([network(part)[:, 0] for part in images.split(32)]).numpy()
        return {'F1': f1_within_one_pixel(found < 0.5, scenes['lines'][:256] < 128)[2]}

    def export(self, network: nn.Module, path: Path) -> None:
        axes = {0: 'n', 2: 'h', 3: 'w'}
        to_onnx(network, {'image': torch.rand(1, 3, 128, 128)}, ['lines'], path, {'image': axes, 'lines': axes})

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        found = run(image=as_image(scenes['rgb']).numpy())['lines'][:, 0]
        precision, recall, f1 = f1_within_one_pixel(found < 0.5, scenes['lines'] < 128)
        cut, lines = self._cut(scenes)
        on_black = run(image=cut.numpy())['lines'][:, 0]
        return {
            'F1': Figure(f1, 'ink against true ink, met within one pixel', 0.85),
            'precision': Figure(precision, 'share of drawn ink that lies on a true line'),
            'recall': Figure(recall, 'share of true lines that were drawn'),
            'F1 cut out': Figure(
                f1_within_one_pixel(on_black < 0.5, lines.numpy() < 0.5)[2], 'the same of some things, cut out, on black'
            ),
            **self._of_drawn(run, scenes),
        }

    def _of_drawn(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        """The lines of SPADE's and StyleGAN's pictures, compared with those of the scenes."""
        figures = {}
        for model in drawing(self.of):
            name = NAMES[model]
            found = run(image=as_image(draw_all(model, scenes, self.of)).numpy())['lines'][:, 0]
            f1 = f1_within_one_pixel(found < 0.5, scenes['lines'] < 128)[2]
            figures[f'{name}, F1'] = Figure(f1, f"of {name}'s pictures of the scenes")
        return figures

    def _cut(self, scenes: Scenes) -> tuple[Tensor, Tensor]:
        """All scenes with things cut out, always in the same way."""
        thing = torch.tensor(things(self.of))
        keep = torch.rand(len(scenes['rgb']), len(thing), generator=torch.Generator().manual_seed(CUT_SEED)) < 0.6
        lines, instances = (torch.from_numpy(np.array(scenes[name])) for name in ('lines', 'instances'))
        return cut_out(as_image(scenes['rgb']), lines.float() / 255, instances, keep & thing)

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:10])
        cut = self._cut({name: values[:10] for name, values in scenes.items()})[0].numpy()
        found, on_black = (
            (run(image=images)['lines'][:, 0] * 255).round().astype(np.uint8) for images in (as_image(rgb).numpy(), cut)
        )
        return sheets.grid(rgb, np.asarray(scenes['lines'][:10]), found, sheets.from_planes(cut), on_black)


RECIPE = PhotoSketch()
