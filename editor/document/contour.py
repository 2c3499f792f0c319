"""A selection at a reduced size, and the line around it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.document.geometry import TILE, Rect
from editor.document.tiles import TileGrid

Coverage = NDArray[np.float32]
"""``(h, w)``, 0..1."""

Segments = NDArray[np.intp]
"""``(n, 4)``: x and y of one end, x and y of the other."""


def coverage(grid: TileGrid, rect: Rect, level: int = 0) -> Coverage:
    """The last channel of ``grid``, averaged. ``rect`` is in pixels of the picture halved
    ``level`` times, at most eight."""
    step, side = 1 << level, TILE >> level
    result = np.full((rect.h, rect.w), grid.fill / grid.full, np.float32)
    for coord in Rect(rect.x * step, rect.y * step, rect.w * step, rect.h * step).tiles():
        if coord not in grid:
            continue
        x, y = coord.column * side, coord.row * side
        part = Rect(x, y, side, side).intersect(rect)
        top, left = (part.y - y) * step, (part.x - x) * step
        plane = grid.tile(coord)[-1, top : top + part.h * step, left : left + part.w * step]
        average: Any = plane.min()  # most tiles are all one value, which is soon found out
        if average != plane.max():
            average = plane.reshape(part.h, step, part.w, step).mean((1, 3), dtype=np.float32)
        x, y = part.x - rect.x, part.y - rect.y
        result[y : y + part.h, x : x + part.w] = average / np.float32(grid.full)
    return result


def contour(inside: NDArray[np.bool_]) -> Segments:
    """The edges between what is inside and what is not, ``(h, w)``, as horizontal and vertical
    lines between pixels, as long as possible. The border of the array is no edge."""
    y, left, right = _runs(inside[1:] != inside[:-1])
    x, top, bottom = _runs((inside[:, 1:] != inside[:, :-1]).T)
    across = np.stack([left, y + 1, right, y + 1], axis=1)
    down = np.stack([x + 1, top, x + 1, bottom], axis=1)
    return np.concatenate([across, down])


def _runs(rows: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Row, first and past-the-last column of each stretch of true values."""
    steps = np.diff(np.pad(rows, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(steps == 1)
    return row, start, np.nonzero(steps == -1)[1]
