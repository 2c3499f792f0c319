"""The plainest pair of adversaries: DCGAN (Radford et al., arXiv:1511.06434).

Its normalization is over each picture (arXiv:1607.08022) instead of the batch, so that pictures do
not depend on each other, in training or after.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class PlainGenerator(nn.Module):
    """A latent ``(n, latent)`` to a picture ``(n, channels, side, side)``, 0..1."""

    def __init__(self, side: int, width: int, latent: int, channels: int) -> None:
        """side: a power of two. width: channels at half the side, doubled with every halving."""
        super().__init__()
        steps = (side // 4).bit_length() - 1
        widths = [width * 2**i for i in reversed(range(steps))]
        self.first = nn.ConvTranspose2d(latent, widths[0], 4)
        self.grown = nn.ModuleList(
            nn.ConvTranspose2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(widths)
        )
        self.last = nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1)

    def forward(self, latent: Tensor) -> Tensor:
        x = F.relu(F.instance_norm(self.first(latent[..., None, None])))
        for layer in self.grown:
            x = F.relu(F.instance_norm(layer(x)))
        return torch.sigmoid(self.last(x))


class PlainCritic(nn.Module):
    """A picture ``(n, channels, side, side)``, 0..1, to an answer, ``(n, 1)``."""

    def __init__(self, side: int, width: int, channels: int) -> None:
        super().__init__()
        steps = (side // 4).bit_length() - 1
        widths = [channels, *(width * 2**i for i in range(steps))]
        self.shrunk = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(widths)
        )
        self.answer = nn.Conv2d(widths[-1], 1, 4)

    def forward(self, picture: Tensor) -> Tensor:
        x = picture * 2 - 1
        for i, layer in enumerate(self.shrunk):
            x = layer(x)
            x = F.leaky_relu(F.instance_norm(x) if i else x, 0.2)
        return self.answer(x).flatten(1).float()
