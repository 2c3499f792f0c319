"""The canvas: the active document under the user's hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPolygonF,
    QSinglePointEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from editor.tools.base import Tool
from editor.ui import overlays
from editor.ui.cursors import cursor
from editor.ui.drop_view import DropView
from editor.ui.hand import Hand
from editor.ui.input import Wheel, pinch
from editor.ui.screen import Screen
from editor.workspace import Workspace

Key, Modifier = Qt.Key, Qt.KeyboardModifier


class CanvasView(DropView):
    """Shows ``workspace.active`` and runs its tools.

    ``wheel_scrolls``: the wheel moves the view, and zooms it only with Ctrl or Alt.

    Signals, beside those of drops: ``options_changed()``: a gesture replaced the active tool's
    options. ``hovered(point)``: the pointer is at ``point`` of the document, ``None`` if it left.
    """

    options_changed = Signal()
    hovered = Signal(object)

    def __init__(
        self, workspace: Workspace, tools: Mapping[str, Tool], parent: QWidget | None = None
    ) -> None:
        super().__init__(workspace, parent)
        self.wheel_scrolls = False
        self._hand = Hand(workspace, tools, self.place, self._on_options_changed)
        self._overlaid: list[QRectF] = []
        self._cursor_kind = ""
        self._reason: str | None = None
        self._wheel = Wheel()
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._comparison.handle.entered.connect(self._on_left)
        workspace.tool_changed.connect(self._on_tool_changed)
        self._on_tool_changed()

    def refresh(self) -> None:
        """Show what the active tool, its options, or the pointer have come to."""
        self._show_cursor()
        areas = self._overlay_areas()
        self.update_areas(self._overlaid + areas)
        self._overlaid = areas

    def finish(self) -> None:
        """End the gesture under way as if the button had been released."""
        self._hand.finish()
        self.refresh()

    def when_free(self, do: Callable[[], None]) -> None:
        """Call ``do`` when no gesture is under way: now, or right after it."""
        self._hand.when_free(do)

    def show_mask(self) -> None:
        """Show the selection as a film if the active tool paints it, as ants otherwise."""
        tool = self._hand.tool
        self._show_film(tool is not None and tool.erasing is not None)

    def uncover(self) -> None:
        """Show the selection as ants, so that what lies under it can be judged."""
        self._show_film(False)

    def _show_film(self, film: bool) -> None:
        if film != self.shows_film:
            self.shows_film = film
            self.update()

    # What happened elsewhere.

    def on_active_changed(self) -> None:
        self._hand.cancel()
        super().on_active_changed()
        self.refresh()

    def on_viewport_changed(self) -> None:
        super().on_viewport_changed()
        self.refresh()

    def _on_tool_changed(self) -> None:
        self._hand.finish()
        self.show_mask()
        self.refresh()

    def _on_options_changed(self) -> None:
        self.options_changed.emit()
        self.refresh()

    # What is drawn over the picture.

    def paint_over(self, painter: QPainter, screen: Screen) -> None:
        ratio, tool = self.devicePixelRatioF(), self._hand.tool
        line, ring = self._line(screen), self._ring()
        if line is not None and tool is not None and tool.framed:
            overlays.draw_frame(painter, line, QRectF(0, 0, *self.view_size), ratio)
        elif line is not None:
            overlays.draw_outline(painter, line, ratio)
        if ring is not None:
            overlays.draw_ring(painter, *ring, ratio, erases=self._hand.erases)

    def _overlay_areas(self) -> list[QRectF]:
        screen, tool = self.screen_shown, self._hand.tool
        if screen is None or tool is None:
            return []
        line, ring = self._line(screen), self._ring()
        areas = overlays.ring_areas(*ring, self.devicePixelRatioF()) if ring is not None else []
        if line is not None and tool.framed:
            areas.append(QRectF(0, 0, *self.view_size))
        elif line is not None:
            areas.append(line.boundingRect().adjusted(-3, -3, 3, 3))
        return areas

    def _line(self, screen: Screen) -> QPolygonF | None:
        """What the tool wants drawn."""
        outline = self._hand.outline()
        if not outline:
            return None
        return screen.to_device.map(QPolygonF([QPointF(x, y) for x, y in outline]))

    def _ring(self) -> tuple[QPointF, float] | None:
        """Center and radius of the brush, where there is one to show."""
        tool, at = self._hand.tool, self._hand.at
        if tool is None or at is None or self._kind() != "ring":
            return None
        return QPointF(*at), tool.options.size / 2 * self._workspace.viewport.zoom

    def _kind(self) -> str:
        """Which cursor belongs here now."""
        hand, tool = self._hand, self._hand.tool
        if tool is None or self.screen_shown is None:
            return "arrow"
        if hand.gesture is not None and hand.gesture.hold == "grab":
            return "grab"
        if hand.holds_space:
            return "hand"
        if hand.refusal() is not None:
            return "forbidden"
        return "picker" if hand.picks else tool.cursor

    def _show_cursor(self) -> None:
        """Set the cursor; say why, if it is the forbidden one."""
        kind = self._kind()
        if kind != self._cursor_kind:
            self._cursor_kind = kind
            self.setCursor(cursor(kind, self.devicePixelRatioF()))
        reason = self._hand.refusal() if self._hand.at is not None else None
        if reason is not None and reason != self._reason:
            self._workspace.say(reason)
        self._reason = reason

    # The pointer.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._hand.commit():
            self._press(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        if event.type() == QEvent.Type.TabletPress:
            self._press(event)
        elif event.type() == QEvent.Type.TabletRelease:
            self._release(event)
        else:
            self._move(event)
        event.accept()  # or Qt sends a mouse event as well

    def _press(self, event: QSinglePointEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._hand.press(event, self.middle)
        self.refresh()

    def _move(self, event: QSinglePointEvent) -> None:
        self._hand.move(event)
        self.refresh()
        if self._workspace.active is not None:
            viewport = self._workspace.viewport
            self.hovered.emit(viewport.to_document(*self.place(event.position())))

    def _release(self, event: QSinglePointEvent) -> None:
        self._hand.release(event)
        self.refresh()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Take the keyboard, so that Space works, unless something is being typed."""
        if not isinstance(QApplication.focusWidget(), QLineEdit | QAbstractSpinBox):
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def leaveEvent(self, event: QEvent) -> None:
        self._on_left()

    def _on_left(self) -> None:
        """The pointer is elsewhere, if only on something that lies on the canvas."""
        self._hand.at = None
        self.refresh()
        self.hovered.emit(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._workspace.active is not None:
            at, ratio = self.place(event.position()), self.devicePixelRatioF()
            self._wheel.turn(self._workspace.viewport, event, at, ratio, self.wheel_scrolls)
            self._workspace.viewport_changed.emit()

    # Keys and focus.

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QNativeGestureEvent) and self._workspace.active is not None:
            pinch(self._workspace.viewport, event, self.place(event.position()))
            self._workspace.viewport_changed.emit()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._takes(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.WindowDeactivate:
            self._let_go()
        return super().event(event)

    def _takes(self, event: QKeyEvent) -> bool:
        """Whether a key is ours rather than a shortcut: every key during a gesture, so that nothing
        changes under it."""
        if event.key() in (Key.Key_Escape, Key.Key_Return, Key.Key_Enter):
            return self._hand.outline() is not None or self._hand.gesture is not None
        return self._hand.gesture is not None or event.key() in (Key.Key_Space, Key.Key_Backslash)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._hold(event.key(), True):
            if event.key() == Key.Key_Escape:
                self._hand.escape()
            elif event.key() not in (Key.Key_Return, Key.Key_Enter) or not self._hand.commit():
                event.ignore()
        self.refresh()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat() and self._hold(event.key(), False):
            self.refresh()

    def _hold(self, key: int, down: bool) -> bool:
        """Note that a key that works while it is held went down or up."""
        if key == Key.Key_Space:
            self._hand.holds_space = down
        elif key == Key.Key_Alt:
            self._hand.holds_alt = down
        elif key == Key.Key_Backslash:
            self.show_original(down)
        else:
            return False
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._let_go()

    def _let_go(self) -> None:
        """Nothing is held any more (R45)."""
        self._hand.let_go()
        self.show_original(False)
        self.refresh()
