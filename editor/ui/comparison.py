"""Before and after, side by side: the line between them, and the handle that moves it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QWidget

from editor.ui import overlays

SIDE = 28
"""Of the handle, in logical pixels: what a finger or a pen meets."""

STEP, LEAP = 0.02, 0.1
"""What an arrow key moves the line by, without and with Shift, of the width of what is compared."""

LABEL_TOP = 12  # logical pixels below the upper end of the line,
LABEL_ABOVE = 36  # or, where there is room, above it, and so not on the picture
LABEL_GAP = 10  # to its sides


class Handle(QWidget):
    """A knob on the line. Dragged, or moved by the arrow keys, Home and End while it has the focus.

    ``dragged(x)``: to this logical position of its parent. ``stepped(by)``: by a part of the width.
    ``entered()``: the pointer is on it, which its parent is not told.
    """

    dragged = Signal(float)
    stepped = Signal(float)
    entered = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Before and after")
        self.setToolTip("Before and after: drag, or use the arrow keys")
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(QSize(SIDE, SIDE))
        self._grip = 0.0
        self.hide()

    def enterEvent(self, event: QEnterEvent) -> None:
        self.entered.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grip = event.position().x() - self.width() / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(self.mapToParent(event.position()).x() - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = LEAP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
        steps = {
            Qt.Key.Key_Left: -step,
            Qt.Key.Key_Right: step,
            Qt.Key.Key_Home: -1.0,
            Qt.Key.Key_End: 1.0,
        }
        by = steps.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        else:
            self.stepped.emit(by)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = self.palette()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            knob = QRectF(self.rect()).adjusted(2, 2, -2, -2)
            ring = palette.color(QPalette.ColorRole.Highlight) if self.hasFocus() else overlays.DARK
            painter.setPen(QPen(ring, 2 if self.hasFocus() else 1))
            painter.setBrush(palette.color(QPalette.ColorRole.Window))
            painter.drawEllipse(knob)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.WindowText))
            x, y = knob.center().x(), knob.center().y()
            for way in (-1, 1):
                tip = QPointF(x + way * 8, y)
                base = (QPointF(x + way * 3, y - 4), QPointF(x + way * 3, y + 4))
                painter.drawPolygon(QPolygonF([tip, *base]))


class Comparison:
    """Where the line between two states is, of a preview or of the picture as it was opened.

    A preview is all there is to see until its line is moved into it; the picture as it was opened
    begins with half.
    """

    def __init__(self, view: QWidget) -> None:
        self.handle = Handle(view)
        self.with_original = False
        self._view = view
        self._previews = False
        self._of_preview, self._of_original = 0.0, 0.5
        self._box: QRectF | None = None

    def place(self, box: QRectF | None, origin: QPointF, *, previews: bool) -> None:
        """Compare within ``box``, in device pixels of the view; ``None`` if there is nothing to.

        origin: of the view in its widget. previews: what comes after is a preview.
        """
        self._box = box if box is not None and not box.isEmpty() else None
        self._previews = previews
        x = self.split
        if x is None or self._box is None:
            self.handle.hide()
            return
        middle = (QPointF(x, self._box.center().y()) + origin) / self._view.devicePixelRatioF()
        left = min(max(round(middle.x() - SIDE / 2), 0), max(self._view.width() - SIDE, 0))
        self.handle.move(left, round(middle.y() - SIDE / 2))
        self.handle.show()

    @property
    def on(self) -> bool:
        """Whether anything of what was before is to be seen."""
        return self._of_preview > 0 if self._previews else self.with_original

    def set_on(self, on: bool) -> None:
        """Show half of each, or nothing of what was before."""
        if self._previews:
            self._of_preview = 0.5 if on else 0.0
        else:
            self.with_original, self._of_original = on, 0.5

    @property
    def split(self) -> float | None:
        """Where what comes after begins, in device pixels; ``None`` if nothing is compared."""
        if self._box is None:
            return None
        return round(self._box.left() + self._box.width() * self._fraction)

    def drag(self, x: float) -> None:
        """Move the line to ``x`` in device pixels."""
        if self._box is not None:
            self._move((x - self._box.left()) / self._box.width())

    def step(self, by: float) -> None:
        """Move the line by a part of the width."""
        self._move(self._fraction + by)

    def draw(self, painter: QPainter, palette: QPalette) -> None:
        """The line, with the names of what is on either side; one alone if there is one alone."""
        x, box, ratio = self.split, self._box, self._view.devicePixelRatioF()
        if x is None or box is None:
            return
        names = ("Before", "Preview") if self._previews else ("As opened", "Now")
        if not self.on:
            overlays.draw_label(painter, names[1], palette, ratio)
            return
        for left, color in ((-1.5, overlays.DARK), (-0.5, overlays.LIGHT), (0.5, overlays.DARK)):
            bar = QRectF(x + left * ratio, box.top(), ratio, box.height())
            painter.fillRect(bar, color)
        top = box.top() / ratio
        top += -LABEL_ABOVE if top > LABEL_ABOVE else LABEL_TOP
        for name, way in zip(names, (-1, 1), strict=True):
            corner = QPointF(x / ratio + way * LABEL_GAP, top)
            overlays.draw_label(painter, name, palette, ratio, corner, to_left=way < 0)

    @property
    def _fraction(self) -> float:
        return self._of_preview if self._previews else self._of_original

    def _move(self, fraction: float) -> None:
        fraction = min(max(fraction, 0.0), 1.0)
        if self._previews:
            self._of_preview = fraction
        else:
            self._of_original = fraction
