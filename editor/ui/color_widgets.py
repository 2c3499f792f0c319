"""The parts of the color panel that are dragged in: a square and sliders of color."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QKeyEvent,
    QLinearGradient,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractSlider,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from editor.workspace import Color

Key = Qt.Key


class GradientSlider(QAbstractSlider):
    """A slider over a bar of color; up and right are more."""

    def __init__(self, orientation: Qt.Orientation, maximum: int) -> None:
        super().__init__()
        self.setOrientation(orientation)
        self.setRange(0, maximum)
        self.setPageStep(max(maximum // 10, 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._colors: list[QColor] = [QColor(Qt.GlobalColor.black)] * 2
        fixed, wide = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        upright = orientation == Qt.Orientation.Vertical
        self.setSizePolicy(fixed if upright else wide, wide if upright else fixed)

    def set_colors(self, colors: list[QColor]) -> None:
        """Evenly spaced, from the lowest value to the highest."""
        if colors != self._colors:
            self._colors = colors
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(18, 120) if self._upright else QSize(120, 18)

    def minimumSizeHint(self) -> QSize:
        return QSize(18, 60) if self._upright else QSize(60, 18)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.isSliderDown():
            return
        bar, at = self._bar(), event.position()
        if self._upright:
            fraction = (bar.bottom() - at.y()) / bar.height()
        else:
            fraction = (at.x() - bar.left()) / bar.width()
        self.setValue(round(fraction * self.maximum()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown() and event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = self._bar()
        fraction = self.value() / max(self.maximum(), 1)
        if self._upright:
            gradient = QLinearGradient(bar.bottomLeft(), bar.topLeft())
            handle = QPointF(bar.center().x(), bar.bottom() - fraction * bar.height())
        else:
            gradient = QLinearGradient(bar.topLeft(), bar.topRight())
            handle = QPointF(bar.left() + fraction * bar.width(), bar.center().y())
        last = len(self._colors) - 1
        for i, color in enumerate(self._colors):
            gradient.setColorAt(i / last, color)
        _draw_bar(painter, bar, QBrush(gradient), self)
        _draw_ring(painter, handle, _between(self._colors, fraction))
        painter.end()

    @property
    def _upright(self) -> bool:
        return self.orientation() == Qt.Orientation.Vertical

    def _bar(self) -> QRectF:
        """The bar itself: half a ring from the ends, so that the ring stays inside."""
        rect = QRectF(self.rect())
        return rect.adjusted(3, 7, -3, -7) if self._upright else rect.adjusted(7, 3, -7, -3)


class SaturationValue(QWidget):
    """All shades of one hue: saturation to the right, value up."""

    picked = Signal(float, float)
    released = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Saturation and value")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._hsv: Color = (0.0, 0.0, 0.0)

    def show_hsv(self, h: float, s: float, v: float) -> None:
        if (h, s, v) != self._hsv:
            self._hsv = (h, s, v)
            self.setAccessibleDescription(f"Saturation {s:.0%}, value {v:.0%}")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 132)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            area, at = self._area(), event.position()
            s = (at.x() - area.left()) / area.width()
            v = (area.bottom() - at.y()) / area.height()
            self.picked.emit(min(max(s, 0.0), 1.0), min(max(v, 0.0), 1.0))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.released.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by one percent, with Shift by ten."""
        step = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0.01
        ways = {
            Key.Key_Left: (-1, 0),
            Key.Key_Right: (1, 0),
            Key.Key_Up: (0, 1),
            Key.Key_Down: (0, -1),
        }
        way = ways.get(Key(event.key()))
        if way is None:
            super().keyPressEvent(event)
            return
        _, s, v = self._hsv
        self.picked.emit(
            min(max(s + way[0] * step, 0.0), 1.0), min(max(v + way[1] * step, 0.0), 1.0)
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self._area()
        h, s, v = self._hsv
        across = QLinearGradient(area.topLeft(), area.topRight())
        across.setColorAt(0, QColor(Qt.GlobalColor.white))
        across.setColorAt(1, QColor.fromHsvF(h % 1.0, 1, 1))
        down = QLinearGradient(area.topLeft(), area.bottomLeft())
        down.setColorAt(0, QColor(0, 0, 0, 0))
        down.setColorAt(1, QColor(0, 0, 0))
        _draw_bar(painter, area, QBrush(across), self)
        _draw_bar(painter, area, QBrush(down), self)
        at = QPointF(area.left() + s * area.width(), area.bottom() - v * area.height())
        painter.setClipRect(area)
        _draw_ring(painter, at)
        painter.end()

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(1, 1, -1, -1)


class Channel(QObject):
    """One component of a color: a letter, a slider and a box, to be laid out in a grid."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.label = QLabel()
        self.slider = GradientSlider(Qt.Orientation.Horizontal, 255)
        self.box = QSpinBox()
        self.box.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        self.box.setFixedWidth(48)
        self.label.setBuddy(self.box)
        self._value = 0
        self.slider.valueChanged.connect(self._accept)
        self.box.valueChanged.connect(self._accept)

    def show_value(self, facts: tuple[str, str, int], value: float, colors: list[QColor]) -> None:
        letter, name, full = facts
        self.label.setText(letter)
        self._value = round(value * full)
        for part in (self.slider, self.box):
            part.setAccessibleName(name)
            part.setToolTip(name)
            with QSignalBlocker(part):  # a new maximum clamps the value
                part.setMaximum(full)
                part.setValue(self._value)
        self.slider.set_colors(colors)

    def over(self, value: float) -> float:
        """``value`` in 0..1, replaced by what the box says where the two differ visibly."""
        full = self.box.maximum()
        return value if round(value * full) == self._value else self._value / full

    def _accept(self, value: int) -> None:
        if value != self._value:
            self._value = value
            self.edited.emit()


def _draw_bar(painter: QPainter, rect: QRectF, brush: QBrush, widget: QWidget) -> None:
    focused = widget.hasFocus()
    edge = widget.palette().highlight() if focused else widget.palette().mid()
    painter.setPen(QPen(edge.color(), 1))
    painter.setBrush(brush)
    painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


def _between(colors: list[QColor], fraction: float) -> QColor:
    """The color at ``fraction`` of a gradient with evenly spaced ``colors``."""
    whole, part = divmod(fraction * (len(colors) - 1), 1)
    low, high = colors[int(whole)], colors[min(int(whole) + 1, len(colors) - 1)]
    pairs = zip(low.getRgbF()[:3], high.getRgbF()[:3], strict=True)  # type: ignore[index]
    return QColor.fromRgbF(*(a + (b - a) * part for a, b in pairs))


def _draw_ring(painter: QPainter, at: QPointF, color: QColor | None = None) -> None:
    """Black around white, so that it shows on any color; ``color`` is what is inside."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
    painter.drawEllipse(at, 6.5, 6.5)
    painter.setPen(QPen(QColor(Qt.GlobalColor.white), 2))
    painter.drawEllipse(at, 5, 5)
    painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
    if color is not None:
        painter.setBrush(color)
    painter.drawEllipse(at, 3.5, 3.5)
    painter.setBrush(Qt.BrushStyle.NoBrush)
