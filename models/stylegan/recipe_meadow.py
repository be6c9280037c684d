"""How the meadow's StyleGAN is trained and measured. Its layout network learns the label map of the scene that a latent
vector stands for, and the meadow's SPADE paints it (meadow.py). Train SPADE first.

Graph (meadow.onnx):
  input  z           float32 [n, 512]           N(0, 1); normalised to length sqrt(512)
  input  truncation  float32 [1] or [n]         0 to 1
  output labels      float32 [n, 22, 128, 128]  one-hot planes, as input for SPADE
  output style       float32 [n, 22]            SPADE's style
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from models.stylegan.latents import LATENT, latents
from models.stylegan.meadow import Laid, Layout
from models.training import sheets
from models.training.compact import compact
from models.training.export import to_onnx
from models.training.meadow import LABELS
from models.training.metrics import confusion, intersection_over_union, segmentation_figures, sharpness
from models.training.onnx_run import runner
from models.training.recipe import Figure, Recipe, Run, Runner, Scenes, find
from models.training.sines import spell_out_sines

# Loss weights of the labels, in the order of LABELS. Small, characteristic things weigh more.
WEIGHTS = torch.tensor((*(0.5, 0.5, 0.6, 0.8, 0.8, 0.8, 0.9), *[1.8] * 8, *(0.5, 1.2, 1.2, 1.2, 1.5, 1.5, 1.8)))


class StyleGANMeadow(Recipe):
    name = 'stylegan'
    fields = ('u', 'rgb', 'labels')
    minutes = 25.0

    def build(self) -> dict[str, nn.Module]:
        return {'network': Layout()}

    def loss(self, network: nn.Module, batch: dict[str, Tensor], progress: float) -> tuple[Tensor, dict[str, float]]:
        scores = network(batch['u']).float()
        labels = batch['labels'].long()
        return F.cross_entropy(scores, labels, WEIGHTS), {'right': (scores.argmax(1) == labels).float().mean().item()}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        u = torch.from_numpy(np.array(scenes['u'][:256]))
        found = torch.cat([network(part).argmax(1) for part in u.split(32)]).numpy()
        iou = intersection_over_union(confusion(found, scenes['labels'][:256], len(LABELS)))
        return {'mIoU': float(np.nanmean(iou)), **{label: float(value) for label, value in zip(LABELS, iou)}}

    def export(self, network: nn.Module, path: Path) -> None:
        examples = {'z': torch.randn(2, LATENT), 'truncation': torch.ones(2)}
        axes = {'z': {0: 'n'}, 'truncation': {0: 'm'}, 'labels': {0: 'n'}, 'style': {0: 'n'}}
        to_onnx(Laid(network), examples, ['labels', 'style'], path, axes, half=('project.', 'layout.mix.'))
        spell_out_sines(path)
        compact(path)

    def draw(self, run: Runner, z: np.ndarray, truncation: float = 1.0) -> np.ndarray:
        """Pictures float32 [n, 3, 128, 128] in 0..1."""
        painter, parts = runner(find('spade', self.of).file), []
        for i in range(0, len(z), 64):
            few = z[i : i + 64].astype(np.float32)
            laid = run(z=few, truncation=np.full(len(few), truncation, np.float32))
            parts.append(painter(labels=laid['labels'], style=laid['style'])['image'] / 2 + 0.5)
        return np.concatenate(parts)

    def draw_scenes(self, run: Runner, scenes: Scenes) -> np.ndarray:
        """Pictures float32 [n, 3, 128, 128] in 0..1 of scenes, each from a z that stands for its scene."""
        return self.draw(run, latents(scenes['u'], self.of))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        z = latents(scenes['u'], self.of)
        few = [z[i : i + 64] for i in range(0, len(z), 64)]
        parts = [run(z=part, truncation=np.ones(len(part), np.float32))['labels'].argmax(1) for part in few]
        laid = segmentation_figures(np.concatenate(parts), scenes['labels'], LABELS, aim=0.8)
        laid['mIoU'].meaning = 'label map laid out against that of the scene its z stands for, mean IoU'
        found = self.draw_scenes(run, scenes)
        seen = runner(find('deeplab', self.of).file)(image=found.astype(np.float32))['logits'].argmax(1)
        read = segmentation_figures(seen, np.concatenate(parts), LABELS, aim=0.9)
        true = scenes['rgb'].transpose(0, 3, 1, 2).astype(np.float32) / 255
        return {
            'mIoU of layout': laid.pop('mIoU'),
            'mIoU': Figure(read['mIoU'].value, 'labels that DeepLab sees in the picture against those laid out, mean IoU', 0.9),
            'sharpness': Figure(sharpness(found, true), 'strength of fine detail, as a share of that of true pictures', 0.9),
            **{f'layout, {name}': figure for name, figure in laid.items()},
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        pairs = [np.asarray(scenes['rgb'][:16]), sheets.from_planes(self.draw_scenes(run, {**scenes, 'u': scenes['u'][:16]}))]
        rng = np.random.default_rng(5)
        random = sheets.from_planes(self.draw(run, rng.standard_normal((16, LATENT)), 0.8))
        return sheets.grid(
            *(row[half] for half in (slice(0, 8), slice(8, 16)) for row in pairs), random[:8], random[8:]
        )


RECIPE = StyleGANMeadow()
