"""Checks in seconds that a recipe still works: trains on 64 scenes, exports, runs the file and measures it."""

import tempfile
from pathlib import Path

from models.training.loop import train
from models.training.onnx_run import runner
from models.training.recipe import Recipe, find, names
from models.training.worlds import FIRST

SCENES = 64


def main(name: str | None = None, of: str = FIRST) -> None:
    """Smoke-tests one recipe or all of them. The printed figures are meaningless; they only show that measuring works.
    """
    for each in [name] if name else names():
        smoke(find(each, of))


def smoke(recipe: Recipe) -> None:
    training, validation = (recipe.load(split, SCENES) for split in ('train', 'validation'))
    run = train(recipe, training, validation, minutes=0.05, keep=False)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / 'mini.onnx'
        recipe.export(run.average, path)
        seen = validation[recipe.of] if recipe.together else validation
        figures = recipe.evaluate(runner(path), seen)
        recipe.sheet(runner(path), seen)
        size = path.stat().st_size
    print(f"{recipe.name}: {run.steps} steps, {size / 1e6:.2f} MB, {', '.join(figures)}: runs")
