"""GPT-2 (mini) continues text. It has the architecture of GPT-2 (Radford et al. 2019) at a hundredth of its size.

Graph (mini.onnx):
  input  input_ids              int64   [n, t]            tokens of tokenizer.json (byte-level BPE, as GPT-2's)
  input  attention_mask         int64   [n, p + t]        1 for tokens, 0 for padding
  input  past_key_values.L.key, past_key_values.L.value   float32 [n, HEADS, p, WIDTH / HEADS] for each layer L:
                                the `present` outputs for the p tokens before, p = 0 at the beginning; p + t at most 256
  output logits                 float32 [n, t, TOKENS]    scores of the token after each one; token 0 is <|endoftext|>
  output present.L.key, present.L.value                   float32 [n, HEADS, p + t, WIDTH / HEADS]
Text begins with token 0. Sample with a temperature of about 0.8.
"""

import json
import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.gpt2 import meadow as meadow_stories
from models.gpt2 import stories
from models.im2txt import bedroom, meadow
from models.training.bpe import Tokenizer, learn
from models.training.compact import compact
from models.training.export import to_onnx
from models.training.recipe import MODELS, Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.worlds import FIRST, PACKAGES

CONTEXT = 256
WIDTH, LAYERS, HEADS = 128, 4, 4
FIRST_TOKENS, TOKENS = 800, 1000  # tokens of the first world, and of all worlds
PROMPTS = {
    'bedroom': ('Once upon a time', 'The orange cat', 'a cozy blue room at night with a red ball', 'Mia had a small room'),
    'meadow': ('Once upon a time', 'The white bear', 'a large brown bear in a green field', 'Mia had made a pizza'),
}
DOCUMENTS = {'bedroom': stories.document, 'meadow': meadow_stories.document}
TELLS = {'bedroom': bedroom.tell, 'meadow': meadow.tell}


#: Keys and values of the tokens before, each [n, HEADS, p, WIDTH / HEADS].
Past = tuple[Tensor, Tensor]


