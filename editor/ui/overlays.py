"""What is drawn over the picture and is no part of it.

Every function draws in device pixels: the painter's transform leads from them to the widget.
``ratio`` is device pixels per logical pixel.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPalette,
    QPen,
    QPolygonF,
    QTransform,
)

from editor.document.contour import Segments, contour, coverage
from editor.document.geometry import Rect
from editor.document.tiles import TileGrid
from editor.ui.qimage import to_qimage

CELL = 8
"""Side of a checkerboard's square in logical pixels."""

CHECKS = QColor(186, 186, 186), QColor(174, 174, 174)
"""Close to each other, so that the board stays behind the picture."""

DARK = QColor(0, 0, 0, 150)
LIGHT = QColor(255, 255, 255, 230)
"""Drawn side by side, one of the two is visible on any picture."""

MASK = (236, 38, 73)
"""Color of the mask: red enough to be the usual one, with blue enough to differ from green for eyes
that see no red."""

MASK_OPACITY = 0.5

DASH = 4
"""Length of a marching ant in logical pixels."""

GRID_FROM = 8.0
"""Zoom at which the lines between pixels begin to help."""

CORNER = 64
"""Side of the squares in which ants are repainted, in pixels of their level."""

CORNER_OF_VIEW = QPointF(12, 12)
"""Where a label is unless told otherwise."""


