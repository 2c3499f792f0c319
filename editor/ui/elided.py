"""Lines that give way."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel

from editor.ui.tips import plain

LEAST = 24  # width, in logical pixels


class Elided(QLabel):
    """Plain text in one line, cut where there is no room; the tooltip has all of it."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setIndent(0)  # or the frame that a style sheet gives takes some of the room

    def say(self, text: str) -> None:
        """Show ``text``."""
        self._whole = " ".join(text.splitlines())
        self.setToolTip(plain(text))
        self.setAccessibleName(self._whole)
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self._whole) + 1
        frame = self.width() - self.contentsRect().width()
        return QSize(wide + frame, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(min(LEAST, self.sizeHint().width()), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _fit(self) -> None:
        room, end = self.contentsRect().width(), Qt.TextElideMode.ElideRight
        shown = self.fontMetrics().elidedText(self._whole, end, room)
        if shown != self.text():
            self.setText(shown)
