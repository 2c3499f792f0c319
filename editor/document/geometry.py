"""Integer geometry in document pixels: x to the right, y down, from the canvas's corner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TILE = 256
"""Side of a tile. At 256 a 4096 x 4096 layer has 256 tiles and one RGBA tile 256 KiB (8 bit)."""


class Point(NamedTuple):
    x: int
    y: int


class Size(NamedTuple):
    w: int
    h: int


class Coord(NamedTuple):
    """The column and row of a tile; tile ``(0, 0)`` starts at the origin."""

    column: int
    row: int

    @property
    def rect(self) -> Rect:
        return Rect(self.column * TILE, self.row * TILE, TILE, TILE)


class Rect(NamedTuple):
    """A rectangle; one with ``w <= 0`` or ``h <= 0`` is empty."""

    x: int
    y: int
    w: int
    h: int

    @classmethod
    def from_edges(cls, left: int, top: int, right: int, bottom: int) -> Rect:
        return cls(left, top, right - left, bottom - top)

    @property
    def right(self) -> int:
        return self.x + self.w

    @property
    def bottom(self) -> int:
        return self.y + self.h

    @property
    def size(self) -> Size:
        return Size(self.w, self.h)

    @property
    def is_empty(self) -> bool:
        return self.w <= 0 or self.h <= 0

    def intersect(self, other: Rect) -> Rect:
        """The common part, ``EMPTY`` if there is none."""
        left, top = max(self.x, other.x), max(self.y, other.y)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        if right <= left or bottom <= top:
            return EMPTY
        return Rect(left, top, right - left, bottom - top)

    def union(self, other: Rect) -> Rect:
        """The smallest rectangle around both; an empty one adds nothing."""
        if self.is_empty:
            return other
        if other.is_empty:
            return self
        return Rect.from_edges(
            min(self.x, other.x),
            min(self.y, other.y),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def contains(self, other: Rect) -> bool:
        return self.intersect(other) == other

    def grow(self, margin: int) -> Rect:
        """Move every edge outward by ``margin`` pixels (inward if negative)."""
        return Rect(self.x - margin, self.y - margin, self.w + 2 * margin, self.h + 2 * margin)

    def translate(self, dx: int, dy: int) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.w, self.h)

    def tiles(self) -> Iterator[Coord]:
        """The tiles that this rectangle touches, row by row."""
        if self.is_empty:
            return
        for row in range(self.y // TILE, (self.bottom - 1) // TILE + 1):
            for column in range(self.x // TILE, (self.right - 1) // TILE + 1):
                yield Coord(column, row)


EMPTY = Rect(0, 0, 0, 0)
