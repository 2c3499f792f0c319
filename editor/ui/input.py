"""Mouse, pen, wheel and touchpad: from Qt's events to samples, and the gestures of the view."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QInputDevice,
    QNativeGestureEvent,
    QPointingDevice,
    QSinglePointEvent,
    QTabletEvent,
    QWheelEvent,
)

from editor.tools.base import Drag, Outline, PointerEvent, Tool
from editor.viewport import Vector, Viewport
from editor.workspace import Workspace

Modifier = Qt.KeyboardModifier

NOTCH = 120
"""What a wheel reports for one notch, in Qt's eighths of a degree."""

RIGHT_ANGLE_PULL = 3.0
"""Degrees within which turning the view catches a right angle."""

FULL_HARDNESS_PX = 200.0
"""Device pixels of dragging from hardness 0 to 1."""


Hold = Literal["tool", "grab", "stay"]
"""What a gesture does to the pointer: the tool's own, a closed hand, or staying where it was."""


class Gesture:
    """A drag under way: feeds its generator, keeps what it wants drawn."""

    def __init__(self, drag: Drag, button: Qt.MouseButton, hold: Hold = "tool") -> None:
        self.button = button
        self.hold = hold
        self.outline: Outline | None = None
        self._drag = drag
        self._over = False
        self._resume(lambda: next(drag))

    def move(self, sample: PointerEvent) -> None:
        self._resume(lambda: self._drag.send(sample))

    def release(self) -> None:
        self._resume(lambda: self._drag.send(None))
        self._drag.close()

    def cancel(self) -> None:
        """Let the generator put everything back."""
        self._drag.close()

    def _resume(self, step: Callable[[], Outline | None]) -> None:
        if self._over:
            return
        try:
            self.outline = step()
        except StopIteration:
            self.outline, self._over = None, True


def pressure(event: QSinglePointEvent) -> float:
    """0..1, 1 for a mouse."""
    return event.pressure() if isinstance(event, QTabletEvent) else 1.0


def tilt(event: QSinglePointEvent) -> tuple[float, float]:
    """Degrees from upright, to the right and toward the user."""
    return (event.xTilt(), event.yTilt()) if isinstance(event, QTabletEvent) else (0.0, 0.0)


def is_eraser(event: QSinglePointEvent) -> bool:
    """Whether the pen is held the other way round."""
    return event.pointerType() == QPointingDevice.PointerType.Eraser


class Wheel:
    """Turns a wheel, or two fingers on a touchpad, into zooming and scrolling."""

    def __init__(self) -> None:
        self._turned = 0.0  # notches not yet used: fine wheels report parts of one

    def turn(
        self, viewport: Viewport, event: QWheelEvent, at: Vector, ratio: float, scrolls: bool
    ) -> None:
        """``scrolls``: a plain wheel moves the view instead of zooming it about ``at``."""
        held, delta = event.modifiers(), event.angleDelta()
        zooms = bool(held & (Modifier.ControlModifier | Modifier.AltModifier))
        turn = delta.y() or delta.x()  # some systems swap them when Alt or Shift is held
        if _is_touchpad(event):
            moved = event.pixelDelta() if not event.pixelDelta().isNull() else delta / 2
            if zooms:
                viewport.zoom_about(viewport.zoom * math.exp(moved.y() / 100), *at)
            else:
                viewport.scroll(moved.x() * ratio, moved.y() * ratio)
        elif held & Modifier.ShiftModifier:
            viewport.scroll(turn * ratio, 0)
        elif zooms or not scrolls:
            self._turned += turn / NOTCH
            viewport.step_about(int(self._turned), *at)
            self._turned -= int(self._turned)
        else:
            viewport.scroll(delta.x() * ratio, delta.y() * ratio)


def _is_touchpad(event: QWheelEvent) -> bool:
    """Whether two fingers scroll, rather than a wheel.

    A pixel delta alone does not tell: X11 gives one for some wheels.
    """
    touchpad = event.device().type() == QInputDevice.DeviceType.TouchPad
    return touchpad or event.phase() != Qt.ScrollPhase.NoScrollPhase


def pinch(viewport: Viewport, event: QNativeGestureEvent, at: Vector) -> None:
    """Two fingers that part, close or turn on a touchpad."""
    if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
        viewport.zoom_about(viewport.zoom * (1 + event.value()), *at)
    elif event.gestureType() == Qt.NativeGestureType.RotateNativeGesture:
        turn = -event.value() if viewport.mirrored else event.value()
        viewport.rotate_about(viewport.rotation + turn, *at)


def pan(workspace: Workspace, press: PointerEvent) -> Drag:
    """Move the view along with the pointer."""
    viewport, at = workspace.viewport, press.screen
    while (sample := (yield None)) is not None:
        viewport.scroll(sample.screen[0] - at[0], sample.screen[1] - at[1])
        at = sample.screen
        workspace.viewport_changed.emit()


def rotate(workspace: Workspace, press: PointerEvent, center: tuple[float, float]) -> Drag:
    """Turn the view about ``center``, in device pixels."""
    viewport = workspace.viewport
    sense = -1 if viewport.mirrored else 1

    def angle(sample: PointerEvent) -> float:
        dx, dy = sample.screen[0] - center[0], sample.screen[1] - center[1]
        return sense * math.degrees(math.atan2(dy, dx))

    begin = viewport.rotation - angle(press)
    while (sample := (yield None)) is not None:
        turned = begin + angle(sample)
        right = round(turned / 90) * 90
        viewport.rotate_about(right if abs(turned - right) < RIGHT_ANGLE_PULL else turned, *center)
        workspace.viewport_changed.emit()


def resize_brush(tool: Tool, press: PointerEvent, zoom: float, changed: Callable[[], None]) -> Drag:
    """Make the brush larger to the right, smaller to the left, harder upward."""
    before = tool.options
    try:
        while (sample := (yield None)) is not None:
            dx, dy = sample.screen[0] - press.screen[0], sample.screen[1] - press.screen[1]
            tool.options = replace(
                before,
                size=_limited(before, "size", before.size + 2 * dx / zoom),
                hardness=_limited(before, "hardness", before.hardness - dy / FULL_HARDNESS_PX),
            )
            changed()
    except GeneratorExit:
        tool.options = before
        changed()
        raise


def _limited(options: Any, name: str, value: float) -> float:
    """``value`` within the limits that the field ``name`` declares, and of its type."""
    facts = next(field.metadata for field in fields(options) if field.name == name)
    value = min(max(value, facts["min"]), facts["max"])
    return type(getattr(options, name))(value)
