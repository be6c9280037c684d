"""im2txt: one English sentence about a picture.

It looks with DeepLab (mini)'s network, frozen: each label's region becomes one row of figures (how large, where, which
colours). A recurrent decoder attends to these regions, a word at a time (bottom-up attention, Anderson et al. 2018).

The decoder is unrolled inside the graph and always takes the most likely token, so one run gives the whole caption.

Graph (mini.onnx):
  input  image      float32 [n, 3, 128, 128]  RGB, 0..1
  output token_ids  int64   [n, 48]           tokens of tokenizer.json; the first 0 (<|endoftext|>) ends the caption
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.deeplab.recipe import SegmentationNet
from models.im2txt.claims import judge
from models.training.augment import as_image, degrade
from models.training.bpe import Tokenizer, learn
from models.training.compact import compact
from models.training.data import load
from models.training.export import to_onnx
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.world import LABELS

LENGTH = 48
END = 0
FIGURES = 13  # of each region, see `describe`
REGION, STATE, WORD = 48, 80, 32
NEW_SCENES = 8  # measured in each step


def describe(image: Tensor, labels: Tensor) -> Tensor:
    """What is measured of each label's region: [n, 12, FIGURES] from an image [n, 3, h, w] and label ids [n, h, w].

    Size; mean and spread of red, green and blue; middle and extent across and down; the moment that tells a table
    with legs at its sides from one with a leg in the middle; and whether there is anything at all.
    """
    n, _, h, w = image.shape
    members = (labels.flatten(1)[:, None] == torch.arange(len(LABELS))[None, :, None]).float()
    count = members.sum(2, keepdim=True)
    down, across = torch.meshgrid(torch.linspace(-1, 1, h), torch.linspace(-1, 1, w), indexing='ij')
    places = torch.stack([across.flatten(), down.flatten()])[None].expand(n, -1, -1)
    values = torch.cat([image.flatten(2), places], 1)
    mean, square = ((members @ v.transpose(1, 2)) / count.clamp(min=1) for v in (values, values**2))
    spread = (square - mean**2).clamp(min=1e-6).sqrt()
    there = (count > 0).float()
    aside = (places[:, :1] - mean[:, :, 3:4]).abs() * (places[:, 1:] - mean[:, :, 4:]) * members
    moment = aside.sum(2, keepdim=True) / count.clamp(min=1) / (spread[:, :, 3:4] * spread[:, :, 4:] + 1e-3)
    size = torch.log1p(count) / 5 - 1
    return torch.cat([size, mean * there, spread * 2 * there, moment * there, there], 2)


class CaptionNet(SegmentationNet):
    """[n, 3, 128, 128] in 0..1 to token ids [n, LENGTH]. What it inherits stays as DeepLab learned it."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.read = nn.Parameter(torch.randn(len(LABELS), FIGURES, REGION) * FIGURES**-0.5)
        self.name = nn.Parameter(torch.randn(len(LABELS), REGION) * 0.3)
        self.begin = nn.Sequential(nn.Linear(len(LABELS) * FIGURES, 128), nn.ReLU(), nn.Linear(128, STATE), nn.Tanh())
        self.query = nn.Linear(STATE, REGION)
        self.words = nn.Embedding(tokens, WORD)
        self.step = nn.GRUCell(WORD + REGION, STATE)
        self.say = nn.Sequential(nn.Linear(STATE + REGION, 64), nn.ReLU(), nn.Linear(64, tokens))

    def own(self) -> list[nn.Parameter]:
        """What is learned here."""
        parts = (self.begin, self.query, self.words, self.step, self.say)
        return [self.read, self.name, *(weight for part in parts for weight in part.parameters())]

    def look(self, figures: Tensor) -> tuple[Tensor, Tensor]:
        """The regions [n, 12, REGION] and the first state [n, STATE]."""
        regions = torch.einsum('nlf,lfr->nlr', figures, self.read) + self.name
        return F.leaky_relu(regions, 0.1), self.begin(figures.flatten(1))

    def attend(self, regions: Tensor, state: Tensor) -> Tensor:
        """The mixture of regions [n, REGION] that the state asks for."""
        match = (regions @ self.query(state)[:, :, None]) * REGION**-0.5
        return (torch.softmax(match, 1).transpose(1, 2) @ regions)[:, 0]

    def teach(self, figures: Tensor, captions: Tensor) -> Tensor:
        """Logits [n * m, t, tokens] of m captions [n, m, t] for each picture, token by token."""
        regions, state = (each.repeat_interleave(captions.shape[1], 0) for each in self.look(figures))
        given = F.pad(captions.flatten(0, 1)[:, :-1], (1, 0), value=END)
        words, said = self.words(given), []
        for position in range(given.shape[1]):
            context = self.attend(regions, state)
            state = self.step(torch.cat([words[:, position], context], 1), state)
            said.append(torch.cat([state, context], 1))
        return self.say(torch.stack(said, 1))

    def forward(self, image: Tensor) -> Tensor:
        labels = super().forward(image).argmax(1)
        regions, state = self.look(describe(image, labels))
        token = torch.full_like(image[:, 0, 0, 0], END, dtype=torch.long)
        said, going = [], torch.ones_like(token)
        for _ in range(LENGTH):
            context = self.attend(regions, state)
            state = self.step(torch.cat([self.words(token), context], 1), state)
            token = self.say(torch.cat([state, context], 1)).argmax(1) * going
            going = going * (token != END).long()
            said.append(token)
        return torch.stack(said, 1)


