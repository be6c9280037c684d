"""Byte-level byte-pair encoding, the tokenizer of GPT-2, written as `tokenizer.json` in the format of Hugging Face.

Any text can be encoded: parts that no merge covers become bytes.
"""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Iterable

END = '<|endoftext|>'  #: token 0, which marks the beginning and the end of text
WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?[^\s\w]+|_+|\s+(?!\S)|\s+")


def byte_alphabet() -> dict[int, str]:
    """Maps each byte to GPT-2's printable character for it (a space becomes Ġ)."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    return {**{byte: chr(byte) for byte in shown}, **{byte: chr(256 + i) for i, byte in enumerate(hidden)}}


BYTES = byte_alphabet()
LETTERS = {letter: byte for byte, letter in BYTES.items()}


class Tokenizer:
    """Converts text to token ids and back."""

    def __init__(self, merges: list[tuple[str, str]]) -> None:
        self.merges = merges
        self.tokens = [END, *BYTES.values(), *(a + b for a, b in merges)]
        self.ids = {token: index for index, token in enumerate(self.tokens)}
        self._rank = {pair: rank for rank, pair in enumerate(merges)}
        self._word = lru_cache(maxsize=100_000)(self._encode_word)

    def encode(self, text: str) -> list[int]:
        return [index for word in WORDS.findall(text) for index in self._word(word)]

    def decode(self, ids: Iterable[int]) -> str:
        letters = ''.join(self.tokens[index] for index in ids if index)
        return bytes(LETTERS[letter] for letter in letters).decode('utf-8', 'replace')

    def _encode_word(self, word: str) -> list[int]:
        parts = [BYTES[byte] for byte in word.encode()]
        while len(parts) > 1:
            pair = min(zip(parts, parts[1:]), key=lambda pair: self._rank.get(pair, len(self.merges)))
            if pair not in self._rank:
                break
            parts = _merge(parts, pair)
        return [self.ids[part] for part in parts]

    @classmethod
    def load(cls, path: Path) -> 'Tokenizer':
        """Loads what `save` wrote."""
        merges = json.loads(path.read_text())['model']['merges']
        return cls([tuple(pair.split(' ')) for pair in merges])

    def save(self, path: Path) -> None:
        """Write tokenizer.json."""
        whole = {
            'version': '1.0',
            'added_tokens': [{'id': 0, 'content': END, 'special': True}],
            'pre_tokenizer': {'type': 'ByteLevel', 'add_prefix_space': False},
            'decoder': {'type': 'ByteLevel'},
            'model': {'type': 'BPE', 'vocab': self.ids, 'merges': [' '.join(pair) for pair in self.merges]},
        }
        path.write_text(json.dumps(whole, ensure_ascii=False, indent=0) + '\n')


def learn(texts: Iterable[str], size: int, known: Tokenizer | None = None) -> Tokenizer:
    """Learns a tokenizer with at most `size` tokens by merging the most frequent pair repeatedly.

    If a `known` tokenizer is given, its tokens keep their ids, and new ones follow.
    """
    counts = Counter(word for text in texts for word in WORDS.findall(text))
    begun = known or Tokenizer([])
    words = [([begun.tokens[index] for index in begun.encode(word)], count) for word, count in counts.items()]
    merges = list(begun.merges)
    while len(merges) < size - 257:
        pairs: Counter[tuple[str, str]] = Counter()
        for parts, count in words:
            for pair in zip(parts, parts[1:]):
                pairs[pair] += count
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = [(_merge(parts, best), count) for parts, count in words]
    return Tokenizer(merges)


def _merge(parts: list[str], pair: tuple[str, str]) -> list[str]:
    merged, i = [], 0
    while i < len(parts):
        if i + 1 < len(parts) and (parts[i], parts[i + 1]) == pair:
            merged.append(parts[i] + parts[i + 1])
            i += 2
        else:
            merged.append(parts[i])
            i += 1
    return merged
