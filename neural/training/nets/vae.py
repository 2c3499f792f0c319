"""A variational autoencoder (Kingma and Welling, arXiv:1312.6114) of whole pictures."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SMALLEST = 4  # px, the side in the middle
GROUPS = 4


class Encoder(nn.Module):
    """A picture ``(n, channels, side, side)``, 0..1, color premultiplied, to the mean and the
    logarithm of the variance of its latent, ``(n, latent)`` each.
    """

    def __init__(self, widths: tuple[int, ...], latent: int, channels: int) -> None:
        """widths: of the features, at the full resolution and every side half as large, to 4 px."""
        super().__init__()
        self.first = nn.Conv2d(channels, widths[0], 3, padding=1)
        self.halved = nn.ModuleList(
            nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(widths)
        )
        self.mixed = nn.ModuleList(_Mixed(width) for width in widths[1:])
        self.said = nn.Linear(widths[-1] * SMALLEST**2, 2 * latent)

    def forward(self, picture: Tensor) -> tuple[Tensor, Tensor]:
        x = self.first(picture * 2 - 1)
        for halve, mix in zip(self.halved, self.mixed, strict=True):
            x = mix(halve(x))
        mean, variance = self.said(x.flatten(1)).float().chunk(2, 1)
        return mean, variance.clamp(-12, 6)


class Decoder(nn.Module):
    """A latent ``(n, latent)`` to a picture, ``(n, channels, side, side)``, 0..1; a fourth channel
    is alpha, color is straight.
    """

    def __init__(self, widths: tuple[int, ...], latent: int, channels: int) -> None:
        """widths: as of the encoder."""
        super().__init__()
        inward = widths[::-1]
        self.first = nn.Linear(latent, inward[0] * SMALLEST**2)
        self.doubled = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(inward))
        self.mixed = nn.ModuleList(_Mixed(width) for width in inward[1:])
        self.shown = nn.Conv2d(inward[-1], channels, 3, padding=1)

    def forward(self, latent: Tensor) -> Tensor:
        x = self.first(latent).unflatten(1, (-1, SMALLEST, SMALLEST))
        for double, mix in zip(self.doubled, self.mixed, strict=True):
            x = mix(double(F.interpolate(x, scale_factor=2.0, mode="nearest")))
        return torch.sigmoid(self.shown(x))


class Autoencoder(nn.Module):
    """Both, trained together."""

    def __init__(self, widths: tuple[int, ...], latent: int, channels: int) -> None:
        super().__init__()
        self.encoder = Encoder(widths, latent, channels)
        self.decoder = Decoder(widths, latent, channels)

    def forward(self, picture: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
        """The picture as it comes out again, and the divergence of its latent from the normal
        distribution, ``(n,)``, nats. chance: normal numbers, ``(n, latent)``, that the latent is
        drawn with, so that the gradient can pass (the reparameterisation).
        """
        mean, variance = self.encoder(picture)
        latent = mean + (variance / 2).exp() * chance
        divergence = (mean.square() + variance.exp() - 1 - variance).sum(1) / 2
        return self.decoder(latent), divergence


class _Mixed(nn.Module):
    """A convolution around a skip, normalized."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.before, self.after = (nn.GroupNorm(GROUPS, width) for _ in range(2))
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.silu(self.before(x))
        return x + F.silu(self.after(self.conv(x)))
