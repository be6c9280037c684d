"""AttnGAN draws a picture from a caption. A text encoder and word attention turn the caption and noise into a latent
vector for the same world's StyleGAN, which draws it (network.py).

Trained on scenes and captions of a miniature world, without pictures, by maximising the likelihood of each scene given
its caption.

Graph (mini.onnx):
  input  tokens  int64   [n, 64]   token ids of tokenizer.json (for other worlds tokenizer-WORLD.json), padded with 0
  input  noise   float32 [n, 50]   N(0, 1), one number for each uniform number of the world (meadow: 92); different noise
                                   gives a different picture of the same caption
  output z       float32 [n, 512]  for StyleGAN with truncation 1
"""

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.attngan.cells import cell_of
from models.attngan.network import AttnGAN, TextToScene
from models.attngan.reader import read, retold
from models.attngan.words import build_tokenizer, numbered, token_ids, word_of_token
from models.im2txt.claims import judge, retained
from models.training import sheets
from models.training.compact import compact
from models.training.export import to_onnx
from models.training.onnx_run import runner
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes, find
from models.training.worlds import FIRST, PACKAGES

SEEDS = 4


class AttnGANRecipe(Recipe):
    name = 'attngan'
    fields = ('u', 'rgb', 'captions', 'attributes')  # pictures are only used to measure the reader's accuracy
    minutes = 9.0
    batch_size = 128
    worlds = tuple(PACKAGES)

    def __init__(self) -> None:
        self._tokenizer = None

    @property
    def tokenizer(self):
        if self._tokenizer is None:
            self._tokenizer = build_tokenizer(self.of)
        return self._tokenizer

    @property
    def told(self) -> ModuleType:
        """The module with a world's training samples."""
        return importlib.import_module(f'models.attngan.{self.of}')

    def build(self) -> dict[str, nn.Module]:
        return {'network': TextToScene(self.of)}

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        index = run.rng.integers(0, len(scenes['u']), self.batch_size)
        u, texts = self.told.samples(scenes['u'][index], [scenes['attributes'][i] for i in index], run.rng)
        cells, words = cell_of(u, self.of), numbered(texts, self.of)
        return {'cells': torch.from_numpy(cells), 'words': torch.from_numpy(words)}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        with torch.autocast('cpu', enabled=False):
            said = network.log_likelihood(batch['words'])
            return F.nll_loss(said.flatten(0, 1), batch['cells'].flatten()) * said.shape[1], {}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        words = torch.from_numpy(numbered([three[0] for three in scenes['captions']], self.of))
        with torch.autocast('cpu', enabled=False):
            said = network.log_likelihood(words)
        likelihood = said.gather(2, torch.from_numpy(cell_of(scenes['u'], self.of))[:, :, None])
        return {'surprise': -likelihood.sum(1).mean().item()}

    def export(self, network: nn.Module, path: Path) -> None:
        whole = AttnGAN(network, word_of_token(self.tokenizer, self.of), self.of)
        shown = list(self.told.SHOWN)
        tokens = torch.from_numpy(token_ids(self.tokenizer, shown))
        examples = {'tokens': tokens, 'noise': torch.randn(len(shown), len(self.world.UNIFORMS))}
        to_onnx(whole, examples, ['z'], path, half=('axes', 'rest'))
        compact(path)
        self.tokenizer.save(path.with_name('tokenizer.json' if self.of == FIRST else f'tokenizer-{self.of}.json'))

    def draw(self, run: Runner, captions: list[str], seed: int) -> np.ndarray:
        """Pictures uint8 [n, 128, 128, 3]."""
        shape = (len(captions), len(self.world.UNIFORMS))
        noise = np.random.default_rng(seed).standard_normal(shape).astype(np.float32)
        z = run(tokens=token_ids(self.tokenizer, captions), noise=noise)['z']
        painter = find('stylegan', self.of)
        return sheets.from_planes(painter.draw(runner(painter.file), z))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        captions = self.told.tested(scenes)
        pictures = self.draw(run, captions, 1)
        others = self.draw(run, captions[:256], 2)
        kept = retained(captions, retold(pictures, self.of), self.of)
        (again, count), (ceiling, _) = kept.pop('all'), retained(captions, retold(scenes['rgb'], self.of), self.of)['all']
        difference = float(np.abs(others.astype(float) - pictures[:256]).mean())
        figures = {
            'attributes found by im2txt': Figure(
                again, f'share of the {count} things they say that im2txt says of their pictures too', 0.85
            ),
            'im2txt on true pictures': Figure(ceiling, 'the same share of the true pictures of those captions'),
            'claims': Figure(count / len(captions), 'said by a caption, on average'),
            'seeds differ': Figure(difference, 'of 255: mean difference of two pictures of one caption', 12.0),
        }
        if self.of == FIRST:
            return self._read(captions, pictures, scenes) | figures
        return figures | {f'found: {kind}': Figure(share, f'of {n} claims') for kind, (share, n) in kept.items()}

    def _read(self, captions: list[str], pictures: np.ndarray, scenes: Scenes) -> dict[str, Figure]:
        """The attributes that DeepLab and a classifier recognise in pictures."""
        judged = judge(captions, read(pictures))
        share, _ = judged.pop('all')
        true = judge(captions, read(scenes['rgb']))['all'][0]
        meaning = 'the same share of the true pictures of those captions: what the measuring itself allows'
        return {
            'attributes found': Figure(
                share, 'share of what captions say that DeepLab and a classifier find in their pictures', 0.85
            ),
            'found in true pictures': Figure(true, meaning),
            **{f'found: {kind}': Figure(s, f'of {n} claims') for kind, (s, n) in judged.items()},
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        texts = [*self.told.SHOWN, *(three[0] for three in scenes['captions'][:8])]
        page = Image.new('RGB', (2 * (SEEDS * 128 + 12), (len(texts) + 1) // 2 * 160), 'white')
        pictures = [self.draw(run, texts, seed) for seed in range(SEEDS)]
        for i, text in enumerate(texts):
            left, top = i % 2 * (SEEDS * 128 + 12), i // 2 * 160
            for seed in range(SEEDS):
                page.paste(Image.fromarray(pictures[seed][i]), (left + seed * 128, top))
            ImageDraw.Draw(page).text((left, top + 130), text[:86] + '\n' + text[86:], fill='black')
        return page


RECIPE = AttnGANRecipe()
