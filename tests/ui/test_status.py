"""The line at the bottom, in the real window."""

from __future__ import annotations

import pytest
from PIL import Image
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from editor.ui.main_window import MainWindow
from tests.ui.hands import LEFT
from tests.ui.looks import RUN_MS, drop, files, styling, wells


@pytest.fixture
def window(style_window: MainWindow) -> MainWindow:
    return style_window


def laid_out(window: MainWindow) -> int:
    """How wide the window is, once everything has its place."""
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
    return window.width()


def test_a_short_sentence_is_read_in_full(window):
    window.workspace.say("Wave <b> is among your own looks now.")
    assert laid_out(window) == 1200
    assert window.status._message.text() == "Wave <b> is among your own looks now."


def test_a_long_sentence_is_cut_and_all_of_it_in_the_tooltip(window):
    least, sentence = window.minimumSizeHint().width(), "no end of words " * 300
    window.workspace.say(sentence)
    assert laid_out(window) == 1200 and window.minimumSizeHint().width() <= least + 60
    message = window.status._message
    assert message.text().startswith("no end of words") and message.text().endswith("…")
    assert message.toolTip() == f"<qt>{sentence}</qt>", "so that it is wrapped"
    window.resize(1600, 900)
    assert laid_out(window) == 1600
    shown = message.text()
    window.resize(1200, 900)
    laid_out(window)
    assert len(message.text()) < len(shown)


def test_a_job_with_a_long_name_makes_nothing_wider(qtbot, window, tmp_path):
    path = tmp_path / f"{'long name ' * 23}.png"
    Image.new("1", (16_000, 12_500), 1).save(path)
    assert drop(wells(window)[0], files(path))
    window.workspace.say("A sentence beside it.")
    qtbot.waitUntil(window.status._job.isVisible, timeout=RUN_MS)
    assert laid_out(window) == 1200 and window.minimumSizeHint().width() < 1200
    assert window.status._message.text() == "A sentence beside it."
    assert window.status._job.text().endswith("…") and path.name in window.status._job.toolTip()
    qtbot.mouseClick(window.status._cancel, LEFT)
    qtbot.waitUntil(lambda: not styling(window).is_reading)
