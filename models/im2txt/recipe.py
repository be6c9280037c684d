"""im2txt: one English sentence about a picture. An encoder, and a recurrent decoder that looks at the picture again for
each word (soft attention, after Show, Attend and Tell).

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

from models.im2txt.claims import judge
from models.training.augment import as_image, degrade
from models.training.bpe import Tokenizer, learn
from models.training.data import load
from models.training.export import to_onnx
from models.training.layers import Encoder
from models.training.recipe import MODELS, Batch, Figure, Recipe, Run, Runner, Scenes

CHANNELS = (16, 32, 64, 96, 128)
LENGTH = 48
END = 0
STATE, WORD = 160, 64


class CaptionNet(nn.Module):
    """[n, 3, 128, 128] in 0..1 to token ids [n, LENGTH]."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.encoder = Encoder(CHANNELS)
        places = CHANNELS[-1] + CHANNELS[-2]
        self.place = nn.Parameter(torch.randn(1, 64, 32) * 0.1)
        self.read = nn.Linear(places + 32, 160)
        self.key = nn.Linear(160, 96)
        self.query = nn.Linear(STATE, 96)
        self.begin = nn.Linear(160, STATE)
        self.words = nn.Embedding(tokens, WORD)
        self.step = nn.GRUCell(WORD + 160, STATE)
        self.say = nn.Sequential(nn.Linear(STATE + 160, 128), nn.ReLU(), nn.Linear(128, tokens))

    def look(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What is seen at 8 x 8 places [n, 64, 160], the keys to them [n, 64, 96] and the first state [n, STATE]."""
        features = self.encoder(image)
        seen = torch.cat([features[4], F.avg_pool2d(features[3], 2)], 1).flatten(2).transpose(1, 2)
        seen = F.relu(self.read(torch.cat([seen, self.place.expand(seen.shape[0], -1, -1).to(seen.dtype)], 2))).float()
        return seen, self.key(seen).float(), torch.tanh(self.begin(seen.mean(1)).float())

    def attend(self, seen: Tensor, keys: Tensor, state: Tensor) -> Tensor:
        """The mixture of places [n, 160] that the state asks for."""
        match = (keys @ self.query(state).float()[:, :, None]) * keys.shape[2] ** -0.5
        return (torch.softmax(match.float(), 1) * seen).sum(1)

    def teach(self, image: Tensor, captions: Tensor) -> Tensor:
        """Logits [n * m, LENGTH, tokens] of m captions [n, m, LENGTH] for each image, token by token."""
        seen, keys, state = (each.repeat_interleave(captions.shape[1], 0) for each in self.look(image))
        given = F.pad(captions.flatten(0, 1)[:, :-1], (1, 0), value=END)
        words, logits = self.words(given), []
        for position in range(LENGTH):
            context = self.attend(seen, keys, state)
            state = self.step(torch.cat([words[:, position], context], 1), state)
            logits.append(torch.cat([state, context], 1))
        return self.say(torch.stack(logits, 1)).float()

    def forward(self, image: Tensor) -> Tensor:
        seen, keys, state = self.look(image)
        token = torch.full_like(image[:, 0, 0, 0], END, dtype=torch.long)
        said, going = [], torch.ones_like(token)
        for _ in range(LENGTH):
            context = self.attend(seen, keys, state)
            state = self.step(torch.cat([self.words(token), context], 1), state)
            token = self.say(torch.cat([state, context], 1)).argmax(1) * going
            going = going * (token != END).long()
            said.append(token)
        return torch.stack(said, 1)


class Im2Txt(Recipe):
    name = 'im2txt'
    fields = ('rgb', 'captions', 'attributes')
    minutes = 12.0
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

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        chosen = np.sort(run.rng.integers(0, len(scenes['rgb']), self.batch_size))
        captions = np.zeros((self.batch_size, 3, LENGTH), np.int64)
        for row, index in zip(captions, chosen):
            for line, text in zip(row, scenes['captions'][index]):
                ids = self.tokenizer.encode(text)[: LENGTH - 1]
                line[: len(ids)] = ids
        return {'rgb': torch.from_numpy(scenes['rgb'][chosen]), 'captions': torch.from_numpy(captions)}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        captions = batch['captions'].flatten(0, 1)
        logits = network.teach(degrade(as_image(batch['rgb'])), batch['captions'])
        # The first 0 ends the caption and is learned, what follows it is not.
        told = (F.pad(captions[:, :-1], (1, 0), value=1) != END).float()
        each = F.cross_entropy(logits.flatten(0, 1), captions.flatten(), reduction='none')
        return (each * told.flatten()).sum() / told.sum(), {}

    def _captions(self, token_ids: np.ndarray) -> list[str]:
        return [self.tokenizer.decode(row[: np.argmax(np.append(row, END) == END)]) for row in token_ids]

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        parts = as_image(scenes['rgb'][:256]).split(32)
        captions = self._captions(torch.cat([network(part) for part in parts]).numpy())
        print(captions[0], flush=True)
        return {'true claims': judge(captions, scenes['attributes'])['all'][0]}

    def export(self, network: nn.Module, path: Path) -> None:
        to_onnx(network, {'image': torch.rand(2, 3, 128, 128)}, ['token_ids'], path)
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
