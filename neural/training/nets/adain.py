"""The baseline of style transfer: statistics of features exchanged, and a decoder."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.looks import COMPARED, Moments
from neural.training.losses import PerceptualDistance

TAP = 1  # of the layers that looks are compared in: 128 channels at a quarter of the resolution


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

    def forward(self, image: Tensor, style: Moments) -> Tensor:
        """``image``, ``(n, 3, h, w)``, sRGB, 0..1, in the look with such features."""
        x = self.network.features(image)[COMPARED[TAP]]
        mean, variance = x.mean((2, 3)), x.var((2, 3), correction=0)
        wanted = style.covariance.diagonal(dim1=1, dim2=2)
        times = ((wanted + 1e-3) / (variance + 1e-3)).sqrt()
        x = (x - mean[..., None, None]) * times[..., None, None] + style.mean[..., None, None]
        for i, conv in enumerate(self.convs):
            if i >= len(self.convs) - 2:
                x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            x = F.relu(conv(x))
        x = F.interpolate(self.end(x).float(), image.shape[2:], mode="bilinear")
        return torch.sigmoid(x)
