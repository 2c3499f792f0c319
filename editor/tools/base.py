"""What a tool is: an answer to one gesture, from press to release."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from editor.workspace import Workspace

Outline = tuple[tuple[float, float], ...]
"""A closed line in document coordinates, drawn over the canvas while a gesture is under way."""

Drag = Generator[Outline | None, "PointerEvent | None", None]
"""One gesture. It is sent every sample after the press, then ``None`` for the release; closing it
earlier puts everything back. What it yields is drawn over the canvas, ``None`` draws nothing."""

Cursor = Literal["ring", "cross", "hand", "zoom", "picker", "move"]


@dataclass(frozen=True)
class PointerEvent:
    """A sample of mouse or pen.

    x, y: document pixels, the center of pixel (0, 0) is (0.5, 0.5). screen: device pixels in the
    view, for tools that move the view. pressure: 0..1, 1 for a mouse. tilt: degrees from upright,
    to the right and toward the user. button: the one that began the gesture.
    """

    x: float
    y: float
    screen: tuple[float, float] = (0.0, 0.0)
    pressure: float = 1.0
    tilt: tuple[float, float] = (0.0, 0.0)
    button: Literal["left", "right"] = "left"
    shift: bool = False
    ctrl: bool = False
    alt: bool = False

    @property
    def lean(self) -> float:
        """How far the pen leans, whichever way: 0 upright, 1 at the 60 degrees that pens report."""
        return min(math.hypot(*self.tilt) / 60, 1.0)


class Tool:
    """Base of all tools: the defaults of a tool without options or anything pending.

    The first line of a tool's docstring tells the user what it does.

    ``options`` is a dataclass instance whose fields describe themselves (see ``ui.form``); the form
    replaces it by a changed copy. ``icon`` is a name in the icon font. The options of a tool with
    the cursor "ring" have a ``size`` in document pixels and a ``hardness`` of 0..1.

    ``erasing``: whether the left button erases, as the right one always does; ``None`` in a tool
    that leaves the right button alone. A tool that has this paints the selection, which is shown
    as a film instead of an outline while it is chosen. ``framed``: the outline is a box to be kept,
    drawn with thirds and handles, the rest dimmed.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    icon: ClassVar[str]
    shortcut: ClassVar[str]
    cursor: ClassVar[Cursor] = "cross"
    framed: ClassVar[bool] = False
    erasing: bool | None = None
    options: Any = None

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        """Answer a gesture on the active document."""
        raise NotImplementedError

    def refusal(self, workspace: Workspace) -> str | None:
        """Why the tool cannot act right now, as a sentence, or ``None``."""
        return None

    def outline(self, workspace: Workspace) -> Outline | None:
        """What is pending between gestures, such as a crop box."""
        return None

    def commit(self, workspace: Workspace) -> None:
        """Enter: carry out what is pending."""

    def cancel(self, workspace: Workspace) -> None:
        """Escape, or another tool was chosen: drop what is pending."""
