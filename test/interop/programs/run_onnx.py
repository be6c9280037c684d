"""Runs an ONNX file with Python's onnxruntime on the inputs in a folder, and prints how far its outputs are from the
folder's.
"""
import json
import pathlib
import sys

import numpy
import onnxruntime

folder = pathlib.Path(sys.argv[1])
session = onnxruntime.InferenceSession(str(folder / 'chain.onnx'), providers=['CPUExecutionProvider'])
TYPES = {'float32': 'float32', 'uint8': 'uint8', 'uint16': 'uint16'}


def load(name, element, shape):
    return numpy.fromfile(folder / f'{name}.bin', dtype=TYPES[element]).reshape(shape)


meta = session.get_modelmeta().custom_metadata_map
feeds = {one['name']: load(one['name'], one['element'], one['shape']) for one in json.loads(meta['daisychain.inputs'])}
result = {}
for one in json.loads(meta['daisychain.outputs']):
    (made,) = session.run([one['name']], feeds)
    expected = load(one['name'] + '.expected', one['element'], one['shape'])
    apart = numpy.abs(made.astype('float64') - expected.astype('float64'))
    result[one['name']] = {'shape': list(made.shape), 'most': float(apart.max()), 'different': float((apart > 0).mean()), 'spread': float(expected.astype('float64').std())}
print(json.dumps({'version': onnxruntime.__version__, 'outputs': result}))
