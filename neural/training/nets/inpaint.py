"""The structure network: what belongs in a hole, before its texture is copied from the photo."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.nets.blocks import KnownAttention, ResBlock, membrane, silence

MEMBRANE_LEVELS = 5
MULTIPLE_OF = 2**MEMBRANE_LEVELS


class InpaintNet(nn.Module):
    """A U-Net that corrects a membrane.

    The hole is first filled with a smooth surface; the network sees that picture and the mask, and
    adds a correction whose last layer starts at zero, so that an untrained network is already a
    membrane fill. Dilations as in Iizuka et al. (Globally and Locally Consistent Image Completion,
    2017) and attention to the known part carry what is far from the hole into it.
    """

    def __init__(self, half: int = 32, quarter: int = 96, eighth: int = 192) -> None:
        super().__init__()
        self.stem = nn.Conv2d(16, half, 3, padding=1)
        self.fine_in = ResBlock(half)
        self.to_quarter = nn.Conv2d(half, quarter, 4, stride=2, padding=1)
        self.middle_in = nn.Sequential(ResBlock(quarter), ResBlock(quarter))
        self.to_eighth = nn.Conv2d(quarter, eighth, 4, stride=2, padding=1)
        self.near = nn.Sequential(*(ResBlock(eighth, d) for d in (1, 2, 4)))
        self.look = KnownAttention(eighth, 64)
        self.far = nn.Sequential(*(ResBlock(eighth, d) for d in (8, 4, 2)))
        self.look_again = KnownAttention(eighth, 64)
        self.settle = nn.Sequential(*(ResBlock(eighth, d) for d in (2, 1)))
        self.from_eighth = nn.Conv2d(eighth, quarter * 4, 1)
        self.middle_out = nn.Sequential(ResBlock(quarter), ResBlock(quarter))
        self.from_quarter = nn.Conv2d(quarter, half * 4, 1)
        self.fine_out = nn.Sequential(ResBlock(half), ResBlock(half))
        self.correction = nn.Conv2d(half, 12, 3, padding=1)
        silence(self.correction)

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Return the whole picture with its hole filled, ``(n, 3, h, w)``, about 0..1.

        image: ``(n, 3, h, w)``, sRGB, 0..1, anything inside the hole. mask: ``(n, 1, h, w)``, 1 in
        the hole, 0 elsewhere. h and w are multiples of ``MULTIPLE_OF``.
        """
        keep = 1 - mask
        filled = membrane(image.float(), keep.float(), MEMBRANE_LEVELS)
        fine = self.stem(F.pixel_unshuffle(torch.cat([filled - 0.5, mask - 0.5], 1), 2))
        fine = self.fine_in(fine)
        middle = self.middle_in(self.to_quarter(F.relu(fine)))
        coarse = self.near(self.to_eighth(F.relu(middle)))
        known = F.avg_pool2d(keep, 8)
        coarse = self.far(self.look(coarse, known))
        coarse = self.settle(self.look_again(coarse, known))
        middle = self.middle_out(middle + F.pixel_shuffle(self.from_eighth(F.relu(coarse)), 2))
        fine = self.fine_out(fine + F.pixel_shuffle(self.from_quarter(F.relu(middle)), 2))
        return filled + F.pixel_shuffle(self.correction(F.relu(fine)), 2).float()
