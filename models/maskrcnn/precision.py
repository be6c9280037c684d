"""Average precision of detected instances, computed as for COCO (101 recall points)."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Instances:
    """The things in one picture: label ids [k], masks bool [k, h, w], and scores [k] if they were detected."""

    labels: np.ndarray
    masks: np.ndarray
    scores: np.ndarray | None = None


def mask_iou(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Intersection over union of each of `some` bool [a, h, w] with each of `others` bool [b, h, w]: [a, b]."""
    pixels = some.shape[1] * some.shape[2]
    flat, other = (masks.reshape(len(masks), pixels).astype(np.float32) for masks in (some, others))
    both = flat @ other.T
    return both / np.maximum(flat.sum(1)[:, None] + other.sum(1)[None] - both, 1)


def average_precision(found: list[Instances], true: list[Instances], overlap: float = 0.5) -> dict[int, float]:
    """The average precision of each label in `true`. A thing counts as found if the masks' IoU reaches `overlap`."""
    labels = sorted({int(label) for things in true for label in things.labels})
    return {label: _of_label(label, found, true, overlap) for label in labels}


def _of_label(label: int, found: list[Instances], true: list[Instances], overlap: float) -> float:
    scores, hits, total = [], [], 0
    for guesses, things in zip(found, true):
        guess, thing = guesses.labels == label, things.labels == label
        total += int(thing.sum())
        order = np.argsort(-guesses.scores[guess])
        iou = mask_iou(guesses.masks[guess][order], things.masks[thing])
        taken = np.zeros(iou.shape[1], bool)
        for row, score in zip(iou, guesses.scores[guess][order]):
            free = np.where(taken, -1.0, row)
            best = int(free.argmax()) if len(free) else -1
            hit = best >= 0 and free[best] >= overlap
            if hit:
                taken[best] = True
            scores.append(score)
            hits.append(hit)
    if not total or not scores:
        return 0.0
    ranked = np.array(hits)[np.argsort(-np.array(scores), kind='stable')]
    recall = ranked.cumsum() / total
    precision = ranked.cumsum() / np.arange(1, len(ranked) + 1)
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    places = np.searchsorted(recall, np.linspace(0, 1, 101))
    return float(np.append(best_from_here, 0.0)[places].mean())
