"""What the canvas shows, and how it is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColorSpace, QRegion
from PySide6.QtWidgets import QApplication

from editor.document.commands import Reshape, edit_selection
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect, Size
from editor.document.tiles import TileGrid
from editor.viewport import Viewport
from tests.ui.conftest import picture
from tests.ui.hands import ALT, CTRL, MIDDLE, SHIFT, Repaints, grab, on_screen

CORNER = (50, 50)


def shown(canvas, rect):
    """What the canvas shows of a rectangle of itself."""
    return grab(canvas)[rect.y : rect.bottom, rect.x : rect.right]


def settle(canvas, qtbot):
    """Wait until nothing is left to render."""
    qtbot.waitUntil(lambda: canvas.grab() is not None and canvas.screen_shown.is_ready)


def close(one, other, worst=2):
    difference = np.abs(one.astype(int) - other.astype(int))
    assert difference.max() <= worst, difference.max()


def select(document, rect):
    selection = TileGrid(1, document.dtype)
    pixels = np.full((rect.h, rect.w, 1), document.full, document.dtype)
    selection.write(rect, pixels)
    document.history.push(edit_selection(document, "Select", selection))


def test_at_100_percent_every_pixel_is_shown_as_it_is(canvas):
    np.testing.assert_array_equal(
        shown(canvas, Rect(*CORNER, 300, 200)), picture(300, 200)[..., :3]
    )


def test_a_16_bit_document_is_shown_in_8(canvas, workspace):
    workspace.add(Document.from_pixels(picture(300, 200, np.uint16)))
    np.testing.assert_array_equal(
        shown(canvas, Rect(*CORNER, 300, 200)), picture(300, 200)[..., :3]
    )


def test_the_profile_is_applied_for_the_screen_only(canvas, workspace):
    space = QColorSpace(QColorSpace.NamedColorSpace.DisplayP3)
    pixels = np.full((200, 300, 4), (0, 200, 0, 255), np.uint8)
    metadata = Metadata(profile=space.iccProfile().data())
    workspace.add(Document.from_pixels(pixels, metadata=metadata))
    red, green, blue = grab(canvas)[150, 200]
    assert green > 200 and red == 0 and blue < 60  # P3's green lies outside sRGB
    np.testing.assert_array_equal(workspace.document.target.read(Rect(0, 0, 300, 200)), pixels)


@pytest.mark.parametrize("zoom", [2, 3, 8])
def test_from_200_percent_pixels_are_squares(canvas, workspace, zoom):
    workspace.active.viewport = Viewport(zoom=zoom, pan=(-10 * zoom, -20 * zoom))
    workspace.viewport_changed.emit()
    want = picture(300, 200)[20:60, 10:50, :3].repeat(zoom, 0).repeat(zoom, 1)[:80, :80]
    inner = np.zeros((80, 80), bool)  # from 800 % lines are drawn between the pixels
    inner[zoom // 2 :: zoom, zoom // 2 :: zoom] = True
    got = shown(canvas, Rect(0, 0, 80, 80))
    np.testing.assert_array_equal(got[inner], want[inner])
    if zoom < 8:
        np.testing.assert_array_equal(got, want)


def test_the_pixel_grid_appears_at_800_percent(canvas, workspace):
    workspace.add(Document.from_pixels(np.full((20, 20, 4), 255, np.uint8)))
    for zoom, lines in ((6, False), (8, True)):
        workspace.active.viewport = Viewport(zoom=zoom, pan=(40, 40))
        workspace.viewport_changed.emit()
        row = shown(canvas, Rect(41, 44, 100, 1))[0, :, 0]
        assert (row.min() < 255) == lines


@pytest.mark.parametrize(("w", "h"), [(1200, 800), (1199, 801), (5000, 64)])
def test_zoomed_out_a_document_looks_like_its_average(canvas, workspace, qtbot, w, h):
    """Rendered at its mip level: a fine pattern becomes its mean, instead of aliasing."""
    pixels = np.zeros((h, w, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[::2, ::2, :3] = pixels[1::2, 1::2, :3] = 255
    workspace.add(Document.from_pixels(pixels))
    settle(canvas, qtbot)
    viewport = workspace.viewport
    assert viewport.zoom <= 0.5
    x, y = (round(v) for v in viewport.to_screen(w / 2, h / 2))
    close(shown(canvas, Rect(x - 90, y, 180, 1)), np.uint8([127]), worst=3)


def test_a_new_document_is_fitted_and_stays_so_until_the_view_is_moved(canvas, workspace, mouse):
    workspace.add(Document.from_pixels(picture(1000, 500)))
    assert workspace.viewport.to_screen(0, 0) == pytest.approx((16, 58), abs=1)
    canvas.resize(600, 400)
    assert workspace.viewport.to_screen(0, 0)[0] == pytest.approx(16, abs=1)
    assert workspace.viewport.to_screen(1000, 500)[0] == pytest.approx(584, abs=1)
    mouse.at = (300, 200)
    mouse.wheel(1)
    zoom = workspace.viewport.zoom
    canvas.resize(400, 300)
    assert workspace.viewport.zoom == zoom


def test_opening_a_document_tells_its_zoom(canvas, workspace):
    """To the status line, for one."""
    zooms = []
    workspace.viewport_changed.connect(lambda: zooms.append(workspace.viewport.zoom))
    workspace.add(Document.from_pixels(picture(1000, 500)))
    assert zooms[-1] == workspace.viewport.zoom == 0.368


def test_each_document_keeps_its_own_view(canvas, workspace, mouse):
    first = workspace.active
    mouse.at = (200, 150)
    mouse.wheel(2)
    before = grab(canvas)
    workspace.add(Document.from_pixels(np.full((10, 10, 4), 255, np.uint8)))
    assert (grab(canvas)[150, 200] == 255).all()
    workspace.activate(first)
    np.testing.assert_array_equal(grab(canvas), before)


def test_transparent_parts_show_a_calm_checkerboard(canvas, workspace):
    workspace.add(Document.from_pixels(np.zeros((200, 300, 4), np.uint8)))
    board = shown(canvas, Rect(*CORNER, 300, 200))
    light, dark = board[0, 0], board[0, 8]
    np.testing.assert_array_equal(board[8, 8], light)
    assert 0 < int(light[0]) - int(dark[0]) < 32
    workspace.active.viewport = Viewport(zoom=4, pan=CORNER)
    workspace.viewport_changed.emit()
    np.testing.assert_array_equal(shown(canvas, Rect(*CORNER, 64, 64)), board[:64, :64])


def test_around_the_picture_is_neutral_grey_and_a_thin_line(canvas):
    frame = grab(canvas)
    surround = frame[10, 10]
    assert surround.max() - surround.min() == 0
    assert (frame[48, 200] == surround).all()
    assert (frame[49, 200] < surround).all() and (frame[250, 200] < surround).all()


def test_a_change_repaints_its_surroundings_only(canvas, workspace, qtbot):
    settle(canvas, qtbot)
    qtbot.waitUntil(lambda: not canvas.testAttribute(Qt.WidgetAttribute.WA_PendingUpdate))
    document = workspace.document
    repaints = Repaints(canvas)
    document.target.write(Rect(100, 100, 10, 10), np.full((10, 10, 4), 255, np.uint8))
    document.touch(document.active, Rect(100, 100, 10, 10))
    qtbot.waitUntil(lambda: repaints.area > 0)
    assert repaints.region.contains(QPoint(155, 155))
    assert repaints.area < 30 * 30
    want = picture(300, 200)
    want[100:110, 100:110] = 255
    np.testing.assert_array_equal(shown(canvas, Rect(*CORNER, 300, 200)), want[..., :3])


@pytest.mark.parametrize("zoom", [0.25, 0.4, 0.67, 1.5, 3])
@pytest.mark.parametrize("rotation", [0, 30])
def test_repainting_a_part_leaves_no_seam(canvas, workspace, qtbot, zoom, rotation):
    """The whole, painted at once, is what it is after a part was painted again."""
    document = workspace.add(Document.from_pixels(picture(1500, 900))).document
    viewport = workspace.viewport
    viewport.zoom, viewport.rotation = zoom, rotation
    viewport.center(document.size, canvas.view_size)
    workspace.viewport_changed.emit()
    settle(canvas, qtbot)
    before = grab(canvas)
    rect = Rect(700, 400, 40, 30)
    old = document.target.read(rect)
    document.target.write(rect, 255 - old)
    document.touch(document.active, rect)
    assert (grab(canvas) != before).any()
    document.target.write(rect, old)
    document.touch(document.active, rect)
    close(grab(canvas), before)


@pytest.mark.parametrize("rotation", [0, 30])
def test_parts_that_are_repainted_together_do_not_add_up(qtbot, canvas, workspace, rotation):
    """A translucent picture under a translucent film stays as it is."""
    pixels = picture(300, 200)
    pixels[..., 3] = 100
    workspace.add(Document.from_pixels(pixels))
    workspace.viewport.rotate_about(rotation, 200, 150)
    workspace.viewport_changed.emit()
    select(workspace.document, Rect(100, 20, 100, 150))
    workspace.choose_tool("mask")
    qtbot.waitUntil(lambda: canvas.screen_shown.is_ready)
    canvas.repaint()
    QApplication.processEvents()
    before = on_screen(canvas)
    region = QRegion()
    for i in range(12):
        region += QRegion(60 + 20 * i, 40 + 17 * i, 30, 16)
    canvas.update(region)
    QApplication.processEvents()
    close(on_screen(canvas), before, worst=8)  # sampled from another corner
    close(grab(canvas), before, worst=8)


def test_undo_of_a_crop_shows_the_old_canvas(canvas, workspace):
    document = workspace.document
    before = grab(canvas)
    document.history.push(Reshape(document, "Crop", Size(100, 80), []))
    assert (grab(canvas) != before).any()
    document.history.undo()
    np.testing.assert_array_equal(grab(canvas), before)


def test_the_wheel_zooms_about_the_cursor(canvas, workspace, mouse):
    mouse.at = (120, 90)
    under = workspace.viewport.to_document(120, 90)
    mouse.wheel(1)
    assert workspace.viewport.zoom == 1.5
    assert workspace.viewport.to_document(120, 90) == pytest.approx(under, abs=1)
    mouse.wheel(-1, CTRL)
    mouse.wheel(-1, ALT)
    assert workspace.viewport.zoom == pytest.approx(2 / 3)


def test_half_notches_of_a_fine_wheel_add_up(workspace, mouse):
    mouse.at = (200, 150)
    mouse.wheel(0.5)
    assert workspace.viewport.zoom == 1
    mouse.wheel(0.5)
    assert workspace.viewport.zoom == 1.5


def test_shift_and_wheel_scroll_sideways(workspace, mouse):
    x, y = workspace.viewport.pan
    mouse.wheel(-0.5, SHIFT)
    assert workspace.viewport.pan == (x - 60, y)


def test_the_wheel_can_be_made_to_scroll(canvas, workspace, mouse):
    canvas.wheel_scrolls = True
    x, y = workspace.viewport.pan
    mouse.wheel(-0.5)
    assert workspace.viewport.pan == (x, y - 60) and workspace.viewport.zoom == 1
    mouse.wheel(1, CTRL)
    assert workspace.viewport.zoom == 1.5


def test_two_fingers_pan_and_with_ctrl_zoom(workspace, mouse):
    x, y = workspace.viewport.pan
    mouse.swipe(7, -12)
    assert workspace.viewport.pan == (x + 7, y - 12)
    mouse.swipe(0, 50, CTRL)
    assert 1.5 < workspace.viewport.zoom < 1.8


def test_a_pinch_zooms_and_turns_about_the_fingers(workspace, mouse):
    mouse.at = (120, 90)
    under = workspace.viewport.to_document(120, 90)
    mouse.pinch(Qt.NativeGestureType.ZoomNativeGesture, 0.25)
    assert workspace.viewport.zoom == 1.25
    mouse.pinch(Qt.NativeGestureType.RotateNativeGesture, 10)
    assert workspace.viewport.rotation == 10
    assert workspace.viewport.to_document(120, 90) == pytest.approx(under, abs=1)


@pytest.mark.parametrize("how", ["space", "middle"])
def test_the_view_follows_a_dragging_hand(canvas, workspace, mouse, qtbot, how):
    want = grab(canvas)
    if how == "space":
        qtbot.keyPress(canvas, Qt.Key.Key_Space)
        assert canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
        mouse.drag([(100, 100), (110, 104), (140, 120)])
    else:
        mouse.drag([(100, 100), (110, 104), (140, 120)], MIDDLE)
    assert workspace.viewport.pan == (90, 70)
    mouse.leave()
    np.testing.assert_array_equal(grab(canvas)[80:220, 100:300], want[60:200, 60:260])
    assert not workspace.document.history.commands


@pytest.mark.parametrize("mirrored", [False, True])
def test_space_and_shift_turn_the_view_with_the_hand(canvas, workspace, mouse, qtbot, mirrored):
    workspace.viewport.mirrored = mirrored
    workspace.viewport.center((300, 200), (400, 300))
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    mouse.held = SHIFT
    middle = workspace.viewport.to_document(200, 150)
    right = workspace.viewport.to_document(300, 150)
    mouse.drag([(300, 150), (290, 200), (270, 220)])
    assert workspace.viewport.to_document(200, 150) == pytest.approx(middle, abs=1)
    assert workspace.viewport.to_screen(*right) == pytest.approx((270.7, 220.7), abs=1)


def test_a_turned_and_mirrored_view_shows_the_picture_turned_and_mirrored(canvas, workspace):
    workspace.viewport.rotate_about(90, 200, 150)
    workspace.viewport.mirror_about(200, 150)
    workspace.viewport_changed.emit()
    want = np.rot90(picture(300, 200), -1)[:, ::-1, :3]
    np.testing.assert_array_equal(shown(canvas, Rect(100, 0, 200, 300)), want)


def test_the_picture_cannot_be_lost_out_of_sight(workspace, mouse):
    for _ in range(50):
        mouse.swipe(400, 300)
    x, y = workspace.viewport.to_screen(0, 0)
    assert x < 400 and y < 300


def test_backslash_shows_the_original_while_held(canvas, workspace, qtbot):
    document = workspace.document
    document.target.write(Rect(0, 0, 300, 200), np.full((200, 300, 4), 255, np.uint8))
    document.touch(document.active, document.rect)
    painted = grab(canvas)
    assert (painted[60:240, 60:340] == 255).all()
    qtbot.keyPress(canvas, Qt.Key.Key_Backslash)
    original = grab(canvas)
    np.testing.assert_array_equal(original[60:240, 150:340], picture(300, 200)[10:190, 100:290, :3])
    assert (original[12:30, 12:40] != painted[12:30, 12:40]).any()  # the label
    qtbot.keyRelease(canvas, Qt.Key.Key_Backslash)
    np.testing.assert_array_equal(grab(canvas), painted)


def test_a_selection_is_a_marching_line_exactly_around_it(canvas, workspace, qtbot):
    before = grab(canvas)
    select(workspace.document, Rect(40, 30, 100, 60))
    after = grab(canvas)
    ys, xs = np.nonzero((after != before).any(-1))
    assert abs(xs.min() - 90) <= 1 and abs(xs.max() - 190) <= 1
    assert abs(ys.min() - 80) <= 1 and abs(ys.max() - 140) <= 1
    np.testing.assert_array_equal(after[83:138, 93:188], before[83:138, 93:188])
    QApplication.processEvents()  # what the selection itself repaints
    repaints = Repaints(canvas)
    qtbot.waitUntil(lambda: repaints.area > 0)
    assert repaints.area < 300 * 200 / 2
    assert (grab(canvas) != after).any()
    workspace.document.history.undo()
    np.testing.assert_array_equal(grab(canvas), before)


def test_the_mask_tool_shows_the_selection_as_a_red_film(canvas, workspace):
    before = grab(canvas)
    select(workspace.document, Rect(40, 30, 100, 60))
    workspace.choose_tool("mask")
    after = grab(canvas)
    inside = (slice(80, 140), slice(90, 190))
    assert (after[inside][..., 0].astype(int) - after[inside][..., 1]).mean() > 80
    after[inside] = before[inside]
    np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("zoom", [0.25, 0.5, 1, 4])
def test_film_and_line_agree_at_every_zoom(canvas, workspace, qtbot, zoom):
    document = workspace.add(Document.from_pixels(np.full((900, 1400, 4), 255, np.uint8))).document
    workspace.active.viewport = Viewport(zoom=zoom, pan=(20, 20))
    workspace.viewport_changed.emit()
    settle(canvas, qtbot)
    plain = grab(canvas)
    select(document, Rect(16, 16, 64, 48))
    ants = np.nonzero((grab(canvas) != plain).any(-1))
    workspace.choose_tool("mask")
    film = np.nonzero((grab(canvas) != plain).any(-1))
    for axis in (0, 1):
        assert abs(ants[axis].min() - film[axis].min()) <= 1
        assert abs(ants[axis].max() - film[axis].max()) <= 1


def test_closing_the_last_document_leaves_an_empty_canvas(canvas, workspace):
    workspace.close(workspace.active)
    frame = grab(canvas)
    assert (frame == frame[0, 0]).all()
    assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor


def test_a_closed_document_is_let_go(canvas, workspace):
    document = workspace.document
    workspace.close(workspace.active)
    repaints = Repaints(canvas)
    document.touch(None, document.rect)
    assert repaints.area == 0


def test_an_error_while_painting_is_reported_and_the_next_paint_is_whole(
    canvas, workspace, qtbot, monkeypatch
):
    """Qt ends the process if a painter is left open."""
    before = grab(canvas)
    render = workspace.active.compositor.render

    def fail(rect, level=0):
        raise ArithmeticError("no pixels today")

    workspace.document.touch(None, workspace.document.rect)
    monkeypatch.setattr(workspace.active.compositor, "render", fail)
    with qtbot.captureExceptions(), pytest.raises(ArithmeticError, match="no pixels today"):
        canvas.grab()
    monkeypatch.setattr(workspace.active.compositor, "render", render)
    np.testing.assert_array_equal(grab(canvas), before)
