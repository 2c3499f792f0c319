"""Where the parts of the window are, which of them are shown, and how they were left last time."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from editor import paths
from editor.atomic import replacing

VERSION = 2
"""Of the arrangement: another one forgets how the docks were left."""


WIDTH = 296
"""Of the docks, in logical pixels, on the first day."""


class Layout:
    """Docks, bars and the state of one window."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._bars: list[QWidget] = []
        self._hidden: list[QWidget] = []
        self._before = QByteArray()
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.RightDockWidgetArea, QTabWidget.TabPosition.North)

    def add_docks(self, docks: Sequence[tuple[str, str, QWidget, int]]) -> None:
        """Stack docks at the right: id, title, widget and height; one of height 0 becomes a tab of
        the one before it."""
        stacked: list[QDockWidget] = []
        for part, title, widget, height in docks:
            dock = QDockWidget(title, self._window)
            dock.setObjectName(part)
            dock.setWidget(widget)
            if height:
                self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
                stacked.append(dock)
            else:
                before = list(self._docks.values())[-1]
                self._window.tabifyDockWidget(before, dock)
                for tab in (before, dock):
                    tab.setTitleBarWidget(QWidget())  # the tab is the title
                stacked[-1].raise_()
            self._docks[part] = dock
        heights = [height for *_, height in docks if height]
        self._window.resizeDocks(stacked, heights, Qt.Orientation.Vertical)
        self._window.resizeDocks(stacked[:1], [WIDTH], Qt.Orientation.Horizontal)

    def add_bars(self, *bars: QWidget) -> None:
        """What "canvas only" hides beside the docks."""
        self._bars += bars

    def toggle(self, part: str) -> None:
        """Show or hide "canvas-only", "full-screen" or a dock."""
        if part == "full-screen":
            self._window.setWindowState(
                self._window.windowState() ^ Qt.WindowState.WindowFullScreen
            )
        elif part != "canvas-only":
            self._docks[part].setVisible(not self.is_on(part))
            self._docks[part].raise_()
        elif self._hidden:
            self._show_hidden()
        else:
            self._before = self._window.saveState(VERSION)
            parts = [*self._docks.values(), *self._bars]
            self._hidden = [part for part in parts if not part.isHidden()]  # also tabs behind tabs
            for widget in self._hidden:
                widget.hide()

    def is_on(self, part: str) -> bool:
        """Whether ``toggle`` would switch that off."""
        if part == "full-screen":
            return self._window.isFullScreen()
        if part == "canvas-only":
            return bool(self._hidden)
        return self._docks[part].isVisible()

    def show(self, part: str) -> None:
        """Bring a dock to the front."""
        self._docks[part].show()
        self._docks[part].raise_()

    def restore(self) -> None:
        """Put everything where it was at the end of the last run; a new window gets most of the
        screen."""
        state = _load()
        geometry, docks = state.get("geometry"), state.get("docks")
        if not (isinstance(geometry, str) and self._window.restoreGeometry(_bytes(geometry))):
            screen = self._window.screen().availableGeometry()
            self._window.resize(min(screen.width() * 9 // 10, 1720), screen.height() * 9 // 10)
        if isinstance(docks, str):
            self._window.restoreState(_bytes(docks), VERSION)

    def save(self) -> None:
        """Remember where everything is."""
        self._show_hidden()
        geometry, docks = self._window.saveGeometry(), self._window.saveState(VERSION)
        state = {"geometry": _text(geometry), "docks": _text(docks)}
        path = paths.state() / "window.json"
        with contextlib.suppress(OSError):  # the next window starts where a new one does
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                file.write(json.dumps(state).encode())

    def _show_hidden(self) -> None:
        if self._hidden:
            for widget in self._hidden:
                widget.show()
            self._hidden = []
            self._window.restoreState(self._before, VERSION)  # the sizes of docks, and their tabs


def _load() -> dict[str, Any]:
    try:
        state = json.loads((paths.state() / "window.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return state if isinstance(state, dict) else {}


def _bytes(text: str) -> QByteArray:
    return QByteArray.fromBase64(text.encode())


def _text(data: QByteArray) -> str:
    return bytes(data.toBase64().data()).decode()
