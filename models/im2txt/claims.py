"""What captions claim, held against what is really seen.

Word overlap (BLEU) would flatter captions of so small a grammar. A claim is a pair of a kind and a word, such as
('bed colour', 'red') or ('cat', 'cat'); so is a fact, something that a scene shows. What there is to claim, each
world's module says.
"""

import importlib
from types import ModuleType

from models.training.worlds import FIRST

Claims = set[tuple[str, str]]


def speech(of: str) -> ModuleType:
    """The module of a world: how its scenes are told, and what is claimed (bedroom.py, meadow.py)."""
    return importlib.import_module(f'models.im2txt.{of}')


def judge(captions: list[str], scenes: list[dict], of: str = FIRST) -> dict[str, tuple[float, int]]:
    """For each kind of claim, and for 'all', the share that is true and how many there were."""
    here = speech(of)
    return _shares(here, [(here.claims(caption), here.facts(seen)) for caption, seen in zip(captions, scenes)])


def named(captions: list[str], scenes: list[dict], of: str = FIRST) -> dict[str, tuple[float, int]]:
    """For each kind of fact, and for 'all', the share that the caption says and how many there were."""
    here = speech(of)
    return _shares(here, [(here.facts(seen), here.claims(caption)) for caption, seen in zip(captions, scenes)])


def retained(captions: list[str], others: list[str], of: str = FIRST) -> dict[str, tuple[float, int]]:
    """For each kind of claim, and for 'all', the share of what captions say that the other caption of the same picture
    says too, and how much they say.
    """
    here = speech(of)
    return _shares(here, [(here.claims(caption), here.claims(other)) for caption, other in zip(captions, others)])


def _shares(here: ModuleType, pairs: list[tuple[Claims, Claims]]) -> dict[str, tuple[float, int]]:
    """Of the first claims of each pair, by kind: the share that is among the second, and how many there are."""
    counts = {kind: [0, 0] for kind in (*here.PATTERNS, 'all')}
    for these, those in pairs:
        for claim in these:
            for kind in (claim[0], 'all'):
                counts[kind][0] += claim in those
                counts[kind][1] += 1
    return {kind: (both / max(1, total), total) for kind, (both, total) in counts.items()}
