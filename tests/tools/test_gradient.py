import dataclasses

import numpy as np
import pytest

from editor.document.document import Document
from editor.document.geometry import Rect
from editor.paint.gradient import Form
from editor.tools.fill import GradientTo, GradientTool
from editor.workspace import Workspace
from tests.golden import assert_golden
from tests.tools.gestures import abandon, drag, events, held, opened, pixels, play

RED, BLUE = (1.0, 0.0, 0.0), (0.0, 0.0, 1.0)


@pytest.fixture(params=[np.uint8, np.uint16])
def workspace(request):
    full = np.iinfo(request.param).max
    workspace = opened(Document.from_pixels(np.full((200, 300, 4), full, request.param)))
    workspace.set_colors(RED, BLUE)
    return workspace


def test_a_gradient_goes_from_foreground_to_background(workspace):
    drag(GradientTool(), workspace, (50, 100), (250, 100))
    full = workspace.document.full
    got = pixels(workspace)
    assert (got[:, :50] == (full, 0, 0, full)).all(), "plain before its start"
    assert (got[:, 250:] == (0, 0, full, full)).all(), "plain beyond its end"
    want = np.linspace(1, 0, 200, endpoint=False) - 1 / 400
    np.testing.assert_allclose(got[100, 50:250, 0] / full, want, atol=1.2 / full + 1e-5)
    assert [c.name for c in workspace.document.history.commands] == ["Gradient"]


def test_a_radial_gradient_is_round():
    workspace = opened(Document.from_pixels(np.full((128, 192, 4), 255, np.uint8)))
    workspace.set_colors((1.0, 0.9, 0.2), (0.3, 0.0, 0.5))
    tool = GradientTool()
    tool.options = dataclasses.replace(tool.options, form=Form.RADIAL)
    drag(tool, workspace, (90, 60), (150, 60))
    assert_golden("gradient-radial", pixels(workspace))


def test_a_gradient_to_nothing_leaves_the_picture_at_its_end(workspace):
    tool = GradientTool()
    tool.options = dataclasses.replace(tool.options, to=GradientTo.NOTHING)
    drag(tool, workspace, (50, 100), (250, 100))
    full = workspace.document.full
    got = pixels(workspace)
    assert (got[:, 250:] == full).all()
    assert (got[:, :50] == (full, 0, 0, full)).all()
    assert got[100, 150, 1] / full == pytest.approx(0.5, abs=0.01)


def test_steps_of_8_bits_are_dithered():
    workspace = opened(Document.from_pixels(np.full((64, 600, 4), 255, np.uint8)))
    workspace.set_colors((0.50, 0.5, 0.5), (0.52, 0.5, 0.5))
    drag(GradientTool(), workspace, (0, 0), (600, 0))
    mean = pixels(workspace)[..., 0].mean(0)
    want = 255 * np.linspace(0.50, 0.52, 600)
    assert np.abs(mean - want).max() < 0.3, "without noise it would be up to 0.5"


def test_shift_keeps_to_45_degrees(workspace):
    play(GradientTool(), workspace, held(events((50, 100), (250, 120)), 1, shift=True))
    columns = pixels(workspace).astype(int)
    assert np.abs(columns - columns[:1]).max() <= 1


def test_a_selection_limits_a_gradient(workspace):
    document, before = workspace.document, pixels(workspace)
    box = np.full((40, 30, 1), document.full, document.dtype)
    document.selection.write(Rect(100, 50, 30, 40), box)
    drag(GradientTool(), workspace, (50, 100), (250, 100))
    after = pixels(workspace)
    inside = np.zeros((200, 300), bool)
    inside[50:90, 100:130] = True
    np.testing.assert_array_equal(after[~inside], before[~inside])
    assert (after[inside] != before[inside]).any()


def test_undo_is_exact_and_reverse_swaps_the_ends(workspace):
    before, tool = pixels(workspace), GradientTool()
    drag(tool, workspace, (50, 100), (250, 100))
    workspace.document.history.undo()
    np.testing.assert_array_equal(pixels(workspace), before)
    tool.options = dataclasses.replace(tool.options, reverse=True)
    drag(tool, workspace, (50, 100), (250, 100))
    assert tuple(pixels(workspace)[0, 0, :3]) == (0, 0, workspace.document.full)


def test_nothing_is_painted_before_the_release_or_without_a_line(workspace):
    before = pixels(workspace)
    abandon(GradientTool(), workspace, (50, 100), (250, 100))
    drag(GradientTool(), workspace, (50, 100))
    np.testing.assert_array_equal(pixels(workspace), before)
    assert not workspace.document.history.commands


def test_a_gradient_that_cannot_be_painted_says_why():
    """R45."""
    assert "Open a picture" in GradientTool().refusal(Workspace())
