"""Short stories about the meadow and its table, made by a grammar: the second world that GPT-2 (mini) writes about.

A story is consistent with its scene's attributes: who is there, the kite, the boat, the weather and what is on the
table. More than half of the stories begin with the scene's caption.
"""

import numpy as np

from models.gpt2.stories import CHILDREN, FEELINGS, GIRLS
from models.training.miniature.english import article, listing

ANIMALS = ('Bruno', 'Willow', 'Hazel', 'Barley', 'Clover', 'Maple', 'Juniper', 'Oscar')
AIRS = {
    'sunny': ('The sun was shining.', 'The sky was bright and blue.', 'It was a warm and quiet day.'),
    'sunset': ('The sky was turning orange.', 'The sun was going down slowly.', 'The last light lay on the grass.'),
    'grey': ('The sky was grey.', 'It was a cool and quiet day.', 'It smelled of rain.'),
    'cloudy': ('White clouds were drifting by.', 'The clouds looked like sheep.'),
    'misty': ('Mist lay over the grass.', 'Far things were only shadows in the mist.'),
}
OPENINGS = (
    'Once upon a time there was a {adj} {field} field.',
    'There once was a {field} field at the end of a long road.',
    'Far away, in a {field} field, lived {hero} called {name}.',
    '{name} had a {adj} field.',
)
LESSONS = (
    'From that day on they were the best of friends.',
    'And {name} never forgot that {time}.',
    'That is how {name} learned to be patient.',
    'Sometimes the best adventures happen in a small field.',
    'And they all slept very well.',
    'After that, the field never felt lonely again.',
)

#: What happens outdoors, by kind of story: four steps, each in several wordings.
EVENTS = {
    'bird': (
        ('The {bird} bird began to sing.', 'The {bird} bird looked down at {name}.'),
        ('"Can you teach me to fly?" asked {name}.', '{name} listened to every note.'),
        ('The bird laughed and flew in a circle.', '"You need feathers for that," said the bird.'),
        ('Then it left a {bird} feather in the grass.', 'So they sang together instead.'),
    ),
    'kite': (
        ('The {kite} kite danced in the wind.', 'A gust of wind pulled at the {kite} kite.'),
        ('It went higher and higher.', 'Its string came loose.'),
        ('{name} ran after it.', '"Wait!" cried {name}.'),
        ('At last the {kite} kite came down in the grass.', 'In the end the wind brought the {kite} kite back.'),
    ),
    'boat': (
        ('A {boat} boat was far out on the water.', 'The {boat} boat came nearer and nearer.'),
        ('{name} waved at it.', '"Where are you going?" called {name}.'),
        ('The boat rang its bell.', '"To the other side of the sea," said a voice.'),
        ('{name} dreamed of islands all night.', 'The next day it brought {name} a shell.'),
    ),
    'friend': (
        ('Then {name} met {friend} called {other}.', '{other}, {friend}, came by.'),
        ('"Shall we play?" asked {other}.', 'They looked at each other for a long time.'),
        ('They ran across the field, once, twice, three times.', 'They shared the sweetest grass.'),
        ('In the evening they were both tired and happy.', 'Soon {other} lay down beside {name}.'),
    ),
    'walk': (
        ('{name} walked and walked.', 'One morning {name} wanted to see the end of the field.'),
        ('Behind a hill lay {find}.', '{name} found {find} in the grass.'),
        ('{name} had never seen such a thing.', '{name} turned it around and around.'),
        ('{name} carried it home.', 'It was a present from the wind.'),
    ),
    'rain': (
        ('Suddenly it began to rain.', 'A drop fell on {name}.'),
        ('{name} ran to the nearest tree.', '{name} was not afraid at all.'),
        ('A small mouse was sitting there too.', '"Come in," said a small mouse.'),
        ('Then the sun came back, and with it a rainbow.', 'They waited together until it was over.'),
    ),
}
FINDS = ('a golden button', 'an old shoe', 'a red umbrella', 'a small bell', 'a blue stone', 'a paper boat')

TABLE_OPENINGS = (
    'Once upon a time a wooden table stood in the grass.',
    '{child} had carried the table out into the field.',
    'It was the day of the big picnic.',
    'Today was the birthday of {child}.',
)
TABLE_EVENTS = {
    'pizza': (
        ('{child} had made a pizza.', 'The pizza was still hot.'),
        ('It smelled of tomatoes and cheese.', 'It was as round as the moon.'),
        ('"Who wants a piece?" asked {child}.', '{child} cut it into eight pieces.'),
        ('Soon only one piece was left.', 'Even the birds got a little.'),
    ),
    'cake': (
        ('{child} had baked {a_cake} cake.', 'In the middle stood {a_cake} cake.'),
        ('There were cherries on top.', 'It was as high as a small hill.'),
        ('{child} wanted to wait for the others.', '"May I try it?" asked a mouse.'),
        ('They ate until the last crumb was gone.', 'It was the best cake in the world.'),
    ),
    'fruit': (
        ('{child} had brought {fruit}.', 'There was {fruit} to eat.'),
        ('Then something rolled off the table.', '{child} counted them twice.'),
        ('A bird came and looked at it.', '"One is missing," said {child}.'),
        ('A sheep had eaten it.', 'They shared what was left.'),
    ),
    'cup': (
        ('The {cup} cup was full of tea.', '{child} held the {cup} cup in both hands.'),
        ('The tea was still too hot.', 'It smelled of mint.'),
        ('A bee sat down on the edge.', '{child} waited and looked at the clouds.'),
        ('Then {they} drank it all.', 'It was the best tea of the year.'),
    ),
    'wind': (
        ('Suddenly the wind came.', 'Then {child} heard a rustling in the grass.'),
        ('"Who is there?" asked {child}.', '{child} held the table with both hands.'),
        ('It was only a hungry mouse.', 'A bear looked over the hill.'),
        ('"Sit down," said {child}, "there is enough for all."', '{child} smiled and waved.'),
    ),
}
TABLE_LESSONS = (
    'And nobody was hungry that day.',
    'And {child} never forgot that day.',
    'From that day on they ate outside.',
    'Sometimes the best dinners happen in a field.',
    'And they all slept very well.',
)


