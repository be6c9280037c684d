"""Compares the claims of captions with what is visible.

With such a small grammar, word overlap (BLEU) would be too high. A claim is a pair of a kind and a word, such as ('bed
colour', 'red') or ('cat', 'cat'). A fact is such a pair that is true of a scene. Each world's module defines the
possible claims.
"""

import importlib
from types import ModuleType

from models.training.worlds import FIRST

Claims = set[tuple[str, str]]


def speech(of: str) -> ModuleType:
    """A world's module, which defines its captions and claims (bedroom.py, meadow.py)."""
    return importlib.import_module(f'models.im2txt.{of}')


def judge(captions: list[str], scenes: list[dict], of: str = FIRST) -> dict[str, tuple[float, int]]:
    """For each kind of claim, and for 'all': the share that is true, and their number."""
    here = speech(of)
    return _shares(here, [(here.claims(caption), here.facts(seen)) for caption, seen in zip(captions, scenes)])


def named(captions: list[str], scenes: list[dict], of: str = FIRST) -> dict[str, tuple[float, int]]:
    """For each kind of fact, and for 'all': the share that the captions mention, and their number."""
    here = speech(of)
    return _shares(here, [(here.facts(seen), here.claims(caption)) for caption, seen in zip(captions, scenes)])


def retained(captions: list[str], others: list[str], of: str = FIRST) -> dict[str, tuple[float, int]]:
    """For each kind of claim, and for 'all': the share of the captions' claims that the other caption of the same
    picture also makes, and their number.
    """
    here = speech(of)
    return _shares(here, [(here.claims(caption), here.claims(other)) for caption, other in zip(captions, others)])


def _shares(here: ModuleType, pairs: list[tuple[Claims, Claims]]) -> dict[str, tuple[float, int]]:
    """By kind: the share of the first claims of each pair that is also among the second, and their number."""
    counts = {kind: [0, 0] for kind in (*here.PATTERNS, 'all')}
    for these, those in pairs:
        for claim in these:
            for kind in (claim[0], 'all'):
                counts[kind][0] += claim in those
                counts[kind][1] += 1
    return {kind: (both / max(1, total), total) for kind, (both, total) in counts.items()}
