"""One tab per open document."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QMouseEvent, Qt
from PySide6.QtWidgets import QTabBar

from editor.workspace import View, Workspace


class DocumentTabs(QTabBar):
    """Shows and changes which document is active; a dot marks unsaved changes.

    ``close_asked(view)``: the user wants to close it.
    """

    close_asked = Signal(object)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self.setDocumentMode(True)
        self.setExpanding(False)
        self.setTabsClosable(True)
        self.setMovable(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setUsesScrollButtons(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoHide(False)
        self.setVisible(False)
        workspace.opened.connect(self._on_opened)
        workspace.closed.connect(lambda view: self._rebuild())
        workspace.active_changed.connect(self._show_active)
        self.currentChanged.connect(self._on_chosen)
        self.tabMoved.connect(self._on_moved)
        self.tabCloseRequested.connect(lambda i: self.close_asked.emit(workspace.views[i]))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and index >= 0:
            self.close_asked.emit(self._workspace.views[index])

    def _on_opened(self, view: View) -> None:
        view.document.history.changed.connect(self._show_titles)
        view.document.saved_as.connect(self._show_titles)
        self._rebuild()

    def _rebuild(self) -> None:
        views = self._workspace.views
        while self.count() > len(views):
            self.removeTab(self.count() - 1)
        while self.count() < len(views):
            self.addTab("")
        self.setVisible(bool(views))
        self._show_titles()
        self._show_active()

    def _show_titles(self) -> None:
        for index, view in enumerate(self._workspace.views):
            title = title_of(view)
            if title != self.tabText(index):
                self.setTabText(index, title)
                self.setTabToolTip(index, str(view.document.source.path or "Not saved yet"))

    def _show_active(self) -> None:
        view = self._workspace.active
        if view is not None and self.count() == len(self._workspace.views):
            self.setCurrentIndex(self._workspace.views.index(view))

    def _on_chosen(self, index: int) -> None:
        views = self._workspace.views
        if 0 <= index < len(views) and self.count() == len(views):
            self._workspace.activate(views[index])

    def _on_moved(self, old: int, new: int) -> None:
        """A tab was dragged; Qt tells this before it says which one is current."""
        views = self._workspace.views
        views.insert(new, views.pop(old))
        self._show_titles()


def title_of(view: View) -> str:
    """The name of a document, with a dot if it has unsaved changes."""
    mark = "" if view.document.history.is_clean else " •"
    return f"{view.document.source.title}{mark}"
