"""MLServer with a model that adds. Arguments: ports for HTTP, gRPC and metrics."""
import asyncio
import sys

from mlserver import MLModel, MLServer, ModelSettings, Settings
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse, MetadataTensor


class Adder(MLModel):
    async def load(self):
        return True

    async def predict(self, payload):
        values = {one.name: NumpyCodec.decode_input(one) for one in payload.inputs}
        total = (values['a'] + values['b']).astype('float32')
        return InferenceResponse(model_name=self.name, outputs=[NumpyCodec.encode_output('sum', total)])


async def main():
    http, grpc, metrics = (int(port) for port in sys.argv[1:4])
    tensor = lambda name: MetadataTensor(name=name, datatype='FP32', shape=[1, -1])
    settings = Settings(host='127.0.0.1', http_port=http, grpc_port=grpc, metrics_port=metrics, parallel_workers=0, debug=False)
    model = ModelSettings(name='add', implementation=Adder, platform='python', inputs=[tensor('a'), tensor('b')], outputs=[tensor('sum')])
    await MLServer(settings).start([model])


asyncio.run(main())
