"""Palettes, and how a picture gets the one of another: optimal transport of colors.

Of all ways to give the colors of a picture the distribution of others, the one that moves them
least keeps light light and unlike colors apart. The entropic one is smooth, is known for every
color and not only for those of the picture, and takes a fraction of a second (Cuturi, Sinkhorn
Distances, arXiv:1306.0895; Pooladian and Niles-Weed, Entropic Estimation of Optimal Transport Maps,
arXiv:2109.12004). All of it happens in OKLab.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from neural import oklab
from neural.image import Table, lattice

HALVINGS = 6
PARTS = 2**HALVINGS
"""Colors of a palette, each for as much of the picture as any other."""

CHROMA = 2.5  # times as far apart as lightness: hues are told apart
BIN = 0.05  # of colors that are moved together, when the transport is sought
SHARPEST = 0.005  # entropy, squared distance: how far a color looks for its goal
SOFTEST = 0.64
STEEPEST = 3.0  # times, at most, that colors are driven apart: a plain sky stays plain
NEAR = 0.02  # how far apart they are, when that is measured
SPREAD = 1.7  # times, at most, that the linear part of it does
TOE = 0.1  # of lightness: below, what would be darker than black is squeezed in, not cut off
LEAST = 0.01  # deviation of colors; what is below is noise
ROUNDS = 60

Colors = NDArray[np.float64]  # (n, 3), OKLab
Weights = NDArray[np.float64]  # (n,), their sum 1


def palette(colors: Colors) -> Colors:
    """``PARTS`` colors for ``colors``: again and again halved across where they differ most
    (median cut; Heckbert, Color Image Quantization for Frame Buffer Display, 1982), and as far
    apart as they were, though each is a mean.
    """
    parts = [colors]
    for _ in range(HALVINGS):
        parts = [half for part in parts for half in _halves(part)]
    means = np.array([part.mean(0) for part in parts])
    matrix, offset = _linear(means, np.full(PARTS, 1 / PARTS), colors)
    return means @ matrix.T + offset


def _halves(colors: Colors) -> tuple[Colors, Colors]:
    order = np.argsort(colors[:, (colors.var(0) * _SCALE**2).argmax()], kind="stable")
    middle = max(len(order) // 2, 1)
    return colors[order[:middle]], colors[order[-middle:]]


@dataclass(frozen=True)
class Plan:
    """An entropic transport: to which of the goals colors go, and how much to each."""

    goals: Colors
    pull: Weights  # of each goal
    softness: float

    @classmethod
    def between(
        cls, colors: Colors, weights: Weights, goals: Colors, shares: Weights, softness: float
    ) -> Self:
        """Sinkhorn's algorithm."""
        near = np.exp(-_apart(colors, goals) / softness) + 1e-300
        pull = shares
        for _ in range(ROUNDS):
            pull = shares / ((weights / (near @ pull)) @ near)
        return cls(goals, pull, softness)

    def __call__(self, colors: Colors) -> Colors:
        """The mean of where ``colors`` go."""
        apart = _apart(colors, self.goals)
        pull = self.pull * np.exp(-(apart - apart.min(1, keepdims=True)) / self.softness)
        mean: Colors = pull @ self.goals / pull.sum(1, keepdims=True)
        return mean


