"""A sentence over the canvas for who is here for the first time."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from editor.ui.theme import SPACE


class Hint(QLabel):
    """Floats at the lower edge of ``over``, and lets everything through to it."""

    def __init__(self, sentence: str, over: QWidget) -> None:
        super().__init__(sentence, over)
        self._over = over
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        self.adjustSize()
        x = (self._over.width() - self.width()) // 2
        self.move(x, self._over.height() - self.height() - 6 * SPACE)
