"""The caption that im2txt learns to give."""

from models.training.miniature.english import article, listing
from models.training.world.caption import TIMES, phrases


def tell(seen: dict) -> str:
    """The caption that names all that is seen."""
    things = phrases(seen, lambda *options: options[-1])
    room = f'{article(seen["wall"])} bedroom {TIMES[seen["time"]][0]}'
    return f'{room} with {listing(things)}' if things else f'an empty {seen["wall"]} room {TIMES[seen["time"]][0]}'
