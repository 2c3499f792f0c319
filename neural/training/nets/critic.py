"""The networks that tell results from photographs, patch by patch."""

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm


class PatchCritic(nn.Module):
    """Says of every patch how much it looks like a photograph (arXiv:1611.07004).

    Spectral normalization keeps its slope bounded (arXiv:1802.05957), as in SN-PatchGAN
    (arXiv:1806.03589). ``forward`` gives all feature maps; the last is the answer.
    """

    def __init__(self, inputs: int = 3, width: int = 48, depth: int = 4) -> None:
        """depth: convolutions of stride 2, the last two of equal width."""
        super().__init__()
        widths = [inputs, *(width * 2 ** min(i, depth - 2) for i in range(depth))]
        self.strided = nn.ModuleList(
            spectral_norm(nn.Conv2d(a, b, 4, stride=2, padding=1)) for a, b in pairwise(widths)
        )
        self.answer = spectral_norm(nn.Conv2d(widths[-1], 1, 3, padding=1))

    def forward(self, x: Tensor) -> list[Tensor]:
        """x: ``(n, inputs, h, w)``, sides multiples of ``2**depth``."""
        found = []
        for layer in self.strided:
            x = F.leaky_relu(layer(x), 0.2)
            found.append(x)
        return [*found, self.answer(x)]


def matched(wanted: list[Tensor], got: list[Tensor], weight: Tensor | None = None) -> Tensor:
    """How far the features of a result are from those of the photo (pix2pixHD, arXiv:1711.11585).

    weight: ``(n, 1, h, w)``, where it counts; everywhere, if not given.
    """
    total = torch.zeros((), device=got[0].device)
    for a, b in zip(wanted[:-1], got[:-1], strict=True):
        error = (a.detach().float() - b.float()).abs().mean(1, keepdim=True)
        if weight is None:
            total = total + error.mean()
        else:
            here = F.interpolate(weight, error.shape[2:], mode="area")
            total = total + (error * here).sum() / (here.sum() + 1e-6)
    return total / (len(got) - 1)


def hinge(real: Tensor, fake: Tensor, where: Tensor | None = None) -> Tensor:
    """The loss of a critic: photos above 1, results below -1 (arXiv:1705.02894).

    where: ``(n, 1, h, w)`` in 0..1, the part of each patch of the result that is not photo; what is
    photo there counts as photo (LaMa's mask-aware target, arXiv:2109.07161).
    """
    wrong = F.relu(1 + fake.float())
    if where is not None:
        made = (where > 0).float()
        wrong = made * wrong + (1 - made) * F.relu(1 - fake.float())
    return F.relu(1 - real.float()).mean() + wrong.mean()


def pleased(fake: Tensor, where: Tensor | None = None) -> Tensor:
    """The adversarial loss of a result: lower, the more its patches look like photographs."""
    if where is None:
        return -fake.float().mean()
    return -(fake.float() * where).sum() / (where.sum() + 1e-6)
