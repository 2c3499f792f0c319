import dataclasses

import numpy as np
import pytest

from editor.document.commands import Reshape
from editor.document.geometry import Rect, Size
from editor.tools.crop import CropTool, Ratio
from editor.workspace import Workspace
from tests.tools.gestures import abandon, drag, events, held, opened, picture, play


@pytest.fixture(params=[np.uint8, np.uint16])
def workspace(request):
    return opened(picture(dtype=request.param))


def box(tool, workspace):
    """The pending box as left, top, right, bottom."""
    outline = tool.outline(workspace)
    if outline is None:
        return None
    xs, ys = zip(*outline, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@pytest.fixture
def tool(workspace):
    """With a box pending."""
    tool = CropTool()
    drag(tool, workspace, (50.4, 60.4), (200, 180))
    assert box(tool, workspace) == (50, 60, 200, 180)
    return tool


def test_nothing_happens_before_enter(workspace, tool):
    assert workspace.document.size == (320, 280)
    assert not workspace.document.history.commands


def test_enter_crops_layers_masks_and_the_selection(workspace, tool):
    document = workspace.document
    before = document.active.pixels.read(Rect(50, 60, 150, 120))
    mask = document.active.mask = document.new_mask()
    mask.grid.write(Rect(60, 70, 10, 10), np.zeros((10, 10, 1), document.dtype))
    full = np.full((10, 10, 1), document.full, document.dtype)
    document.selection.write(Rect(45, 55, 10, 10), full)
    tool.commit(workspace)
    assert document.size == (150, 120)
    np.testing.assert_array_equal(document.active.pixels.read(document.rect), before)
    assert document.active.pixels.content_bounds() == document.rect
    assert mask.grid.content_bounds() == (10, 10, 10, 10)
    assert document.selection.content_bounds() == (0, 0, 5, 5)
    assert tool.outline(workspace) is None
    document.history.undo()
    assert document.size == (320, 280)
    assert document.active.pixels.content_bounds() == document.rect
    assert document.selection.content_bounds() == (45, 55, 10, 10)


def test_escape_drops_the_box(workspace, tool):
    tool.cancel(workspace)
    assert tool.outline(workspace) is None
    tool.commit(workspace)
    assert not workspace.document.history.commands


def test_escape_during_a_drag_leaves_the_box_as_it_was(workspace, tool):
    abandon(tool, workspace, (200, 180), (300, 270))
    assert box(tool, workspace) == (50, 60, 200, 180)
    other = CropTool()
    abandon(other, workspace, (10, 10), (100, 100))
    assert other.outline(workspace) is None


@pytest.mark.parametrize(
    ("grip", "by", "want"),
    [
        ((120, 120), (30, -20), (80, 40, 230, 160)),
        ((120, 120), (900, -900), (170, 0, 320, 120)),
        ((50, 120), (-20, 55), (30, 60, 200, 180)),
        ((200, 120), (20, 55), (50, 60, 220, 180)),
        ((120, 60), (20, 30), (50, 90, 200, 180)),
        ((120, 180), (20, 30), (50, 60, 200, 210)),
        ((50, 60), (10, 20), (60, 80, 200, 180)),
        ((200, 180), (-10, -20), (50, 60, 190, 160)),
        ((200, 60), (900, -900), (50, 0, 320, 180)),
        ((200, 180), (-190, -20), (10, 60, 50, 160)),
        ((5, 5), (20, 30), (5, 5, 25, 35)),
    ],
)
def test_dragging_moves_the_box_or_pulls_its_edges(workspace, tool, grip, by, want):
    drag(tool, workspace, grip, (grip[0] + by[0], grip[1] + by[1]))
    assert box(tool, workspace) == want


def test_edges_are_found_within_the_same_distance_on_the_screen(workspace, tool):
    workspace.viewport.zoom = 0.25
    drag(tool, workspace, (230, 120), (250, 120))
    assert box(tool, workspace) == (50, 60, 220, 180)
    workspace.viewport.zoom = 4.0
    drag(tool, workspace, (216, 120), (226, 120))
    assert box(tool, workspace) == (60, 60, 230, 180)


def test_a_box_too_small_for_its_edges_can_still_be_moved(workspace):
    tool = CropTool()
    drag(tool, workspace, (100, 100), (115, 115))
    drag(tool, workspace, (108, 107), (208, 147))
    assert box(tool, workspace) == (200, 140, 215, 155)


def test_shift_makes_a_square(workspace):
    tool = CropTool()
    play(tool, workspace, held(events((20, 20), (100, 60)), 1, shift=True))
    assert box(tool, workspace) == (20, 20, 100, 100)
    play(tool, workspace, held(events((100, 60), (120, 60)), 1, shift=True))
    assert box(tool, workspace) == (20, 10, 120, 110)


@pytest.mark.parametrize("ratio", [r for r in Ratio if r is not Ratio.FREE])
@pytest.mark.parametrize("to", [(200, 50), (60, 250), (900, 900), (-900, -900), (10, 100)])
def test_a_ratio_holds_within_the_canvas(workspace, ratio, to):
    tool = CropTool()
    tool.options = dataclasses.replace(tool.options, ratio=ratio)
    drag(tool, workspace, (40, 40), to)
    left, top, right, bottom = box(tool, workspace)
    wanted = ratio.of(workspace.document)
    assert abs((right - left) - (bottom - top) * wanted) <= max(1, wanted)
    assert left >= 0 and top >= 0 and right <= 320 and bottom <= 280


def test_a_box_never_leaves_the_canvas(workspace):
    """R37."""
    tool = CropTool()
    drag(tool, workspace, (-90, -90), (900, 900))
    assert box(tool, workspace) == (0, 0, 320, 280)
    tool.commit(workspace)
    assert not workspace.document.history.commands, "the whole canvas is no crop"


def test_a_box_shrinks_with_the_canvas(workspace, tool):
    document = workspace.document
    document.history.push(Reshape(document, "Crop", Size(100, 280), []))
    assert box(tool, workspace) == (50, 60, 100, 180)
    document.history.push(Reshape(document, "Crop", Size(40, 280), []))
    assert box(tool, workspace) is None


def test_a_click_beside_the_box_drops_it(workspace, tool):
    drag(tool, workspace, (300, 20))
    assert tool.outline(workspace) is None


def test_every_document_has_its_own_box(workspace, tool):
    first = workspace.active
    workspace.add(picture())
    assert tool.outline(workspace) is None
    workspace.activate(first)
    assert box(tool, workspace) == (50, 60, 200, 180)


def test_there_is_nothing_to_crop_without_a_picture():
    tool = CropTool()
    assert "Open a picture" in tool.refusal(Workspace())
    assert tool.outline(Workspace()) is None
    tool.cancel(Workspace())
