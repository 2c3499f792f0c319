"""How a neural layer was made, in words (R39)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from editor.ui.theme import SPACE

Recipe = Mapping[str, Any]


def recipe_lines(recipe: Recipe) -> list[tuple[str, str]]:
    """Labels and values, only of what the recipe says."""
    lines = [("Operation", str(recipe["operation"]))] if "operation" in recipe else []
    for made in (recipe, *recipe.get("others", [])):
        lines += [
            (label, str(made[key]))
            for key, label in (("model", "Model"), ("version", "Version"), ("sha256", "SHA-256"))
            if key in made
        ]
    for name, value in recipe.get("parameters", {}).items():
        lines.append((name.replace("_", " ").capitalize(), _spelled(value)))
    if "provider" in recipe:
        lines.append(("Ran on", provider_name(recipe["provider"])))
    if "seconds" in recipe:
        lines.append(("Time", f"{recipe['seconds']:.1f} s"))
    lines += [("Note", note) for note in recipe.get("notes", [])]
    return lines


def recipe_text(recipe: Recipe) -> str:
    """One line for each fact, to be pasted anywhere."""
    return "\n".join(f"{label}: {value}" for label, value in recipe_lines(recipe))


def provider_name(provider: str) -> str:
    """What ONNX Runtime calls "CPUExecutionProvider" is "CPU" to anybody else."""
    return provider.removesuffix("ExecutionProvider")


class RecipeDialog(QDialog):
    """Everything known about a neural layer; ``run_again`` is emitted when it shall be repeated."""

    run_again = Signal()

    def __init__(self, name: str, recipe: Recipe, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"How “{name}” was made")
        self._recipe = recipe
        form = QFormLayout()
        form.setHorizontalSpacing(4 * SPACE)
        form.setVerticalSpacing(2 * SPACE)
        for label, value in recipe_lines(recipe):
            text = QLabel(value)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setWordWrap(True)
            text.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            if label == "SHA-256":
                text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
                text.setText(f"{value[:32]}\n{value[32:]}")
            title = QLabel(label)
            title.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            form.addRow(title, text)
        self.copy = QPushButton("Copy")
        self.again = QPushButton("Run again")
        self.again.setVisible("parameters" in recipe)  # else it was healed here and there
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.again, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        self.copy.clicked.connect(self._copy)
        self.again.clicked.connect(self.accept)
        self.again.clicked.connect(self.run_again)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * SPACE] * 4)
        layout.setSpacing(4 * SPACE)
        layout.addLayout(form)
        layout.addWidget(buttons)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(recipe_text(self._recipe))
        self.copy.setText("Copied")


def _spelled(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(_spelled, value)) or "none"
    if isinstance(value, dict):  # a record: what it is called, and how much it counts
        name, share = value.get("name", "?"), value.get("share", 1)
        return str(name) if share == 1 else f"{name} × {_spelled(share)}"
    return f"{value:g}" if isinstance(value, float) else str(value)
