"""Moving a layer, a group, or what is selected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from editor.document.commands import Several, TileEdit
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.history import Command
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Node
from editor.document.tiles import TileGrid
from editor.paint.transform import Floating, moved
from editor.tools.base import Cursor, Drag, PointerEvent, Tool
from editor.tools.target import NO_DOCUMENT, cannot_change
from editor.workspace import Workspace


@dataclass(frozen=True)
class _Part:
    """A grid that moves: how it was, how it looks moved by x and y, and who is told."""

    grid: TileGrid
    before: TileGrid
    moved: Callable[[int, int], TileGrid]
    notify: Callable[[Rect], None]


class Displacement:
    """The active node on its way: a layer or a group with all pixels and masks in it.

    Where something is selected only that part of a layer moves, and the selection with it.
    """

    def __init__(self, document: Document) -> None:
        self._document = document
        node = document.active
        assert node is not None
        self._name = f"Move “{node.name}”"
        self._parts: list[_Part] = []
        if isinstance(node, Layer) and not document.selection.is_empty:
            selection = document.selection.snapshot()
            self._name = "Move selected pixels"
            self._add(node.pixels, node, Floating(node.pixels, selection).at)
            self._parts.append(
                _Part(
                    document.selection,
                    selection,
                    lambda x, y: moved(selection, x, y),
                    document.selection_changed.emit,
                )
            )
            return
        for each in [node, *(node.walk() if isinstance(node, LayerGroup) else ())]:
            if isinstance(each, Layer):
                self._add_whole(each.pixels, each)
            if each.mask is not None:
                self._add_whole(each.mask.grid, each)

    def to(self, dx: int, dy: int) -> None:
        """Show everything ``dx`` and ``dy`` pixels from where it was; 0, 0 is exactly as before."""
        for part in self._parts:
            rect = part.grid.bounds()
            part.grid.replace(part.moved(dx, dy) if dx or dy else part.before)
            part.notify(rect.union(part.grid.bounds()).intersect(self._document.rect))

    def push(self) -> None:
        """Remember where everything is now as one step, if it is not where it was."""
        edits: list[Command] = []
        for part in self._parts:
            changes = part.grid.changes_since(part.before)
            if changes:
                edits.append(TileEdit(self._name, part.grid, changes, part.notify))
        if edits:
            self._document.history.push(Several(self._name, edits), done=True)

    def _add_whole(self, grid: TileGrid, node: Node) -> None:
        before = grid.snapshot()
        self._add(grid, node, lambda x, y: moved(before, x, y))

    def _add(self, grid: TileGrid, node: Node, change: Callable[[int, int], TileGrid]) -> None:
        def notify(rect: Rect) -> None:
            self._document.touch(node, rect)

        self._parts.append(_Part(grid, grid.snapshot(), change, notify))


class MoveTool(Tool):
    """Drags what is active; with Shift straight across or straight down."""

    id = "move"
    name = "Move"
    icon = "mdi6.cursor-move"
    shortcut = "V"
    cursor: ClassVar[Cursor] = "move"

    def refusal(self, workspace: Workspace) -> str | None:
        return cannot_move(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        displacement = Displacement(workspace.document)
        at = 0, 0
        try:
            while (sample := (yield None)) is not None:
                dx, dy = round(sample.x - press.x), round(sample.y - press.y)
                if sample.shift:
                    dx, dy = (dx, 0) if abs(dx) >= abs(dy) else (0, dy)
                if (dx, dy) != at:
                    at = dx, dy
                    displacement.to(dx, dy)
        except GeneratorExit:
            displacement.to(0, 0)
            raise
        displacement.push()


def cannot_move(workspace: Workspace) -> str | None:
    """Why the active node may not move: one locked layer holds a whole group."""
    if workspace.active is None:
        return NO_DOCUMENT
    document = workspace.document
    node = document.active
    if isinstance(node, LayerGroup):
        locked = next((each for each in node.walk() if each.locked), None)
        if locked is not None:
            return f"“{locked.name}” in this group is locked: unlock it in the layer panel first."
    if isinstance(node, AdjustmentLayer) and (node.mask is None or node.mask.grid.is_empty):
        return f"“{node.name}” shows everywhere: there is nothing of it to move."
    return cannot_change(node)
