"""A picture of a generator's to choose, and a grid of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QWidget

from editor.ui.choice_button import HINT, ChoiceButton
from editor.ui.theme import SPACE
from editor.ui.tips import plain

SIDE = 62  # in logical pixels
CHECK = 6  # side of a square of the checkerboard
LIGHT, DARK = QColor(255, 255, 255), QColor(226, 226, 226)


class PointButton(ChoiceButton):
    """One picture."""

    def __init__(self, side: int = SIDE) -> None:
        super().__init__()
        self._side = side
        self._image: QImage | None = None
        self.setFixedSize(side, side)

    def show_picture(self, image: QImage | None, name: str, hint: str = HINT) -> None:
        """image: ``None`` as long as there is none."""
        self.setAccessibleName(name)
        self.setToolTip(plain(f"{name}\n{hint}" if hint else name))
        if image is not self._image:
            self._image = image
            self.update()

    @property
    def has_picture(self) -> bool:
        return self._image is not None

    def sizeHint(self) -> QSize:
        return QSize(self._side, self._side)

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
