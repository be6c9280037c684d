"""KServe's model server with a model that adds. Arguments: ports for HTTP and gRPC."""
import sys

from kserve import InferOutput, InferResponse, Model, ModelServer
from kserve.utils.utils import generate_uuid


class Adder(Model):
    def __init__(self):
        super().__init__('add')
        self.ready = True

    async def get_input_types(self):
        return [{'name': name, 'datatype': 'FP32', 'shape': [1, -1]} for name in ('a', 'b')]

    async def get_output_types(self):
        return [{'name': 'sum', 'datatype': 'FP32', 'shape': [1, -1]}]

    async def predict(self, request, headers=None, response_headers=None):
        values = {one.name: one.as_numpy() for one in request.inputs}
        total = (values['a'] + values['b']).astype('float32')
        output = InferOutput(name='sum', shape=list(total.shape), datatype='FP32')
        output.set_data_from_numpy(total, binary_data=True)
        return InferResponse(model_name='add', infer_outputs=[output], response_id=request.id or generate_uuid())


if __name__ == '__main__':
    http, grpc = (int(port) for port in sys.argv[1:3])
    ModelServer(http_port=http, grpc_port=grpc, enable_grpc=True, workers=1).start([Adder()])
