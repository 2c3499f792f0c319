"""The shapes of the pointer over the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QCursor, QImage, QPainter, QPixmap

from editor.ui import icons

SHAPES = {
    "arrow": Qt.CursorShape.ArrowCursor,
    "forbidden": Qt.CursorShape.ForbiddenCursor,
    "grab": Qt.CursorShape.ClosedHandCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "ring": Qt.CursorShape.BlankCursor,  # the ring is drawn on the canvas
}

GLYPHS = {"zoom": ("mdi6.magnify", QPoint(9, 9)), "picker": ("mdi6.eyedropper", QPoint(3, 20))}
"""Icon, and the pixel of it that points."""

SIDE = 24
"""Of an icon as a cursor, in logical pixels: the grid on which its hot spot counts."""


def cursor(kind: str, ratio: float) -> QCursor:
    """The cursor for a tool's kind, or one of "arrow", "forbidden" and "grab"."""
    return QCursor(SHAPES[kind]) if kind in SHAPES else _glyph(kind, ratio)


def _glyph(kind: str, ratio: float) -> QCursor:
    """An icon in white with a dark edge, to be seen on any picture."""
    name, hot = GLYPHS[kind]
    side, edge = round(SIDE * ratio), max(round(ratio), 1)
    dark, light = (_drawn(name, side, color) for color in ("#000000", "#ffffff"))
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        for x in (-edge, 0, edge):
            for y in (-edge, 0, edge):
                painter.drawImage(x, y, dark)
        painter.drawImage(0, 0, light)
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return QCursor(pixmap, hot.x(), hot.y())


def _drawn(name: str, side: int, color: str) -> QImage:
    """The icon called ``name`` in one color, with room for an edge."""
    image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    with QPainter(image) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        icons.icon(name).paint(painter, QRect(1, 1, side - 2, side - 2))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
        painter.fillRect(image.rect(), QColor(color))
    return image
