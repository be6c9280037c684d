"""Writes CLIP's tokenizer in Hugging Face's format, except for the vocabulary: python models/attngan/clip.py
bpe_simple_vocab_16e6.txt.gz

The file is OpenAI's (github.com/openai/CLIP, `clip/`, MIT). Stable Diffusion and its descendants use this tokenizer.
"""

import gzip
import hashlib
import json
import sys
from pathlib import Path

SHA256 = '924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a'
START, END = '<|startoftext|>', '<|endoftext|>'
PATTERN = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


def letters() -> list[str]:
    """A printable letter for each byte, as in GPT-2."""
    plain = [*range(ord('!'), ord('~') + 1), *range(ord('¡'), ord('¬') + 1), *range(ord('®'), ord('ÿ') + 1)]
    return [*map(chr, plain), *(chr(256 + i) for i in range(256 - len(plain)))]


def tokenizer(merges: list[str]) -> dict:
    """The tokenizer with these merges, each given as a line of two parts."""
    words = [*letters(), *(f'{letter}</w>' for letter in letters()), *(merge.replace(' ', '') for merge in merges), START, END]
    ids = {word: i for i, word in enumerate(words)}
    flags = {'single_word': False, 'lstrip': False, 'rstrip': False, 'special': True}
    return {
        'version': '1.0',
        'added_tokens': [
            {'id': ids[START], 'content': START, 'normalized': True, **flags},
            {'id': ids[END], 'content': END, 'normalized': False, **flags},
        ],
        'normalizer': {
            'type': 'Sequence',
            'normalizers': [
                {'type': 'NFC'},
                {'type': 'Replace', 'pattern': {'Regex': r'\s+'}, 'content': ' '},
                {'type': 'Lowercase'},
            ],
        },
        'pre_tokenizer': {
            'type': 'Sequence',
            'pretokenizers': [
                {'type': 'Split', 'pattern': {'Regex': PATTERN}, 'behavior': 'Removed', 'invert': True},
                {'type': 'ByteLevel', 'add_prefix_space': False, 'trim_offsets': True},
            ],
        },
        'post_processor': {
            'type': 'RobertaProcessing',
            'sep': [END, ids[END]],
            'cls': [START, ids[START]],
            'trim_offsets': False,
            'add_prefix_space': False,
        },
        'decoder': {'type': 'ByteLevel', 'add_prefix_space': True, 'trim_offsets': True},
        'model': {
            'type': 'BPE',
            'unk_token': END,
            'continuing_subword_prefix': '',
            'end_of_word_suffix': '</w>',
            'fuse_unk': False,
            # Replaces the vocabulary, which can be derived from these letters, the merges and the added tokens.
            'letters': [*letters(), *(f'{letter}</w>' for letter in letters())],
            'merges': merges,
        },
    }


def main() -> None:
    packed = Path(sys.argv[1]).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == SHA256
    lines = gzip.decompress(packed).decode('utf-8').split('\n')
    made = tokenizer(lines[1 : 49152 - 256 - 2 + 1])
    out = Path(__file__).parent / 'clip.json'
    out.write_text(json.dumps(made, ensure_ascii=False, separators=(',', ':')) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
