"""Seams: which pixel of a hole is copied from how far, so that the joints are not seen.

Every hole pixel gets one of a few shifts. Two neighbors with different ones meet at a seam, which
costs what the two copies differ by on both of its sides (Kwatra et al., Graphcut Textures, 2003).
The cheapest choice is looked for by belief propagation on the small picture, where all pixels take
part, and then carried up, where only seams move.
"""

import numpy as np
from numpy.typing import NDArray

from neural.image import Image
from neural.progress import Progress
from neural.shifts import Hole, Plane, Shifts

Labels = NDArray[np.intp]
"""``(h, w)``: the number of a shift for hole pixels, ``NONE`` without a source, else ``KNOWN``."""

NONE, KNOWN = -1, -2
NEVER = np.float32(1e3)  # the cost of a copy from the hole itself
SWEEPS = 3  # of messages in all four directions
SEAM = np.float32(2e-3)  # what a seam costs even if nothing is seen of it
RADIUS = 3  # px, over which copies are compared with what is known around the hole
BORDER = 4.0  # weight of that comparison beside the seams
BEYOND = 0.05  # what it costs not to know what would be copied there
ROUNDS = 4  # in which a seam may move by a pixel
NEXT = ((0, 1), (0, -1), (1, 0), (-1, 0))


def chosen(image: Image, slow: Plane, hole: Hole, shifts: Shifts, progress: Progress) -> Labels:
    """The best shift for every pixel of a hole in a small picture.

    image: ``(h, w, 3)``. slow: ``(k, h, w)``, what else it costs to use each shift at each place.
    """
    part = _frame(hole, RADIUS + 1)
    inside = hole[part]
    copies, real = _copies(image, hole, shifts, part)
    known = ~inside
    off = ((copies - image[part]) ** 2).sum(axis=3) * (known & real)
    unseen = _box((known & ~real).astype(np.float32))
    costs = BORDER * _box(off) + BEYOND * unseen + slow[:, *part]
    costs = np.where(real, costs, NEVER).transpose(1, 2, 0).astype(np.float32)
    costs[known] = 0
    beliefs = _beliefs(costs, _disagreement(copies[:, inside]), inside, progress)
    labels = np.full(hole.shape, KNOWN, np.intp)
    best = np.where(costs.min(axis=2) < NEVER, beliefs.argmin(axis=2), NONE)
    labels[part] = np.where(inside, best, KNOWN)
    return labels


def _copies(
    image: Image, hole: Hole, shifts: Shifts, part: tuple[slice, slice]
) -> tuple[Image, Hole]:
    """``part`` at every shift, ``(k, h, w, 3)``, and where that is known."""
    h, w = hole.shape
    y, x = (np.arange(each.start, each.stop) for each in part)
    sy, sx = y + shifts[:, :1], x + shifts[:, 1:]
    real = ((sy >= 0) & (sy < h))[:, :, None] & ((sx >= 0) & (sx < w))[:, None, :]
    at = sy.clip(0, h - 1)[:, :, None], sx.clip(0, w - 1)[:, None, :]
    return image[at], real & ~hole[at]


def _disagreement(copies: Image) -> Plane:
    """How differently two copies would fill a pixel, and the price of a seam.

    copies: ``(k, n, 3)`` of ``n`` pixels. Returns ``(n, k, k)``.
    """
    planes = np.ascontiguousarray(copies.transpose(1, 0, 2))
    power = (planes**2).sum(axis=2)
    differ = planes @ (-2 * planes.transpose(0, 2, 1))
    differ += power[:, :, None]
    differ += power[:, None, :]
    np.maximum(differ, 0, out=differ)
    differ += SEAM / 2 * (1 - np.eye(len(copies), dtype=np.float32))
    return differ


def _beliefs(costs: Plane, differ: Plane, inside: Hole, progress: Progress) -> Plane:
    """Costs with what all others have to say: messages along rows and columns, to and fro.

    A whole row or column passes its message on at once (Tappen and Freeman, Comparison of Graph
    Cuts with Belief Propagation for Stereo, 2003).
    """
    place = np.full(inside.shape, NONE, np.intp)
    place[inside] = np.arange(len(differ))
    heard = [np.zeros_like(costs) for _ in NEXT]
    for i in range(SWEEPS):
        for j, (down, across) in enumerate(NEXT):
            back = NEXT.index((-down, -across))
            believed = costs.copy()
            for other in {0, 1, 2, 3} - {j, back}:
                believed += heard[other]
            if across:
                turned = believed.swapaxes(0, 1), heard[j].swapaxes(0, 1), place.T
                _pass_on(*turned, differ, across)
            else:
                _pass_on(believed, heard[j], place, differ, down)
            progress((4 * i + j + 1) / (4 * SWEEPS))
    return np.sum([costs, *heard], axis=0)


