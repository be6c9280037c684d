"""Contact sheets of a model's outputs for some scenes."""

import numpy as np
from PIL import Image

from models.training.worlds import FIRST, world


def label_colours(of: str = FIRST) -> np.ndarray:
    """The display colours of a world's labels, uint8 [labels, 3]."""
    return np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in world(of).COLOURS], np.uint8)


def grid(*rows: np.ndarray, zoom: int = 1) -> Image.Image:
    """A sheet from rows of pictures, each row uint8 [n, h, w, 3] or [n, h, w]."""
    colour = [row if row.ndim == 4 else np.repeat(row[..., None], 3, 3) for row in rows]
    sheet = np.concatenate([np.concatenate(list(row), 1) for row in colour], 0)
    return Image.fromarray(sheet).resize((sheet.shape[1] * zoom, sheet.shape[0] * zoom), Image.NEAREST)


def from_planes(image: np.ndarray, low: float = 0.0, high: float = 1.0) -> np.ndarray:
    """float [n, c, h, w] in low..high to uint8 [n, h, w, c]."""
    scaled = (image.transpose(0, 2, 3, 1) - low) / (high - low)
    return (scaled.clip(0, 1) * 255).round().astype(np.uint8)


def depth_as_grey(depth: np.ndarray, of: str = FIRST) -> np.ndarray:
    """Depth in metres [n, h, w] to uint8; darker is nearer."""
    return (world(of).shown_depth(depth.astype(np.float32)).clip(0, 1) * 255).astype(np.uint8)


def labels_as_colour(labels: np.ndarray, of: str = FIRST) -> np.ndarray:
    """Label ids [n, h, w] to the world's display colours uint8 [n, h, w, 3]."""
    return label_colours(of)[labels]
