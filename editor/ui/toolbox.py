"""The tools to choose from, and the options of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolBar, QWidget

from editor.tools.base import Tool
from editor.ui import icons
from editor.ui.form import Form
from editor.ui.theme import SPACE
from editor.workspace import Workspace


class Toolbox(QToolBar):
    """One button per tool; its shortcut works in the whole window."""

    def __init__(self, workspace: Workspace, tools: Mapping[str, Tool]) -> None:
        super().__init__("Tools")
        self.setObjectName("tools")
        self.setOrientation(Qt.Orientation.Vertical)
        self.setMovable(False)
        self.setIconSize(QSize(20, 20))
        self._workspace = workspace
        self._group = QActionGroup(self)
        self._buttons: dict[str, QAction] = {}
        for tool in tools.values():
            action = QAction(icons.icon(tool.icon), tool.name, self)
            action.setCheckable(True)
            action.setShortcuts(QKeySequence.listFromString(tool.shortcut))
            action.setToolTip(_tip(tool))
            action.triggered.connect(lambda _, tool_id=tool.id: workspace.choose_tool(tool_id))
            self._group.addAction(action)
            self.addAction(action)
            self._buttons[tool.id] = action
        workspace.tool_changed.connect(self._show_chosen)
        self._show_chosen()

    def button(self, tool_id: str) -> QAction:
        """What chooses the tool with this id."""
        return self._buttons[tool_id]

    def _show_chosen(self) -> None:
        self._buttons[self._workspace.tool_id].setChecked(True)


class OptionsBar(QToolBar):
    """Holds the options of the tool."""

    def __init__(self, options: ToolOptions) -> None:
        super().__init__("Tool options")
        self.setObjectName("tool-options")
        self.setMovable(False)
        self.addWidget(options)


class ToolOptions(QWidget):
    """The options of the active tool, in one line; what is changed acts at once (R41).

    Every tool keeps its own options, so size and hardness are remembered for each.
    """

    def __init__(self, workspace: Workspace, tools: Mapping[str, Tool]) -> None:
        super().__init__()
        self._workspace, self._tools = workspace, tools
        self._name = QLabel()
        self._name.setMinimumWidth(32 * SPACE)
        self._form: Form | None = None
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(3 * SPACE, SPACE, 3 * SPACE, SPACE)
        self._layout.setSpacing(3 * SPACE)
        self._layout.addWidget(self._name)
        self.setFixedHeight(9 * SPACE)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        workspace.tool_changed.connect(self._show_tool)
        self._show_tool()

    @property
    def form(self) -> Form | None:
        """The form of the active tool, ``None`` if it has no options."""
        return self._form

    def refresh(self) -> None:
        """Show the options as they are now."""
        self._show_name()
        if self._form is not None:
            self._form.set_value(self._tool.options)

    @property
    def _tool(self) -> Tool:
        return self._tools[self._workspace.tool_id]

    def _show_tool(self) -> None:
        if self._form is not None:
            self._form.deleteLater()
            self._form = None
        self._show_name()
        if self._tool.options is not None:
            self._form = Form(self._tool.options, horizontal=True)
            self._form.changed.connect(self._accept)
            self._layout.addWidget(self._form, 1)

    def _show_name(self) -> None:
        erases = " · erase" if self._tool.erasing else ""
        self._name.setText(f"{self._tool.name}{erases}")

    def _accept(self, options: Any) -> None:
        self._tool.options = options


def _tip(tool: Tool) -> str:
    """Name and shortcut, and below what the tool does."""
    shortcut, does = tool.shortcut.replace("; ", ", "), (tool.__doc__ or "").split("\n")[0]
    return f"<p style='white-space: pre'><b>{tool.name}</b>  ({shortcut})</p><p>{does}</p>"
