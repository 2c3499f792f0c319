import dataclasses

import numpy as np
import pytest

from editor.document.document import Document
from editor.document.geometry import Rect
from editor.tools.fill import FillTool
from editor.workspace import Workspace
from tests.tools.gestures import abandon, drag, opened, pixels

RED = (1.0, 0.0, 0.0)


def rooms(dtype):
    """Two white rooms with a black wall between them, each crossing a border of tiles."""
    full = np.iinfo(dtype).max
    picture = np.full((300, 400, 4), full, dtype)
    picture[:, 195:205, :3] = 0
    return Document.from_pixels(picture)


@pytest.fixture(params=[np.uint8, np.uint16])
def workspace(request):
    workspace = opened(rooms(request.param))
    workspace.set_colors(RED, (0.0, 0.0, 0.0))
    return workspace


def is_red(workspace):
    full = workspace.document.full
    return (pixels(workspace) == (full, 0, 0, full)).all(-1)


def test_a_click_fills_one_room(workspace):
    drag(FillTool(), workspace, (20, 20))
    want = np.zeros((300, 400), bool)
    want[:, :195] = True
    np.testing.assert_array_equal(is_red(workspace), want)
    assert [c.name for c in workspace.document.history.commands] == ["Fill"]


def test_a_fill_that_is_not_connected_finds_both_rooms(workspace):
    tool = FillTool()
    tool.options = dataclasses.replace(tool.options, contiguous=False)
    drag(tool, workspace, (20, 20))
    assert is_red(workspace).sum() == 390 * 300


def test_a_fill_stays_in_the_selection(workspace):
    document, before = workspace.document, pixels(workspace)
    rect = Rect(10, 10, 50, 60)
    document.selection.write(rect, np.full((60, 50, 1), document.full, document.dtype))
    drag(FillTool(), workspace, (20, 20))
    red = is_red(workspace)
    assert red.sum() == 50 * 60
    np.testing.assert_array_equal(pixels(workspace)[~red], before[~red])


def test_a_fill_may_look_at_all_layers(workspace):
    document = workspace.document
    layer = document.new_layer("Paint")
    document.root.insert(1, layer)
    document.activate(layer)
    tool = FillTool()
    tool.options = dataclasses.replace(tool.options, all_layers=True)
    drag(tool, workspace, (20, 20))
    assert is_red(workspace).sum() == 195 * 300
    assert layer.pixels.content_bounds() == (0, 0, 195, 300)


def test_escape_before_the_release_puts_the_pixels_back(workspace):
    before = pixels(workspace)
    abandon(FillTool(), workspace, (20, 20))
    np.testing.assert_array_equal(pixels(workspace), before)
    assert not workspace.document.history.commands


def test_filling_is_undone(workspace):
    before = pixels(workspace)
    drag(FillTool(), workspace, (20, 20))
    workspace.document.history.undo()
    np.testing.assert_array_equal(pixels(workspace), before)


@pytest.mark.parametrize("at", [(-5, 10), (10, -5), (500, 10), (10, 300)])
def test_a_click_beside_the_canvas_is_no_step(workspace, at):
    """R37."""
    drag(FillTool(), workspace, at)
    assert not workspace.document.history.commands


def test_filling_with_the_color_that_is_there_is_no_step(workspace):
    workspace.set_colors((1.0, 1.0, 1.0), RED)
    drag(FillTool(), workspace, (20, 20))
    assert not workspace.document.history.commands


def test_a_fill_that_cannot_paint_says_why(workspace):
    """R45."""
    assert "Open a picture" in FillTool().refusal(Workspace())
    workspace.document.active.locked = True
    assert "locked" in FillTool().refusal(workspace)
