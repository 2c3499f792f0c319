"""Style transfer: a network that repaints a picture in a look, or in several.

Arbitrary style transfer by conditional instance normalization (Ghiasi et al., arXiv:1705.06830),
small as in MicroAST (arXiv:2211.15313). What a look is, is learned elsewhere: ``looks``.
"""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

MULTIPLE_OF = 4
LOOKS = 4  # at once
SMOOTHED = 7  # times 4 px, twice: strokes are smaller than that
SLOW_LESS = 0.6  # of what changes more slowly is left out: light and shade are the photo's
FLAT = 1e-6  # the variance around a place at which it stays as it is; a quarter of 1/255, squared
LIVELY = 4e-4  # and at which it is painted in full; five times 1/255
LEAST_VARIANCE = 1e-5


class Restyled(nn.Module):
    """Normalize each channel over the picture, then scale and shift it as the look there says."""

    def __init__(self, channels: int, hidden: int) -> None:
        super().__init__()
        self.channels = channels
        self.affine = nn.Linear(hidden, 2 * channels)
        nn.init.normal_(self.affine.weight, std=0.02)
        with torch.no_grad():
            self.affine.bias.copy_(torch.tensor([1.0, 0.0]).repeat_interleave(channels))

    def forward(self, x: Tensor, look: Tensor) -> Tensor:
        """One look everywhere, for training. x: ``(n, channels, h, w)``. look: ``(n, hidden)``.

        A batch normalization that takes all channels of all pictures for those of one.
        """
        n, c, h, w = x.shape
        scale, shift = self.affine(look).float().chunk(2, 1)
        flat = x.reshape(1, n * c, h, w)
        found = F.batch_norm(
            flat, None, None, scale.flatten(), shift.flatten(), True, 0.0, LEAST_VARIANCE
        )
        return found.view(n, c, h, w)

    def placed(
        self, x: Tensor, looks: Tensor, weights: Tensor, known: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Several looks, each in its place. looks: ``(n, looks, hidden)``. weights: ``(n, looks, h,
        w)``, their sum 1 everywhere. known: ``(n, channels, 2)``, mean and deviation of the
        features over the whole picture; where the deviation is 0, it is measured here. Returns what
        becomes of ``x`` and the statistics that were used.
        """
        used = torch.where(known[..., 1:] > 0, known, torch.stack(_moments(x), 2))
        mean, deviation = used[..., None, None].unbind(2)
        n, c = x.shape[:2]
        places = self.affine(looks).mT @ weights.flatten(2)
        scale, shift = places.reshape(n, 2 * c, *x.shape[2:]).chunk(2, 1)
        return (x - mean) / deviation * scale + shift, used


class StyleNet(nn.Module):
    """What to add to a picture, which has the colors of a look already, to give it its strokes.

    At a quarter of the resolution residual blocks work it out; every convolution is followed by a
    ``Restyled``. Each block is given white noise as well: where a picture is flat, nothing else
    says where a stroke should be, and without it the grid of the strides would. The less there
    is to be seen around a place, the less is added: a flat sky stays calm.
    """

    def __init__(self, code: int, width: int = 24, blocks: int = 5, hidden: int = 192) -> None:
        super().__init__()
        w = width
        self.look = nn.Sequential(
            nn.Linear(code, hidden), nn.SiLU(), nn.Linear(hidden, hidden), nn.SiLU()
        )
        self.down = nn.ModuleList([_conv(3, 2 * w, 5, 2), _conv(2 * w, 4 * w, 3, 2)])
        self.blocks = nn.ModuleList(_conv(4 * w, 4 * w) for _ in range(2 * blocks))
        self.noises = nn.ModuleList(_conv(MULTIPLE_OF**2, 4 * w) for _ in range(blocks))
        self.up = nn.ModuleList([_conv(4 * w, 2 * w), _conv(2 * w, 2 * w)])
        self.end = _conv(2 * w, 12)
        channels = (2 * w, *(4 * w,) * (2 * blocks + 1), 2 * w, 2 * w)
        for parameter in (*self.noises.parameters(), *self.end.parameters()):
            nn.init.zeros_(parameter)
        self.norms = nn.ModuleList(Restyled(c, hidden) for c in channels)
        self.channels = channels

    @property
    def sees(self) -> int:
        """How many px around one it looks at: its convolutions, most of them at a quarter of the
        resolution, and the two things that are smoothed.
        """
        return 4 * len(self.blocks) + 16 + 8 * (2 * (SMOOTHED // 2) + 1)

    @property
    def statistics(self) -> int:
        """How many channels are normalized."""
        return sum(self.channels)

    def repainted(
        self, image: Tensor, looks: Tensor, weights: Tensor, known: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor]:
        """A picture in several looks, each in its place.

        image: ``(n, 3, h, w)``, sRGB, 0..1 or a little more, sides multiples of 4. looks: codes
        ``(n, looks, code)``. weights: ``(n, looks, h, w)``, sum 1. known: ``(n, statistics, 2)``,
        of the whole picture, or zeros. noise: ``(n, 1, h, w)``, white, mean 0, deviation 1. Returns
        the picture, ``(n, 3, h, w)``, and the statistics.
        """
        hidden = self.look(looks)
        half = F.avg_pool2d(weights, 2)
        levels = (weights, half, F.avg_pool2d(half, 2))
        given = iter(known.split(self.channels, 1))
        measured = []

        def restyled(norm: Restyled, x: Tensor, level: int) -> Tensor:
            x, used = norm.placed(x, hidden, levels[level], next(given))
            measured.append(used)
            return x

        return image + self._through(image, noise, restyled), torch.cat(measured, 1)

    def forward(self, image: Tensor, look: Tensor, noise: Tensor) -> Tensor:
        """What is added for one look everywhere, for training. look: codes ``(n, code)``."""
        hidden = self.look(look)
        return self._through(image, noise, lambda norm, x, _: norm(x, hidden))

    def _through(
        self, image: Tensor, noise: Tensor, restyled: Callable[[Restyled, Tensor, int], Tensor]
    ) -> Tensor:
        norms = iter(self.norms)

        def normal(x: Tensor, level: int) -> Tensor:
            norm = next(norms)
            assert isinstance(norm, Restyled)
            return restyled(norm, x, level)

        x = image
        for i, conv in enumerate(self.down):
            x = F.relu(normal(conv(x), i + 1))
        chance = F.pixel_unshuffle(noise, MULTIPLE_OF)
        layers = zip(self.blocks[::2], self.blocks[1::2], self.noises, strict=True)
        for first, second, strewn in layers:
            found = F.relu(normal(first(x) + strewn(chance), 2))
            x = x + normal(second(found), 2)
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
        for conv in self.up:
            x = F.relu(normal(conv(x), 1))
        change = _without_grid(F.pixel_shuffle(self.end(x), 2).float())
        return _enlarged(_liveliness(image)) * (change - SLOW_LESS * _enlarged(_around(change)))


def _around(x: Tensor) -> Tensor:
    """Means of what is around, over squares, twice, at a quarter of the resolution."""
    small, around = F.avg_pool2d(x, 4), SMOOTHED // 2
    for _ in range(2):
        for kernel, padding in (((SMOOTHED, 1), (around, 0)), ((1, SMOOTHED), (0, around))):
            small = F.avg_pool2d(small, kernel, 1, padding, count_include_pad=False)
    return small


def _enlarged(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=4.0, mode="bilinear")


def _without_grid(x: Tensor) -> Tensor:
    """Without what alternates from pixel to pixel, as where two pixels came from one."""
    for sides in ((0, 1, 0, 1), (1, 0, 1, 0)):
        x = F.avg_pool2d(F.pad(x, sides, mode="replicate"), 2, 1)
    return x


def _liveliness(image: Tensor) -> Tensor:
    """Where a picture is anything but of one color, ``(n, 1, h / 4, w / 4)``, 0..1."""
    image = image.float()
    variance = (_around(image.square()) - _around(image).square()).mean(1, keepdim=True)
    return ((variance - FLAT) / (LIVELY - FLAT)).clamp(0, 1)


def _conv(channels: int, out: int, kernel: int = 3, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels, out, kernel, stride, kernel // 2)


def _moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and deviation of each channel, ``(n, c)`` each."""
    mean = x.mean((2, 3))
    centered = x - mean[..., None, None]
    return mean, (centered.square().mean((2, 3)) + LEAST_VARIANCE).sqrt()
