"""AttnGAN: maps words and noise to the uniform numbers of a scene, and those to a latent vector of its world's
StyleGAN.

A text encoder computes features of the words and of the sentence. Each uniform number of the scene is a slot that
attends to the words and predicts how likely each cell of its range is, given the caption. Noise picks the number, but
rarely one for half-grown things. What the caption leaves open stays evenly distributed, so only the noise decides it.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.attngan.cells import cells, halfway
from models.attngan.words import WORDS
from models.stylegan.latents import LATENT, directions

#: How much the learned logits are sharpened. At 1 the network would also draw a caption's borderline cases.
SHARPNESS = 4.0


def to_normal(u: Tensor) -> Tensor:
    """Inverse of the normal distribution's cumulative function, with operators that ONNX has (Giles 2010)."""
    x = 2 * u.clamp(1e-4, 1 - 1e-4) - 1
    w = -torch.log(1 - x * x)
    near, far = w - 2.5, w.clamp(min=1e-6).sqrt() - 3
    p, q = torch.full_like(x, 2.81022636e-08), torch.full_like(x, -0.000200214257)
    for c in (3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087):
        p = c + p * near
    for c in (-0.00125372503, -0.00417768164, 0.246640727, 1.50140941):
        p = c + p * near
    for c in (0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773):
        q = c + q * far
    for c in (-0.0076224613, 0.00943887047, 1.00167406, 2.83297682):
        q = c + q * far
    return 2**0.5 * torch.where(w < 5, p, q) * x


class TextEncoder(nn.Module):
    """Word numbers [n, length], 0 = none -> word features [n, length, size] and a sentence feature [n, size]."""

    def __init__(self, of: str, size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(len(WORDS[of]) + 1, size)
        self.convs = nn.ModuleList(nn.Conv1d(size, size, 5, padding=2) for _ in range(2))
        self.norm = nn.LayerNorm(size)
        self.sentence = nn.Linear(2 * size, size)

    def forward(self, numbers: Tensor) -> tuple[Tensor, Tensor]:
        there = (numbers > 0).float()[:, :, None]
        x = self.embedding(numbers) * there
        for conv in self.convs:
            x = (x + F.relu(conv(x.transpose(1, 2)).transpose(1, 2))) * there
        x = self.norm(x)
        mean = (x * there).sum(1) / there.sum(1).clamp(min=1)
        highest = (x * there).max(1)[0]
        return x, F.relu(self.sentence(torch.cat([mean, highest], 1)))


class WordAttention(nn.Module):
    """Word numbers [n, length] -> logits [n, slots, cells]: how much more likely than usual each cell is."""

    def __init__(self, of: str, size: int = 64, heads: int = 4, hidden: int = 96) -> None:
        super().__init__()
        self.heads = heads
        self.encoder = TextEncoder(of, size)
        count, most = cells(of).shape
        self.slots = nn.Parameter(torch.randn(count, size) * 0.5)
        self.nothing = nn.Parameter(torch.randn(1, 1, size) * 0.5)  # for slots that the caption says nothing about
        self.query, self.asked = nn.Linear(size, size), nn.Linear(size, size)
        self.key, self.value = nn.Linear(size, size), nn.Linear(size, size)
        self.mix, self.whole = nn.Linear(size, hidden), nn.Linear(size, hidden)
        self.own = nn.Parameter(torch.randn(count, hidden) * 0.3)
        self.dropout = nn.Dropout(0.1)
        self.out = nn.Parameter(torch.zeros(count, hidden, most))

    def forward(self, numbers: Tensor) -> Tensor:
        words, sentence = self.encoder(numbers)
        n, size = sentence.shape
        words = torch.cat([self.nothing.expand(n, -1, -1), words], 1)
        there = torch.cat([torch.ones_like(numbers[:, :1]), numbers], 1) > 0
        query = self.query(self.slots)[None] + self.asked(sentence)[:, None]
        q, k, v = (x.reshape(n, -1, self.heads, size // self.heads).transpose(1, 2)
                   for x in (query, self.key(words), self.value(words)))  # fmt: skip
        match = q @ k.transpose(2, 3) * (size // self.heads) ** -0.5
        match = match + (1 - there.float())[:, None, None] * -1e4
        context = (torch.softmax(match, 3) @ v).transpose(1, 2).reshape(n, -1, size)
        x = self.dropout(F.leaky_relu(self.mix(context) + self.whole(sentence)[:, None] + self.own, 0.1))
        return (x.transpose(0, 1) @ self.out).transpose(0, 1)


class TextToScene(nn.Module):
    """Word numbers [n, length] and noise [n, slots] -> the uniform numbers of a scene [n, slots]."""

    def __init__(self, of: str) -> None:
        super().__init__()
        ends = torch.from_numpy(cells(of))
        self.attention = WordAttention(of)
        self.register_buffer('width', ends - F.pad(ends[:, :-1], (1, 0)))
        self.register_buffer('usual', (self.width + 1e-9).log())
        self.register_buffer('shunned', torch.from_numpy(halfway(of)).float() * -3, persistent=False)

    def log_likelihood(self, numbers: Tensor) -> Tensor:
        """Logarithms of the likelihoods of all cells, [n, slots, cells]."""
        return torch.log_softmax(self.attention(numbers) + self.usual, 2)

    def forward(self, numbers: Tensor, noise: Tensor) -> Tensor:
        share = torch.softmax(self.attention(numbers) * SHARPNESS + self.usual + self.shunned, 2)
        chance = 0.5 * (1 + torch.erf(noise * 0.5**0.5))[:, :, None]
        below = torch.cumsum(share, 2) - share
        filled = ((chance - below) / share.clamp(min=1e-7)).clamp(0, 1)
        return (filled * self.width).sum(2)


class AttnGAN(nn.Module):
    """tokens [n, length] and noise [n, slots] -> latent vectors [n, 512] of the world's StyleGAN."""

    def __init__(self, scene: TextToScene, word_of_token: np.ndarray, of: str) -> None:
        super().__init__()
        self.scene = scene
        self.register_buffer('word_of_token', torch.from_numpy(word_of_token))
        axes = directions(of)
        rest = torch.randn(LATENT, generator=torch.Generator().manual_seed(8))
        rest = rest - axes.t() @ (axes @ rest)
        self.register_buffer('axes', axes)
        self.register_buffer('rest', rest / rest.norm())

    def words(self, tokens: Tensor) -> Tensor:
        """The word numbers of tokens. Tokens without a word number are moved to the end, with the number 0."""
        numbers = self.word_of_token[tokens]
        length = tokens.shape[1]
        order = torch.arange(length) + length * (numbers == 0).long()
        return numbers.gather(1, order.sort(1)[1])

    def forward(self, tokens: Tensor, noise: Tensor) -> Tensor:
        n = to_normal(self.scene(self.words(tokens), noise))
        # The other directions of z have no effect. They only give it the length that StyleGAN expects.
        return n @ self.axes + self.rest * (LATENT - n.pow(2).sum(1, keepdim=True)).clamp(min=0).sqrt()
