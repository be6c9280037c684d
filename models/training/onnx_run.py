"""Runs an exported file in onnxruntime-node, which users have too. Debian has no onnxruntime for Python."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from models.training.recipe import Runner

SCRIPT = Path(__file__).with_name('run_onnx.js')


def runner(path: Path, batch: int = 32) -> Runner:
    """Returns a function that runs `path` on named arrays, `batch` rows at a time, and returns the named outputs.

    The file is loaded once, by a child process that ends with this one.
    """
    process: subprocess.Popen | None = None

    def run(**inputs: np.ndarray) -> dict[str, np.ndarray]:
        nonlocal process
        process = process or subprocess.Popen(
            ['node', str(SCRIPT), str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        with tempfile.TemporaryDirectory() as place:
            tensors = {}
            for name, values in inputs.items():
                np.ascontiguousarray(values).tofile(os.path.join(place, name))
                tensors[name] = {'type': values.dtype.name, 'dims': list(values.shape)}
            process.stdin.write(json.dumps({'folder': place, 'batch': batch, 'inputs': tensors}) + '\n')
            process.stdin.flush()
            done = json.loads(process.stdout.readline() or '{"error": "Node.js ended"}')
            if 'error' in done:
                raise SystemExit(f'{path} could not be run: {done["error"]}')
            return {
                name: np.fromfile(os.path.join(place, name), output['type']).reshape(output['dims'])
                for name, output in done.items()
            }

    return run
