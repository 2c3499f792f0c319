"""Making selections: one channel, full scale is selected, 0 and missing tiles are not.

Every function returns a new grid, which ``commands.edit_selection`` makes the document's. Tiles
that stay as they are are shared with the old one.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from numpy.typing import DTypeLike
from PIL import Image
from PIL.Image import Resampling

from editor.document.geometry import EMPTY, Rect
from editor.document.tiles import Pixels, TileGrid
from editor.paint.brush import Plane
from editor.paint.shapes import Outline, bounds, coverage

_STRIP = 32
"""Rows blurred at once: their sums in float64 stay in the cache."""

_FINE = 6.0
"""A deviation of so many pixels is all that a blur needs to look smooth when it is enlarged."""


class Combine(StrEnum):
    """What a new shape does to the selection there is."""

    REPLACE = "replace"
    ADD = "add"
    SUBTRACT = "subtract"
    INTERSECT = "intersect"


def from_outline(outline: Outline, canvas: Rect, dtype: DTypeLike) -> TileGrid:
    """What lies inside ``outline`` and the canvas, with smooth edges."""
    frame = bounds(outline).intersect(canvas)
    return from_coverage(coverage(outline, frame), frame, dtype)


def from_coverage(plane: Plane, frame: Rect, dtype: DTypeLike) -> TileGrid:
    """A selection from ``plane``, ``(frame.h, frame.w)``, 0..1."""
    grid = TileGrid(1, dtype)
    if not frame.is_empty:
        grid.write(frame, (plane * grid.full + np.float32(0.5)).astype(dtype)[..., None])
    return grid


def everything(canvas: Rect, dtype: DTypeLike) -> TileGrid:
    """All of the canvas; whole tiles are one and the same."""
    grid = TileGrid(1, dtype)
    whole = np.full_like(grid.empty, grid.full)
    for coord in canvas.tiles():
        part = coord.rect.intersect(canvas)
        if part == coord.rect:
            grid.put(coord, whole)
        else:
            grid.write(part, np.full((part.h, part.w, 1), grid.full, dtype))
    return grid


def combine(selection: TileGrid, shape: TileGrid, how: Combine) -> TileGrid:
    """``selection`` with ``shape`` (of the same depth) added, taken away and so on."""
    result = selection.snapshot()
    for coord in {*selection.coords(), *shape.coords()}:
        old, new = selection.tile(coord), shape.tile(coord)
        match how:
            case Combine.ADD:
                new = np.maximum(old, new)
            case Combine.SUBTRACT:
                new = np.minimum(old, selection.full - new)
            case Combine.INTERSECT:
                new = np.minimum(old, new)
        if not np.array_equal(old, new):
            result.put(coord, new if new.any() else None)
    return result


def inverted(selection: TileGrid, canvas: Rect) -> TileGrid:
    """What is not selected."""
    return combine(everything(canvas, selection.dtype), selection, Combine.SUBTRACT)


def feathered(selection: TileGrid, canvas: Rect, radius: float) -> TileGrid:
    """``selection`` fading over about ``radius`` pixels to either side of its edges.

    A Gaussian of half of ``radius``, made of three boxes. Edges of the canvas do not fade.
    """
    result, sigma = selection.snapshot(), radius / 2
    edges = _edges(selection.read(canvas)[..., 0])
    if edges.is_empty:
        return result
    edges = edges.translate(canvas.x, canvas.y)
    frame = edges.grow(math.ceil(3 * sigma) + 1).intersect(canvas)
    plane = selection.read(frame)[..., 0].astype(np.float32) / np.float32(selection.full)
    plane = np.clip(_blurred(plane, sigma), 0, 1)
    result.write(frame, (plane * result.full + np.float32(0.5)).astype(result.dtype)[..., None])
    return result


def grown(selection: TileGrid, canvas: Rect, radius: int) -> TileGrid:
    """``selection`` with its edges moved outward, or inward if ``radius`` is negative.

    Soft edges stay soft. An edge on the border of the canvas stays where it is.
    """
    frame = selection.content_bounds().grow(abs(radius) + 1).intersect(canvas)
    plane = selection.read(frame)[..., 0]
    if radius < 0:
        plane = selection.full - _dilated(selection.full - plane, -radius)
    else:
        plane = _dilated(plane, radius)
    grid = TileGrid(1, selection.dtype)
    if not frame.is_empty:
        grid.write(frame, plane[..., None])
    return grid


def _edges(plane: Pixels) -> Rect:
    """The smallest rectangle around the pixels of ``plane``, ``(h, w)``, that differ from one
    beside them."""
    down, across = plane[1:] != plane[:-1], plane[:, 1:] != plane[:, :-1]
    rows, columns = np.zeros(plane.shape[0], np.bool_), np.zeros(plane.shape[1], np.bool_)
    for part in (rows[1:], rows[:-1]):
        part |= down.any(1)
    for part in (columns[1:], columns[:-1]):
        part |= across.any(0)
    rows |= across.any(1)
    columns |= down.any(0)
    if not rows.any():
        return EMPTY
    y, x = np.flatnonzero(rows), np.flatnonzero(columns)
    return Rect.from_edges(int(x[0]), int(y[0]), int(x[-1]) + 1, int(y[-1]) + 1)


def _blurred(plane: Plane, sigma: float) -> Plane:
    """``plane`` blurred by a Gaussian, made small before if much detail is lost anyway.

    Taking the mean of blocks and blending between them are blurs, too, by a quarter of a block's
    area: the Gaussian has that much less to do.
    """
    h, w = plane.shape
    block = 1 << max(math.floor(math.log2(sigma / _FINE)), 0)
    if block > 1:
        plane = np.pad(plane, ((0, -h % block), (0, -w % block)), mode="edge")
        plane = plane.reshape(len(plane) // block, block, -1, block).mean((1, 3))
        sigma = math.sqrt((sigma / block) ** 2 - 0.25)
    width = math.sqrt(4 * sigma * sigma + 1)
    for _ in range(3):
        plane = _box_blurred(_box_blurred(plane, width).T, width).T
    if block > 1:
        size = plane.shape[1] * block, plane.shape[0] * block
        large = Image.fromarray(np.ascontiguousarray(plane)).resize(size, Resampling.BILINEAR)
        plane = np.asarray(large)[:h, :w]
    return plane


def _box_blurred(plane: Plane, width: float) -> Plane:
    """Each row averaged over ``width`` pixels, which need not be a whole number."""
    whole = math.floor(width / 2 + 0.5)
    part = width / 2 + 0.5 - whole
    result = np.empty_like(plane)
    length = plane.shape[1]
    for top in range(0, len(plane), _STRIP):
        strip = np.pad(plane[top : top + _STRIP], ((0, 0), (whole, whole)), mode="edge")
        sums = np.zeros((len(strip), strip.shape[1] + 1))
        np.cumsum(strip, axis=1, out=sums[:, 1:])
        inner = sums[:, 2 * whole : 2 * whole + length] - sums[:, 1 : length + 1]
        outer = sums[:, 2 * whole + 1 :] - sums[:, :length]
        inner *= (1 - part) / width
        outer *= part / width
        inner += outer
        result[top : top + _STRIP] = inner
    return result


def _dilated(plane: Pixels, radius: int) -> Pixels:
    """The largest value within ``radius`` of each pixel, ``(h, w)``.

    The disc is taken row by row, from its ends to its middle: its rows grow wider, so the maximum
    along each row of the plane only ever has to be widened.
    """
    h = len(plane)
    source = np.pad(plane, ((radius, radius), (0, 0)))
    wide = source.copy()
    result = plane.copy()
    reach = 0
    for dy in range(radius, -1, -1):
        wanted = math.floor(math.sqrt(radius * radius - dy * dy) + 0.5)
        while reach < wanted:
            reach += 1
            np.maximum(wide[:, reach:], source[:, :-reach], out=wide[:, reach:])
            np.maximum(wide[:, :-reach], source[:, reach:], out=wide[:, :-reach])
        for shift in {dy, -dy}:
            np.maximum(result, wide[radius + shift : radius + shift + h], out=result)
    return result
