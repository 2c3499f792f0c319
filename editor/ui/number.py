"""A number in a bar: drag to change it, click to type."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import QDoubleSpinBox, QSizePolicy

VAST = 5000
"""Whole numbers that range further have no bar: it would tell nothing."""

STILL_PX = 3
"""A press that moves less is a click."""


class NumberEditor(QDoubleSpinBox):
    """A whole number or a fraction, typed, dragged, or stepped with wheel and arrow keys.

    Changes act at once, also while a number is being typed (R41). ``edited(value)`` tells what the
    user changed, in the unit of the value; the unit "%" shows a fraction as percent.
    """

    edited = Signal(object)

    def __init__(self, value: float, kind: type, metadata: Mapping[str, Any]) -> None:
        super().__init__()
        self._kind, self._value = kind, value
        unit = metadata.get("unit", "")
        self._factor = 100.0 if unit == "%" else 1.0
        self._low = float(metadata.get("min", -1e6))
        self._high = float(metadata.get("max", 1e9))
        span = self._high - self._low
        whole = kind is int or unit == "%"
        bounded = {"min", "max"} <= metadata.keys()
        self._has_bar = bounded and not (kind is int and span > VAST)
        # A wide range of sizes is felt in ratios: the middle of the bar is the geometric mean.
        self._is_geometric = self._low > 0 and self._high / self._low >= 100
        self._press: QPointF | None = None
        self._grip = 0.0
        self._drags = False
        self.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.setFrame(False)
        self.setDecimals(metadata.get("decimals", 0 if whole else 2))
        self.setRange(self._low * self._factor, self._high * self._factor)
        step = metadata.get("step", 1 / self._factor if whole else span / 100)
        self.setSingleStep(step * self._factor)
        self.setSuffix(f" {unit}" if unit not in ("", "°") else unit)
        self.setSpecialValueText(metadata.get("least", ""))  # a word for the least value
        self.setMinimumWidth(64)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for widget in (self, self.lineEdit()):
            widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a press may become a drag
        self.lineEdit().setStyleSheet("background: transparent")  # the bar is drawn behind
        self.lineEdit().installEventFilter(self)
        self.lineEdit().setAcceptDrops(False)  # the name of a file is no number
        self.lineEdit().setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._show_cursor()
        self.show_value(value)
        self.valueChanged.connect(self._typed)

    def show_value(self, value: float) -> None:
        """Show another value; nothing is emitted."""
        self._value = value
        if self.value() != self._shown():
            self.setValue(self._shown())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(112, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 4, 4)
        painter.fillPath(shape, palette.color(role.Base))
        types = self.hasFocus()
        if self._has_bar and not types:
            accent = QColor(palette.color(role.Accent))
            accent.setAlphaF(0.35 if self.isEnabled() else 0.15)
            painter.setClipPath(shape)
            painter.fillRect(
                QRectF(frame.x(), frame.y(), frame.width() * self._fraction(), frame.height()),
                accent,
            )
            painter.setClipping(False)
        painter.setPen(palette.color(role.Accent if types else role.Mid))
        painter.drawPath(shape)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Press and drag on the text change the value, as long as nobody is typing."""
        if isinstance(event, QMouseEvent) and not self.hasFocus() and self.isEnabled():
            return self._on_mouse(event)
        return super().eventFilter(watched, event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.selectAll()  # what is typed replaces the number
        self._show_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_cursor()

    def _on_mouse(self, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress:
            if event.button() == Qt.MouseButton.LeftButton:
                self._press, self._drags = event.globalPosition(), False
                self._grip = self._fraction()
            return True
        if self._press is None:
            return False
        if event.type() == QEvent.Type.MouseMove:
            way = event.globalPosition().x() - self._press.x()
            if self._drags or abs(way) >= STILL_PX:
                self._drags = True
                slow = 0.1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1.0
                self._drag(way * slow)
            return True
        if event.type() == QEvent.Type.MouseButtonRelease:
            self._press = None
            if not self._drags:
                self.setFocus(Qt.FocusReason.MouseFocusReason)
            return True
        return False

    def _drag(self, way: float) -> None:
        """Move by ``way`` logical pixels from where the drag began."""
        if self._has_bar:
            fraction = min(max(self._grip + way / max(self.width(), 1), 0.0), 1.0)
            self._accept(self._at(fraction))

    def _typed(self, shown: float) -> None:
        if shown != self._shown():
            self._accept(shown / self._factor)

    def _accept(self, value: float) -> None:
        value = round(value) if self._kind is int else value
        if value != self._value:
            self.show_value(value)
            self.edited.emit(value)

    def _shown(self) -> float:
        return round(self._value * self._factor, self.decimals())

    def _fraction(self) -> float:
        """How full the bar is."""
        low, high, value = self._low, self._high, min(max(self._value, self._low), self._high)
        if high == low:
            return 0.0
        if self._is_geometric:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low)

    def _at(self, fraction: float) -> float:
        """The value of a bar that is so full, rounded to what is shown."""
        if self._is_geometric:
            value = self._low * (self._high / self._low) ** fraction
        else:
            value = self._low + (self._high - self._low) * fraction
        return round(value * self._factor, self.decimals()) / self._factor

    def _show_cursor(self) -> None:
        drags = self._has_bar and not self.hasFocus()
        shape = Qt.CursorShape.SizeHorCursor if drags else Qt.CursorShape.IBeamCursor
        self.lineEdit().setCursor(shape)
