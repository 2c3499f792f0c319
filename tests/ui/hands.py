"""Hands to use a canvas with: events as they come from mouse, wheel, touchpad and pen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QMouseEvent,
    QNativeGestureEvent,
    QPaintEvent,
    QPointingDevice,
    QRegion,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QWidget

from editor.ui.canvas import CanvasView
from editor.ui.qimage import from_qimage

Position = tuple[float, float]
Buttons, Keys = Qt.MouseButton, Qt.KeyboardModifier
LEFT, MIDDLE, RIGHT = Buttons.LeftButton, Buttons.MiddleButton, Buttons.RightButton
NONE = Keys.NoModifier
CTRL, SHIFT, ALT = Keys.ControlModifier, Keys.ShiftModifier, Keys.AltModifier


def grab(canvas: CanvasView) -> np.ndarray:
    """What the canvas shows, ``(h, w, 3)``."""
    return from_qimage(canvas.grab().toImage())[..., :3]


def on_screen(canvas: CanvasView) -> np.ndarray:
    """What was painted so far, without painting anything anew."""
    return from_qimage(canvas.screen().grabWindow(canvas.winId()).toImage())[..., :3]


@dataclass
class Mouse:
    """Moves over a canvas, in logical pixels of it."""

    canvas: CanvasView
    at: Position = (0.0, 0.0)
    buttons: Qt.MouseButton = Qt.MouseButton.NoButton
    held: Qt.KeyboardModifier = NONE

    def move(self, *path: Position) -> None:
        for self.at in path:
            self._send(QEvent.Type.MouseMove, Qt.MouseButton.NoButton)

    def press(self, button: Qt.MouseButton = LEFT) -> None:
        self.buttons |= button
        self._send(QEvent.Type.MouseButtonPress, button)

    def release(self, button: Qt.MouseButton = LEFT) -> None:
        self.buttons &= ~button
        self._send(QEvent.Type.MouseButtonRelease, button)

    def double_click(self) -> None:
        self.press()
        self.release()
        self._send(QEvent.Type.MouseButtonDblClick, LEFT)
        self.release()

    def drag(self, path: Iterable[Position], button: Qt.MouseButton = LEFT) -> None:
        first, *rest = path
        self.move(first)
        self.press(button)
        self.move(*rest)
        self.release(button)

    def leave(self) -> None:
        QApplication.sendEvent(self.canvas, QEvent(QEvent.Type.Leave))

    def wheel(self, notches: float, modifiers: Qt.KeyboardModifier = NONE) -> None:
        self._wheel(QPoint(), round(120 * notches), modifiers, Qt.ScrollPhase.NoScrollPhase)

    def swipe(self, dx: int, dy: int, modifiers: Qt.KeyboardModifier = NONE) -> None:
        """Two fingers on a touchpad."""
        self._wheel(QPoint(dx, dy), 2 * dy, modifiers, Qt.ScrollPhase.ScrollUpdate)

    def pinch(self, kind: Qt.NativeGestureType, value: float) -> None:
        """One step of a gesture with two fingers."""
        at = QPointF(*self.at)
        where = self.canvas.mapToGlobal(at)
        device = QPointingDevice.primaryPointingDevice()
        event = QNativeGestureEvent(kind, device, 2, at, at, where, value, QPointF())
        QApplication.sendEvent(self.canvas, event)

    def _wheel(
        self, pixels: QPoint, angle: int, held: Qt.KeyboardModifier, phase: Qt.ScrollPhase
    ) -> None:
        at, everywhere = QPointF(*self.at), self.canvas.mapToGlobal(QPointF(*self.at))
        event = QWheelEvent(
            at, everywhere, pixels, QPoint(0, angle), self.buttons, held, phase, False
        )
        QApplication.sendEvent(self.canvas, event)

    def _send(self, kind: QEvent.Type, button: Qt.MouseButton) -> None:
        at = QPointF(*self.at)
        where = self.canvas.mapToGlobal(at)
        event = QMouseEvent(kind, at, where, button, self.buttons, self.held)
        QApplication.sendEvent(self.canvas, event)


@dataclass
class Pen:
    """A stylus over a canvas, in logical pixels of it."""

    canvas: CanvasView
    is_eraser: bool = False

    def stroke(
        self, samples: Iterable[tuple[float, float, float]], tilt: Position = (0, 0)
    ) -> None:
        """Touch, draw through ``samples`` of x, y and pressure, and lift."""
        samples = list(samples)
        self.send(QEvent.Type.TabletPress, samples[0], tilt)
        for sample in samples[1:]:
            self.send(QEvent.Type.TabletMove, sample, tilt)
        self.send(QEvent.Type.TabletRelease, samples[-1], tilt)

    def send(
        self, kind: QEvent.Type, sample: tuple[float, float, float], tilt: Position = (0, 0)
    ) -> bool:
        """Send one event; whether the canvas took it."""
        touches = kind != QEvent.Type.TabletRelease
        moves = kind == QEvent.Type.TabletMove
        kinds = QPointingDevice.PointerType
        device = QPointingDevice(
            "pen",
            1,
            QPointingDevice.DeviceType.Stylus,
            kinds.Eraser if self.is_eraser else kinds.Pen,
            QPointingDevice.Capability.Position | QPointingDevice.Capability.Pressure,
            1,
            2,
        )
        x, y, pressure = sample
        at = QPointF(x, y)
        event = QTabletEvent(
            kind,
            device,
            at,
            self.canvas.mapToGlobal(at),
            pressure,
            *tilt,
            0.0,
            0.0,
            0.0,
            NONE,
            Qt.MouseButton.NoButton if moves else LEFT,
            LEFT if touches else Qt.MouseButton.NoButton,
        )
        QApplication.sendEvent(self.canvas, event)
        return event.isAccepted()


class Repaints(QObject):
    """Records which parts of a widget are painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QPaintEvent):
            self.region += event.region()
        return False

    @property
    def area(self) -> int:
        """In logical pixels."""
        return sum(rect.width() * rect.height() for rect in self.region)
