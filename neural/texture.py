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
from neural.progress import Progress

Hole = NDArray[np.bool_]
Plane = NDArray[np.float32]
Indices = NDArray[np.intp]

COMPLETE_PX = 128  # the longest side of a picture that is searched completely
ADJUSTED_PX = 640  # the longest side up to which shifts are adjusted; above they are carried up
PATCH = 7  # px, as in both papers
RADIUS = PATCH // 2
ROUNDS = 3  # search and paint, at each size
GUIDE = 6.0  # weight of the structure's mean color beside the pixels of a patch; by eye
TRUST = 0.75  # left of a pixel's weight with each step into the hole; by eye
FAR = 0.05  # squared color difference that copying from the other end of the picture costs
UNLIKE = 0.1  # a color difference that is no mere change of light; by eye
SLOW_PX = 8  # px, over which colors are compared
FOG = (0.08, 0.2)  # color differences whose mixture begins to look, and looks, like fog; by eye
VARIANTS = 12  # cells each way in which a seed forbids or allows sources
CHUNK = 256  # patches compared at once: 256 × 16k costs are 16 MB


class Field(NamedTuple):
    """Where each hole pixel is copied from: four arrays, one entry per pixel."""

    y: Indices
    x: Indices
    dy: Indices  # from there to the source
    dx: Indices


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
    sizes = _sizes(h, w)
    found = _matched(base, hole, sizes, seed, progress.part(0, 0.9))
    if found is None:
        return base
    mixed = _mixed(found, amount)
    if sizes[-1] == (h, w):
        progress(1.0)
        return np.where(hole[..., None], mixed, image)
    copied = _rendered(base, hole, found.field, sizes[-1])
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
        free = _free(covered)
        if not free.any():
            part(1.0)
            continue
        complete = found is None or max(size) <= COMPLETE_PX
        painted = guide
        field = None if found is None else _carried(found.field, found.covered.shape, covered)
        if field is not None:
            painted = _painted(guide, covered, field)
        for j in range(ROUNDS):
            turn = part.part(j / ROUNDS, (j + 1) / ROUNDS)
            if field is None or complete:
                field = _searched(painted, guide, covered, free, allowed, turn)
            else:
                field = _adjusted(painted, covered, field, turn)
            painted = _painted(guide, covered, field)
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


def _free(covered: Hole) -> Hole:
    """Centers of the patches that lie in the picture and touch nothing of the hole."""
    free = np.zeros(covered.shape, bool)
    windows = np.lib.stride_tricks.sliding_window_view(covered, (PATCH, PATCH))
    free[RADIUS:-RADIUS, RADIUS:-RADIUS] = ~windows.any(axis=(2, 3))
    return free


def _trust(covered: Hole) -> Plane:
    """1 at known pixels, less with every step into the hole."""
    trust = np.ones(covered.shape, np.float32)
    left = covered
    for _ in range(8):
        trust[left] *= TRUST
        wide = np.pad(left, 1, mode="edge")
        left = left & wide[2:, 1:-1] & wide[:-2, 1:-1] & wide[1:-1, 2:] & wide[1:-1, :-2]
    return trust


def _patches(planes: Plane, y: Indices, x: Indices) -> Plane:
    """``(n, PATCH * PATCH, c)`` around the given pixels; beyond the picture it is mirrored."""
    wide = np.pad(planes, ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0)), mode="reflect")
    windows = np.lib.stride_tricks.sliding_window_view(wide, (PATCH, PATCH), axis=(0, 1))
    return windows[y, x].transpose(0, 2, 3, 1).reshape(len(y), PATCH * PATCH, -1)


