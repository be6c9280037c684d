"""Queries a published flow with Triton's own clients. Arguments: http or grpc, address, model name, token."""
import json
import sys

import numpy

how, address, name, token = sys.argv[1:5]
if how == 'http':
    import tritonclient.http as triton
else:
    import tritonclient.grpc as triton
headers = {'authorization': f'Bearer {token}'}
client = triton.InferenceServerClient(address)
metadata = client.get_model_metadata(name, headers=headers)
inputs, outputs = (metadata['inputs'], metadata['outputs']) if how == 'http' else (metadata.inputs, metadata.outputs)
names = lambda list: [one['name'] if how == 'http' else one.name for one in list]

z = numpy.random.default_rng(int(sys.argv[5])).standard_normal(512).astype('float32')
tensor = triton.InferInput('z', [512], 'FP32')
tensor.set_data_from_numpy(z)
answer = client.infer(name, [tensor], headers=headers)
picture = answer.as_numpy('image')

try:
    short = triton.InferInput('z', [3], 'FP32')
    short.set_data_from_numpy(z[:3])
    client.infer(name, [short], headers=headers)
    refused = ''
except triton.InferenceServerException as error:
    refused = str(error)
try:
    client.infer(name, [tensor])
    stranger = ''
except triton.InferenceServerException as error:
    stranger = str(error)

print(json.dumps({
    'live': client.is_server_live(headers=headers),
    'ready': client.is_model_ready(name, headers=headers),
    'inputs': names(inputs),
    'outputs': names(outputs),
    'z': z.tolist(),
    'shape': list(picture.shape),
    'sum': int(picture.astype('int64').sum()),
    'first': picture.reshape(-1)[:12].tolist(),
    'refused': refused,
    'stranger': stranger,
}))
