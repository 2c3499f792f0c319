import numpy as np
import pytest

from editor.document.document import Document
from editor.tools.view import HandTool, PickerTool, ZoomTool
from editor.workspace import Workspace
from tests.tools.gestures import abandon, drag, opened


@pytest.fixture
def workspace():
    pixels = np.zeros((100, 200, 4), np.uint8)
    pixels[:, :100] = 51, 102, 255, 255
    pixels[:50, :100, 3] = 128
    return opened(Document.from_pixels(pixels))


def test_the_hand_moves_the_view_with_the_pointer(workspace):
    workspace.viewport.pan = 10.0, 20.0
    drag(HandTool(), workspace, (50, 50), (60, 40), (80, 45))
    assert workspace.viewport.pan == (40, 15)


def test_escape_puts_the_view_back(workspace):
    workspace.viewport.pan = 10.0, 20.0
    abandon(HandTool(), workspace, (50, 50), (90, 99))
    assert workspace.viewport.pan == (10, 20)
    abandon(ZoomTool(), workspace, (50, 50), (190, 99))
    assert workspace.viewport.zoom == 1
    assert workspace.viewport.pan == (10, 20)


def test_a_click_zooms_in_about_the_pointer_and_out_with_alt(workspace):
    drag(ZoomTool(), workspace, (50, 50))
    assert workspace.viewport.zoom == 1.5
    assert workspace.viewport.to_screen(50, 50) == pytest.approx((50, 50))
    drag(ZoomTool(), workspace, (50, 50), alt=True)
    assert workspace.viewport.zoom == 1


def test_dragging_right_zooms_in_and_left_zooms_out(workspace):
    drag(ZoomTool(), workspace, (50, 50), (125, 50), (200, 50))
    assert workspace.viewport.zoom == pytest.approx(2)
    drag(ZoomTool(), workspace, (200, 50), (-100, 50))
    assert workspace.viewport.zoom == pytest.approx(0.5)


def test_the_view_is_told_to_move(workspace):
    told = []
    workspace.viewport_changed.connect(lambda: told.append(workspace.viewport.zoom))
    drag(ZoomTool(), workspace, (50, 50))
    drag(HandTool(), workspace, (50, 50), (60, 60))
    assert told == [1.5, 1.5]


@pytest.mark.parametrize("at", [(50.5, 80.5), (50.5, 20.5)])
def test_the_picker_takes_the_color_that_is_seen(workspace, at):
    drag(PickerTool(), workspace, at)
    assert workspace.foreground == pytest.approx((0.2, 0.4, 1.0), abs=0.003)
    assert workspace.background == (1, 1, 1)


@pytest.mark.parametrize("at", [(-5, 5), (500, 5), (150, 50)])
def test_the_picker_takes_nothing_where_nothing_is(workspace, at):
    drag(PickerTool(), workspace, at)
    assert workspace.foreground == (0, 0, 0)


def test_escape_puts_the_color_back(workspace):
    abandon(PickerTool(), workspace, (20, 80), (30, 80))
    assert workspace.foreground == (0, 0, 0)


@pytest.mark.parametrize("tool", [HandTool, ZoomTool, PickerTool])
def test_there_is_nothing_to_look_at_without_a_picture(tool):
    assert "Open a picture" in tool().refusal(Workspace())
