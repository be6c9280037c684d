"""Exports networks to ONNX and stores their weights in few bytes. Also: `python3 -m models.training.export MODEL`."""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import onnx
from models.training.recipe import find
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


def to_onnx(
    network: nn.Module,
    examples: dict[str, Tensor],
    outputs: list[str],
    path: Path,
    dynamic: dict[str, dict[int, str]] | None = None,
    keep: tuple[str, ...] = (),
    half: tuple[str, ...] = (),
) -> None:
    """Writes `network` to `path` with its weights compressed (see `shrink`).

    `examples` are example inputs in the order of `forward`, by tensor name; `dynamic` names the axes that may vary
    ({"image": {0: "n"}}; default: axis 0 of everything is "n"); weights whose names begin with one of `keep` stay
    float32, and those in `half` become float16, where int8 would worsen the figures.
    """
    if dynamic is None:
        dynamic = {name: {0: 'n'} for name in [*examples, *outputs]}
    path.parent.mkdir(parents=True, exist_ok=True)
    network = network.float().eval().to(memory_format=torch.contiguous_format)
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter('ignore')  # the tracer warns about every Python number that becomes a constant
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
    give_names(path, network)
    shrink(path, keep, half)


def give_names(path: Path, network: nn.Module) -> None:
    """Restores the names of weights that the exporter has transposed and renamed."""
    matrices = {name: values for name, values in network.state_dict().items() if values.dim() == 2}
    names = {values.t().contiguous().numpy().tobytes(): name for name, values in matrices.items()}
    model = onnx.load(str(path))
    taken = {tensor.name for tensor in model.graph.initializer}
    for tensor in model.graph.initializer:
        name = names.get(numpy_helper.to_array(tensor).tobytes())
        if name and name not in taken:
            for node in model.graph.node:
                node.input[:] = [name if given == tensor.name else given for given in node.input]
            tensor.name = name
    onnx.save(model, str(path))


def shrink(path: Path, keep: tuple[str, ...], half: tuple[str, ...]) -> None:
    """Stores float32 weights as int8 with one scale per row or column, whichever is closer, or as float16.

    The graph converts them back to float32, which the runtime does once, when it loads the file: the same computation
    from a quarter or half of the bytes. Vectors, small matrices and weights whose names begin with one of `half` become
    float16. Weights stay unchanged if their names begin with one of `keep`, or if they have fewer than 64 values or
    don't fit into float16.
    """
    model = onnx.load(str(path))
    weights, nodes = [], []
    for tensor in model.graph.initializer:
        values, name = numpy_helper.to_array(tensor), tensor.name
        if tensor.data_type != TensorProto.FLOAT or values.size < 64 or name.startswith(tuple(keep)):
            weights.append(tensor)
        elif values.ndim > 1 and values.size >= 1024 and not name.startswith(half):
            whole, scale = quantized(values)
            weights += [numpy_helper.from_array(whole, f'{name}_int8'), numpy_helper.from_array(scale, f'{name}_scale')]
            nodes.append(helper.make_node('Cast', [f'{name}_int8'], [f'{name}_whole'], to=TensorProto.FLOAT))
            nodes.append(helper.make_node('Mul', [f'{name}_whole', f'{name}_scale'], [name]))
        elif np.abs(values).max() < 6e4:
            weights.append(numpy_helper.from_array(values.astype(np.float16), f'{name}_half'))
            nodes.append(helper.make_node('Cast', [f'{name}_half'], [name], to=TensorProto.FLOAT))
        else:
            weights.append(tensor)
    nodes += model.graph.node
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(weights)
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    onnx.save(with_shapes(model), str(path))


def with_shapes(model: onnx.ModelProto) -> onnx.ModelProto:
    """Adds the shapes of all values to a model of many steps, which otherwise takes four times as long to load.

    Also names each step: if they have no names, ONNX Runtime 1.19 gives several fused steps the same name and refuses
    the model.
    """
    if len(model.graph.node) < 1000:
        return model
    known = onnx.shape_inference.infer_shapes(model, data_prop=True)
    for index, node in enumerate(known.graph.node):
        node.name = str(index)
    return known


def quantized(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """int8 values and float32 scales whose products are close to `values`, with one scale per index of an outer axis.
    """
    found = []
    for axis in (0, 1, values.ndim - 1):
        others = tuple(i for i in range(values.ndim) if i != axis)
        scale = np.maximum(np.abs(values).max(others, keepdims=True), 1e-12).astype(np.float32) / 127
        whole = np.rint(values / scale).astype(np.int8)
        found.append((float(((whole * scale - values) ** 2).sum()), axis, whole, scale))
    _, _, whole, scale = min(found, key=lambda each: each[:2])
    return whole, scale


def parameters(path: Path) -> int:
    """The number of weights in an ONNX file."""
    return sum(int(np.prod(tensor.dims)) for tensor in onnx.load(str(path)).graph.initializer)


def main() -> None:
    from models.training.loop import load_average

    recipe = find(*sys.argv[1:3])
    run = load_average(recipe)
    recipe.export(run.average, recipe.file)
    print(f'{recipe.file} after {run.seconds / 60:.1f} minutes, {run.scenes_seen} scenes')


if __name__ == '__main__':
    main()
