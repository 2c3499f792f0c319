"""The enhancer: from a thumbnail to the one table of colors that makes the photograph right.

It chooses curves and a matrix, as a person would with sliders, and composes them into a table. What
it gives is smooth and nearly monotone because it is made of nothing else.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from neural.training.nets.blocks import silence

SIDE = 64  # px of the thumbnail, both ways: the photo is squashed, its colors are what counts
BINS = 16
TONES = 12  # cells of the curve of each channel
FINISH = 6  # cells of the curve that all channels share
RANKS = (0.0, 0.002, 0.03, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.998, 1.0)
LOW, HIGH = 1, -2  # of them: what may become black and white
CURVES = 3 * (TONES + 2)  # a slope at every knot and where black goes
PARAMETERS = 6 + CURVES + 6 + FINISH + 2


def curve(x: Tensor, slopes: Tensor, start: Tensor) -> Tensor:
    """A rising curve with a continuous slope, straight outside 0..1.

    x: ``(n, m)``. slopes: ``(n, k + 1)``, positive, at ``k + 1`` even knots, between which the
    slope is linear. start: ``(n, 1)``, the value at 0.
    """
    cells = slopes.shape[1] - 1
    place = (x[..., None] * cells - torch.arange(cells, device=x.device)).clamp(0, 1)
    first, last = slopes[:, None, :-1], slopes[:, None, 1:]
    inside = (place * (first + (last - first) * place / 2)).sum(2) / cells
    below, above = x.clamp(max=0) * slopes[:, :1], (x - 1).clamp(min=0) * slopes[:, -1:]
    return start + inside + below + above


def table(parameters: Tensor, ends: Tensor, steps: int) -> Tensor:
    """The table of a set of parameters, ``(n, 3, steps, steps, steps)``, by red, green and blue.

    parameters: ``(n, PARAMETERS)``; all zeros are the identity. A curve for each channel, then a
    matrix that leaves gray alone, then one curve for all.
    """
    n = len(parameters)
    levels, *raw = torch.split(parameters, [6, CURVES, 6, FINISH + 2], 1)
    grid = torch.linspace(0, 1, steps, device=parameters.device)
    black = levels[:, :3].tanh() * ends[:, :3]
    white = 1 - levels[:, 3:].tanh() * (1 - ends[:, 3:])
    stretched = (grid - black[..., None]) / (white - black)[..., None].clamp(min=0.05)
    own = raw[0].reshape(n * 3, TONES + 2)
    axes = curve(stretched.reshape(n * 3, steps), _slopes(own[:, 1:]), own[:, :1].tanh() / 3)
    r, g, b = axes.reshape(n, 3, steps).unbind(1)
    r, g, b = r[:, :, None, None], g[:, None, :, None], b[:, None, None, :]
    m = (raw[1].tanh() * 0.8)[:, :, None, None, None]
    mixed = [
        r + m[:, 0] * (g - r) + m[:, 1] * (b - r),
        g + m[:, 2] * (r - g) + m[:, 3] * (b - g),
        b + m[:, 4] * (r - b) + m[:, 5] * (g - b),
    ]
    colors = torch.stack([each.expand(n, steps, steps, steps) for each in mixed], 1)
    last = curve(colors.reshape(n, -1), _slopes(raw[2][:, 1:]), raw[2][:, :1].tanh() / 3)
    return last.reshape(n, 3, steps, steps, steps).clamp(0, 1)


def looked_up(image: Tensor, colors: Tensor) -> Tensor:
    """``image`` ``(n, 3, h, w)``, 0..1, through a ``table``, interpolated trilinearly."""
    places = image.permute(0, 2, 3, 1).flip(3)[:, None] * 2 - 1
    return F.grid_sample(colors, places, padding_mode="border", align_corners=True)[:, :, 0]


class EnhanceNet(nn.Module):
    """Convolutions for what is in the picture, histograms for its light; 0.3 M weights.

    Curves predicted from a thumbnail are HDRNet's (arXiv:1707.02880) and Exposure's
    (arXiv:1709.09602) idea, without their local part. Starts as the identity.
    """

    def __init__(self, steps: int = 33, widths: tuple[int, ...] = (16, 32, 64, 128)) -> None:
        """steps: colors along each side of the table. widths: channels at 1/2, 1/4, 1/8, 1/16."""
        super().__init__()
        self.steps = steps
        convs, channels = list[nn.Module](), 4
        for width in widths:
            convs += [nn.Conv2d(channels, width, 3, stride=2, padding=1), nn.ReLU()]
            channels = width
        self.convs = nn.Sequential(*convs)
        self.shrink = 2 ** len(widths)
        self.hidden = nn.Sequential(
            nn.Linear(2 * channels + 6 * BINS + 8 * len(RANKS), 192),
            nn.ReLU(),
            nn.Linear(192, 192),
            nn.ReLU(),
        )
        self.last = nn.Linear(192, PARAMETERS)
        silence(self.last)

    def forward(self, image: Tensor, mask: Tensor) -> Tensor:
        """Return the table, ``(n, 3, steps * steps, steps)``: red and green down, blue across.

        image: ``(n, 3, SIDE, SIDE)``, sRGB, 0..1. mask: ``(n, 1, SIDE, SIDE)``, 1 where there is
        nothing to see: what the image holds there makes no difference.
        """
        colors = table(*self.parameters_for(image, mask), self.steps)
        return colors.reshape(len(image), 3, self.steps**2, self.steps)

    def parameters_for(self, image: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """``(n, PARAMETERS)`` and ``(n, 6)``, for ``table``."""
        keep = 1 - mask
        found = self.convs(torch.cat([(image * 2 - 1) * keep, keep], 1))
        weight = F.avg_pool2d(keep, self.shrink)
        mean = (found * weight).sum((2, 3)) / (weight.sum((2, 3)) + 1e-6)
        most = (found * weight).amax((2, 3))
        light = _light(image[..., ::2, ::2], keep[..., ::2, ::2])
        ranked = _ranked(image, keep)
        low, high = ranked[:, :, LOW, None], ranked[:, :, HIGH, None]
        ends = torch.cat([low[:, :3, 0], high[:, :3, 0]], 1)
        relative = (ranked - low) / (high - low + 0.05)
        found = torch.cat([mean, most, light, ranked.flatten(1) * 2 - 1, relative.flatten(1)], 1)
        return self.last(self.hidden(found)), ends


def _light(image: Tensor, keep: Tensor) -> Tensor:
    """Histograms of red, green, blue and brightness, and the mean colors of each brightness.

    Returns ``(n, 6 * BINS)``; a bin fades into its neighbors.
    """
    luma = (image * image.new_tensor((0.299, 0.587, 0.114))[:, None, None]).sum(1, keepdim=True)
    planes = torch.cat([image, luma], 1).flatten(2)[:, :, None]
    centers = torch.linspace(0, 1, BINS, device=image.device)[:, None]
    share = keep.flatten(2)[:, :, None] / (keep.sum((1, 2, 3))[:, None, None, None] + 1e-6)
    bins = (1 - (planes - centers).abs() * (BINS - 1)).clamp(min=0) * share
    counts = bins.sum(3)
    colors = (image[:, ::2] - image[:, 1:2]).flatten(2)
    means = bins[:, 3] @ colors.transpose(1, 2) / (counts[:, 3, :, None] + 1e-3)
    return torch.cat([(counts * BINS / 4).sqrt().flatten(1), means.flatten(1) * 3], 1)


def _ranked(image: Tensor, keep: Tensor) -> Tensor:
    """The values of red, green, blue and brightness at ``RANKS`` of all, ``(n, 4, len(RANKS))``."""
    luma = (image * image.new_tensor((0.299, 0.587, 0.114))[:, None, None]).sum(1, keepdim=True)
    planes = torch.cat([image, luma], 1).flatten(2)
    planes = torch.where(keep.flatten(2) > 0.5, planes, 2.0).sort(2).values
    last = keep.sum((1, 2, 3)) - 1
    places = (last.clamp(min=0)[:, None] * image.new_tensor(RANKS)).round().long()
    return planes.gather(2, places[:, None].expand(-1, 4, -1)).clamp(max=1)


def _slopes(raw: Tensor) -> Tensor:
    """Between a fifth and five."""
    return (raw.tanh() * 1.6).exp()
