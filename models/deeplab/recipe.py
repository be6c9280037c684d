"""DeepLab predicts which thing each pixel shows, with an encoder, atrous spatial pyramid pooling and a decoder.

Graph (mini.onnx):
  input  image   float32 [n, 3, h, w]   RGB, 0..1; h and w multiples of 16 (trained at 128 x 128)
  output logits  float32 [n, 12, h, w]  one plane per label; arg-max over axis 1 is the label id:
         wall floor rug window picture bed pillow table lamp plant cat ball
         (the other worlds: [n, labels, h, w], in the order of their LABELS)
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
from models.training.generated import NAMES, draw_all, drawing, sample
from models.training.layers import AtrousPyramid, Decoder, Encoder
from models.training.metrics import confusion, intersection_over_union, segmentation_figures
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.worlds import FIRST, PACKAGES, world

# Loss weights of the labels, in the order of each world's LABELS. Rare, thin things weigh more than walls and floors.
WEIGHTS = {
    'bedroom': (0.5, 0.5, 1.0, 1.0, 1.5, 1.0, 1.5, 1.5, 1.5, 1.5, 1.8, 1.8),
    'meadow': (*(0.5, 0.8, 0.5, 0.8, 0.8, 1.0, 1.0), *[1.8] * 8, *(0.6, 1.2, 1.0, 1.0, 1.5, 1.5, 1.8)),
}
DRAWN = 0.35  # share of pictures drawn by other models, if available
CHANNELS = (16, 32, 64, 96, 128)


class SegmentationNet(nn.Module):
    """[n, 3, h, w] in 0..1 to logits [n, labels, h, w]."""

    def __init__(self, labels: int = len(world().LABELS)) -> None:
        super().__init__()
        self.encoder = Encoder(CHANNELS)
        self.context = AtrousPyramid(CHANNELS[-1])
        self.decoder = Decoder(CHANNELS)
        self.classify = nn.Conv2d(CHANNELS[0], labels, 1)

    def forward(self, image: Tensor) -> Tensor:
        *fine, coarse = self.encoder(image)
        return self.classify(self.decoder([*fine, self.context(coarse)]))


class DeepLab(Recipe):
    name = 'deeplab'
    fields = ('u', 'rgb', 'labels')
    minutes = 22.0
    start_from = 'densedepth'
    worlds = tuple(PACKAGES)

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        return sample({name: scenes[name] for name in ('rgb', 'labels')}, run, self.batch_size, DRAWN, self.of)

    def build(self) -> dict[str, nn.Module]:
        return {'network': SegmentationNet(len(self.world.LABELS))}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        image, labels = flip(as_image(batch['rgb']), batch['labels'])
        logits = network(degrade(image)).float()
        return F.cross_entropy(logits, labels.long(), torch.tensor(WEIGHTS[self.of])), {}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        labels = self.world.LABELS
        images = as_image(scenes['rgb'][:256])
        found = torch.cat([network(part).argmax(1) for part in images.split(32)]).numpy()
        iou = intersection_over_union(confusion(found, scenes['labels'][:256], len(labels)))
        return {'mIoU': float(np.nanmean(iou)), **{label: float(value) for label, value in zip(labels, iou)}}

    def export(self, network: nn.Module, path: Path) -> None:
        axes = {0: 'n', 2: 'h', 3: 'w'}
        example, dynamic = {'image': torch.rand(1, 3, 128, 128)}, {'image': axes, 'logits': axes}
        # int8 costs only a ten-thousandth of mIoU, and less if the layers at full resolution keep half precision.
        half = ('encoder.stem', 'decoder.refine.3', 'decoder.reduce', 'classify') if self.of == FIRST else ()
        to_onnx(network, example, ['logits'], path, dynamic, half=half)

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        found = run(image=as_image(scenes['rgb']).numpy())['logits'].argmax(1)
        figures = segmentation_figures(found, scenes['labels'], self.world.LABELS, aim=0.95)
        return {**figures, **self._of_drawn(run, scenes)}

    def _of_drawn(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        """Compares what it sees in SPADE's and StyleGAN's pictures with the labels of the scene."""
        figures = {}
        for model in drawing(self.of):
            name = NAMES[model]
            found = run(image=as_image(draw_all(model, scenes, self.of)).numpy())['logits'].argmax(1)
            iou = intersection_over_union(confusion(found, scenes['labels'], len(self.world.LABELS)))
            figures[f'{name}, mIoU'] = Figure(float(np.nanmean(iou)), f"of {name}'s pictures of the scenes: mean IoU")
        return figures

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:10])
        found = run(image=as_image(rgb).numpy())['logits'].argmax(1)
        true = sheets.labels_as_colour(scenes['labels'][:10], self.of)
        return sheets.grid(rgb, true, sheets.labels_as_colour(found, self.of))


RECIPE = DeepLab()
