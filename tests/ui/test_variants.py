"""Six variants in the real window, with the real model."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from editor import retouch
from editor.app import App
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import LayerGroup
from editor.ui.main_window import MainWindow
from neural.operations.inpaint import Inpaint
from neural.progress import Progress
from tests.ui.hands import grab

RUN_MS = 120_000
HOLE = Rect(50, 40, 24, 24)
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    """A grainy picture with a hole selected."""
    app = App(qapp)
    app.window.resize(1200, 800)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    pixels = np.random.default_rng(0).integers(0, 256, (110, 140, 4), np.uint8)
    pixels[..., 3] = 255
    document = Document.from_pixels(pixels)
    document.selection.write(HOLE, np.full((HOLE.h, HOLE.w, 1), 255, np.uint8))
    app.window.workspace.add(document)
    yield app.window
    app.window.quit()
    app.close()


def looks(window: MainWindow) -> np.ndarray:
    view = window.workspace.active
    return view.compositor.render(view.document.rect)


def make(qtbot: QtBot, window: MainWindow) -> None:
    window.canvas.setFocus()
    with qtbot.waitSignals([window.runner.finished] * 6, timeout=RUN_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CTRL | SHIFT)


def point(widget: QWidget) -> None:
    at = QPointF(5, 5)
    QApplication.sendEvent(widget, QEnterEvent(at, at, at))


def test_pointing_shows_a_variant_in_place_and_a_click_keeps_it(
    qtbot: QtBot, window: MainWindow
) -> None:
    """R1, R39, R40."""
    before, shown = looks(window), grab(window.canvas)
    make(qtbot, window)
    sheet, document = window.variants.sheet, window.workspace.document
    assert sheet.isVisible()
    assert [button.text() for button in sheet.buttons] == [f"Seed {seed}" for seed in range(6)]
    assert all(button.isEnabled() for button in sheet.buttons)
    assert not document.history.commands, "nothing is kept yet"

    point(sheet.buttons[2])
    sheet.setVisible(False)
    two = grab(window.canvas)
    sheet.setVisible(True)
    point(sheet.buttons[4])
    sheet.setVisible(False)
    four = grab(window.canvas)
    sheet.setVisible(True)
    assert (two != shown).any()
    assert (two != four).any()
    np.testing.assert_array_equal(looks(window), before)
    QApplication.sendEvent(sheet.buttons[4], QEvent(QEvent.Type.Leave))
    assert window.canvas.screen_shown.preview is None

    qtbot.mouseClick(sheet.buttons[4], Qt.MouseButton.LeftButton)
    assert not sheet.isVisible()
    layer = document.active
    assert layer.name == "Inpaint · seed 4"
    assert layer.recipe["parameters"]["seed"] == 4
    after = looks(window)
    outside = document.selection.read(document.rect)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], before[outside])

    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.again")
    np.testing.assert_array_equal(
        document.active.pixels.read(HOLE), layer.pixels.read(HOLE), "the same bytes again"
    )


def test_all_are_kept_in_a_group_to_be_mixed_on_their_masks(
    qtbot: QtBot, window: MainWindow
) -> None:
    before = looks(window)
    make(qtbot, window)
    document, sheet = window.workspace.document, window.variants.sheet
    qtbot.mouseClick(sheet.buttons[3], Qt.MouseButton.LeftButton, SHIFT)
    group = document.root.children[1]
    assert isinstance(group, LayerGroup)
    assert [each.recipe["parameters"]["seed"] for each in group.children] == [3, 0, 1, 2, 4, 5]
    assert len(document.history.commands) == 1
    third = looks(window)
    chosen, above = group.children[0].pixels.read(HOLE), group.children[1].pixels.read(HOLE)
    np.testing.assert_array_equal(third[HOLE.y : HOLE.bottom, HOLE.x : HOLE.right], chosen)
    assert document.edits_mask
    assert document.active is group.children[1]

    document.target.write(Rect(40, 30, 60, 20), np.full((20, 60, 1), 255, np.uint8))
    document.touch(document.active, document.rect)
    mixed = looks(window)
    np.testing.assert_array_equal(mixed[40:50, HOLE.x : HOLE.right], above[:10])
    np.testing.assert_array_equal(mixed[50:64, HOLE.x : HOLE.right], chosen[10:])
    outside = document.selection.read(document.rect)[..., 0] == 0
    np.testing.assert_array_equal(mixed[outside], before[outside])


def test_of_a_large_hole_drafts_are_shown_and_what_is_kept_is_made_in_full(
    qtbot: QtBot, window: MainWindow
) -> None:
    hole, rng = Rect(90, 70, 130, 120), np.random.default_rng(1)
    pixels = np.full((280, 330, 4), 255, np.uint8)
    pixels[..., :3] = rng.integers(0, 256, (70, 83, 3)).repeat(4, 0).repeat(4, 1)[:280, :330]
    document = Document.from_pixels(pixels)
    document.selection.write(hole, np.full((hole.h, hole.w, 1), 255, np.uint8))
    window.workspace.add(document)
    before, shown = looks(window), grab(window.canvas)
    make(qtbot, window)
    sheet = window.variants.sheet
    point(sheet.buttons[1])
    sheet.setVisible(False)
    assert (grab(window.canvas) != shown).any()
    sheet.setVisible(True)
    document.selection.write(document.rect, np.zeros((280, 330, 1), np.uint8))
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.mouseClick(sheet.buttons[1], Qt.MouseButton.LeftButton)
        assert window.canvas.screen_shown.preview is not None, "the draft stays until then"
    assert window.canvas.screen_shown.preview is None
    document.selection.write(hole, np.full((hole.h, hole.w, 1), 255, np.uint8))
    layer = document.active
    assert layer.name == "Inpaint · seed 1"
    after, outside = looks(window), document.selection.read(document.rect)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], before[outside])
    document.history.undo()
    whole = retouch.apply(Inpaint(seed=1), document.snapshot(), window.engine, Progress())
    np.testing.assert_array_equal(layer.pixels.read(hole), whole.layer.pixels.read(hole))

    make(qtbot, window)
    with qtbot.waitSignals([window.runner.finished] * 6, timeout=RUN_MS):
        qtbot.mouseClick(sheet.buttons[3], Qt.MouseButton.LeftButton, SHIFT)
    group = document.root.children[1]
    assert [each.recipe["parameters"]["seed"] for each in group.children] == [3, 0, 1, 2, 4, 5]
    np.testing.assert_array_equal(
        group.children[2].pixels.read(hole), whole.layer.pixels.read(hole)
    )


def test_escape_keeps_none(qtbot: QtBot, window: MainWindow) -> None:
    """R26."""
    before = looks(window)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return, CTRL | SHIFT)
    assert len(window.runner.jobs) == 6
    with qtbot.waitSignals([window.runner.cancelled] * 6):
        qtbot.keyClick(window.variants.sheet, Qt.Key.Key_Escape)
    assert not window.variants.sheet.isVisible()
    assert not window.runner.jobs
    assert not window.workspace.document.history.commands
    np.testing.assert_array_equal(looks(window), before)


def test_numbers_and_enter_choose_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    make(qtbot, window)
    sheet = window.variants.sheet
    qtbot.keyClick(sheet, Qt.Key.Key_2)
    assert window.canvas.screen_shown.preview is not None
    qtbot.keyClick(sheet.buttons[1], Qt.Key.Key_Return)
    assert window.workspace.document.active.name == "Inpaint · seed 1"


def test_the_sheet_gets_out_of_the_way(qtbot: QtBot, window: MainWindow) -> None:
    make(qtbot, window)
    sheet, canvas = window.variants.sheet, window.canvas
    assert canvas.rect().contains(sheet.geometry())
    wide = sheet.width()
    window.resize(900, 700)
    qtbot.waitUntil(lambda: sheet.width() < wide and canvas.rect().contains(sheet.geometry()))
    window.workspace.activate(None)
    assert not sheet.isVisible()


def test_without_a_mask_or_a_seed_it_says_so(window: MainWindow) -> None:
    said: list[str] = []
    window.workspace.said.connect(said.append)
    window.menus.run("select.none")
    window.menus.run("neural.variants")
    assert said[-1] == "First paint over what should go."
    window.show_operation("denoise")
    window.menus.run("neural.variants")
    assert "no variants" in said[-1]
    assert not window.variants.sheet.isVisible()
