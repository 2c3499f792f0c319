"""How near generated pictures come to real ones, on SqueezeNet 1.1.

KID is the squared maximum mean discrepancy with a cubic kernel (Binkowski et al.,
arXiv:1801.01401); here of SqueezeNet's features, averaged over the picture, and not of Inception's:
values compare among themselves only, and are neither KID nor FID as published.
"""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.losses import PerceptualDistance

AT_ONCE = 16
CELLS = 4  # each way, in which pictures are looked for


class Features(nn.Module):
    """Features of pictures, ``(n, 3, h, w)``, sRGB, 0..1, sides of at least 32 px."""

    def __init__(self, folder: Path) -> None:
        """folder: of the weights of the perceptual distance."""
        super().__init__()
        self.distance = PerceptualDistance(folder)

    def pooled(self, pictures: Tensor) -> Tensor:
        """The deepest features, averaged over each picture, ``(n, 512)``."""
        with torch.no_grad():
            parts = [self.distance.features(p)[-1].mean((2, 3)) for p in pictures.split(AT_ONCE)]
        return torch.cat(parts)

    def placed(self, pictures: Tensor) -> Tensor:
        """The deepest features of ``CELLS`` × ``CELLS`` places, as directions, ``(n, some)``."""
        with torch.no_grad():
            parts = [
                F.adaptive_avg_pool2d(self.distance.features(p)[-1], CELLS).flatten(1)
                for p in pictures.split(AT_ONCE)
            ]
        return F.normalize(torch.cat(parts), dim=1)

    def between(self, a: Tensor, b: Tensor) -> Tensor:
        """The perceptual distance of each pair, ``(n,)``."""
        found = []
        with torch.no_grad():
            for one, other in zip(a.split(AT_ONCE), b.split(AT_ONCE), strict=True):
                maps = self.distance.maps(one, other)
                found.append(torch.stack([each.mean((1, 2, 3)) for each in maps]).sum(0))
        return torch.cat(found)

    def diversity(self, pictures: Tensor, pairs: int) -> float:
        """The mean perceptual distance of ``pairs`` of different pictures, always the same ones."""
        rng = torch.Generator().manual_seed(0)
        one = torch.randint(len(pictures), (pairs,), generator=rng)
        other = (one + torch.randint(1, len(pictures), (pairs,), generator=rng)) % len(pictures)
        one, other = (each.to(pictures.device) for each in (one, other))
        return float(self.between(pictures[one], pictures[other]).mean())


def kid(a: Tensor, b: Tensor) -> float:
    """The unbiased estimate from ``Features.pooled`` of two sets; 0 for two of one kind.

    Features are in units of the root mean square of those of ``b``, the pictures.
    """
    size = b.square().mean().sqrt()
    a, b = a / size, b / size
    n, m = len(a), len(b)
    aa, bb, ab = (_kernel(x.double(), y.double()) for x, y in ((a, a), (b, b), (a, b)))
    same = (aa.sum() - aa.trace()) / (n * (n - 1)) + (bb.sum() - bb.trace()) / (m * (m - 1))
    return float(same - 2 * ab.mean())


def nearest(found: Tensor, known: Tensor) -> Tensor:
    """For each row of ``found`` the number of that row of ``known`` whose direction is nearest."""
    return torch.cat([(part @ known.mT).argmax(1) for part in found.split(AT_ONCE)])


def _kernel(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.mT / a.shape[1] + 1) ** 3
