"""Runs an exported `taught.onnx` of a folder with Python's onnxruntime on the pictures or vectors there, one after the
other.
"""
import json
import pathlib
import sys

import numpy
import onnxruntime

folder = pathlib.Path(sys.argv[1])
session = onnxruntime.InferenceSession(str(folder / 'taught.onnx'), providers=['CPUExecutionProvider'])
(taken,) = session.get_inputs()
shape = json.loads((folder / 'shape.json').read_text())
given = numpy.fromfile(folder / 'given.bin', dtype='float32').reshape(shape)
answers = [dict(zip(('scores', 'class', 'strangeness'), session.run(['scores', 'class', 'strangeness'], {taken.name: given[i : i + 1]}))) for i in range(len(given))]
classes = json.loads(session.get_modelmeta().custom_metadata_map['classes'])
print(json.dumps([{'category': classes[int(one['class'][0])], 'scores': one['scores'][0].tolist(), 'strangeness': float(one['strangeness'][0][0])} for one in answers]))
