"""Looks as training knows them: read once, before the first step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.nn import functional as F

from neural import oklab
from neural.palette import Colors, Transport, palette
from neural.training import crops, looks
from neural.training.nets.enhance import looked_up

SCALES = (1, 2)  # times smaller, at which looks are compared: strokes are larger than features see
PARTS = 2  # of a picture with a look, that are looks as well
LEAST_PART = 0.6  # of its shorter side
POINTS = 9  # of the tables of colors, a side


@dataclass(frozen=True)
class Known:
    """Looks: what the network is told of them, and what results are compared with."""

    codes: Tensor  # (looks, code)
    palettes: list[Colors]
    colors: looks.Moments
    layers: list[list[looks.Moments]]  # of each scale, of each layer

    def at(self, which: Tensor) -> "Known":
        """Some of them, in full precision. which: their numbers."""

        def some(x: looks.Moments) -> looks.Moments:
            return looks.Moments(x.mean[which].float(), x.covariance[which].float())

        return Known(
            self.codes[which],
            [self.palettes[i] for i in which],
            some(self.colors),
            [[some(x) for x in layers] for layers in self.layers],
        )


def together(several: Sequence[Known]) -> Known:
    """All of them, in half precision: covariances are many numbers."""

    def joined(moments: Sequence[looks.Moments]) -> looks.Moments:
        means, covariances = zip(*moments, strict=True)
        return looks.Moments(torch.cat(means).bfloat16(), torch.cat(covariances).bfloat16())

    scales = zip(*(each.layers for each in several), strict=True)
    return Known(
        torch.cat([each.codes for each in several]),
        [one for each in several for one in each.palettes],
        joined([each.colors for each in several]),
        [[joined(layer) for layer in zip(*scale, strict=True)] for scale in scales],
    )


class Reader:
    """Reads looks off pictures, ``(n, 3, h, w)``, sRGB, 0..1."""

    def __init__(self, statistics: looks.Statistics, basis: looks.Basis) -> None:
        self.statistics, self.basis = statistics, basis

    def __call__(self, picture: Tensor) -> Known:
        """All that there is to know of their looks."""
        scales = [
            [looks.moments(x) for x in self.statistics.features(F.avg_pool2d(picture, scale))]
            for scale in SCALES
        ]
        return Known(
            self.basis(looks.parts(picture, scales[0])),
            [palette(x) for x in oklab.from_srgb(picture.flatten(2).mT.cpu().numpy())],
            looks.moments(picture),
            scales,
        )

    def pool(self, pictures: crops.Crops, count: int, size: int) -> list[Known]:
        """Looks of up to ``count`` pictures of a pool, and of parts of them."""
        count = min(count, len(pictures))
        spread = (pictures.whole(i * len(pictures) // count) for i in range(count))
        rng = Generator(pictures.pixels.device).manual_seed(3)
        return [self(x) for picture in spread for x in _parts(picture, size, rng)]


def in_colors_of(image: Tensor, palettes: Sequence[Colors]) -> Tensor:
    """``image``, ``(n, 3, h, w)``, in the colors of a palette each: as the editor does it, but for
    as little work as can be.
    """
    tables = [_table(one, other) for one, other in zip(image, palettes, strict=True)]
    return looked_up(image, torch.from_numpy(np.stack(tables)).to(image))


def _table(image: Tensor, wanted: Colors) -> NDArray[np.float32]:
    """``(3, POINTS * POINTS, POINTS)``, from a few of the colors of the picture."""
    own = oklab.from_srgb(image[:, ::4, ::4].flatten(1).T.cpu().numpy())
    table = Transport.between(own, np.ones(len(own)), wanted).table(POINTS)
    return table.transpose(3, 0, 1, 2).reshape(3, POINTS**2, POINTS)


def resized(picture: Tensor, size: int) -> Tensor:
    """With as many pixels as a square of ``size`` px."""
    h, w = picture.shape[2:]
    times = size / (h * w) ** 0.5
    return F.interpolate(picture, (round(h * times), round(w * times)), mode="area")


def _parts(picture: Tensor, size: int, rng: Generator) -> Iterator[Tensor]:
    """The whole and squares cut out of it, all with as many pixels."""
    yield resized(picture, size)
    h, w = picture.shape[2:]
    for _ in range(PARTS):
        y, x, share = torch.rand(3, generator=rng, device=rng.device).tolist()
        side = round((LEAST_PART + (1 - LEAST_PART) * share) * min(h, w))
        top, left = round(y * (h - side)), round(x * (w - side))
        yield resized(picture[..., top : top + side, left : left + side], size)
