"""AttnGAN: a picture from a caption. A text encoder and word attention turn the caption and noise into the scene, and
the generator of the bundled StyleGAN draws it (network.py).

Trained on scenes and captions of the miniature world, without pictures: the likelihood of the scene under its caption.
The export needs the checkpoint of StyleGAN, so train that first.

Graph (mini.onnx):
  input  tokens  int64   [n, 64]            token ids of tokenizer.json, filled up with 0
  input  noise   float32 [n, 50]            N(0, 1); another noise gives another picture of the same caption
  output image   float32 [n, 3, 128, 128]   RGB, -1..1
"""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor, nn
from torch.nn import functional as F

from models.attngan.network import SLOTS, AttnGAN, TextToScene, cell_of
from models.attngan.reader import read, retold
from models.attngan.words import build_tokenizer, numbered, token_ids, word_of_token
from models.im2txt.claims import judge, retained
from models.stylegan.network import Generator
from models.training import sheets
from models.training.compact import compact
from models.training.export import to_onnx
from models.training.miniature.colours import choose
from models.training.miniature.english import article, listing
from models.training.recipe import WORK, Batch, Figure, Recipe, Run, Runner, Scenes
from models.training.sines import spell_out_sines
from models.training.world.caption import caption, phrases
from models.training.world.palettes import PALETTES
from models.training.world.vector import UNIFORMS

#: Uniform numbers that change no outline. Drawn anew for each sample, so that scenes never run out.
LOOKS = (
    *('time', 'wall', 'stripes', 'floor', 'checks', 'hills', 'sun', 'picture_colour', 'bed_colour', 'bed_wood'),
    *('table_wood', 'rug_colour', 'lamp_on', 'plant_angle', 'cat_coat', 'ball_colour', 'ball_spin', 'key'),
)
COLOURED = {'wall': 'wall', 'bed': 'bed_colour', 'rug': 'rug_colour', 'cat': 'cat_coat', 'ball': 'ball_colour'}
SEEDS = 4
SHOWN = (
    'a small pink bedroom on a sunny day with a red bed on the left, an orange cat on the rug and a blue ball',
    'a small pink bedroom at night with a red bed on the left, an orange cat on the rug and a blue ball',
    'a purple room at sunset with a white bed on the right, a black cat on the bed and a glowing lamp',
    'a blue room in the day with a white cat on the floor, a red ball on the left and a green plant',
    'at night, a yellow room with a green bed on the right, a glowing lamp and a teal rug',
    'a cozy green bedroom at sunset with a grey cat on the table, a yellow ball on the right and a window',
    'a cat',
    'My grandmother dreams of a purple bed, an orange carpet and a Red ball at night!',
)


def new_looks(u: np.ndarray, scenes: list[dict], rng: np.random.Generator) -> tuple[np.ndarray, list[dict]]:
    """The same scenes with other colours, times and lights: their uniform numbers [n, SLOTS] and attributes."""
    u = u.copy()
    at = {name: UNIFORMS.index(name) for name in UNIFORMS}
    for name in LOOKS:
        u[:, at[name]] = rng.random(len(u))
    colours = {
        thing: np.array(list(PALETTES[name]))[choose(u[:, at[name]], len(PALETTES[name])).argmax(1)]
        for thing, name in COLOURED.items()
    }
    changed = []
    for i, seen in enumerate(scenes):
        time = u[i, at['time']]
        new = {**seen, 'time': 'day' if time < 0.45 else 'sunset' if time < 0.72 else 'night'}
        new.update({thing: str(column[i]) for thing, column in colours.items() if seen[thing]})
        if seen['lamp']:
            new['lamp'] = 'on' if u[i, at['lamp_on']] > 0.36 else 'off'
        changed.append(new)
    return u, changed


def fragment(seen: dict, rng: np.random.Generator) -> str:
    """A caption as people type it: a few things, perhaps the room, perhaps the time."""
    pick = lambda *options: options[rng.integers(len(options))]  # noqa: E731
    things = phrases(seen, pick)
    things = [things[i] for i in rng.permutation(len(things))[: rng.integers(1, 5)]]
    room = pick('', f'{article(seen["wall"])} {pick("room", "bedroom")}')
    parts = [part for part in (room, 'at ' + seen['time'] if rng.random() < 0.5 else '') if part]
    text = ' '.join([listing(things), *(['in', *parts] if room and things else parts)] if things else parts)
    return text if text else article(seen['wall']) + ' room'


