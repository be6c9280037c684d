"""The words that AttnGAN understands, and its tokenizer: byte-level BPE like that of the other models of text, in which
every known word is one token, with and without a space or a capital letter.

Words that are not known fall apart into other tokens, which stand for no word and are left out.
"""

import re

import numpy as np

from models.training.bpe import Tokenizer, learn

LENGTH = 64  #: tokens of a caption
WORDS = (
    *('a', 'an', 'the', 'and', 'with', 'in', 'on', 'at', ','),
    *('room', 'bedroom', 'small', 'cozy', 'empty', 'wall', 'floor'),
    *('day', 'sunny', 'sunset', 'night', 'left', 'right'),
    *('bed', 'cat', 'ball', 'lamp', 'plant', 'rug', 'table', 'window', 'picture', 'glowing', 'round', 'square'),
    *('cream', 'pink', 'green', 'blue', 'purple', 'yellow', 'red', 'white', 'teal', 'orange', 'grey', 'black'),
)
#: Other words for the same.
SYNONYMS = {
    **{'gray': 'grey', 'violet': 'purple', 'lilac': 'purple', 'turquoise': 'teal', 'ginger': 'orange'},
    **{'beige': 'cream'},
    **{'carpet': 'rug', 'kitten': 'cat', 'kitty': 'cat', 'painting': 'picture', 'poster': 'picture', 'light': 'lamp'},
    **{'dusk': 'sunset', 'evening': 'sunset', 'dawn': 'sunset', 'midnight': 'night', 'daytime': 'day', 'noon': 'day'},
    **{'desk': 'table', 'glow': 'glowing', 'lit': 'glowing', 'sun': 'sunny', 'cosy': 'cozy', 'dark': 'night'},
}
NUMBERS = {
    **{word: number for number, word in enumerate(WORDS, 1)},
    **{word: WORDS.index(meant) + 1 for word, meant in SYNONYMS.items()},
}
"""The number of each word, from 1 on; 0 stands for no word."""


def forms(word: str) -> list[str]:
    return [space + spelled for spelled in {word, word.capitalize(), word.upper()} for space in (' ', '')]


def build_tokenizer() -> Tokenizer:
    """Merges go on until each form of each word is one token."""
    return learn([form for word in sorted(NUMBERS) for form in sorted(forms(word))], 100_000)


def word_of_token(tokenizer: Tokenizer) -> np.ndarray:
    """int64 [tokens]: the number of the word that each token stands for, or 0."""
    numbers = np.zeros(len(tokenizer.tokens), np.int64)
    for word, number in NUMBERS.items():
        for form in forms(word):
            (token,) = tokenizer.encode(form)
            numbers[token] = number
    return numbers


def token_ids(tokenizer: Tokenizer, captions: list[str]) -> np.ndarray:
    """Captions as the network's input int64 [n, LENGTH], cut off or filled up with 0."""
    ids = np.zeros((len(captions), LENGTH), np.int64)
    for row, caption in zip(ids, captions):
        tokens = tokenizer.encode(caption)[:LENGTH]
        row[: len(tokens)] = tokens
    return ids


def numbered(captions: list[str]) -> np.ndarray:
    """Captions of known words as numbers of words int64 [n, longest caption], filled up with 0."""
    rows = [[NUMBERS[word] for word in re.findall(r'\w+|,', caption)] for caption in captions]
    numbers = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for line, row in zip(numbers, rows):
        line[: len(row)] = row
    return numbers
