"""Every way in which a document changes. Each command has an exact inverse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.history import Command
from editor.document.layer import AdjustmentLayer, LayerGroup, Node
from editor.document.tiles import Changes, TileGrid, changed_rect

_AS_IT_IS: Final = object()
_VISIBLE: Final = frozenset({"visible", "opacity", "mode", "mask", "lut"})


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
    _active: _Active | None = field(default=None, init=False)

    @property
    def nbytes(self) -> int:
        return _nbytes(self.node)

    def redo(self) -> None:
        self._active = _Active.of(self.document)
        self.parent.insert(self.index, self.node)
        _tell(self.document)
        self.document.activate(self.node)

    def undo(self) -> None:
        assert self._active is not None
        self._active.restore(self.document)
        self.parent.remove(self.node)
        _tell(self.document)


@dataclass
class RemoveLayer:
    """``node`` goes; its neighbor below, above, or the group around it becomes active."""

    document: Document
    node: Node
    name: str = "Delete layer"
    _from: tuple[LayerGroup, int] | None = field(default=None, init=False)
    _active: _Active | None = field(default=None, init=False)

    @property
    def nbytes(self) -> int:
        return _nbytes(self.node)

    def redo(self) -> None:
        parent = self.node.parent
        assert parent is not None
        self._active = _Active.of(self.document)
        if _is_within(self.document.active, self.node):
            self.document.activate(self._heir(parent))
        self._from = parent, parent.remove(self.node)
        _tell(self.document)

    def undo(self) -> None:
        assert self._from is not None
        assert self._active is not None
        parent, index = self._from
        parent.insert(index, self.node)
        _tell(self.document)
        self._active.restore(self.document)

    def _heir(self, parent: LayerGroup) -> Node | None:
        """What becomes active when ``node`` goes."""
        index, siblings = parent.index(self.node), parent.children
        if len(siblings) > 1:
            return siblings[index - 1 if index > 0 else 1]
        return parent if parent.parent is not None else None


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
    """``node.key`` becomes ``value``. ``was`` is given when the value is set already, as after
    dragging a slider."""

    document: Document
    node: Node
    key: str
    value: Any
    name: str
    was: Any = _AS_IT_IS
    nbytes: int = field(default=0, init=False)

    def redo(self) -> None:
        if self.was is _AS_IT_IS:
            self.was = getattr(self.node, self.key)
        self._set(self.value)

    def undo(self) -> None:
        self._set(self.was)

    def _set(self, value: Any) -> None:
        setattr(self.node, self.key, value)
        if self.key in _VISIBLE:
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


class _Active(NamedTuple):
    """What is active: a node, or its mask."""

    node: Node | None
    mask: bool

    @classmethod
    def of(cls, document: Document) -> _Active:
        return cls(document.active, document.edits_mask)

    def restore(self, document: Document) -> None:
        document.activate(self.node, mask=self.mask)


def _tell(document: Document) -> None:
    document.touch(None, document.rect)
    document.layers_changed.emit()


def _is_within(node: Node | None, ancestor: Node) -> bool:
    return node is not None and (node is ancestor or any(g is ancestor for g in node.ancestors()))


def _nbytes(node: Node) -> int:
    nodes = [node, *node.walk()] if isinstance(node, LayerGroup) else [node]
    grids = [g for n in nodes for g in (getattr(n, "pixels", None), n.mask and n.mask.grid) if g]
    tables = [n.lut.table for n in nodes if isinstance(n, AdjustmentLayer)]
    return sum(each.nbytes for each in (*grids, *tables))
