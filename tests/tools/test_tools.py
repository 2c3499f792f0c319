"""What holds for every tool."""

import dataclasses
import random

import numpy as np
import pytest

from editor.document.layer import Layer, LayerGroup
from editor.paint.transform import every_grid
from editor.tools import TOOLS
from editor.tools.base import PointerEvent
from editor.tools.brush import BrushTool
from editor.tools.view import PickerTool
from editor.workspace import Workspace
from tests.formats.profiles import ADOBE_RGB, rgb_profile
from tests.tools.gestures import drag, opened, picture, pixels


def test_ids_names_and_shortcuts_are_unique():
    for values in (
        [tool.id for tool in TOOLS],
        [tool.name for tool in TOOLS],
        [tool.icon for tool in TOOLS],
        [key.strip() for tool in TOOLS for key in tool.shortcut.split(";")],
    ):
        assert len(set(values)) == len(values)


def test_the_mask_brush_comes_first_and_is_what_a_workspace_begins_with():
    """R35."""
    assert TOOLS[0].id == "mask" == Workspace().tool_id


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)
def test_every_option_has_a_label(tool):
    options = tool().options
    if options is not None:
        assert all(field.metadata.get("label") for field in dataclasses.fields(options))


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)
def test_two_tools_share_no_state(tool):
    """R41."""
    one, other = tool(), tool()
    if one.options is not None:
        number = next((f for f in dataclasses.fields(one.options) if f.type == "float"), None)
        if number is not None:
            one.options = dataclasses.replace(one.options, **{number.name: 0.77})
            assert getattr(other.options, number.name) != 0.77


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)
def test_every_tool_refuses_to_work_on_nothing(tool):
    """R45."""
    refusal = tool().refusal(Workspace())
    assert refusal is not None
    assert refusal.endswith(".")


def layered(dtype):
    """A picture, a group with a masked layer in it, an empty layer on top."""
    document = picture(dtype=dtype)
    inner = Layer("Inner", picture(120, 90, dtype, seed=1).root.children[0].pixels)
    inner.mask = document.new_mask()
    inner.alpha_locked = True
    document.root.insert(1, LayerGroup("Group", [inner]))
    document.root.insert(2, document.new_layer("Top"))
    return document


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_whatever_is_done_is_undone_and_redone_exactly(dtype, seed):
    """R36, for random gestures of all tools, a third of them abandoned."""
    rng = random.Random(seed)
    document = layered(dtype)
    workspace, tools = opened(document), [tool() for tool in TOOLS]
    before = [grid.snapshot() for grid in every_grid(document)]
    size = document.size
    nodes = list(document.root.walk())
    for _ in range(110):
        node = rng.choice(nodes)
        document.activate(node, mask=node.mask is not None and rng.random() < 0.5)
        workspace.set_colors((rng.random(), rng.random(), rng.random()), (rng.random(), 0.5, 0.1))
        tool = rng.choice(tools)
        if tool.refusal(workspace) is None:
            random_gesture(rng, tool, workspace)
    after = [grid.snapshot() for grid in every_grid(document)]
    assert len(document.history.commands) > 15
    for _ in range(2):
        document.history.go_to(0)
        assert document.size == size
        for grid, want in zip(every_grid(document), before, strict=True):
            assert grid.changes_since(want) == {}
        document.history.go_to(len(document.history.commands))
        for grid, want in zip(every_grid(document), after, strict=True):
            assert grid.changes_since(want) == {}


def random_gesture(rng, tool, workspace):
    """One gesture somewhere on or around the canvas, released or abandoned."""
    keys = {key: rng.random() < 0.2 for key in ("shift", "ctrl", "alt")}
    button = rng.choice(["left", "right"])

    def sample():
        x, y = rng.uniform(-60, 380), rng.uniform(-60, 340)
        return PointerEvent(x, y, (x, y), rng.random(), button=button, **keys)

    document = workspace.document
    before = [grid.snapshot() for grid in every_grid(document)]
    steps = len(document.history.commands)
    gesture = tool.drag(workspace, sample())
    if next(gesture, "over") == "over":
        return
    for _ in range(rng.randrange(5)):
        gesture.send(sample())
    if rng.random() < 0.33:
        gesture.close()
        assert len(document.history.commands) == steps
        for grid, want in zip(every_grid(document), before, strict=True):
            assert grid.changes_since(want) == {}
    else:
        with pytest.raises(StopIteration):
            gesture.send(None)
        if rng.random() < 0.3:
            tool.commit(workspace)


def test_a_color_is_painted_as_it_looks_and_picked_as_it_was_chosen():
    document = picture()
    document.metadata = dataclasses.replace(
        document.metadata, profile=rgb_profile("Adobe-like", ADOBE_RGB)
    )
    workspace = opened(document)
    red = (0.8, 0.2, 0.1)
    workspace.set_colors(red, (1.0, 1.0, 1.0))
    drag(BrushTool(), workspace, (100, 100))
    assert abs(pixels(workspace)[100, 100, 0] - 0.8 * 255) > 8, "other values in a wider space"
    workspace.set_colors((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    drag(PickerTool(), workspace, (100, 100))
    assert workspace.foreground == pytest.approx(red, abs=2 / 255)
