"""A critic that judges pictures by the features of a classifier (Sauer et al., arXiv:2111.01007).

A classifier has seen many pictures, so that few are enough to tell what is wrong with a result. Its
features are frozen and mixed at random, so that no channel can be neglected; what learns is small.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm

from neural.training.losses import PerceptualDistance
from neural.training.nets.gan import Words

SEEN = (0, 1, 2, 6)  # of the tapped layers, shallow to deep
CHANNELS = (64, 128, 256, 512)
LEAST = 4  # px, the side of the last convolution


class Projection(nn.Module):
    """Frozen: pictures to feature maps, shallow to deep, each mixed with what is deeper."""

    sizes: Tensor

    def __init__(self, folder: Path, width: int) -> None:
        """folder: of the weights of the perceptual distance. width: channels of each map."""
        super().__init__()
        self.network = PerceptualDistance(folder)
        rng = torch.Generator().manual_seed(0)
        self.mixed = nn.ModuleList(_random(c, width, 1, rng) for c in CHANNELS)
        self.spread = nn.ModuleList(_random(width, width, 3, rng) for _ in CHANNELS)
        self.register_buffer("sizes", torch.ones(len(CHANNELS)))
        self.requires_grad_(False)

    def fit(self, pictures: Tensor) -> None:
        """Scale features so that those of ``pictures``, ``(n, 3, h, w)``, 0..1, are about 1."""
        with torch.no_grad():
            taps = self._taps(pictures)
            self.sizes.copy_(torch.stack([x.float().square().mean().sqrt() for x in taps]))

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """pictures: ``(n, 3, h, w)``, sRGB, 0..1."""
        found: list[Tensor] = []
        above: Tensor | None = None
        for i, x in reversed(list(enumerate(self._taps(pictures)))):
            x = self.mixed[i](x / self.sizes[i])
            if above is not None:
                x = x + F.interpolate(above, x.shape[2:], mode="bilinear")
            above = self.spread[i](x)
            found.insert(0, above)
        return found

    def _taps(self, pictures: Tensor) -> list[Tensor]:
        taps = self.network.features(pictures)
        return [taps[i] for i in SEEN]


class Head(nn.Module):
    """Says of every part of one feature map whether it is of a picture, and whether words fit."""

    def __init__(self, into: int, width: int, halvings: int, words: int) -> None:
        super().__init__()
        widths = [into, *(width,) * (halvings + 1)]
        self.strided = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, width, 4, stride=2, padding=1)) for a in widths[:halvings]
        )
        self.mixed = spectral_norm(nn.Conv2d(widths[halvings], width, 3, padding=1))
        self.answer = spectral_norm(nn.Conv2d(width, 1, LEAST))
        self.words = Words(words, width, width) if words else None

    def forward(self, x: Tensor, words: Tensor) -> Tensor:
        for conv in (*self.strided, self.mixed):
            x = F.leaky_relu(conv(x), 0.2)
        answer = self.answer(x).flatten(1).float()
        if self.words is None:
            return answer
        seen = x.float().mean((2, 3))
        meant = self.words(seen, words).float()
        return answer + (seen * meant).sum(1, keepdim=True) * seen.shape[1] ** -0.5


class ProjectedCritic(nn.Module):
    """A head on each map of a ``Projection``."""

    def __init__(self, into: int, width: int, words: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList(Head(into, width, n, words) for n in (3, 2, 1, 0))

    def forward(self, maps: list[Tensor], words: Tensor) -> Tensor:
        """Answers, ``(n, all places of all maps)``. words: weights, ``(n, words)``."""
        return torch.cat([head(x, words) for head, x in zip(self.heads, maps, strict=True)], 1)


def _random(into: int, out: int, kernel: int, rng: torch.Generator) -> nn.Conv2d:
    conv = nn.Conv2d(into, out, kernel, padding=kernel // 2, bias=False)
    nn.init.normal_(conv.weight, std=(into * kernel**2) ** -0.5, generator=rng)
    return conv
