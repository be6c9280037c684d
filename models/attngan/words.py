"""The words that AttnGAN understands, and its tokenizer: byte-level BPE like that of the other text models. Every known
word is one token, with or without a leading space or capital letter.

Unknown words are split into other tokens, which have no word number and are ignored.
"""

import re

import numpy as np

from models.training.bpe import Tokenizer, learn
from models.training.worlds import FIRST

LENGTH = 64  #: maximum number of tokens in a caption
WORDS = {
    'bedroom': (
        *('a', 'an', 'the', 'and', 'with', 'in', 'on', 'at', ','),
        *('room', 'bedroom', 'small', 'cozy', 'empty', 'wall', 'floor'),
        *('day', 'sunny', 'sunset', 'night', 'left', 'right'),
        *('bed', 'cat', 'ball', 'lamp', 'plant', 'rug', 'table', 'window', 'picture', 'glowing', 'round', 'square'),
        *('cream', 'pink', 'green', 'blue', 'purple', 'yellow', 'red', 'white', 'teal', 'orange', 'grey', 'black'),
    ),
    'meadow': (
        *('a', 'an', 'the', 'and', 'with', 'in', 'on', 'at', ','),
        *('across', 'under', 'near', 'next', 'over', 'through', 'top', 'topped', 'another', 'background'),
        *('large', 'small', 'standing', 'walking', 'sitting', 'flying', 'floating', 'left', 'right'),
        *('bear', 'horse', 'sheep', 'dog', 'man', 'shirt', 'bird', 'kite', 'boat'),
        *('field', 'grass', 'lush', 'dry', 'tree', 'mountain', 'snowy', 'water', 'road', 'dirt', 'sky', 'air'),
        *('day', 'sunny', 'cloudy', 'misty', 'sunset'),
        *('table', 'wooden', 'plate', 'pizza', 'cake', 'cherries', 'fruit', 'apple', 'orange', 'banana', 'cup', 'knife'),
        *('white', 'black', 'brown', 'grey', 'red', 'blue', 'yellow', 'green', 'purple', 'pink', 'chocolate'),
    ),
}
#: Synonyms, and the words that replace them.
SYNONYMS = {
    'bedroom': {
        **{'gray': 'grey', 'violet': 'purple', 'lilac': 'purple', 'turquoise': 'teal', 'ginger': 'orange'},
        **{'beige': 'cream'},
        **{'carpet': 'rug', 'kitten': 'cat', 'kitty': 'cat', 'painting': 'picture', 'poster': 'picture', 'light': 'lamp'},
        **{'dusk': 'sunset', 'evening': 'sunset', 'dawn': 'sunset', 'midnight': 'night', 'daytime': 'day', 'noon': 'day'},
        **{'desk': 'table', 'glow': 'glowing', 'lit': 'glowing', 'sun': 'sunny', 'cosy': 'cozy', 'dark': 'night'},
    },
    'meadow': {
        **{'gray': 'grey', 'violet': 'purple', 'big': 'large', 'huge': 'large', 'little': 'small'},
        **{'person': 'man', 'woman': 'man', 'girl': 'man', 'boy': 'man', 'lamb': 'sheep', 'pony': 'horse', 'puppy': 'dog'},
        **{'trees': 'tree', 'forest': 'tree', 'mountains': 'mountain', 'hills': 'mountain', 'sea': 'water', 'lake': 'water'},
        **{'ocean': 'water', 'path': 'road', 'meadow': 'field', 'grassy': 'grass', 'sailboat': 'boat', 'ship': 'boat'},
        **{'fog': 'misty', 'foggy': 'misty', 'mist': 'misty', 'evening': 'sunset', 'dusk': 'sunset', 'dawn': 'sunset'},
        **{'clouds': 'cloudy', 'sun': 'sunny', 'snow': 'snowy', 'mug': 'cup', 'dish': 'plate', 'walks': 'walking'},
        **{'stands': 'standing', 'flies': 'flying', 'bananas': 'banana', 'oranges': 'orange', 'apples': 'apple'},
    },
}
NUMBERS = {
    of: {
        **{word: number for number, word in enumerate(words, 1)},
        **{word: words.index(meant) + 1 for word, meant in SYNONYMS[of].items()},
    }
    for of, words in WORDS.items()
}
"""Of each world, the number of each word, from 1 on; 0 stands for no word."""


def forms(word: str) -> list[str]:
    return [space + spelled for spelled in {word, word.capitalize(), word.upper()} for space in (' ', '')]


def build_tokenizer(of: str = FIRST) -> Tokenizer:
    """Merges continue until each form of each word is one token."""
    return learn([form for word in sorted(NUMBERS[of]) for form in sorted(forms(word))], 100_000)


def word_of_token(tokenizer: Tokenizer, of: str = FIRST) -> np.ndarray:
    """int64 [tokens]: each token's word number, or 0."""
    numbers = np.zeros(len(tokenizer.tokens), np.int64)
    for word, number in NUMBERS[of].items():
        for form in forms(word):
            (token,) = tokenizer.encode(form)
            numbers[token] = number
    return numbers


def token_ids(tokenizer: Tokenizer, captions: list[str]) -> np.ndarray:
    """Captions as the network's input int64 [n, LENGTH], truncated or padded with 0."""
    ids = np.zeros((len(captions), LENGTH), np.int64)
    for row, caption in zip(ids, captions):
        tokens = tokenizer.encode(caption)[:LENGTH]
        row[: len(tokens)] = tokens
    return ids


def numbered(captions: list[str], of: str = FIRST) -> np.ndarray:
    """Captions as word numbers int64 [n, longest caption], padded with 0. Words like "of" are left out."""
    known = NUMBERS[of]
    rows = [[known[word] for word in re.findall(r'\w+|,', caption) if word in known] for caption in captions]
    numbers = np.zeros((len(rows), max(map(len, rows))), np.int64)
    for line, row in zip(numbers, rows):
        line[: len(row)] = row
    return numbers
