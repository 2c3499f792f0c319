"""Small pictures of layers and masks, made while nothing else happens."""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from PySide6.QtCore import QObject, QRectF, QTimer, Signal
from PySide6.QtGui import QBrush, QColor, QPainter, QPixmap

from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.thumbnail import fitted, thumbnail
from editor.document.tiles import Pixels, TileGrid
from editor.ui.qimage import for_screen

PAUSE_MS = 100
"""How long a document must have been left alone: painting is never slowed by thumbnails."""

CHECK = 4  # side of a square of the checkerboard, in logical pixels


class _Picture(NamedTuple):
    made_of: tuple[int, Rect, float]
    pixmap: QPixmap


class Thumbnails(QObject):
    """Keeps a picture of each grid asked for; a stale one is shown until the new one is ready.

    Pictures are made one per turn of the event loop, and only for what was asked for since the
    last change: rows that are scrolled out of sight cost nothing.
    """

    ready = Signal()

    def __init__(self, box: Size, parent: QObject | None = None) -> None:
        """box: what a picture fits into, in logical pixels."""
        super().__init__(parent)
        self._box = box
        self._document: Document | None = None
        self._pictures: WeakKeyDictionary[TileGrid, _Picture] = WeakKeyDictionary()
        self._wanted: dict[TileGrid, float] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._make_next)

    def set_document(self, document: Document | None) -> None:
        """Make pictures of the grids of ``document``."""
        if self._document is not None:
            self._document.changed.disconnect(self._wait)
        self._document = document
        self._wanted.clear()
        if document is not None:
            document.changed.connect(self._wait)

    def size(self) -> Size:
        """How large pictures are, in logical pixels."""
        return fitted(self._document.size, self._box) if self._document is not None else self._box

    def picture(self, grid: TileGrid, ratio: float) -> QPixmap | None:
        """The latest picture of ``grid``; ``ready`` is emitted when there is a newer one.

        ratio: device pixels per logical pixel.
        """
        if self._document is None:
            return None
        known = self._pictures.get(grid)
        if known is None or known.made_of != (grid.version, self._document.rect, ratio):
            self._wanted[grid] = ratio
            if not self._timer.isActive():
                self._timer.start(0)
        return None if known is None else known.pixmap

    def _wait(self, node: object, rect: Rect) -> None:
        self._timer.start(PAUSE_MS)

    def _make_next(self) -> None:
        document = self._document
        if document is None:
            return
        if self._wanted:
            grid, ratio = self._wanted.popitem()
            self._pictures[grid] = _Picture(
                (grid.version, document.rect, ratio), _draw(document, grid, self.size(), ratio)
            )
        if self._wanted:
            self._timer.start(0)
        self.ready.emit()


def _draw(document: Document, grid: TileGrid, size: Size, ratio: float) -> QPixmap:
    fine = Size(max(round(size.w * ratio), 1), max(round(size.h * ratio), 1))
    pixmap = QPixmap(*fine)
    painter = QPainter(pixmap)
    small = thumbnail(grid, document.rect, fine)
    if grid.channels == 1:
        painter.drawImage(0, 0, for_screen(_grey(small), None))
    else:
        _draw_checkerboard(painter, QRectF(pixmap.rect()), CHECK * ratio)
        painter.drawImage(0, 0, for_screen(small, document.metadata.profile))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def _grey(mask: Pixels) -> Pixels:
    """``(h, w, 1)`` as opaque ``(h, w, 4)``."""
    opaque = np.full_like(mask, np.iinfo(mask.dtype).max)
    return np.concatenate([mask, mask, mask, opaque], axis=2)


def _draw_checkerboard(painter: QPainter, area: QRectF, side: float) -> None:
    painter.fillRect(area, QColor(255, 255, 255))
    brush = QBrush(QColor(205, 205, 205))
    for row in range(int(area.height() // side) + 1):
        for column in range(row % 2, int(area.width() // side) + 1, 2):
            painter.fillRect(QRectF(column * side, row * side, side, side), brush)
