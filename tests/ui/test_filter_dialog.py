"""Filters in the real window: the dialog, its preview, what it does, and what it remembers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.app import App
from editor.document.document import Document
from editor.document.layer import LayerGroup
from editor.filters import FILTERS, GaussianBlur, Median
from editor.ui.filter_dialog import FilterDialog
from editor.ui.main_window import MainWindow
from tests.test_retouch import photo
from tests.ui.hands import Mouse, grab


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> Iterator[MainWindow]:
    app = App(qapp)
    app.window.resize(1200, 800)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    app.window.workspace.add(Document.from_pixels(photo()))
    app.window.workspace.choose_tool("hand")
    yield app.window
    app.window.quit()
    app.close()


def opened(qtbot: QtBot, window: MainWindow, name: str) -> FilterDialog:
    window.menus.run(f"filter.{name}")
    dialog = window.filters.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: window.previewer.preview is not None)
    return dialog


def button(dialog: FilterDialog, which: str):
    return dialog.buttons.button(getattr(dialog.buttons.StandardButton, which))


def test_what_ok_gives_is_what_was_shown(qtbot: QtBot, window: MainWindow) -> None:
    document, before = window.workspace.document, grab(window.canvas)
    dialog = opened(qtbot, window, "gaussianblur")
    dialog.form.editor("radius").edited.emit(9.0)
    assert window.previewer.fraction is not None
    qtbot.waitUntil(lambda: window.previewer.fraction is None)
    shown = window.previewer.preview.picture.active.pixels.read(document.rect).astype(int)
    assert (grab(window.canvas) != before).any()
    assert document.history.commands == ()
    with qtbot.waitSignal(window.runner.finished):
        qtbot.mouseClick(button(dialog, "Ok"), Qt.MouseButton.LeftButton)
    after = document.active.pixels.read(document.rect).astype(int)
    assert np.abs(after - shown).max() <= 1
    assert [each.name for each in document.history.commands] == ["Gaussian blur · radius 9 px"]
    assert window.filters.dialog is None and not window.previewer.is_busy
    again = opened(qtbot, window, "gaussianblur")
    assert again.form.value == GaussianBlur(9.0)


def test_cancel_and_escape_leave_everything_as_it_was(qtbot: QtBot, window: MainWindow) -> None:
    document = window.workspace.document
    before = document.active.pixels.snapshot()
    qtbot.mouseClick(button(opened(qtbot, window, "median"), "Cancel"), Qt.MouseButton.LeftButton)
    assert not window.previewer.is_busy and window.filters.dialog is None
    qtbot.keyClick(opened(qtbot, window, "median"), Qt.Key.Key_Escape)
    assert not window.previewer.is_busy and window.filters.dialog is None
    assert document.history.commands == () and not window.runner.jobs
    assert document.active.pixels.changes_since(before) == {}


def test_the_canvas_stays_free_and_the_line_can_be_dragged(
    qtbot: QtBot, window: MainWindow
) -> None:
    dialog = opened(qtbot, window, "median")
    assert not dialog.isModal()
    zoom = window.workspace.viewport.zoom
    mouse = Mouse(window.canvas)
    mouse.move((400, 300))
    mouse.wheel(1)
    assert window.workspace.viewport.zoom > zoom
    window.toggle("compare")
    assert window.canvas._comparison.handle.isVisible()
    assert 0 < window.canvas._comparison._of_preview < 1


def test_another_filter_takes_the_place_of_the_first(qtbot: QtBot, window: MainWindow) -> None:
    opened(qtbot, window, "median")
    second = opened(qtbot, window, "bilateral")
    assert second.isVisible() and second is window.filters.dialog
    assert [each for each in window.findChildren(FilterDialog) if each.isVisible()] == [second]


def test_the_preview_of_the_panel_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    window.show_operation("denoise")
    window.neural_panel.preview.switch.click()
    assert window.previewer.served is window.neural_panel.preview
    dialog = opened(qtbot, window, "median")
    assert window.previewer.served is dialog.preview
    dialog.reject()
    assert window.previewer.served is window.neural_panel.preview


def test_what_cannot_be_filtered_is_said(qtbot: QtBot, window: MainWindow) -> None:
    document, said = window.workspace.document, []
    window.workspace.said.connect(said.append)
    group = LayerGroup("group")
    dialog = opened(qtbot, window, "median")
    document.root.insert(1, group)
    document.activate(group)
    qtbot.waitUntil(lambda: dialog.preview.text.text().startswith("Choose a layer to filter"))
    dialog.accept()
    window.menus.run("filter.median")
    assert said == ["Choose a layer to paint on: a group has no pixels."] * 2
    assert window.filters.dialog is None


def test_every_filter_is_in_the_menu(window: MainWindow) -> None:
    texts = [
        action.text() for menu in window.menuBar().actions() for action in menu.menu().actions()
    ]
    for kind in FILTERS:
        assert f"{kind.title}…" in texts
    assert Median in FILTERS
