"""SPADE draws a picture from a label map. A style vector decides its light and colours.

Spatially-adaptive normalisation (Park et al. 2019) at five resolutions, 8 to 64 pixels. In the label map and in the
picture, blocks of 2 x 2 pixels become channels, so that edges are exact at 128 pixels.

Graph (mini.onnx):
  input  labels  float32 [n, 12, 128, 128]  one-hot planes, in the order
         wall floor rug window picture bed pillow table lamp plant cat ball (other worlds: one for each of their LABELS)
  input  style   float32 [n, 19]            N(0, 1), in the order of STYLES (style.py)
  output image   float32 [n, 3, 128, 128]   RGB, -1..1
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from models.spade.style import STYLES, style_borders, style_of
from models.training import sheets
from models.training.augment import as_image
from models.training.export import to_onnx
from models.training.metrics import psnr, segmentation_figures, sharpness
from models.training.onnx_run import runner
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes, find
from models.training.worlds import FIRST, PACKAGES, world

# Loss weights of the labels, in the order of each world's LABELS. Small, characteristic things weigh more.
WEIGHTS = {
    'bedroom': (1.0, 1.0, 1.0, 1.2, 1.5, 1.0, 1.3, 1.3, 1.5, 1.3, 3.0, 3.0),
    'meadow': (*[1.0] * 7, *[2.5] * 8, *(1.0, 1.2, 1.8, 1.8, 2.2, 2.2, 2.2)),
}
CHANNELS = (128, 128, 96, 64, 48)  # of the maps before the blocks at 8, 16, 32 and 64 pixels, and of the last map
STYLE_WIDTH = 128  # features of the whole style
LABEL_STYLE = 16  # features of one label's style, such as the colour of the bed or the light on the wall


def one_hot(labels: Tensor, of: str = FIRST) -> Tensor:
    """Label ids [n, h, w] of a world to one-hot float32 planes [n, labels, h, w]."""
    return F.one_hot(labels.long(), len(world(of).LABELS)).permute(0, 3, 1, 2).float()


class StyleEncoder(nn.Module):
    """Style [n, numbers] to features [n, STYLE_WIDTH]. Choices (palettes, on or off) become a soft step at each border.
    """

    def __init__(self, of: str) -> None:
        super().__init__()
        places, borders = [], []
        for place, name in enumerate(STYLES[of]):
            for border in style_borders(of, name):
                places.append(place)
                borders.append(border)
        self.register_buffer('places', torch.tensor(places))
        self.register_buffer('borders', torch.tensor(borders, dtype=torch.float32))
        inputs = len(STYLES[of]) + len(borders)
        self.mix = nn.Sequential(
            nn.Linear(inputs, 192), nn.LeakyReLU(0.2), nn.Linear(192, STYLE_WIDTH), nn.LeakyReLU(0.2)
        )

    def forward(self, style: Tensor) -> Tensor:
        uniform = 0.5 * (1 + torch.erf(style / 2**0.5))
        steps = torch.clamp((uniform[:, self.places] - self.borders) / 0.03, -1, 1)
        return self.mix(torch.cat([uniform * 2 - 1, steps], 1))


class SpadeBlock(nn.Module):
    """A residual block whose normalised features are scaled and shifted by the local labels and the style."""

    def __init__(self, inputs: int, outputs: int, given: int, hidden: int = 32) -> None:
        super().__init__()
        self.normalise = nn.BatchNorm2d(inputs, affine=False)
        self.read = nn.Conv2d(given, hidden, 3, padding=1)
        self.scale = nn.Conv2d(hidden, inputs, 3, padding=1)
        self.shift = nn.Conv2d(hidden, inputs, 3, padding=1)
        self.styled = nn.Linear(STYLE_WIDTH, inputs)
        self.convolve = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, x: Tensor, given: Tensor, style: Tensor) -> Tensor:
        read = F.relu(self.read(given))
        y = self.normalise(x) * (1 + self.scale(read)) + self.shift(read)
        y = F.leaky_relu(y * (1 + self.styled(style))[:, :, None, None], 0.2)
        return self.skip(x) + self.convolve(y)


class SpadeNet(nn.Module):
    """One-hot labels [n, labels, 128, 128] and style [n, numbers] to a picture [n, 3, 128, 128] in -1..1."""

    def __init__(self, of: str) -> None:
        super().__init__()
        self.planes = planes = len(world(of).LABELS)
        self.style = StyleEncoder(of)
        self.label_styles = nn.Linear(STYLE_WIDTH, planes * LABEL_STYLE)
        self.begin = nn.Conv2d(planes + LABEL_STYLE + 2, CHANNELS[0], 3, padding=1)
        given = [planes + LABEL_STYLE] * 3 + [planes * 4 + LABEL_STYLE]
        self.blocks = nn.ModuleList(SpadeBlock(*sizes) for sizes in zip(CHANNELS, CHANNELS[1:], given))
        self.spread = nn.Conv2d(CHANNELS[-1], 48, 3, padding=1)
        self.finish = nn.Sequential(
            nn.Conv2d(12 + LABEL_STYLE, 16, 3, padding=1), nn.LeakyReLU(0.2), nn.Conv2d(16, 3, 3, padding=1)
        )
        ramp = torch.linspace(-1, 1, 8)
        self.register_buffer('places', torch.stack(torch.meshgrid(ramp, ramp, indexing='ij'))[None])

    def forward(self, labels: Tensor, style: Tensor) -> Tensor:
        whole = self.style(style)
        each = self.label_styles(whole).view(-1, LABEL_STYLE, self.planes)
        shares = [labels]  # shares of each label, at 128, 64, ... 8 pixels
        for _ in range(4):
            shares.append(F.avg_pool2d(shares[-1], 2))
        given = [self._given(each, share) for share in shares]
        given[1] = torch.cat([F.pixel_unshuffle(labels, 2), given[1][:, self.planes :]], 1)
        x = self.begin(torch.cat([given[4], self.places.expand(labels.shape[0], -1, -1, -1)], 1))
        for step, (block, here) in enumerate(zip(self.blocks, given[:0:-1])):
            if step:
                x = F.interpolate(x, scale_factor=2.0, mode='nearest')
            x = block(x, here, whole)
        x = F.pixel_shuffle(F.leaky_relu(self.spread(F.leaky_relu(x, 0.2)), 0.2), 2)
        return torch.tanh(self.finish(torch.cat([x, given[0][:, self.planes :].to(x.dtype)], 1)).float())

    def _given(self, each: Tensor, share: Tensor) -> Tensor:
        """Shares of labels [n, labels, s, s], joined with the mixture of the labels' styles `each` [n, 16, labels]."""
        styles = (each @ share.flatten(2)).view(share.shape[0], LABEL_STYLE, share.shape[2], share.shape[3])
        return torch.cat([share, styles.to(share.dtype)], 1).contiguous(memory_format=torch.channels_last)


