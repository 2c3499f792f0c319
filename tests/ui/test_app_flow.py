"""The whole story in the real window: open, paint a mask, run, undo, save, reopen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from skimage import data

from editor.app import App
from editor.document.document import Document
from editor.document.tiles import TileGrid
from editor.formats import load, save
from editor.ui import dialogs
from editor.ui.main_window import MainWindow
from tests.ui.hands import Mouse, grab

RUN_MS = 120_000


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    app = App(qapp)
    app.window.resize(1200, 800)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    yield app.window
    app.window.quit()
    app.close()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photograph of a cat, 451 x 300 pixels."""
    rgb = data.chelsea()
    alpha = np.full((*rgb.shape[:2], 1), 255, np.uint8)
    path = tmp_path / "cat.png"
    save(Document.from_pixels(np.concatenate([rgb, alpha], axis=2)), path)
    return path


def looks(window: MainWindow) -> np.ndarray:
    view = window.workspace.active
    return view.compositor.render(view.document.rect)


def paint_mask(window: MainWindow) -> np.ndarray:
    """One stroke across the middle of the picture; returns what is selected."""
    document, viewport = window.workspace.document, window.workspace.viewport
    w, h = document.size
    ends = ((w * 0.4, h * 0.5), (w * 0.5, h * 0.55), (w * 0.6, h * 0.5))
    Mouse(window.canvas).drag([viewport.to_screen(*end) for end in ends])
    return document.selection.read(document.rect)[..., 0]


def test_a_thing_is_erased_from_a_photo_and_nothing_else_changes(
    qtbot: QtBot, window: MainWindow, photo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R1, R33, R34, R35, R36, R38, R40 in one go."""
    with qtbot.waitSignal(window._disk.finished):
        window.open([photo])
    document = window.workspace.document
    before = looks(window)

    selected = paint_mask(window)
    assert np.count_nonzero(selected) > 1000
    assert not window.runner.jobs, "nothing runs when the mouse is released"
    assert [command.name for command in document.history.commands] == ["Paint mask"]

    shown = grab(window.canvas)
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    names = [node.name for node in document.root.children]
    assert names == ["Background", "Inpaint · seed 0"]
    layer = document.root.children[1]
    assert layer.recipe["model"].startswith("inpaint")
    assert layer.mask is not None
    after = looks(window)
    np.testing.assert_array_equal(after[selected == 0], before[selected == 0])
    assert (after[selected == 255] != before[selected == 255]).any(axis=-1).mean() > 0.5
    np.testing.assert_array_equal(document.selection.read(document.rect)[..., 0], selected)
    assert (grab(window.canvas) != shown).any(), "the result is on the screen"

    monkeypatch.setattr(dialogs, "ask_save", lambda *a: tmp_path / "cat.ora")
    with qtbot.waitSignal(window._disk.finished):
        window.menus.run("file.save")
    assert document.history.is_clean

    document.history.go_to(0)
    np.testing.assert_array_equal(looks(window), before)
    assert document.selection.is_empty

    reopened = load(tmp_path / "cat.ora")
    again = reopened.root.children[1]
    assert again.recipe == layer.recipe
    np.testing.assert_array_equal(
        again.pixels.read(reopened.rect), layer.pixels.read(document.rect)
    )


def test_running_a_layers_recipe_again_gives_the_same_bytes(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """R39."""
    with qtbot.waitSignal(window._disk.finished):
        window.open([photo])
    document = window.workspace.document
    paint_mask(window)
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.run")
    first = document.active
    document.selection.replace(TileGrid(1))
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.again")
    assert document.active is not first
    np.testing.assert_array_equal(
        document.active.pixels.read(document.rect), first.pixels.read(document.rect)
    )


def test_escape_cancels_and_leaves_everything_as_it_was(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """R26."""
    with qtbot.waitSignal(window._disk.finished):
        window.open([photo])
    document = window.workspace.document
    paint_mask(window)
    commands, before = document.history.commands, looks(window)
    said: list[str] = []
    window.workspace.said.connect(said.append)
    window.menus.run("neural.run")
    with qtbot.waitSignal(window.runner.cancelled, timeout=300):
        qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert said == ["Inpaint was cancelled."]
    assert document.history.commands == commands
    np.testing.assert_array_equal(looks(window), before)
    assert not window.runner.jobs


def test_running_without_a_mask_says_what_to_do(window: MainWindow, photo: Path) -> None:
    window.workspace.add(load(photo))
    said: list[str] = []
    window.workspace.said.connect(said.append)
    window.menus.run("neural.run")
    assert said == ["First paint over what should go."]
    assert not window.runner.jobs


def test_the_healing_brush_fills_each_stroke_on_release_while_painting_goes_on(
    qtbot: QtBot, window: MainWindow, photo: Path
) -> None:
    """R1, R26: the choice of this tool is the order to run that R34 asks for."""
    window.workspace.add(load(photo))
    document, viewport = window.workspace.document, window.workspace.viewport
    before, shown = looks(window), grab(window.canvas)
    qtbot.keyClick(window.canvas, Qt.Key.Key_J)
    assert window.workspace.tool_id == "heal"
    mouse = Mouse(window.canvas)
    places = [viewport.to_screen(*place) for place in ((150, 200), (180, 205), (240, 110))]
    with qtbot.waitSignals([window.runner.finished] * 2, timeout=RUN_MS):
        mouse.drag(places[:2])
        mouse.drag(places[2:])
        wounds = list(window.workspace.active.wounds)
        assert len(wounds) == 2
        np.testing.assert_array_equal(looks(window), before)
        assert (grab(window.canvas) != shown).any(), "the strokes are seen until they are filled"
    covered = np.zeros(before.shape[:2], bool)
    for wound in wounds:
        covered |= wound.mask.read(document.rect)[..., 0] > 0
    after = looks(window)
    np.testing.assert_array_equal(after[~covered], before[~covered])
    assert (after[covered] != before[covered]).any(axis=-1).mean() > 0.5
    assert [c.name for c in document.history.commands] == ["Healing brush stroke"] * 2
    assert not window.workspace.active.wounds
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    np.testing.assert_array_equal(looks(window), before)


def test_the_canvas_is_extended_and_goes_on_with_the_picture(
    qtbot: QtBot, window: MainWindow, photo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R1, R40: one step back as well."""
    window.workspace.add(load(photo))
    document, before = window.workspace.document, looks(window)
    monkeypatch.setattr(dialogs, "ask_form", lambda *a: replace(a[2], left=20.0, right=0.0))
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("image.extend")
    assert document.size == (541, 300)
    after = looks(window)
    np.testing.assert_array_equal(after[:, 90:], before)
    assert (after[..., 3] == 255).all()
    assert after[:, :90, :3].std() > 10
    assert [node.name for node in document.root.children] == ["Background", "Extend canvas"]
    window.menus.run("edit.undo")
    np.testing.assert_array_equal(looks(window), before)
