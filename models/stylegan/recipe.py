"""How the bundled StyleGAN is trained and measured.

It learns to draw the scene that a latent vector stands for, not just any room, so the true picture is known for every
z. The main loss compares pictures; at the end, an adversarial loss sharpens them. The stages, by share of the budget:

1. up to 10 %: the mapping from z to the scene vector, on new scenes, without pictures (skipped if mapping.py has
   trained one);
2. pictures of 16, 32, 64 and finally 128 pixels, from the true scene vector; 3. the last 30 %: pictures from the
mapping's scene vector, so that the rest adapts to its errors; with the
   adversarial loss.
"""

from pathlib import Path
from typing import Callable

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from models.stylegan import mapping
from models.stylegan.latents import LATENT, latents, scenes, to_normal
from models.stylegan.network import Discriminator, Generator
from models.training import sheets
from models.training.compact import compact
from models.training.export import to_onnx
from models.training.metrics import psnr, segmentation_figures, sharpness
from models.training.onnx_run import runner
from models.training.recipe import MODELS, Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.sines import spell_out_sines
from models.training.world import LABELS, render
from models.training.world.vector import scene_vector

MAPPING_UNTIL, OWN_VECTOR_FROM, ADVERSARIAL_FROM = 0.1, 0.7, 0.7
#: (start as a share of the picture training, picture size, batch size)
STAGES = ((0.0, 16, 32), (0.05, 32, 24), (0.13, 64, 16), (0.34, 128, 8))
# Rare labels weigh more; in the order of LABELS.
PIXEL_WEIGHTS = torch.tensor((0.7, 0.7, 1.3, 1.3, 1.6, 1.2, 1.5, 1.6, 1.8, 1.6, 3.0, 3.0))
LABEL_WEIGHTS = torch.tensor((0.5, 0.5, 1.0, 1.2, 1.5, 1.0, 1.5, 1.5, 1.5, 1.5, 1.8, 1.8))


def laplacian(a: Tensor, b: Tensor, levels: int) -> Tensor:
    """L1 distance of Laplacian pyramids, in which fine detail and overall colour count alike."""
    total = torch.zeros(())
    for i in range(levels):
        small_a, small_b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        detail = (a - F.interpolate(small_a, scale_factor=2.0)) - (b - F.interpolate(small_b, scale_factor=2.0))
        total = total + detail.abs().mean() * max(2 - 0.5 * i, 0.75)
        a, b = small_a, small_b
    return total + (a - b).abs().mean() * 2


def strength(x: Tensor) -> Tensor:
    """The strength of the finest detail around each place, whatever its exact position."""
    return F.avg_pool2d((x - F.interpolate(F.avg_pool2d(x, 2), scale_factor=2.0)).abs(), 4)


