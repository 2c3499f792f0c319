"""A small picture of a grid, made from few of its pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from editor.document.geometry import TILE, Coord, Rect, Size
from editor.document.tiles import Pixels, TileGrid

SAMPLES = 4
"""Pixels looked at per thumbnail pixel, across and down: enough that thin lines do not vanish."""


def thumbnail(grid: TileGrid, rect: Rect, size: Size) -> Pixels:
    """What is in ``rect``, scaled to ``size``: ``(h, w, channels)`` in the grid's dtype.

    Costs as much for a large grid as for a small one, apart from finding its tiles. Colors are
    averaged by their alpha.
    """
    xs, ys = _places(rect.x, rect.w, size.w), _places(rect.y, rect.h, size.h)
    samples = np.full((grid.channels, len(ys), len(xs)), grid.fill, grid.dtype)
    for row in np.unique(ys // TILE):
        down = _within(ys, row)
        for column in np.unique(xs // TILE):
            tile = grid.get(Coord(int(column), int(row)))
            if tile is not None:
                across = _within(xs, column)
                part = tile[:, (ys[down] % TILE)[:, None], (xs[across] % TILE)[None, :]]
                samples[:, down, across] = part
    planes = samples.astype(np.float32)
    if grid.channels == 4:
        alpha = _mean(planes[3])
        color = np.stack([_mean(plane * planes[3]) for plane in planes[:3]])
        result = np.concatenate([color / np.maximum(alpha, 1), alpha[None]])
    else:
        result = np.stack([_mean(plane) for plane in planes])
    return np.rint(result).astype(grid.dtype).transpose(1, 2, 0)


def fitted(size: Size, box: Size) -> Size:
    """The largest size of the same proportions that fits into ``box``."""
    scale = min(box.w / size.w, box.h / size.h)
    return Size(max(round(size.w * scale), 1), max(round(size.h * scale), 1))


def _places(start: int, length: int, count: int) -> NDArray[np.intp]:
    steps = (np.arange(count * SAMPLES) + 0.5) * length / (count * SAMPLES)
    return start + steps.astype(np.intp)


def _within(places: NDArray[np.intp], tile: np.intp) -> slice:
    """Which of the ascending ``places`` lie in a row or column of tiles."""
    first, last = np.searchsorted(places, (tile * TILE, (tile + 1) * TILE))
    return slice(int(first), int(last))


def _mean(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    h, w = plane.shape
    return plane.reshape(h // SAMPLES, SAMPLES, w // SAMPLES, SAMPLES).mean(axis=(1, 3))
