"""im2txt: one English sentence about a picture.

It looks with DeepLab (mini)'s network, frozen: each label's region becomes one row of figures (how large, where, which
colours, on what). A recurrent decoder attends to these regions, a word at a time (bottom-up attention, Anderson et al.
2018). It learns to name everything that a scene shows.

The decoder is unrolled inside the graph and always takes the most likely token, so one run gives the whole caption.

Graph (mini.onnx):
  input  image      float32 [n, 3, 128, 128]  RGB, 0..1
  output token_ids  int64   [n, 56]           tokens of tokenizer.json; the first 0 (<|endoftext|>) ends the caption
"""

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.im2txt.answers import answered, surprise
from models.im2txt.claims import judge, named
from models.im2txt.network import END, LENGTH, CaptionNet
from models.im2txt.telling import tell
from models.training.augment import as_image, degrade
from models.training.bpe import Tokenizer, learn
from models.training.compact import compact
from models.training.data import load
from models.training.export import to_onnx
from models.training.generated import draw_all, kept
from models.training.recipe import WORK, Batch, Figure, Recipe, Run, Runner, Scenes

DRAWN, DRAWN_SHARE = 2048, 0.2  # pictures, and share of what it learns from, by each model that draws


class Im2Txt(Recipe):
    name = 'im2txt'
    fields = ('u', 'rgb', 'labels', 'captions', 'attributes')
    minutes = 30.0
    batch_size = 192
    learning_rate = 2.5e-3
    start_from = 'deeplab'

    def __init__(self) -> None:
        self._tokenizer: Tokenizer | None = None
        self._pools: list[Batch] = []

    @property
    def tokenizer(self) -> Tokenizer:
        """Learned from the captions of the training split: always the same."""
        if self._tokenizer is None:
            texts = (text for three in load('train', ['captions'], wait=False)['captions'][:2048] for text in three)
            self._tokenizer = learn(texts, 400)
        return self._tokenizer

    def build(self) -> dict[str, nn.Module]:
        return {'network': CaptionNet(len(self.tokenizer.tokens))}

    def optimizer(self, name: str, module: nn.Module) -> torch.optim.Optimizer:
        return torch.optim.AdamW(module.own(), self.learning_rate, betas=(0.9, 0.99), weight_decay=1e-3)

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        if not self._pools:
            self._pools = self._look_at_all(scenes, run)
        drawn = len(self._pools) - 1
        chances = [1 - DRAWN_SHARE * drawn, *[DRAWN_SHARE] * drawn]
        pool = self._pools[run.rng.choice(len(chances), p=chances)]
        chosen = run.rng.integers(0, len(pool['figures']), self.batch_size)
        return {name: values[chosen] for name, values in pool.items()}

    def _look_at_all(self, scenes: Scenes, run: Run) -> list[Batch]:
        """What is measured, once, of true pictures, half of them made worse, and of those that other models draw."""
        network = run.modules['network']
        pictures = {'true': scenes['rgb'], **{name: rgb[:DRAWN] for name, rgb in kept().items()}}
        captions = self._encoded([tell(seen) for seen in scenes['attributes']])
        answers = torch.tensor([answered(seen) for seen in scenes['attributes']])
        pools = []
        for name, rgb in pictures.items():
            figures = self._figures(network, name, rgb)
            pools.append({'figures': figures, 'captions': captions[: len(rgb)], 'answers': answers[: len(rgb)]})
        if run.steps == 0:
            for each in (network, run.average):
                each.scale_to(pools[0]['figures'])
        return pools

    def _figures(self, network: CaptionNet, name: str, rgb: np.ndarray) -> Tensor:
        """Measured once for each state of DeepLab's weights, and kept."""
        looking = hashlib.sha256()
        for part in (network.encoder, network.context, network.decoder, network.classify):
            for values in part.state_dict().values():
                looking.update(values.float().contiguous().numpy().tobytes())
        path = WORK / self.name / f'figures-{name}-{len(rgb)}-{looking.hexdigest()[:12]}.pt'
        if not path.exists():
            network.eval()
            with torch.no_grad(), torch.autocast('cpu', torch.bfloat16):
                parts = (degrade(as_image(rgb[i : i + 64])) for i in range(0, len(rgb), 64))
                figures = torch.cat([network.see(part) for part in parts])
            network.train()
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.save(figures, path)
        return torch.load(path)

    def _encoded(self, texts: list[str]) -> Tensor:
        captions = torch.zeros(len(texts), LENGTH, dtype=torch.long)
        for line, text in zip(captions, texts):
            ids = self.tokenizer.encode(text)
            if len(ids) >= LENGTH:
                raise SystemExit(f'"{text}" has {len(ids)} tokens, more than {LENGTH - 1}.')
            line[: len(ids)] = torch.tensor(ids)
        return captions

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        longest = int((batch['captions'] != END).sum(1).max()) + 1
        captions = batch['captions'][:, :longest]
        with torch.autocast('cpu', enabled=False):
            logits, said = network.teach(batch['figures'], captions)
            asked = surprise(said, batch['answers'])
        # The first 0 ends the caption and is learned, what follows it is not.
        told = (F.pad(captions[:, :-1], (1, 0), value=1) != END).float()
        each = F.cross_entropy(logits.flatten(0, 1), captions.flatten(), reduction='none')
        words = (each * told.flatten()).sum() / told.sum()
        return words + 0.3 * asked, {'words': words.item(), 'answers': asked.item()}

    def _captions(self, token_ids: np.ndarray) -> list[str]:
        return [self.tokenizer.decode(row[: np.argmax(np.append(row, END) == END)]) for row in token_ids]

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        parts = as_image(scenes['rgb'][:256]).split(32)
        with torch.autocast('cpu', enabled=False):
            captions = self._captions(torch.cat([network(part) for part in parts]).numpy())
        seen = scenes['attributes'][:256]
        return {'named': named(captions, seen)['all'][0], 'true': judge(captions, seen)['all'][0]}

    def export(self, network: nn.Module, path: Path) -> None:
        to_onnx(network, {'image': torch.rand(2, 3, 128, 128)}, ['token_ids'], path)
        compact(path)
        self.tokenizer.save(path.with_name('tokenizer.json'))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        captions = self._captions(run(image=as_image(scenes['rgb']).numpy())['token_ids'])
        judged, found = judge(captions, scenes['attributes']), named(captions, scenes['attributes'])
        (true, said), (share, shown) = judged.pop('all'), found.pop('all')
        each = {
            f'named: {kind}': Figure(
                share, f'of {count} to be seen; of the {judged[kind][1]} that are named, {judged[kind][0]:.3f} are so'
            )
            for kind, (share, count) in found.items()
        }
        return {
            'named': Figure(
                share, f'share of the {shown} things, colours, sides, times to be seen that captions name', 0.9
            ),
            'invented': Figure(1 - true, f'share of the {said} that captions name that are not so', 0.03, 'lower'),
            'claims': Figure(said / len(captions), 'named by a caption, on average'),
            'different captions': Figure(len(set(captions)) / len(captions), 'share of captions that differ'),
            **self._of_drawn(run, scenes),
            **each,
        }

    def _of_drawn(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        """What it says of pictures that other models draw of the scenes."""
        figures = {}
        for model, name in (('spade', 'SPADE'), ('stylegan', 'StyleGAN')):
            captions = self._captions(run(image=as_image(draw_all(model, scenes)).numpy())['token_ids'])
            share, true = (how(captions, scenes['attributes'])['all'][0] for how in (named, judge))
            figures[f'named, {name}'] = Figure(share, f"the same share of {name}'s pictures of the scenes")
            figures[f'invented, {name}'] = Figure(1 - true, 'of the same', better='lower')
        return figures

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:12])
        captions = self._captions(run(image=as_image(rgb).numpy())['token_ids'])
        page = Image.new('RGB', (1100, 12 * 130), 'white')
        for i, (picture, caption) in enumerate(zip(rgb, captions)):
            page.paste(Image.fromarray(picture), (0, i * 130))
            text = caption.encode('ascii', 'replace').decode()
            middle = text.rfind(' ', 0, 130) if len(text) > 130 else len(text)
            ImageDraw.Draw(page).text((140, i * 130 + 55), f'{text[:middle]}\n{text[middle:]}', fill='black')
        return page


RECIPE = Im2Txt()
