"""Makes a checkpoint from an exported file, to continue training without the original one: `python3 -m
models.training.restore MODEL`.

In networks for pictures, the exporter has folded each normalisation into the convolution before it. Here they are
separated again, using statistics of scenes of the worlds that the network learns next. Anything added to the network
since (such as labels) comes after the file's weights and starts untrained. Other networks (GPT-2) are exported again
with distinguishable weights, to find each weight's place in the file.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

import onnx
from models.training.augment import as_image
from models.training.loop import folder, save, start
from models.training.recipe import Recipe, find
from onnx import numpy_helper

IMAGES = 64  # scenes of each world, to measure the normalisations' statistics


def weights(path: Path) -> tuple[onnx.GraphProto, dict[str, np.ndarray]]:
    """A file's graph, and all its weights as float32, including those stored in fewer bytes."""
    graph = onnx.load(str(path)).graph
    values = {tensor.name: numpy_helper.to_array(tensor).astype(np.float32) for tensor in graph.initializer}
    for node in graph.node:  # `shrink` writes these two, ahead of the operators that use them
        if node.op_type == 'Cast' and node.input[0] in values:
            values[node.output[0]] = values[node.input[0]]
        elif node.op_type == 'Mul' and all(name in values for name in node.input):
            values[node.output[0]] = values[node.input[0]] * values[node.input[1]]
    return graph, values


def convolutions(path: Path) -> list[tuple[Tensor, Tensor]]:
    """The weights and bias of each convolution in a file, in the order in which they run."""
    graph, values = weights(path)
    each = (node.input[1:3] for node in graph.node if node.op_type == 'Conv')
    return [(torch.from_numpy(values[weight]), torch.from_numpy(values[bias])) for weight, bias in each]


@torch.no_grad()
def restore_by_twin(network: nn.Module, recipe: Recipe) -> None:
    """Gives `network` the weights of the recipe's file, whose graph must equal that of a new export."""
    for values in network.parameters():
        values.normal_(std=0.1)
    with tempfile.TemporaryDirectory() as place:
        recipe.export(network, Path(place) / 'twin.onnx')
        twin, known = weights(Path(place) / 'twin.onnx')
    graph, values = weights(recipe.file)
    names = ([*(each.name for each in of.initializer), *(node.output[0] for node in of.node)] for of in (twin, graph))
    found = {name: values[there] for name, there in zip(*names) if name in known}
    for name, own in network.state_dict().items():
        both = [(each, transposed) for each in found for transposed in (False, True)]
        like = [_far(known[each].T if transposed else known[each], own.numpy()) for each, transposed in both]
        each, transposed = both[int(np.argmin(like))]
        if min(like) > 0.01:
            raise SystemExit(f'{recipe.file} does not have {name} where an export of the network has it.')
        own.copy_(torch.from_numpy(np.array(found[each].T if transposed else found[each])))


def _far(some: np.ndarray, others: np.ndarray) -> float:
    return float(np.abs(some - others).max()) if some.shape == others.shape else np.inf


@torch.no_grad()
def restore(network: nn.Module, path: Path, images: Tensor) -> None:
    """Gives `network` the weights of a file. The normalisations' statistics come from `images` [n, 3, h, w]."""
    waiting, folded = convolutions(path), []

    def convolution(module: nn.Conv2d, _) -> None:
        weight, bias = waiting.pop(0)
        module.weight[: len(weight)] = weight
        if module.bias is None:
            folded.append(bias)
        else:
            module.bias[: len(bias)] = bias

    def normalisation(module: nn.BatchNorm2d, inputs: tuple[Tensor]) -> None:
        variance, mean = torch.var_mean(inputs[0], (0, 2, 3))
        module.running_mean.copy_(mean)
        module.running_var.copy_(variance)
        module.weight.copy_((variance + module.eps).sqrt())
        module.bias.copy_(folded.pop() + mean)

    kinds = {nn.Conv2d: convolution, nn.BatchNorm2d: normalisation}
    hooks = [
        module.register_forward_pre_hook(kinds[type(module)]) for module in network.modules() if type(module) in kinds
    ]
    network.eval()(images)
    for hook in hooks:
        hook.remove()
    if waiting:
        raise SystemExit(f'{path} has {len(waiting)} convolutions more than the network of its recipe.')


def main(recipe: Recipe) -> None:
    run = start(recipe)
    if 'rgb' in recipe.fields:
        scenes = recipe.load('validation', IMAGES)
        parts = scenes.values() if recipe.together else [scenes]
        restore(run.average, recipe.file, torch.cat([as_image(part['rgb']) for part in parts]))
    else:
        restore_by_twin(run.average, recipe)
    run.modules['network'].load_state_dict(run.average.state_dict())
    save(run, folder(recipe) / 'checkpoint.pt')
    print(f'{folder(recipe)}/checkpoint.pt has the weights of {recipe.file}')


if __name__ == '__main__':
    main(find(*sys.argv[1:3]))
