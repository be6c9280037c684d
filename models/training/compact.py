"""Makes an exported ONNX file smaller and quicker to load without changing what it computes.

The exporter writes each occurrence of a small constant or expression separately, under a long name. This module merges
equal constants and expressions, removes unused ones, and shortens inner names.
"""

from pathlib import Path

import onnx
from onnx import numpy_helper


def compact(path: Path) -> None:
    """Rewrites the ONNX file at `path`. Graphs with subgraphs (If, Loop) are not supported."""
    model = onnx.load(str(path))
    graph = model.graph
    outputs = {output.name for output in graph.output}
    same: dict[str, str] = {}  # tensor -> the equal tensor that replaces it
    constants, kept_constants = {}, []
    for tensor in graph.initializer:
        _merge_constant(tensor, tensor.name, constants, kept_constants, same)
    expressions, kept = {}, []
    for node in graph.node:
        if node.op_type == 'Constant' and node.attribute[0].name == 'value' and node.output[0] not in outputs:
            _merge_constant(node.attribute[0].t, node.output[0], constants, kept_constants, same)
            continue
        node.input[:] = [same.get(name, name) for name in node.input]
        node.name = node.doc_string = ''
        attributes = b''.join(sorted(attribute.SerializeToString() for attribute in node.attribute))
        key = (node.op_type, node.domain, tuple(node.input), attributes)
        if key in expressions and len(node.output) == 1 and node.output[0] not in outputs:
            same[node.output[0]] = expressions[key]
            continue
        expressions[key] = node.output[0]
        kept.append(node)
    kept, kept_constants = _needed(kept, kept_constants, outputs)
    _shorten(kept, kept_constants, {value.name for value in [*graph.input, *graph.output]})
    for part, values in ((graph.node, kept), (graph.initializer, kept_constants), (graph.value_info, [])):
        del part[:]
        part.extend(values)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _merge_constant(tensor, name: str, constants: dict, kept: list, same: dict[str, str]) -> None:
    values = numpy_helper.to_array(tensor)
    key = (tensor.data_type, values.shape, values.tobytes())
    if key in constants:
        same[name] = constants[key]
    else:
        constants[key] = name
        kept.append(numpy_helper.from_array(values, name))


def _needed(nodes: list, constants: list, outputs: set[str]) -> tuple[list, list]:
    wanted, kept = set(outputs), []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            wanted.update(node.input)
            kept.append(node)
    return kept[::-1], [tensor for tensor in constants if tensor.name in wanted]


def _shorten(nodes: list, constants: list, fixed: set[str]) -> None:
    names: dict[str, str] = {'': ''}

    def short(name: str) -> str:
        return name if name in fixed else names.setdefault(name, f't{len(names)}')

    for tensor in constants:
        tensor.name = short(tensor.name)
    for node in nodes:
        node.input[:], node.output[:] = [short(name) for name in node.input], [short(name) for name in node.output]
