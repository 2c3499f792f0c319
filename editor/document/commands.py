"""Every way in which a document changes. Each command has an exact inverse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.history import Command
from editor.document.layer import LayerGroup, Node
from editor.document.tiles import Changes, TileGrid, changed_rect


@dataclass
class TileEdit:
    """Tiles of one grid were replaced; ``notify`` is told the rectangle they cover."""

    name: str
    grid: TileGrid
    changes: Changes
    notify: Callable[[Rect], None]

    @property
    def nbytes(self) -> int:
        return sum(t.nbytes for pair in self.changes.values() for t in pair if t is not None)

    def redo(self) -> None:
        self._put(1)

    def undo(self) -> None:
        self._put(0)

    def _put(self, side: int) -> None:
        for coord, pair in self.changes.items():
            self.grid.put(coord, pair[side])
        self.notify(changed_rect(self.changes))


def edit_pixels(
    document: Document, name: str, node: Node, grid: TileGrid, before: TileGrid
) -> TileEdit:
    """The edit that made ``grid`` (pixels or mask of ``node``) what it is; it is done already."""

    def notify(rect: Rect) -> None:
        document.touch(node, rect)

    return TileEdit(name, grid, grid.changes_since(before), notify)


def edit_selection(document: Document, name: str, selection: TileGrid) -> TileEdit:
    """Make ``selection`` (one channel, the document's dtype) the document's; not done yet."""
    changes = selection.changes_since(document.selection)
    return TileEdit(name, document.selection, changes, document.selection_changed.emit)


@dataclass
class AddLayer:
    """``node`` comes into ``parent`` at ``index`` and becomes active."""

    document: Document
    node: Node
    parent: LayerGroup
    index: int
    name: str = "New layer"
    _active: Node | None = field(default=None, init=False)

    @property
    def nbytes(self) -> int:
        return _nbytes(self.node)

    def redo(self) -> None:
        self._active = self.document.active
        self.parent.insert(self.index, self.node)
        self.document.activate(self.node)
        _tell(self.document)

    def undo(self) -> None:
        self.parent.remove(self.node)
        self.document.activate(self._active)
        _tell(self.document)


@dataclass
class RemoveLayer:
    """``node`` goes; its neighbor below, above, or the group around it becomes active."""

    document: Document
    node: Node
    name: str = "Delete layer"
    _parent: LayerGroup | None = field(default=None, init=False)
    _index: int = field(default=0, init=False)
    _active: Node | None = field(default=None, init=False)

    @property
    def nbytes(self) -> int:
        return _nbytes(self.node)

    def redo(self) -> None:
        parent = self.node.parent
        assert parent is not None
        self._parent, self._active = parent, self.document.active
        self._index = parent.remove(self.node)
        if _is_within(self._active, self.node):
            rest = parent.children
            outer = parent if parent.parent is not None else None
            self.document.activate(rest[max(self._index - 1, 0)] if rest else outer)
        _tell(self.document)

    def undo(self) -> None:
        assert self._parent is not None
        self._parent.insert(self._index, self.node)
        self.document.activate(self._active)
        _tell(self.document)


@dataclass
class MoveLayer:
    """``node`` goes to ``index`` of ``parent``, counted after it was taken out."""

    document: Document
    node: Node
    parent: LayerGroup
    index: int
    name: str = "Move layer"
    nbytes: int = field(default=0, init=False)
    _from: tuple[LayerGroup, int] | None = field(default=None, init=False)

    def redo(self) -> None:
        parent = self.node.parent
        assert parent is not None
        if _is_within(self.parent, self.node):
            raise ValueError("A group cannot move into itself.")
        self._from = parent, parent.remove(self.node)
        self.parent.insert(self.index, self.node)
        _tell(self.document)

    def undo(self) -> None:
        assert self._from is not None
        parent, index = self._from
        self.parent.remove(self.node)
        parent.insert(index, self.node)
        _tell(self.document)


@dataclass
class SetProperty:
    """``node.key`` becomes ``value``. ``was`` may be given when the value is set already, as after
    dragging a slider."""

    document: Document
    node: Node
    key: str
    value: Any
    name: str
    was: Any = None
    nbytes: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.was is None:
            self.was = getattr(self.node, self.key)

    def redo(self) -> None:
        self._set(self.value)

    def undo(self) -> None:
        self._set(self.was)

    def _set(self, value: Any) -> None:
        setattr(self.node, self.key, value)
        self.document.touch(self.node, self.document.rect)
        self.document.layers_changed.emit()
        if self.key == "mask":
            self.document.active_changed.emit()


@dataclass
class Reshape:
    """The canvas gets another size and grids other contents: crop, resize, rotate, flip, move.

    contents: pairs of a grid in the document and the grid whose tiles it is to have.
    """

    document: Document
    name: str
    size: Size
    contents: Sequence[tuple[TileGrid, TileGrid]]
    _size: Size | None = field(default=None, init=False)
    _before: list[TileGrid] = field(default_factory=list, init=False)

    @property
    def nbytes(self) -> int:
        return sum(new.nbytes for _, new in self.contents) + sum(g.nbytes for g in self._before)

    def redo(self) -> None:
        self._size = self.document.size
        self._before = [grid.snapshot() for grid, _ in self.contents]
        self._put(self.size, [new for _, new in self.contents])

    def undo(self) -> None:
        assert self._size is not None
        self._put(self._size, self._before)

    def _put(self, size: Size, contents: Sequence[TileGrid]) -> None:
        old = self.document.rect
        for (grid, _), new in zip(self.contents, contents, strict=True):
            grid.replace(new)
        self.document.size = size
        if size != old.size:
            self.document.resized.emit()
        rect = self.document.rect.union(old)
        self.document.touch(None, rect)
        self.document.selection_changed.emit(rect)


@dataclass
class Several:
    """Commands that are one step to the user."""

    name: str
    commands: Sequence[Command]

    @property
    def nbytes(self) -> int:
        return sum(command.nbytes for command in self.commands)

    def redo(self) -> None:
        for command in self.commands:
            command.redo()

    def undo(self) -> None:
        for command in reversed(self.commands):
            command.undo()


def _tell(document: Document) -> None:
    document.touch(None, document.rect)
    document.layers_changed.emit()


def _is_within(node: Node | None, ancestor: Node) -> bool:
    return node is not None and (node is ancestor or any(g is ancestor for g in node.ancestors()))


def _nbytes(node: Node) -> int:
    nodes = [node, *node.walk()] if isinstance(node, LayerGroup) else [node]
    grids = [g for n in nodes for g in (getattr(n, "pixels", None), n.mask and n.mask.grid) if g]
    return sum(grid.nbytes for grid in grids)
