"""The middle of the window: a tab for each document, and below the active one."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from editor.ui.canvas import CanvasView
from editor.ui.start_page import StartPage
from editor.ui.tabs import DocumentTabs
from editor.workspace import Workspace


class Stage(QWidget):
    """Shows the canvas, or the start page where nothing is open."""

    def __init__(
        self, workspace: Workspace, tabs: DocumentTabs, canvas: CanvasView, start_page: StartPage
    ) -> None:
        super().__init__()
        self._workspace, self._canvas, self._start_page = workspace, canvas, start_page
        self._stack = QStackedWidget()
        self._stack.addWidget(start_page)
        self._stack.addWidget(canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(tabs)
        column.addWidget(self._stack, 1)
        workspace.active_changed.connect(self._show_active)
        self._show_active()

    def _show_active(self) -> None:
        if self._workspace.active is None:
            self._stack.setCurrentWidget(self._start_page)
        else:
            self._stack.setCurrentWidget(self._canvas)
            self._canvas.setFocus()
