"""A picture to its look: learned features, and the statistics of them that a look is.

The features stand in for a classifier's (``losses``), layer by layer, with which the painting
network was taught what looks are.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training import looks

MULTIPLE_OF = 16
WIDTHS = (64, 128, 256, 384, 512)  # of the compared layers of SqueezeNet 1.1
MIDDLE, SPREAD = 0.45, 0.25  # of pictures


class Squeezed(nn.Module):
    """Few channels, then many of 1×1 and of 3×3 (Iandola et al., arXiv:1602.07360)."""

    def __init__(self, into: int, few: int, out: int) -> None:
        super().__init__()
        self.few = nn.Conv2d(into, few, 1)
        self.many = nn.Conv2d(few, out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.many(F.relu(self.few(x))))


class Features(nn.Module):
    """Pictures, ``(n, 3, h, w)``, sRGB, 0..1, to feature maps, shallow to deep, about 1 in size.

    ``sizes`` are those of the classifier's features.
    """

    sizes: Tensor

    def __init__(self, narrow: float = 0.25) -> None:
        """narrow: the share of channels between two layers."""
        super().__init__()
        self.register_buffer("sizes", torch.ones(len(WIDTHS)))
        self.stem = nn.Conv2d(3, WIDTHS[0], 3, stride=2)
        pairs = zip((WIDTHS[0], *WIDTHS[1:-1]), WIDTHS[1:], strict=True)
        self.layers = nn.ModuleList(
            nn.Sequential(
                Squeezed(into, round(out * narrow), out), Squeezed(out, round(out * narrow), out)
            )
            for into, out in pairs
        )

    def forward(self, picture: Tensor) -> list[Tensor]:
        x = F.relu(self.stem((picture - MIDDLE) / SPREAD))
        found = [x]
        for i, layer in enumerate(self.layers):
            if i < len(self.layers) - 1:
                x = F.max_pool2d(x, 3, stride=2, ceil_mode=True)
            x = layer(x)
            found.append(x)
        return found


class Reader(nn.Module):
    """A picture of any size to its look: ``(n, 3, h, w)``, sRGB, 0..1, to a code ``(n, code)``."""

    def __init__(self, features: Features, basis: looks.Basis) -> None:
        super().__init__()
        self.features, self.basis = features, basis

    def forward(self, picture: Tensor) -> Tensor:
        found = zip(self.features(picture), self.features.sizes, strict=True)
        moments = [looks.moments(x.float() * size) for x, size in found]
        return self.basis(looks.parts(picture, moments))