@dataclass(frozen=True)
class Transport:
    """Takes colors to those of a palette. Make it with ``between``.

    First a linear map gives them the mean and the covariance of the palette. Then each moves by
    what the plan to the palette says and the plan to where they are does not: so what softness
    takes is not taken, what was fine stays fine, and to its own palette a picture has no way to go.
    """

    matrix: NDArray[np.float64]
    offset: NDArray[np.float64]
    there: Plan
    here: Plan

    @classmethod
    def between(cls, colors: Colors, weights: NDArray[np.floating], goals: Colors) -> Self:
        """From ``colors``, ``(n, 3)``, which count as ``weights`` say, to ``goals``, which count
        alike. As sharp as ``STEEPEST`` allows.
        """
        colors, counts = _binned(colors, weights)
        matrix, offset = _linear(colors, counts, goals)
        begun, shares = colors @ matrix.T + offset, np.full(len(goals), 1 / len(goals))
        softness = SHARPEST
        while True:
            there = Plan.between(begun, counts, goals, shares, softness)
            here = Plan.between(begun, counts, begun, counts, softness)
            found = cls(matrix, offset, there, here)
            if softness >= SOFTEST or found._steepness(colors) <= STEEPEST:
                return found
            softness *= 2

    def __call__(self, colors: NDArray[np.float64]) -> NDArray[np.float64]:
        """What becomes of ``colors``, ``(..., 3)``, OKLab."""
        begun = colors.reshape(-1, 3) @ self.matrix.T + self.offset
        moved = begun + self.there(begun) - self.here(begun)
        dark = TOE * np.exp(np.minimum(moved[:, 0] / TOE - 1, 0))
        moved[:, 0] = np.where(moved[:, 0] < TOE, dark, moved[:, 0])
        return moved.reshape(colors.shape)

    def _steepness(self, colors: Colors) -> float:
        """How far it drives apart what is near to ``colors``, and neighboring grays, at most."""
        steps = NEAR * np.eye(3)[:, None]
        apart = self(colors + steps) - self(colors - steps)
        rises = np.diff(self(oklab.from_srgb(_GRAYS))[:, 0]) / np.diff(_GRAYS[:, 0])
        return max(float(np.sqrt((apart**2).sum(-1)).max()) / (2 * NEAR), float(rises.max()))

    def table(self, points: int) -> Table:
        """``(points, points, points, 3)``, sRGB: what becomes of each color."""
        return oklab.to_srgb(self(oklab.from_srgb(lattice(points)))).astype(np.float32)


def _apart(colors: Colors, goals: Colors) -> NDArray[np.float64]:
    """Squared distances, ``(colors, goals)``."""
    one, other = colors * _SCALE, goals * _SCALE
    squares = (one**2).sum(1)[:, None] + (other**2).sum(1)
    return np.maximum(squares - 2 * one @ other.T, 0)


def _binned(colors: Colors, weights: NDArray[np.floating]) -> tuple[Colors, Weights]:
    """Colors that are nearly the same as one."""
    cells = np.rint(colors / BIN).astype(np.intp)
    cells -= cells.min(0)
    which = np.ravel_multi_index(tuple(cells.T), tuple(cells.max(0) + 1))
    total = np.bincount(which, weights)
    here = np.flatnonzero(total)
    sums = [np.bincount(which, weights * channel)[here] for channel in colors.T]
    return np.stack(sums, 1) / total[here, None], total[here] / total.sum()


def _linear(
    colors: Colors, weights: Weights, goals: Colors
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What gives colors the mean and the covariance of their goals, moving each as little as
    possible (Pitié and Kokaram, The Linear Monge-Kantorovitch Linear Colour Mapping, 2007), and
    drives none apart more than ``SPREAD`` times.
    """
    mean, wanted = weights @ colors, goals.mean(0)
    centered, around = colors - mean, goals - wanted
    root, inverse = _roots((centered * weights[:, None]).T @ centered + LEAST**2 * np.eye(3))
    middle, _ = _roots(root @ (around.T @ around / len(goals)) @ root)
    values, axes = np.linalg.eigh(inverse @ middle @ inverse)
    matrix = (axes * values.clip(0, SPREAD)) @ axes.T
    return matrix, wanted - matrix @ mean


def _roots(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The square root of a symmetric matrix, and its inverse."""
    values, axes = np.linalg.eigh(matrix)
    root = np.sqrt(values.clip(1e-16))
    return (axes * root) @ axes.T, (axes / root) @ axes.T


_SCALE = np.array([1, CHROMA, CHROMA])
_GRAYS = np.linspace(8 / 255, 1, 60)[:, None] * np.ones(3)  # below, steps are large and not seen
