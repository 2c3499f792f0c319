"""What mouse, pen and keys do on the canvas."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget

from editor.document.document import Document
from editor.document.geometry import Rect
from editor.tools.base import Tool
from editor.ui.canvas import CanvasView
from tests.ui.conftest import picture
from tests.ui.hands import ALT, LEFT, RIGHT, SHIFT, Repaints, grab, on_screen

Key = Qt.Key


@dataclass
class Recorder(Tool):
    """A tool that notes what it is told and draws a triangle meanwhile."""

    id: ClassVar[str] = "recorder"
    samples: list = field(default_factory=list)
    ends: list = field(default_factory=list)
    pending: tuple | None = None
    reason: str | None = None

    def drag(self, workspace, press):
        self.samples = [press]
        try:
            while (sample := (yield ((10, 10), (60, 10), (10, 60)))) is not None:
                self.samples.append(sample)
        except GeneratorExit:
            self.ends.append("cancelled")
            raise
        self.ends.append("released")

    def refusal(self, workspace):
        return self.reason

    def outline(self, workspace):
        return self.pending

    def commit(self, workspace):
        self.ends.append("committed")
        self.pending = None

    def cancel(self, workspace):
        self.ends.append("dropped")
        self.pending = None


class Framer(Recorder):
    id = "framer"
    framed = True


@pytest.fixture
def recorder(tools, canvas, workspace):
    tools["recorder"] = Recorder()
    workspace.choose_tool("recorder")
    return tools["recorder"]


@pytest.fixture
def said(workspace):
    said = []
    workspace.said.connect(said.append)
    return said


def press_key(canvas, key, modifiers=Qt.KeyboardModifier.NoModifier):
    """As Qt does it: first asks whether the key is wanted, then sends it."""
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        QApplication.sendEvent(canvas, QKeyEvent(kind, key, modifiers))


def wants(canvas, key):
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()


def test_samples_are_document_positions_between_pixels(recorder, workspace, mouse):
    mouse.at = (50, 50)
    mouse.wheel(1)  # 150 %
    mouse.drag([(50.75, 53), (62, 53.5)])
    assert [(s.x, s.y) for s in recorder.samples] == [(0.5, 2), (8, pytest.approx(7 / 3))]
    assert recorder.ends == ["released"]
    assert all(s.pressure == 1 and s.button == "left" for s in recorder.samples)


def test_samples_carry_the_modifiers_of_their_moment(recorder, mouse):
    mouse.press()
    mouse.held = SHIFT
    mouse.move((10, 10))
    mouse.held = ALT
    mouse.move((20, 10))
    mouse.release()
    assert [(s.shift, s.alt) for s in recorder.samples] == [(0, 0), (1, 0), (0, 1)]


def test_what_a_gesture_yields_is_drawn_until_it_ends(canvas, recorder, mouse):
    before = grab(canvas)
    mouse.move((200, 200))
    mouse.press()
    during = grab(canvas)
    assert (during[60, 70:105] != before[60, 70:105]).any(-1).all()
    mouse.release()
    np.testing.assert_array_equal(grab(canvas), before)


def test_a_drag_paints_where_the_mouse_went_and_is_one_step(canvas, workspace, tools, mouse):
    mouse.drag([(100, 100), (150, 120), (250, 150)])
    mouse.leave()
    after = grab(canvas)
    for x, y in ((100, 100), (150, 120), (200, 135), (250, 150)):
        assert (after[y, x] == 0).all()
    assert [c.name for c in workspace.document.history.commands] == ["Brush stroke"]


def test_escape_puts_the_pixels_back(canvas, workspace, mouse):
    before = grab(canvas)
    mouse.move((100, 100))
    mouse.press()
    mouse.move((200, 150))
    assert (grab(canvas) != before).any()
    press_key(canvas, Key.Key_Escape)
    mouse.move((300, 150))
    mouse.release()
    mouse.leave()
    np.testing.assert_array_equal(grab(canvas), before)
    assert not workspace.document.history.commands


def test_during_a_gesture_no_key_is_a_shortcut(canvas, mouse):
    assert not wants(canvas, Key.Key_Z)
    mouse.press()
    assert wants(canvas, Key.Key_Z)
    mouse.release()
    assert not wants(canvas, Key.Key_Z)
    assert wants(canvas, Key.Key_Space)


def test_escape_and_enter_belong_to_what_is_pending(canvas, recorder):
    assert not wants(canvas, Key.Key_Escape)
    recorder.pending = ((0, 0), (9, 0), (9, 9))
    assert wants(canvas, Key.Key_Escape)
    press_key(canvas, Key.Key_Return)
    recorder.pending = ((0, 0), (9, 0), (9, 9))
    press_key(canvas, Key.Key_Escape)
    assert recorder.ends == ["committed", "dropped"]


def test_a_double_click_commits_what_is_pending(recorder, mouse):
    recorder.pending = ((0, 0), (9, 0), (9, 9))
    mouse.double_click()
    assert recorder.ends == ["released", "committed"]


def test_two_quick_clicks_of_a_brush_are_two_dabs(workspace, mouse):
    mouse.at = (100, 100)
    mouse.double_click()
    assert len(workspace.document.history.commands) == 2


def test_r37_a_stroke_may_begin_and_end_outside_the_canvas(canvas, workspace, mouse):
    mouse.drag([(-20, 150), (200, 150), (450, 150)])
    assert len(workspace.document.history.commands) == 1
    mouse.leave()
    assert (grab(canvas)[150, 51:349] == 0).all()


def test_r37_a_press_beside_the_canvas_paints_nothing(qtbot, workspace, tools):
    window = QWidget()
    layout = QVBoxLayout(window)
    canvas, field = CanvasView(workspace, tools), QLineEdit()
    layout.addWidget(canvas)
    layout.addWidget(field)
    qtbot.addWidget(window)
    window.resize(400, 300)
    window.show()
    qtbot.mousePress(field, LEFT)
    qtbot.mouseMove(canvas)
    qtbot.mouseRelease(field, LEFT)
    assert not workspace.document.history.commands


def test_a_lost_release_ends_the_stroke_at_the_next_move(canvas, workspace, mouse):
    mouse.move((100, 100))
    mouse.press()
    mouse.move((120, 100))
    mouse.buttons = Qt.MouseButton.NoButton
    mouse.move((200, 200))
    mouse.leave()
    assert len(workspace.document.history.commands) == 1
    np.testing.assert_array_equal(grab(canvas)[200, 200], picture(300, 200)[150, 150, :3])


def test_a_second_button_does_not_disturb_a_stroke(workspace, mouse):
    mouse.move((100, 100))
    mouse.press()
    mouse.press(RIGHT)
    mouse.release(RIGHT)
    mouse.move((150, 100))
    mouse.release()
    assert len(workspace.document.history.commands) == 1


def test_r32_the_right_button_erases_the_mask_and_strokes_undo_one_by_one(workspace, mouse):
    workspace.choose_tool("mask")
    document = workspace.document
    mouse.drag([(100, 150), (300, 150)])
    whole = document.selection.read(document.rect)
    assert whole[100, 150] == 255
    mouse.drag([(200, 150), (220, 150)], RIGHT)
    assert document.selection.read(document.rect)[100, 150] == 0
    document.history.undo()
    np.testing.assert_array_equal(document.selection.read(document.rect), whole)
    document.history.undo()
    assert document.selection.is_empty


def test_r32_a_mask_tool_that_erases_does_so_with_the_left_button(workspace, tools, mouse):
    workspace.choose_tool("mask")
    document = workspace.document
    mouse.drag([(100, 150), (300, 150)])
    tools["mask"].erasing = True
    mouse.drag([(200, 150), (220, 150)])
    assert document.selection.read(document.rect)[100, 150] == 0


def test_r34_strokes_of_the_mask_accumulate_and_nothing_runs(canvas, workspace, mouse):
    workspace.choose_tool("mask")
    before = workspace.document.target.read(workspace.document.rect)
    mouse.drag([(100, 100), (120, 100)])
    mouse.drag([(300, 200), (320, 200)])
    selection = workspace.document.selection.read(workspace.document.rect)
    assert selection[50, 60] == 255 and selection[150, 260] == 255
    np.testing.assert_array_equal(workspace.document.target.read(workspace.document.rect), before)
    assert workspace.document.root.children == [workspace.document.active]


def test_the_right_button_does_nothing_in_other_tools(workspace, mouse):
    mouse.drag([(100, 100), (200, 100)], RIGHT)
    assert not workspace.document.history.commands


def test_a_pen_brings_pressure_tilt_and_positions_between_pixels(recorder, pen):
    pen.stroke([(100.25, 100, 0.3), (110.5, 100, 0.5), (120, 100.75, 0.7)], tilt=(12, -30))
    assert [s.pressure for s in recorder.samples] == pytest.approx([0.3, 0.5, 0.7])
    assert [s.x for s in recorder.samples] == [50.25, 60.5, 70]
    assert recorder.samples[2].tilt == (12, -30)


def test_a_pen_event_is_not_followed_by_a_mouse_event(pen):
    assert pen.send(QEvent.Type.TabletMove, (100, 100, 0))


def test_pressure_makes_a_stroke_thicker(canvas, workspace, pen):
    pen.stroke([(100, 100, 0.2), (200, 100, 0.2)])
    pen.stroke([(100, 180, 1.0), (200, 180, 1.0)])
    pixels = grab(canvas)
    thin, thick = ((pixels[y - 30 : y + 30, 150] == 0).all(-1).sum() for y in (100, 180))
    assert 0 < thin < thick


def test_r43_a_pen_that_reports_no_pressure_draws(canvas, pen):
    pen.stroke([(100 + 10 * i, 100, 0.0) for i in range(8)])
    canvas.leaveEvent(QEvent(QEvent.Type.Leave))
    assert (grab(canvas)[100, 100:170] == 0).all()


def test_the_other_end_of_the_pen_erases(canvas, workspace, pen):
    pen.is_eraser = True
    pen.stroke([(150, 150, 1.0), (200, 150, 1.0)])
    assert workspace.document.target.read(Rect(100, 100, 1, 1))[0, 0, 3] == 0
    assert workspace.tool_id == "brush"


def test_the_other_end_of_the_pen_erases_the_mask(workspace, mouse, pen):
    workspace.choose_tool("mask")
    mouse.drag([(100, 150), (300, 150)])
    pen.is_eraser = True
    pen.stroke([(200, 150, 1.0), (210, 150, 1.0)])
    assert workspace.document.selection.read(workspace.document.rect)[100, 150] == 0


def test_alt_picks_a_color_while_a_brush_is_active(canvas, workspace, mouse):
    mouse.held = ALT
    mouse.move((60, 70))
    assert canvas.cursor().shape() == Qt.CursorShape.BitmapCursor
    mouse.press()
    mouse.release()
    want = picture(300, 200)[20, 10, :3] / 255
    assert workspace.foreground == pytest.approx(want, abs=0.003)
    assert not workspace.document.history.commands


def test_alt_and_the_right_button_change_size_and_hardness(canvas, tools, mouse, qtbot):
    before = tools["brush"].options
    mouse.held = ALT
    with qtbot.waitSignal(canvas.options_changed):
        mouse.drag([(200, 150), (230, 170)], RIGHT)
    after = tools["brush"].options
    assert after.size == before.size + 60
    assert after.hardness == pytest.approx(before.hardness - 0.1)


def test_size_and_hardness_stay_within_their_limits(tools, mouse):
    mouse.held = ALT
    mouse.drag([(200, 150), (-900, -900)], RIGHT)
    assert tools["brush"].options.size == 1 and tools["brush"].options.hardness == 1


def test_r41_sizes_are_remembered_per_tool(workspace, tools, mouse):
    mouse.held = ALT
    brush = tools["brush"].options
    workspace.choose_tool("mask")
    mouse.drag([(200, 150), (230, 150)], RIGHT)
    assert tools["brush"].options == brush


def ring(canvas, before):
    """Where something is drawn that was not there before: left, top, right, bottom."""
    ys, xs = np.nonzero((grab(canvas) != before).any(-1))
    return xs.min(), ys.min(), xs.max() + 1, ys.max() + 1


@pytest.mark.parametrize("size", [20, 61, 200])
def test_the_ring_shows_the_brush_at_its_true_size(canvas, tools, workspace, mouse, size):
    tools["brush"].options = replace(tools["brush"].options, size=size)
    before = grab(canvas)
    mouse.move((180, 160))
    left, top, right, bottom = ring(canvas, before)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((180, 160), abs=0.6)
    assert right - left == pytest.approx(size + 2, abs=1.5)
    workspace.viewport.zoom_about(0.5, 180, 160)
    workspace.viewport_changed.emit()
    mouse.leave()
    before = grab(canvas)
    mouse.move((180, 160))
    left, top, right, bottom = ring(canvas, before)
    assert right - left == pytest.approx(size / 2 + 2, abs=1.5)


def test_the_ring_leaves_no_trace(canvas, mouse, qtbot):
    mouse.move((-50, -50))
    QApplication.processEvents()
    before = on_screen(canvas)
    for i in range(30):
        mouse.move((60 + 7 * i, 70 + 5 * i))
        QApplication.processEvents()
    assert (on_screen(canvas) != before).any()
    mouse.leave()
    QApplication.processEvents()
    np.testing.assert_array_equal(on_screen(canvas), before)


def test_a_tiny_brush_can_still_be_found(canvas, tools, mouse):
    tools["brush"].options = replace(tools["brush"].options, size=1)
    before = grab(canvas)
    mouse.move((180, 160))
    left, _, right, _ = ring(canvas, before)
    assert 10 < right - left < 30


def test_r45_a_tool_that_cannot_act_shows_it_and_says_why(canvas, workspace, mouse, said):
    before = workspace.document.target.read(workspace.document.rect)
    workspace.document.active.locked = True
    mouse.move((100, 100))
    assert canvas.cursor().shape() == Qt.CursorShape.ForbiddenCursor
    assert len(said) == 1 and "locked" in said[0]
    mouse.move((110, 100))
    assert len(said) == 1
    mouse.drag([(100, 100), (200, 100)])
    assert len(said) == 2
    np.testing.assert_array_equal(workspace.document.target.read(workspace.document.rect), before)
    workspace.document.active.locked = False
    mouse.move((120, 100))
    assert canvas.cursor().shape() == Qt.CursorShape.BlankCursor


def test_r45_no_key_is_stuck_after_the_focus_was_lost(canvas, workspace, mouse, qtbot):
    pan = workspace.viewport.pan
    for key in (Key.Key_Space, Key.Key_Alt, Key.Key_Backslash):
        press_key(canvas, key)
    shown = grab(canvas)
    canvas.clearFocus()
    assert (grab(canvas) != shown).any()  # the original is not shown any more
    mouse.drag([(100, 100), (150, 100)])
    assert workspace.viewport.pan == pan
    assert len(workspace.document.history.commands) == 1


def test_r45_losing_the_focus_ends_a_stroke_and_keeps_it(canvas, workspace, mouse):
    mouse.move((100, 100))
    mouse.press()
    mouse.move((150, 100))
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.WindowDeactivate))
    assert len(workspace.document.history.commands) == 1
    after = workspace.document.target.read(workspace.document.rect)
    mouse.move((200, 180))
    np.testing.assert_array_equal(workspace.document.target.read(workspace.document.rect), after)


def test_another_document_cancels_the_gesture(recorder, workspace, mouse):
    mouse.press()
    workspace.add(Document.from_pixels(picture(20, 20)))
    assert recorder.ends == ["cancelled"]
    mouse.move((10, 10))
    mouse.release()
    assert recorder.ends == ["cancelled"]


def test_another_tool_ends_the_gesture(recorder, workspace, mouse):
    mouse.press()
    workspace.choose_tool("brush")
    assert recorder.ends == ["released"]


def test_a_frame_dims_what_is_outside_and_has_handles(canvas, tools, workspace):
    tools["framer"] = Framer(pending=((60, 40), (240, 40), (240, 160), (60, 160)))
    before = grab(canvas).astype(int)
    workspace.choose_tool("framer")
    after = grab(canvas)
    np.testing.assert_array_equal(after[95:100, 120:150], before[95:100, 120:150])
    assert after[70, 70:100].mean() < before[70, 70:100].mean() * 0.6
    for x, y in ((110, 90), (200, 90), (290, 90), (290, 150), (290, 210), (110, 150)):
        assert (after[y, x] == 255).all()


def test_without_a_document_the_hand_does_nothing(canvas, workspace, mouse, pen, qtbot):
    workspace.close(workspace.active)
    mouse.drag([(100, 100), (150, 100)])
    mouse.wheel(1)
    pen.stroke([(100, 100, 0.5), (120, 100, 0.5)])
    press_key(canvas, Key.Key_Escape)
    press_key(canvas, Key.Key_Backslash)
    assert workspace.active is None


def test_space_works_after_the_pointer_came_from_another_widget(qtbot, workspace, tools):
    window = QWidget()
    layout = QVBoxLayout(window)
    canvas, other = CanvasView(workspace, tools), QWidget()
    other.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field = QLineEdit()
    for widget in (canvas, other, field):
        layout.addWidget(widget)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    other.setFocus()
    canvas.enterEvent(None)
    assert canvas.hasFocus()
    field.setFocus()
    canvas.enterEvent(None)
    assert field.hasFocus()  # typing goes on


def test_moves_of_one_stroke_repaint_little(canvas, workspace, mouse, qtbot):
    mouse.move((100, 100))
    mouse.press()
    QApplication.processEvents()
    repaints = Repaints(canvas)
    mouse.move((110, 100))
    QApplication.processEvents()
    assert 0 < repaints.area < 120 * 120
    mouse.release()
