"""Tools that change no pixel: hand, zoom, color picker."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np

from editor.color import to_srgb
from editor.document.geometry import Rect
from editor.tools.base import Cursor, Drag, PointerEvent, Tool
from editor.tools.target import no_document
from editor.workspace import Color, Workspace

DOUBLING_PX = 150.0
"""Device pixels to drag until the zoom has doubled; taste."""

CLICK_PX = 4.0
"""Device pixels within which a press and its release are a click."""


class HandTool(Tool):
    """Moves the view."""

    id = "hand"
    name = "Hand"
    icon = "mdi6.hand-back-right-outline"
    shortcut = "H"
    cursor: ClassVar[Cursor] = "hand"

    def refusal(self, workspace: Workspace) -> str | None:
        return no_document(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        viewport = workspace.viewport
        pan = viewport.pan
        try:
            while (sample := (yield None)) is not None:
                dx, dy = sample.screen[0] - press.screen[0], sample.screen[1] - press.screen[1]
                viewport.pan = pan[0] + dx, pan[1] + dy
                workspace.viewport_changed.emit()
        except GeneratorExit:
            viewport.pan = pan
            workspace.viewport_changed.emit()
            raise


class ZoomTool(Tool):
    """A click zooms in, with Alt out; dragging right or left zooms about the press."""

    id = "zoom"
    name = "Zoom"
    icon = "mdi6.magnify"
    shortcut = "Z"
    cursor: ClassVar[Cursor] = "zoom"

    def refusal(self, workspace: Workspace) -> str | None:
        return no_document(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        viewport = workspace.viewport
        zoom, pan = viewport.zoom, viewport.pan
        dragged = False
        try:
            while (sample := (yield None)) is not None:
                right = sample.screen[0] - press.screen[0]
                dragged = dragged or abs(right) > CLICK_PX
                if dragged:
                    viewport.zoom_about(zoom * 2 ** (right / DOUBLING_PX), *press.screen)
                    workspace.viewport_changed.emit()
        except GeneratorExit:
            viewport.zoom, viewport.pan = zoom, pan
            workspace.viewport_changed.emit()
            raise
        if not dragged:
            viewport.step_about(-1 if press.alt else 1, *press.screen)
            workspace.viewport_changed.emit()


class PickerTool(Tool):
    """Takes the foreground color from what is visible under the pointer."""

    id = "picker"
    name = "Color picker"
    icon = "mdi6.eyedropper"
    shortcut = "I"
    cursor: ClassVar[Cursor] = "picker"

    def refusal(self, workspace: Workspace) -> str | None:
        return no_document(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        foreground, background = workspace.foreground, workspace.background
        sample: PointerEvent | None = press
        try:
            while sample is not None:
                color = seen_at(workspace, sample.x, sample.y)
                if color is not None:
                    workspace.set_colors(color, background)
                sample = yield None
        except GeneratorExit:
            workspace.set_colors(foreground, background)
            raise


def seen_at(workspace: Workspace, x: float, y: float) -> Color | None:
    """The visible color at a document position in sRGB; ``None`` outside and where all is clear."""
    view = workspace.active
    assert view is not None
    pixel = Rect(math.floor(x), math.floor(y), 1, 1)
    if not view.document.rect.contains(pixel):
        return None
    red, green, blue, alpha = view.compositor.render(pixel)[0, 0] / np.float64(view.document.full)
    if not alpha:
        return None
    color = float(red), float(green), float(blue)
    return to_srgb(color, view.document.metadata.profile)
