import dataclasses

import numpy as np
import pytest

from editor.document.geometry import Rect
from editor.document.layer import LayerGroup, Mask
from editor.document.tiles import TileGrid
from editor.paint.brush import Brush
from editor.tools.brush import BrushTool, EraserTool, MaskBrushTool
from editor.workspace import Workspace
from tests.tools.gestures import abandon, drag, opened, picture, pixels, selected

DEPTHS = [np.uint8, np.uint16]
RED = (1.0, 0.0, 0.0)
ALL = [BrushTool, EraserTool, MaskBrushTool]


@pytest.fixture(params=DEPTHS)
def workspace(request):
    workspace = opened(picture(dtype=request.param))
    workspace.set_colors(RED, (0.0, 1.0, 0.0))
    return workspace


def state(workspace):
    return pixels(workspace).tobytes(), selected(workspace).tobytes()


def test_a_drag_paints_the_foreground_color(workspace):
    drag(BrushTool(), workspace, (50, 50), (120, 50))
    full = workspace.document.full
    assert tuple(pixels(workspace)[50, 80]) == (full, 0, 0, full)
    assert [c.name for c in workspace.document.history.commands] == ["Brush stroke"]


@pytest.mark.parametrize("tool", ALL)
def test_escape_puts_everything_back(workspace, tool):
    before, told = state(workspace), []
    workspace.document.changed.connect(lambda node, rect: told.append(rect))
    workspace.document.selection_changed.connect(told.append)
    abandon(tool(), workspace, (50, 50), (250, 250), (20, 200))
    assert state(workspace) == before
    assert not workspace.document.history.commands
    painted, reverted = told[:-1], told[-1]
    assert painted and all(reverted.contains(rect) for rect in painted)


@pytest.mark.parametrize("tool", ALL)
def test_undo_and_redo_are_exact(workspace, tool):
    before = state(workspace)
    drag(tool(), workspace, (50, 50), (250, 250))
    after = state(workspace)
    assert after != before
    workspace.document.history.undo()
    assert state(workspace) == before
    workspace.document.history.redo()
    assert state(workspace) == after


@pytest.mark.parametrize("tool", ALL)
def test_from_outside_the_canvas_and_back_is_one_step(workspace, tool):
    """R37."""
    drag(tool(), workspace, (-500, 100), (100, 100), (900, 100), (100, 900))
    assert len(workspace.document.history.commands) == 1
    assert workspace.document.target.bounds().right <= 512


@pytest.mark.parametrize("tool", ALL)
def test_a_gesture_beside_the_canvas_is_no_step(workspace, tool):
    """R37."""
    drag(tool(), workspace, (-500, -500), (-90, -90))
    assert not workspace.document.history.commands


def test_painting_what_is_there_is_no_step(workspace):
    tool = BrushTool()
    drag(tool, workspace, (100, 100))
    tool.options = Brush(size=20)
    drag(tool, workspace, (100, 100))
    assert len(workspace.document.history.commands) == 1


def test_erasing_a_mask_that_is_empty_is_no_step(workspace):
    """R32."""
    drag(MaskBrushTool(), workspace, (50, 50), (90, 90), button="right")
    assert not workspace.document.history.commands
    assert workspace.document.selection.is_empty


def test_the_mask_brush_paints_the_selection_and_the_right_button_erases_it(workspace):
    """R32: every stroke is undone by itself, and pixels stay as they are."""
    before, tool = pixels(workspace), MaskBrushTool()
    drag(tool, workspace, (100, 100), (200, 100))
    assert selected(workspace)[100, 150] == workspace.document.full
    drag(tool, workspace, (150, 100), button="right")
    assert selected(workspace)[100, 150] == 0
    assert selected(workspace)[100, 95] == workspace.document.full
    np.testing.assert_array_equal(pixels(workspace), before)
    workspace.document.history.undo()
    assert selected(workspace)[100, 150] == workspace.document.full
    workspace.document.history.undo()
    assert workspace.document.selection.is_empty


def test_the_mask_brush_can_be_switched_to_erasing(workspace):
    """R32."""
    tool = MaskBrushTool()
    drag(tool, workspace, (100, 100))
    tool.erasing = True
    tool.options = dataclasses.replace(tool.options, size=300)
    drag(tool, workspace, (100, 100))
    assert workspace.document.selection.is_empty


