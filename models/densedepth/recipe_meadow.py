"""DenseDepth of the meadow: the network of recipe.py and its training, and two steps behind it that know this world's jumps.

Where a bear ends before the sky, depth jumps from 4 metres to 100, and whatever lies between is wrong on both sides.
So a pixel at a jump takes the distance of one of its neighbours. And nothing is farther than the sky, which is equally
far along every ray: metres along the view axis follow from the camera, which all scenes share.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.densedepth.recipe import MEAN, SPREAD, DenseDepth, DepthNet
from models.training.meadow.scene import FIELD_OF_VIEW

SKY, ALMOST = math.log(100), math.log(90)  # what is farther than almost as far as the sky is the sky
JUMP = 0.4  # of log distance, from the nearest to the farthest of nine neighbours: half as far again
LEAN = 0.65  # how far from the nearest to the farthest a pixel must be to become the farthest, which costs more where it is wrong


def rays(image: Tensor) -> Tensor:
    """How long the ray to each pixel is for a metre along the view axis, [n, 1, h, w]."""
    ones = torch.ones_like(image[:, :1])
    place = torch.cat([(2 * ones.cumsum(axis) - 1) / ones.sum(axis, keepdim=True) - 1 for axis in (2, 3)], 1)
    return (1 + (place * math.tan(math.radians(FIELD_OF_VIEW / 2))).square().sum(1, keepdim=True)).sqrt()


class SharpDepthNet(DepthNet):
    """The same network with those two steps behind it, which it is not trained through."""

    def forward(self, image: Tensor) -> Tensor:
        length = rays(image)
        distance = self.scaled_log_depth(image) * SPREAD + MEAN + length.log()
        distance = torch.where(distance > ALMOST, torch.full_like(distance, SKY), distance)
        near, far = -F.max_pool2d(-distance, 3, 1, 1), F.max_pool2d(distance, 3, 1, 1)
        either = torch.where(distance - near > LEAN * (far - near), far, near)
        return torch.where(far - near > JUMP, either, distance).exp() / length


class DenseDepthMeadow(DenseDepth):
    worlds = ('meadow',)

    def build(self) -> dict[str, nn.Module]:
        return {'network': SharpDepthNet()}


RECIPE = DenseDepthMeadow()