def _searched(
    work: Image, guide: Image, covered: Hole, free: Hole, allowed: Hole, progress: Progress
) -> Field:
    """The best source of every hole pixel, found by comparing with all of them.

    The cost of a source is the squared difference of the patches, weighted by trust, and of their
    mean colors in ``guide``; written out, it is one product of two matrices.
    """
    h, w = covered.shape
    y, x = np.nonzero(covered)
    ay, ax = np.arange(h) * VARIANTS // h, np.arange(w) * VARIANTS // w
    chosen = free & allowed[np.ix_(ay, ax)]
    sy, sx = np.nonzero(chosen if chosen.any() else free)
    known, wanted = _patches(work, sy, sx), _patches(work, y, x)
    trust = _patches(_trust(covered)[..., None], y, x)
    trust /= trust.mean(axis=1, keepdims=True)
    far = np.float32(np.sqrt(FAR * PATCH * PATCH / (h * h + w * w)))
    source = np.concatenate(
        [
            known.reshape(len(sy), -1),
            (known**2).sum(axis=2),
            known.mean(axis=1) * np.float32(GUIDE),
            np.stack([sy, sx], 1).astype(np.float32) * far,
        ],
        axis=1,
    )
    target = np.concatenate(
        [
            -2 * (wanted * trust).reshape(len(y), -1),
            trust[..., 0],
            -2 * _patches(guide, y, x).mean(axis=1) * np.float32(GUIDE),
            -2 * np.stack([y, x], 1).astype(np.float32) * far,
        ],
        axis=1,
    )
    alone = (source[:, -5:] ** 2).sum(axis=1)
    best = np.empty(len(y), np.intp)
    for start in range(0, len(y), CHUNK):
        part = slice(start, start + CHUNK)
        cost = target[part] @ source.T
        cost += alone
        best[part] = cost.argmin(axis=1)
        progress(min(1.0, (start + CHUNK) / len(y)))
    return Field(y, x, sy[best] - y, sx[best] - x)


def _adjusted(work: Image, covered: Hole, field: Field, progress: Progress) -> Field:
    """The field after trying the neighbors' shifts and one pixel more or less of its own.

    Patches that already agree, inside coherent pieces, are left alone: most are.
    """
    h, w = covered.shape
    wide = np.pad(work, ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0)), mode="reflect")
    across = wide.shape[1]
    pixels = wide.reshape(-1, 3)
    trust = np.pad(np.where(covered, np.float32(0.5), np.float32(1)), RADIUS, mode="reflect")
    trust = trust.reshape(-1)
    window = [a * across + b for a in range(0, PATCH, 2) for b in range(0, PATCH, 2)]
    dy, dx = field.dy.copy(), field.dx.copy()

    def cost_of(which: Indices, dy: Indices, dx: Indices) -> Plane:
        y, x = field.y[which], field.x[which]
        here, there = y * across + x, (y + dy).clip(0, h - 1) * across + (x + dx).clip(0, w - 1)
        total = np.zeros(len(which), np.float32)
        for step in window:
            off = pixels.take(there + step, 0)
            off -= pixels.take(here + step, 0)
            total += np.einsum("ij,ij->i", off, off) * trust.take(here + step)
        total[~_is_source(covered, y + dy, x + dx)] = np.inf
        return total

    place = np.full((h, w), -1, np.intp)
    place[field.y, field.x] = np.arange(len(field.y))
    everywhere = np.arange(len(field.y))
    cost = cost_of(everywhere, dy, dx)
    active = np.flatnonzero(cost > 1e-4)
    steps = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
    for i, (oy, ox) in enumerate(steps):
        near = place[
            (field.y[active] + 2 * oy).clip(0, h - 1), (field.x[active] + 2 * ox).clip(0, w - 1)
        ]
        near = np.where(near >= 0, near, active)
        for ty, tx in ((dy[near], dx[near]), (dy[active] + oy, dx[active] + ox)):
            tried = cost_of(active, ty, tx)
            better = tried < cost[active]
            chosen = active[better]
            cost[chosen], dy[chosen], dx[chosen] = tried[better], ty[better], tx[better]
        progress((i + 1) / len(steps))
    return Field(field.y, field.x, dy, dx)


def _is_source(covered: Hole, y: Indices, x: Indices) -> Hole:
    """Whether pixels lie in the picture and outside the hole."""
    h, w = covered.shape
    inside = (y >= 0) & (y < h) & (x >= 0) & (x < w)
    return inside & ~covered[y.clip(0, h - 1), x.clip(0, w - 1)]


def _painted(base: Image, covered: Hole, field: Field) -> Image:
    """The picture with each hole pixel averaged from its own and its neighbors' shifts.

    Inside a coherent piece these agree, so only the joints between pieces are mixed.
    """
    h, w = covered.shape
    place = np.full((h + 2, w + 2), -1, np.intp)
    place[field.y + 1, field.x + 1] = np.arange(len(field.y))
    total = np.zeros((len(field.y), 3), np.float32)
    weight = np.zeros((len(field.y), 1), np.float32)
    for oy in (-1, 0, 1):
        for ox in (-1, 0, 1):
            near = place[field.y + 1 + oy, field.x + 1 + ox]
            y, x = field.y + field.dy[near], field.x + field.dx[near]
            usable = (near >= 0) & _is_source(covered, y, x)
            share = (usable * np.float32((2 - abs(oy)) * (2 - abs(ox))))[:, None]
            total += base[y.clip(0, h - 1), x.clip(0, w - 1)] * share
            weight += share
    result = base.copy()
    found = weight[:, 0] > 0
    result[field.y[found], field.x[found]] = total[found] / weight[found]
    return result


