"""The network that a generator of pictures learns from: that of FastGAN (Liu et al.,
arXiv:2101.04775), with words.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from neural.training.nets.gan import Words

DRAWN = 64  # px, the side at which it draws what it saw


class Down(nn.Module):
    """Half the resolution, around a skip."""

    def __init__(self, into: int, out: int, *, bounded: bool) -> None:
        super().__init__()
        self.strided = _bounded(nn.Conv2d(into, out, 4, stride=2, padding=1), bounded)
        self.mixed = _bounded(nn.Conv2d(out, out, 3, padding=1), bounded)
        self.skip = _bounded(nn.Conv2d(into, out, 1), bounded)

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu(self.mixed(F.leaky_relu(self.strided(x), 0.2)), 0.2)
        return (y + self.skip(F.avg_pool2d(x, 2))) * 2**-0.5


class Critic(nn.Module):
    """Tells pictures from results, by overlapping parts, and how well words fit.

    The words are projected on what it sees (Miyato and Koyama, arXiv:1802.05637). It also learns to
    draw a picture from its own features, which keeps it from learning few pictures by heart.
    """

    def __init__(
        self, channels: int, side: int, width: int, most: int, words: int, *, bounded: bool
    ) -> None:
        """side: of pictures, a power of two. width: channels at the full resolution, doubled with
        every halving up to ``most``. bounded: by spectral normalization (arXiv:1802.05957).
        """
        super().__init__()
        steps = (side // 8).bit_length() - 1
        widths = [min(width * 2**i, most) for i in range(steps + 1)]
        self.first = _bounded(nn.Conv2d(channels, width, 3, padding=1), bounded)
        self.downs = nn.Sequential(*(Down(a, b, bounded=bounded) for a, b in pairwise(widths)))
        last = widths[-1]
        self.mixed = _bounded(nn.Conv2d(last + 1, last, 3, padding=1), bounded)
        self.answer = _bounded(nn.Conv2d(last, 1, 4), bounded)
        self.words = Words(words, last, last) if words else None
        drawn = [last, *(max(last // 2**i, 16) for i in range(1, 4))]
        self.drawn = nn.Sequential(
            *(_Grown(a, b) for a, b in pairwise(drawn)),
            nn.Conv2d(drawn[-1], channels, 3, padding=1),
        )

    def forward(
        self, picture: Tensor, words: Tensor, *, draws: bool = False
    ) -> tuple[Tensor, Tensor]:
        """Answers, ``(n, 25)``, and the picture as it is drawn, ``(n, channels, DRAWN, DRAWN)``, or
        the features for it. picture: 0..1, color premultiplied. words: weights.
        """
        features = self.downs(F.leaky_relu(self.first(picture * 2 - 1), 0.2))
        spread = (features.float().var(0, unbiased=False) + 1e-8).sqrt().mean()
        alike = spread.to(features.dtype).expand(len(features), 1, *features.shape[2:])
        x = F.leaky_relu(self.mixed(torch.cat([features, alike], 1)), 0.2)
        answer = self.answer(x).flatten(1).float()
        if self.words is not None:
            seen = x.float().mean((2, 3))
            meant = self.words(seen, words).float()
            answer = answer + (seen * meant).sum(1, keepdim=True) * seen.shape[1] ** -0.5
        return answer, torch.sigmoid(self.drawn(features)) if draws else features


class _Grown(nn.Module):
    def __init__(self, into: int, out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(into, 2 * out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.glu(self.conv(F.interpolate(x, scale_factor=2.0, mode="nearest")), 1)


def _bounded(conv: nn.Conv2d, bounded: bool) -> nn.Module:
    return spectral_norm(conv) if bounded else conv