def _pass_on(believed: Plane, heard: Plane, place: Labels, differ: Plane, step: int) -> None:
    """Write into ``heard`` what each row says to the next one in the direction of ``step``.

    believed: what is known of each pixel beside ``heard``, which comes on top on the way.
    """
    count = len(place)
    for row in range(count - 1) if step > 0 else range(count - 1, 0, -1):
        both = np.flatnonzero((place[row] >= 0) & (place[row + step] >= 0))
        if both.size:
            paths = differ[place[row, both]] + differ[place[row + step, both]]
            paths += (believed[row, both] + heard[row, both])[:, :, None]
            message = paths.min(axis=1)
            heard[row + step, both] = message - message.min(axis=1, keepdims=True)


def moved(image: Image, labels: Labels, shifts: Shifts, progress: Progress) -> Labels:
    """The labels after pixels at seams took a neighbor's wherever that costs less."""
    part = _frame(labels != KNOWN, 1)
    top, left = part[0].start, part[1].start
    own = np.pad(labels[part], 1, constant_values=NONE)
    costs = _Costs(image, labels != KNOWN, shifts)
    odd = np.indices(own.shape).sum(axis=0) % 2 == 1
    for i in range(ROUNDS):
        before = own.copy()
        for turn in (odd, ~odd):  # neighbors never move at once
            around = np.stack([np.roll(own, (-y, -x), (0, 1)) for y, x in NEXT])
            at_seam = (own != KNOWN) & turn & ((around >= 0) & (around != own)).any(axis=0)
            at_seam[[0, -1]] = at_seam[:, [0, -1]] = False
            y, x = np.nonzero(at_seam)
            near, best = around[:, y, x], own[y, x]
            least = costs.of(best, near, y + top - 1, x + left - 1)
            for other in near:
                tried = np.where(other >= 0, other, best)
                which = np.flatnonzero(tried != best)
                cost = costs.of(
                    tried[which], near[:, which], y[which] + top - 1, x[which] + left - 1
                )
                better = which[cost < least[which]]
                least[better], best[better] = cost[cost < least[which]], tried[better]
            own[y, x] = best
        progress((i + 1) / ROUNDS)
        if np.array_equal(before, own):
            break
    result = labels.copy()
    result[part] = own[1:-1, 1:-1]
    return result


class _Costs:
    """What it costs to give a pixel a label, among neighbors with labels."""

    def __init__(self, image: Image, hole: Hole, shifts: Shifts) -> None:
        self._pixels, self._known = image.reshape(-1, 3), ~hole.reshape(-1)
        self._shape, self._shifts = hole.shape, np.append(shifts, [[0, 0]], axis=0)

    def of(self, labels: Labels, near: Labels, y: Shifts, x: Shifts) -> Plane:
        """labels: ``(n,)``. near: ``(4, n)``, of the neighbors, in the order of ``NEXT``."""
        real, here = self._at(y, x, labels)
        total = np.zeros(len(y), np.float32)
        for other, (down, across) in zip(near, NEXT, strict=True):
            _, there = self._at(y + down, x + across, labels)
            theirs = np.where(other >= 0, other, len(self._shifts) - 1)  # known: not shifted
            _, their_there = self._at(y + down, x + across, theirs)
            seam = ((there - their_there) ** 2).sum(axis=1)
            _, their_here = self._at(y, x, theirs)
            seam += np.where(other >= 0, ((here - their_here) ** 2).sum(axis=1) + SEAM, seam)
            total += np.where((other == NONE) | (other == labels), 0, seam)
        total[~real | (labels < 0)] = NEVER
        return total

    def _at(self, y: Shifts, x: Shifts, labels: Labels) -> tuple[Hole, Image]:
        """The sources, and whether they are known."""
        h, w = self._shape
        sy, sx = y + self._shifts[labels, 0], x + self._shifts[labels, 1]
        inside = (sy >= 0) & (sy < h) & (sx >= 0) & (sx < w)
        index = sy.clip(0, h - 1) * w + sx.clip(0, w - 1)
        return inside & self._known[index], self._pixels.take(index, 0)


def _frame(area: Hole, margin: int) -> tuple[slice, slice]:
    """What cuts ``area`` and ``margin`` pixels around it out of a picture."""
    bounds = []
    for axis, length in ((1, area.shape[0]), (0, area.shape[1])):
        used = np.flatnonzero(area.any(axis=axis))
        bounds.append(slice(max(used[0] - margin, 0), min(used[-1] + 1 + margin, length)))
    return bounds[0], bounds[1]


def _box(planes: Plane) -> Plane:
    """The mean over ``2 RADIUS + 1`` pixels both ways; what is beyond counts as 0."""
    side = 2 * RADIUS + 1
    for axis in (1, 2):
        pad = [(0, 0)] * 3
        pad[axis] = (RADIUS + 1, RADIUS)
        sums = np.pad(planes, pad).cumsum(axis=axis, dtype=np.float64)
        ends = np.moveaxis(sums, axis, 0)
        planes = np.moveaxis((ends[side:] - ends[:-side]) / side, 0, axis)
    return planes.astype(np.float32)
