"""What a look is: the statistics of a picture's features, in few numbers.

Means and covariances of a classifier's features, which style losses compare (Gatys et al.,
arXiv:1508.06576), projected on their principal components over many pictures.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from neural.training.losses import PerceptualDistance

COMPARED = (0, 1, 2, 3, 5)  # of the tapped layers
LAYER_WEIGHTS = (1.5, 2.0, 1.5, 0.7, 0.3)  # of the style: strokes are in the shallow ones
WHOLE = 2  # of the compared layers, whose whole covariance is part of a look
KEPT = "looks.pt"  # in the folder of a run
COLOR_COUNTS = 2.0  # times as much as a layer


class Moments(NamedTuple):
    """Of one layer: the mean, ``(n, c)``, and the covariance, ``(n, c, c)``."""

    mean: Tensor
    covariance: Tensor


def moments(features: Tensor) -> Moments:
    """Over all places. features: ``(n, c, h, w)``."""
    flat = features.flatten(2)
    mean = flat.float().mean(2)
    centered = flat - mean[..., None].to(flat.dtype)
    return Moments(mean, (centered @ centered.mT).float() / flat.shape[2])


class Statistics(nn.Module):
    """Feature statistics of pictures, ``(n, 3, h, w)``, sRGB, 0..1, on SqueezeNet 1.1."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.network = PerceptualDistance(folder)

    def features(self, picture: Tensor) -> list[Tensor]:
        """Feature maps, shallow to deep."""
        taps = self.network.features(picture)
        return [taps[i] for i in COMPARED]


def apart(features: list[Tensor], wanted: list[Moments]) -> Tensor:
    """How far the looks of pictures are from those wanted, ``(n,)``."""
    found = zip(LAYER_WEIGHTS, features, wanted, strict=True)
    return torch.stack([w * away(moments(x), y) for w, x, y in found]).sum(0)


def away(a: Moments, b: Moments) -> Tensor:
    """How far moments are from those that are wanted, ``(n,)``, relative to their size."""
    means = (a.mean - b.mean).norm(dim=1) / (b.mean.norm(dim=1) + 1e-3)
    spreads = (a.covariance - b.covariance).flatten(1).norm(dim=1)
    return means + spreads / (b.covariance.flatten(1).norm(dim=1) + 1e-3)


def colors_apart(picture: Tensor, y: Moments) -> Tensor:
    """How far the colors of pictures are from those wanted, ``(n,)``."""
    x = moments(picture)
    means = (x.mean - y.mean).square().sum(1)
    return 10 * means + 100 * (x.covariance - y.covariance).square().sum((1, 2))


def parts(picture: Tensor, layers: list[Moments]) -> list[Tensor]:
    """All that a look is made of, ``(n, some)`` each: color first.

    picture: ``(n, 3, h, w)``, sRGB, 0..1. layers: moments of its features.
    """
    color = moments(picture.float())
    found = [torch.cat([color.mean, 3 * _rooted(color.covariance.flatten(1))], 1)]
    for i, layer in enumerate(layers):
        spread = layer.covariance
        kept = spread if i < WHOLE else spread.diagonal(dim1=1, dim2=2)
        found += [_rooted(layer.mean), _rooted(kept.flatten(1))]
    return found


class Basis(nn.Module):
    """Principal components of ``parts``."""

    mean: Tensor
    axes: Tensor

    def __init__(self, mean: Tensor, axes: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", mean)
        self.register_buffer("axes", axes)

    def forward(self, parts: list[Tensor]) -> Tensor:
        """The code of a look, ``(n, code)``, about 1 in size."""
        return (torch.cat(parts, 1) - self.mean) @ self.axes


def basis(looks: Iterable[list[Tensor]], code: int) -> Basis:
    """``code`` components over ``looks``; every part counts as much as the others.

    Each component is divided by the root of its deviation: the first still count more.
    """
    columns = [torch.cat(column) for column in zip(*looks, strict=True)]
    weights = []
    for i, column in enumerate(columns):
        spread = column.var(0).sum().sqrt()
        weights.append(torch.full((column.shape[1],), (1 if i else COLOR_COUNTS) / float(spread)))
    weight, rows = torch.cat(weights), torch.cat(columns, 1)
    mean = rows.mean(0)
    scaled = (rows - mean) * weight
    torch.manual_seed(0)
    _, s, v = torch.svd_lowrank(scaled, q=code + 16, niter=4)
    s, v = s[:code] / len(rows) ** 0.5, v[:, :code]
    told = s.square().sum() / scaled.square().sum(1).mean()
    print(f"looks: {code} numbers tell {float(told):.0%} of the variance", flush=True)
    axes = v / (s * s.mean()).sqrt()
    return Basis(mean, weight[:, None] * axes)


def kept_basis(run: Path) -> Basis:
    """The components that a run has found."""
    state = torch.load(run / KEPT, weights_only=True)
    return Basis(state["mean"], state["axes"])


def _rooted(x: Tensor) -> Tensor:
    """Signed roots, so that the strongest features do not drown the rest."""
    return x.sign() * x.abs().clamp(min=1e-6).sqrt()
