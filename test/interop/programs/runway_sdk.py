"""A model of the Runway Model SDK that returns its inputs, of every type. Arguments: the folder of the SDK's checkout,
and a port.
"""
import base64
import sys

base64.decodestring = base64.decodebytes  # Python 3.9 removed it, and the SDK is older.
sys.path.insert(0, sys.argv[1])
import numpy as np
import runway
from PIL import Image
from runway.data_types import array, boolean, category, image, image_bounding_box, image_landmarks, image_point, number, segmentation, text, vector

PEOPLE = {'background': 0, 'person': 1, 'dog': 2}
TYPES = {
    'number': number(default=0.5, min=0, max=1),
    'text': text(default='nothing'),
    'boolean': boolean(default=False),
    'vector': vector(length=3),
    'category': category(choices=['a', 'b'], default='b'),
    'array': array(item_type=text),
    'point': image_point(),
    'box': image_bounding_box(),
    'landmarks': image_landmarks(length=2),
}


@runway.setup
def setup():
    return None


@runway.command('echo', inputs=dict(TYPES), outputs=dict(TYPES))
def echo(_, given):
    return {name: given[name] for name in TYPES}


@runway.command('redder', inputs={'image': image(), 'amount': number(default=0.5, min=0, max=1)}, outputs={'image': image(default_output_format='PNG'), 'size': text})
def redder(_, given):
    pixels = np.array(given['image'].convert('RGB')).astype(float)
    pixels[..., 1:] *= given['amount']
    return {'image': Image.fromarray(pixels.astype('uint8')), 'size': '%d×%d' % given['image'].size}


@runway.command('swap', inputs={'map': segmentation(label_to_id=PEOPLE)}, outputs={'map': segmentation(label_to_id=PEOPLE)})
def swap(_, given):
    ids = np.array(given['map'])
    return {'map': np.where(ids == 1, 2, np.where(ids == 2, 1, ids)).astype('uint8')}


@runway.command('fail', inputs={'text': text}, outputs={'text': text})
def fail(_, given):
    raise ValueError('no such thing as %s' % given['text'])


runway.run(host='127.0.0.1', port=int(sys.argv[2]))
