"""Hands to style a picture with, in the real window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from editor.ui.look_button import LookButton
from editor.ui.look_gallery import LookGallery
from editor.ui.main_window import MainWindow
from editor.ui.style_wells import Well
from editor.ui.styling import Styling
from neural.looks import Look
from tests.ui.hands import LEFT, NONE

COPY = Qt.DropAction.CopyAction
RUN_MS = 60_000
RED = (200, 40, 30)
COLORS = {"red": RED, "green": (30, 180, 60), "blue": (20, 60, 210), "gold": (220, 180, 40)}
WAVE = Look("Wave", "look-1", (0.1, 0.2, 0.4), (0.2, 0.3, 0.4, 0.4, 0.5, 0.6), "Prints")
DUSK = Look("Dusk", "look-1", (0.4, 0.2, 0.1), (0.6, 0.5, 0.4, 0.4, 0.3, 0.2), "Photo looks")


def styling(window: MainWindow) -> Styling:
    return window.neural_panel.style_editor.styling


def wells(window: MainWindow) -> list[Well]:
    return window.neural_panel.style_editor.wells.wells


def names(window: MainWindow) -> list[str]:
    return [look.name for look in styling(window).looks]


def files(*given: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in given])
    return data


def drag(target, data, held=NONE) -> QDragEnterEvent:
    enter = QDragEnterEvent(target.rect().center(), COPY, data, LEFT, held)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    return enter


def drop(target, data, held=NONE) -> bool:
    """Drag in and let go, as the system does; whether it was taken."""
    if not drag(target, data, held).isAccepted():
        return False
    event = QDropEvent(QPointF(target.rect().center()), COPY, data, LEFT, held)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def dropped(qtbot: QtBot, window: MainWindow, target, data, held=NONE) -> None:
    """Dropped, and read."""
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        assert drop(target, data, held)


def show_looks(qtbot: QtBot, window: MainWindow, pictures: list[Path], count: int) -> None:
    dropped(qtbot, window, wells(window)[0], files(*pictures[:count]))


def gallery(window: MainWindow) -> LookGallery:
    return window.neural_panel.style_editor.gallery


def button(window: MainWindow, name: str) -> LookButton:
    return next(each for each in gallery(window).buttons if each.kept.record.name == name)


def action(menu: QMenu, text: str):
    return next(each for each in menu.actions() if each.text() == text)
