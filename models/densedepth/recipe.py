"""DenseDepth predicts a picture's metric depth, with a small U-Net trained on log depth.

Graph (mini.onnx, meadow.onnx):
  input  image  float32 [n, 3, h, w]  RGB, 0..1; h and w multiples of 16 (trained at 128 x 128)
  output depth  float32 [n, 1, h, w]  metres along the view axis, 2.4 to 6.1 in bedrooms, 0.9 to 100 in the meadow
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from models.training import sheets
from models.training.augment import as_image, degrade, flip
from models.training.export import to_onnx
from models.training.generated import draw_all, sample
from models.training.layers import UNet
from models.training.metrics import depth_figures, off_jumps
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.worlds import PACKAGES

# The network learns (log depth - MEAN) / SPREAD.
MEAN, SPREAD = 1.2, 0.35
DRAWN = 0.35  # share of pictures drawn by other models, if available


class DepthNet(UNet):
    """U-Net whose output is depth in metres."""

    def __init__(self) -> None:
        super().__init__(outputs=1)

    def scaled_log_depth(self, image: Tensor) -> Tensor:
        features = self.decoder(self.encoder(image))
        with torch.autocast('cpu', enabled=False):  # bfloat16 is too coarse for the far end of the meadow
            return self.head(features.float())

    def forward(self, image: Tensor) -> Tensor:
        return torch.exp(self.scaled_log_depth(image) * SPREAD + MEAN)


class DenseDepth(Recipe):
    name = 'densedepth'
    fields = ('u', 'rgb', 'depth')
    minutes = 37.0
    worlds = tuple(PACKAGES)

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        return sample({name: scenes[name] for name in ('rgb', 'depth')}, run, self.batch_size, DRAWN, self.of)

    def build(self) -> dict[str, nn.Module]:
        return {'network': DepthNet()}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        image, depth = flip(as_image(batch['rgb']), batch['depth'].float())
        target = (depth.log() - MEAN) / SPREAD
        error = network.scaled_log_depth(degrade(image))[:, 0] - target
        # The slope term keeps the edges of thin things (lamp poles, ears) in place.
        slope = (error[:, 1:] - error[:, :-1]).abs().mean() + (error[:, :, 1:] - error[:, :, :-1]).abs().mean()
        value = error.abs().mean()
        return value + 0.5 * slope, {'value': value.item(), 'slope': slope.item()}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        images = as_image(scenes['rgb'][:256])
        found = torch.cat([network(part)[:, 0] for part in images.split(32)]).numpy()
        return depth_figures(found, scenes['depth'][:256])

    def export(self, network: nn.Module, path: Path) -> None:
        axes = {0: 'n', 2: 'h', 3: 'w'}
        example, dynamic = {'image': torch.rand(1, 3, 128, 128)}, {'image': axes, 'depth': axes}
        # int8 costs nothing in the middle, where most weights are. At full resolution it would.
        to_onnx(network, example, ['depth'], path, dynamic, half=('encoder.stem', 'decoder.refine.3', 'decoder.reduce', 'head'))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        found = run(image=as_image(scenes['rgb']).numpy())['depth'][:, 0]
        figures = depth_figures(found, scenes['depth'])
        return {
            'absrel': Figure(figures['absrel'], 'mean relative error of depth', 0.008, 'lower'),
            'delta 1.25': Figure(figures['delta_1.25'], 'share of pixels within 25 % of the true depth', 0.999),
            'within 5 %': Figure(figures['within_5_percent'], 'share of pixels within 5 % of the true depth'),
            **self._of_surfaces(found, scenes['depth']),
            **self._of_imagined(run, scenes),
        }

    def _of_surfaces(self, found: np.ndarray, true: np.ndarray) -> dict[str, Figure]:
        """The same without outlines, where depth jumps and one pixel to the left or right makes the difference."""
        inside = off_jumps(true)
        figures = depth_figures(found[inside], true[inside])
        share = f'of the {inside.mean():.0%} of the pixels that are not beside a jump of 30 %'
        return {
            'surfaces, absrel': Figure(figures['absrel'], f'{share}: mean relative error', better='lower'),
            'surfaces, delta 1.25': Figure(figures['delta_1.25'], 'of the same: share of pixels within 25 %'),
        }

    def _of_imagined(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        """Compares the depth of StyleGAN's pictures with the depth of the scenes that the latent vectors stand for."""
        found = run(image=as_image(draw_all('stylegan', scenes, self.of)).numpy())['depth'][:, 0]
        figures = depth_figures(found, scenes['depth'])
        return {
            'StyleGAN, absrel': Figure(figures['absrel'], "of StyleGAN's pictures: mean relative error", better='lower'),
            'StyleGAN, delta 1.25': Figure(figures['delta_1.25'], 'of the same: share of pixels within 25 %'),
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:10])
        found = run(image=as_image(rgb).numpy())['depth'][:, 0]
        return sheets.grid(rgb, *(sheets.depth_as_grey(depth, self.of) for depth in (scenes['depth'][:10], found)))


RECIPE = DenseDepth()
