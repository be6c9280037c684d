"""The feature extractor of `daisychain-teach` for sounds. It has no learned weights: it is a computation written as a
graph, so that a taught model can be exported with it as one file.

    python3 -m models.training.teach.sounds      # writes models/teach/sounds.onnx

It measures the power in 40 pitch bands, in steps of ten milliseconds. Loud moments count more than quiet ones. The
features are each band's relative strength, its variation, and its change from beginning to end; how long the sound is
loud; whether anything can be heard at all; and, with a small weight, how loud it is.
"""

import numpy as np

import onnx
from models.training.export import OPSET
from models.training.recipe import MODELS
from onnx import TensorProto, helper, numpy_helper

FILE = MODELS / 'teach' / 'sounds.onnx'
RATE = 16_000
WINDOW, STEP = 512, 160  # samples
BANDS, LOWEST, HIGHEST = 40, 60.0, 7600.0  # Hz
QUIET = 1e-4  # power in a band that counts as silence: about the noise of a quiet microphone
LOUD = 0.5  # exponent that weights moments by their loudness
LEAST_SECONDS = 0.02
LEVEL = 0.2  # weight of the overall loudness, which depends on the microphone's position
HEARD, SURELY = 15.0, 4.0  # weight of whether anything can be heard; log power above silence at which that is certain


def filters() -> np.ndarray:
    """Triangular mel filters, float32 [WINDOW // 2 + 1, BANDS], each with a sum of 1."""
    mel = np.linspace(*(2595 * np.log10(1 + np.array([LOWEST, HIGHEST]) / 700)), BANDS + 2)
    left, peak, right = (700 * (10 ** (edges / 2595) - 1) for edges in (mel[:-2], mel[1:-1], mel[2:]))
    hertz = np.arange(WINDOW // 2 + 1)[:, None] * RATE / WINDOW
    found = np.clip(np.minimum((hertz - left) / (peak - left), (right - hertz) / (right - peak)), 0, None)
    return (found / found.sum(0)).astype(np.float32)


def graph() -> onnx.ModelProto:
    nodes, tensors = [], []

    def number(values, kind=np.float32) -> str:
        tensors.append(numpy_helper.from_array(np.asarray(values, kind), f'number_{len(tensors)}'))
        return tensors[-1].name

    def step(op: str, *inputs: str, to: str | None = None, **attributes) -> str:
        name = to or f'step_{len(nodes)}'
        nodes.append(helper.make_node(op, inputs, [name], **attributes))
        return name

    def over_time(values: str) -> str:
        """Weighted mean over the moments: [n, moments, k] to [n, 1, k]."""
        return step('ReduceSum', step('Mul', values, loud), moments, keepdims=1)

    moments, last = number([1], np.int64), number([2], np.int64)
    half = WINDOW // 2
    padded = step('Pad', 'sound', number([0, half, 0, half], np.int64))
    spectra = step(
        'STFT',
        step('Unsqueeze', padded, last),
        number(STEP, np.int64),
        number(0.5 - 0.5 * np.cos(2 * np.pi * np.arange(WINDOW) / WINDOW)),
        number(WINDOW, np.int64),
        onesided=1,
    )
    power = step('ReduceSumSquare', spectra, axes=[3], keepdims=0)
    bands = step('Log', step('Add', step('MatMul', power, number(filters())), number([QUIET])))
    strength = step('ReduceMean', bands, axes=[2], keepdims=1)
    loud = step('Softmax', step('Mul', strength, number([LOUD])), axis=1)
    middle = over_time(bands)
    apart = step('Sub', bands, middle)
    varied = step('Sqrt', step('Add', over_time(step('Mul', apart, apart)), number([1e-6])))
    ones = step('Add', step('Mul', strength, number([0])), number([1]))
    seconds = step('Mul', step('CumSum', ones, number(1, np.int64)), number([STEP / RATE]))
    since = step('Sub', seconds, over_time(seconds))
    spread = step('Add', step('Sqrt', over_time(step('Mul', since, since))), number([LEAST_SECONDS]))
    change = step('Div', over_time(step('Mul', apart, since)), spread)
    level = step('ReduceMean', middle, axes=[2], keepdims=1)
    strongest = step('ReduceMax', middle, axes=[2], keepdims=1)
    above = step('Mul', step('Sub', strongest, number([np.log(QUIET)])), number([1 / SURELY]))
    told = step(
        'Concat',
        step('Sub', middle, level),
        varied,
        change,
        step('Log', spread),
        step('Mul', level, number([LEVEL])),
        step('Mul', step('Tanh', above), number([HEARD])),
        axis=2,
    )
    step('Squeeze', told, moments, to='features')
    made = helper.make_graph(
        nodes,
        'sounds',
        [helper.make_tensor_value_info('sound', TensorProto.FLOAT, ['n', 'samples'])],
        [helper.make_tensor_value_info('features', TensorProto.FLOAT, ['n', 3 * BANDS + 3])],
        tensors,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid('', OPSET)], ir_version=8)


def main() -> None:
    model = graph()
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(FILE))


if __name__ == '__main__':
    main()
