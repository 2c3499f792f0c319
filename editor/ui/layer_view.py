"""The tree of layers, and what pressing the parts of a row does."""

from __future__ import annotations

from weakref import WeakSet

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHeaderView, QTreeView

from editor.document.layer import Node
from editor.ui.layer_delegate import SWITCH, LayerDelegate
from editor.ui.layer_model import NODE, Column, LayerModel
from editor.ui.thumbnails import Thumbnails

Role = Qt.ItemDataRole
Key = Qt.Key


class LayerView(QTreeView):
    """Shows a ``LayerModel``. Signals: the part of a row that was pressed, beside selecting it."""

    pressed_in = Signal(object, str)  # Node, Zone

    def __init__(self, model: LayerModel, thumbnails: Thumbnails) -> None:
        super().__init__()
        self._model = model
        self._collapsed: WeakSet[Node] = WeakSet()
        self._delegate = LayerDelegate(thumbnails, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName("Layers")
        self.setHeaderHidden(True)
        self.setTreePosition(Column.NAME)
        self.setIndentation(14)
        self.setUniformRowHeights(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QTreeView.EditTrigger.DoubleClicked | QTreeView.EditTrigger.EditKeyPressed
        )
        self.setDragDropMode(QTreeView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header = self.header()
        header.setMinimumSectionSize(SWITCH)
        header.setStretchLastSection(False)
        for column in Column:
            wide = column == Column.NAME
            mode = QHeaderView.ResizeMode.Stretch if wide else QHeaderView.ResizeMode.Fixed
            header.setSectionResizeMode(column, mode)
            header.resizeSection(column, SWITCH)
        thumbnails.ready.connect(self.viewport().update)
        self.collapsed.connect(lambda index: self._collapsed.add(index.data(NODE)))
        self.expanded.connect(lambda index: self._collapsed.discard(index.data(NODE)))
        model.rowsInserted.connect(self._expand)

    def _expand(self, parent: QModelIndex, first: int, last: int) -> None:
        """Groups are open until somebody closes them."""
        if parent.isValid() and parent.data(NODE) not in self._collapsed:
            self.expand(parent)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The eye and the lock switch without choosing the row."""
        index = self.indexAt(event.position().toPoint())
        node = self._model.node(index)
        left = event.button() == Qt.MouseButton.LeftButton
        if node is None or index.column() == Column.NAME or not left:
            super().mousePressEvent(event)
            if node is not None and left and index.column() == Column.NAME:
                at = event.position().toPoint() - self.visualRect(index).topLeft()
                self.pressed_in.emit(node, self._delegate.zone(node, at))
            return
        self.toggle(node, Column(index.column()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Twice on the name renames; twice on anything else is pressing it twice."""
        index = self.indexAt(event.position().toPoint())
        at = event.position().toPoint() - self.visualRect(index).topLeft()
        node = self._model.node(index)
        in_name = node is not None and index.column() == Column.NAME
        if node is not None and in_name and self._delegate.zone(node, at) == "text":
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space shows or hides the current layer."""
        node = self._model.node(self.currentIndex())
        if event.key() == Key.Key_Space and node is not None:
            self.toggle(node, Column.EYE)
        else:
            super().keyPressEvent(event)

    def toggle(self, node: Node, column: Column) -> None:
        """Switch the eye or the lock of ``node``."""
        index = self._model.index_of(node, column)
        on = index.data(Role.CheckStateRole) == Qt.CheckState.Checked
        state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
        self._model.setData(index, state, Role.CheckStateRole)
