"""Short bedtime stories about the rooms of the miniature world, made by a grammar, from which GPT-2 (mini) learns.

A story is consistent with its scene's attributes: the cat, the ball, the lamp and the time of day. More than half of
the stories begin with the scene's caption, so that the model can continue captions by im2txt.
"""

import numpy as np

from models.training.miniature.english import article

CHILDREN = ('Mia', 'Leo', 'Anna', 'Tom', 'Lily', 'Max', 'Nora', 'Ben', 'Ella', 'Finn', 'Zoe', 'Sam')
CATS = ('Momo', 'Pixel', 'Biscuit', 'Luna', 'Pepper', 'Simba', 'Olive', 'Whiskers')
GIRLS = {'Mia', 'Anna', 'Lily', 'Nora', 'Ella', 'Zoe'}
FEELINGS = ('happy', 'sleepy', 'curious', 'a little sad', 'very excited', 'bored', 'brave')
WEATHER = {
    'day': ('The sun was shining.', 'Outside, birds were singing.', 'It was a bright and quiet day.'),
    'sunset': ('The sky was turning orange.', 'The sun was going down slowly.', 'The last light lay on the floor.'),
    'night': ('The moon was high and the house was quiet.', 'Stars were twinkling outside.', 'It was very late.'),
}
OPENINGS = (
    'Once upon a time there was a {adj} room with {wall} walls.',
    'In a {adj} {wall} room lived a child called {child}.',
    '{child} had a {adj} room with {wall} walls.',
    'There once was a {wall} room at the end of a long street.',
)
FINDS = ('a tiny key', 'an old letter', 'a golden button', 'a small map', 'a paper boat', 'a blue feather')
PLACES = ('under the bed', 'behind the door', 'on the floor', 'near the window', 'inside a shoe')
SOUNDS = ('a soft knock', 'a strange humming', 'a tiny voice', 'a rustling', 'a little song')
LESSONS = (
    'From that day on they were the best of friends.',
    'And {child} never forgot that {time}.',
    'That is how {child} learned to be patient.',
    'Sometimes the best adventures happen in a small room.',
    'And they all slept very well.',
    'After that, the room never felt lonely again.',
)

#: What happens, by kind of story: four steps, each in several wordings.
EVENTS = {
    'cat': (
        (
            '"What do you want, {cat}?" asked {child}.',
            '{cat} said nothing and blinked.',
            '"Meow," said {cat}.',
        ),
        (
            'The cat jumped up and ran to the door.',
            '{cat} stretched and began to purr.',
            '{cat} wanted to play.',
        ),
        (
            '{child} followed {cat} around the room.',
            '{child} gave {cat} a bowl of milk.',
            '{child} sat down beside {cat}.',
        ),
        (
            '{cat} curled up and closed both eyes.',
            'Then {cat} rubbed against {her} hand.',
            '{cat} purred louder and louder.',
        ),
    ),
    'ball': (
        (
            'The {ball} ball began to roll all by itself.',
            '{child} kicked the {ball} ball.',
            'The {ball} ball bounced once, twice, three times.',
        ),
        (
            'It rolled over the floor and hit the wall.',
            'It rolled {place} and was gone.',
            'It stopped in the middle of the room.',
        ),
        (
            '{chaser} ran after it.',
            '"Wait!" cried {child}.',
            '{chaser} looked at it for a long time.',
        ),
        (
            'At last {child} held the ball in both hands.',
            'In the end the {ball} ball came back.',
            '{child} laughed and threw it again.',
        ),
    ),
    'treasure': (
        (
            'Then {child} found {find} {place}.',
            'Something shiny lay {place}. It was {find}.',
        ),
        (
            '"Where does it come from?" {they} asked.',
            '{They} picked it up and held it to the light.',
            '{They} had never seen it before.',
        ),
        (
            '{child} turned it around and around.',
            '{child} wanted to show it to everyone.',
            '{They} put it in {her} pocket.',
        ),
        (
            'It was a present from {her} grandmother.',
            'It opened a small box full of stars.',
            'It belonged to the tiny people of the house.',
        ),
    ),
    'sound': (
        (
            'Suddenly there was {sound}.',
            'Then {child} heard {sound} {place}.',
        ),
        (
            '"Who is there?" asked {child}.',
            '{child} held {her} breath and listened.',
            '{They} was not afraid at all.',
        ),
        (
            'It came from the picture on the wall.',
            'It was only the wind.',
            'A small mouse looked out and waved.',
        ),
        (
            '{child} smiled and said good {time}.',
            '"Come in," said {child}, "we have cake."',
            'Soon the room was quiet again.',
        ),
    ),
    'sleep': (
        (
            'It was time to rest, but {child} was not tired.',
            '{child} lay down and looked at the ceiling.',
        ),
        (
            '{They} counted sheep, one after the other.',
            '{They} thought of the sea and of tall green trees.',
            '{They} told {her} pillow a secret.',
        ),
        (
            'Soon {her} eyes grew heavy.',
            'The bed began to float like a boat.',
            'The walls turned into a {wall} sky.',
        ),
        (
            'And {child} dreamed of a room on the moon.',
            'In {her} dream, the ball was a planet.',
            '{They} dreamed until the morning.',
        ),
    ),
}


