"""Makes an exported ONNX file draw the same on every device, by replacing its sines and cosines with multiplications
and additions.

WebGPU and Vulkan guarantee a sine only to 2^-11, and not at all outside -pi..pi, and graphics cards make use of that.
If a sine positions the camera, the whole picture shifts. Sums and products are rounded the same way everywhere.
"""

import math
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

#: The odd polynomial of degree 9 that is closest to the sine in -pi/2..pi/2, with an error of at most 3.4e-9.
COEFFICIENTS = (0.9999999765895482, -0.1666664763442551, 0.008332899819719103, -0.00019800897539010154, 2.5904880479e-06)
#: A full turn in two parts. The first has so few digits that its multiples up to 1000 are exact in float32.
TURN = (6.28125, 2 * math.pi - 6.28125)


def spell_out_sines(path: Path) -> None:
    """Rewrites float32 Sin and Cos in the ONNX file at `path`, correct to 3e-7 for angles up to 1000 turns."""
    model = onnx.load(str(path))
    writer = _Writer()
    for node in model.graph.node:
        if node.op_type in ('Sin', 'Cos'):
            writer.wave(node.op_type, node.input[0], node.output[0])
        else:
            writer.nodes.append(node)
    del model.graph.node[:]
    model.graph.node.extend(writer.nodes)
    model.graph.initializer.extend(writer.constants.values())
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


class _Writer:
    def __init__(self) -> None:
        self.nodes: list = []
        self.constants: dict[float, onnx.TensorProto] = {}
        self.waves = 0

    def wave(self, kind: str, angle: str, output: str) -> None:
        self.waves += 1
        turns = self.add('Floor', self.add('Add', self.add('Mul', angle, 1 / (2 * math.pi)), 0.5))
        rest = angle
        for part in TURN:
            rest = self.add('Sub', rest, self.add('Mul', turns, part))
        if kind == 'Cos':  # cos x = sin(pi/2 - |x|)
            rest = self.add('Sub', math.pi / 2, self.add('Abs', rest))
        else:  # beyond a quarter turn, the sine decreases again: sin x = sin(pi - x) = sin(-pi - x)
            rest = self.add('Max', rest, self.add('Sub', -math.pi, rest))
            rest = self.add('Min', rest, self.add('Sub', math.pi, rest))
        square = self.add('Mul', rest, rest)
        value: str | float = COEFFICIENTS[-1]
        for coefficient in reversed(COEFFICIENTS[:-1]):
            value = self.add('Add', self.add('Mul', square, value), coefficient)
        self.add('Mul', rest, value, output=output)

    def add(self, operator: str, *inputs: str | float, output: str | None = None) -> str:
        output = output or f'wave{self.waves}_{len(self.nodes)}'
        names = [each if isinstance(each, str) else self.constant(each) for each in inputs]
        self.nodes.append(helper.make_node(operator, names, [output]))
        return output

    def constant(self, value: float) -> str:
        name = f'wave_constant_{value}'
        self.constants.setdefault(value, numpy_helper.from_array(np.array(value, np.float32), name))
        return name
