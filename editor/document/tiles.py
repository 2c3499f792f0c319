"""Sparse, copy-on-write planes of pixels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from editor.document.geometry import EMPTY, TILE, Coord, Rect

Tile = NDArray[Any]
"""``(channels, TILE, TILE)``, uint8 or uint16, read-only: planes, since arithmetic on planes is
several times faster than on interleaved pixels. Outside a grid it is ``(h, w, channels)``."""

Pixels = NDArray[Any]
"""``(h, w, channels)``, uint8 or uint16, straight alpha."""

Changes = dict[Coord, tuple[Tile | None, Tile | None]]
"""What happened to each tile: before and after; ``None`` is a tile that is not stored."""


@cache
def full_scale(dtype: np.dtype[Any]) -> int:
    """The largest value of a channel: 255 or 65535."""
    return int(np.iinfo(dtype).max)


class TileGrid:
    """An unbounded plane of tiles, any of which may be missing.

    A missing tile reads as ``fill``. A stored tile is never modified: writing replaces it, so
    ``snapshot`` is a shallow copy, undo swaps references, other threads read a snapshot without a
    lock, and whether two grids differ in a tile is an identity comparison. ``version`` rises with
    every change, so that who looked at all tiles once need not look again for nothing.
    """

    def __init__(self, channels: int, dtype: DTypeLike = np.uint8, fill: int = 0) -> None:
        self.channels = channels
        self.dtype = np.dtype(dtype)
        self.fill = fill
        self.empty: Tile = np.full((channels, TILE, TILE), fill, self.dtype)
        self.empty.flags.writeable = False
        self.version = 0
        self._tiles: dict[Coord, Tile] = {}

    @classmethod
    def from_pixels(cls, pixels: Pixels, x: int = 0, y: int = 0, fill: int = 0) -> TileGrid:
        """A grid holding ``pixels``, ``(h, w, channels)``, with the top left corner at ``x, y``."""
        h, w, channels = pixels.shape
        grid = cls(channels, pixels.dtype, fill)
        grid.write(Rect(x, y, w, h), pixels)
        return grid

    @property
    def full(self) -> int:
        """The largest value of a channel: 255 or 65535."""
        return full_scale(self.dtype)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stored."""
        return not self._tiles

    @property
    def nbytes(self) -> int:
        return len(self._tiles) * self.empty.nbytes

    def __contains__(self, coord: Coord) -> bool:
        return coord in self._tiles

    def coords(self) -> Iterator[Coord]:
        """The stored tiles."""
        return iter(self._tiles)

    def tile(self, coord: Coord) -> Tile:
        """The tile at ``coord``, ``empty`` if there is none. Read-only."""
        return self._tiles.get(coord, self.empty)

    def get(self, coord: Coord) -> Tile | None:
        """The tile at ``coord``, ``None`` if there is none. Read-only."""
        return self._tiles.get(coord)

    def put(self, coord: Coord, tile: Tile | None) -> None:
        """Store ``tile``, which the grid owns and freezes from now on; ``None`` removes it."""
        self.version += 1
        if tile is None:
            self._tiles.pop(coord, None)
            return
        if tile.shape != self.empty.shape or tile.dtype != self.dtype:
            raise ValueError(
                f"tile is {tile.dtype}{tile.shape}, not {self.dtype}{self.empty.shape}"
            )
        tile.flags.writeable = False
        self._tiles[coord] = tile

    def bounds(self) -> Rect:
        """The smallest rectangle of whole tiles around everything stored."""
        rect = EMPTY
        for coord in self._tiles:
            rect = rect.union(coord.rect)
        return rect

    def content_bounds(self) -> Rect:
        """The smallest rectangle around the pixels whose last channel is not ``fill``."""
        rect = EMPTY
        for coord, tile in self._tiles.items():
            used = tile[-1] != self.fill
            rows, columns = np.flatnonzero(used.any(1)), np.flatnonzero(used.any(0))
            if rows.size:
                x, y = coord.rect[:2]
                rect = rect.union(
                    Rect.from_edges(
                        x + int(columns[0]),
                        y + int(rows[0]),
                        x + int(columns[-1]) + 1,
                        y + int(rows[-1]) + 1,
                    )
                )
        return rect

    def read(self, rect: Rect) -> Pixels:
        """A fresh copy of ``rect``, ``(rect.h, rect.w, channels)``."""
        pixels = np.full((rect.h, rect.w, self.channels), self.fill, self.dtype)
        for coord in rect.tiles():
            tile = self._tiles.get(coord)
            if tile is not None:
                inner, outer = _overlap(coord, rect)
                pixels[outer] = tile[:, inner[0], inner[1]].transpose(1, 2, 0)
        return pixels

    def write(self, rect: Rect, pixels: Pixels) -> None:
        """Replace ``rect`` by ``pixels``, ``(rect.h, rect.w, channels)``.

        Tiles that end up all ``fill`` are dropped.
        """
        if pixels.shape != (rect.h, rect.w, self.channels):
            raise ValueError(f"pixels are {pixels.shape}, not {(rect.h, rect.w, self.channels)}")
        for coord in rect.tiles():
            inner, outer = _overlap(coord, rect)
            tile = self.tile(coord).copy()
            tile[:, inner[0], inner[1]] = pixels[outer].transpose(2, 0, 1)
            self.put(coord, tile if (tile != self.fill).any() else None)

    def replace(self, other: TileGrid) -> None:
        """Take over the tiles of ``other``."""
        self.version += 1
        self._tiles = dict(other._tiles)

    def snapshot(self) -> TileGrid:
        """A grid with the same tiles, which later changes to this one do not reach."""
        copy = TileGrid.__new__(TileGrid)
        copy.channels, copy.dtype, copy.fill = self.channels, self.dtype, self.fill
        copy.empty, copy.version = self.empty, self.version
        copy._tiles = dict(self._tiles)
        return copy

    def changes_since(self, before: TileGrid) -> Changes:
        """The tiles in which this grid differs (by identity) from an earlier snapshot."""
        coords = self._tiles.keys() | before._tiles.keys()
        pairs = {c: (before._tiles.get(c), self._tiles.get(c)) for c in coords}
        return {c: pair for c, pair in pairs.items() if pair[0] is not pair[1]}


def changed_rect(changes: Mapping[Coord, object]) -> Rect:
    """The smallest rectangle of whole tiles around ``changes``."""
    rect = EMPTY
    for coord in changes:
        rect = rect.union(coord.rect)
    return rect


def _overlap(coord: Coord, rect: Rect) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where a tile and ``rect`` meet, as slices of the tile and slices of ``rect``."""
    tile = coord.rect
    part = tile.intersect(rect)

    def within(frame: Rect) -> tuple[slice, slice]:
        x, y = part.x - frame.x, part.y - frame.y
        return slice(y, y + part.h), slice(x, x + part.w)

    return within(tile), within(rect)