class Story:
    """Fills in a story's names consistently."""

    def __init__(self, seen: dict, rng: np.random.Generator) -> None:
        self.seen, self.rng = seen, rng
        hero = seen['hero'] or seen['friend']
        friend = seen['friend'] if seen['hero'] else None
        child, other_child = rng.permutation(CHILDREN)[:2]
        animal, other_animal = rng.permutation(ANIMALS)[:2]
        is_animal = hero is not None and hero['kind'] != 'person'
        name = animal if is_animal else child
        fruits = [article(f'{seen["apple"]} apple')] if seen['apple'] else []
        fruits += [article(kind) for kind in ('orange', 'banana') if seen[kind]]
        self.words = {
            'name': name,
            'child': child,
            'they': 'she' if child in GIRLS else 'he',
            'hero': called(hero) if hero else 'a child',
            'friend': called(friend) if friend else '',
            'other': other_child if friend and friend['kind'] == 'person' else other_animal,
            'field': seen['field'],
            'adj': self.pick(('small', 'quiet', 'wide', 'little')),
            'feeling': self.pick(FEELINGS),
            'time': {'day': 'day', 'sunset': 'evening', 'grey': 'day'}[seen['light']],
            'bird': seen['bird'] and seen['bird']['coat'],
            'kite': seen['kite'],
            'boat': seen['boat'],
            'cup': seen['cup'],
            'a_cake': seen['cake'] and article(seen['cake']),
            'fruit': listing(fruits) if fruits else '',
            'find': self.pick(FINDS),
        }
        self.friend = friend

    def pick(self, options):
        return options[self.rng.integers(len(options))]

    def say(self, *options: str) -> str:
        return self.pick(options).format(**self.words)

    def text(self) -> str:
        return self._at_table() if self.seen['table'] else self._outdoors()

    def _outdoors(self) -> str:
        seen, words = self.seen, self.words
        kinds = ['walk', 'rain'] + [kind for kind in ('bird', 'kite', 'boat') if seen[kind]] * 2
        kinds += ['friend'] * 3 if self.friend else []
        opening = self.say(*OPENINGS)
        told = [opening, self.pick(AIRS[air(seen)])]
        if words['hero'] not in opening:
            told.append(self.say('There lived {hero} called {name}.', '{name} was {hero}.'))
        if seen['mountain'] and self.rng.random() < 0.4:
            told.append('Behind it were high mountains' + (' full of snow.' if seen['snow'] else '.'))
        if seen['sea'] and self.rng.random() < 0.4:
            told.append('The sea was not far.')
        told.append(self.say('{name} felt {feeling}.', '{name} was {feeling}.', '{name} stood very still.'))
        return ' '.join([*told, *(self.say(*ways) for ways in EVENTS[self.pick(kinds)]), self.say(*LESSONS)])

    def _at_table(self) -> str:
        seen = self.seen
        kinds = ['wind'] + [kind for kind in ('pizza', 'cake', 'cup') if seen[kind]] * 2
        kinds += ['fruit'] * 2 if self.words['fruit'] else []
        told = [self.say(*TABLE_OPENINGS), self.pick(AIRS[air(seen)])]
        if seen['plate'] and self.rng.random() < 0.4:
            told.append(f'{article(seen["plate"]).capitalize()} plate was shining on it.')
        told.append(self.say('{child} felt {feeling}.', '{child} was {feeling}.', '{child} sat down.'))
        events = (self.say(*ways) for ways in TABLE_EVENTS[self.pick(kinds)])
        return ' '.join([*told, *events, self.say(*TABLE_LESSONS)])


def called(figure: dict) -> str:
    """For example “a large white bear” or “a child in a red shirt”."""
    if figure['kind'] == 'person':
        return f'a child in {article(figure["coat"])} shirt'
    size = 'large ' if figure['large'] and figure['kind'] == 'bear' else ''
    return article(f'{size}{figure["coat"]} {figure["kind"]}')


def air(seen: dict) -> str:
    """The light and weather in one word."""
    if seen['light'] == 'sunset':
        return 'sunset'
    return {'misty': 'misty', 'cloudy': 'cloudy', 'clear': 'grey' if seen['light'] == 'grey' else 'sunny'}[seen['weather']]


def document(seen: dict, caption: str, rng: np.random.Generator) -> str:
    """A training text: a story, usually after its scene's caption."""
    story = Story(seen, rng).text()
    return f'{caption}. {story}' if rng.random() < 0.6 else story
