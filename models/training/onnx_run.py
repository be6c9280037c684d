"""Runs an exported file in onnxruntime-node, the runtime that users have (Debian has no onnxruntime for Python)."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from models.training.recipe import Runner

SCRIPT = Path(__file__).with_name('run_onnx.js')


def runner(path: Path, batch: int = 32) -> Runner:
    """A function that runs `path` on named arrays, `batch` rows at a time, and returns its named outputs."""

    def run(**inputs: np.ndarray) -> dict[str, np.ndarray]:
        with tempfile.TemporaryDirectory() as place:
            tensors = {}
            for name, values in inputs.items():
                np.ascontiguousarray(values).tofile(os.path.join(place, name))
                tensors[name] = {'type': values.dtype.name, 'dims': list(values.shape)}
            job = {'model': str(path), 'folder': place, 'batch': batch, 'inputs': tensors}
            done = subprocess.run(['node', str(SCRIPT)], input=json.dumps(job), capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f'{path} could not be run: {done.stderr.strip()}')
            return {
                name: np.fromfile(os.path.join(place, name), output['type']).reshape(output['dims'])
                for name, output in json.loads(done.stdout).items()
            }

    return run
