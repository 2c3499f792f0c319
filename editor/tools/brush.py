"""Brush, eraser, clone stamp and mask brush: one gesture, different paints and targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar
from weakref import WeakKeyDictionary

from editor.document.commands import TileEdit
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.paint.brush import Brush
from editor.paint.coverage import Paint
from editor.paint.shapes import ellipse
from editor.paint.stroke import Copy, Sample, Stroke
from editor.tools.base import Cursor, Drag, Outline, PointerEvent, Tool
from editor.tools.target import Target, cannot_paint, no_document
from editor.workspace import Workspace

PATIENCE = 3
"""So many samples without pressure are held back: some pens begin at 0, and some report only 0."""


class Contact:
    """The pressures of one gesture.

    A pen that goes on reporting 0 while it touches has no pressure to report: that counts as 1.
    """

    def __init__(self) -> None:
        self._held: list[PointerEvent] = []
        self._count = 0
        self._pressed = False

    def settle(self, sample: PointerEvent) -> list[Sample]:
        """The samples whose pressure is known now that this one has come."""
        self._held.append(sample)
        self._count += 1
        self._pressed = self._pressed or sample.pressure > 0
        return self.rest() if self._pressed or self._count > PATIENCE else []

    def rest(self) -> list[Sample]:
        """The samples that are still held back."""
        held, self._held = self._held, []
        return [(s.x, s.y, s.pressure if self._pressed else 1.0, s.lean) for s in held]


class StrokeTool(Tool):
    """What the tools that draw strokes have in common."""

    cursor: ClassVar[Cursor] = "ring"

    def __init__(self, brush: Brush) -> None:
        self.options = brush
        self._ends: WeakKeyDictionary[Document, tuple[float, float]] = WeakKeyDictionary()

    def _draw(
        self,
        document: Document,
        press: PointerEvent,
        stroke: Stroke,
        touch: Callable[[Rect], None],
        show: Callable[[PointerEvent], Outline | None] = lambda sample: None,
    ) -> Drag:
        """Draw until released, with ``show`` over the canvas; put everything back if closed early.

        With Shift, a straight line comes first, from where the last stroke on ``document`` ended.
        """
        contact = Contact()
        sample: PointerEvent | None = press
        last = press
        try:
            if press.shift and document in self._ends:
                touch(stroke.extend(*self._ends[document], press.pressure or 1.0, press.lean))
            while sample is not None:
                for settled in contact.settle(sample):
                    touch(stroke.extend(*settled))
                last = sample
                sample = yield show(sample)
            for settled in contact.rest():
                touch(stroke.extend(*settled))
        except GeneratorExit:
            touch(stroke.revert())
            raise
        self._ends[document] = last.x, last.y


class BrushTool(StrokeTool):
    """Paints the foreground color; on a mask, its brightness."""

    id = "brush"
    name = "Brush"
    icon = "mdi6.brush"
    shortcut = "B"

    def __init__(self) -> None:
        super().__init__(Brush())

    def refusal(self, workspace: Workspace) -> str | None:
        return cannot_paint(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        target = Target.of(workspace.document)
        yield from self._paint(workspace, target, press, target.paint(workspace.foreground))

    def _paint(
        self,
        workspace: Workspace,
        target: Target,
        press: PointerEvent,
        paint: Paint | Copy,
        show: Callable[[PointerEvent], Outline | None] = lambda sample: None,
    ) -> Drag:
        """One stroke, one step in the history if it changed anything; says why none of it shows."""
        stroke = Stroke(
            target.grid,
            self.options,
            paint,
            bounds=target.document.rect,
            selection=target.selection,
            alpha_locked=target.alpha_locked,
        )
        yield from self._draw(target.document, press, stroke, target.touch, show)
        reason = target.unseen(stroke.avoids)
        target.push(f"{self.name} stroke", stroke.before)
        if reason is not None:
            workspace.say(reason)


class EraserTool(BrushTool):
    """Takes alpha away; where that is locked, paints the background color; on a mask, hides."""

    id = "eraser"
    name = "Eraser"
    icon = "mdi6.eraser"
    shortcut = "E"

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        target = Target.of(workspace.document)
        paint = target.paint(workspace.background) if target.alpha_locked else None
        yield from self._paint(workspace, target, press, paint)


class CloneTool(BrushTool):
    """Paints with other pixels of the same layer; Ctrl and a click say where they are.

    The first stroke after that fixes how far away they are; later ones keep the distance.
    """

    id = "clone"
    name = "Clone stamp"
    icon = "mdi6.stamper"
    shortcut = "S"

    def __init__(self) -> None:
        super().__init__()
        self._sources: WeakKeyDictionary[Document, tuple[float, float]] = WeakKeyDictionary()
        self._distances: WeakKeyDictionary[Document, tuple[int, int]] = WeakKeyDictionary()

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        document = workspace.document
        if press.ctrl:
            while (yield self._ring(press.x, press.y)) is not None:
                pass
            self._sources[document] = press.x, press.y
            self._distances.pop(document, None)
            workspace.say("The stamp copies from there: now paint where that is to go.")
            return
        if document not in self._sources:
            workspace.say("Hold Ctrl and click where the stamp is to copy from.")
            return
        if document not in self._distances:
            x, y = self._sources[document]
            self._distances[document] = round(x - press.x), round(y - press.y)
        dx, dy = self._distances[document]
        target = Target.of(document)
        yield from self._paint(
            workspace,
            target,
            press,
            Copy(target.grid.snapshot(), dx, dy),
            lambda sample: self._ring(sample.x + dx, sample.y + dy),
        )

    def _ring(self, x: float, y: float) -> Outline:
        """Where is copied from."""
        radius = self.options.size / 2
        return ellipse(x - radius, y - radius, x + radius, y + radius)


class MaskBrushTool(StrokeTool):
    """Paints the selection, the mask of the neural operations; the right button erases.

    ``erasing`` makes the left one do so too.
    """

    id = "mask"
    name = "Mask brush"
    icon = "mdi6.marker"
    shortcut = "N; Q"

    def __init__(self) -> None:
        super().__init__(Brush(size=80, hardness=0.9, size_by_pressure=False))
        self.erasing = False

    def refusal(self, workspace: Workspace) -> str | None:
        return no_document(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        document = workspace.document
        selection = document.selection
        erases = self.erasing or press.button == "right"
        paint = None if erases else (1.0,)
        stroke = Stroke(selection, self.options, paint, bounds=document.rect)
        touch = document.selection_changed.emit
        yield from self._draw(document, press, stroke, touch)
        changes = selection.changes_since(stroke.before)
        if changes:
            name = "Erase mask" if erases else "Paint mask"
            document.history.push(TileEdit(name, selection, changes, touch), done=True)
