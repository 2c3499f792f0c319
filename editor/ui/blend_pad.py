"""A pad on which two to four things are mixed: the nearer a corner, the more of what is there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from editor.ui.theme import SPACE
from editor.ui.tips import plain

Key = Qt.Key
Point = tuple[float, float]

CORNERS: dict[int, tuple[Point, ...]] = {
    2: ((0.0, 0.5), (1.0, 0.5)),
    3: ((0.0, 0.0), (1.0, 0.0), (0.5, 1.0)),
    4: ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),
}
"""Where things lie, by how many there are; 0..1 across and down."""

STEP, FINE_STEP = 0.05, 0.01
"""Of an arrow key, and with Shift."""

PICTURE = 34  # side, in logical pixels
RING = 7.0  # radius of the handle


def shares_at(count: int, x: float, y: float) -> tuple[float, ...]:
    """How much each counts at a place; together 1.

    Two share a line, three a triangle (barycentric), four a square (bilinear). A place outside
    counts as one on the border.
    """
    if count == 2:
        return 1 - x, x
    if count == 3:
        low = min(max(y, 0.0), 1.0)
        across = min(max(x - 0.5 * low, 0.0), 1 - low)
        return 1 - low - across, across, low
    return (1 - x) * (1 - y), x * (1 - y), (1 - x) * y, x * y


def place_of(shares: Sequence[float]) -> Point:
    """Where shares lie: among all places with these, the one in the middle of their corners."""
    whole = sum(shares) or 1.0
    corners = CORNERS[len(shares)]
    x = sum(share * corner[0] for share, corner in zip(shares, corners, strict=True)) / whole
    y = sum(share * corner[1] for share, corner in zip(shares, corners, strict=True)) / whole
    return x, y


class BlendPad(QWidget):
    """Pictures in the corners and a handle between them. ``mixed(shares)``: by its user."""

    mixed = Signal(tuple)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Blend of the looks")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._names: tuple[str, ...] = ()
        self._pictures: tuple[QImage | None, ...] = ()
        self._at: Point = (0.5, 0.5)
        self._drags = False

    def show_shares(
        self, names: Sequence[str], pictures: Sequence[QImage | None], shares: Sequence[float]
    ) -> None:
        """What lies in the corners, two to four of it, and how much of each there is."""
        self._names, self._pictures = tuple(names), tuple(pictures)
        if not self._drags:
            self._at = place_of(shares)
        parts = zip(names, self.shares, strict=True)
        said = ", ".join(f"{name} {share:.0%}" for name, share in parts)
        self.setAccessibleDescription(said)
        how = "Drag, or use the arrow keys; double-click for equal parts"
        self.setToolTip(plain(f"{said}\n{how}"))
        self.updateGeometry()
        self.update()

    @property
    def shares(self) -> tuple[float, ...]:
        """How much there is of each, together 1."""
        return shares_at(len(self._names), *self._at)

    def sizeHint(self) -> QSize:
        return QSize(200, PICTURE + 2 * SPACE if len(self._names) == 2 else 132)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    # The hand.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drags = True
            self._move_to(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drags:
            self._move_to(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drags = False

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._center()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = FINE_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        moves = {
            Key.Key_Left: (-step, 0.0),
            Key.Key_Right: (step, 0.0),
            Key.Key_Up: (0.0, -step),
            Key.Key_Down: (0.0, step),
        }
        if event.key() in moves:
            dx, dy = moves[Key(event.key())]
            self._go(self._at[0] + dx, self._at[1] + dy)
        elif event.key() == Key.Key_Home:
            self._center()
        else:
            super().keyPressEvent(event)

    def _center(self) -> None:
        self._go(*place_of([1.0] * len(self._names)))

    def _move_to(self, at: QPointF) -> None:
        field = self._field()
        across = (at.x() - field.left()) / max(field.width(), 1)
        down = (at.y() - field.top()) / max(field.height(), 1)
        self._go(across, down)

    def _go(self, x: float, y: float) -> None:
        """As near as there is a place."""
        count = len(self._names)
        at = place_of(shares_at(count, min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)))
        if at != self._at:
            self._at = at
            self.update()
            self.mixed.emit(self.shares)

    # The eye.

    def _field(self) -> QRectF:
        """What the handle moves in: from the middle of one picture to that of another."""
        inset = PICTURE / 2 + 1
        field = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        if len(self._names) == 2:
            field = QRectF(field.left(), self.rect().center().y(), field.width(), 0)
        return field

    def _point(self, at: Point) -> QPointF:
        field = self._field()
        return QPointF(field.left() + at[0] * field.width(), field.top() + at[1] * field.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        count = len(self._names)
        if count not in CORNERS:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        palette, corners = self.palette(), [self._point(corner) for corner in CORNERS[count]]
        painter.setPen(QPen(palette.midlight().color(), 2))
        if count == 4:
            painter.drawRect(self._field())
        else:
            painter.drawPolygon(QPolygonF(corners))
        handle, accent = self._point(self._at), palette.highlight().color()
        for corner, share in zip(corners, self.shares, strict=True):
            line = QColor(accent)
            line.setAlphaF(min(share * 1.2, 1.0))
            painter.setPen(QPen(line, 2))
            painter.drawLine(corner, handle)
        for corner, picture, share in zip(corners, self._pictures, self.shares, strict=True):
            self._draw_picture(painter, corner, picture, share)
        painter.setPen(QPen(QColor(0, 0, 0, 150), 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(handle, RING, RING)
        painter.setPen(QPen(accent if self.hasFocus() else QColor(255, 255, 255), 2))
        painter.setBrush(QColor(255, 255, 255, 200 if self.hasFocus() else 60))
        painter.drawEllipse(handle, RING, RING)
        painter.end()

    def _draw_picture(
        self, painter: QPainter, at: QPointF, picture: QImage | None, share: float
    ) -> None:
        frame = QRectF(at.x() - PICTURE / 2, at.y() - PICTURE / 2, PICTURE, PICTURE)
        draw_covered(painter, frame, picture, self.palette().button().color())
        painter.setPen(QPen(self.palette().window().color(), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, SPACE, SPACE)
        right = at.x() < self.width() - PICTURE
        beside = frame.translated(PICTURE + SPACE if right else -PICTURE - SPACE, 0)
        side = Qt.AlignmentFlag.AlignLeft if right else Qt.AlignmentFlag.AlignRight
        painter.setPen(self.palette().windowText().color())
        painter.drawText(beside, side | Qt.AlignmentFlag.AlignVCenter, f"{share:.0%}")


def draw_covered(painter: QPainter, frame: QRectF, picture: QImage | None, empty: QColor) -> None:
    """Fill ``frame``, with rounded corners, with the middle of a picture."""
    path = QPainterPath()
    path.addRoundedRect(frame, SPACE, SPACE)
    painter.save()
    painter.setClipPath(path)
    painter.fillRect(frame, empty)
    if picture is not None and not picture.isNull():
        times = min(picture.width() / frame.width(), picture.height() / frame.height())
        w, h = frame.width() * times, frame.height() * times
        part = QRectF((picture.width() - w) / 2, (picture.height() - h) / 2, w, h)
        painter.drawImage(frame, picture, part)
    painter.restore()