def test_a_selection_limits_the_brush(workspace):
    document, before = workspace.document, pixels(workspace)
    half = np.full((280, 100, 1), document.full, document.dtype)
    document.selection.write(document.rect._replace(w=100), half)
    drag(BrushTool(), workspace, (20, 50), (300, 50))
    after = pixels(workspace)
    np.testing.assert_array_equal(after[:, 100:], before[:, 100:])
    assert tuple(after[50, 50]) == (document.full, 0, 0, document.full)


def said(workspace):
    sentences = []
    workspace.said.connect(sentences.append)
    return sentences


def test_a_stroke_that_the_layer_mask_hides_is_kept_and_said(workspace):
    document, sentences = workspace.document, said(workspace)
    document.active.mask = document.new_mask()
    document.active.mask.grid.write(Rect(0, 0, 320, 140), np.zeros((140, 320, 1), document.dtype))
    drag(BrushTool(), workspace, (50, 50), (200, 50))
    assert len(document.history.commands) == 1
    assert len(sentences) == 1 and sentences[0].startswith("The layer's mask hides")
    drag(BrushTool(), workspace, (50, 50), (200, 200))
    document.active.mask.enabled = False
    drag(BrushTool(), workspace, (50, 90), (200, 90))
    document.active.mask.enabled = True
    document.activate(document.active, mask=True)
    drag(BrushTool(), workspace, (50, 50), (90, 50))
    assert len(sentences) == 1, "it shows"


def test_a_stroke_that_the_mask_of_a_group_hides_names_the_group(workspace):
    document, sentences = workspace.document, said(workspace)
    layer = document.active
    document.root.remove(layer)
    group = LayerGroup("Sky", [layer])
    group.mask = Mask(TileGrid(1, document.dtype))
    document.root.insert(0, group)
    drag(BrushTool(), workspace, (50, 50))
    assert len(sentences) == 1 and "“Sky”" in sentences[0]


def test_a_stroke_beside_the_selection_is_said(workspace):
    document, sentences = workspace.document, said(workspace)
    document.selection.write(
        Rect(0, 0, 50, 50), np.full((50, 50, 1), document.full, document.dtype)
    )
    drag(BrushTool(), workspace, (20, 20), (200, 200))
    assert not sentences
    drag(BrushTool(), workspace, (150, 150), (200, 200))
    assert len(sentences) == 1 and "Ctrl+D" in sentences[0]
    drag(BrushTool(), workspace, (-900, -900))
    assert len(sentences) == 1, "beside the canvas nobody expects anything"


def test_a_stroke_on_a_layer_without_opacity_is_said(workspace):
    sentences = said(workspace)
    workspace.document.active.opacity = 0.0
    drag(BrushTool(), workspace, (20, 20))
    assert len(sentences) == 1 and "0 %" in sentences[0]


def test_a_stroke_where_locked_transparency_refuses_it_is_said(workspace):
    drag(EraserTool(), workspace, (100, 100))
    workspace.document.active.alpha_locked = True
    sentences, tool = said(workspace), BrushTool()
    drag(tool, workspace, (100, 100), (200, 100))
    assert not sentences
    tool.options = Brush(size=10)
    drag(tool, workspace, (100, 100))
    assert len(sentences) == 1 and "transparency is locked" in sentences[0]


def test_the_eraser_takes_alpha(workspace):
    drag(EraserTool(), workspace, (100, 100))
    assert pixels(workspace)[100, 100, 3] == 0


def test_where_alpha_is_locked_the_eraser_paints_the_background(workspace):
    workspace.document.active.alpha_locked = True
    drag(EraserTool(), workspace, (100, 100))
    full = workspace.document.full
    assert tuple(pixels(workspace)[100, 100]) == (0, full, 0, full)


def test_a_mask_takes_the_brightness_of_the_color(workspace):
    document = workspace.document
    document.active.mask = document.new_mask()
    document.activate(document.active, mask=True)
    workspace.set_colors((0.5, 0.5, 0.5), RED)
    drag(BrushTool(), workspace, (100, 100))
    assert pixels(workspace)[100, 100, 0] == int(document.full * 0.5 + 0.5)
    drag(EraserTool(), workspace, (100, 100))
    assert pixels(workspace)[100, 100, 0] == 0
    assert pixels(workspace)[200, 200, 0] == document.full


