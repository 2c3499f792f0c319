import dataclasses

import numpy as np
import pytest

from editor.document.adjustment import add_adjustment
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.lut import Lut, lattice
from editor.paint.selection import Combine
from editor.tools.select import EllipseTool, LassoTool, RectangleTool, WandTool
from editor.workspace import Workspace
from tests.tools.gestures import abandon, drag, events, held, opened, picture, play, selected

ALL = [RectangleTool, EllipseTool, LassoTool]
CORNERS = [(50, 50), (250, 60), (240, 250)]


@pytest.fixture(params=[np.uint8, np.uint16])
def workspace(request):
    return opened(picture(dtype=request.param))


def area(workspace):
    return round(selected(workspace).sum() / workspace.document.full)


def test_a_rectangle_selects_whole_pixels(workspace):
    drag(RectangleTool(), workspace, (20.4, 30.4), (120.3, 79.8))
    want = np.zeros((280, 320), bool)
    want[30:80, 20:120] = True
    np.testing.assert_array_equal(selected(workspace), want * workspace.document.full)


def test_an_ellipse_fills_its_box(workspace):
    drag(EllipseTool(), workspace, (20, 30), (220, 130))
    assert area(workspace) == pytest.approx(np.pi * 100 * 50, rel=0.002)
    edge = selected(workspace)[35]
    assert ((edge > 0) & (edge < workspace.document.full)).any(), "smooth edges"


def test_a_lasso_follows_the_pointer(workspace):
    drag(LassoTool(), workspace, (20, 20), (120, 20), (120, 70), (20, 70))
    assert area(workspace) == 100 * 50


@pytest.mark.parametrize("tool", ALL)
def test_the_outline_is_shown_while_dragging(workspace, tool):
    outlines = drag(tool(), workspace, *CORNERS)
    assert len(outlines[-1]) >= 3


@pytest.mark.parametrize("tool", ALL)
def test_escape_leaves_the_selection_alone(workspace, tool):
    drag(RectangleTool(), workspace, (20, 20), (50, 50))
    before = selected(workspace)
    abandon(tool(), workspace, *CORNERS)
    np.testing.assert_array_equal(selected(workspace), before)
    assert len(workspace.document.history.commands) == 1


@pytest.mark.parametrize("tool", ALL)
def test_a_selection_is_undone_and_redone(workspace, tool):
    drag(tool(), workspace, *CORNERS)
    after = selected(workspace)
    workspace.document.history.undo()
    assert workspace.document.selection.is_empty
    workspace.document.history.redo()
    np.testing.assert_array_equal(selected(workspace), after)


@pytest.mark.parametrize(
    ("keys", "want"),
    [
        ({}, 100 * 100),
        ({"shift": True}, 2 * 100 * 100 - 50 * 100),
        ({"alt": True}, 50 * 100),
        ({"shift": True, "alt": True}, 50 * 100),
    ],
)
def test_keys_at_the_press_combine_shapes(workspace, keys, want):
    drag(RectangleTool(), workspace, (50, 50), (150, 150))
    drag(RectangleTool(), workspace, (100, 50), (200, 150), **keys)
    assert area(workspace) == want


def test_the_mode_can_be_chosen(workspace):
    tool = RectangleTool()
    drag(tool, workspace, (50, 50), (150, 150))
    tool.options = dataclasses.replace(tool.options, how=Combine.SUBTRACT)
    drag(tool, workspace, (100, 50), (200, 150))
    assert area(workspace) == 50 * 100


def test_shift_after_the_press_makes_a_square(workspace):
    play(RectangleTool(), workspace, held(events((50, 50), (150, 90)), 1, shift=True))
    assert area(workspace) == 100 * 100
    assert workspace.document.selection.content_bounds() == (50, 50, 100, 100)


def test_alt_after_the_press_draws_from_the_middle(workspace):
    play(RectangleTool(), workspace, held(events((100, 100), (150, 120)), 1, alt=True))
    assert workspace.document.selection.content_bounds() == (50, 80, 100, 40)


def test_shift_held_from_the_press_adds_and_makes_no_square(workspace):
    drag(RectangleTool(), workspace, (50, 50), (150, 90), shift=True)
    assert area(workspace) == 100 * 40


def test_shift_let_go_and_pressed_again_makes_a_square(workspace):
    samples = events((50, 50), (100, 60), (150, 90), shift=True)
    samples[1] = dataclasses.replace(samples[1], shift=False)
    play(RectangleTool(), workspace, samples)
    assert area(workspace) == 100 * 100


