"""Actions as Qt shows them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from editor.actions import ACTIONS, MENUS
from editor.actions.base import Action, Menu, always, with_document
from editor.ui.menus import Focus, Menus
from tests.actions.shell import FakeShell, photo


@pytest.fixture
def ran() -> list[str]:
    return []


@pytest.fixture
def shell() -> FakeShell:
    return FakeShell()


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, shell: FakeShell, ran: list[str]) -> QMainWindow:
    window = QMainWindow()
    middle = QWidget()
    layout = QVBoxLayout(middle)
    window.field, window.plain = QLineEdit(), QWidget()
    window.plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    layout.addWidget(window.field)
    layout.addWidget(window.plain)
    window.setCentralWidget(middle)
    menu = Menu(
        "&Try",
        (
            Action("try.letter", "Letter", ("B",), lambda s: ran.append("letter"), always),
            Action("try.delete", "Delete", ("Delete",), lambda s: ran.append("delete"), always),
            Action("try.save", "Save", ("Ctrl+S",), lambda s: ran.append("save"), with_document),
            Action("try.help", "Help", ("F1",), lambda s: ran.append("help"), always),
            Action("try.stop", "Stop", ("Esc",), lambda s: ran.append("stop"), always),
            Action(
                "try.on",
                lambda w: f"{len(w.views)} open",
                (),
                lambda s: None,
                always,
                checked=lambda s: bool(s.workspace.views),
            ),
        ),
    )
    window.menus = Menus(window, window.menuBar(), shell, [menu])
    Focus(qapp, parent=window)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    window.plain.setFocus()
    return window


def test_shortcuts_run_their_action(qtbot, window, ran):
    qtbot.keyClick(window.plain, Qt.Key.Key_B)
    qtbot.keyClick(window.plain, Qt.Key.Key_F1)
    assert ran == ["letter", "help"]


def test_single_keys_belong_to_a_text_field_with_the_focus(qtbot, window, ran):
    """C1: single-letter shortcuts are dead while something is being typed."""
    window.field.setFocus()
    window.field.setText("ab")
    qtbot.keyClick(window.field, Qt.Key.Key_B)
    window.field.setCursorPosition(0)
    qtbot.keyClick(window.field, Qt.Key.Key_Delete)
    assert window.field.text() == "bb"
    assert ran == []


def test_tab_moves_the_focus_among_controls(qtbot, window, ran):
    window.plain.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    window.plain.setFocus()
    qtbot.keyClick(window.plain, Qt.Key.Key_Tab)
    assert window.field.hasFocus()
    qtbot.keyClick(window.field, Qt.Key.Key_Backtab)
    assert window.plain.hasFocus()
    assert ran == []


def test_commands_and_escape_work_while_typing(qtbot, window, ran, shell):
    shell.workspace.add(photo())
    window.field.setFocus()
    qtbot.keyClick(window.field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window.field, Qt.Key.Key_Escape)
    assert ran == ["save", "stop"]


def test_what_is_not_possible_says_so_and_is_possible_later(qtbot, window, ran, shell):
    qtbot.keyClick(window.plain, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert ran == []
    assert shell.said == ["“Save” is not possible right now."]
    shell.workspace.add(photo())
    qtbot.keyClick(window.plain, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert ran == ["save"]


def test_an_open_menu_shows_the_state_of_this_moment(window, shell):
    menu = window.menus.menu("&Try")
    save, on = window.menus.qaction("try.save"), window.menus.qaction("try.on")
    menu.aboutToShow.emit()
    assert not save.isEnabled()
    assert (on.text(), on.isChecked()) == ("0 open", False)
    menu.aboutToHide.emit()
    assert save.isEnabled()  # or its shortcut would be dead later
    shell.workspace.add(photo())
    menu.aboutToShow.emit()
    assert (on.text(), on.isChecked()) == ("1 open", True)


def test_typing_finds_what_is_possible(qtbot, window, ran):
    palette = window.menus.palette()
    qtbot.addWidget(palette)
    texts = [palette.list.topLevelItem(i).text(0) for i in range(palette.list.topLevelItemCount())]
    assert texts == ["Letter", "Delete", "Help", "Stop", "0 open"]
    qtbot.keyClicks(palette.field, "e")
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["delete"]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_qt_understands_every_shortcut(action):
    for text in action.shortcuts:
        sequence = QKeySequence(text)
        assert sequence.count() == 1
        assert sequence[0].key() != Qt.Key.Key_unknown


def test_every_action_has_a_text():
    shell = FakeShell()
    for menu in MENUS:
        assert all(action.label(shell.workspace) for action in menu.actions)
