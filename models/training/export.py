"""ONNX export, and storing the weights in half precision. Also: `python3 -m models.training.export MODEL`."""

import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from models.training.recipe import MODELS, find

OPSET = 17


def to_onnx(
    network: nn.Module,
    examples: dict[str, Tensor],
    outputs: list[str],
    path: Path,
    dynamic: dict[str, dict[int, str]] | None = None,
    keep: tuple[str, ...] = (),
) -> None:
    """Write `network` to `path`, weights in half precision.

    `examples` are example inputs in the order of `forward`, by tensor name; `dynamic` names the axes that may vary
    ({"image": {0: "n"}}; default: axis 0 of everything is "n"); `keep` are beginnings of weight names that stay
    float32.
    """
    if dynamic is None:
        dynamic = {name: {0: 'n'} for name in [*examples, *outputs]}
    path.parent.mkdir(parents=True, exist_ok=True)
    network = network.float().eval().to(memory_format=torch.contiguous_format)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter('ignore')  # the tracer warns of every Python number it bakes in
        torch.onnx.export(
            network,
            tuple(examples.values()),
            str(path),
            opset_version=OPSET,
            input_names=list(examples),
            output_names=outputs,
            dynamic_axes=dynamic,
            do_constant_folding=True,
        )
    halve(path, keep)


def halve(path: Path, keep: tuple[str, ...] = ()) -> None:
    """Store float32 weights as float16 with a Cast back to float32: half the file, the same arithmetic.

    Small tensors (fewer than 64 values) and those whose name begins with one of `keep` stay as they are, and so
    does everything that float16 cannot hold.
    """
    model = onnx.load(str(path))
    weights, casts = [], []
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        half = tensor.data_type == TensorProto.FLOAT and values.size >= 64 and not tensor.name.startswith(tuple(keep))
        if half and np.abs(values).max() < 6e4:
            name = tensor.name + '_half'
            weights.append(numpy_helper.from_array(values.astype(np.float16), name))
            casts.append(helper.make_node('Cast', [name], [tensor.name], to=TensorProto.FLOAT))
        else:
            weights.append(tensor)
    nodes = [*casts, *model.graph.node]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(weights)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def parameters(path: Path) -> int:
    """How many weights an ONNX file holds."""
    return sum(int(np.prod(tensor.dims)) for tensor in onnx.load(str(path)).graph.initializer)


def main() -> None:
    from models.training.loop import load_average

    recipe = find(sys.argv[1])
    run = load_average(recipe)
    recipe.export(run.average, MODELS / recipe.name / 'mini.onnx')
    print(f'models/{recipe.name}/mini.onnx after {run.seconds / 60:.1f} minutes, {run.scenes_seen} scenes')


if __name__ == '__main__':
    main()
