"""PhotoSketch: a line drawing of a picture, by a U-Net.

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
from models.training.layers import UNet
from models.training.metrics import f1_within_one_pixel
from models.training.recipe import Batch, Figure, Recipe, Runner, Scenes

INK_WEIGHT = 2.0  # ink is rare: a missed line costs more than a false one


class LineNet(UNet):
    """U-Net whose output is the share of paper in each pixel."""

    def __init__(self) -> None:
        super().__init__(outputs=1)

    def logits(self, image: Tensor) -> Tensor:
        return super().forward(image)

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.logits(image).float())


class PhotoSketch(Recipe):
    name = 'photosketch'
    fields = ('rgb', 'lines')
    minutes = 10.0
    start_from = 'densedepth'

    def build(self) -> dict[str, nn.Module]:
        return {'network': LineNet()}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        image, lines = flip(as_image(batch['rgb']), batch['lines'].float() / 255)
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
        return {
            'F1': Figure(f1, 'ink against true ink, met within one pixel', 0.85),
            'precision': Figure(precision, 'share of drawn ink that lies on a true line'),
            'recall': Figure(recall, 'share of true lines that were drawn'),
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:10])
        found = run(image=as_image(rgb).numpy())['lines'][:, 0]
        return sheets.grid(rgb, np.asarray(scenes['lines'][:10]), (found * 255).round().astype(np.uint8))


RECIPE = PhotoSketch()
