"""What a generator and its critic learn from each other."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F


class Rule(NamedTuple):
    """Losses of a critic, given its answers to pictures and to results, and of the generator."""

    critic: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor], Tensor]


def _hinge(real: Tensor, fake: Tensor) -> Tensor:
    return F.relu(1 - real).mean() + F.relu(1 + fake).mean()


def _logistic(real: Tensor, fake: Tensor) -> Tensor:
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def _earth_mover(real: Tensor, fake: Tensor) -> Tensor:
    return fake.mean() - real.mean()


def _mean(fake: Tensor) -> Tensor:
    return -fake.mean()


def _non_saturating(fake: Tensor) -> Tensor:
    return F.softplus(-fake).mean()


RULES = {
    "hinge": Rule(_hinge, _mean),  # arXiv:1705.02894
    "non-saturating": Rule(_logistic, _non_saturating),  # arXiv:1406.2661
    "wasserstein": Rule(_earth_mover, _mean),  # arXiv:1701.07875
}


def steepness(critic: Callable[[Tensor], Tensor], picture: Tensor) -> Tensor:
    """The squared slope of the answers to each picture, ``(n,)``; it can be learned from.

    critic: the network itself, not what a training loop made of it. Runs in full precision.
    """
    with torch.autocast(picture.device.type, enabled=False):
        picture = picture.detach().float().requires_grad_()
        answer = critic(picture).float().mean(1).sum()
        (slope,) = torch.autograd.grad(answer, picture, create_graph=True)
    return slope.square().sum((1, 2, 3))


def r1(critic: Callable[[Tensor], Tensor], real: Tensor) -> Tensor:
    """Answers should be flat around pictures (Mescheder et al., arXiv:1801.04406)."""
    return steepness(critic, real).mean() / 2


def gradient_penalty(
    critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, mix: Tensor
) -> Tensor:
    """Slopes between pictures and results should be 1 (Gulrajani et al., arXiv:1704.00028).

    mix: ``(n, 1, 1, 1)``, 0..1.
    """
    between = real + mix * (fake - real)
    return ((steepness(critic, between) + 1e-12).sqrt() - 1).square().mean()
