"""What a model must define to be trained, exported and measured.

Each model has a file ``models/MODEL/recipe.py`` that defines a subclass of `Recipe` and one instance of it
named ``RECIPE``. The harness (``train``, ``export``, ``evaluate``, ``smoke``) does the rest.
"""

import copy
import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from models.training.data import load
from models.training.worlds import FIRST, PACKAGES, world

MODELS = Path(__file__).resolve().parents[1]
WORK = MODELS.parent / '.training'

Scenes = dict[str, np.ndarray]
Batch = dict[str, Tensor]
#: Runs the exported file: named arrays in, named arrays out. The first axis is the batch.
Runner = Callable[..., dict[str, np.ndarray]]


@dataclass
class Figure:
    """One measured number. `aim` is the required value, and `better` says in which direction it improves."""

    value: float
    meaning: str
    aim: float | None = None
    better: str = 'higher'

    @property
    def reached(self) -> bool | None:
        if self.aim is None:
            return None
        return self.value >= self.aim if self.better == 'higher' else self.value <= self.aim


@dataclass
class Run:
    """The state of one training run, passed to `Recipe.step`."""

    modules: dict[str, nn.Module]
    optimizers: dict[str, torch.optim.Optimizer]
    average: nn.Module  #: moving average of modules["network"], which is validated and exported
    rng: np.random.Generator
    progress: float = 0.0  #: 0 at the start of the budget, 1 at its end
    steps: int = 0
    scenes_seen: int = 0
    seconds: float = 0.0
    clip: float = 3.0
    extra: dict[str, Any] = field(default_factory=dict)  #: further state of the recipe that is kept in the checkpoint

    def update(self, loss: Tensor, *names: str) -> None:
        """One optimiser step on the named modules (default: the network), with gradient clipping."""
        names = names or ('network',)
        for name in names:
            self.optimizers[name].zero_grad(set_to_none=True)
        loss.backward()
        for name in names:
            nn.utils.clip_grad_norm_(self.modules[name].parameters(), self.clip)
            self.optimizers[name].step()


class Recipe:
    """The base of all recipes. Subclasses override at least `build`, `loss` (or `step`), `export` and `evaluate`.

    Everything runs under `torch.autocast("cpu", torch.bfloat16)` in `channels_last`, so a loss must convert the
    network's output to float32 (`.float()`).
    """

    name = ''  #: folder under models/
    fields: tuple[str, ...] = ('rgb',)  #: fields of the data set that this model needs
    minutes = 20.0  #: default training time
    batch_size = 16
    learning_rate = 2e-3
    averaging = 0.998  #: decay of the moving average of the weights
    start_from: str | None = None  #: another model from which trained weights with the same name and shape are copied
    worlds: tuple[str, ...] = (FIRST,)  #: the worlds it can learn, see worlds.py. Other worlds may have a recipe_WORLD.py
    together: bool = False  #: whether one network in one file learns all worlds; `sample` then gets Scenes by world
    of: str = FIRST  #: the world it learns, or, if one network learns all of them, the world it is measured on

    @property
    def world(self):
        """The world that it learns."""
        return world(self.of)

    @property
    def variant(self) -> str:
        """The exported file's name without its extension."""
        return 'mini' if self.together or self.of == FIRST else self.of

    @property
    def file(self) -> Path:
        """The path of the exported file."""
        return MODELS / self.name / f'{self.variant}.onnx'

    def measured_on(self, of: str) -> 'Recipe':
        """The same recipe for another of its worlds."""
        other = copy.copy(self)
        other.of = of
        return other

    def load(self, split: str, count: int | None = None) -> Scenes | dict[str, Scenes]:
        """The first `count` scenes of a split (default: all) with its fields; if worlds are learned `together`, by
        world.
        """
        loaded = {
            of: {name: values[:count] for name, values in load(split, self.fields, of=of).items()}
            for of in (self.worlds if self.together else (self.of,))
        }
        return loaded if self.together else loaded[self.of]

    def build(self) -> dict[str, nn.Module]:
        """New modules. "network" is averaged and exported; others (such as a discriminator) are only used in training.
        """
        raise NotImplementedError

    def optimizer(self, name: str, module: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.AdamW(module.parameters(), self.learning_rate, betas=(0.9, 0.99), weight_decay=1e-4)

    def rate(self, progress: float) -> float:
        """The learning rate at `progress`, as a share of `learning_rate`: constant, then a cosine down to 2 %."""
        tail = min(1.0, max(0.0, (progress - 0.3) / 0.7))
        return 0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * tail))

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        """One training batch. Default: `batch_size` random scenes, as tensors of the arrays' types."""
        index = np.sort(run.rng.integers(0, len(next(iter(scenes.values()))), self.batch_size))
        return {name: torch.from_numpy(values[index]) for name, values in scenes.items()}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        """The loss for the step, and parts of it for the log."""
        raise NotImplementedError

    def step(self, run: Run, batch: Batch) -> dict[str, float]:
        """One training step. Returns values for the log. Override it for a second optimiser (adversarial training)."""
        loss, parts = self.loss(run.modules['network'], batch, run.progress)
        run.update(loss)
        return {'loss': loss.item(), **parts}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        """Quick figures on a few validation scenes, for the log. `network` is the moving average, in eval mode."""
        return {}

    def export(self, network: nn.Module, path: Path) -> None:
        """Writes the ONNX file (see `export.to_onnx`)."""
        raise NotImplementedError

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        """All figures of the exported file on held-out scenes. `run(image=...)` runs it in onnxruntime."""
        raise NotImplementedError

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        """A contact sheet of the exported file's outputs on held-out scenes."""
        raise NotImplementedError


def find(name: str, of: str = FIRST) -> Recipe:
    """The recipe of models/NAME for a world, which may have its own in recipe_WORLD.py. Raises SystemExit with a
    sentence if there is none, or if it cannot learn that world.
    """
    if not (MODELS / name / 'recipe.py').exists():
        raise SystemExit(f"There is no models/{name}/recipe.py. Recipes: {', '.join(names())}.")
    if of not in worlds_of(name):
        raise SystemExit(f"{name} cannot learn the world {of} yet, only {', '.join(worlds_of(name))}.")
    own = f'_{of}' if _has_own(name, of) else ''
    return importlib.import_module(f'models.{name}.recipe{own}').RECIPE.measured_on(of)


def worlds_of(name: str) -> list[str]:
    """The worlds that models/NAME can learn."""
    shared = importlib.import_module(f'models.{name}.recipe').RECIPE.worlds
    return [of for of in PACKAGES if of in shared or _has_own(name, of)]


def _has_own(name: str, of: str) -> bool:
    return (MODELS / name / f'recipe_{of}.py').exists()


def names() -> list[str]:
    """All models that have a recipe."""
    own = Path(__file__).parent.name
    return sorted({path.parent.name for path in MODELS.glob('*/recipe.py')} - {own})
