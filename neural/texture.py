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
RECURS = (0.25, 0.6)  # likeness of what hardly recurs and of what surely does
SOLID = (0.5, 0.65)  # of their box that strokes and that things fill
MORE = 5.0  # times as much copies count of what recurs, and in things
RING_PX = 12  # around the hole, where that is measured
COARSE_PX = 5  # each way and twice, of what is no detail
MEASURED_PX = 850  # on the longest side of the picture there, at most
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
    size, with its hole filled. amount: 0 keeps the structure, 1 the copies; ``_times`` says when
    more of them is taken. Returns the picture with its hole filled; the other pixels keep their
    values. Where no shift leads from the hole into the picture, there is only the structure.
    """
    base = np.where(hole[..., None], resize(structure, *hole.shape), image)
    if amount == 0 or hole.all():
        progress(1.0)
        return base
    levels = _levels(base, hole)
    pieces = measured = _begun(*levels[0], seed, progress.part(0, 0.5))
    for i, level in enumerate(levels[1:]):
        stretch = progress.part(0.5 + 0.4 * i / len(levels), 0.5 + 0.4 * (i + 1) / len(levels))
        pieces = _carried(pieces, *level, stretch)
        if max(pieces.labels.shape) <= MEASURED_PX:
            measured = pieces
    progress(0.9)
    times = _times(hole, _likeness(measured))
    copied = _joined(pieces)
    progress(1.0)
    return base + (copied - base) * np.float32(min(amount * times, 1.0))


def _times(hole: Hole, likeness: float) -> float:
    """How many times as much copies count: more where the structure knows less than they do.

    Of a pattern that goes on it knows nothing. What brushes leave is near to what is known, and the
    structure is right there; in the middle of a thing it is fog.
    """
    box = bounds(hole)
    assert box is not None
    solid = float(hole.sum()) / (box.w * box.h)
    return 1 + (MORE - 1) * max(_share(likeness, *RECURS), _share(solid, *SOLID))


def _share(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _likeness(pieces: Pieces) -> float:
    """How like the detail around the hole is to that which lies as far from it as the copies do.

    Their correlation: 1 for a pattern that goes on, about 0 for grass, alike to the eye and not so.
    """
    known = pieces.labels == KNOWN
    detail = pieces.image - averaged(averaged(pieces.image, COARSE_PX), COARSE_PX)
    near = pieces.labels
    for _ in range(RING_PX):
        wide = np.pad(near, 1, constant_values=KNOWN)
        for found in (wide[:-2, 1:-1], wide[2:, 1:-1], wide[1:-1, :-2], wide[1:-1, 2:]):
            near = np.where((near < 0) & (found >= 0) & known, found, near)
    y, x = np.nonzero(known & (near >= 0))
    labels = near[y, x]
    real, _ = _sources(pieces, y, x, labels)
    shift = pieces.shifts[labels[real]]
    here, there = detail[y[real], x[real]], detail[y[real] + shift[:, 0], x[real] + shift[:, 1]]
    size = math.sqrt(float((here**2).sum()) * float((there**2).sum()))
    return float((here * there).sum()) / max(size, 1e-6)


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
