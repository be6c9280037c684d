"""DenseDepth of the meadow: the network and training of recipe.py, followed by two steps for this world's depth jumps.

Between a bear's outline and the sky, depth jumps from 4 metres to 100, and any value in between is wrong on both sides.
So a pixel at a jump takes the distance of one of its neighbours. And nothing is farther away than the sky, which is
equally far along every ray: its depth along the view axis follows from the camera, which is the same in all scenes.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.densedepth.recipe import MEAN, SPREAD, DenseDepth, DepthNet
from models.training.meadow.scene import FIELD_OF_VIEW

SKY, ALMOST = math.log(100), math.log(90)  # anything farther than ALMOST counts as sky
JUMP = 0.4  # in log distance, from the nearest to the farthest of nine neighbours: half as far again
LEAN = 0.65  # from this position between nearest and farthest, a pixel becomes the farthest: its errors cost more


def rays(image: Tensor) -> Tensor:
    """The length of each pixel's ray per metre along the view axis, [n, 1, h, w]."""
    ones = torch.ones_like(image[:, :1])
    place = torch.cat([(2 * ones.cumsum(axis) - 1) / ones.sum(axis, keepdim=True) - 1 for axis in (2, 3)], 1)
    return (1 + (place * math.tan(math.radians(FIELD_OF_VIEW / 2))).square().sum(1, keepdim=True)).sqrt()


class SharpDepthNet(DepthNet):
    """The same network followed by those two steps, through which it isn't trained."""

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
