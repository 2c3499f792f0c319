"""The steps of the active document; choosing one goes there."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from editor.document.history import Command, History
from editor.workspace import Workspace

Role = Qt.ItemDataRole

START = "Start of history"
ROW = QSize(0, 26)


class HistoryPanel(QWidget):
    """A list from the oldest step to the latest; steps that were undone are dimmed."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._history: History | None = None
        self.model = HistoryModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setAccessibleName("History")
        self.list.setStyleSheet("QListView::item { padding-left: 4px; }")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.list)
        self.list.selectionModel().currentChanged.connect(self._go)
        workspace.active_changed.connect(self._show_document)
        self._show_document()

    def _show_document(self) -> None:
        if self._history is not None:
            self._history.changed.disconnect(self._follow)
        view = self._workspace.active
        self._history = view.document.history if view is not None else None
        if self._history is not None:
            self._history.changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        history = self._history
        if history is None:
            self.model.show_steps(None, 0)
        else:
            self.model.show_steps(history.commands, history.done)
            self.list.setCurrentIndex(self.model.index(history.done, 0))

    def _go(self, index: QModelIndex) -> None:
        if self._history is not None and index.isValid() and index.row() != self._history.done:
            self._history.go_to(index.row())


class HistoryModel(QAbstractListModel):
    """Row ``n`` is the document with the first ``n`` steps in effect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: list[str] = []
        self._done = 0

    def show_steps(self, commands: tuple[Command, ...] | None, done: int) -> None:
        """Commands, the oldest first, the first ``done`` in effect; ``None``: no document."""
        self._done = done
        names = [] if commands is None else [START, *(each.name for each in commands)]
        if names == self._names and names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(names) - 1, 0))
            return
        self.beginResetModel()
        self._names = names
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._names)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Role.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        undone = index.row() > self._done
        name = self._names[index.row()]
        match role:
            case Role.DisplayRole:
                return name
            case Role.AccessibleTextRole:
                return f"{name}, undone" if undone else name
            case Role.ForegroundRole if undone:
                return QGuiApplication.palette().placeholderText()
            case Role.SizeHintRole:
                return ROW
        return None
