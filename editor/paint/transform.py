"""Moving, flipping, turning, cropping and scaling whole grids.

Every function returns a new grid and leaves the old one alone; ``reshape`` makes a command that
does the same to every grid of a document.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from editor.document.commands import Reshape
from editor.document.document import Document
from editor.document.geometry import Coord, Rect, Size
from editor.document.layer import Layer
from editor.document.tiles import Tile, TileGrid
from editor.paint.brush import Plane
from editor.paint.coverage import cover, planes_of, slices

REACH_PX = 4
"""More than any filter reaches to either side, in pixels of the coarser grid."""


class Filter(StrEnum):
    """How pixels between pixels are found, from the crudest to the sharpest."""

    NEAREST = "nearest"
    BILINEAR = "bilinear"
    BICUBIC = "bicubic"
    LANCZOS = "lanczos"


_RESAMPLING = {
    Filter.BILINEAR: Image.Resampling.BILINEAR,
    Filter.BICUBIC: Image.Resampling.BICUBIC,
    Filter.LANCZOS: Image.Resampling.LANCZOS,
}


def every_grid(document: Document) -> Iterator[TileGrid]:
    """The pixels and masks of all layers, and the selection."""
    for node in document.root.walk():
        if isinstance(node, Layer):
            yield node.pixels
        if node.mask is not None:
            yield node.mask.grid
    yield document.selection


def reshape(
    document: Document, name: str, size: Size, change: Callable[[TileGrid], TileGrid]
) -> Reshape:
    """The command that gives the canvas another size and passes every grid through ``change``."""
    return Reshape(document, name, size, [(g, change(g)) for g in every_grid(document)])


def moved(grid: TileGrid, dx: int, dy: int) -> TileGrid:
    """``grid`` shifted by whole pixels."""
    result = _like(grid)
    for coord in grid.bounds().translate(dx, dy).tiles():
        _put(result, coord, planes_of(grid, coord.rect.translate(-dx, -dy)))
    return result


class Floating:
    """What is selected of an RGBA grid, taken off: it can be put down anywhere over the rest."""

    def __init__(self, grid: TileGrid, selection: TileGrid) -> None:
        self._rect = rect = selection.content_bounds()
        self._color = planes_of(grid, rect) * np.float32(1 / grid.full)
        selected = planes_of(selection, rect)[0] * np.float32(1 / selection.full)
        self._alpha = self._color[3] * selected
        self._rest = grid.snapshot()
        cover(self._rest, rect, np.ones((rect.h, rect.w), np.bool_), None, selection=selection)

    def at(self, dx: int, dy: int) -> TileGrid:
        """The grid with it ``dx`` and ``dy`` pixels from where it was, which is clear there."""
        result = self._rest.snapshot()
        cover(result, self._rect.translate(dx, dy), self._alpha, self._color[:3])
        return result


def cropped(grid: TileGrid, rect: Rect) -> TileGrid:
    """What lies inside ``rect``, which may be larger than the canvas, with its corner at 0, 0."""
    kept = grid.bounds().intersect(rect)
    return _from_planes(grid, kept.translate(-rect.x, -rect.y), planes_of(grid, kept))


def flipped(grid: TileGrid, size: Size, *, across: bool) -> TileGrid:
    """Mirrored on a canvas of ``size``: left and right change places if ``across``, else up and
    down."""
    rect = grid.bounds()
    planes = planes_of(grid, rect)
    if across:
        return _from_planes(grid, rect._replace(x=size.w - rect.right), planes[:, :, ::-1])
    return _from_planes(grid, rect._replace(y=size.h - rect.bottom), planes[:, ::-1])


def turned(grid: TileGrid, size: Size, quarters: int) -> TileGrid:
    """Turned clockwise together with a canvas of ``size``; odd ``quarters`` swap its sides."""
    rect, (w, h) = grid.bounds(), size
    for _ in range(quarters % 4):
        rect, w, h = Rect(h - rect.bottom, rect.x, rect.h, rect.w), h, w
    return _from_planes(
        grid, rect, np.rot90(planes_of(grid, grid.bounds()), -quarters, axes=(1, 2))
    )


def scaled(grid: TileGrid, size: Size, to: Size, how: Filter) -> TileGrid:
    """What fills a canvas of ``size`` made to fill one of ``to``.

    Colors are weighted by their alpha, so nothing bleeds out of transparent pixels. Content that
    ends at the canvas's edge keeps a sharp edge there; what reaches beyond is scaled along.
    """
    content = grid.content_bounds()
    if content.is_empty:
        return _like(grid)
    across = _Span.of(content.x, content.right, size.w, to.w)
    down = _Span.of(content.y, content.bottom, size.h, to.h)
    planes = planes_of(grid, Rect.from_edges(across.low, down.low, across.high, down.high))
    result = Rect.from_edges(across.first, down.first, across.last, down.last)
    if how is Filter.NEAREST:
        nearest = planes[:, down.nearest()][:, :, across.nearest()]
        return _from_planes(grid, result, nearest)

    box = across.box[0], down.box[0], across.box[1], down.box[1]

    def resampled(plane: Plane) -> Plane:
        image = Image.fromarray(plane).resize(result.size, _RESAMPLING[how], box)
        return np.asarray(image)

    new = np.empty((grid.channels, result.h, result.w), grid.dtype)
    alpha = planes[-1].astype(np.float32)
    new_alpha = resampled(alpha)
    new[-1] = np.clip(new_alpha, 0, grid.full) + np.float32(0.5)
    new_alpha = np.maximum(new_alpha, np.float32(1e-3))
    for channel in range(grid.channels - 1):
        plane = resampled(planes[channel] * alpha) / new_alpha
        new[channel] = np.clip(plane, 0, grid.full) + np.float32(0.5)
    return _from_planes(grid, result, new)


class _Span(NamedTuple):
    """One axis of a scaling: ``low`` to ``high`` is read, ``first`` to ``last`` is made of it."""

    low: int
    high: int
    first: int
    last: int
    scale: float

    @classmethod
    def of(cls, start: int, stop: int, length: int, to: int) -> _Span:
        """For content from ``start`` to ``stop`` on a canvas of ``length`` that becomes ``to``.

        Content that ends in the middle is read with what surrounds it, as far as filters reach.
        """
        scale = to / length
        margin = math.ceil(REACH_PX * max(1, 1 / scale))
        low, first = 0, 0
        if start != 0:
            first = math.floor(start * scale)
            low = math.floor(first / scale) - margin
        high, last = length, to
        if stop != length:
            last = math.ceil(stop * scale)
            high = math.ceil(last / scale) + margin
        return cls(low, high, first, last, scale)

    @property
    def box(self) -> tuple[float, float]:
        """Where what is made comes from, in pixels of what is read."""
        length = self.high - self.low
        return self.first / self.scale - self.low, min(self.last / self.scale - self.low, length)

    def nearest(self) -> NDArray[np.intp]:
        """For each pixel that is made, the pixel of what is read under its middle."""
        middles = (np.arange(self.first, self.last) + 0.5) / self.scale - self.low
        return np.clip(middles.astype(np.intp), 0, self.high - self.low - 1)


def _from_planes(like: TileGrid, rect: Rect, planes: Tile) -> TileGrid:
    """A grid of the kind of ``like`` that shows ``planes`` in ``rect``."""
    grid = _like(like)
    for coord in rect.tiles():
        here = coord.rect.intersect(rect)
        tile = grid.empty.copy()
        tile[:, *slices(here, coord.rect)] = planes[:, *slices(here, rect)]
        _put(grid, coord, tile)
    return grid


def _put(grid: TileGrid, coord: Coord, tile: Tile) -> None:
    """Store ``tile`` unless it is all ``fill``."""
    if (tile != grid.fill).any():
        grid.put(coord, tile)


def _like(grid: TileGrid) -> TileGrid:
    return TileGrid(grid.channels, grid.dtype, grid.fill)
