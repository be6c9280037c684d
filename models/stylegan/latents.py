"""Latent vectors z [512]. Fixed directions of z, one for each uniform number of a scene, decide the scene."""

import numpy as np
import torch
from torch import Tensor

from models.training.worlds import FIRST, world

LATENT = 512


def to_normal(u: np.ndarray | Tensor) -> Tensor:
    """Maps uniform numbers to standard normal ones."""
    return 2**0.5 * torch.erfinv(2 * torch.as_tensor(u).clamp(1e-4, 1 - 1e-4) - 1)


def directions(of: str = FIRST) -> Tensor:
    """The fixed orthonormal directions of z that decide the scene, [K, 512]."""
    random = torch.randn(LATENT, len(world(of).UNIFORMS), generator=torch.Generator().manual_seed(7))
    return torch.linalg.qr(random)[0].t().contiguous()


def latents(u: np.ndarray, of: str = FIRST, seed: int = 0) -> np.ndarray:
    """Latent vectors float32 [n, 512] of length sqrt(512) for the scenes u [n, K]. Their other directions are random.
    """
    n, axes = to_normal(u).float(), directions(of)
    rest = torch.randn(len(n), LATENT, generator=torch.Generator().manual_seed(seed))
    rest = rest - rest @ axes.t() @ axes
    length = (LATENT - n.pow(2).sum(1, keepdim=True)).clamp(min=0).sqrt()
    return (n @ axes + rest / rest.norm(dim=1, keepdim=True) * length).numpy()


def scenes(z: np.ndarray, of: str = FIRST) -> np.ndarray:
    """The scenes u [n, K] that latent vectors z [n, 512] stand for."""
    z = torch.from_numpy(z).float()
    z = z / z.pow(2).mean(1, keepdim=True).sqrt()
    return torch.special.ndtr(z @ directions(of).t()).numpy()
