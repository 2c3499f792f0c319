"""Smaller copies of tiles, so that a zoomed-out view is composited at the size it is shown."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from editor.document.geometry import TILE, Coord, Rect
from editor.document.tiles import Tile, TileGrid

HALF = TILE // 2


class _Mip(NamedTuple):
    version: int
    sources: tuple[Tile | None, ...]
    tile: Tile | None


class Mips:
    """Halved copies of one grid's tiles, made when asked for and kept while the grid has them.

    The tile at ``coord`` of level ``n`` covers the square of ``2 ** n`` tiles a side that starts at
    tile ``coord * 2 ** n``. Every level is made from the one before; of a changed tile only the
    quadrant that its change reaches is made again. All levels together take a third of the memory
    of the grid. The grid is passed to each call, so that this can live in a table with weak keys.
    """

    def __init__(self) -> None:
        self._mips: dict[tuple[int, Coord], _Mip] = {}

    def tile(self, grid: TileGrid, level: int, coord: Coord) -> Tile | None:
        """``(channels, TILE, TILE)`` in the grid's dtype, ``None`` where nothing is stored.

        Different tiles of one level may be asked for from different threads at the same time.
        """
        if level == 0:
            return grid.get(coord)
        old = self._mips.get((level, coord))
        if old is not None and old.version == grid.version:
            return old.tile
        column, row = coord.column * 2, coord.row * 2
        sources = tuple(
            self.tile(grid, level - 1, Coord(column + dx, row + dy))
            for dy in (0, 1)
            for dx in (0, 1)
        )
        tile = _assemble(grid, sources, old)
        self._mips[level, coord] = _Mip(grid.version, sources, tile)
        return tile


def _assemble(grid: TileGrid, sources: tuple[Tile | None, ...], old: _Mip | None) -> Tile | None:
    """Four tiles as one of half the size, starting from what ``old`` has of them."""
    if all(source is None for source in sources):
        return None
    if old is None or old.tile is None:
        old = _Mip(0, (None,) * 4, grid.empty)
    assert old.tile is not None
    changed = [
        k for k, pair in enumerate(zip(sources, old.sources, strict=True)) if pair[0] is not pair[1]
    ]
    if not changed:
        return old.tile
    tile = old.tile.copy()
    for k in changed:
        y, x = k // 2 * HALF, k % 2 * HALF
        source = sources[k]
        tile[:, y : y + HALF, x : x + HALF] = grid.fill if source is None else halve(source)
    tile.flags.writeable = False
    return tile


def halve(tile: Tile) -> Tile:
    """Average 2x2 pixels: ``(c, h, w)`` to ``(c, h / 2, w / 2)``, same dtype, rounded.

    Of four channels the last is alpha, and the colors are averaged by it (as if premultiplied), so
    that invisible pixels lend no color to visible ones.
    """
    if len(tile) == 4 and tile[3].min() < np.iinfo(tile.dtype).max:
        alpha = tile[3].astype(np.float32)
        total = _sum_of_four(alpha)
        result = np.empty((4, *total.shape), np.float32)
        np.divide(_sum_of_four(tile[:3] * alpha), np.maximum(total, 1), out=result[:3])
        np.multiply(total, 0.25, out=result[3])
        result += 0.5
        return result.astype(tile.dtype)
    wide = tile.astype(np.uint16 if tile.dtype == np.uint8 else np.uint32)
    return ((_sum_of_four(wide) + 2) >> 2).astype(tile.dtype)


def _sum_of_four(planes: NDArray[Any]) -> NDArray[Any]:
    rows = planes[..., ::2, :] + planes[..., 1::2, :]
    return rows[..., ::2] + rows[..., 1::2]


def scale_down(rect: Rect, level: int) -> Rect:
    """The pixels of ``level`` that ``rect`` (pixels of level 0) reaches."""
    step = 1 << level
    return Rect.from_edges(
        rect.x // step, rect.y // step, -(-rect.right // step), -(-rect.bottom // step)
    )