def laplacian_l1(error: Tensor, levels: int = 4) -> Tensor:
    """Mean absolute value of the error's Laplacian pyramid, in which fine detail counts as much as large shapes."""
    total = error.new_zeros(())
    for level in range(levels):
        small = F.avg_pool2d(error, 2)
        total = total + (error - F.interpolate(small, scale_factor=2.0)).abs().mean() * (2 - 0.4 * level)
        error = small
    return total + 2 * error.abs().mean()


def detail(image: Tensor) -> Tensor:
    """The strength of fine detail around each place: what a 2x2 mean removes, averaged over 4 x 4 pixels."""
    fine = image - F.interpolate(F.avg_pool2d(image, 2), scale_factor=2.0)
    return F.avg_pool2d(fine.abs(), 4)


class Spade(Recipe):
    name = 'spade'
    fields = ('u', 'rgb', 'labels')
    minutes = 30.0
    batch_size = 8
    averaging = 0.998
    worlds = tuple(PACKAGES)

    def build(self) -> dict[str, nn.Module]:
        return {'network': SpadeNet(self.of)}

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        batch = super().sample(scenes, run)
        return {**batch, 'style': torch.from_numpy(style_of(batch['u'].numpy(), self.of))}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        true = as_image(batch['rgb']) * 2 - 1
        found = network(one_hot(batch['labels'], self.of), batch['style']).contiguous()
        error = found - true
        weight = torch.tensor(WEIGHTS[self.of])[batch['labels'].long()][:, None]
        pyramid, pixels = laplacian_l1(error), (weight * error.abs()).mean()
        # Labels don't determine the exact position of a stripe or an eye, but they do determine that there is one.
        texture = (detail(found) - detail(true)).abs().mean()
        parts = {'pyramid': pyramid.item(), 'pixels': pixels.item(), 'texture': texture.item()}
        return 2.5 * pyramid + 4 * pixels + 16 * progress * texture, parts

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        count = min(256, len(scenes['u']))

        def run(labels: np.ndarray, style: np.ndarray) -> dict[str, np.ndarray]:
            return {'image': network(torch.from_numpy(labels), torch.from_numpy(style)).numpy()}

        found = self._draw(run, scenes, count)
        true = as_image(scenes['rgb'][:count]).numpy()
        return {'psnr': psnr(found, true), 'sharpness': sharpness(found, true)}

    def _draw(self, run: Runner, scenes: Scenes, count: int, batch: int = 64) -> np.ndarray:
        """Pictures float32 [count, 3, 128, 128] in 0..1 of the first scenes, each in its own style."""
        style = style_of(scenes['u'][:count], self.of)
        pictures = []
        for i in range(0, count, batch):
            labels = one_hot(torch.from_numpy(np.array(scenes['labels'][i : min(i + batch, count)])), self.of).numpy()
            pictures.append(run(labels=labels, style=style[i : min(i + batch, count)])['image'] / 2 + 0.5)
        return np.concatenate(pictures)

    def draw_scenes(self, run: Runner, scenes: Scenes) -> np.ndarray:
        """Pictures float32 [n, 3, 128, 128] in 0..1 of scenes, from their labels and in their own styles."""
        return self._draw(run, scenes, len(scenes['u']))

    def export(self, network: nn.Module, path: Path) -> None:
        examples = {'labels': one_hot(torch.zeros(1, 128, 128), self.of), 'style': torch.randn(1, len(STYLES[self.of]))}
        to_onnx(network, examples, ['image'], path)

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        true = as_image(scenes['rgb']).numpy()
        found = self._draw(run, scenes, len(true), batch=256)
        seen = runner(find('deeplab', self.of).file)(image=found)['logits'].argmax(1)
        figures = segmentation_figures(seen, scenes['labels'], self.world.LABELS, aim=0.92)
        figures['mIoU'].meaning = 'labels that DeepLab of the same world sees in the picture against the labels given, mean IoU'
        return {
            **figures,
            'sharpness': Figure(sharpness(found, true), 'strength of fine detail, share of the true pictures', 0.85),
            'PSNR': Figure(psnr(found, true), 'likeness to the true picture of the scene, in dB'),
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        own = self._draw(run, scenes, 10)
        shifted = {**scenes, 'u': np.roll(scenes['u'][:10], 1, 0)}
        other = self._draw(run, shifted, 10)
        labels = sheets.labels_as_colour(scenes['labels'][:10], self.of)
        return sheets.grid(labels, np.asarray(scenes['rgb'][:10]), sheets.from_planes(own), sheets.from_planes(other))


RECIPE = Spade()