class Story:
    """Fills in a story's names consistently."""

    def __init__(self, seen: dict, rng: np.random.Generator) -> None:
        self.seen, self.rng = seen, rng
        child = self.pick(CHILDREN)
        self.words = {
            'child': child,
            'they': 'she' if child in GIRLS else 'he',
            'They': 'She' if child in GIRLS else 'He',
            'her': 'her' if child in GIRLS else 'his',
            'him': 'her' if child in GIRLS else 'him',
            'cat': self.pick(CATS),
            'coat': seen['cat'] or self.pick(('grey', 'black', 'white', 'orange')),
            'wall': seen['wall'],
            'time': {'day': 'day', 'sunset': 'evening', 'night': 'night'}[seen['time']],
            'adj': self.pick(('small', 'cozy', 'quiet', 'warm', 'little')),
            'feeling': self.pick(FEELINGS),
            'ball': seen['ball'] or 'red',
            'bed': seen['bed'] or 'white',
            'rug': seen['rug'] or 'soft',
            'find': self.pick(FINDS),
            'place': self.pick(PLACES),
            'sound': self.pick(SOUNDS),
        }
        self.words['A_coat'] = article(self.words['coat']).capitalize()
        self.words['chaser'] = self.words['cat' if seen['cat'] else 'child']

    def pick(self, options):
        return options[self.rng.integers(len(options))]

    def say(self, *options: str) -> str:
        return self.pick(options).format(**self.words)

    def text(self) -> str:
        kinds = ['treasure', 'sound', 'sleep']
        kinds += ['cat'] * 3 if self.seen['cat'] else []
        kinds += ['ball'] * 2 if self.seen['ball'] else []
        events = [self.say(*ways) for ways in EVENTS[self.pick(kinds)]]
        return ' '.join([self.say(*OPENINGS), *self._setting(), *events, self.say(*LESSONS)])

    def _setting(self) -> list[str]:
        seen, told = self.seen, [self.pick(WEATHER[self.seen['time']])]
        if seen['cat']:
            told.append(self.say(
                '{A_coat} cat called {cat} was sitting on the ' + seen['cat_at'] + '.',
                '{cat}, the {coat} cat, lay on the ' + seen['cat_at'] + ' and looked around.',
            ))  # fmt: skip
        if seen['bed'] and self.rng.random() < 0.5:
            told.append(self.say('The {bed} bed stood on the ' + seen['side'] + '.', '{child} sat on the {bed} bed.'))
        if seen['lamp'] and self.rng.random() < 0.5:
            told.append('The lamp was glowing.' if seen['lamp'] == 'on' else 'The lamp was off.')
        if seen['plant'] and self.rng.random() < 0.3:
            told.append(self.say('The plant had grown a new leaf.', '{child} watered the green plant.'))
        told.append(self.say('{child} felt {feeling}.', '{child} was {feeling}.', '{child} sat very still.'))
        return told







def document(seen: dict, caption: str, rng: np.random.Generator) -> str:
    """A training text: a story, usually after its room's caption."""
    story = Story(seen, rng).text()
    return f'{caption}. {story}' if rng.random() < 0.6 else story
