"""Previews and the line between before and after, in the real window and on a real canvas."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import App
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.jobs import Job, JobRunner
from editor.preview import Preview
from editor.settings import Settings
from editor.ui.main_window import MainWindow
from editor.ui.preview_bar import PreviewBar
from editor.ui.previewer import Previewer
from neural.errors import NeuralError
from neural.operations.denoise import Denoise
from tests.neural.test_denoise_shipped import scene, with_noise
from tests.ui.conftest import picture
from tests.ui.hands import Mouse, grab

RUN_MS = 60_000
WHITE = (255, 255, 255)


class Painted:
    """A ``Maker``: everything seen becomes white. Waits for ``gate``, or refuses."""

    def __init__(self):
        self.asked, self.gate, self.refusal = [], threading.Event(), ""
        self.gate.set()

    def __call__(self, document, seen, progress):
        self.asked.append((document, seen))
        while not self.gate.wait(0.001):
            progress(0.5)
        if self.refusal:
            raise NeuralError(self.refusal)
        white = np.full((seen.h, seen.w, 4), 255, np.uint8)
        return Preview(Document.from_pixels(white), seen, seen)


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[JobRunner]:
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def beside(runner: JobRunner) -> Iterator[JobRunner]:
    beside = JobRunner(beside=runner)
    yield beside
    beside.close()


@pytest.fixture
def previewer(qtbot, workspace, canvas, runner, beside):
    """Shown on the canvas, which has the document of 300 x 200 at (50, 50)."""
    previewer = Previewer(workspace, beside, runner, lambda: canvas.seen)
    previewer.changed.connect(lambda: canvas.show_preview(previewer.preview))
    return previewer


@pytest.fixture
def make() -> Painted:
    return Painted()


@pytest.fixture
def shown(qtbot, previewer, make) -> Previewer:
    """With a preview on the canvas."""
    previewer.show("me", make)
    qtbot.waitUntil(lambda: previewer.preview is not None)
    return previewer


def handle(canvas):
    return canvas._comparison.handle


def drag_handle(qtbot, canvas, by):
    middle = handle(canvas).rect().center()
    qtbot.mousePress(handle(canvas), Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(handle(canvas), middle + QPoint(by, 0))
    qtbot.mouseRelease(handle(canvas), Qt.MouseButton.LeftButton, pos=middle)


def white_columns(canvas):
    """Which columns of the document, at 100 %, are white in a row that no label covers."""
    return (grab(canvas)[230, 50:350] == WHITE).all(-1)


def test_it_is_drawn_over_the_document_and_changes_nothing(shown, canvas, workspace):
    """R34"""
    document = workspace.document
    assert white_columns(canvas).all()
    assert (document.active.pixels.read(document.rect) == picture(300, 200)).all()
    assert document.history.commands == () and document.history.is_clean


def test_after_a_draft_comes_what_is_better(qtbot, previewer, make, workspace):
    better = Painted()
    better.gate.clear()
    previewer.show("me", lambda *given: replace(make(*given), better=better))
    qtbot.waitUntil(lambda: better.asked != [])
    draft = previewer.preview
    assert draft is not None and previewer.fraction is not None, "the draft is there meanwhile"
    assert better.asked == make.asked
    better.gate.set()
    qtbot.waitUntil(lambda: previewer.preview is not draft)
    assert previewer.preview is not None and previewer.fraction is None
    workspace.document.touch(None, workspace.document.rect)
    assert previewer.preview is None
    previewer.show("me", None)


def test_a_draft_is_soft_and_not_made_of_squares(qtbot, previewer, canvas):
    def steps(document, seen, progress):
        small = np.full((25, 38, 4), 255, np.uint8)
        small[:, ::2, :3] = 0
        return Preview(Document.from_pixels(small), document.rect, document.rect)

    previewer.show("me", steps)
    qtbot.waitUntil(lambda: previewer.preview is not None)
    row = grab(canvas)[150, 70:330, 0].astype(int)
    assert row.min() < 40 and row.max() > 215
    assert np.abs(np.diff(row)).max() < 90, "a column of 8 px ends at no pixel"
    previewer.show("me", None)


def test_nothing_is_made_unless_it_is_wanted(qtbot, previewer, make, canvas, workspace):
    """R34: not when a stroke ends, nor when anything else happens."""
    Mouse(canvas).drag([(100, 100), (150, 120)])
    workspace.viewport_changed.emit()
    assert previewer.fraction is None and not previewer._timer.isActive()
    assert make.asked == []


def test_what_is_seen_is_what_is_asked_for(qtbot, shown, make, workspace, canvas):
    assert make.asked[0][1] == Rect(0, 0, 300, 200)
    workspace.viewport.zoom_about(4.0, 200, 150)
    workspace.viewport_changed.emit()
    assert len(make.asked) == 1 and shown.fraction is None, "it still shows all there is to see"
    workspace.document.touch(None, Rect(0, 0, 1, 1))
    qtbot.waitUntil(lambda: len(make.asked) == 2 and shown.preview is not None)
    assert make.asked[1][1] == canvas.seen == Rect(100, 62, 100, 76)
    workspace.viewport.scroll(200, 0)
    workspace.viewport_changed.emit()
    assert shown.preview is not None, "the old one stays until the new one is there"
    qtbot.waitUntil(lambda: shown.fraction is None)
    assert make.asked[2][1] == canvas.seen == Rect(50, 62, 100, 76)
    assert make.asked[2][0] is make.asked[1][0], "the document is the same"


def test_a_changed_document_is_not_covered_by_what_it_was(qtbot, shown, make, workspace, canvas):
    Mouse(canvas).drag([(100, 100), (150, 120)])
    assert shown.preview is None and not white_columns(canvas).any()
    qtbot.waitUntil(lambda: shown.preview is not None)
    assert len(make.asked) == 2 and make.asked[1][0] is not make.asked[0][0]


def test_a_newer_request_stops_the_older_one_at_once(qtbot, previewer, make, beside, workspace):
    make.gate.clear()
    previewer.show("me", make)
    qtbot.waitUntil(lambda: len(make.asked) == 1)
    with qtbot.waitSignal(beside.cancelled):
        workspace.document.selection_changed.emit(Rect(0, 0, 5, 5))
    assert previewer.preview is None
    make.gate.set()
    qtbot.waitUntil(lambda: previewer.preview is not None)
    assert len(make.asked) == 2


def test_it_gives_way_to_a_job_and_comes_back_after_it(qtbot, previewer, make, runner, beside):
    make.gate.clear()
    previewer.show("me", make)
    qtbot.waitUntil(lambda: len(make.asked) == 1)
    with qtbot.waitSignal(runner.finished):
        runner.submit(Job("real", lambda progress: len(make.asked), lambda answer: None))
    make.gate.set()
    qtbot.waitUntil(lambda: previewer.preview is not None)
    assert len(make.asked) == 2


def test_what_came_in_its_way_is_one_sentence(qtbot, previewer, make):
    bar = PreviewBar(previewer, on=True)
    qtbot.addWidget(bar)
    make.refusal = "There is nothing to see."
    bar.offer(make)
    assert make.asked == [] and previewer.fraction is None, "nobody sees the panel"
    bar.show()
    qtbot.waitUntil(lambda: bar.text.text() == "There is nothing to see.")
    assert not bar.bar.isVisible() and previewer.preview is None
    make.refusal = ""
    bar.switch.click()
    assert bar.text.text() == ""
    bar.switch.click()
    qtbot.waitUntil(lambda: previewer.preview is not None)
    bar.hide()
    assert previewer.preview is None


def test_progress_is_shown(qtbot, previewer, make):
    bar = PreviewBar(previewer, on=True)
    qtbot.addWidget(bar)
    bar.show()
    make.gate.clear()
    bar.offer(make)
    qtbot.waitUntil(lambda: bar.bar.isVisible() and bar.bar.value() == 500)
    make.gate.set()
    qtbot.waitUntil(lambda: not bar.bar.isVisible())


def test_the_line_begins_at_full_preview_and_is_dragged(qtbot, shown, canvas):
    assert handle(canvas).isVisible() and handle(canvas).geometry().center().x() in (49, 50)
    drag_handle(qtbot, canvas, 120)
    columns = white_columns(canvas)
    assert not columns[:118].any() and columns[122:].all()
    drag_handle(qtbot, canvas, -300)
    assert white_columns(canvas).all()
    drag_handle(qtbot, canvas, 900)
    assert not white_columns(canvas)[:298].any()


def test_the_line_is_moved_with_the_keyboard(qtbot, shown, canvas):
    canvas.compare(True)
    assert handle(canvas).hasFocus()
    assert np.flatnonzero(white_columns(canvas))[0] in (150, 151)
    qtbot.keyClick(handle(canvas), Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(handle(canvas), Qt.Key.Key_Left)
    assert np.flatnonzero(white_columns(canvas))[0] in (174, 175)  # 0.5 + 0.1 - 0.02 of 300
    qtbot.keyClick(handle(canvas), Qt.Key.Key_End)
    assert not white_columns(canvas)[:298].any()
    qtbot.keyClick(handle(canvas), Qt.Key.Key_Home)
    assert white_columns(canvas).all()


def test_the_line_stays_when_another_preview_comes(qtbot, shown, canvas, workspace):
    drag_handle(qtbot, canvas, 120)
    workspace.document.touch(None, Rect(0, 0, 1, 1))
    assert not handle(canvas).isVisible()
    qtbot.waitUntil(lambda: shown.preview is not None)
    assert not white_columns(canvas)[:118].any() and white_columns(canvas)[122:].all()


def test_the_document_is_compared_with_what_was_opened(qtbot, canvas, workspace):
    document = workspace.document
    document.target.write(document.rect, np.full((200, 300, 4), 255, np.uint8))
    document.touch(document.active, document.rect)
    canvas.compare(True)
    columns = white_columns(canvas)
    assert not columns[:148].any() and columns[153:].all()
    np.testing.assert_array_equal(grab(canvas)[230, 50:190], picture(300, 200)[180, :140, :3])
    drag_handle(qtbot, canvas, -100)
    assert white_columns(canvas)[53:].all()
    canvas.compare(False)
    assert white_columns(canvas).all() and not handle(canvas).isVisible()


def test_a_cropped_document_is_compared_as_well(qtbot, canvas, workspace):
    document = workspace.document
    document.size = document.size._replace(w=100)
    document.resized.emit()
    canvas.compare(True)
    shown = grab(canvas)
    left, right = handle(canvas).geometry().center().x(), shown.shape[1]
    assert 0 < left < right and handle(canvas).isVisible()


def test_a_turned_view_is_split_on_the_screen(qtbot, shown, canvas, workspace):
    workspace.viewport.rotate_about(30, 200, 150)
    workspace.viewport_changed.emit()
    canvas.compare(True)
    after = (grab(canvas)[150] == WHITE).all(-1)
    assert not after[60:196].any() and after[216:330].all()


def test_backslash_shows_the_original_under_a_preview(qtbot, shown, canvas):
    qtbot.keyPress(canvas, Qt.Key.Key_Backslash)
    assert not white_columns(canvas).any()
    qtbot.keyRelease(canvas, Qt.Key.Key_Backslash)
    assert white_columns(canvas).all()


def test_another_document_has_no_preview_of_this_one(qtbot, shown, make, canvas, workspace):
    first = workspace.active
    make.gate.clear()
    workspace.add(Document.from_pixels(picture(300, 200)))
    assert shown.preview is None and not white_columns(canvas).any()
    workspace.close(workspace.active)
    workspace.close(first)
    assert not handle(canvas).isVisible() and shown.fraction is None


# The whole story, with the shipped denoiser.


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    app = App(qapp)
    app.window.resize(1200, 800)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    colors = np.rint(with_noise(scene(), 20).clip(0, 1) * 255)
    noisy = np.dstack([colors, np.full(colors.shape[:2], 255)]).astype(np.uint8)
    app.window.workspace.add(Document.from_pixels(noisy))
    app.window.workspace.choose_tool("hand")
    yield app.window
    app.window.quit()
    app.close()


def preview_of_denoise(qtbot: QtBot, window: MainWindow) -> Preview:
    window.show_operation("denoise")
    with qtbot.waitSignal(window.previewer.changed):
        window.neural_panel.preview.switch.click()
    qtbot.waitUntil(lambda: window.previewer.preview is not None, timeout=RUN_MS)
    assert window.previewer.preview is not None
    return window.previewer.preview


def test_a_run_gives_what_the_preview_showed(qtbot: QtBot, window: MainWindow) -> None:
    """R34, R39: and then the preview is gone, until something is chosen anew."""
    view = window.workspace.active
    assert view is not None
    document, before = view.document, grab(window.canvas)
    shown = preview_of_denoise(qtbot, window)
    previewed = shown.picture.active.pixels.read(shown.picture.rect).astype(int)
    assert (grab(window.canvas) != before).any()
    assert document.history.commands == () and len(document.root.children) == 1
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    result = view.compositor.render(shown.rect).astype(int)
    assert np.abs(result - previewed).max() <= 1
    assert document.active.recipe["operation"] == "denoise"
    assert not window.previewer.is_busy
    assert not window.canvas._comparison.handle.isVisible()
    window.neural_panel._form.editor("strength").edited.emit(30.0)
    assert window.previewer.is_busy
    assert window.neural_panel.value == Denoise(30.0)


def test_escape_puts_the_preview_away_then_the_comparison(qtbot: QtBot, window: MainWindow) -> None:
    preview_of_denoise(qtbot, window)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    assert window.is_on("compare") and window.canvas._comparison.handle.hasFocus()
    qtbot.keyClick(window.canvas._comparison.handle, Qt.Key.Key_Escape)
    assert not window.previewer.is_busy and not window.is_on("compare")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Y)
    assert window.is_on("compare")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert not window.is_on("compare")


def test_the_switch_is_remembered(qtbot: QtBot, window: MainWindow) -> None:
    assert not window.neural_panel.preview.switch.isChecked()
    preview_of_denoise(qtbot, window)
    assert Settings.load().previews
    window.neural_panel.preview.switch.click()
    assert not Settings.load().previews and window.previewer.preview is None
