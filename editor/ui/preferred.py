"""What the user prefers, put into effect."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from editor.settings import Preferences
from editor.ui import theme
from editor.ui.canvas import CanvasView
from editor.ui.safekeeping import Safekeeping
from editor.workspace import View, Workspace
from neural.engine import Engine


class Preferred(QObject):
    """Keeps the parts of a window, and every document, as the preferences want them.

    The theme is there already when this is made: the parts of a window are measured in it.
    """

    def __init__(
        self,
        preferences: Preferences,
        workspace: Workspace,
        canvas: CanvasView,
        engine: Engine,
        safekeeping: Safekeeping,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._preferences = preferences
        self._workspace, self._canvas = workspace, canvas
        self._engine, self._safekeeping = engine, safekeeping
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._show_theme)
        workspace.opened.connect(self._on_opened)
        self.put(preferences)

    def put(self, preferences: Preferences) -> None:
        """Put others into effect."""
        before, self._preferences = self._preferences, preferences
        if preferences.theme != before.theme:
            self._show_theme()
        self._canvas.wheel_scrolls = preferences.wheel_scrolls
        self._engine.device = preferences.device
        self._safekeeping.every(preferences.autosave_s)
        for view in self._workspace.views:
            self._on_opened(view)

    def _show_theme(self) -> None:
        theme.apply(self._preferences.theme)

    def _on_opened(self, view: View) -> None:
        view.document.history.budget = self._preferences.undo_mb << 20
