"""Shifts: how far away a picture repeats itself around a hole.

A picture is like itself at few distances: a façade at its window's, a meadow at many. The hole is
filled by copies from those distances alone (He and Sun, Statistics of Patch Offsets for Image
Completion, 2012). Here they are found by comparing the surroundings of the hole, as a whole and in
sectors, with the picture at every shift at once, through Fourier transforms.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from neural.holes import wider
from neural.image import Image

Hole = NDArray[np.bool_]
Shifts = NDArray[np.intp]
"""``(k, 2)``: rows and columns from a hole pixel to its source."""

Plane = NDArray[np.float32]

MOST = 40  # shifts; the search for the best seams takes time with their square
SECTORS = 8  # of the surroundings, each with shifts of its own
NEAR = 0.08  # of the hole's size: shorter shifts only smear
COVERS = 0.12  # of the hole that a shift must find a source for
SEEN = 0.5  # of a sector that must have a counterpart to be compared
ENOUGH = 3  # sources that every pixel should have to choose from
REACH = 1 / 6  # of the hole's size: how far around it is compared
ALIKE_PX = 2  # shifts this near to a chosen one say nothing new
SKIPPED = 0.35  # of the shifts that any seed but 0 goes without, and so comes to another filling


def offered(image: Image, hole: Hole, seed: int) -> Shifts:
    """The shifts at which the surroundings of ``hole`` look most like the rest of the picture.

    image: ``(h, w, 3)``, small; the cost grows with its pixels. Nothing in the hole is read. Empty
    where no shift leads from the hole into the picture.
    """
    shape = hole.shape
    spectra, unlike, found = _compared(image.tobytes(), hole.tobytes(), image.dtype.str, shape)
    if seed:
        keep = np.random.default_rng(seed).random(len(found)) > SKIPPED
        found = tuple(shift for shift, kept in zip(found, keep, strict=True) if kept)
    more = _for_the_rest(spectra, hole, unlike, list(found)) if unlike is not None else []
    return np.array([*found, *more], np.intp).reshape(-1, 2) - (shape[0] - 1, shape[1] - 1)


@lru_cache(maxsize=1)
def _compared(
    pixels: bytes, area: bytes, dtype: str, shape: tuple[int, int]
) -> tuple["_Spectra", Plane | None, tuple[tuple[int, int], ...]]:
    """What all seeds have in common: how alike all shifts are, and the best of them."""
    image = np.frombuffer(pixels, dtype).reshape(*shape, -1)
    hole = np.frombuffer(area, np.bool_).reshape(shape)
    spectra = _Spectra(image, hole)
    size = max(int(np.ptp(axis)) for axis in np.nonzero(hole)) + 1
    around, sectors = _sectors(hole, size)
    unlike = [spectra.unlikeness(band) for band in (around, *sectors) if band.sum() > 4 * SECTORS]
    covered = spectra.covered(hole)
    down, across = spectra.grid()
    usable = (covered > COVERS) & (np.hypot(down, across) > max(4, NEAR * size))
    found: list[tuple[int, int]] = []
    share = max(2, MOST // (SECTORS + 4))
    for i, costs in enumerate(unlike):
        # what serves the whole hole counts more, and more of it is kept
        weighted = costs * (1.15 - 0.3 * covered) if i == 0 else costs
        found += _lowest(np.where(usable, weighted, np.inf), share * (4 if i == 0 else 1))
    return spectra, unlike[0] if unlike else None, tuple(dict.fromkeys(found))


class _Spectra:
    """What is known of a picture, transformed; answers for all shifts, ``(2 h - 1, 2 w - 1)``.

    In such an answer the shift by no pixel is at ``(h - 1, w - 1)``.
    """

    def __init__(self, image: Image, hole: Hole) -> None:
        self._shape = hole.shape
        self._size = tuple(_smooth(2 * side - 1) for side in hole.shape)
        known = (~hole).astype(np.float32)
        self._pixels = (image - image[~hole].mean(axis=0)) * known[..., None]
        self._power = (self._pixels**2).sum(axis=2)
        self._known, self._powers, self._colors = map(
            self._transform, (known, self._power, self._pixels)
        )

    def grid(self) -> tuple[Shifts, Shifts]:
        """Rows and columns of every shift."""
        h, w = self._shape
        down, across = np.mgrid[1 - h : h, 1 - w : w]
        return down, across

    def covered(self, area: Hole) -> Plane:
        """The part of ``area`` that finds known pixels at each shift."""
        found = self._back(np.conj(self._transform(area.astype(np.float32))) * self._known)
        return found * np.float32(1 / max(int(area.sum()), 1))

    def unlikeness(self, band: Hole) -> Plane:
        """The mean squared difference of ``band`` and what is at each shift; infinite if unseen."""
        area = band.astype(np.float32)
        here = np.conj(self._transform(area))
        colors = np.conj(self._transform(self._pixels * area[..., None]))
        count = self._back(here * self._known)
        total = np.conj(self._transform(self._power * area)) * self._known + here * self._powers
        total = self._back(total - 2 * (colors * self._colors).sum(axis=2))
        mean: Plane = (np.maximum(total, 0) / np.maximum(count, 1)).astype(np.float32, copy=False)
        mean[count <= SEEN * area.sum()] = np.inf
        return mean

    def _transform(self, planes: Plane) -> NDArray[np.complexfloating]:
        return np.fft.rfft2(planes, self._size, axes=(0, 1))

    def _back(self, spectrum: NDArray[np.complexfloating]) -> Plane:
        h, w = self._shape
        found = np.fft.irfft2(spectrum, self._size)
        return np.roll(found, (h - 1, w - 1), (0, 1))[: 2 * h - 1, : 2 * w - 1].astype(np.float32)


def _sectors(hole: Hole, size: int) -> tuple[Hole, list[Hole]]:
    """The surroundings of ``hole``, whole and cut like a cake."""
    around = hole
    for _ in range(max(4, round(REACH * size))):
        around = wider(around)
    around = around & ~hole
    y, x = np.indices(hole.shape)
    middle = [float(axis.mean()) for axis in np.nonzero(hole)]
    angle = np.arctan2(y - middle[0], x - middle[1])
    sector = ((angle / (2 * np.pi) + 0.5) * SECTORS).astype(np.intp) % SECTORS
    return around, [around & (sector == i) for i in range(SECTORS)]


def _lowest(costs: Plane, count: int) -> list[tuple[int, int]]:
    """Where ``costs`` are lowest, no two next to each other."""
    costs, found = costs.copy(), list[tuple[int, int]]()
    while len(found) < count:
        best = _least(costs)
        if not np.isfinite(costs[best]):
            break
        found.append(best)
        _around(costs, best)[:] = np.inf
    return found


def _least(costs: Plane) -> tuple[int, int]:
    y, x = divmod(int(costs.argmin()), costs.shape[1])
    return y, x


def _around(plane: Plane, at: tuple[int, int]) -> Plane:
    top, left = (max(0, value - ALIKE_PX) for value in at)
    return plane[top : at[0] + ALIKE_PX + 1, left : at[1] + ALIKE_PX + 1]


def _for_the_rest(
    spectra: _Spectra, hole: Hole, costs: Plane, found: list[tuple[int, int]]
) -> list[tuple[int, int]]:
    """More shifts, for the pixels that ``found`` leaves with less than ``ENOUGH`` sources."""
    h, w = hole.shape
    y, x = np.nonzero(hole)
    known = np.pad(~hole, ((h - 1, h - 1), (w - 1, w - 1)))
    finite = np.isfinite(costs)
    costs = np.where(finite, costs, costs[finite].max() if finite.any() else np.float32(1))
    count, more = np.zeros(len(y), np.intp), list[tuple[int, int]]()
    for shift in found:
        count += known[y + shift[0], x + shift[1]]
    while (count < ENOUGH).any() and len(more) < MOST // 3:
        lacking = np.zeros(hole.shape, bool)
        lacking[y[count < ENOUGH], x[count < ENOUGH]] = True
        score: Plane = np.maximum(spectra.covered(lacking), np.float32(1e-3)) ** np.float32(-1.5)
        score *= costs + np.float32(0.01)
        for known_shift in found + more:
            _around(score, known_shift)[:] = np.inf
        shift = _least(score)
        serves = known[y + shift[0], x + shift[1]]
        if not serves[count < ENOUGH].any():
            break
        more.append(shift)
        count += serves
    return more


def _smooth(length: int) -> int:
    """The next length with small factors only, which transforms fast."""
    while True:
        rest = length
        for factor in (2, 3, 5):
            while rest % factor == 0:
                rest //= factor
        if rest == 1:
            return length
        length += 1
