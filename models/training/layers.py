"""Building blocks shared by several models."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def conv_norm(inputs: int, outputs: int, size: int = 3, stride: int = 1, dilation: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU."""
    padding = dilation * (size // 2)
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding, dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


def conv_relu(inputs: int, outputs: int) -> nn.Sequential:
    """3x3 convolution and ReLU. For full resolution, where normalising would cost more than the convolution."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True))


def upsample(x: Tensor) -> Tensor:
    """Doubles height and width by nearest neighbour."""
    return F.interpolate(x, scale_factor=2.0, mode='nearest')


class Encoder(nn.Module):
    """Maps images to feature maps at 1, 1/2, 1/4 ... of their size, one per entry of `channels`.

    Input: [n, 3, h, w] in 0..1, h and w multiples of 2 ** (len(channels) - 1).
    """

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        self.stem = conv_relu(3, channels[0])
        self.stages = nn.ModuleList(
            nn.Sequential(conv_norm(before, after, stride=2), conv_norm(after, after))
            for before, after in zip(channels, channels[1:])
        )

    def forward(self, image: Tensor) -> list[Tensor]:
        features = [self.stem((image - 0.5) * 4)]
        for stage in self.stages:
            features.append(stage(features[-1]))
        return features


class Decoder(nn.Module):
    """Maps the feature maps of an `Encoder` to one map at the finest size. Skip connections are added."""

    def __init__(self, channels: tuple[int, ...]) -> None:
        super().__init__()
        steps = list(zip(channels[:0:-1], channels[-2::-1]))
        self.reduce = nn.ModuleList(nn.Conv2d(coarse, fine, 1) for coarse, fine in steps)
        self.refine = nn.ModuleList(
            conv_relu(fine, fine) if fine == channels[0] else nn.Sequential(*[conv_norm(fine, fine) for _ in range(2)])
            for _, fine in steps
        )

    def maps(self, features: list[Tensor]) -> list[Tensor]:
        """The refined maps, from coarse to fine."""
        refined = [features[-1]]
        for reduce, refine, skip in zip(self.reduce, self.refine, features[-2::-1]):
            refined.append(refine(upsample(reduce(refined[-1])) + skip))
        return refined

    def forward(self, features: list[Tensor]) -> Tensor:
        return self.maps(features)[-1]


class UNet(nn.Module):
    """Encoder and decoder with skip connections and a 1x1 head: [n, 3, h, w] to [n, outputs, h, w]."""

    def __init__(self, outputs: int, channels: tuple[int, ...] = (16, 32, 64, 96, 128)) -> None:
        super().__init__()
        self.encoder = Encoder(channels)
        self.decoder = Decoder(channels)
        self.head = nn.Conv2d(channels[0], outputs, 1)

    def forward(self, image: Tensor) -> Tensor:
        return self.head(self.decoder(self.encoder(image)))


class AtrousPyramid(nn.Module):
    """Atrous spatial pyramid pooling: parallel dilated convolutions, and the mean of the whole image."""

    def __init__(self, channels: int, rates: tuple[int, ...] = (1, 2, 3), branch: int = 32) -> None:
        super().__init__()
        self.point = conv_norm(channels, branch, 1)
        self.branches = nn.ModuleList(conv_norm(channels, branch, dilation=rate) for rate in rates)
        self.whole = nn.Sequential(nn.Conv2d(channels, branch, 1), nn.ReLU())
        self.join = conv_norm(branch * (len(rates) + 2), channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        whole = self.whole(x.mean((2, 3), keepdim=True)).expand(-1, -1, x.shape[2], x.shape[3])
        return self.join(torch.cat([self.point(x), *(branch(x) for branch in self.branches), whole], 1))