def test_shift_draws_a_straight_line_from_the_last_stroke(workspace):
    tool = BrushTool()
    drag(tool, workspace, (50, 50))
    drag(tool, workspace, (250, 50), shift=True)
    assert (pixels(workspace)[50, 50:250, 0] == workspace.document.full).all()
    assert len(workspace.document.history.commands) == 2


def test_shift_on_another_document_begins_anew(workspace):
    tool = BrushTool()
    drag(tool, workspace, (50, 50))
    workspace.add(picture(dtype=workspace.document.dtype))
    before = pixels(workspace)
    drag(tool, workspace, (250, 50), shift=True)
    np.testing.assert_array_equal(pixels(workspace)[:, :220], before[:, :220])


def test_a_pen_without_pressure_paints_as_a_mouse_does():
    """R43."""
    points = [(40, 40), (80, 60), (120, 50), (160, 90), (200, 100), (240, 80)]
    mouse, pen = opened(), opened()
    drag(BrushTool(), mouse, *points)
    drag(BrushTool(), pen, *[(x, y, 0.0) for x, y in points])
    np.testing.assert_array_equal(pixels(pen), pixels(mouse))


def test_a_tap_of_a_pen_without_pressure_paints():
    """R43."""
    mouse, pen = opened(), opened()
    drag(BrushTool(), mouse, (40, 40))
    drag(BrushTool(), pen, (40, 40, 0.0))
    np.testing.assert_array_equal(pixels(pen), pixels(mouse))


def test_a_pen_may_begin_and_end_with_no_pressure():
    """R43: only a contact without any pressure at all counts as full."""
    workspace, tool = opened(), BrushTool()
    tool.options = Brush(size=60, hardness=1)
    before = pixels(workspace)
    drag(tool, workspace, (60, 100, 0.0), (62, 100, 0.0), (160, 100, 1.0), (260, 100, 0.0))
    changed = (pixels(workspace) != before).any(-1)
    assert changed[:, 160].sum() == pytest.approx(60, abs=3)
    assert changed[:, 70].sum() < 12
    assert changed[:, 250].sum() < 12


def test_each_tool_remembers_its_own_brush():
    """R41."""
    brush, mask = BrushTool(), MaskBrushTool()
    brush.options = dataclasses.replace(brush.options, size=123)
    assert mask.options.size == MaskBrushTool().options.size
    assert BrushTool().options.size != 123


@pytest.mark.parametrize("tool", [BrushTool, EraserTool])
def test_a_tool_that_cannot_paint_says_why(tool):
    """R45."""
    empty = Workspace()
    assert "Open a picture" in tool().refusal(empty)
    workspace = opened()
    document = workspace.document
    layer = document.active
    assert tool().refusal(workspace) is None
    layer.locked = True
    assert "“Background” is locked" in tool().refusal(workspace)
    layer.locked, layer.visible = False, False
    assert "“Background” is hidden" in tool().refusal(workspace)
    layer.visible = True
    document.root.remove(layer)
    group = LayerGroup("Sky", [layer])
    document.root.insert(0, group)
    group.locked = True
    assert "“Sky” is locked" in tool().refusal(workspace)
    group.locked = False
    document.activate(group)
    assert "a group has no pixels" in tool().refusal(workspace)
    group.mask = document.new_mask()
    document.activate(group, mask=True)
    assert tool().refusal(workspace) is None
    document.activate(None)
    assert "layer" in tool().refusal(workspace)


def test_a_locked_layer_does_not_keep_the_mask_brush_from_painting():
    assert "Open a picture" in MaskBrushTool().refusal(Workspace())
    workspace = opened()
    workspace.document.active.locked = True
    assert MaskBrushTool().refusal(workspace) is None


def test_a_leaning_pen_draws_wider_where_the_brush_says_so():
    widths = []
    for tilt, switch in [((0, 0), True), ((0, -60), True), ((30, 0), True), ((60, 0), False)]:
        workspace, tool = opened(), BrushTool()
        tool.options = Brush(size=20, hardness=1, size_by_tilt=switch)
        before = pixels(workspace)
        drag(tool, workspace, (60, 100), (260, 100), tilt=tilt)
        widths.append((pixels(workspace) != before).any(-1)[:, 160].sum())
    upright, flat, between, ignored = widths
    assert upright == ignored == pytest.approx(20, abs=2)
    assert flat == pytest.approx(80, abs=3)
    assert between == pytest.approx(50, abs=3)
