"""The questions, answered by pressing their buttons."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QMessageBox,
    QWidget,
)

from editor.ui import dialogs

Button = QMessageBox.StandardButton


@dataclass(frozen=True)
class Size:
    width: int = 3


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def when_asked(answer):
    """Do ``answer(dialog)`` as soon as a dialog is open."""

    def look():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(5, look)
        else:
            answer(dialog)

    QTimer.singleShot(0, look)


def press(text):
    def answer(dialog):
        buttons = {b.text().replace("&", ""): b for b in dialog.buttons()}
        buttons[text].click()

    return answer


def test_a_form_gives_a_changed_copy(parent):
    def answer(dialog):
        dialog.form.editor("width").setValue(7)
        dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()

    when_asked(answer)
    assert dialogs.ask_form(parent, "Size", Size()) == Size(7)


def test_what_is_typed_into_a_form_replaces_its_first_number(parent):
    def answer(dialog):
        QTest.keyClicks(dialog.focusWidget(), "48")
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)

    when_asked(answer)
    assert dialogs.ask_form(parent, "Size", Size(width=3)) == Size(width=48)


def test_a_cancelled_form_gives_nothing(parent):
    when_asked(QDialog.reject)
    assert dialogs.ask_form(parent, "Size", Size()) is None


@pytest.mark.parametrize(
    ("button", "want"),
    [(Button.Save, "save"), (Button.Discard, "discard"), (Button.Cancel, "cancel")],
)
def test_unsaved_changes_are_saved_discarded_or_kept_open(parent, button, want):
    when_asked(lambda box: box.button(button).click())
    assert dialogs.ask_to_save(parent, "photo") == want


def test_escape_never_discards_changes(parent):
    when_asked(lambda box: box.reject())
    assert dialogs.ask_to_save(parent, "photo") == "cancel"


def test_only_the_button_that_says_so_deletes_what_was_found(parent):
    """R46: whatever else is pressed, work is kept."""
    when_asked(press("Delete"))
    assert not dialogs.ask_to_recover(parent, ["a"])
    when_asked(press("Recover"))
    assert dialogs.ask_to_recover(parent, ["a"])
    when_asked(lambda box: box.reject())
    assert dialogs.ask_to_recover(parent, ["a"])


def test_confirming_means_pressing_the_button(parent):
    when_asked(press("Replace"))
    assert dialogs.confirm(parent, "Replace a.png?", "Replace")
    when_asked(lambda box: box.reject())
    assert not dialogs.confirm(parent, "Replace a.png?", "Replace")


@pytest.mark.parametrize(
    ("typed", "kind", "want"),
    [
        ("a.jpg", "PNG (*.png)", "a.jpg"),
        ("a.JPG", "PNG (*.png)", "a.JPG"),
        ("a", "JPG (*.jpg)", "a.jpg"),
        ("my.photo", "PNG (*.png)", "my.photo.png"),
        ("", "", None),
    ],
)
def test_a_name_gets_the_suffix_of_the_chosen_kind(
    parent, monkeypatch, tmp_path, typed, kind, want
):
    answer = str(tmp_path / typed) if typed else ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a: (answer, kind))
    path = dialogs.ask_save(parent, "Export", Path("x.png"), (".png", ".jpg"))
    assert path == (tmp_path / want if want else None)


def test_a_completed_name_does_not_replace_a_file_unasked(parent, monkeypatch, tmp_path):
    (tmp_path / "a.png").touch()
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *a: (str(tmp_path / "a"), "PNG (*.png)")
    )
    when_asked(lambda box: box.reject())
    assert dialogs.ask_save(parent, "Export", Path("x.png"), (".png",)) is None


def test_what_looks_like_html_is_shown_as_it_is(parent):
    seen = []
    when_asked(lambda box: (seen.append(box.textFormat()), box.accept()))
    dialogs.report(parent, "<b>.look is not a look.")
    assert seen == [Qt.TextFormat.PlainText]


def test_an_error_is_its_sentence(parent):
    seen = []
    when_asked(lambda box: (seen.append(box.text()), box.accept()))
    dialogs.report(parent, "a.png is damaged.")
    assert seen == ["a.png is damaged."]