class Block(nn.Module):
    """A transformer block with pre-normalisation and causal self-attention."""

    def __init__(self) -> None:
        super().__init__()
        self.before_attention, self.before_mix = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.ask = nn.Linear(WIDTH, 3 * WIDTH)
        self.answer = nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor, mask: Tensor, past: Past | None = None) -> tuple[Tensor, Past]:
        n, t = x.shape[:2]
        parts = self.ask(self.before_attention(x)).view(n, t, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parts[0], parts[1], parts[2]
        if past:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        weights = torch.softmax((query @ key.transpose(-1, -2)).float() / math.sqrt(WIDTH // HEADS) + mask, -1)
        x = x + self.answer((weights.to(value.dtype) @ value).transpose(1, 2).reshape(n, t, WIDTH))
        return x + self.narrow(F.gelu(self.widen(self.before_mix(x)), approximate='tanh')), (key, value)


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
        later = (at[None, :] > at[:, None]).float() * -1e4  # no token attends to later ones
        for block in self.blocks:
            x, _ = block(x, later)
        return self.scores(x)

    def scores(self, x: Tensor) -> Tensor:
        # On two axes, so that the file stores the word vectors only once and not also transposed.
        logits = F.linear(self.last(x).flatten(0, 1), self.words.weight, self.bias)
        return logits.view(x.shape[0], x.shape[1], -1).float()


class Remembering(nn.Module):
    """The same network with a key-value cache, for the export."""

    def __init__(self, network: GPT) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        before, whole = past[0].shape[2], attention_mask.shape[1]
        own, all_places = torch.arange(before, whole), torch.arange(whole)
        x = self.network.words(input_ids) + self.network.places(own)
        later = (all_places[None, :] > own[:, None]).float()
        mask = torch.maximum(later[None, None], 1 - attention_mask.float()[:, None, None]) * -1e4
        present = []
        for block, each in zip(self.network.blocks, zip(past[::2], past[1::2])):
            x, both = block(x, mask, each)
            present += both
        return self.network.scores(x), *present


PAST = [f'past_key_values.{layer}.{part}' for layer in range(LAYERS) for part in ('key', 'value')]
PRESENT = [f'present.{layer}.{part}' for layer in range(LAYERS) for part in ('key', 'value')]


class GPT2(Recipe):
    name = 'gpt2'
    fields = ('captions', 'attributes')
    minutes = 45.0
    batch_size = 8
    learning_rate = 1.5e-3
    worlds = tuple(PACKAGES)
    together = True

    def __init__(self) -> None:
        self._tokenizer: Tokenizer | None = None

    @property
    def tokenizer(self) -> Tokenizer:
        """Learned once from stories about the first scenes of the training splits, because weights belong to their
        tokens.

        The tokens of the first world come first. The meadow's tokens make each of its names one token; otherwise a
        repeated name would count as a repeated token sequence.
        """
        kept = MODELS / self.name / 'tokenizer.json'
        if self._tokenizer is None and kept.exists():
            self._tokenizer = Tokenizer.load(kept)
        if self._tokenizer is None:
            few = self.load('train', 4096)
            first = learn(self.texts({FIRST: few[FIRST]}, 0), FIRST_TOKENS)
            self._tokenizer = learn(self.texts(few, 0), TOKENS, first)
        return self._tokenizer

    def texts(self, scenes: dict[str, Scenes], seed: int, whole: bool = False) -> list[str]:
        """One document for each scene of each world. The same seed gives the same documents. `whole`: half of the
        captions name everything.
        """
        texts = []
        for of, each in scenes.items():
            rng = np.random.default_rng([seed, 23])
            for seen, captions in zip(each['attributes'], each['captions']):
                choice = [*captions, *[TELLS[of](seen)] * len(captions)] if whole else captions
                texts.append(DOCUMENTS[of](seen, choice[rng.integers(len(choice))], rng))
        return texts

    def stream(self, scenes: dict[str, Scenes], seed: int, whole: bool = False) -> np.ndarray:
        """All documents as one row of tokens, each beginning with token 0. If there are several worlds, they are mixed.
        """
        texts = self.texts(scenes, seed, whole)
        if len(scenes) > 1:
            np.random.default_rng([seed, 24]).shuffle(texts)
        return np.array([index for text in texts for index in (0, *self.tokenizer.encode(text))])

    def build(self) -> dict[str, nn.Module]:
        return {'network': GPT(len(self.tokenizer.tokens))}

    def sample(self, scenes: dict[str, Scenes], run: Run) -> Batch:
        # Every five hundred steps, new stories of a few thousand scenes are used. Windows begin at the start of a
        # document.
        epoch = run.steps // 500
        if run.extra.get('epoch') != epoch:
            run.extra.update(epoch=epoch, stream=self.stream(self._few(scenes, epoch), epoch, whole=True))
        stream = run.extra['stream']
        begins = np.flatnonzero(stream == 0)
        begins = begins[begins + CONTEXT + 1 < len(stream)]
        starts = run.rng.choice(begins, self.batch_size)
        return {'tokens': torch.from_numpy(np.stack([stream[i : i + CONTEXT + 1] for i in starts]))}

    def _few(self, scenes: dict[str, Scenes], epoch: int) -> dict[str, Scenes]:
        """The next two thousand scenes of each world."""
        few = {}
        for of, each in scenes.items():
            first = (epoch * 2000) % max(1, len(each['captions']) - 2000)
            few[of] = {name: values[first : first + 2000] for name, values in each.items()}
        return few

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        tokens = batch['tokens']
        return F.cross_entropy(network(tokens[:, :-1]).flatten(0, 1), tokens[:, 1:].flatten()), {}

    def _windows(self, scenes: Scenes) -> np.ndarray:
        stream = self.stream({self.of: scenes}, seed=1_000_000)
        count = min(64, len(stream) // (CONTEXT + 1))
        return stream[: count * (CONTEXT + 1)].reshape(count, CONTEXT + 1)

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        windows = torch.from_numpy(self._windows(scenes))
        logits = torch.cat([network(part[:, :-1]) for part in windows.split(16)])
        return {'perplexity': math.exp(F.cross_entropy(logits.flatten(0, 1), windows[:, 1:].flatten()).item())}

    def export(self, network: nn.Module, path: Path) -> None:
        ids, mask = torch.zeros(2, 5, dtype=torch.long), torch.ones(2, 8, dtype=torch.long)
        examples = {'input_ids': ids, 'attention_mask': mask} | {name: torch.zeros(2, HEADS, 3, WIDTH // HEADS) for name in PAST}
        axes = {'input_ids': {0: 'n', 1: 't'}, 'attention_mask': {0: 'n', 1: 'whole'}, 'logits': {0: 'n', 1: 't'}}
        axes |= {name: {0: 'n', 2: 'past'} for name in PAST} | {name: {0: 'n', 2: 'whole'} for name in PRESENT}
        to_onnx(Remembering(network), examples, ['logits', *PRESENT], path, axes)
        compact(path)
        self.tokenizer.save(path.with_name('tokenizer.json'))

    def scores(self, run: Runner, ids: np.ndarray) -> np.ndarray:
        """Logits of whole sequences [n, t]."""
        nothing = np.zeros((len(ids), HEADS, 0, WIDTH // HEADS), np.float32)
        return run(input_ids=ids, attention_mask=np.ones_like(ids), **dict.fromkeys(PAST, nothing))['logits']

    def write(self, run: Runner, prompts: list[str], tokens: int = 128, seed: int = 0) -> list[list[int]]:
        """Continues each prompt by `tokens` tokens or up to token 0, sampling as the node does (see its manifest)."""
        rng = np.random.default_rng(seed)
        texts = [[0, *self.tokenizer.encode(prompt)] for prompt in prompts]
        begins = [len(text) for text in texts]
        for _ in range(tokens):
            going = [text for text, begin in zip(texts, begins) if len(text) == begin or text[-1]]
            if not going:
                break
            # No token attends to later ones, so the padding of shorter texts doesn't matter.
            ids = np.zeros((len(going), max(map(len, going))), np.int64)
            for row, text in zip(ids, going):
                row[: len(text)] = text
            for text, scores in zip(going, self.scores(run, ids)):
                text.append(choose(scores[len(text) - 1], rng))
        return [[token for token in text[begin:] if token] for text, begin in zip(texts, begins)]

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        windows = self._windows(scenes)
        logits = self.scores(run, windows[:, :-1]).astype(np.float64)
        logits -= logits.max(2, keepdims=True)
        surprise = np.log(np.exp(logits).sum(2)) - np.take_along_axis(logits, windows[:, 1:, None], 2)[:, :, 0]
        whole = [TELLS[self.of](seen) + '.' for seen in scenes['attributes'][:12]]
        prompts = [*PROMPTS[self.of], *whole, *(three[0] + '.' for three in scenes['captions'][12:32])]
        written = self.write(run, prompts)
        texts = [self.tokenizer.decode(tokens) for tokens in written]
        seen = set(' '.join(self.texts({self.of: scenes}, 1_000_000)).replace('.', ' .').split())
        words = ' '.join(texts).replace('.', ' .').split()
        return {
            'repetition': Figure(
                float(np.mean([repeated(tokens) for tokens in written])),
                f'share of four-token runs that the same story had before; mean of {len(written)} stories of up to '
                f'128 tokens',
                0.02,
                'lower',
            ),
            'length': Figure(float(np.mean([len(tokens) for tokens in written])), 'tokens in a story, on average'),
            'perplexity': Figure(float(np.exp(surprise.mean())), 'per token, unseen stories', better='lower'),
            'known words': Figure(sum(w in seen for w in words) / len(words), 'real words in its own stories'),
        }

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        prompts = [*PROMPTS[self.of], *(TELLS[self.of](seen) + '.' for seen in scenes['attributes'][:4])]
        page = Image.new('RGB', (1000, len(prompts) * 120), 'white')
        for i, (prompt, tokens) in enumerate(zip(prompts, self.write(run, prompts))):
            lines = ['']
            for word in (prompt + '|' + self.tokenizer.decode(tokens)).split():
                lines = [*lines, word] if len(lines[-1]) > 140 else [*lines[:-1], f'{lines[-1]} {word}']
            shown = '\n'.join(lines).encode('ascii', 'replace').decode()
            ImageDraw.Draw(page).text((10, i * 120), shown, fill='black')
        return page


def choose(scores: np.ndarray, rng: np.random.Generator) -> int:
    """Samples a token from the most likely ones."""
    settings = json.loads((MODELS / 'gpt2' / 'manifest.json').read_text())['variants'][0]['settings']
    best = np.argsort(-scores)[: settings['topK']]
    weights = np.exp((scores[best] - scores[best[0]]).astype(np.float64) / settings['temperature'])
    return int(rng.choice(best, p=weights / weights.sum()))


def repeated(tokens: list[int]) -> float:
    """The share of four-token sequences that occurred in the text before."""
    runs = list(zip(tokens, tokens[1:], tokens[2:], tokens[3:]))
    return 1 - len(set(runs)) / max(1, len(runs))


RECIPE = GPT2()
