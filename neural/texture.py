"""Texture for a filled hole, copied from the picture itself at full resolution.

A hole comes in with its structure: a filling of the right colors and outlines, but soft. The hole
is filled anew by pieces of the picture, each copied from one of a few distances (``shifts``) and
joined where it is seen least (``seams``). Where the colors of two pieces still differ a little, a
smooth field takes the difference away (``membrane``). The choice is made on a small picture, where
the structure has its say, and carried up from size to size.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neural.image import Image, averaged, bounds, resize
from neural.membrane import membrane
from neural.progress import Progress
from neural.seams import KNOWN, NONE, Labels, chosen, moved
from neural.shifts import Plane, Shifts, offered

Hole = NDArray[np.bool_]

HOLE_PX = 1800  # at most in the hole where the choice is made
PICTURE_PX = 180  # on the longest side of the picture there
GUIDE = 0.03  # weight of the structure beside the seams; by eye
SLOW = 1 / 5  # of the hole's size: the scale at which the structure is believed
UNLIKE = 0.22  # a color difference that is no mere change of light; by eye
FITS = (0.07, 0.2)  # misfits of what surely and of what hardly goes on: drawings, photographs
NEAR_PX, FAR_PX = 8, 32  # from the border of the hole; by eye
STEP_PX = 4  # in which that is measured
MORE = 2.5  # times as much copies count that fit, or lie far in
BLUR_STEPS = 3  # each way and twice: the scale at which copies are to agree with the structure
DOUBT = 0.04  # a difference in color there that halves what is added far in
STEPS = tuple((y, x) for y in (0, -1, 1) for x in (0, -1, 1))


class Pieces(NamedTuple):
    """Which hole pixel is copied from how far, at one size of the picture."""

    image: Image  # with its hole filled by the structure
    labels: Labels
    shifts: Shifts


def synthesize(
    image: Image, hole: Hole, structure: Image, amount: float, seed: int, progress: Progress
) -> Image:
    """Fill ``hole`` with the texture around it.

    image: ``(h, w, 3)``, 0..1, sRGB; anything inside the hole. structure: the same picture, of any
    size, with its hole filled. amount: 0 keeps the structure, 1 the copies, of which more is
    taken far in and where they fit. Returns the picture with its hole filled; the other pixels keep
    their values. Where no shift leads from the hole into the picture, there is only the structure.
    """
    base = np.where(hole[..., None], resize(structure, *hole.shape), image)
    if amount == 0 or hole.all():
        progress(1.0)
        return base
    levels = _levels(base, hole)
    pieces = _begun(*levels[0], seed, progress.part(0, 0.5))
    for i, level in enumerate(levels[1:]):
        stretch = progress.part(0.5 + 0.4 * i / len(levels), 0.5 + 0.4 * (i + 1) / len(levels))
        pieces = _carried(pieces, *level, stretch)
    progress(0.9)
    copied = _joined(pieces)
    progress(1.0)
    change = copied - base
    return base + change * _weight(hole, change, amount, _misfit(pieces))


def _misfit(pieces: Pieces) -> float:
    """How badly the copies continue what is around the hole: 0 exactly, 1 as anything would.

    The mean squared difference of the known pixels at its border from what would be copied there,
    as a part of their variance.
    """
    labels = pieces.labels
    off, colors = [np.zeros((0, 3), np.float32)], [np.zeros((0, 3), np.float32)]
    for pair in _edges(labels.shape):
        for here, there in (pair, pair[::-1]):
            y, x = np.nonzero((labels[here] >= 0) & (labels[there] == KNOWN))
            label = labels[here][y, x]
            y += there[0].indices(labels.shape[0])[0]
            x += there[1].indices(labels.shape[1])[0]
            real, found = _sources(pieces, y, x, label)
            colors.append(pieces.image[y, x][real])
            off.append(found[real] - colors[-1])
    known = np.concatenate(colors)
    if not len(known):
        return 1.0
    spread = float(known.var(axis=0).mean())
    return float((np.concatenate(off) ** 2).mean()) / max(spread, 1e-6)


def _weight(hole: Hole, change: Image, amount: float, misfit: float) -> Plane:
    """How much the copies count, ``(h, w, 1)``: more where the structure knows less.

    Beside the border the structure is right, and softens what copies get wrong there; further in
    it is fog, unless the copies are of other colors altogether. A pattern that goes on would be
    fogged by it everywhere. change: copies less structure, 0 outside the hole.
    """
    h, w = hole.shape
    size = -(-h // STEP_PX), -(-w // STEP_PX)
    left = resize(hole.astype(np.float32), *size) > 0.5
    steps = np.zeros(size, np.float32)
    for _ in range(FAR_PX // STEP_PX):
        steps += left
        wide = np.pad(left, 1, constant_values=True)  # what is beyond the picture is not known
        left = left & wide[2:, 1:-1] & wide[:-2, 1:-1] & wide[1:-1, 2:] & wide[1:-1, :-2]
    far = ((resize(steps, h, w) * STEP_PX - NEAR_PX) / (FAR_PX - NEAR_PX)).clip(0, 1)
    blurred = averaged(averaged(resize(change, *size), BLUR_STEPS), BLUR_STEPS)
    agreed = 1 / (1 + (blurred**2).mean(axis=2) / np.float32(DOUBT**2))
    far *= resize(agreed, h, w)
    fits = min(max((FITS[1] - misfit) / (FITS[1] - FITS[0]), 0.0), 1.0)
    more = np.float32(min(1.0, MORE * amount) - amount)
    return (np.float32(amount) + more * np.maximum(far, fits))[..., None]


def _levels(base: Image, hole: Hole) -> list[tuple[Image, Hole]]:
    """The picture and its hole at the sizes to work at, each half the next one's or a little more.

    In a smaller hole is whatever has any of the hole in it.
    """
    h, w = hole.shape
    factor = max(1.0, float(np.sqrt(hole.sum() / HOLE_PX)), max(h, w) / PICTURE_PX)
    levels, covered = [(base, hole)], hole.astype(np.float32)
    for i in range(1, math.ceil(math.log2(factor)) + 1):
        by = min(2.0**i, factor)
        size = max(1, round(h / by)), max(1, round(w / by))
        covered = resize(covered, *size)
        if covered.max() <= 0.02:  # too thin to be seen from that far
            break
        levels.insert(0, (resize(levels[0][0], *size), covered > 0.02))
    return levels


def _begun(image: Image, hole: Hole, seed: int, progress: Progress) -> Pieces:
    """The choice on the smallest picture."""
    if hole.all():
        return Pieces(image, np.full(hole.shape, NONE), np.zeros((0, 2), np.intp))
    shifts = offered(image, hole, seed)
    progress(0.3)
    if not len(shifts):
        return Pieces(image, np.where(hole, NONE, KNOWN), shifts)
    labels = chosen(image, _unlike(image, hole, shifts), hole, shifts, progress.part(0.3, 1))
    return Pieces(image, labels, shifts)


def _unlike(image: Image, hole: Hole, shifts: Shifts) -> Plane:
    """How far each copy is from the structure in color, ``(k, h, w)``, where both are blurred."""
    h, w = hole.shape
    by = max(1, round(SLOW * float(np.sqrt(hole.sum()))))
    small = -(-h // by), -(-w // by)
    known = (~hole)[..., None].astype(np.float32)
    sums = resize(np.concatenate([image * known, known], axis=2), *small)
    sums[..., :3] /= np.maximum(sums[..., 3:], np.float32(0.05))
    around = resize(sums[..., :3], h, w)
    wanted = resize(resize(image, *small), h, w)
    y, x = np.indices(hole.shape)
    result = np.empty((len(shifts), h, w), np.float32)
    for i, (down, across) in enumerate(shifts):
        found = around[(y + down).clip(0, h - 1), (x + across).clip(0, w - 1)]
        result[i] = GUIDE * ((found - wanted) ** 2).sum(axis=2)
    return result


def _carried(pieces: Pieces, image: Image, hole: Hole, progress: Progress) -> Pieces:
    """The pieces at the next larger size, shifts exact to the pixel, seams a little moved."""
    old, (h, w) = pieces.labels.shape, hole.shape
    rows, columns = np.arange(h) * old[0] // h, np.arange(w) * old[1] // w
    labels = pieces.labels[rows[:, None], columns]
    labels = np.where(hole, np.where(labels == KNOWN, NONE, labels), KNOWN)
    shifts = np.round(pieces.shifts * (np.array(hole.shape) / old)).astype(np.intp)
    larger = Pieces(image, labels, shifts)
    larger = larger._replace(shifts=_fitted(larger))
    y, x = np.nonzero(labels >= 0)
    real, _ = _sources(larger, y, x, labels[y, x])
    labels[y[~real], x[~real]] = NONE
    return larger._replace(labels=moved(image, labels, larger.shifts, progress))


def _fitted(pieces: Pieces) -> Shifts:
    """Each shift by a pixel more or less, if that continues what is around its pieces better."""
    labels, shifts = pieces.labels, pieces.shifts
    if not len(shifts):
        return shifts
    own, y, x = [], [], []
    for here, there in _edges(labels.shape):
        for one, other in ((here, there), (there, here)):
            at_seam = (labels[one] >= 0) & (labels[one] != labels[other])
            rows, columns = np.nonzero(at_seam)
            own.append(labels[one][at_seam])
            y.append(rows + other[0].indices(labels.shape[0])[0])
            x.append(columns + other[1].indices(labels.shape[1])[0])
    label, rows, columns = (np.concatenate(each) for each in (own, y, x))
    wanted = _painted(pieces, rows, columns)
    count = len(shifts)
    costs = []
    for step in STEPS:
        real, found = _sources(pieces._replace(shifts=shifts + step), rows, columns, label)
        off = ((found - wanted) ** 2).sum(axis=1)
        seen = np.bincount(label[real], minlength=count)
        total = np.bincount(label[real], off[real], minlength=count)
        costs.append(np.where(seen > 0, total / np.maximum(seen, 1), np.inf))
    return shifts + np.array(STEPS)[np.argmin(costs, axis=0)]


def _painted(pieces: Pieces, y: Shifts, x: Shifts) -> Image:
    """The colors at some pixels: copies where there are any."""
    labels = pieces.labels[y, x]
    _, found = _sources(pieces, y, x, labels)
    return np.where((labels >= 0)[:, None], found, pieces.image[y, x])


def _sources(pieces: Pieces, y: Shifts, x: Shifts, labels: Labels) -> tuple[Hole, Image]:
    """What would be copied to some pixels with these labels, and whether it is known."""
    (h, w), shift = pieces.labels.shape, pieces.shifts[labels]
    sy, sx = y + shift[:, 0], x + shift[:, 1]
    inside = (sy >= 0) & (sy < h) & (sx >= 0) & (sx < w)
    sy, sx = sy.clip(0, h - 1), sx.clip(0, w - 1)
    return inside & (pieces.labels[sy, sx] == KNOWN), pieces.image[sy, sx]


def _joined(pieces: Pieces) -> Image:
    """The picture with its hole painted by copies that meet each other and the picture.

    Where two pieces meet, the step between them becomes what each of them alone would have there,
    on average (Perez, Gangnet and Blake, Poisson Image Editing, 2003). Where they are too unlike
    for a change of light, something else begins, and the step stays.
    """
    labels = pieces.labels
    result = pieces.image.copy()
    y, x = np.nonzero(labels >= 0)
    if not len(y):
        return result
    result[y, x] = _painted(pieces, y, x)
    box = bounds(labels != KNOWN)
    assert box is not None
    frame = box.grown(1, labels.shape[1], labels.shape[0])
    source = np.zeros((frame.h, frame.w, 3), np.float32)
    inner = labels[frame.slices]
    for here, there in _edges(inner.shape):
        rows, columns = np.nonzero((inner[here] != inner[there]) & _any_copy(inner, here, there))
        one = rows + frame.y, columns + frame.x
        down, across = (
            part.indices(side)[0] for part, side in zip(there, inner.shape, strict=True)
        )
        other = one[0] + down, one[1] + across
        jump = _jumps(pieces, result, one, other)
        np.add.at(source, (rows, columns), jump)
        np.add.at(source, (rows + down, columns + across), -jump)
    result[frame.slices] += membrane(inner != KNOWN, source)
    return result


def _any_copy(labels: Labels, here: tuple[slice, slice], there: tuple[slice, slice]) -> Hole:
    return (labels[here] >= 0) | (labels[there] >= 0)


def _jumps(
    pieces: Pieces, painted: Image, one: tuple[Shifts, Shifts], other: tuple[Shifts, Shifts]
) -> Image:
    """By how much the step from each pixel to its neighbor should be another one."""
    wanted = np.zeros((len(one[0]), 3), np.float32)
    count = np.zeros((len(one[0]), 1), np.float32)
    unlike = np.zeros_like(count)
    for labels in (pieces.labels[one], pieces.labels[other]):
        real_one, at_one = _sources(pieces, *one, labels)
        real_other, at_other = _sources(pieces, *other, labels)
        real = ((labels >= 0) & real_one & real_other)[:, None]
        wanted += np.where(real, at_other - at_one, 0)
        off = (at_one - painted[one]) ** 2 + (at_other - painted[other]) ** 2
        unlike += np.where(real, off.mean(axis=1, keepdims=True), 0)
        count += real
    step = painted[other] - painted[one]
    # where neither copy goes on, the step itself is all that is known
    alone = count == 0
    unlike[alone] = 2 * (step**2).mean(axis=1, keepdims=True)[alone]
    sure = 1 / (1 + (unlike / np.float32(2 * UNLIKE**2)) ** 4)
    jump = (wanted / np.maximum(count, 1) - step) * sure
    return jump.astype(np.float32, copy=False)


def _edges(shape: tuple[int, ...]) -> tuple[tuple[tuple[slice, slice], tuple[slice, slice]], ...]:
    """What cuts all pixels and their neighbors to the right, and below, out of a picture."""
    h, w = shape
    every = slice(0, h), slice(0, w)
    return (
        ((every[0], slice(0, w - 1)), (every[0], slice(1, w))),
        ((slice(0, h - 1), every[1]), (slice(1, h), every[1])),
    )
