"""What is shown of a picture: tiles for the screen, made when needed, mended where they changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from editor.document.geometry import EMPTY, TILE, Coord, Rect

Render = Callable[[Rect, int], QImage]
"""Makes the premultiplied image of a rectangle, in pixels of the picture halved so many times."""

CAPACITY = 1200
"""Tiles kept, 256 KiB each: more than a 4K screen ever shows at once, about 300 MB at most."""

DEEPEST = 8
"""The most halvings: then a tile of the document is one pixel."""


CLEAR = QColor(0, 0, 0, 0)


class Key(NamedTuple):
    level: int
    coord: Coord


@dataclass
class _Tile:
    image: QImage
    dirty: Rect  # in pixels of its level


def reduce(rect: Rect, level: int) -> Rect:
    """The pixels of the picture halved ``level`` times that show any part of ``rect``."""
    return Rect.from_edges(
        rect.x >> level,
        rect.y >> level,
        -(-rect.right >> level),
        -(-rect.bottom >> level),
    )


class Picture:
    """The display tiles of one rendering of a document, at any number of halvings.

    A picture never makes its user wait: ``image`` stops rendering at a deadline, shows what it has
    (the tile as it was, or another level's, or else ``blank``) and remembers the rest for ``work``.
    """

    def __init__(self, render: Render, bounds: Rect, blank: QColor = CLEAR) -> None:
        self._render = render
        self._blank = blank
        self.bounds = bounds
        self._tiles: dict[Key, _Tile] = {}  # the least recently used first
        self._missing: dict[Key, None] = {}

    @property
    def is_complete(self) -> bool:
        """Whether nothing was left for ``work``."""
        return not self._missing

    def invalidate(self, rect: Rect) -> None:
        """``rect`` of the document looks different now."""
        for level in {key.level for key in self._tiles}:
            part = reduce(rect, level)
            for coord in part.tiles():
                tile = self._tiles.get(Key(level, coord))
                if tile is not None:
                    tile.dirty = tile.dirty.union(coord.rect.intersect(part))

    def resize(self, bounds: Rect) -> None:
        """The document's canvas is another one."""
        self.bounds = bounds
        self._tiles.clear()
        self._missing.clear()

    def image(self, rect: Rect, level: int, deadline: float) -> QImage:
        """``rect`` in pixels of ``level``, rendered until ``deadline`` (of ``perf_counter``)."""
        self._missing = {key: None for key in self._missing if key.level == level}
        result = QImage(rect.w, rect.h, QImage.Format.Format_ARGB32_Premultiplied)
        result.fill(CLEAR)
        with QPainter(result) as painter:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            painter.translate(-rect.x, -rect.y)
            for coord in rect.tiles():
                key = Key(level, coord)
                self._freshen(key, deadline)
                part = coord.rect.intersect(rect)
                tile = self._tiles.pop(key, None)
                if tile is not None:
                    self._tiles[key] = tile
                    painter.drawImage(QPoint(part.x, part.y), tile.image, _within(part, coord.rect))
                else:
                    self._stand_in(painter, key, part)
        self._forget_old()
        return result

    def work(self, deadline: float) -> list[Rect]:
        """Render what is missing, until ``deadline``; the rectangles of the document done."""
        done: list[Rect] = []
        while self._missing and (not done or perf_counter() < deadline):
            key = next(iter(self._missing))
            del self._missing[key]
            self._mend(key)
            step = 1 << key.level
            done.append(Rect(*(value * step for value in key.coord.rect)))
        return done

    def _freshen(self, key: Key, deadline: float) -> None:
        """See that a tile is as it should be, or note that it is not."""
        tile = self._tiles.get(key)
        if tile is None or not tile.dirty.is_empty:
            if perf_counter() < deadline:
                self._mend(key)
            else:
                self._missing[key] = None

    def _mend(self, key: Key) -> None:
        """Render a tile, or the part of it that is dirty."""
        tile = self._tiles.get(key)
        if tile is None:
            image = QImage(TILE, TILE, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(CLEAR)
            tile = self._tiles[key] = _Tile(image, key.coord.rect)
        part = tile.dirty.intersect(reduce(self.bounds, key.level))
        if not part.is_empty:
            fresh = self._render(part, key.level)
            with QPainter(tile.image) as painter:
                painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
                x, y = key.coord.rect.x, key.coord.rect.y
                painter.drawImage(QPoint(part.x - x, part.y - y), fresh)
        tile.dirty = EMPTY

    def _stand_in(self, painter: QPainter, key: Key, part: Rect) -> None:
        """Draw ``part`` of a tile that is not there from a coarser level, or else a finer one."""
        for level in range(key.level + 1, DEEPEST + 1):
            by = level - key.level
            coord = Coord(key.coord.column >> by, key.coord.row >> by)
            tile = self._tiles.get(Key(level, coord))
            if tile is not None:
                frame = coord.rect
                scale = 1 / (1 << by)
                source = QRectF(
                    part.x * scale - frame.x,
                    part.y * scale - frame.y,
                    part.w * scale,
                    part.h * scale,
                )
                painter.drawImage(QRectF(*part), tile.image, source)
                return
        painter.fillRect(QRect(*part), self._blank)
        column, row = key.coord.column * 2, key.coord.row * 2
        half = TILE // 2
        for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
            tile = self._tiles.get(Key(key.level - 1, Coord(column + dx, row + dy)))
            if tile is not None:
                x, y = key.coord.rect.x + dx * half, key.coord.rect.y + dy * half
                painter.drawImage(QRect(x, y, half, half), tile.image)

    def _forget_old(self) -> None:
        while len(self._tiles) > CAPACITY:
            del self._tiles[next(iter(self._tiles))]


def _within(part: Rect, frame: Rect) -> QRect:
    return QRect(part.x - frame.x, part.y - frame.y, part.w, part.h)
