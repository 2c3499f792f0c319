"""The baseline of style transfer: statistics of features exchanged, and a decoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.losses import PerceptualDistance

TAP = 1  # of the feature network's layers: 128 channels at a quarter of the resolution


class AdaIN(nn.Module):
    """Features of a picture get the mean and deviation of those of another, and are painted
    (Huang and Belongie, arXiv:1703.06868). The feature network is fixed.
    """

    def __init__(self, network: PerceptualDistance, width: int = 96) -> None:
        super().__init__()
        self.network = network
        w = width
        self.convs = nn.ModuleList(
            nn.Conv2d(a, b, 3, padding=1)
            for a, b in ((128, w), (w, w), (w, w), (w, w // 2), (w // 2, w // 4))
        )
        self.end = nn.Conv2d(w // 4, 3, 5, padding=2)

    def forward(self, image: Tensor, style: Tensor) -> Tensor:
        """``image`` in the look of ``style``, ``(n, 3, h, w)`` each, sRGB, 0..1."""
        x, y = (self.network.features(each)[TAP] for each in (image, style))
        (mean, deviation), (wanted, spread) = _moments(x), _moments(y)
        x = (x - mean) / deviation * spread + wanted
        for i, conv in enumerate(self.convs):
            if i >= len(self.convs) - 2:
                x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = F.relu(conv(x))
        x = F.interpolate(self.end(x).float(), image.shape[2:], mode="bilinear")
        return torch.sigmoid(x)


def _moments(x: Tensor) -> tuple[Tensor, Tensor]:
    mean = x.mean((2, 3), keepdim=True)
    return mean, ((x - mean).square().mean((2, 3), keepdim=True) + 1e-3).sqrt()
