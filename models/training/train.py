"""Train a model on the miniature world: `npm run train -- MODEL [--minutes N]`.

A second call goes on from the last checkpoint; `--fresh` starts over. At the end the ONNX file is written to
models/MODEL/mini.onnx. `--smoke` trains every recipe (or the named one) for seconds on 64 scenes, exports it,
runs the file and writes nothing into models/: it shows that the recipes still work.
"""

import argparse

import torch

from models.training import smoke
from models.training.data import load
from models.training.loop import train
from models.training.recipe import MODELS, find


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('model', nargs='?')
    parser.add_argument('--minutes', type=float, help='training budget, all resumed runs together')
    parser.add_argument('--fresh', action='store_true', help='forget the checkpoint')
    parser.add_argument('--smoke', action='store_true', help='seconds on 64 scenes, to see that it runs')
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.smoke:
        return smoke.main(options.model)
    if not options.model:
        parser.error('name a model')
    recipe = find(options.model)
    training, validation = load('train', recipe.fields), load('validation', recipe.fields)
    run = train(recipe, training, validation, options.minutes or recipe.minutes, options.fresh)
    recipe.export(run.average.eval(), MODELS / recipe.name / 'mini.onnx')


if __name__ == '__main__':
    main()
