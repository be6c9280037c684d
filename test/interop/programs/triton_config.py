"""Reads every config.pbtxt of a model repository with Triton's own protobuf, and prints the contents."""
import json
import pathlib
import sys

from google.protobuf import text_format
from tritonclient.grpc import model_config_pb2

read = {}
for file in sorted(pathlib.Path(sys.argv[1]).glob('*/config.pbtxt')):
    config = text_format.Parse(file.read_text(encoding='utf8'), model_config_pb2.ModelConfig())
    tensors = lambda list: {one.name: [model_config_pb2.DataType.Name(one.data_type), [int(size) for size in one.dims]] for one in list}
    read[file.parent.name] = {
        'name': config.name,
        'platform': config.platform,
        'most': config.max_batch_size,
        'inputs': tensors(config.input),
        'outputs': tensors(config.output),
        'steps': [[step.model_name, dict(step.input_map), dict(step.output_map)] for step in config.ensemble_scheduling.step],
        'parameters': {key: value.string_value for key, value in config.parameters.items()},
    }
print(json.dumps(read))
