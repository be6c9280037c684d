"""Trains a model on a miniature world: `npm run train -- MODEL [--world NAME] [--minutes N]`.

A second call continues from the last checkpoint; `--fresh` starts over. At the end the ONNX file is written to
models/MODEL/mini.onnx, or for worlds other than the first to models/MODEL/NAME.onnx. `--smoke` trains every recipe (or
the named one) for seconds on 64 scenes, exports it, runs the file and writes nothing to models/: it only checks that
the recipes still work.
"""

import argparse

import torch

from models.training import smoke
from models.training.loop import train
from models.training.recipe import find
from models.training.worlds import FIRST, PACKAGES


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', nargs='?')
    parser.add_argument('--world', choices=PACKAGES, default=FIRST)
    parser.add_argument('--minutes', type=float, help='training budget, all resumed runs together')
    parser.add_argument('--fresh', action='store_true', help='forget the checkpoint')
    parser.add_argument('--smoke', action='store_true', help='seconds on 64 scenes, to see that it runs')
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.smoke:
        return smoke.main(options.model, options.world)
    if not options.model:
        parser.error('name a model')
    recipe = find(options.model, options.world)
    run = train(recipe, recipe.load('train'), recipe.load('validation'), options.minutes or recipe.minutes, options.fresh)
    recipe.export(run.average.eval(), recipe.file)


if __name__ == '__main__':
    main()
