"""GPT-2 (mini): goes on writing a text. The architecture of GPT-2 (Radford et al. 2019) at a hundredth of its size.

Graph (mini.onnx):
  input  input_ids int64   [n, t]               tokens of tokenizer.json (byte-level BPE, as GPT-2's), t at most 256
  output logits    float32 [n, t, TOKENS]       scores of the token after each one; token 0 is <|endoftext|>
A text begins with token 0. Sample with a temperature of about 0.8.
"""

import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.gpt2.stories import document
from models.training.bpe import Tokenizer, learn
from models.training.data import load
from models.training.export import to_onnx
from models.training.recipe import Batch, Figure, Recipe, Run, Runner, Scenes

CONTEXT = 256
WIDTH, LAYERS, HEADS = 128, 4, 4
TOKENS = 800
PROMPTS = ('Once upon a time', 'The orange cat', 'a cozy blue room at night with a red ball', 'Mia had a small room')


class Block(nn.Module):
    """A transformer block, normalised first, with causal self-attention."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_mix = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.ask = nn.Linear(WIDTH, 3 * WIDTH)
        self.answer = nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        n, t = x.shape[:2]
        parts = self.ask(self.before_attention(x)).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        weights = torch.softmax((query @ key.transpose(-1, -2)).float() / math.sqrt(WIDTH // HEADS) + mask, -1)
        x = x + self.answer((weights.to(value.dtype) @ value).transpose(1, 2).reshape(n, t, WIDTH))
        return x + self.narrow(F.gelu(self.widen(self.before_mix(x)), approximate='tanh'))


class GPT(nn.Module):
    """Token ids [n, t] to logits [n, t, tokens]."""

    def __init__(self, tokens: int) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(tokens, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        nn.init.normal_(self.words.weight, std=0.05)
        nn.init.normal_(self.places.weight, std=0.02)
        self.blocks = nn.ModuleList(Block() for _ in range(LAYERS))
        self.last = nn.LayerNorm(WIDTH)
        self.bias = nn.Parameter(torch.zeros(tokens))

    def forward(self, input_ids: Tensor) -> Tensor:
        t = input_ids.shape[1]
        x = self.words(input_ids) + self.places.weight[:t]
        at = torch.arange(t)
        later = (at[None, :] > at[:, None]).float() * -1e4  # no token sees the ones after it
        for block in self.blocks:
            x = block(x, later)
        # On two axes, so that the file holds the word vectors once and not transposed a second time.
        logits = F.linear(self.last(x).flatten(0, 1), self.words.weight, self.bias)
        return logits.view(input_ids.shape[0], t, -1).float()


class GPT2(Recipe):
    name = 'gpt2'
    fields = ('captions', 'attributes')
    minutes = 10.0
    batch_size = 8
    learning_rate = 1.5e-3

    def __init__(self) -> None:
        self._tokenizer: Tokenizer | None = None

    @property
    def tokenizer(self) -> Tokenizer:
        """Learned from stories about the first scenes of the training split: always the same."""
        if self._tokenizer is None:
            scenes = load('train', self.fields, wait=False)
            self._tokenizer = learn(self.texts({name: values[:4096] for name, values in scenes.items()}, 0), TOKENS)
        return self._tokenizer

    def texts(self, scenes: Scenes, seed: int) -> list[str]:
        """One document for each scene, the same for the same seed."""
        rng = np.random.default_rng([seed, 23])
        rooms = zip(scenes['attributes'], scenes['captions'])
        return [document(seen, three[rng.integers(len(three))], rng) for seen, three in rooms]

    def stream(self, scenes: Scenes, seed: int) -> np.ndarray:
        """All documents as one row of tokens, each begun by token 0."""
        return np.array([index for text in self.texts(scenes, seed) for index in (0, *self.tokenizer.encode(text))])

    def build(self) -> dict[str, nn.Module]:
        return {'network': GPT(len(self.tokenizer.tokens))}

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        # New stories of a few thousand rooms every five hundred steps; windows begin at the start of a document.
        epoch = run.steps // 500
        if run.extra.get('epoch') != epoch:
            first = (epoch * 4000) % max(1, len(scenes['captions']) - 4000)
            few = {name: values[first : first + 4000] for name, values in scenes.items()}
            run.extra.update(epoch=epoch, stream=self.stream(few, epoch))
        stream = run.extra['stream']
        begins = np.flatnonzero(stream == 0)
        begins = begins[begins + CONTEXT + 1 < len(stream)]
        starts = run.rng.choice(begins, self.batch_size)
        return {'tokens': torch.from_numpy(np.stack([stream[i : i + CONTEXT + 1] for i in starts]))}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        tokens = batch['tokens']
        return F.cross_entropy(network(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten()), {}

    def _windows(self, scenes: Scenes) -> np.ndarray:
        stream = self.stream(scenes, seed=1_000_000)
        count = min(64, len(stream) // (CONTEXT + 1))
        return stream[: count * (CONTEXT + 1)].reshape(count, CONTEXT + 1)

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        windows = torch.from_numpy(self._windows(scenes))
        logits = torch.cat([network(part[:, :-1]) for part in windows.split(16)])
        return {'perplexity': math.exp(F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten()).item())}

    def export(self, network: nn.Module, path: Path) -> None:
        axes = {0: 'n', 1: 't'}
        dynamic = {'input_ids': axes, 'logits': axes}
        to_onnx(network, {'input_ids': torch.zeros(2, 17, dtype=torch.long)}, ['logits'], path, dynamic)
        self.tokenizer.save(path.with_name('tokenizer.json'))

    def write(self, run: Runner, prompt: str, count: int, tokens: int = 100, seed: int = 0) -> list[str]:
        """`count` continuations of a prompt, sampled with temperature 0.8."""
        rng = np.random.default_rng(seed)
        ids = np.array([[0, *self.tokenizer.encode(prompt)]] * count, np.int64)
        for _ in range(tokens):
            logits = run(input_ids=ids)['logits'][:, -1] / 0.8
            weights = np.exp(logits - logits.max(1, keepdims=True))
            following = [rng.choice(len(row), p=row / row.sum()) for row in weights.astype(np.float64)]
            ids = np.concatenate([ids, np.array(following)[:, None]], 1)
        return [self.tokenizer.decode(row[1:][: np.argmax(np.append(row[1:], 0) == 0)]) for row in ids]

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        windows = self._windows(scenes)
        logits = run(input_ids=windows[:, :-1])['logits'].astype(np.float64)
        logits -= logits.max(2, keepdims=True)
        surprise = np.log(np.exp(logits).sum(2)) - np.take_along_axis(logits, windows[:, 1:, None], 2)[:, :, 0]
        words = self.write(run, 'Once upon a time', count=16, tokens=100)
        seen = set(' '.join(self.texts(scenes, 1_000_000)).replace('.', ' .').split())
        written = ' '.join(words).replace('.', ' .').split()
        fours = list(zip(written, written[1:], written[2:], written[3:]))
        return {
            'perplexity': Figure(float(np.exp(surprise.mean())), 'per token, unseen stories', better='lower'),
            'known words': Figure(sum(w in seen for w in written) / len(written), 'real words in its own stories'),
            'repetition': Figure(1 - len(set(fours)) / len(fours), 'repeated runs of four words', better='lower'),
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        page = Image.new('RGB', (1000, len(PROMPTS) * 120), 'white')
        for i, prompt in enumerate(PROMPTS):
            words, lines = self.write(run, prompt, 1)[0].split(), ['']
            for word in words:
                lines = [*lines, word] if len(lines[-1]) > 140 else [*lines[:-1], f'{lines[-1]} {word}']
            shown = '\n'.join(lines).encode('ascii', 'replace').decode()
            ImageDraw.Draw(page).text((10, i * 120), shown, fill='black')
        return page


RECIPE = GPT2()
