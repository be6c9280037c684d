"""im2txt describes a picture in one English sentence.

It uses the frozen network of its world's DeepLab: each label's region becomes a row of figures (its size, position and
colours, and what is below it). A recurrent decoder attends to these regions at each word (bottom-up attention, Anderson
et al. 2018). It learns to name everything in the scene.

The decoder is unrolled in the graph and always takes the most likely token, so one run gives the whole caption.

Graph (mini.onnx):
  input  image      float32 [n, 3, 128, 128]   RGB, 0..1
  input  logits     float32 [n, 12, 128, 128]  the output of the same world's DeepLab (meadow: 22)
  output token_ids  int64   [n, 56]            tokens of tokenizer.json; the first 0 (<|endoftext|>) ends the caption
         (other worlds: tokens of tokenizer-WORLD.json, with the length in LENGTHS)
"""

import hashlib
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.im2txt.claims import judge, named, speech
from models.im2txt.network import END, LENGTHS, CaptionNet, Teller
from models.training.augment import as_image, degrade
from models.training.bpe import Tokenizer, learn
from models.training.compact import compact
from models.training.data import load
from models.training.export import to_onnx
from models.training.generated import NAMES, draw_all, drawing, kept
from models.training.loop import folder
from models.training.onnx_run import runner
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes, find
from models.training.worlds import FIRST, PACKAGES

TOKENS = {'bedroom': 400, 'meadow': 700}  # maximum; fewer if every word is one token
DRAWN, DRAWN_SHARE = 2048, 0.2  # number of pictures from each model that draws, and their share of the training data


def tokenizer_of(of: str) -> str:
    """The path of a world's tokenizer."""
    return 'tokenizer.json' if of == FIRST else f'tokenizer-{of}.json'


def decoded(tokenizer: Tokenizer, token_ids: np.ndarray) -> list[str]:
    """Token ids [n, length] as text, each up to its end token."""
    return [tokenizer.decode(row[: np.argmax(np.append(row, END) == END)]) for row in token_ids]