def draw_checkerboard(
    painter: QPainter, to_device: QTransform, canvas: QRectF, ratio: float
) -> None:
    """Fill ``canvas``, in document pixels, with squares of a fixed size on the screen."""
    painter.setBrushOrigin(to_device.map(canvas.topLeft()))
    brush = QBrush(_board(round(CELL * ratio)))
    if not to_device.isRotating():
        painter.fillRect(to_device.mapRect(canvas), brush)  # several times faster
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush)
        painter.drawPolygon(to_device.map(QPolygonF(canvas)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setBrushOrigin(0, 0)


@lru_cache(maxsize=4)
def _board(cell: int) -> QImage:
    """Sixteen squares a side: Qt repeats a large pattern faster than a small one."""
    board = np.empty((16 * cell, 16 * cell, 4), np.uint8)
    odd = np.add.outer(np.arange(16 * cell) // cell, np.arange(16 * cell) // cell) % 2 == 1
    light, dark = (np.array(check.getRgb(), np.uint8) for check in CHECKS)
    board[~odd], board[odd] = light, dark
    return to_qimage(board).convertToFormat(QImage.Format.Format_RGB32)


def draw_border(painter: QPainter, edge: QPolygonF) -> None:
    """A line of one device pixel around the picture; ``edge`` is its middle."""
    painter.setPen(QPen(QColor(0, 0, 0, 120), 1))
    painter.drawPolygon(edge)


def draw_grid(painter: QPainter, to_device: QTransform, area: Rect, zoom: float) -> None:
    """The lines between the pixels of ``area``, in document pixels; faint where they are close."""
    lines = [QLineF(x, area.y, x, area.bottom) for x in range(area.x, area.right + 1)]
    lines += [QLineF(area.x, y, area.right, y) for y in range(area.y, area.bottom + 1)]
    painter.setPen(QPen(QColor(128, 128, 128, min(round(5 * zoom), 80)), 1))
    painter.drawLines([to_device.map(line) for line in lines])


def draw_ring(
    painter: QPainter, center: QPointF, radius: float, ratio: float, *, erases: bool = False
) -> None:
    """The edge of a brush: light inside, dark outside. ``radius`` in device pixels.

    Too small a ring gets four arms to be found by; one that erases carries a minus.
    """
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arms = QPainterPath()
    if radius < 4 * ratio:
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            arms.moveTo(center + QPointF(dx, dy) * (radius + 3 * ratio))
            arms.lineTo(center + QPointF(dx, dy) * (radius + 7 * ratio))
    if erases:
        arms.moveTo(center - QPointF(4 * ratio, 0))
        arms.lineTo(center + QPointF(4 * ratio, 0))
    painter.setPen(QPen(DARK, ratio))
    painter.drawEllipse(center, radius + ratio / 2, radius + ratio / 2)
    painter.strokePath(arms, QPen(DARK, 3 * ratio))
    painter.setPen(QPen(LIGHT, ratio))
    inner = max(radius - ratio / 2, ratio / 2)
    painter.drawEllipse(center, inner, inner)
    painter.strokePath(arms, QPen(LIGHT, ratio))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def ring_areas(center: QPointF, radius: float, ratio: float) -> list[QRectF]:
    """What ``draw_ring`` touches: the sides of a frame, since a brush may be large."""
    reach, within = radius + 10 * ratio, radius * 0.7 - 2 * ratio
    square = QRectF(center.x() - reach, center.y() - reach, 2 * reach, 2 * reach)
    if within < 100 * ratio:
        return [square]
    thick, middle = reach - within, 10 * ratio
    return [
        QRectF(square.left(), square.top(), 2 * reach, thick),
        QRectF(square.left(), square.bottom() - thick, 2 * reach, thick),
        QRectF(square.left(), square.top(), thick, 2 * reach),
        QRectF(square.right() - thick, square.top(), thick, 2 * reach),
        QRectF(center.x() - middle, center.y() - middle, 2 * middle, 2 * middle),
    ]


def draw_outline(painter: QPainter, outline: QPolygonF, ratio: float) -> None:
    """A closed line that shows on any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=_is_turned(outline))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(DARK, ratio))
    painter.drawPolygon(outline)
    dashes = QPen(LIGHT, ratio)
    dashes.setDashPattern([DASH, DASH])
    painter.setPen(dashes)
    painter.drawPolygon(outline)


def draw_frame(painter: QPainter, outline: QPolygonF, view: QRectF, ratio: float) -> None:
    """A box with thirds and handles; everything around it is dimmed."""
    corners = outline.toList()[:4]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=_is_turned(outline))
    around = QPainterPath()
    around.addRect(view)
    around.addPolygon(QPolygonF([*corners, corners[0]]))
    painter.fillPath(around, QColor(0, 0, 0, 140))
    painter.setPen(QPen(QColor(255, 255, 255, 90), ratio))
    a, b, c, d = corners
    for t in (1 / 3, 2 / 3):
        painter.drawLine(_between(a, b, t), _between(d, c, t))
        painter.drawLine(_between(a, d, t), _between(b, c, t))
    painter.setPen(QPen(LIGHT, ratio))
    painter.drawPolygon(QPolygonF(corners))
    painter.setPen(QPen(DARK, ratio))
    painter.setBrush(QColor(255, 255, 255))
    side = 7 * ratio
    for one, other in pairwise([*corners, corners[0]]):
        for point in (one, _between(one, other, 0.5)):
            painter.drawRect(QRectF(point.x() - side / 2, point.y() - side / 2, side, side))
    painter.setBrush(Qt.BrushStyle.NoBrush)


def draw_label(
    painter: QPainter,
    text: str,
    palette: QPalette,
    ratio: float,
    corner: QPointF = CORNER_OF_VIEW,
    *,
    to_left: bool = False,
) -> None:
    """``text`` with its top left corner at ``corner``, in logical pixels; or its top right one."""
    painter.save()
    painter.scale(ratio, ratio)
    width = painter.fontMetrics().horizontalAdvance(text) + 20
    left = corner.x() - width if to_left else corner.x()
    box = QRectF(left, corner.y(), width, painter.fontMetrics().height() + 8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette.color(QPalette.ColorRole.Window))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def mask_image(masks: Iterable[TileGrid], rect: Rect, level: int) -> QImage:
    """Masks as one translucent film, premultiplied; ``rect`` in pixels of ``level``."""
    covered = np.zeros((rect.h, rect.w), np.float32)
    for mask in masks:
        np.maximum(covered, coverage(mask, rect, level), out=covered)
    film = np.empty((rect.h, rect.w, 4), np.uint8)
    film[..., :3] = MASK
    film[..., 3] = np.rint(covered * (MASK_OPACITY * 255))
    return to_qimage(film).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class Ants:
    """The line around a selection, which marches. In pixels of one level of the picture."""

    def __init__(self) -> None:
        self._path = QPainterPath()
        self._squares: list[QRectF] = []
        self._made: tuple[Rect, int] | None = None
        self._phase = 0

    def forget(self) -> None:
        """The selection changed."""
        self._made = None

    def prepare(self, selection: TileGrid, area: Rect, level: int) -> None:
        """Find the line within ``area``, unless that is done."""
        if self._made == (area, level):
            return
        self._made = area, level
        around = area.grow(1)
        segments = contour(coverage(selection, around, level) >= 0.5)
        segments += np.array([around.x, around.y] * 2)
        self._path = QPainterPath()
        for x0, y0, x1, y1 in segments.tolist():
            self._path.moveTo(x0, y0)
            self._path.lineTo(x1, y1)
        self._squares = _squares(segments)

    def draw(self, painter: QPainter, to_device: QTransform, ratio: float) -> None:
        """Draw the line; ``to_device`` leads from pixels of its level."""
        dash = round(DASH * ratio)
        pattern = np.zeros((2 * dash, 2 * dash, 4), np.uint8)
        stripe = np.add.outer(np.arange(2 * dash), np.arange(2 * dash)) // dash % 2 == 0
        pattern[stripe], pattern[~stripe] = (255, 255, 255, 255), (0, 0, 0, 255)
        brush = QBrush(to_qimage(pattern))
        brush.setTransform(QTransform.fromTranslate(round(self._phase * ratio), 0))
        painter.strokePath(to_device.map(self._path), QPen(brush, ratio))

    def march(self, to_device: QTransform) -> list[QRectF]:
        """Take a step; the parts of the view where the line is."""
        self._phase = (self._phase + 1) % (2 * DASH)
        return [to_device.mapRect(square).adjusted(-2, -2, 2, 2) for square in self._squares]


def _squares(segments: Segments) -> list[QRectF]:
    """The squares of a coarse grid that the segments touch."""
    found: set[tuple[int, int]] = set()
    for x0, y0, x1, y1 in (segments // CORNER).tolist():
        found.update((x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))
    return [QRectF(x * CORNER, y * CORNER, CORNER, CORNER) for x, y in found]


def _is_turned(outline: QPolygonF) -> bool:
    """Whether any of its sides is neither horizontal nor vertical."""
    points = outline.toList()
    sides = ((a - b) for a, b in zip(points, [*points[1:], points[0]], strict=True))
    return any(min(abs(side.x()), abs(side.y())) > 0.01 for side in sides)


def _between(a: QPointF, b: QPointF, t: float) -> QPointF:
    return a + (b - a) * t
