"""Sentences over the canvas: for who is here for the first time (R35), and for who drags there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from editor.jobs import JobRunner
from editor.ui.theme import SPACE
from editor.workspace import Workspace

SENTENCE = "Paint over what should go, then press Ctrl+Enter."


class Hint(QLabel):
    """Floats at the lower edge of ``over`` and lets everything through to it.

    It is there while the mask brush is in the hand, until a network was run once.
    """

    def __init__(self, workspace: Workspace, runner: JobRunner, over: QWidget) -> None:
        super().__init__(SENTENCE, over)
        self._workspace, self._over = workspace, over
        self._is_known = False
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        workspace.tool_changed.connect(self._follow)
        runner.queued.connect(self._learn)
        self._follow()
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the canvas gets another size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _learn(self) -> None:
        self._is_known = True
        self._follow()

    def _follow(self) -> None:
        self.setVisible(self._workspace.tool_id == "mask" and not self._is_known)

    def _place(self) -> None:
        self.adjustSize()
        x = (self._over.width() - self.width()) // 2
        self.move(x, self._over.height() - self.height() - 6 * SPACE)


class DropHint(QLabel):
    """Says what happens to what is dragged over a widget, in its middle at the top."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, sentence: str) -> None:
        """Until it is hidden."""
        self.setText(sentence)
        self.adjustSize()
        self.move((self._over.width() - self.width()) // 2, 6 * SPACE)
        self.show()
        self.raise_()