@pytest.mark.parametrize("tool", ALL)
def test_a_click_deselects(workspace, tool):
    drag(RectangleTool(), workspace, (20, 20), (50, 50))
    drag(tool(), workspace, (100, 100))
    assert workspace.document.selection.is_empty
    assert workspace.document.history.commands[-1].name == "Deselect"


@pytest.mark.parametrize("tool", ALL)
@pytest.mark.parametrize("keys", [{}, {"shift": True}, {"alt": True}])
def test_a_click_that_changes_nothing_is_no_step(workspace, tool, keys):
    drag(tool(), workspace, (100, 100), **keys)
    assert not workspace.document.history.commands


@pytest.mark.parametrize("keys", [{"shift": True}, {"alt": True}])
def test_a_click_with_a_key_keeps_the_selection(workspace, keys):
    drag(RectangleTool(), workspace, (20, 20), (50, 50))
    drag(RectangleTool(), workspace, (100, 100), **keys)
    assert area(workspace) == 30 * 30


@pytest.mark.parametrize("tool", ALL)
def test_what_is_outside_the_canvas_is_not_selected(workspace, tool):
    """R37."""
    drag(tool(), workspace, (-100, -100), (-50, 900), (900, 800))
    document = workspace.document
    assert len(document.history.commands) == 1
    assert document.rect.contains(document.selection.content_bounds())
    drag(tool(), workspace, (-100, -100), (-50, -70), (-50, -20))
    assert document.selection.is_empty


def test_feathering_softens_the_edge(workspace):
    tool = RectangleTool()
    tool.options = dataclasses.replace(tool.options, feather=10.0)
    drag(tool, workspace, (50, 50), (250, 250))
    row = selected(workspace)[150] / workspace.document.full
    assert row[150] == 1
    assert row[49:51].mean() == pytest.approx(0.5, abs=0.02)
    assert 0 < row[45] < row[55] < 1


@pytest.mark.parametrize("tool", ALL)
def test_there_is_nothing_to_select_without_a_picture(tool):
    assert "Open a picture" in tool().refusal(Workspace())


def walled(dtype):
    """Two rooms of different grays with a white wall between them."""
    full = np.iinfo(dtype).max
    pixels = np.full((280, 320, 4), full, dtype)
    pixels[:, :150, :3] = full // 4
    pixels[:, 170:, :3] = full // 3
    return opened(Document.from_pixels(pixels))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_wand_selects_what_looks_alike_and_hangs_together(dtype):
    workspace, tool = walled(dtype), WandTool()
    drag(tool, workspace, (10, 10), (15, 15))
    assert area(workspace) == 150 * 280
    drag(tool, workspace, (160, 10), shift=True)
    assert area(workspace) == 170 * 280
    tool.options = dataclasses.replace(tool.options, contiguous=False)
    drag(tool, workspace, (10, 10))
    assert area(workspace) == 300 * 280
    drag(tool, workspace, (-10, 10))
    assert workspace.document.selection.is_empty


def test_the_wand_may_look_at_all_layers():
    workspace, tool = walled(np.uint8), WandTool()
    document = workspace.document
    layer = document.new_layer("Empty")
    document.root.insert(1, layer)
    document.activate(layer)
    drag(tool, workspace, (10, 10))
    assert area(workspace) == 320 * 280
    tool.options = dataclasses.replace(tool.options, all_layers=True)
    drag(tool, workspace, (10, 10))
    assert area(workspace) == 150 * 280


def test_escape_keeps_the_wand_from_selecting():
    workspace = walled(np.uint8)
    abandon(WandTool(), workspace, (10, 10), (20, 20))
    assert not workspace.document.history.commands


def test_with_an_adjustment_active_the_wand_looks_at_the_picture():
    """Not at the mask of the adjustment, which is the same all over."""
    workspace = opened(Document.from_pixels(np.full((40, 60, 4), 255, np.uint8)))
    document = workspace.document
    half = np.full((40, 30, 4), (0, 0, 0, 255), np.uint8)
    document.active.pixels.write(Rect(0, 0, 30, 40), half)
    add_adjustment(document, Lut(1 - lattice(2)), "Negative")
    play(WandTool(), workspace, events((5, 5)))
    assert area(workspace) == 30 * 40
