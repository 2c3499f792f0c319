"""The denoiser: what is noise in a picture, given how strong the noise is at each place."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.nets.blocks import silence

MULTIPLE_OF = 8  # 2 by the pixel-unshuffle, 4 by the two strides


def plain(channels: int, out: int, size: int, stride: int = 1) -> nn.Conv2d:
    """A convolution without a bias, which has no opinion on how strong noise is."""
    return nn.Conv2d(
        channels, out, size, stride, padding=size // 2 if stride == 1 else 0, bias=False
    )


class Block(nn.Module):
    """Two 3×3 convolutions around a skip (EDSR, arXiv:1707.02921); starts as the identity."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = plain(channels, channels, 3)
        self.second = plain(channels, channels, 3)
        silence(self.second)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(F.relu(self.first(x)))


def blocks(channels: int, count: int) -> nn.Sequential:
    return nn.Sequential(*(Block(channels) for _ in range(count)))


class DenoiseNet(nn.Module):
    """A residual U-Net without biases, told the noise level, at half the resolution.

    The level as a fourth channel and the half resolution are FFDNet's (arXiv:1710.04026), the
    U-Net of residual blocks is DRUNet's (arXiv:2008.13751), the missing biases, which let it work
    at levels it has not seen, are from arXiv:1906.05478. Starts as the identity.
    """

    def __init__(
        self,
        widths: tuple[int, int, int] = (48, 96, 160),
        depths: tuple[int, int, int] = (2, 2, 3),
    ) -> None:
        """widths, depths: channels and residual blocks at 1/2, 1/4 and 1/8 of the resolution."""
        super().__init__()
        (half, quarter, eighth), (fine, middle, coarse) = widths, depths
        self.head = plain(16, half, 3)
        self.fine_in = blocks(half, fine)
        self.to_quarter = plain(half, quarter, 2, stride=2)
        self.middle_in = blocks(quarter, middle)
        self.to_eighth = plain(quarter, eighth, 2, stride=2)
        self.coarse = blocks(eighth, coarse)
        self.from_eighth = plain(eighth, quarter * 4, 1)
        self.middle_out = blocks(quarter, middle)
        self.from_quarter = plain(quarter, half * 4, 1)
        self.fine_out = blocks(half, fine)
        self.tail = plain(half, 12, 3)
        silence(self.tail)

    def forward(self, image: Tensor, level: Tensor) -> Tensor:
        """Return the picture without its noise, ``(n, 3, h, w)``, about 0..1.

        image: ``(n, 3, h, w)``, sRGB, 0..1, noise may pass the limits. level: ``(n, 1, h, w)``, the
        standard deviation of the noise to remove, on the same scale. h and w are multiples of
        ``MULTIPLE_OF``.
        """
        fine = self.fine_in(self.head(F.pixel_unshuffle(torch.cat([image, level], 1), 2)))
        middle = self.middle_in(self.to_quarter(fine))
        coarse = self.coarse(self.to_eighth(middle))
        middle = self.middle_out(middle + F.pixel_shuffle(self.from_eighth(coarse), 2))
        fine = self.fine_out(fine + F.pixel_shuffle(self.from_quarter(middle), 2))
        return image - F.pixel_shuffle(self.tail(fine), 2).to(image.dtype)
