"""The user's hand: which gesture is under way, which keys are held, where the pointer is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QSinglePointEvent

from editor.tools.base import Outline, PointerEvent, Tool
from editor.ui.input import Gesture, is_eraser, pan, pressure, resize_brush, rotate, tilt
from editor.workspace import Workspace

Button = Literal["left", "right"]


class Hand:
    """Turns pointer events into samples and feeds them to the gesture they belong to.

    ``at`` is the pointer in device pixels, ``None`` while it is elsewhere. ``place`` turns a
    position of the widget into device pixels of the view.
    """

    def __init__(
        self,
        workspace: Workspace,
        tools: Mapping[str, Tool],
        place: Callable[[QPointF], tuple[float, float]],
        options_changed: Callable[[], None],
    ) -> None:
        self.at: tuple[float, float] | None = None
        self.gesture: Gesture | None = None
        self.holds_space = False
        self.holds_alt = False
        self._workspace, self._tools = workspace, tools
        self._place, self._options_changed = place, options_changed
        self._button: Button = "left"
        self._later: list[Callable[[], None]] = []

    @property
    def tool(self) -> Tool | None:
        """The active tool."""
        return self._tools.get(self._workspace.tool_id)

    @property
    def picks(self) -> bool:
        """Whether a brush is the color picker for as long as Alt is held."""
        tool = self.tool
        return self.holds_alt and tool is not None and tool.cursor == "ring"

    @property
    def erases(self) -> bool:
        """Whether the brush takes away from the selection."""
        tool = self.tool
        return tool is not None and bool(tool.erasing or self._button == "right")

    def refusal(self) -> str | None:
        """Why nothing can be done here right now."""
        tool = self.tool
        if tool is None or self._workspace.active is None or self.picks:
            return None
        return tool.refusal(self._workspace)

    def outline(self) -> Outline | None:
        """What the gesture, or the tool between gestures, wants drawn."""
        if self.gesture is not None and self.gesture.outline is not None:
            return self.gesture.outline
        tool = self.tool
        return tool.outline(self._workspace) if tool and self._workspace.active else None

    def press(self, event: QSinglePointEvent, center: tuple[float, float]) -> None:
        """Begin a gesture; ``center`` of the view in device pixels."""
        if self.gesture is not None or self._workspace.active is None:
            return
        self.gesture = self._begin(event, center)

    def move(self, event: QSinglePointEvent) -> None:
        self.holds_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if self.gesture is None or self.gesture.hold != "stay":
            self.at = self._place(event.position())
        if self.gesture is None:
            return
        if event.buttons() & self.gesture.button:
            self.gesture.move(self._sample(event))
        else:
            self.finish()  # released where nobody told us

    def release(self, event: QSinglePointEvent) -> None:
        if self.gesture is not None and event.button() == self.gesture.button:
            self.finish()

    def finish(self) -> None:
        """End the gesture as if the button had been released."""
        self._end(Gesture.release)

    def cancel(self) -> None:
        """End the gesture and let it put everything back."""
        self._end(Gesture.cancel)

    def when_free(self, do: Callable[[], None]) -> None:
        """Call ``do`` when no gesture is under way: now, or right after it."""
        self._later.append(do)
        if self.gesture is None:
            self._do_later()

    def _end(self, how: Callable[[Gesture], None]) -> None:
        gesture, self.gesture, self._button = self.gesture, None, "left"
        if gesture is not None:
            how(gesture)
            self._do_later()

    def _do_later(self) -> None:
        waiting, self._later = self._later, []
        for do in waiting:
            do()

    def escape(self) -> None:
        """Cancel the gesture, or else what the tool has pending."""
        if self.gesture is not None:
            self.cancel()
        elif self.tool is not None and self._workspace.active is not None:
            self.tool.cancel(self._workspace)

    def commit(self) -> bool:
        """Carry out what the tool has pending; false if that is nothing."""
        tool = self.tool
        if tool is None or self.gesture is not None or self.outline() is None:
            return False
        tool.commit(self._workspace)
        return True

    def let_go(self) -> None:
        """The keyboard went to somebody else: no key is held, no button is down (R45)."""
        self.holds_space = self.holds_alt = False
        self.finish()

    def _begin(self, event: QSinglePointEvent, center: tuple[float, float]) -> Gesture | None:
        button, workspace = event.button(), self._workspace
        right = button == Qt.MouseButton.RightButton
        press = self._sample(event)
        if button == Qt.MouseButton.MiddleButton or (self.holds_space and not right):
            turns = self.holds_space and press.shift
            view = rotate(workspace, press, center) if turns else pan(workspace, press)
            return Gesture(view, button, hold="grab")
        tool = self.tool
        if tool is None or not (right or button == Qt.MouseButton.LeftButton):
            return None
        if press.alt and tool.cursor == "ring":
            if right:
                zoom = workspace.viewport.zoom
                return Gesture(
                    resize_brush(tool, press, zoom, self._options_changed), button, hold="stay"
                )
            tool = next((t for t in self._tools.values() if t.cursor == "picker"), tool)
        elif is_eraser(event):
            right = tool.erasing is not None
            tool = tool if right else self._tools.get("eraser", tool)
        if right and tool.erasing is None:
            return None
        reason = tool.refusal(workspace)
        if reason is not None:
            workspace.say(reason)
            return None
        self._button = "right" if right else "left"
        return Gesture(tool.drag(workspace, replace(press, button=self._button)), button)

    def _sample(self, event: QSinglePointEvent) -> PointerEvent:
        screen = self._place(event.position())
        x, y = self._workspace.viewport.to_document(*screen)
        held, key = event.modifiers(), Qt.KeyboardModifier
        return PointerEvent(
            x,
            y,
            screen,
            pressure(event),
            tilt(event),
            self._button,
            shift=bool(held & key.ShiftModifier),
            ctrl=bool(held & key.ControlModifier),
            alt=bool(held & key.AltModifier),
        )
