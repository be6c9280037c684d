"""The network of im2txt: DeepLab's network sees, and a recurrent decoder writes."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from models.deeplab.recipe import SegmentationNet
from models.im2txt.claims import speech
from models.im2txt.regions import describe, figures_of
from models.training.worlds import world

LENGTHS = {'bedroom': 56, 'meadow': 64}  # maximum number of tokens in a caption
END = 0
ROOM, REGION, STATE, WORD = 160, 48, 112, 32


class CaptionNet(SegmentationNet):
    """[n, 3, 128, 128] in 0..1 to token ids [n, length]. The layers inherited from DeepLab stay as they were trained.
    """

    def __init__(self, tokens: int, of: str) -> None:
        count = len(world(of).LABELS)
        figures = figures_of(count)
        super().__init__(count)
        self.count, self.length = count, LENGTHS[of]
        self.register_buffer('usual', torch.zeros(count, figures))
        self.register_buffer('deviation', torch.ones(count, figures))
        self.room = nn.Sequential(nn.Linear(count * figures, 256), nn.ReLU(), nn.Linear(256, ROOM), nn.ReLU())
        self.read = nn.Parameter(torch.randn(count, figures, REGION) * figures**-0.5)
        self.surroundings = nn.Linear(ROOM, count * REGION)
        self.begin = nn.Sequential(nn.Linear(ROOM, STATE), nn.Tanh())
        self.query = nn.Linear(STATE, REGION)
        self.words = nn.Embedding(tokens, WORD)
        self.step = nn.GRUCell(WORD + REGION, STATE)
        self.say = nn.Sequential(nn.Linear(STATE + REGION, 64), nn.ReLU(), nn.Linear(64, tokens))
        # Only for training: questions about the scene, answered from the room's features directly.
        self.asked = nn.ModuleDict(
            {name: nn.Linear(ROOM, len(options)) for name, options in speech(of).ANSWERS.items()}
        )

    def own(self) -> list[nn.Parameter]:
        """The parameters trained here."""
        parts = (self.room, self.surroundings, self.begin, self.query, self.words, self.step, self.say, self.asked)
        return [self.read, *(weight for part in parts for weight in part.parameters())]

    def scale_to(self, figures: Tensor) -> None:
        """Sets the mean and deviation of each label's figures, from figures [n, labels, figures]."""
        there = figures[:, :, :1]
        count = there.sum(0).clamp(min=1)
        self.usual.copy_(figures.sum(0) / count)
        self.deviation.copy_((((figures - self.usual) * there).pow(2).sum(0) / count).sqrt() + 0.01)
        self.usual[:, 0], self.deviation[:, 0] = 0, 1

    def look(self, figures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The room's features [n, ROOM], its regions [n, labels, REGION] and the decoder's first state [n, STATE]."""
        there = figures[:, :, :1]
        figures = ((figures - self.usual) / self.deviation).clamp(-6, 6) * there
        if self.training:
            figures = figures + 0.03 * torch.randn_like(figures)
        room = self.room(figures.flatten(1))
        regions = torch.einsum('nlf,lfr->nlr', figures, self.read) + self.surroundings(room).view(-1, self.count, REGION)
        return room, F.leaky_relu(regions, 0.1), self.begin(room)

    def attend(self, regions: Tensor, state: Tensor) -> Tensor:
        """The mixture of regions [n, REGION] that the state attends to."""
        match = (regions @ self.query(state)[:, :, None]) * REGION**-0.5
        return (torch.softmax(match, 1).transpose(1, 2) @ regions)[:, 0]

    def teach(self, figures: Tensor, captions: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Logits [n, t, tokens] of captions [n, t], and logits of the answers to the questions."""
        room, regions, state = self.look(figures)
        given = F.pad(captions[:, :-1], (1, 0), value=END)
        words, said = self.words(given), []
        for position in range(given.shape[1]):
            context = self.attend(regions, state)
            state = self.step(torch.cat([words[:, position], context], 1), state)
            said.append(torch.cat([state, context], 1))
        return self.say(torch.stack(said, 1)), {name: ask(room) for name, ask in self.asked.items()}

    def see(self, image: Tensor) -> Tensor:
        """The figures of a picture's regions [n, labels, figures]."""
        return describe(image, super().forward(image).argmax(1), self.count)

    def forward(self, image: Tensor) -> Tensor:
        return self.tell(self.see(image))

    def tell(self, figures: Tensor) -> Tensor:
        """Token ids [n, length] from the figures of regions."""
        _, regions, state = self.look(figures)
        token = torch.full_like(figures[:, 0, 0], END, dtype=torch.long)
        said, going = [], torch.ones_like(token)
        for _ in range(self.length):
            context = self.attend(regions, state)
            state = self.step(torch.cat([self.words(token), context], 1), state)
            token = self.say(torch.cat([state, context], 1)).argmax(1) * going
            going = going * (token != END).long()
            said.append(token)
        return torch.stack(said, 1)


class Teller(nn.Module):
    """Image [n, 3, 128, 128] in 0..1 and DeepLab's logits for it [n, labels, 128, 128] to token ids [n, length]."""

    def __init__(self, network: CaptionNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor, logits: Tensor) -> Tensor:
        return self.network.tell(describe(image, logits.argmax(1), self.network.count))
