import dataclasses

import numpy as np
import pytest

from editor.tools.base import PointerEvent
from editor.tools.brush import CloneTool
from tests.tools.gestures import abandon, drag, opened, picture, pixels


@pytest.fixture(params=[np.uint8, np.uint16])
def workspace(request):
    return opened(picture(dtype=request.param))


@pytest.fixture
def tool():
    tool = CloneTool()
    tool.options = dataclasses.replace(tool.options, size=20, hardness=1.0)
    return tool


def test_the_stamp_copies_from_where_ctrl_was_clicked(workspace, tool):
    before = pixels(workspace)
    drag(tool, workspace, (60, 60), ctrl=True)
    drag(tool, workspace, (200, 150), (230, 150))
    after = pixels(workspace)
    np.testing.assert_array_equal(after[145:155, 200:230], before[55:65, 60:90])
    assert [c.name for c in workspace.document.history.commands] == ["Clone stamp stroke"]


def test_later_strokes_keep_the_distance(workspace, tool):
    before = pixels(workspace)
    drag(tool, workspace, (60, 60), ctrl=True)
    drag(tool, workspace, (200, 150))
    drag(tool, workspace, (250, 200))
    np.testing.assert_array_equal(pixels(workspace)[195:205, 245:255], before[105:115, 105:115])
    drag(tool, workspace, (30, 30), ctrl=True)
    before = pixels(workspace)
    drag(tool, workspace, (100, 200))
    np.testing.assert_array_equal(pixels(workspace)[195:205, 95:105], before[25:35, 25:35])


def test_a_stroke_copies_the_pixels_as_they_were(workspace, tool):
    before = pixels(workspace)
    drag(tool, workspace, (60, 100), ctrl=True)
    drag(tool, workspace, (70, 100), (200, 100))
    np.testing.assert_array_equal(pixels(workspace)[100, 75:200], before[100, 65:190])


def test_nothing_is_copied_from_beside_the_picture(workspace, tool):
    before = pixels(workspace)
    drag(tool, workspace, (-50, 100), ctrl=True)
    drag(tool, workspace, (100, 100))
    np.testing.assert_array_equal(pixels(workspace), before)
    assert not workspace.document.history.commands


def test_the_outline_shows_where_is_copied_from(workspace, tool):
    drag(tool, workspace, (60, 60), ctrl=True)
    outlines = drag(tool, workspace, (200, 150), (230, 150))
    middles = [np.mean(outline, axis=0) for outline in outlines]
    np.testing.assert_allclose(middles, [(60, 60), (90, 60)], atol=0.6)


def test_without_a_source_the_stamp_says_what_to_do(workspace, tool):
    said = []
    workspace.said.connect(said.append)
    gesture = tool.drag(workspace, PointerEvent(100, 100))
    assert next(gesture, None) is None
    assert "Hold Ctrl and click" in said[0]
    assert not workspace.document.history.commands


def test_escape_puts_everything_back(workspace, tool):
    before = pixels(workspace)
    drag(tool, workspace, (60, 60), ctrl=True)
    abandon(tool, workspace, (200, 150), (230, 150))
    np.testing.assert_array_equal(pixels(workspace), before)
    abandon(tool, workspace, (10, 10), ctrl=True)
    drag(tool, workspace, (200, 150))
    np.testing.assert_array_equal(pixels(workspace)[145:155, 195:205], before[55:65, 55:65])
