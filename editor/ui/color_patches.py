"""The parts of the color panel that each show one color: to edit it, or to take it again."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from editor.workspace import BLACK, Color

Key = Qt.Key

RECENT = 20
"""How many colors are remembered; as many are shown as fit."""


class Patches(QWidget):
    """Foreground over background; the one that was clicked last is edited."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(52, 40)
        self.background = Patch("Background color", self)
        self.background.setGeometry(22, 12, 30, 28)
        self.foreground = Patch("Foreground color", self)
        self.foreground.setGeometry(0, 0, 30, 28)
        self.foreground.setChecked(True)
        group = QButtonGroup(self)
        for patch in (self.foreground, self.background):
            group.addButton(patch)
            patch.toggled.connect(self._chosen)

    @property
    def edits_background(self) -> bool:
        return self.background.isChecked()

    def show_colors(self, foreground: Color, background: Color) -> None:
        self.foreground.show_color(foreground)
        self.background.show_color(background)

    def _chosen(self, checked: bool) -> None:
        if checked:
            self.chosen.emit()


class Patch(QAbstractButton):
    """One color."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setToolTip(name)
        self.setAccessibleName(name)
        self._color: Color = BLACK

    def show_color(self, color: Color) -> None:
        if color != self._color:
            self._color = color
            self.setAccessibleDescription("#" + hexadecimal(color))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_patch(painter, QRectF(self.rect()), self._color, self, chosen=self.isChecked())
        painter.end()


class Recent(QWidget):
    """Colors picked lately, the latest first, in one row."""

    picked = Signal(object)

    _SIDE, _STEP = 18, 22

    def __init__(self) -> None:
        super().__init__()
        self.colors: list[Color] = []
        self._at = 0
        self.setAccessibleName("Recent colors")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(self._SIDE)
        self.hide()  # until there is something to show

    def add(self, color: Color) -> None:
        """Put ``color`` first."""
        if color in self.colors[:1]:
            return
        self.colors = [color, *(c for c in self.colors if c != color)][:RECENT]
        self._at = 0
        self.show()
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pick(int(event.position().x()) // self._STEP)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right choose, Space and Enter pick."""
        if event.key() in (Key.Key_Left, Key.Key_Right):
            step = 1 if event.key() == Key.Key_Right else -1
            self._at = min(max(self._at + step, 0), max(len(self._shown()) - 1, 0))
            self.update()
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self._pick(self._at)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, color in enumerate(self._shown()):
            rect = QRectF(i * self._STEP, 0, self._SIDE, self._SIDE)
            chosen = i == self._at and self.hasFocus()
            _draw_patch(painter, rect, color, self, chosen=chosen)
        painter.end()

    def _shown(self) -> list[Color]:
        return self.colors[: (self.width() - self._SIDE) // self._STEP + 1]

    def _pick(self, at: int) -> None:
        if 0 <= at < len(self._shown()):
            self.picked.emit(self.colors[at])


def _draw_patch(
    painter: QPainter, rect: QRectF, color: Color, widget: QWidget, *, chosen: bool
) -> None:
    palette = widget.palette()
    painter.setPen(QPen(palette.highlight().color() if chosen else palette.mid().color(), 2))
    painter.setBrush(QColor.fromRgbF(*color))
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 3, 3)


def hexadecimal(color: Color) -> str:
    """Like "FF8000", an orange."""
    return QColor.fromRgbF(*color).name()[1:].upper()
