"""Sentences in narrow places."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel

_HASH = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")


class Prose(QLabel):
    """Wrapped plain text that can be selected, and never makes its panel wider.

    SHA-256 hashes are cut to their beginning; the tooltip has the whole text.
    """

    def __init__(self, text: str = "", *, dim: bool = False) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if dim:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.say(text)

    def say(self, text: str) -> None:
        """Show ``text``, if it is another one."""
        short = _HASH.sub(r"\1…", text)
        if short != self.text():
            self.setText(short)
        self.setToolTip(text if short != text else "")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
