"""The questions the window asks."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from editor.ui.form import Form
from editor.ui.theme import SPACE

Button = QMessageBox.StandardButton


def ask_open(parent: QWidget, title: str, folder: Path, suffixes: Sequence[str]) -> list[Path]:
    """Which files to open; none if the user changes their mind."""
    pattern = " ".join(f"*{suffix}" for suffix in suffixes)
    kind = "Pictures" if len(suffixes) > 1 else suffixes[0].removeprefix(".").upper()
    names, _ = QFileDialog.getOpenFileNames(
        parent, title, str(folder), f"{kind} ({pattern});;All files (*)"
    )
    return [Path(name) for name in names]


def ask_save(parent: QWidget, title: str, suggestion: Path, suffixes: Sequence[str]) -> Path | None:
    """Where to save; a name without one of ``suffixes`` gets that of the chosen filter."""
    filters = [f"{suffix.removeprefix('.').upper()} (*{suffix})" for suffix in suffixes]
    if suggestion.suffix in suffixes:
        chosen = filters[suffixes.index(suggestion.suffix)]
    else:
        chosen = filters[0]
    name, kind = QFileDialog.getSaveFileName(
        parent, title, str(suggestion), ";;".join(filters), chosen
    )
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() in suffixes:
        return path
    path = path.with_name(path.name + suffixes[filters.index(kind) if kind in filters else 0])
    if path.exists() and not confirm(parent, f"Replace {path.name}?", "Replace"):
        return None
    return path


class FormDialog(QDialog):
    """A form with OK and Cancel."""

    def __init__(self, parent: QWidget | None, title: str, value: Any, note: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(360)
        self.form = Form(value)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * SPACE] * 4)
        layout.setSpacing(4 * SPACE)
        fields = dataclasses.fields(value)
        if fields:
            layout.addWidget(self.form)
            self.form.editor(fields[0].name).setFocus()
        if note:
            text = QLabel(note)
            text.setWordWrap(True)
            layout.addWidget(text)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addStretch(1)
        layout.addWidget(buttons)


def ask_form(parent: QWidget, title: str, value: Any, note: str = "") -> Any:
    """A changed copy of ``value``, or ``None``."""
    dialog = FormDialog(parent, title, value, note)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return dialog.form.value if accepted else None


def ask_to_save(parent: QWidget, name: str) -> Literal["save", "discard", "cancel"]:
    """What to do with the unsaved changes of ``name``."""
    box = _box(parent, f"Save the changes to “{name}”?", "They are lost otherwise.")
    box.setStandardButtons(Button.Save | Button.Discard | Button.Cancel)
    box.setDefaultButton(Button.Save)
    match box.exec():
        case Button.Save:
            return "save"
        case Button.Discard:
            return "discard"
        case _:
            return "cancel"


def ask_to_recover(parent: QWidget, titles: Sequence[str]) -> bool:
    """Whether to open what was found; only the button that says so deletes it."""
    names = "\n".join(f"•  {title}" for title in titles)
    reason = "Pentimento stopped unexpectedly, with changes that were not saved:"
    box = _box(parent, "Recover unsaved pictures?", f"{reason}\n\n{names}")
    keep = box.addButton("Recover", QMessageBox.ButtonRole.AcceptRole)
    delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    return box.clickedButton() is not delete


def confirm(parent: QWidget, question: str, yes: str) -> bool:
    """Whether to go on."""
    box = _box(parent, question)
    go_on = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.addButton(Button.Cancel)
    box.exec()
    return box.clickedButton() is go_on


def report(parent: QWidget | None, sentence: str, details: str = "") -> None:
    """Say what went wrong. details: shown when asked for."""
    box = _box(parent, sentence)
    box.setDetailedText(details)
    box.addButton(Button.Ok)
    box.exec()


def _box(parent: QWidget | None, text: str, more: str = "") -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle("Pentimento")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(text)
    box.setInformativeText(more)
    box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return box
