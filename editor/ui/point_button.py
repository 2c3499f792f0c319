"""A picture of a generator's to choose, and a grid of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QWidget

from editor.ui.theme import SPACE

Key, Modifier = Qt.Key, Qt.KeyboardModifier

SIDE = 62  # in logical pixels
CHECK = 6  # side of a square of the checkerboard
LIGHT, DARK = QColor(255, 255, 255), QColor(226, 226, 226)
HINT = "Ctrl and a click mix it in, or take it out"


class PointButton(QAbstractButton):
    """One picture. Signals: ``chosen(mixed)``; ``menu_asked(at)``; ``stepped(across, down)``: an
    arrow key.
    """

    chosen = Signal(bool)
    menu_asked = Signal(object)
    stepped = Signal(int, int)

    def __init__(self, side: int = SIDE) -> None:
        super().__init__()
        self._side = side
        self._image: QImage | None = None
        self._mixes = False
        self.setCheckable(True)
        self.setFixedSize(side, side)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_picture(self, image: QImage | None, name: str, hint: str = HINT) -> None:
        """image: ``None`` as long as there is none."""
        self.setAccessibleName(name)
        self.setToolTip(f"{name}\n{hint}" if hint else name)
        if image is not self._image:
            self._image = image
            self.update()

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

    def nextCheckState(self) -> None:
        """Pressed: what is checked follows from what is chosen then."""
        self.chosen.emit(self._mixes)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mixes = bool(event.modifiers() & (Modifier.ControlModifier | Modifier.ShiftModifier))
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Key.Key_Left: (-1, 0),
            Key.Key_Right: (1, 0),
            Key.Key_Up: (0, -1),
            Key.Key_Down: (0, 1),
        }
        if event.key() in steps:
            self.stepped.emit(*steps[Key(event.key())])
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            held = event.modifiers() & (Modifier.ControlModifier | Modifier.ShiftModifier)
            self.chosen.emit(bool(held))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())

    def enterEvent(self, event: QEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        palette, frame = self.palette(), QRectF(self.rect()).adjusted(1, 1, -1, -1)
        path = QPainterPath()
        path.addRoundedRect(frame, SPACE, SPACE)
        painter.setClipPath(path)
        if self._image is None:
            painter.fillRect(frame, palette.button().color())
        else:
            _draw_checkerboard(painter, frame)
            painter.drawImage(frame, self._image)
        painter.setClipping(False)
        stands_out = self.isChecked() or self.hasFocus() or self.underMouse()
        color = palette.highlight().color() if stands_out else palette.mid().color()
        painter.setPen(QPen(color, 2 if self.isChecked() or self.hasFocus() else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.end()


class PointGrid(QWidget):
    """Buttons in as many columns as there is room for."""

    def __init__(self, buttons: Sequence[PointButton] = ()) -> None:
        super().__init__()
        self.buttons: tuple[PointButton, ...] = ()
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.fill(buttons)

    def fill(self, buttons: Sequence[PointButton]) -> None:
        """Show these instead."""
        for old in self.buttons:
            self._grid.removeWidget(old)
            old.hide()  # it may take a while to go
            old.deleteLater()
        self.buttons, self._columns = tuple(buttons), 0
        for number, button in enumerate(buttons):
            button.stepped.connect(lambda dx, dy, at=number: self._step(at, dx, dy))
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Two columns are enough."""
        return QSize(2 * SIDE + SPACE, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        columns = max((self.width() + SPACE) // (SIDE + SPACE), 2)
        if columns != self._columns:
            self._columns = columns
            for number, button in enumerate(self.buttons):
                self._grid.addWidget(button, *divmod(number, columns))

    def _step(self, at: int, dx: int, dy: int) -> None:
        to = at + dx + dy * self._columns
        if 0 <= to < len(self.buttons):
            self.buttons[to].setFocus(Qt.FocusReason.OtherFocusReason)


def _draw_checkerboard(painter: QPainter, frame: QRectF) -> None:
    painter.fillRect(frame, LIGHT)
    across, down = (int(length // CHECK) + 1 for length in (frame.width(), frame.height()))
    for y in range(down):
        for x in range(y % 2, across, 2):
            left, top = frame.left() + x * CHECK, frame.top() + y * CHECK
            painter.fillRect(QRectF(left, top, CHECK, CHECK), DARK)
