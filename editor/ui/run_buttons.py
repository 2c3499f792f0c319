"""The buttons that start what the neural panel shows."""

from __future__ import annotations

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QWidget

from editor.ui.icons import icon
from editor.ui.theme import SPACE


class RunButtons(QWidget):
    """``run``; and for what has a seed, ``another`` with the next one, and ``several`` at once."""

    def __init__(self) -> None:
        super().__init__()
        self.run = QPushButton(f"Run    {_native('Ctrl+Enter')}")
        self.run.setAccessibleName("Run")
        self.another = QToolButton()
        self.another.setIcon(icon("mdi6.dice-multiple-outline"))
        self.another.setToolTip("Another variant: run with the next seed")
        self.another.setAccessibleName("Another variant")
        self.several = QToolButton()
        self.several.setIcon(icon("mdi6.view-grid-outline"))
        keys = _native("Ctrl+Shift+Enter")
        self.several.setToolTip(f"Six variants to choose from ({keys})")
        self.several.setAccessibleName("Six variants")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.run, 1)
        row.addWidget(self.another)
        row.addWidget(self.several)

    def show_variants(self, on: bool) -> None:
        """Whether what is shown has a seed."""
        for button in (self.another, self.several):
            button.setVisible(on)

    def allow(self, on: bool) -> None:
        """Whether it can be run now."""
        for button in (self.run, self.another, self.several):
            button.setEnabled(on)
        self.run.setDefault(on)


def _native(keys: str) -> str:
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
