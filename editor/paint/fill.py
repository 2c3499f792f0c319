"""Which pixels a flood fill reaches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.document.geometry import Rect
from editor.document.tiles import TileGrid
from editor.paint.coverage import slices

Inside = NDArray[np.bool_]
"""``(h, w)``: whether a pixel belongs to it."""

Runs = NDArray[Any]
"""Positions in a flattened plane, int64."""


def flooded(
    grid: TileGrid, canvas: Rect, x: int, y: int, tolerance: float, *, contiguous: bool = True
) -> Inside:
    """What looks like the pixel ``x, y`` of ``grid``, ``(canvas.h, canvas.w)``.

    tolerance: the largest difference of a channel, 0..1. With ``contiguous`` only what can be
    reached from ``x, y`` through such pixels, going left, right, up and down.
    """
    alike = similar(grid, canvas, x, y, tolerance)
    return connected(alike, x - canvas.x, y - canvas.y) if contiguous else alike


def similar(grid: TileGrid, canvas: Rect, x: int, y: int, tolerance: float) -> Inside:
    """The pixels of ``canvas`` that differ from ``x, y`` by ``tolerance`` at most.

    The color of a fully transparent pixel counts for nothing.
    """
    sample = grid.read(Rect(x, y, 1, 1))[0, 0].astype(int)
    reach = round(tolerance * grid.full)
    channels = [3] if grid.channels == 4 and sample[3] == 0 else list(range(grid.channels))
    low, high = np.maximum(sample - reach, 0), np.minimum(sample + reach, grid.full)
    alike = np.empty((canvas.h, canvas.w), np.bool_)
    for coord in canvas.tiles():
        here = coord.rect.intersect(canvas)
        rows, columns = slices(here, coord.rect)
        tile = grid.tile(coord)[:, rows, columns]
        same = np.ones((here.h, here.w), np.bool_)
        for channel in channels:
            plane = tile[channel]
            same &= (plane >= grid.dtype.type(low[channel])) & (
                plane <= grid.dtype.type(high[channel])
            )
        alike[slices(here, canvas)] = same
    return alike


def connected(inside: Inside, x: int, y: int) -> Inside:
    """The part of ``inside`` that hangs together with the pixel ``x, y``, which is inside.

    Works on runs, the unbroken stretches of a row. Two runs that touch across a row get the lower
    of their labels until nothing changes; following labels of labels makes that logarithmic, so
    noise and mazes take little longer than a plain surface.
    """
    h, w = inside.shape
    stride = w + 1  # a column that is outside ends every run at the end of its row
    flat = np.zeros((h, stride + 1), np.bool_)[:, :stride]
    flat[:, :w] = inside
    line = np.concatenate([[False], flat.ravel(), [False]])
    edges = np.flatnonzero(line[1:] != line[:-1])
    starts, ends = edges[::2], edges[1::2]
    label = _lowest_labels(len(starts), *_touching(starts, ends, stride))
    seed = np.searchsorted(starts, y * stride + x, side="right") - 1
    reached = label == label[seed]
    turns = np.zeros(h * stride + 1, np.int8)
    turns[starts[reached]] = 1
    turns[ends[reached]] = -1
    return np.cumsum(turns[:-1], dtype=np.int8).reshape(h, stride)[:, :w].astype(np.bool_)


def _touching(starts: Runs, ends: Runs, stride: int) -> tuple[Runs, Runs]:
    """The pairs of runs, by index, where one is directly above the other."""
    first = np.searchsorted(ends, starts + stride, side="right")
    last = np.searchsorted(starts, ends + stride, side="left")
    count = np.maximum(last - first, 0)
    above = np.repeat(np.arange(len(starts)), count)
    nth = np.arange(len(above)) - np.repeat(np.cumsum(count) - count, count)
    return above, first[above] + nth


def _lowest_labels(count: int, a: Runs, b: Runs) -> Runs:
    """One label for each of ``count`` nodes, the same for those that edges ``a``-``b`` connect."""
    label = np.arange(count)
    while len(a):
        lower = np.minimum(label[a], label[b])
        np.minimum.at(label, label[a], lower)
        np.minimum.at(label, label[b], lower)
        while True:
            further = label[label]
            if np.array_equal(further, label):
                break
            label = further
        apart = label[a] != label[b]
        a, b = a[apart], b[apart]
    return label
