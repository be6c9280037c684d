"""NVIDIA Triton, as packaged by PyTriton, with a model that adds. Arguments: ports for HTTP, gRPC and metrics."""
import sys

import numpy
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig


def add(requests):
    return [{'sum': request.data['a'] + request.data['b']} for request in requests]


http, grpc, metrics = (int(port) for port in sys.argv[1:4])
tensor = lambda name: Tensor(name=name, dtype=numpy.float32, shape=(1, -1))
config = TritonConfig(http_address='127.0.0.1', http_port=http, grpc_address='127.0.0.1', grpc_port=grpc, metrics_port=metrics)
with Triton(config=config) as triton:
    triton.bind('add', add, inputs=[tensor('a'), tensor('b')], outputs=[tensor('sum')], config=ModelConfig(batching=False))
    triton.serve()