class AttnGANRecipe(Recipe):
    name = 'attngan'
    fields = ('u', 'rgb', 'captions', 'attributes')  # pictures only to know how well the reader reads
    minutes = 9.0
    batch_size = 128

    def __init__(self) -> None:
        self._tokenizer = None

    @property
    def tokenizer(self):
        if self._tokenizer is None:
            self._tokenizer = build_tokenizer()
        return self._tokenizer

    def build(self) -> dict[str, nn.Module]:
        return {'network': TextToScene()}

    def sample(self, scenes: Scenes, run: Run) -> Batch:
        index = run.rng.integers(0, len(scenes['u']), self.batch_size)
        u, seen = new_looks(scenes['u'][index], [scenes['attributes'][i] for i in index], run.rng)
        # A caption of the grammar says something by its silence too; a fragment does not.
        texts = [fragment(each, run.rng) if run.rng.random() < 0.3 else caption(each, run.rng) for each in seen]
        texts = [text.replace('at day', 'in the day') for text in texts]
        return {'cells': torch.from_numpy(cell_of(u)), 'words': torch.from_numpy(numbered(texts))}

    def loss(self, network: nn.Module, batch: Batch, progress: float) -> tuple[Tensor, dict[str, float]]:
        with torch.autocast('cpu', enabled=False):
            said = network.log_likelihood(batch['words'])
            return F.nll_loss(said.flatten(0, 1), batch['cells'].flatten()) * SLOTS, {}

    def validate(self, network: nn.Module, scenes: Scenes) -> dict[str, float]:
        words = torch.from_numpy(numbered([three[0] for three in scenes['captions']]))
        with torch.autocast('cpu', enabled=False):
            said = network.log_likelihood(words)
        likelihood = said.gather(2, torch.from_numpy(cell_of(scenes['u']))[:, :, None])
        return {'surprise': -likelihood.sum(1).mean().item()}

    def export(self, network: nn.Module, path: Path) -> None:
        whole = AttnGAN(network, word_of_token(self.tokenizer), generator())
        examples = {'tokens': torch.from_numpy(token_ids(self.tokenizer, list(SHOWN))), 'noise': torch.randn(8, SLOTS)}
        to_onnx(
            whole,
            examples,
            ['image'],
            path,
            keep=('generator.mapping.thresholds.',),
            half=('generator.project.', 'generator.mapping.'),
        )
        spell_out_sines(path)
        compact(path)
        self.tokenizer.save(path.with_name('tokenizer.json'))

    def draw(self, run: Runner, captions: list[str], seed: int) -> np.ndarray:
        """Pictures uint8 [n, 128, 128, 3]."""
        noise = np.random.default_rng(seed).standard_normal((len(captions), SLOTS)).astype(np.float32)
        image = run(tokens=token_ids(self.tokenizer, captions), noise=noise)['image']
        return sheets.from_planes(image, -1, 1)

    def evaluate(self, run: Runner, scenes: Scenes) -> dict[str, Figure]:
        captions = [three[0] for three in scenes['captions']]
        pictures = self.draw(run, captions, 1)
        judged = judge(captions, read(pictures))
        share, claims = judged.pop('all')
        others = self.draw(run, captions[:256], 2)
        figures = {
            'attributes found': Figure(
                share, 'share of what captions say that DeepLab and a classifier find in their pictures', 0.85
            ),
            'claims': Figure(claims / len(captions), 'said by a caption, on average'),
        }
        again, count = retained(captions, retold(pictures))
        figures['attributes found by im2txt'] = Figure(
            again, f'share of the {count} things they say that im2txt says of their pictures too', 0.85
        )
        ceiling, _ = retained(captions, retold(scenes['rgb']))
        figures['im2txt on true pictures'] = Figure(ceiling, 'the same share of the true pictures of those captions')
        difference = float(np.abs(others.astype(float) - pictures[:256]).mean())
        figures['seeds differ'] = Figure(difference, 'of 255: mean difference of two pictures of one caption', 12.0)
        true = judge(captions, read(scenes['rgb']))['all'][0]
        meaning = 'the same share of the true pictures of those captions: what the measuring itself allows'
        figures['found in true pictures'] = Figure(true, meaning)
        return figures | {f'found: {kind}': Figure(s, f'of {n} claims') for kind, (s, n) in judged.items()}

    def sheet(self, run: Runner, scenes: Scenes) -> Image.Image:
        texts = [*SHOWN, *(three[0] for three in scenes['captions'][:8])]
        page = Image.new('RGB', (2 * (SEEDS * 128 + 12), (len(texts) + 1) // 2 * 160), 'white')
        pictures = [self.draw(run, texts, seed) for seed in range(SEEDS)]
        for i, text in enumerate(texts):
            left, top = i % 2 * (SEEDS * 128 + 12), i // 2 * 160
            for seed in range(SEEDS):
                page.paste(Image.fromarray(pictures[seed][i]), (left + seed * 128, top))
            ImageDraw.Draw(page).text((left, top + 130), text[:86] + '\n' + text[86:], fill='black')
        return page


def generator() -> Generator:
    """The generator of StyleGAN, from its training."""
    network, path = Generator(), WORK / 'stylegan' / 'checkpoint.pt'
    if path.exists():
        network.load_state_dict(torch.load(path)['average'])
    else:
        print(f'StyleGAN has not been trained here ({path} is missing): AttnGAN gets an untrained one and draws noise.')
    return network.eval()


RECIPE = AttnGANRecipe()
