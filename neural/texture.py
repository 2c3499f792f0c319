"""Texture for a filled hole, copied from the picture itself at full resolution.

A hole comes in with its structure: a filling of the right colors and outlines, but soft. From
coarse to fine, every place in the hole looks for the known place whose surroundings are most like
its own, and the hole is painted anew from what was found (Wexler, Shechtman and Irani, Space-Time
Completion of Video, 2007). While the picture is small the search is complete; after that the
shifts are carried up and adjusted (Barnes et al., PatchMatch, 2009). At full resolution coherent
pieces of the photo are copied pixel by pixel, made to meet the colors at the border, and mixed
with the structure.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neural.holes import hung
from neural.image import Image, resize
from neural.patches import (
    PATCH,
    VARIANTS,
    Field,
    adjusted,
    carried,
    free_centers,
    grid,
    grown,
    is_source,
    painted_with,
    rendered,
    searched,
)
from neural.progress import Progress

Hole = NDArray[np.bool_]

COMPLETE_PX = 128  # the longest side of a picture that is searched completely
ADJUSTED_PX = 1024  # the longest side up to which shifts are adjusted; above they are carried up
ROUNDS = 3  # search and paint, at each size
UNLIKE = 0.1  # a color difference that is no mere change of light; by eye
SLOW_PX = 8  # px, over which colors are compared
FOG = (0.15, 0.35)  # color differences whose mixture begins to look, and looks, like fog; by eye


class Match(NamedTuple):
    """What was found at the largest size that was worked at."""

    field: Field
    guide: Image  # the picture with its hole filled by the structure
    painted: Image  # and by copies
    covered: Hole


def synthesize(
    image: Image, hole: Hole, structure: Image, amount: float, seed: int, progress: Progress
) -> Image:
    """Fill ``hole`` with the texture around it.

    image: ``(h, w, 3)``, 0..1, sRGB; anything inside the hole. structure: the same picture, of any
    size, with its hole filled. amount: 0 keeps the structure, 1 the copies. Returns the picture
    with its hole filled; the other pixels keep their values. Where no patch of the picture
    is free of the hole, the structure is all there is.
    """
    h, w = hole.shape
    base = np.where(hole[..., None], resize(structure, h, w), image)
    if amount == 0:
        progress(1.0)
        return base
    sizes = _sizes(h, w)
    found = _matched(base, hole, sizes, seed, progress.part(0, 0.9))
    if found is None:
        return base
    mixed = _mixed(found, amount)
    if sizes[-1] == (h, w):
        progress(1.0)
        return np.where(hole[..., None], mixed, image)
    copied = rendered(base, hole, found.field, sizes[-1])
    progress(0.95)
    # What is finer than the size that was worked at is known from the copies alone.
    finer = np.float32(min(1, 2 * amount)) * (copied - resize(found.painted, h, w))
    filled = resize(mixed, h, w) + finer
    progress(1.0)
    return np.where(hole[..., None], filled, image)


def _sizes(h: int, w: int) -> list[tuple[int, int]]:
    """The sizes to work at, smallest first, each about twice the one before."""
    factor = max(1.0, max(h, w) / ADJUSTED_PX)
    sizes: list[tuple[int, int]] = []
    while True:
        sizes.insert(0, (max(PATCH + 1, round(h / factor)), max(PATCH + 1, round(w / factor))))
        if max(h, w) / factor <= COMPLETE_PX / 2 or min(h, w) / factor <= 4 * PATCH:
            return sizes
        factor *= 2


def _matched(
    base: Image, hole: Hole, sizes: list[tuple[int, int]], seed: int, progress: Progress
) -> Match | None:
    """Search, paint and grow through ``sizes``; None where no patch is free of the hole."""
    allowed = _allowed(seed)
    found: Match | None = None
    for i, size in enumerate(sizes):
        part = progress.part(i / len(sizes), (i + 1) / len(sizes))
        guide = resize(base, *size)
        covered = hole if hole.shape == size else resize(hole.astype(np.float32), *size) > 0.02
        free = free_centers(covered)
        if not free.any() or not covered.any():
            part(1.0)
            continue
        complete = found is None or max(size) <= COMPLETE_PX
        painted = guide
        field = None if found is None else carried(found.field, found.covered.shape, covered)
        if field is not None:
            painted = painted_with(guide, covered, field)
        for j in range(ROUNDS):
            turn = part.part(j / ROUNDS, (j + 1) / ROUNDS)
            if field is None or complete:
                field = searched(painted, guide, covered, free, allowed, turn)
            else:
                field = adjusted(painted, covered, field, turn)
            painted = painted_with(guide, covered, field)
        assert field is not None  # there is at least one round
        found = Match(field, guide, painted, covered)
    return found


def _allowed(seed: int) -> Hole:
    """Which parts of the picture may be copied from, on a coarse grid: all of it for seed 0.

    Any other seed goes without a third, chosen at random, and so comes to another filling.
    """
    if seed == 0:
        return np.ones((VARIANTS, VARIANTS), bool)
    return np.random.default_rng(seed).random((VARIANTS, VARIANTS)) > 1 / 3


def _mixed(found: Match, amount: float) -> Image:
    """Structure and copies together.

    The structure is right on average and the copies are sharp; between them lies what is both.
    Where their colors are far apart the structure did not know which of two things is there, and
    half of each would be fog: there the copies count up to twice as much.
    """
    h, w = found.covered.shape
    difference = _met(found) - found.guide
    inside = found.covered[..., None].astype(np.float32)
    both = np.concatenate([difference * inside, inside], axis=2)
    spread = resize(resize(both, -(-h // SLOW_PX), -(-w // SLOW_PX)), h, w)
    slow = spread[..., :-1] / np.maximum(spread[..., -1:], np.float32(0.05))
    apart = np.sqrt((slow**2).mean(axis=2, keepdims=True))
    unsure = ((apart - FOG[0]) / (FOG[1] - FOG[0])).clip(0, 1)
    weight = np.float32(amount) + np.float32(min(amount, 1 - amount)) * unsure
    return found.guide + weight * difference


def _met(found: Match) -> Image:
    """The copies, shifted in color so that they meet the picture around the hole.

    Just outside the hole the picture is known and so is what the copies would put there; the
    difference is spread over the hole as a smooth surface (Perez, Gangnet and Blake, Poisson Image
    Editing, 2003). Where it is large something else begins, and it is not spread far.
    """
    h, w = found.covered.shape
    shift, known = grown(*grid(found.field, (h, w)))
    y, x = np.nonzero(known & ~found.covered)
    sy, sx = y + shift[y, x, 0], x + shift[y, x, 1]
    real = is_source(found.covered, sy, sx)
    y, x, sy, sx = y[real], x[real], sy[real], sx[real]
    off = found.guide[y, x] - found.guide[sy, sx]
    pinned = np.zeros((h, w, 4), np.float32)
    sure = 1 / (1 + (off**2).sum(axis=1, keepdims=True) / np.float32(UNLIKE**2))
    pinned[y, x] = np.concatenate([off * sure, sure], 1)
    return np.where(found.covered[..., None], found.painted + hung(pinned), found.painted)
