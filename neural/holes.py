"""Holes: which ones belong together, how deep they are, and the smooth surface over a thin one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neural.image import Box, Image, bounds, resize
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

    Hole pixels come first, then the ring that bends with them, then the ring that only pulls.
    Across the picture's border there is no bending.
    """

    def __init__(self, hole: Hole) -> None:
        ring = wider(hole)
        self.unknowns = int(hole.sum())
        rings = [np.nonzero(part) for part in (hole, ring & ~hole, wider(ring) & ~ring)]
        self.y = np.concatenate([y for y, _ in rings])
        self.x = np.concatenate([x for _, x in rings])
        self.bending = self.unknowns + len(rings[1][0])
        h, w = hole.shape
        nothing = len(self.y)
        place = np.full((h + 2, w + 2), nothing, np.intp)
        place[self.y + 1, self.x + 1] = np.arange(nothing)
        self.axes = []
        for dy, dx in ((0, 1), (1, 0)):
            after = place[self.y + 1 + dy, self.x + 1 + dx][: self.bending]
            before = place[self.y + 1 - dy, self.x + 1 - dx][: self.bending]
            inside = ((after < nothing) & (before < nothing))[:, None]
            self.axes.append((after, before, inside))

    def bend_twice(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """How the bending energy changes with each hole pixel; missing values are 0."""
        full = np.zeros((len(self.y) + 1, values.shape[1]))
        full[: len(values)] = values
        bends = np.zeros((self.bending, values.shape[1]))
        for after, before, inside in self.axes:
            bends += (full[after] + full[before] - 2 * full[: self.bending]) * inside
        change = np.zeros((self.unknowns, values.shape[1]))
        for after, before, inside in self.axes:
            full[:] = 0
            full[: self.bending] = bends * inside
            change += full[after[: self.unknowns]] + full[before[: self.unknowns]]
            change -= 2 * full[: self.unknowns]
        return change


def hung(pinned: NDArray[np.float32]) -> NDArray[np.float32]:
    """A smooth surface through values that are known with some weight.

    Push and pull through a pyramid (Gortler et al., The Lumigraph, 1996).
    pinned: ``(h, w, c + 1)``, the values times their weight, and the weight, 0..1. Returns
    ``(h, w, c)``.
    """
    h, w, _ = pinned.shape
    weight = pinned[..., -1:]
    if min(h, w) == 1 or weight.min() >= 1:
        total = pinned.sum(axis=(0, 1))
        return np.broadcast_to(total[:-1] / max(float(total[-1]), 1e-6), (h, w, len(total) - 1))
    even = np.pad(pinned, ((0, h % 2), (0, w % 2), (0, 0)))
    pulled = even[0::2, 0::2] + even[1::2, 0::2] + even[0::2, 1::2] + even[1::2, 1::2]
    pulled /= np.maximum(pulled[..., -1:], 1)
    pushed = resize(hung(pulled), *even.shape[:2])[:h, :w]
    return pinned[..., :-1] + (1 - weight) * pushed


def wider(hole: Hole) -> Hole:
    """The hole with its neighbors left, right, above and below."""
    wide = np.pad(hole, 1)
    return wide[1:-1, 1:-1] | wide[2:, 1:-1] | wide[:-2, 1:-1] | wide[1:-1, 2:] | wide[1:-1, :-2]
