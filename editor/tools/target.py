"""What a painting tool works on, and why it sometimes cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from editor.color import to_document
from editor.document.commands import edit_pixels
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Node
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

    def unseen(self, avoids: Callable[[TileGrid], bool]) -> str | None:
        """Why nothing of what was painted shows, as a sentence; ``None`` if it does.

        avoids: whether that lies wholly where a grid is 0.
        """
        if self.selection is not None and avoids(self.selection):
            return "Only what is selected can be painted: press Ctrl+D to drop the selection."
        if self.alpha_locked and avoids(self.grid):
            return "There are no pixels here, and the layer's transparency is locked."
        for node in (self.node, *self.node.ancestors()):
            name = "The layer" if node is self.node else f"“{node.name}”"
            if node.opacity == 0:
                return f"{name} has an opacity of 0 %: raise it in the layer panel to see this."
            mask = node.mask
            if mask and mask.enabled and mask.grid is not self.grid and avoids(mask.grid):
                return (
                    f"{name}'s mask hides what you paint here: "
                    "choose another layer, or paint on the mask."
                )
        return None


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
    if isinstance(document.active, AdjustmentLayer) and not document.edits_mask:
        return f"“{document.active.name}” has no pixels: add a mask to paint where it shows."
    return cannot_change(document.active)


def cannot_change(node: Node | None) -> str | None:
    """Why ``node``, the active one, may not be changed."""
    if node is None:
        return "Add a layer first: this picture has none that is chosen."
    return locked_by(node) or hidden_by(node)


def locked_by(node: Node) -> str | None:
    """Which lock keeps ``node`` as it is, as a sentence."""
    locked = next((each for each in (node, *node.ancestors()) if each.locked), None)
    if locked is None:
        return None
    return f"“{locked.name}” is locked: unlock it in the layer panel first."


def hidden_by(node: Node) -> str | None:
    """What keeps ``node`` from being seen, as a sentence."""
    hidden = next((each for each in (node, *node.ancestors()) if not each.visible), None)
    if hidden is None:
        return None
    return f"“{hidden.name}” is hidden: show it in the layer panel first."