class Im2Txt(Recipe):
    name = 'im2txt'
    fields = ('rgb', 'labels', 'captions', 'attributes')
    minutes = 12.0
    batch_size = 48
    learning_rate = 3e-3
    start_from = 'deeplab'

    def __init__(self) -> None:
        self._tokenizer: Tokenizer | None = None

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
        return torch.optim.AdamW(module.own(), self.learning_rate, betas=(0.9, 0.99), weight_decay=1e-4)

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        # Measuring regions costs more than learning from them: each step measures a few more scenes and learns from
        # many of those measured before.
        pool = run.extra.setdefault('pool', {'figures': [], 'captions': []})
        count = NEW_SCENES if pool['figures'] else 40 * NEW_SCENES
        chosen = np.sort(run.rng.integers(0, len(scenes['rgb']), count))
        images = degrade(as_image(scenes['rgb'][chosen]))
        with torch.autocast('cpu', enabled=False):
            pool['figures'].extend(describe(images, torch.from_numpy(scenes['labels'][chosen])))
        pool['captions'].extend(self._encoded(scenes['captions'][index]) for index in chosen)
        drawn = run.rng.integers(0, len(pool['figures']), self.batch_size)
        batch = {name: torch.stack([values[i] for i in drawn]) for name, values in pool.items()}
        longest = int((batch['captions'] != END).sum(2).max()) + 1
        return {**batch, 'captions': batch['captions'][:, :, :longest]}

    def _encoded(self, texts: list[str]) -> Tensor:
        captions = torch.zeros(len(texts), LENGTH, dtype=torch.long)
        for line, text in zip(captions, texts):
            ids = self.tokenizer.encode(text)[: LENGTH - 1]
            line[: len(ids)] = torch.tensor(ids)
        return captions

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        captions = batch['captions'].flatten(0, 1)
        with torch.autocast('cpu', enabled=False):
            logits = network.teach(batch['figures'], batch['captions'])
        # The first 0 ends the caption and is learned, what follows it is not.
        told = (F.pad(captions[:, :-1], (1, 0), value=1) != END).float()
        each = F.cross_entropy(logits.flatten(0, 1), captions.flatten(), reduction='none')
        return (each * told.flatten()).sum() / told.sum(), {}

    def _captions(self, token_ids: np.ndarray) -> list[str]:
        return [self.tokenizer.decode(row[: np.argmax(np.append(row, END) == END)]) for row in token_ids]

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        parts = as_image(scenes['rgb'][:128]).split(32)
        with torch.autocast('cpu', enabled=False):
            captions = self._captions(torch.cat([network(part) for part in parts]).numpy())
        return {'true claims': judge(captions, scenes['attributes'])['all'][0]}

    def export(self, network: nn.Module, path: Path) -> None:
        to_onnx(network, {'image': torch.rand(2, 3, 128, 128)}, ['token_ids'], path)
        compact(path)
        self.tokenizer.save(path.with_name('tokenizer.json'))

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        captions = self._captions(run(image=as_image(scenes['rgb']).numpy())['token_ids'])
        judged = judge(captions, scenes['attributes'])
        true, claims = judged.pop('all')
        each = {f'true: {kind}': Figure(share, f'of {count} claims') for kind, (share, count) in judged.items()}
        return {
            'true claims': Figure(true, 'share of what the captions claim that is so in the scene', 0.9),
            'claims': Figure(claims / len(captions), 'claims in a caption, on average'),
            'different captions': Figure(len(set(captions)) / len(captions), 'share of captions that differ'),
            **each,
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        rgb = np.asarray(scenes['rgb'][:12])
        captions = self._captions(run(image=as_image(rgb).numpy())['token_ids'])
        page = Image.new('RGB', (1100, 12 * 130), 'white')
        for i, (picture, caption) in enumerate(zip(rgb, captions)):
            page.paste(Image.fromarray(picture), (0, i * 130))
            ImageDraw.Draw(page).text((140, i * 130 + 55), caption.encode('ascii', 'replace').decode(), fill='black')
        return page


RECIPE = Im2Txt()
