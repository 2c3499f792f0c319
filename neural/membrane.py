"""Membranes: the smoothest field over a hole that has given jumps and is 0 around it."""

import numpy as np
from numpy.typing import NDArray

Hole = NDArray[np.bool_]
Field = NDArray[np.float32]

CYCLES = 5  # leave a hundredth of the largest error, or less (measured)
SMOOTHING = 2  # relaxations before and after each coarser grid
DAMPING = np.float32(0.8)
COARSEST_PX = 8
TINY = 1e-20


def membrane(hole: Hole, source: Field) -> Field:
    """Solve Poisson's equation: the four neighbors of a hole pixel add up to four times itself
    plus ``source``. By conjugate gradients, whose steps a multigrid cycle makes straight.

    hole: ``(h, w)``. source: ``(h, w, c)``. Returns ``(h, w, c)``, 0 outside the hole; across the
    border of the picture nothing flows.
    """
    part = hole[..., None].astype(np.float32)
    nothing = np.zeros_like(part)
    field, left = np.zeros_like(source), source * part
    change, last = np.zeros_like(source), np.zeros_like(source)
    power = np.ones(source.shape[2], np.float32)
    for _ in range(CYCLES):
        found = _cycle(np.zeros_like(source), part, nothing, left)
        change = found + change * (_dot(found, left - last) / power)
        bent = _off(change, nothing, np.zeros_like(source)) * part
        power = _dot(found, left)
        length = power / _dot(change, bent)
        field += change * length
        last, left = left, left - bent * length
    return field


def _dot(one: Field, other: Field) -> Field:
    """For each channel; never 0, so that it can be divided by where nothing is left to do."""
    total = np.einsum("hwc,hwc->c", one, other)
    return np.where(np.abs(total) > TINY, total, np.float32(-TINY))


def _cycle(field: Field, part: Field, pull: Field, source: Field) -> Field:
    """One V cycle (Briggs, Henson and McCormick, A Multigrid Tutorial, 2000).

    part: how much of each pixel lies in the hole; those wholly in it are free. pull: how much more
    than one neighbor those outside count. On a coarser grid the edge of the hole is nearer than a
    step, by as much as the pixel beyond is outside, and holds accordingly.
    """
    h, w, _ = field.shape
    inside = (part == 1).astype(np.float32)
    if max(h, w) <= COARSEST_PX or min(h, w) < 4:
        return _relaxed(field, inside, pull, source, 4 * max(h, w))
    field = _relaxed(field, inside, pull, source, SMOOTHING)
    left = _off(field, pull, source) * inside
    even = ((0, h % 2), (0, w % 2), (0, 0))
    coarse = _blocks(np.pad(part, even, mode="edge")) * np.float32(0.25)
    free = (coarse == 1).astype(np.float32)
    nothing = np.zeros_like(coarse)
    held = (1 - free) * (1 / (np.float32(0.5) + coarse) - 1)
    coarse_pull = _off(held, nothing, nothing) * free
    coarse_source = -_blocks(np.pad(left, even)) * free
    change = _cycle(np.zeros_like(coarse_source), coarse, coarse_pull, coarse_source)
    field += _doubled(_doubled(change).swapaxes(0, 1)).swapaxes(0, 1)[:h, :w] * inside
    return _relaxed(field, inside, pull, source, SMOOTHING)


def _relaxed(field: Field, inside: Field, pull: Field, source: Field, times: int) -> Field:
    step, result = inside * DAMPING / (4 + pull), field.copy()
    for _ in range(times):
        change = _off(result, pull, source)
        change *= step
        result += change
    return result


def _off(field: Field, pull: Field, source: Field) -> Field:
    """The sum of the four neighbors less four times the middle, the pull and the source."""
    total = field * (-4 - pull)
    total -= source
    for here, there in ((slice(0, -1), slice(1, None)), (slice(1, None), slice(0, -1))):
        total[here] += field[there]
        total[:, here] += field[:, there]
    for edge in (0, -1):  # beyond the border everything is as it is at the border
        total[edge] += field[edge]
        total[:, edge] += field[:, edge]
    return total


def _blocks(planes: Field) -> Field:
    """Sums over 2 × 2 pixels."""
    rows = planes[0::2] + planes[1::2]
    return rows[:, 0::2] + rows[:, 1::2]


def _doubled(planes: Field) -> Field:
    """Twice as many rows, between the old ones; at the edge of a hole it leads straight to 0."""
    wide = np.pad(planes, ((1, 1), (0, 0), (0, 0)), mode="edge")
    rows = np.stack([0.75 * planes + 0.25 * wide[:-2], 0.75 * planes + 0.25 * wide[2:]], axis=1)
    return rows.reshape(-1, *planes.shape[1:])
