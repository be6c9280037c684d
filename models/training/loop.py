"""The training loop: one process and one thread, with a budget in minutes and checkpoints to resume from."""

import copy
import ctypes
import json
import os
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from models.training.recipe import WORK, Recipe, Run, Scenes
from models.training.worlds import FIRST

CHECKPOINT_SECONDS = 180
WARM_UP_STEPS = 60


def folder(recipe: Recipe) -> Path:
    """The folder for a model's checkpoint and log (ignored by git)."""
    return _folder(recipe.name, FIRST if recipe.together else recipe.of)


def _folder(name: str, of: str) -> Path:
    return WORK / (name if of == FIRST else f'{name}-{of}')


def keep_memory() -> None:
    """Makes the C library keep freed memory for the next step, which is up to a third faster."""
    trim_threshold, mmap_threshold = -1, -3
    library = ctypes.CDLL(None)
    for option in (trim_threshold, mmap_threshold):
        library.mallopt(option, 1 << 30)


def autocast() -> torch.autocast:
    """bfloat16 on the CPU: convolutions take about half the time of float32, with the same final figures."""
    return torch.autocast('cpu', dtype=torch.bfloat16)


def start(recipe: Recipe, seed: int = 0) -> Run:
    """Starts a run: new modules, optimisers and a moving average of the network."""
    torch.manual_seed(seed)
    modules = {name: module.to(memory_format=torch.channels_last) for name, module in recipe.build().items()}
    optimizers = {name: recipe.optimizer(name, module) for name, module in modules.items()}
    return Run(modules, optimizers, copy.deepcopy(modules['network']).eval(), np.random.default_rng(seed))


def take_over(run: Run, path: Path) -> int:
    """Copies weights with the same name and shape from another model's checkpoint. Returns how many tensors were
    copied.
    """
    given = torch.load(path)['average']
    fitting = {
        name: given[name]
        for name, own in run.modules['network'].state_dict().items()
        if name in given and given[name].shape == own.shape
    }
    for module in (run.modules['network'], run.average):
        module.load_state_dict(fitting, strict=False)
    return len(fitting)


def save(run: Run, path: Path) -> None:
    """Writes the state to a new file and then swaps it, so that a killed run never leaves half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix('.part')
    torch.save(
        {
            'modules': {name: module.state_dict() for name, module in run.modules.items()},
            'optimizers': {name: optimizer.state_dict() for name, optimizer in run.optimizers.items()},
            'average': run.average.state_dict(),
            'rng': run.rng.bit_generator.state,
            'progress': run.progress,
            'steps': run.steps,
            'scenes_seen': run.scenes_seen,
            'seconds': run.seconds,
            'extra': run.extra,
        },
        part,
    )
    os.replace(part, path)


def resume(run: Run, path: Path) -> None:
    """Load what `save` wrote."""
    state = torch.load(path)
    for name, module in run.modules.items():
        module.load_state_dict(state['modules'][name])
        run.optimizers[name].load_state_dict(state['optimizers'][name])
    run.average.load_state_dict(state['average'])
    run.rng.bit_generator.state = state['rng']
    for name in ('progress', 'steps', 'scenes_seen', 'seconds', 'extra'):
        setattr(run, name, state[name])


def load_average(recipe: Recipe) -> Run:
    """Restores a finished or interrupted run for export."""
    path = folder(recipe) / 'checkpoint.pt'
    if not path.exists():
        raise SystemExit(f'{recipe.name} has not been trained here: run `npm run train -- {recipe.name}` first.')
    run = start(recipe)
    resume(run, path)
    return run


def train(
    recipe: Recipe,
    training: Scenes | dict[str, Scenes],
    validation: Scenes | dict[str, Scenes],
    minutes: float,
    fresh: bool = False,
    keep: bool = True,
) -> Run:
    """Trains until `minutes` of training time, including resumed runs, are used up. With `keep=False` nothing is
    written.
    """
    keep_memory()
    run, path = start(recipe), folder(recipe) / 'checkpoint.pt'
    if keep and path.exists() and not fresh:
        resume(run, path)
    elif recipe.start_from and keep:
        source = _folder(recipe.start_from, recipe.of) / 'checkpoint.pt'
        if source.exists():
            print(f'{take_over(run, source)} tensors taken over from {recipe.start_from}')
    log = _log(folder(recipe) / 'log.jsonl') if keep else (lambda **_: None)
    budget, since, last, losses = minutes * 60, time.monotonic(), time.monotonic(), []
    while run.seconds < budget:
        run.progress = run.seconds / budget
        losses.append(_step(recipe, run, training))
        now = time.monotonic()
        run.seconds, since = run.seconds + now - since, now
        if now - last > CHECKPOINT_SECONDS or run.seconds >= budget:
            last, mean = now, {key: float(np.mean([part[key] for part in losses])) for key in losses[-1]}
            if keep:
                save(run, path)
            with torch.no_grad(), autocast():
                figures = _validated(recipe, run.average, validation)
            rounded = {key: round(value, 5) for key, value in {**mean, **figures}.items()}
            log(seconds=round(run.seconds), steps=run.steps, scenes=run.scenes_seen, **rounded)
            losses, since = [], time.monotonic()
    return run


def _validated(recipe: Recipe, network: nn.Module, validation: Scenes | dict[str, Scenes]) -> dict[str, float]:
    if not recipe.together:
        return recipe.validate(network, validation)
    each = {of: recipe.measured_on(of).validate(network, scenes) for of, scenes in validation.items()}
    return {f'{of} {name}': value for of, figures in each.items() for name, value in figures.items()}


def _step(recipe: Recipe, run: Run, training: Scenes) -> dict[str, float]:
    rate = recipe.rate(run.progress) * min(1.0, (run.steps + 1) / WARM_UP_STEPS)
    for optimizer in run.optimizers.values():
        for group in optimizer.param_groups:
            group['lr'] = group.setdefault('base_lr', group['lr']) * rate
    batch = recipe.sample(training, run)
    with autocast():
        parts = recipe.step(run, batch)
    run.steps += 1
    run.scenes_seen += len(next(iter(batch.values())))
    _average(run.average, run.modules['network'], min(recipe.averaging, run.steps / (run.steps + 20.0)))
    if not np.isfinite(list(parts.values())).all():
        raise SystemExit(f'{recipe.name}: the loss is no longer a number at step {run.steps}: {parts}')
    return parts


@torch.no_grad()
def _average(average: nn.Module, network: nn.Module, decay: float) -> None:
    for kept, new in zip(average.state_dict().values(), network.state_dict().values()):
        if kept.is_floating_point():
            kept.lerp_(new, 1 - decay)
        else:
            kept.copy_(new)


def _log(path: Path):
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(**values) -> None:
        line = json.dumps(values)
        with path.open('a') as file:
            file.write(line + '\n')
        print(line, flush=True)

    return write
