"""Places in a hole and the places in the rest of a picture that look most like them."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neural.image import Image
from neural.progress import Progress

Hole = NDArray[np.bool_]
Plane = NDArray[np.float32]
Indices = NDArray[np.intp]

PATCH = 7  # px, as in both papers
RADIUS = PATCH // 2
GUIDE = 6.0  # weight of the structure's mean color beside the pixels of a patch; by eye
TRUST = 0.75  # left of a pixel's weight with each step into the hole; by eye
FAR = 0.05  # squared color difference that copying from the other end of the picture costs
VARIANTS = 12  # cells each way in which a seed forbids or allows sources
CHUNK = 256  # patches compared at once: 256 × 16k costs are 16 MB


class Field(NamedTuple):
    """Where each hole pixel is copied from: four arrays, one entry per pixel."""

    y: Indices
    x: Indices
    dy: Indices  # from there to the source
    dx: Indices


def free_centers(covered: Hole) -> Hole:
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


def searched(
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


def adjusted(work: Image, covered: Hole, field: Field, progress: Progress) -> Field:
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
        total[~is_source(covered, y + dy, x + dx)] = np.inf
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


def is_source(covered: Hole, y: Indices, x: Indices) -> Hole:
    """Whether pixels lie in the picture and outside the hole."""
    h, w = covered.shape
    inside = (y >= 0) & (y < h) & (x >= 0) & (x < w)
    return inside & ~covered[y.clip(0, h - 1), x.clip(0, w - 1)]


def painted_with(base: Image, covered: Hole, field: Field) -> Image:
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
            usable = (near >= 0) & is_source(covered, y, x)
            share = (usable * np.float32((2 - abs(oy)) * (2 - abs(ox))))[:, None]
            total += base[y.clip(0, h - 1), x.clip(0, w - 1)] * share
            weight += share
    result = base.copy()
    found = weight[:, 0] > 0
    result[field.y[found], field.x[found]] = total[found] / weight[found]
    return result


def carried(field: Field, size: tuple[int, int], covered: Hole) -> Field:
    """A field for the next larger picture: each pixel takes the shift of its coarse one."""
    h, w = covered.shape
    y, x = np.nonzero(covered)
    shift, known = grid(field, size)
    cy, cx = y * size[0] // h, x * size[1] // w
    while not known[cy, cx].all():
        shift, known = grown(shift, known)
    ratio = np.array([h / size[0], w / size[1]])
    scaled = np.round(shift[cy, cx] * ratio).astype(np.intp)
    return Field(y, x, scaled[:, 0], scaled[:, 1])


def rendered(image: Image, hole: Hole, field: Field, size: tuple[int, int]) -> Image:
    """Copy at full resolution along the shifts of a smaller picture of ``size``.

    Each pixel mixes the copies that its four nearest coarse pixels suggest, so pieces that disagree
    are cross-faded over one coarse pixel and nothing else is softened.
    """
    h, w = hole.shape
    shift, known = grid(field, size)
    for _ in range(2):
        shift, known = grown(shift, known)
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
            usable = known[cy, cx] & is_source(hole, sy, sx)
            share = np.where(usable, share, 0).astype(np.float32)[:, None]
            total += image[sy.clip(0, h - 1), sx.clip(0, w - 1)] * share
            weight += share
    result = image.copy()
    found = weight[:, 0] > 0
    result[y[found], x[found]] = total[found] / weight[found]
    return result


def grid(field: Field, size: tuple[int, int]) -> tuple[Indices, Hole]:
    """Shifts as ``(h, w, 2)``, and where there are any."""
    shift = np.zeros((*size, 2), np.intp)
    known = np.zeros(size, bool)
    shift[field.y, field.x] = np.stack([field.dy, field.dx], 1)
    known[field.y, field.x] = True
    return shift, known


def grown(shift: Indices, known: Hole) -> tuple[Indices, Hole]:
    """The grid with one more ring of pixels, each taking a neighbor's shift."""
    h, w = known.shape
    shifts, knowns = np.pad(shift, ((1, 1), (1, 1), (0, 0))), np.pad(known, 1)
    result, reached = shift.copy(), known.copy()
    for y, x in ((0, 1), (2, 1), (1, 0), (1, 2)):
        new = knowns[y : y + h, x : x + w] & ~reached
        result[new] = shifts[y : y + h, x : x + w][new]
        reached |= new
    return result, reached