def picture_loss(outs: list[Tensor], batch: Batch, squared: float) -> tuple[Tensor, dict[str, float]]:
    """The loss of all outputs against the true picture, labels and depth. `squared`: share of the squared error in the
    pixel error.
    """
    true, labels, depth = batch['image'], batch['labels'], batch['depth']
    weights = PIXEL_WEIGHTS[labels][:, None]
    total, log = torch.zeros(()), {}
    for y in outs:
        y, size = y.float(), y.shape[-1]
        k = 128 // size
        x, w = (F.avg_pool2d(a, k) if k > 1 else a for a in (true, weights))
        image = torch.tanh(y[:, :3])
        fine = laplacian(image, x, 2 if size == 16 else 3)
        pixel = (w * ((image - x).pow(2) * 6 * squared + (image - x).abs() * 2 * (1 - squared))).mean()
        part = 2.5 * fine + 2 * pixel
        if size == 128:
            part = part + 3 * (strength(image) - strength(x)).abs().mean()
        if y.shape[1] > 3:
            at = slice(k // 2, None, k)
            part = part + 0.5 * F.cross_entropy(y[:, 3:15], labels[:, at, at], LABEL_WEIGHTS)
            part = part + 0.3 * (y[:, 15] - (depth[:, at, at] - 3.5) / 1.5).abs().mean()
        total = total + part * (1.0 if size == outs[-1].shape[-1] else 0.35)
        log = {'fine': fine.item(), 'pixel': pixel.item()}
    return total, log


class StyleGAN(Recipe):
    name = 'stylegan'
    fields = ('u', 'rgb', 'labels', 'depth')
    minutes = 90.0
    averaging = 0.997

    def build(self) -> dict[str, nn.Module]:
        return {'network': Generator(), 'discriminator': Discriminator()}

    def optimizer(self, name: str, module: nn.Module) -> torch.optim.Optimizer:
        trained = [p for p in module.parameters() if p.requires_grad]
        if name == 'discriminator':
            return torch.optim.Adam(trained, 4e-4, (0.0, 0.99))
        return torch.optim.Adam(trained, self.learning_rate, (0.9, 0.99))

    def rate(self, progress: float) -> float:
        return 1.0 if progress < 0.5 else 0.03 + 0.97 * (1 - progress) / 0.5

    def _stage(self, run: Run) -> tuple[float, int, int]:
        """The completed share of the picture training, the picture size and the batch size. The size is 0 while the
        mapping is trained.
        """
        begin = run.extra.get('mapping_until', 0.0)
        share = (run.progress - begin) / (1 - begin)
        if share < 0:
            return share, 0, 512
        size, count = [stage[1:] for stage in STAGES if share >= stage[0]][-1]
        return share, size, count

    def _take_mapping(self, run: Run) -> bool:
        """Copies the mapping trained by mapping.py, if there is one."""
        if not mapping.FILE.exists():
            return False
        state = torch.load(mapping.FILE)
        for network in (run.modules['network'], run.average):
            network.mapping.load_state_dict(state)
        return True

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        if run.steps == 0:
            run.extra['mapping_until'] = 0.0 if self._take_mapping(run) else MAPPING_UNTIL
        _, size, count = self._stage(run)
        if not size:
            return {'u': torch.zeros(count, 0)}
        index = np.sort(run.rng.integers(0, len(scenes['u']), count))
        image = torch.from_numpy(scenes['rgb'][index]).permute(0, 3, 1, 2).float() / 127.5 - 1
        return {
            'u': torch.from_numpy(scenes['u'][index]),
            'image': image,
            'labels': torch.from_numpy(scenes['labels'][index]).long(),
            'depth': torch.from_numpy(scenes['depth'][index]).float(),
        }

    def step(self, run: Run, batch: Batch) -> dict[str, float]:
        share, size, _ = self._stage(run)
        network = run.modules['network']
        if not size:
            with torch.autocast('cpu', enabled=False):
                loss = mapping.loss(network.mapping, run.rng)
            run.update(loss)
            return {'fine': 0.0, 'pixel': 0.0, 'mapping': loss.item(), 'fooled': 0.0}
        outs = network.pictures(self._vector(run, batch['u'], share), size)
        loss, log = picture_loss(outs, batch, max(0.0, 0.8 * (1 - share / 0.5)))
        fooled = torch.zeros(())
        if share > ADVERSARIAL_FROM and size == 128:
            judged, fooled = self._judge(run, torch.tanh(outs[-1].float()), batch['image'])
            loss = loss + judged * min(1.0, (share - ADVERSARIAL_FROM) / 0.02)
        run.update(loss)
        return {**log, 'mapping': 0.0, 'fooled': fooled.item()}

    def _vector(self, run: Run, u: Tensor, share: float) -> Tensor:
        """The scene vectors to draw: first the true ones, later the mapping's."""
        if share < OWN_VECTOR_FROM:
            return torch.from_numpy(scene_vector(u.numpy()))
        if not run.extra.get('own_vector'):
            run.extra['own_vector'] = True
            self._take_mapping(run)
        with torch.no_grad(), torch.autocast('cpu', enabled=False):
            return run.modules['network'].mapping(to_normal(u))

    def _judge(self, run: Run, image: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
        """Runs one step of the discriminator, then returns its judgement of the pictures: a loss (with feature
        matching) and how real they look.
        """
        judge = run.modules['discriminator']
        real, fake = judge(true)[0], judge(image.detach())[0]
        run.update(F.softplus(-real.float()).mean() + F.softplus(fake.float()).mean(), 'discriminator')
        judge.requires_grad_(False)
        verdict, features = judge(image)
        with torch.no_grad():
            _, wanted = judge(true)
        judge.requires_grad_(True)
        matching = sum((a.float() - b.float()).abs().mean() for a, b in zip(features, wanted))
        return 0.1 * F.softplus(-verdict.float()).mean() + matching, torch.sigmoid(verdict.float()).mean().detach()

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        u = np.asarray(scenes['u'][:48])
        true = scenes['rgb'][:48].transpose(0, 3, 1, 2) / 255
        figures = {}
        with torch.autocast('cpu', enabled=False):
            vector = network.mapping(to_normal(u))
        outs = [network.pictures(part) for part in vector.split(12)]
        for level, size in enumerate((16, 32, 64, 128)):
            found = torch.cat([torch.tanh(out[level][:, :3].float()) for out in outs]).numpy() / 2 + 0.5
            k = 128 // size
            figures[f'psnr_{size}'] = psnr(found, true.reshape(len(true), 3, size, k, size, k).mean((3, 5)))
        figures['sharp'] = sharpness(found, true)
        return figures

    def export(self, network: nn.Module, path: Path) -> None:
        examples = {'z': torch.randn(2, LATENT), 'truncation': torch.ones(2)}
        axes = {'z': {0: 'n'}, 'truncation': {0: 'm'}, 'image': {0: 'n'}}
        # Positions come from these weights, where every bit counts.
        whole, half = ('mapping.thresholds.',), ('project.', 'mapping.')
        to_onnx(network, examples, ['image'], path, axes, whole, half)
        spell_out_sines(path)
        compact(path)

    def draw(self, run: Runner, z: np.ndarray, truncation: float = 1.0) -> np.ndarray:
        """Pictures float32 [n, 3, 128, 128] in 0..1."""
        return run(z=z.astype(np.float32), truncation=np.full(len(z), truncation, np.float32))['image'] / 2 + 0.5

    def draw_scenes(self, run: Runner, scenes: Scenes) -> np.ndarray:
        """Pictures float32 [n, 3, 128, 128] in 0..1 of scenes, each from a z that stands for its scene."""
        return self.draw(run, latents(scenes['u']))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        found = self.draw_scenes(run, scenes)
        true = scenes['rgb'].transpose(0, 3, 1, 2).astype(np.float32) / 255
        each = -10 * np.log10(((found - true) ** 2).mean((1, 2, 3)))
        figures = {
            'PSNR': Figure(
                psnr(found, true), 'dB between the picture and the true picture of the scene its z stands for', 27.0
            ),
            'PSNR, median': Figure(float(np.median(each)), 'dB, of the pictures one by one'),
            'sharpness': Figure(
                sharpness(found, true), 'strength of fine detail, as a share of that of true pictures', 0.9
            ),
            'walk': Figure(
                roughness(lambda z: self.draw(run, z)),
                'largest change between neighbours on a walk of 96 steps, as a multiple of that of true pictures',
                1.2,
                'lower',
            ),
        }
        reader = MODELS / 'deeplab' / 'mini.onnx'
        if reader.exists():
            labels = runner(reader)(image=found.astype(np.float32))['logits'].argmax(1)
            read = segmentation_figures(labels, scenes['labels'], list(LABELS), 0.9)
            for name, aim in (('mIoU', 0.9), ('IoU cat', 0.82), ('IoU ball', 0.9)):
                figures[name] = Figure(
                    read[name].value, f'{read[name].meaning}, read from the pictures by the bundled DeepLab', aim
                )
        return figures

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        pairs = [np.asarray(scenes['rgb'][:16]), pixels(self.draw(run, latents(scenes['u'][:16])))]
        rng = np.random.default_rng(5)
        random = pixels(self.draw(run, rng.standard_normal((16, LATENT)), 0.8))
        return sheets.grid(
            *(row[half] for half in (slice(0, 8), slice(8, 16)) for row in pairs),
            random[:8],
            random[8:],
            pixels(self.draw(run, walk(8))),
        )


def pixels(pictures: np.ndarray) -> np.ndarray:
    return sheets.from_planes(pictures)


def walk(steps: int, seed: int = 1) -> np.ndarray:
    """Latent vectors [steps, 512] on the great circle between two random vectors z."""
    a, b = np.random.default_rng(seed).standard_normal((2, LATENT))
    t = np.linspace(0, np.pi / 2, steps)[:, None]
    return a * np.cos(t) + b * np.sin(t)


def roughness(draw: Callable[[np.ndarray], np.ndarray], walks: int = 4, steps: int = 96) -> float:
    """The largest change between neighbours in a walk, relative to that of the true pictures; the worst of several
    walks.

    Things grow within short stretches of a walk, so even true pictures change unevenly. Larger changes than theirs are
    jumps.
    """
    worst = 0.0
    for seed in range(walks):
        z = walk(steps, seed)
        true = np.stack([render(vector).rgb for vector in scene_vector(scenes(z))]).astype(np.float32) / 255
        largest = [float(np.abs(np.diff(a, axis=0)).mean((1, 2, 3)).max()) for a in (draw(z), true)]
        worst = max(worst, largest[0] / largest[1])
    return worst


RECIPE = StyleGAN()
