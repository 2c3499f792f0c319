"""Holes: which ones belong together, how deep they are, and the smooth surface over a thin one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neural.image import Box, Image, bounds
from neural.progress import Progress

Hole = NDArray[np.bool_]
Indices = NDArray[np.intp]

BLOCK = 16  # px, the grid on which holes are told apart
STEPS = 120  # of conjugate gradients: enough for 8 px wide scratches
CONVERGED = 1e-5  # of the first residual


class Part(NamedTuple):
    """One hole of several: its bounding box, and its pixels there, ``(box.h, box.w)``."""

    box: Box
    hole: Hole


def parts(hole: Hole) -> list[Part]:
    """The holes of a picture; those in the same or adjacent blocks count as one."""
    h, w = hole.shape
    rows, columns = -(-h // BLOCK), -(-w // BLOCK)
    padded = np.pad(hole, ((0, rows * BLOCK - h), (0, columns * BLOCK - w)))
    blocks = padded.reshape(rows, BLOCK, columns, BLOCK).any(axis=(1, 3))
    left = {(int(y), int(x)) for y, x in zip(*np.nonzero(blocks), strict=True)}
    found = []
    while left:
        edge = [left.pop()]
        group = list(edge)
        while edge:
            y, x = edge.pop()
            near = {(y + a, x + b) for a in (-1, 0, 1) for b in (-1, 0, 1)} & left
            left -= near
            edge += near
            group += near
        found.append(_part(padded, group))
    return sorted(found, key=lambda part: (part.box.y, part.box.x))


def _part(padded: Hole, blocks: list[tuple[int, int]]) -> Part:
    top, left = (min(block[axis] for block in blocks) for axis in (0, 1))
    rows, columns = (max(block[axis] for block in blocks) + 1 for axis in (0, 1))
    own = np.zeros((rows - top, columns - left), bool)
    for y, x in blocks:
        own[y - top, x - left] = True
    own = own.repeat(BLOCK, 0).repeat(BLOCK, 1)
    own &= padded[top * BLOCK : rows * BLOCK, left * BLOCK : columns * BLOCK]
    inner = bounds(own)
    assert inner is not None  # a block is listed because something is in it
    return Part(
        inner._replace(x=left * BLOCK + inner.x, y=top * BLOCK + inner.y), own[inner.slices]
    )


def depth(hole: Hole, most: int) -> int:
    """How many times the hole can be eroded by one pixel until nothing is left, up to ``most``.

    The picture's border counts as hole, so a hole that runs out of the picture is as deep as it is
    wide.
    """
    left, count = hole, 0
    while count < most and left.any():
        count += 1
        wide = np.pad(left, 1, constant_values=True)
        left = left & wide[2:, 1:-1] & wide[:-2, 1:-1] & wide[1:-1, 2:] & wide[1:-1, :-2]
    return count


def bridged(image: Image, hole: Hole, progress: Progress) -> Image:
    """Fill a thin hole with the surface that bends least, so that slopes and edges run on.

    Solves the biharmonic equation (Bertalmio et al., Image Inpainting, 2000, compare with it) by
    conjugate gradients on the hole's pixels alone; the cost does not depend on the picture's size.
    image: ``(h, w, 3)``; returns it with the hole filled.
    """
    stencil = _Stencil(hole)
    known = image[stencil.y, stencil.x].astype(np.float64)
    known[: stencil.unknowns] = 0
    residual = -stencil.bend_twice(known)
    solution = np.zeros_like(residual)
    direction = residual.copy()
    power = (residual**2).sum()
    enough = power * CONVERGED**2
    for step in range(STEPS):
        if power <= enough:
            break
        change = stencil.bend_twice(direction)
        length = power / (direction[: len(change)] * change).sum()
        solution += length * direction
        residual -= length * change
        before, power = power, (residual**2).sum()
        direction = residual + power / before * direction
        progress((step + 1) / STEPS)
    result = image.copy()
    result[stencil.y[: stencil.unknowns], stencil.x[: stencil.unknowns]] = solution
    return result.clip(image.min(), image.max())


class _Stencil:
    """The pixels of a hole and of two rings around it as a list, and who is next to whom.

    Hole pixels come first. A neighbor beyond the picture or the rings is the pixel itself, which
    adds nothing to a difference.
    """

    def __init__(self, hole: Hole) -> None:
        ring = _wider(hole)
        self.unknowns = int(hole.sum())
        parts = [np.nonzero(part) for part in (hole, ring & ~hole, _wider(ring) & ~ring)]
        self.y = np.concatenate([y for y, _ in parts])
        self.x = np.concatenate([x for _, x in parts])
        self.inner = self.unknowns + len(parts[1][0])
        h, w = hole.shape
        place = np.full((h + 2, w + 2), -1, np.intp)
        place[self.y + 1, self.x + 1] = np.arange(len(self.y))
        own = np.arange(len(self.y))
        self.next = []
        for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
            near = place[self.y + 1 + dy, self.x + 1 + dx]
            self.next.append(np.where(near < 0, own, near)[: self.inner])

    def bend_twice(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The Laplacian of the Laplacian at the hole pixels; missing values are 0."""
        full = np.zeros((len(self.y), values.shape[1]))
        full[: len(values)] = values
        once = np.zeros_like(full[: self.inner])
        for near in self.next:
            once += full[near] - full[: self.inner]
        twice = np.zeros_like(full[: self.unknowns])
        for near in self.next:
            twice += once[near[: self.unknowns]] - once[: self.unknowns]
        return twice


def _wider(hole: Hole) -> Hole:
    wide = np.pad(hole, 1)
    return wide[1:-1, 1:-1] | wide[2:, 1:-1] | wide[:-2, 1:-1] | wide[1:-1, 2:] | wide[1:-1, :-2]
