"""Give a picture the colors and the tones of others, and nothing else of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neural import oklab
from neural.image import Box, Image, Mask, Table, from_nchw, lattice, resize
from neural.looks import Look, shares_of, to_read
from neural.operations.fields import LOOKS, OPACITY, check_looks
from neural.progress import Progress

POINTS = 33  # of the table, a side
SAMPLES = 4096
TOE = 0.05  # of lightness: how far from its ends contrast is taken for finite
CONTRAST = (0.6, 1.7)  # the least and the most that it is multiplied by
SPREAD = (0.4, 1.8)  # the same of colors
LEAST_DEVIATION = 0.01  # of what is measured: below, there is only noise
STEEPEST = 0.5  # change of a and b along lightness


@dataclass(frozen=True)
class Restyle:
    """Find the table of colors that gives a picture the tones and colors of a look."""

    task: ClassVar[str] = "restyle"
    title: ClassVar[str] = "Restyle (colors only)"
    needs_network: ClassVar[bool] = False
    needs_mask: ClassVar[bool] = False
    mask_is_strength: ClassVar[bool] = False
    adjusts: ClassVar[bool] = True

    looks: tuple[Look, ...] = field(default=(), metadata=LOOKS)
    strength: float = field(default=1.0, metadata=OPACITY)

    def context(self, hole: Box, width: int, height: int) -> Box:
        """Everything: what a part becomes depends on the whole."""
        return Box(0, 0, width, height)

    def local(self, whole: Callable[[], Image]) -> None:
        """What a part becomes depends on the whole."""

    def __call__(self, network: object, image: Image, mask: Mask, progress: Progress) -> Table:
        """The whole change, ``(33, 33, 33, 3)``, whatever ``strength`` says; it takes no network.

        mask: ``(h, w)``, how much of each pixel is there. First lightness gets a curve that only
        rises, with the mean and the deviation of the look; then colors get the mean that those of
        the look have where it is that light, and around it their spread. That is the transport of
        Rosenblatt (1952) between normal distributions, in OKLab, where it can be seen.
        """
        check_looks(self.looks)
        small = from_nchw(to_read(image))  # as looks are measured: fine grain is no contrast
        there = resize(mask, *small.shape[:2]).ravel()
        own = Grade.of(oklab.from_srgb(small.reshape(-1, 3)), there)
        colors = oklab.from_srgb(lattice(POINTS))
        shares = shares_of(self.looks)
        wanted = [Grade.of(oklab.from_srgb(_drawn(look))) for look in self.looks]
        made = sum(
            share * own.taken_to(grade, colors)
            for share, grade in zip(shares.tolist(), wanted, strict=True)
        )
        progress(1.0)
        return oklab.to_srgb(np.asarray(made)).astype(np.float32)


@dataclass(frozen=True)
class Grade:
    """The tones and colors of a picture. Lightness is measured where it has no ends."""

    tone: float  # mean
    contrast: float  # deviation
    lightness: float  # mean
    color: NDArray[np.float64]  # mean of a and b, (2,)
    slope: NDArray[np.float64]  # how they change with lightness, (2,)
    spread: NDArray[np.float64]  # covariance around that, (2, 2)

    @classmethod
    def of(cls, colors: NDArray[np.float64], weight: Mask | None = None) -> "Grade":
        """colors: OKLab, ``(n, 3)``."""
        tones = _endless(colors[:, 0])
        tone = float(np.average(tones, weights=weight))
        contrast = float(np.average((tones - tone) ** 2, weights=weight)) ** 0.5
        mean = np.average(colors, axis=0, weights=weight)
        covariance = np.cov(colors.T, aweights=weight, ddof=0) + LEAST_DEVIATION**2 * np.eye(3)
        slope = (covariance[1:, 0] / covariance[0, 0]).clip(-STEEPEST, STEEPEST)
        spread = covariance[1:, 1:] - np.outer(slope, slope) * covariance[0, 0]
        return cls(tone, contrast + LEAST_DEVIATION, float(mean[0]), mean[1:], slope, spread)

    def taken_to(self, other: "Grade", colors: NDArray[np.float64]) -> NDArray[np.float64]:
        """``colors``, OKLab, of a picture like this in one like the other."""
        gain = np.clip(other.contrast / self.contrast, *CONTRAST)
        light = _ended(other.tone + gain * (_endless(colors[..., 0]) - self.tone))
        around = colors[..., 1:] - self._usual(colors[..., 0])
        mapped = other._usual(light) + around @ _transport(self.spread, other.spread).T
        return np.concatenate([light[..., None], mapped], axis=-1)

    def _usual(self, light: NDArray[np.float64]) -> NDArray[np.float64]:
        """Mean of a and b where it is that light."""
        return self.color + self.slope * (light[..., None] - self.lightness)


def _endless(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lightness on a scale without ends, on which it can be moved and stretched freely."""
    inside = (light + TOE) / (1 + 2 * TOE)
    return np.log(inside / (1 - inside))


def _ended(endless: NDArray[np.float64]) -> NDArray[np.float64]:
    return ((1 + 2 * TOE) / (1 + np.exp(-endless)) - TOE).clip(0, 1)


def _transport(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The symmetric matrix that takes one covariance to the other, within ``SPREAD``."""
    root = _root(one)
    inverse = np.linalg.inv(root)
    values, axes = np.linalg.eigh(inverse @ _root(root @ other @ root) @ inverse)
    return (axes * values.clip(*SPREAD)) @ axes.T


def _root(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    values, axes = np.linalg.eigh(matrix)
    return (axes * np.sqrt(values.clip(1e-12))) @ axes.T


def _drawn(look: Look) -> NDArray[np.float64]:
    """Colors as those of the look may have been, ``(n, 3)``, sRGB: normal, as far as they fit."""
    mean, covariance = np.array(look.colors[:3]), np.reshape(look.colors[3:], (3, 3))
    normal = np.random.default_rng(0).standard_normal((SAMPLES, 3))
    return (mean + normal @ _root(covariance)).clip(0, 1)