def _carried(field: Field, size: tuple[int, int], covered: Hole) -> Field:
    """A field for the next larger picture: each pixel takes the shift of its coarse one."""
    h, w = covered.shape
    y, x = np.nonzero(covered)
    shift, known = _grid(field, size)
    cy, cx = y * size[0] // h, x * size[1] // w
    while not known[cy, cx].all():
        shift, known = _grown(shift, known)
    ratio = np.array([h / size[0], w / size[1]])
    scaled = np.round(shift[cy, cx] * ratio).astype(np.intp)
    return Field(y, x, scaled[:, 0], scaled[:, 1])


def _rendered(image: Image, hole: Hole, field: Field, size: tuple[int, int]) -> Image:
    """Copy at full resolution along the shifts of a smaller picture of ``size``.

    Each pixel mixes the copies that its four nearest coarse pixels suggest, so pieces that disagree
    are cross-faded over one coarse pixel and nothing else is softened.
    """
    h, w = hole.shape
    shift, known = _grid(field, size)
    for _ in range(2):
        shift, known = _grown(shift, known)
    y, x = np.nonzero(hole)
    ratio = np.array([h / size[0], w / size[1]])
    shift = np.round(shift * ratio).astype(np.intp)
    at_y, at_x = (y + 0.5) / ratio[0] - 0.5, (x + 0.5) / ratio[1] - 0.5
    top, left = np.floor(at_y).astype(np.intp), np.floor(at_x).astype(np.intp)
    total = np.zeros((len(y), 3), np.float32)
    weight = np.zeros((len(y), 1), np.float32)
    for a in (0, 1):
        for b in (0, 1):
            cy, cx = (top + a).clip(0, size[0] - 1), (left + b).clip(0, size[1] - 1)
            sy, sx = y + shift[cy, cx, 0], x + shift[cy, cx, 1]
            share = (1 - np.abs(at_y - (top + a))) * (1 - np.abs(at_x - (left + b)))
            usable = known[cy, cx] & _is_source(hole, sy, sx)
            share = np.where(usable, share, 0).astype(np.float32)[:, None]
            total += image[sy.clip(0, h - 1), sx.clip(0, w - 1)] * share
            weight += share
    result = image.copy()
    found = weight[:, 0] > 0
    result[y[found], x[found]] = total[found] / weight[found]
    return result


def _grid(field: Field, size: tuple[int, int]) -> tuple[Indices, Hole]:
    """Shifts as ``(h, w, 2)``, and where there are any."""
    shift = np.zeros((*size, 2), np.intp)
    known = np.zeros(size, bool)
    shift[field.y, field.x] = np.stack([field.dy, field.dx], 1)
    known[field.y, field.x] = True
    return shift, known


def _grown(shift: Indices, known: Hole) -> tuple[Indices, Hole]:
    """The grid with one more ring of pixels, each taking a neighbor's shift."""
    for step in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        new = np.roll(known, step, (0, 1)) & ~known
        shift = np.where(new[..., None], np.roll(shift, step, (0, 1)), shift)
        known = known | new
    return shift, known


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
    shift, known = _grown(*_grid(found.field, (h, w)))
    y, x = np.nonzero(known & ~found.covered)
    sy, sx = y + shift[y, x, 0], x + shift[y, x, 1]
    real = _is_source(found.covered, sy, sx)
    y, x, sy, sx = y[real], x[real], sy[real], sx[real]
    off = found.guide[y, x] - found.guide[sy, sx]
    pinned = np.zeros((h, w, 4), np.float32)
    sure = 1 / (1 + (off**2).sum(axis=1, keepdims=True) / np.float32(UNLIKE**2))
    pinned[y, x] = np.concatenate([off * sure, sure], 1)
    return np.where(found.covered[..., None], found.painted + hung(pinned), found.painted)
