"""Quality measures on NumPy arrays."""

import numpy as np

from models.training.recipe import Figure


def depth_figures(found: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Mean relative error, and the shares of pixels within 5 % and 25 % of the true depth. Both depths are in metres.
    """
    found, true = found.astype(np.float32), true.astype(np.float32)
    ratio = np.maximum(found / true, true / found)
    return {
        'absrel': float((np.abs(found - true) / true).mean()),
        'within_5_percent': float((ratio < 1.05).mean()),
        'delta_1.25': float((ratio < 1.25).mean()),
    }


def off_jumps(depth: np.ndarray) -> np.ndarray:
    """Mask bool [n, h, w] of pixels that aren't next to a depth jump of 30 % or more; depth [n, h, w] is in metres."""
    logs, beside = np.log(depth.astype(np.float32)), np.zeros(depth.shape, bool)
    for axis in (1, 2):
        jumps = np.abs(np.diff(logs, axis=axis)) >= np.log(1.3)
        before, after = [slice(None)] * 3, [slice(None)] * 3
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        beside[tuple(before)] |= jumps
        beside[tuple(after)] |= jumps
    return ~_grow(beside)


def confusion(found: np.ndarray, true: np.ndarray, classes: int) -> np.ndarray:
    """Confusion matrix [classes, classes] in pixels: rows are true classes, columns predicted ones."""
    pairs = true.astype(np.int64).ravel() * classes + found.astype(np.int64).ravel()
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def intersection_over_union(counts: np.ndarray) -> np.ndarray:
    """The IoU of each class from its confusion counts; NaN for a class that never occurs."""
    both = np.diag(counts).astype(float)
    either = counts.sum(0) + counts.sum(1) - both
    return np.where(either > 0, both / np.maximum(either, 1), np.nan)


def segmentation_figures(found: np.ndarray, true: np.ndarray, labels: list[str], aim: float) -> dict[str, Figure]:
    """Mean IoU over the classes (with the target `aim`), the share of correct pixels, and each class's IoU."""
    counts = confusion(found, true, len(labels))
    iou = intersection_over_union(counts)
    each = {f'IoU {label}': Figure(float(value), f'IoU of {label}') for label, value in zip(labels, iou)}
    return {
        'mIoU': Figure(float(np.nanmean(iou)), 'intersection over union, mean over the labels', aim),
        'accuracy': Figure(float(np.diag(counts).sum() / counts.sum()), 'share of pixels with the right label'),
        **each,
    }


def f1_within_one_pixel(found: np.ndarray, true: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 of ink (bool [n, h, w]). Ink counts as found if there is ink within one pixel."""
    precision = (found & _grow(true)).sum() / max(1, found.sum())
    recall = (true & _grow(found)).sum() / max(1, true.sum())
    return float(precision), float(recall), float(2 * precision * recall / max(1e-9, precision + recall))


def _grow(ink: np.ndarray) -> np.ndarray:
    padded = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    height, width = ink.shape[1:]
    grown = np.zeros_like(ink)
    for y in range(3):
        for x in range(3):
            grown |= padded[:, y : y + height, x : x + width]
    return grown


def sharpness(found: np.ndarray, true: np.ndarray) -> float:
    """Ratio found / true of fine detail in images [n, 3, h, w]: the mean difference of pixels from their 2x2 block's
    mean.
    """
    return _detail(found) / _detail(true)


def _detail(image: np.ndarray) -> float:
    n, c, h, w = image.shape
    blocks = image.astype(np.float32).reshape(n, c, h // 2, 2, w // 2, 2)
    return float(np.abs(blocks - blocks.mean((3, 5), keepdims=True)).mean())


def psnr(found: np.ndarray, true: np.ndarray) -> float:
    """Peak signal-to-noise ratio in dB of images in 0..1."""
    return float(-10 * np.log10(((found.astype(np.float32) - true.astype(np.float32)) ** 2).mean()))
