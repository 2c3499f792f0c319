"""Cropping: a box that waits for Enter."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from weakref import WeakKeyDictionary

from editor.document.document import Document
from editor.document.geometry import EMPTY, Rect
from editor.paint.shapes import Outline, rectangle
from editor.paint.transform import cropped, reshape
from editor.tools.base import Drag, PointerEvent, Tool
from editor.tools.target import no_document
from editor.workspace import Workspace

GRIP_PX = 10.0
"""Device pixels around an edge within which it is taken hold of."""


class Ratio(StrEnum):
    """Width to height."""

    FREE = "free"
    CANVAS = "as it is"
    SQUARE = "1:1"
    FOUR_THREE = "4:3"
    THREE_TWO = "3:2"
    SIXTEEN_NINE = "16:9"
    THREE_FOUR = "3:4"
    TWO_THREE = "2:3"
    NINE_SIXTEEN = "9:16"

    def of(self, document: Document) -> float | None:
        """As a number, ``None`` for any."""
        if self is Ratio.FREE:
            return None
        if self is Ratio.CANVAS:
            return document.size.w / document.size.h
        across, down = self.value.split(":")
        return int(across) / int(down)


@dataclass(frozen=True)
class CropOptions:
    ratio: Ratio = field(
        default=Ratio.FREE, metadata={"label": "Ratio", "help": "Shift makes a square."}
    )


class CropTool(Tool):
    """A drag draws the box; inside it moves it, at an edge or corner it pulls that one.

    Enter crops, Escape drops the box. Layers, masks and the selection are cut alike.
    """

    id = "crop"
    name = "Crop"
    icon = "mdi6.crop"
    shortcut = "C"
    framed = True
    options: CropOptions

    def __init__(self) -> None:
        self.options = CropOptions()
        self._boxes: WeakKeyDictionary[Document, Rect] = WeakKeyDictionary()

    def refusal(self, workspace: Workspace) -> str | None:
        return no_document(workspace)

    def outline(self, workspace: Workspace) -> Outline | None:
        box = self._box(workspace.document) if workspace.active else None
        return None if box is None else rectangle(box.x, box.y, box.right, box.bottom)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        document = workspace.document
        before = self._box(document)
        grip = _Grip.at(press, before, GRIP_PX / workspace.viewport.zoom)
        sample: PointerEvent | None = press
        try:
            while sample is not None:
                ratio = 1.0 if sample.shift else self.options.ratio.of(document)
                box = grip.box(sample, document.rect, ratio)
                if box.is_empty:
                    self._boxes.pop(document, None)
                else:
                    self._boxes[document] = box
                sample = yield self.outline(workspace)
        except GeneratorExit:
            self._boxes.pop(document, None)
            if before is not None:
                self._boxes[document] = before
            raise

    def commit(self, workspace: Workspace) -> None:
        document = workspace.document
        box = self._box(document)
        self._boxes.pop(document, None)
        if box is not None and box != document.rect:
            command = reshape(document, "Crop", box.size, lambda grid: cropped(grid, box))
            document.history.push(command)

    def cancel(self, workspace: Workspace) -> None:
        if workspace.active:
            self._boxes.pop(workspace.document, None)

    def _box(self, document: Document) -> Rect | None:
        """What is pending, as far as the canvas still reaches: it may have changed meanwhile."""
        box = self._boxes.get(document, EMPTY).intersect(document.rect)
        return None if box.is_empty else box


class _Grip(NamedTuple):
    """What of a box is held: ``across`` is -1 for the left edge, 1 for the right one, 0 for
    neither, ``down`` likewise; all zero is the whole box."""

    press: PointerEvent
    start: Rect
    across: int
    down: int

    @classmethod
    def at(cls, press: PointerEvent, box: Rect | None, reach: float) -> _Grip:
        """What is within ``reach`` of the press; elsewhere a new box begins, pulled at its end."""
        x, y = press.x, press.y
        if box is not None and (
            box.x - reach < x < box.right + reach and box.y - reach < y < box.bottom + reach
        ):
            across, down = _near(x, box.x, box.right, reach), _near(y, box.y, box.bottom, reach)
            return cls(press, box, across, down)
        return cls(press, Rect(round(x), round(y), 0, 0), 1, 1)

    def box(self, sample: PointerEvent, canvas: Rect, ratio: float | None) -> Rect:
        """The box when the pointer is at ``sample``, within ``canvas``."""
        start = self.start
        dx, dy = round(sample.x - self.press.x), round(sample.y - self.press.y)
        if not (self.across or self.down):
            return Rect(
                min(max(start.x + dx, 0), canvas.w - start.w),
                min(max(start.y + dy, 0), canvas.h - start.h),
                *start.size,
            )
        x = _Axis.pulled(start.x, start.right, self.across, dx, canvas.w)
        y = _Axis.pulled(start.y, start.bottom, self.down, dy, canvas.h)
        w, h = x.length, y.length
        if ratio is not None:
            w = max(w, h * ratio) if self.across and self.down else w if self.across else h * ratio
            w = min(w, x.room, y.room * ratio)
            h = w / ratio
        left, top = x.place(w), y.place(h)
        return Rect.from_edges(round(left), round(top), round(left + w), round(top + h)).intersect(
            canvas
        )


class _Axis(NamedTuple):
    """One direction of a box: it extends from ``anchor``, ``before`` of its length to the left."""

    anchor: float
    before: float
    length: float
    room: float

    @classmethod
    def pulled(cls, low: int, high: int, edge: int, by: int, limit: int) -> _Axis:
        """From ``low`` to ``high`` with one edge pulled; with none it extends from its middle."""
        if edge == 0:
            middle = (low + high) / 2
            return cls(middle, 0.5, high - low, 2 * min(middle, limit - middle))
        fixed, end = (low, high + by) if edge > 0 else (high, low + by)
        fixed, end = min(max(fixed, 0), limit), min(max(end, 0), limit)
        if end >= fixed:
            return cls(fixed, 0, end - fixed, limit - fixed)
        return cls(fixed, 1, fixed - end, fixed)

    def place(self, length: float) -> float:
        """Where ``length`` begins."""
        return self.anchor - self.before * length


def _near(at: float, low: int, high: int, reach: float) -> int:
    """-1 near ``low``, 1 near ``high``, 0 if neither; the inner third is always neither."""
    reach_inside = min(reach, (high - low) / 3)
    if low + reach_inside < at < high - reach_inside:
        return 0
    return -1 if at - low < high - at else 1
