"""Degrades pictures slightly, so that the models also work with generated, compressed and camera pictures.

All functions take and return float32 [n, 3, h, w] in 0..1.
"""

import io

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F


def as_image(rgb: Tensor | np.ndarray) -> Tensor:
    """uint8 [n, h, w, 3] to float32 [n, 3, h, w] in 0..1."""
    if isinstance(rgb, np.ndarray):
        rgb = torch.from_numpy(np.array(rgb))
    return rgb.permute(0, 3, 1, 2).float().div_(255)


def degrade(image: Tensor, share: float = 0.5) -> Tensor:
    """Change brightness, colour, sharpness and noise of a random `share` of the images."""
    changed = _noise(_blur(_light(image)))
    chosen = torch.rand(len(image)) < share
    result = torch.where(chosen[:, None, None, None], changed, image)
    for index in torch.nonzero(torch.rand(len(image)) < share / 4).flatten().tolist():
        result[index] = _jpeg(result[index])
    return result


def _between(count: int, low: float, high: float) -> Tensor:
    return torch.rand(count, 1, 1, 1) * (high - low) + low


def _light(image: Tensor) -> Tensor:
    n = len(image)
    gain = _between(n, 0.88, 1.12) * (1 + 0.06 * (torch.rand(n, 3, 1, 1) - 0.5))
    return (image * gain).clamp(1e-4, 1) ** _between(n, 0.9, 1.1)


def _blur(image: Tensor) -> Tensor:
    soft = F.avg_pool2d(F.pad(image, (1, 1, 1, 1), mode='replicate'), 3, 1)
    if torch.rand(()) < 0.15:
        soft = F.interpolate(F.avg_pool2d(image, 2), scale_factor=2.0, mode='bilinear', align_corners=False)
    return image + (soft - image) * _between(len(image), -0.3, 0.7)


def _noise(image: Tensor) -> Tensor:
    return (image + torch.randn_like(image) * _between(len(image), 0, 0.03)).clamp(0, 1)


def _jpeg(image: Tensor) -> Tensor:
    pixels = Image.fromarray((image.permute(1, 2, 0).numpy() * 255).round().astype(np.uint8))
    file = io.BytesIO()
    pixels.save(file, 'jpeg', quality=int(torch.randint(40, 95, ())))
    return torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1).float() / 255


def flip(*maps: Tensor) -> list[Tensor]:
    """Mirrors all maps left to right, at random: either all of them or none. The last axis is the width."""
    return [each.flip(-1) for each in maps] if torch.rand(()) < 0.5 else list(maps)
