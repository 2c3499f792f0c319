"""Sentences over the canvas: for who is here for the first time (R35), and for who drags there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget

from editor.jobs import JobRunner
from editor.ui.missing import needs_look
from editor.ui.neural_panel import MASK_TOOL, NeuralPanel
from editor.ui.theme import SPACE
from editor.workspace import Workspace
from neural.operations.base import Generating, Resizing

PAINT = "Paint over what should go, then press Ctrl+Enter."
DROP = "Drop a picture here, or pick a look at the right; a mask is optional."
RUN = "Press Ctrl+Enter for the whole picture, or first paint over the part that it is for."
RUN_PART = "Press Ctrl+Enter for the part that is painted over."
GENERATE = "Press Ctrl+Enter for a picture out of nothing."
ENLARGE = "Press Ctrl+Enter: the result opens beside this picture."


class Hint(QLabel):
    """Floats at the lower edge of ``over`` and lets everything through to it.

    It says how to begin with what the neural panel shows, until a network was run once; what is
    about painting, only while the mask brush is in the hand.
    """

    def __init__(
        self, workspace: Workspace, runner: JobRunner, panel: NeuralPanel, over: QWidget
    ) -> None:
        super().__init__(over)
        self._workspace, self._panel, self._over = workspace, panel, over
        self._is_known = False
        self.setObjectName("hint")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        workspace.tool_changed.connect(self._follow)
        panel.followed.connect(self._follow)
        runner.queued.connect(self._learn)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place when the canvas gets another size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _learn(self) -> None:
        self._is_known = True
        self._follow()

    def _follow(self) -> None:
        sentence = self._sentence()
        if sentence != self.text():
            self.setText(sentence)
            self._place()
        paints = self._workspace.tool_id == MASK_TOOL
        self.setVisible(not self._is_known and (paints or sentence in (DROP, GENERATE)))

    def _sentence(self) -> str:
        value = self._panel.value
        if value.needs_mask:
            return PAINT
        if needs_look(value):
            return DROP
        if isinstance(value, Generating):
            return GENERATE
        if isinstance(value, Resizing):
            return ENLARGE
        view = self._workspace.active
        return RUN if view is None or view.document.selection.is_empty else RUN_PART

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
