"""Choosing a tool and its options."""

import pytest

from editor.tools import TOOLS
from editor.ui.toolbox import Toolbox, ToolOptions
from editor.workspace import Workspace


@pytest.fixture
def tools():
    return {tool.id: tool() for tool in TOOLS}


@pytest.fixture
def workspace():
    return Workspace()


@pytest.mark.parametrize("tool_id", [tool.id for tool in TOOLS])
def test_every_tool_has_a_button_with_icon_and_key_and_its_options(
    qtbot, workspace, tools, tool_id
):
    toolbox, options = Toolbox(workspace, tools), ToolOptions(workspace, tools)
    qtbot.addWidget(toolbox)
    qtbot.addWidget(options)
    toolbox.button(tool_id).trigger()
    assert workspace.tool_id == tool_id
    assert toolbox.button(tool_id).isChecked()
    assert not toolbox.button(tool_id).icon().isNull()
    tool, tip = tools[tool_id], toolbox.button(tool_id).toolTip()
    assert tool.name in tip and tool.shortcut.split(";")[0] in tip
    assert type(tool).__doc__.split("\n")[0] in tip, "what it does"
    assert (options.form is None) == (tools[tool_id].options is None)


def test_each_tool_keeps_its_own_size(qtbot, workspace, tools):
    """R41: separate memory for mask and paint."""
    options = ToolOptions(workspace, tools)
    qtbot.addWidget(options)
    sizes = {}
    for i, tool_id in enumerate(("mask", "brush", "eraser")):
        workspace.choose_tool(tool_id)
        options.form.editor("size").setValue(11 * (i + 1))
        sizes[tool_id] = 11 * (i + 1)
    assert {tool_id: tools[tool_id].options.size for tool_id in sizes} == sizes
    workspace.choose_tool("mask")
    assert options.form.value.size == 11


def test_a_tool_chosen_elsewhere_is_shown(qtbot, workspace, tools):
    toolbox = Toolbox(workspace, tools)
    qtbot.addWidget(toolbox)
    workspace.choose_tool("hand")
    assert toolbox.button("hand").isChecked()
    assert not toolbox.button("mask").isChecked()
