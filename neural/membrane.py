"""Membranes: the smoothest field over a hole that has given jumps and is 0 around it."""

import numpy as np
from numpy.typing import NDArray

from neural.image import resize

Hole = NDArray[np.bool_]
Field = NDArray[np.float32]

CYCLES = 4  # of the multigrid, each of which about halves the largest error (measured)
SMOOTHING = 2  # relaxations before and after each coarser grid
DAMPING = np.float32(0.8)
COARSEST_PX = 8


def membrane(hole: Hole, source: Field) -> Field:
    """Solve Poisson's equation: the four neighbors of a hole pixel add up to four times itself
    plus ``source``.

    hole: ``(h, w)``. source: ``(h, w, c)``. Returns ``(h, w, c)``, 0 outside the hole; across the
    border of the picture nothing flows.
    """
    inside = hole[..., None].astype(np.float32)
    field = np.zeros_like(source)
    for _ in range(CYCLES):
        field = _cycle(field, inside, source * inside)
    return field


def _cycle(field: Field, inside: Field, source: Field) -> Field:
    """One V cycle (Briggs, Henson and McCormick, A Multigrid Tutorial, 2000)."""
    h, w, _ = field.shape
    if max(h, w) <= COARSEST_PX or min(h, w) < 4:
        return _relaxed(field, inside, source, 4 * max(h, w))
    field = _relaxed(field, inside, source, SMOOTHING)
    left = _off(field, source) * inside
    even = ((0, h % 2), (0, w % 2), (0, 0))
    coarse_inside = _blocks(np.pad(inside, even, mode="edge")) >= 4
    coarse = _blocks(np.pad(left, even)) * -coarse_inside.astype(np.float32)
    change = _cycle(np.zeros_like(coarse), coarse_inside.astype(np.float32), coarse)
    field += resize(change, h + h % 2, w + w % 2)[:h, :w] * inside
    return _relaxed(field, inside, source, SMOOTHING)


def _relaxed(field: Field, inside: Field, source: Field, times: int) -> Field:
    step, result = inside * (DAMPING / 4), field.copy()
    for _ in range(times):
        change = _off(result, source)
        change *= step
        result += change
    return result


def _off(field: Field, source: Field) -> Field:
    """The sum of the four neighbors less four times the middle and the source."""
    total = field * -4
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
