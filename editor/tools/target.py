"""What a painting tool works on, and why it sometimes cannot."""

from __future__ import annotations

from dataclasses import dataclass

from editor.color import to_document
from editor.document.commands import edit_pixels
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Layer, LayerGroup, Node
from editor.document.tiles import TileGrid
from editor.workspace import Color, Workspace

NO_DOCUMENT = "Open a picture first, or make a new one."


@dataclass(frozen=True)
class Target:
    """The active node, which of its grids is painted on, and what limits that."""

    document: Document
    node: Node
    grid: TileGrid
    alpha_locked: bool

    @classmethod
    def of(cls, document: Document) -> Target:
        """Only when there is no ``refusal``."""
        node, grid = document.active, document.target
        assert node is not None and grid is not None
        locked = isinstance(node, Layer) and node.alpha_locked and not document.edits_mask
        return cls(document, node, grid, locked)

    @property
    def selection(self) -> TileGrid | None:
        """What limits painting; ``None`` if nothing is selected."""
        selection = self.document.selection
        return None if selection.is_empty else selection

    def paint(self, color: Color) -> tuple[float, ...]:
        """``color``, which is sRGB, for this grid: a mask takes its luma."""
        if self.grid.channels == 1:
            red, green, blue = color
            return (0.299 * red + 0.587 * green + 0.114 * blue,)
        return to_document(color, self.document.metadata.profile)

    def touch(self, rect: Rect) -> None:
        if not rect.is_empty:
            self.document.touch(self.node, rect)

    def push(self, name: str, before: TileGrid) -> None:
        """Remember what has changed since ``before`` as one step, if anything has."""
        edit = edit_pixels(self.document, name, self.node, self.grid, before)
        if edit.changes:
            self.document.history.push(edit, done=True)


def no_document(workspace: Workspace) -> str | None:
    """The refusal of a tool that only needs a document."""
    return None if workspace.active else NO_DOCUMENT


def cannot_paint(workspace: Workspace) -> str | None:
    """The refusal of a tool that changes the active layer's pixels or mask."""
    if workspace.active is None:
        return NO_DOCUMENT
    document = workspace.document
    if isinstance(document.active, LayerGroup) and not document.edits_mask:
        return "Choose a layer to paint on: a group has no pixels."
    return cannot_change(document)


def cannot_change(document: Document) -> str | None:
    """Why the active node may not be changed."""
    node = document.active
    if node is None:
        return "Add a layer first: this picture has none that is chosen."
    if node.is_locked:
        group = next((g for g in node.ancestors() if g.locked), None)
        name = node.name if node.locked or group is None else group.name
        return f"“{name}” is locked: unlock it in the layer panel first."
    if not node.is_shown:
        group = next((g for g in node.ancestors() if not g.visible), None)
        name = node.name if not node.visible or group is None else group.name
        return f"“{name}” is hidden: show it in the layer panel first."
    return None
