"""Outlines, and the exact area of every pixel that lies inside one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.document.geometry import Rect
from editor.paint.brush import Plane

Outline = tuple[tuple[float, float], ...]
"""The corners of a closed line in document coordinates."""

Edges = NDArray[Any]
"""``(n, 4)``, float64: x and y of the start, x and y of the end."""

FLATNESS_PX = 0.05
"""How far an ellipse may be from the polygon that stands for it; not to be seen at 3200 %."""


def rectangle(left: float, top: float, right: float, bottom: float) -> Outline:
    return (left, top), (right, top), (right, bottom), (left, bottom)


def ellipse(left: float, top: float, right: float, bottom: float) -> Outline:
    """The ellipse that touches all four edges."""
    x, y = (left + right) / 2, (top + bottom) / 2
    a, b = abs(right - left) / 2, abs(bottom - top) / 2
    count = max(12, math.ceil(math.pi * math.sqrt(max(a, b) / (2 * FLATNESS_PX))))
    angles = np.linspace(0, 2 * math.pi, count, endpoint=False)
    return tuple((x + a * math.cos(t), y + b * math.sin(t)) for t in angles)


def bounds(outline: Sequence[tuple[float, float]]) -> Rect:
    """The smallest rectangle of whole pixels around ``outline``."""
    xs, ys = zip(*outline, strict=True)
    return Rect.from_edges(
        math.floor(min(xs)), math.floor(min(ys)), math.ceil(max(xs)), math.ceil(max(ys))
    )


def coverage(outline: Sequence[tuple[float, float]], frame: Rect) -> Plane:
    """How much of each pixel of ``frame`` lies inside ``outline``, ``(frame.h, frame.w)``.

    Exact for a line that does not cross itself; where it goes around twice, the pixel is covered
    once.

    Every edge is cut where it leaves a pixel. A piece that descends by ``dy`` adds ``dy`` to all
    pixels to its right, and to its own pixel the part to the right of its middle: the sums along
    the rows are the areas.
    """
    corners = np.asarray(outline, np.float64) - (frame.x, frame.y)
    edges = np.concatenate([corners, np.roll(corners, -1, axis=0)], axis=1)
    pieces = _cut(edges, 1)
    rows = np.floor((pieces[:, 1] + pieces[:, 3]) / 2)
    pieces = _cut(pieces[(rows >= 0) & (rows < frame.h)], 0)
    middle = (pieces[:, 0] + pieces[:, 2]) / 2
    pieces, middle = pieces[middle < frame.w], middle[middle < frame.w]
    middle = np.maximum(middle, 0)
    rows = np.minimum((pieces[:, 1] + pieces[:, 3]) / 2, frame.h - 1).astype(np.intp)
    columns = middle.astype(np.intp)
    descent = pieces[:, 3] - pieces[:, 1]
    beyond = descent * (middle - columns)
    area = np.zeros((frame.h, frame.w + 1), np.float32)
    np.add.at(area, (rows, columns), (descent - beyond).astype(np.float32))
    np.add.at(area, (rows, columns + 1), beyond.astype(np.float32))
    np.cumsum(area, axis=1, out=area)
    np.abs(area, out=area)
    return np.minimum(area[:, :-1], 1)


def _cut(edges: Edges, axis: int) -> Edges:
    """``edges`` cut at every whole number of the coordinate ``axis``, in the same directions."""
    start, end = edges[:, axis], edges[:, axis + 2]
    first = np.floor(np.minimum(start, end))
    count = np.maximum(np.ceil(np.maximum(start, end)) - first, 1).astype(np.intp)
    edge = np.repeat(np.arange(len(edges)), count)
    nth = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    length = (end - start)[edge]
    nearest = first[edge] + nth
    divisor = np.where(length == 0, 1, length)
    t = np.stack([nearest - start[edge], nearest + 1 - start[edge]], axis=1) / divisor[:, None]
    t[length < 0] = t[length < 0, ::-1]
    t[length == 0] = 0, 1
    t = np.clip(t, 0, 1)
    origin = edges[edge, :2]
    along = edges[edge, 2:] - origin
    return np.concatenate([origin + along * t[:, :1], origin + along * t[:, 1:]], axis=1)
