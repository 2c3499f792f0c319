"""Pieces that networks share. Tensors are NCHW float; masks have one channel."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class ResBlock(nn.Module):
    """A dilated 3×3 convolution and a 1×1 one around a skip (He et al., arXiv:1512.03385).

    The last convolution starts at zero, so a fresh block is the identity and depth costs no
    stability; no normalization, so a crop and the whole picture agree.
    """

    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.spread = nn.Conv2d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv2d(channels, channels, 1)
        silence(self.mix)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.mix(F.relu(self.spread(F.relu(x))))


class KnownAttention(nn.Module):
    """Every place looks at every known place of the picture, at half the resolution of ``x``.

    One round of scaled dot-product attention (arXiv:1706.03762) whose keys are weighted by how
    much of their cell is known, so that a hole can borrow from far away but not from itself.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.query = nn.Conv2d(channels, width, 1)
        self.key = nn.Conv2d(channels, width, 1)
        self.value = nn.Conv2d(channels, channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        self.scale = width**-0.5
        silence(self.out)

    def forward(self, x: Tensor, keep: Tensor) -> Tensor:
        """x: ``(n, c, h, w)`` with even h and w; keep: ``(n, 1, h, w)``, 1 where known."""
        cells = F.avg_pool2d(F.relu(x), 2)
        known = F.avg_pool2d(keep, 2).flatten(2)
        query = self.query(cells).flatten(2).transpose(1, 2)
        key = self.key(cells).flatten(2)
        value = self.value(cells).flatten(2).transpose(1, 2)
        scores = query @ key * self.scale + torch.log(known.to(query.dtype) + 1e-4)
        found = torch.softmax(scores, dim=-1) @ value
        found = found.transpose(1, 2).reshape(cells.shape)
        return x + F.interpolate(self.out(found), scale_factor=2.0, mode="bilinear")


def silence(layer: nn.Module) -> None:
    """Have a layer answer 0 until it has learned something."""
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)


def membrane(image: Tensor, keep: Tensor, levels: int) -> Tensor:
    """Fill unknown pixels with a smooth surface hung on the known ones.

    A push-pull pyramid (Gortler et al., The Lumigraph, 1996) with a few relaxation steps at each
    level, which is close to the solution of Laplace's equation. image: ``(n, 3, h, w)``; keep:
    ``(n, 1, h, w)``, 1 where known; h and w are multiples of ``2**levels``.
    """
    colors, weights = [image * keep], [keep]
    for _ in range(levels):
        weight = F.avg_pool2d(weights[-1], 2)
        color = F.avg_pool2d(colors[-1] * weights[-1], 2) / (weight + 1e-6)
        colors.append(color)
        weights.append(weight)
    total = weights[-1].mean((2, 3), keepdim=True) + 1e-6
    filled = (colors[-1] * weights[-1]).mean((2, 3), keepdim=True) / total
    filled = filled.expand_as(colors[-1])
    for level in range(levels, -1, -1):
        if level < levels:
            filled = F.interpolate(filled, scale_factor=2.0, mode="bilinear")
        sure = (weights[level] * 4).clamp(max=1)
        pinned = colors[level] * sure
        for _ in range(12 if level == levels else 3):
            filled = pinned + (1 - sure) * F.avg_pool2d(
                filled, 3, stride=1, padding=1, count_include_pad=False
            )
    return filled
