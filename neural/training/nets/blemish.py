"""The network that finds scratches and dust."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.nets.blocks import ResBlock, silence

MULTIPLE_OF = 8  # 2 by the pixel-unshuffle, 4 by the two strides
KINDS = 2  # bright ones and dark ones
RARE = -3.0  # the logit of what has not been looked at: few pixels are damaged


class BlemishNet(nn.Module):
    """A residual U-Net at half the resolution that says of each pixel how likely it is damaged.

    As in U-Net (Ronneberger et al., arXiv:1505.04597), small and without normalization, so that a
    part and the whole picture agree. Dilations follow long scratches.
    """

    def __init__(self, half: int = 32, quarter: int = 64, eighth: int = 96) -> None:
        """Channels at 1/2, 1/4 and 1/8 of the resolution."""
        super().__init__()
        self.head = nn.Conv2d(12, half, 3, padding=1)
        self.fine_in = nn.Sequential(ResBlock(half), ResBlock(half))
        self.to_quarter = nn.Conv2d(half, quarter, 2, stride=2)
        self.middle_in = nn.Sequential(ResBlock(quarter), ResBlock(quarter, 2))
        self.to_eighth = nn.Conv2d(quarter, eighth, 2, stride=2)
        self.coarse = nn.Sequential(*(ResBlock(eighth, d) for d in (1, 2, 4, 1)))
        self.from_eighth = nn.Conv2d(eighth, quarter * 4, 1)
        self.middle_out = nn.Sequential(ResBlock(quarter), ResBlock(quarter))
        self.from_quarter = nn.Conv2d(quarter, half * 4, 1)
        self.fine_out = nn.Sequential(ResBlock(half), ResBlock(half))
        self.tail = nn.Conv2d(half, 4 * KINDS, 3, padding=1)
        silence(self.tail)

    def forward(self, image: Tensor) -> Tensor:
        """Return logits, ``(n, KINDS, h, w)``.

        image: ``(n, 3, h, w)``, sRGB, 0..1, sides multiples of ``MULTIPLE_OF``.
        """
        fine = self.fine_in(self.head(F.pixel_unshuffle(image - 0.5, 2)))
        middle = self.middle_in(self.to_quarter(F.relu(fine)))
        coarse = self.coarse(self.to_eighth(F.relu(middle)))
        middle = self.middle_out(middle + F.pixel_shuffle(self.from_eighth(F.relu(coarse)), 2))
        fine = self.fine_out(fine + F.pixel_shuffle(self.from_quarter(F.relu(middle)), 2))
        return F.pixel_shuffle(self.tail(F.relu(fine)), 2).float() + RARE


class Likely(nn.Module):
    """``BlemishNet`` with probabilities, as its card says."""

    def __init__(self, net: BlemishNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.net(image))
