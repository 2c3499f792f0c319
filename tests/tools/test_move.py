import numpy as np
import pytest

from editor.document.adjustment import add_adjustment
from editor.document.geometry import Rect
from editor.document.layer import Layer, LayerGroup
from editor.document.lut import Lut, lattice
from editor.document.tiles import TileGrid
from editor.tools.move import MoveTool
from editor.workspace import Workspace
from tests.tools.gestures import abandon, drag, events, held, opened, picture, play, selected


@pytest.fixture(params=[np.uint8, np.uint16])
def workspace(request):
    return opened(picture(dtype=request.param))


def content(workspace):
    return workspace.document.active.pixels.content_bounds()


def test_a_drag_moves_the_layer_by_whole_pixels(workspace):
    before = workspace.document.active.pixels.read(workspace.document.rect)
    drag(MoveTool(), workspace, (50.2, 50.2), (60, 60), (81.4, 30.1))
    pixels = workspace.document.active.pixels
    assert content(workspace) == (31, -20, 320, 280)
    np.testing.assert_array_equal(pixels.read(Rect(31, -20, 320, 280)), before)
    assert len(workspace.document.history.commands) == 1


def test_the_mask_goes_along(workspace):
    document = workspace.document
    mask = document.active.mask = document.new_mask()
    mask.grid.write(Rect(10, 10, 20, 20), np.zeros((20, 20, 1), document.dtype))
    drag(MoveTool(), workspace, (50, 50), (150, 250))
    assert mask.grid.content_bounds() == (110, 210, 20, 20)
    document.history.undo()
    assert mask.grid.content_bounds() == (10, 10, 20, 20)


def test_shift_moves_straight(workspace):
    play(MoveTool(), workspace, held(events((50, 50), (90, 60)), 1, shift=True))
    assert content(workspace)[:2] == (40, 0)
    play(MoveTool(), workspace, held(events((50, 50), (60, 10)), 1, shift=True))
    assert content(workspace)[:2] == (40, -40)


def test_a_group_moves_everything_in_it():
    workspace = opened()
    document = workspace.document
    inner = Layer("Inner", TileGrid.from_pixels(np.full((9, 9, 4), 255, np.uint8)))
    outer = Layer("Outer", TileGrid.from_pixels(np.full((9, 9, 4), 255, np.uint8), 40, 40))
    document.root.insert(1, group := LayerGroup("Group", [LayerGroup("Deep", [inner]), outer]))
    group.mask = document.new_mask()
    group.mask.grid.write(Rect(0, 0, 5, 5), np.zeros((5, 5, 1), np.uint8))
    document.activate(group)
    drag(MoveTool(), workspace, (0, 0), (7, 11))
    assert inner.pixels.content_bounds() == (7, 11, 9, 9)
    assert outer.pixels.content_bounds() == (47, 51, 9, 9)
    assert group.mask.grid.content_bounds() == (7, 11, 5, 5)
    assert document.root.children[0].pixels.content_bounds() == document.rect
    document.history.undo()
    assert outer.pixels.content_bounds() == (40, 40, 9, 9)


def test_only_what_is_selected_moves_and_the_selection_with_it(workspace):
    document = workspace.document
    box = np.full((20, 30, 1), document.full, document.dtype)
    document.selection.write(Rect(10, 10, 30, 20), box)
    before = document.active.pixels.read(document.rect)
    drag(MoveTool(), workspace, (15, 15), (115, 65))
    after = document.active.pixels.read(document.rect)
    np.testing.assert_array_equal(after[60:80, 110:140], before[10:30, 10:40])
    assert not after[10:30, 10:40, 3].any()
    assert document.selection.content_bounds() == (110, 60, 30, 20)
    assert len(document.history.commands) == 1
    document.history.undo()
    np.testing.assert_array_equal(document.active.pixels.read(document.rect), before)
    assert selected(workspace)[15, 15] == document.full


def test_escape_puts_the_very_tiles_back(workspace):
    grid = workspace.document.active.pixels
    before, told = grid.snapshot(), []
    workspace.document.changed.connect(lambda node, rect: told.append(rect))
    abandon(MoveTool(), workspace, (50, 50), (90, 60), (10, 10))
    assert grid.changes_since(before) == {}
    assert not workspace.document.history.commands
    assert told[-1] == workspace.document.rect


def test_a_drag_there_and_back_is_no_step(workspace):
    drag(MoveTool(), workspace, (50, 50), (90, 60), (50, 50))
    drag(MoveTool(), workspace, (50, 50))
    assert not workspace.document.history.commands


def test_undo_and_redo_are_exact(workspace):
    grid = workspace.document.active.pixels
    before = grid.snapshot()
    drag(MoveTool(), workspace, (50, 50), (93, 61))
    after = grid.snapshot()
    workspace.document.history.undo()
    assert grid.changes_since(before) == {}
    workspace.document.history.redo()
    assert grid.changes_since(after) == {}


def test_what_cannot_move_says_why():
    """R45."""
    assert "Open a picture" in MoveTool().refusal(Workspace())
    workspace = opened()
    document = workspace.document
    layer = document.active
    layer.locked = True
    assert "“Background” is locked" in MoveTool().refusal(workspace)
    document.root.remove(layer)
    document.root.insert(0, LayerGroup("Group", [layer]))
    document.activate(document.root.children[0])
    assert "“Background” in this group is locked" in MoveTool().refusal(workspace)
    layer.locked = False
    assert MoveTool().refusal(workspace) is None


def test_an_adjustment_moves_with_what_it_is_masked_by(workspace):
    document = workspace.document
    spot = np.full((20, 20, 1), document.full, document.dtype)
    document.selection.write(Rect(10, 10, 20, 20), spot)
    layer = add_adjustment(document, Lut(1 - lattice(2)), "Negative")
    drag(MoveTool(), workspace, (50, 50), (55, 53))
    assert layer.mask.grid.content_bounds() == Rect(15, 13, 20, 20)
    document.selection.replace(TileGrid(1, document.dtype))
    add_adjustment(document, Lut(1 - lattice(2)), "Everywhere")
    assert MoveTool().refusal(workspace) == (
        "“Everywhere” shows everywhere: there is nothing of it to move."
    )