class Im2Txt(Recipe):
    name = 'im2txt'
    fields = ('u', 'rgb', 'labels', 'captions', 'attributes')
    minutes = 30.0
    batch_size = 192
    learning_rate = 2.5e-3
    start_from = 'deeplab'
    worlds = tuple(PACKAGES)

    def __init__(self) -> None:
        self._tokenizer: Tokenizer | None = None
        self._pools: list[Batch] = []

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, learned from the captions of the training split. Always the same."""
        if self._tokenizer is None:
            scenes = load('train', ['captions', 'attributes'], wait=False, of=self.of)
            texts = (text for three in scenes['captions'][:2048] for text in three)
            if self.of != FIRST:  # worlds whose targets are worded differently from the data's captions
                texts = (speech(self.of).tell(seen) for seen in scenes['attributes'][:2048])
            self._tokenizer = learn(texts, TOKENS[self.of])
        return self._tokenizer

    def build(self) -> dict[str, nn.Module]:
        return {'network': CaptionNet(len(self.tokenizer.tokens), self.of)}

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
        """The figures of all rendered pictures, half of them degraded, and of those drawn by other models. Computed
        once.
        """
        network = run.modules['network']
        pictures = {'true': scenes['rgb'], **{name: rgb[:DRAWN] for name, rgb in kept(self.of).items()}}
        captions = self._encoded([speech(self.of).tell(seen) for seen in scenes['attributes']])
        answers = torch.tensor([self._answered(seen) for seen in scenes['attributes']])
        pools = []
        for name, rgb in pictures.items():
            figures = self._figures(network, name, rgb)
            pools.append({'figures': figures, 'captions': captions[: len(rgb)], 'answers': answers[: len(rgb)]})
        if run.steps == 0:
            for each in (network, run.average):
                each.scale_to(pools[0]['figures'])
        return pools

    def _answered(self, seen: dict) -> list[int]:
        """The index of each answer for a scene."""
        here = speech(self.of)
        return [options.index(given) for options, given in zip(here.ANSWERS.values(), here.answers(seen))]

    def _figures(self, network: CaptionNet, name: str, rgb: np.ndarray) -> Tensor:
        """Computed once for each state of DeepLab's weights, and stored."""
        looking = hashlib.sha256()
        for part in (network.encoder, network.context, network.decoder, network.classify):
            for values in part.state_dict().values():
                looking.update(values.float().contiguous().numpy().tobytes())
        path = folder(self) / f'figures-{name}-{len(rgb)}-{looking.hexdigest()[:12]}.pt'
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
        length = LENGTHS[self.of]
        captions = torch.zeros(len(texts), length, dtype=torch.long)
        for line, text in zip(captions, texts):
            ids = self.tokenizer.encode(text)
            if len(ids) >= length:
                raise SystemExit(f'"{text}" has {len(ids)} tokens, more than {length - 1}.')
            line[: len(ids)] = torch.tensor(ids)
        return captions

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        longest = int((batch['captions'] != END).sum(1).max()) + 1
        captions = batch['captions'][:, :longest]
        with torch.autocast('cpu', enabled=False):
            logits, said = network.teach(batch['figures'], captions)
            answers = zip(said.values(), batch['answers'].t())
            asked = torch.stack([F.cross_entropy(given, true) for given, true in answers]).mean()
        # The first 0 ends the caption and is learned; anything after it isn't.
        told = (F.pad(captions[:, :-1], (1, 0), value=1) != END).float()
        each = F.cross_entropy(logits.flatten(0, 1), captions.flatten(), reduction='none')
        words = (each * told.flatten()).sum() / told.sum()
        return words + 0.3 * asked, {'words': words.item(), 'answers': asked.item()}

    def describe(self, run: Runner, pictures: np.ndarray) -> list[str]:
        """The captions of pictures uint8 [n, 128, 128, 3], decoded with the tokenizer next to the exported file."""
        tokenizer, eyes, said = Tokenizer.load(self.file.with_name(tokenizer_of(self.of))), find('deeplab', self.of), []
        look = runner(eyes.file)
        for i in range(0, len(pictures), 128):
            image = as_image(pictures[i : i + 128]).numpy()
            said += decoded(tokenizer, run(image=image, logits=look(image=image)['logits'])['token_ids'])
        return said

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        parts = as_image(scenes['rgb'][:256]).split(32)
        with torch.autocast('cpu', enabled=False):
            captions = decoded(self.tokenizer, torch.cat([network(part) for part in parts]).numpy())
        seen = scenes['attributes'][:256]
        return {'named': named(captions, seen, self.of)['all'][0], 'true': judge(captions, seen, self.of)['all'][0]}

    def export(self, network: nn.Module, path: Path) -> None:
        seen = {'image': torch.rand(2, 3, 128, 128), 'logits': torch.rand(2, network.count, 128, 128)}
        to_onnx(Teller(network), seen, ['token_ids'], path)
        compact(path)
        self.tokenizer.save(path.with_name(tokenizer_of(self.of)))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        captions = self.describe(run, scenes['rgb'])
        judged, found = (how(captions, scenes['attributes'], self.of) for how in (judge, named))
        (true, said), (share, shown) = judged.pop('all'), found.pop('all')
        each = {
            f'named: {kind}': Figure(
                share, f'of {count} visible; of the {judged[kind][1]} named, a share of {judged[kind][0]:.3f} is correct'
            )
            for kind, (share, count) in found.items()
        }
        return {
            'named': Figure(
                share, f'share of the {shown} things, colours, sides, times to be seen that captions name', 0.9
            ),
            'invented': Figure(1 - true, f'share of the {said} named in captions that is wrong', 0.03, 'lower'),
            'claims': Figure(said / len(captions), 'named by a caption, on average'),
            'different captions': Figure(len(set(captions)) / len(captions), 'share of captions that differ'),
            **self._of_drawn(run, scenes),
            **each,
        }

    def _of_drawn(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        """The captions of other models' pictures of the scenes, compared with the scenes."""
        figures = {}
        for model in drawing(self.of):
            name = NAMES[model]
            captions = self.describe(run, draw_all(model, scenes, self.of))
            share, true = (how(captions, scenes['attributes'], self.of)['all'][0] for how in (named, judge))
            figures[f'named, {name}'] = Figure(share, f"the same share of {name}'s pictures of the scenes")
            figures[f'invented, {name}'] = Figure(1 - true, 'of the same', better='lower')
        return figures

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:12])
        captions = self.describe(run, rgb)
        page = Image.new('RGB', (1100, 12 * 130), 'white')
        for i, (picture, caption) in enumerate(zip(rgb, captions)):
            page.paste(Image.fromarray(picture), (0, i * 130))
            text = caption.encode('ascii', 'replace').decode()
            middle = text.rfind(' ', 0, 130) if len(text) > 130 else len(text)
            ImageDraw.Draw(page).text((140, i * 130 + 55), f'{text[:middle]}\n{text[middle:]}', fill='black')
        return page


RECIPE = Im2Txt()
