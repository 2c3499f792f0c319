"""The layer tree as Qt's views want it: the top layer in the first row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from editor.document.arrange import moved
from editor.document.commands import SetProperty
from editor.document.document import Document
from editor.document.history import Command
from editor.document.layer import AdjustmentLayer, LayerGroup, Node
from editor.ui.dragged import MIME, DraggedLayers
from editor.ui.recipe import recipe_text

Index = QModelIndex | QPersistentModelIndex
Role = Qt.ItemDataRole

NODE = Role.UserRole
"""The role under which every column gives its ``Node``."""


class Column(IntEnum):
    EYE = 0
    NAME = 1
    LOCK = 2


@dataclass(eq=False)
class _Row:
    """A node as the views know it so far, with the rows in it from the top layer down."""

    node: Node
    parent: _Row | None = None
    children: list[_Row] = field(default_factory=list)

    def walk(self) -> Iterator[_Row]:
        yield self
        for child in self.children:
            yield from child.walk()


class LayerModel(QAbstractItemModel):
    """Mirrors the tree of one document at a time.

    Views read the mirror, never the tree itself. After every change of the tree the mirror is
    brought into line row by row, each with Qt's own signal, so that selection and expanded groups
    survive whatever a command or an undo did. ``updating`` is true meanwhile: the current row may
    then wander without the user having chosen anything.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.updating = False
        self._document: Document | None = None
        self._root = _Row(LayerGroup(""))
        self._rows: dict[int, _Row] = {}

    @property
    def document(self) -> Document | None:
        return self._document

    def set_document(self, document: Document | None) -> None:
        """Show ``document`` and let go of the one before."""
        if document is self._document:
            return
        if self._document is not None:
            self._document.layers_changed.disconnect(self._follow)
        self.beginResetModel()
        self._document = document
        self._root = _Row(document.root if document is not None else LayerGroup(""))
        self._rows = {}
        self.endResetModel()
        if document is not None:
            document.layers_changed.connect(self._follow)
            self._follow()

    # What views ask.

    def node(self, index: Index) -> Node | None:
        """The node at ``index``, ``None`` outside of all rows."""
        return self._row(index).node if index.isValid() else None

    def index_of(self, node: Node | None, column: int = Column.NAME) -> QModelIndex:
        """Where ``node`` is shown; invalid if it is not."""
        row = self._rows.get(id(node))
        return self._index(row, column) if row is not None else QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, id(self._row(parent).children[row].node))

    def parent(self, child: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override] # noqa: B008
        if not child.isValid():
            return QModelIndex()
        above = self._row(child).parent
        return QModelIndex() if above is None else self._index(above, 0)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.column() > 0 else len(self._row(parent).children)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return len(Column)

    def flags(self, index: Index) -> Qt.ItemFlag:
        node = self.node(index)
        if node is None:
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Column.NAME:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
        else:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        if isinstance(node, LayerGroup):
            return flags | Qt.ItemFlag.ItemIsDropEnabled
        return flags | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Role.DisplayRole) -> object:
        node = self.node(index)
        if node is None:
            return None
        if role == NODE:
            return node
        match Column(index.column()):
            case Column.NAME:
                if role in (Role.DisplayRole, Role.EditRole):
                    return node.name
                if role == Role.ToolTipRole and node.recipe is not None:
                    return recipe_text(node.recipe)
                return _spoken(node) if role == Role.AccessibleTextRole else None
            case Column.EYE:
                return _switch(role, node.visible, ("Visible", "Hidden"))
            case Column.LOCK:
                return _switch(role, node.locked, ("Locked", "Not locked"))

    # What users do.

    def setData(self, index: Index, value: object, role: int = Role.EditRole) -> bool:
        """Rename, show, hide, lock or unlock: each one step of the history."""
        node, document = self.node(index), self._document
        if node is None or document is None:
            return False
        key: str
        new: str | bool
        match index.column(), role:
            case Column.NAME, Role.EditRole:
                key, new, name = "name", str(value).strip(), "Rename layer"
            case Column.EYE, Role.CheckStateRole:
                key, new = "visible", _is_checked(value)
                name = "Show layer" if new else "Hide layer"
            case Column.LOCK, Role.CheckStateRole:
                key, new = "locked", _is_checked(value)
                name = "Lock layer" if new else "Unlock layer"
            case _:
                return False
        if new == "" or new == getattr(node, key):
            return False
        document.history.push(SetProperty(document, node, key, new, name))
        return True

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        assert self._document is not None
        keys = {index.internalId() for index in indexes}
        first = indexes[0] if indexes else QModelIndex()
        return DraggedLayers(keys, self._document, self._row(first).node)

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction | Qt.DropAction.CopyAction

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def canDropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        return self._drop(data, row, parent) is not None

    def dropMimeData(
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        command = self._drop(data, row, parent)
        if command is None or self._document is None:
            return False
        self._document.history.push(command)
        return True

    def _drop(self, data: QMimeData, row: int, parent: Index) -> Command | None:
        """The command that dropping ``data`` there would be; ``None`` if nothing would move.

        row: in front of which row; -1 is on ``parent`` itself: on top of all in a group, below
        everything in the empty space under the rows.
        """
        if self._document is None or not data.hasFormat(MIME):
            return None
        keys = [int(key) for key in data.data(MIME).toStdString().split()]
        nodes = [self._rows[key].node for key in keys if key in self._rows]
        group = self.node(parent) if parent.isValid() else self._document.root
        if not isinstance(group, LayerGroup):
            return None
        below = len(group.children) - row if row >= 0 else 0 if group.parent is None else None
        return moved(self._document, nodes, group, below)

    # Keeping up.

    def _row(self, index: Index) -> _Row:
        return self._rows[index.internalId()] if index.isValid() else self._root

    def _index(self, row: _Row, column: int) -> QModelIndex:
        if row.parent is None:
            return QModelIndex()
        return self.createIndex(row.parent.children.index(row), column, id(row.node))

    def _follow(self) -> None:
        self.updating = True
        self._arrange(self._root)
        self._trim(self._root)
        for row in self._root.walk():
            if row.children:
                first, last = row.children[0], row.children[-1]
                self.dataChanged.emit(self._index(first, 0), self._index(last, len(Column) - 1))
        self.updating = False

    def _arrange(self, row: _Row) -> None:
        """Give every group from ``row`` down its nodes in order, bringing them from anywhere.

        A row is placed only when those around it are, so it cannot come to lie in itself. Rows
        that belong elsewhere, or nowhere, gather at the end of their group.
        """
        for at, node in enumerate(_shown(row.node)):
            known = self._rows.get(id(node))
            if known is None:
                self.beginInsertRows(self._index(row, 0), at, at)
                known = self._rows[id(node)] = _Row(node, row)
                row.children.insert(at, known)
                self.endInsertRows()
            elif at >= len(row.children) or row.children[at] is not known:
                self._move(known, row, at)
            self._arrange(known)

    def _move(self, moving: _Row, row: _Row, at: int) -> None:
        old = moving.parent
        assert old is not None
        source = old.children.index(moving)
        self.beginMoveRows(self._index(old, 0), source, source, self._index(row, 0), at)
        del old.children[source]
        row.children.insert(at, moving)
        moving.parent = row
        self.endMoveRows()

    def _trim(self, row: _Row) -> None:
        """Remove what is left over in every group from ``row`` down."""
        count = len(_shown(row.node))
        if len(row.children) > count:
            self.beginRemoveRows(self._index(row, 0), count, len(row.children) - 1)
            for gone in row.children[count:]:
                for each in gone.walk():
                    del self._rows[id(each.node)]
            del row.children[count:]
            self.endRemoveRows()
        for child in row.children:
            self._trim(child)


def _shown(node: Node) -> list[Node]:
    return node.children[::-1] if isinstance(node, LayerGroup) else []


def _spoken(node: Node) -> str:
    kinds = {LayerGroup: "group", AdjustmentLayer: "adjustment"}
    kind = kinds.get(type(node), "layer")
    states = [
        *(["hidden"] if not node.visible else []),
        *(["locked"] if node.locked else []),
        *(["with mask"] if node.mask is not None else []),
        *(["neural"] if node.recipe is not None else []),
    ]
    return ", ".join([f"{node.name}, {kind}", *states])


def _switch(role: int, on: bool, words: tuple[str, str]) -> object:
    if role == Role.CheckStateRole:
        return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
    return words[not on] if role in (Role.AccessibleTextRole, Role.ToolTipRole) else None


def _is_checked(value: object) -> bool:
    return value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value, True)
