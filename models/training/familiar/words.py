"""Collects the words that AttnGAN and GPT-2 know, so that their nodes can report unknown words in a prompt.

    python3 -m models.training.familiar.words      # writes words.json for both
"""

import json
import re

import numpy as np

from models.attngan.words import NUMBERS
from models.gpt2.recipe import DOCUMENTS
from models.training.data import load
from models.training.recipe import MODELS
from models.training.worlds import FIRST

STORIES = 6000
#: AttnGAN ignores these words of a caption, which loses no meaning.
EMPTY = ('of', 'is', 'are', 'it', 'its', 'there', 'that', 'this', 'has', 'have', 'some', 'one', 'to', 'by', 'from', 's')


def words_of(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", text.lower())}


def main() -> None:
    rng = np.random.default_rng(8)
    told: set[str] = set()
    for of, document in DOCUMENTS.items():
        scenes = load('train', ['attributes', 'captions'], wait=False, of=of)
        for i in range(STORIES):
            at = i % len(scenes['attributes'])
            told |= words_of(document(scenes['attributes'][at], scenes['captions'][at][i % 3], rng))
    known = {'gpt2/words.json': told}
    for of, numbers in NUMBERS.items():
        known[f'attngan/words{"" if of == FIRST else f"-{of}"}.json'] = {*numbers, *EMPTY}
    for file, words in known.items():
        (MODELS / file).write_text(json.dumps(sorted(words)) + '\n')


if __name__ == '__main__':
    main()
