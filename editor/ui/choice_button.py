"""A picture to choose, or to mix in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolButton

Key, Modifier = Qt.Key, Qt.KeyboardModifier

HINT = "Ctrl and a click mix it in, or take it out"
STEPS = {
    Key.Key_Left: (-1, 0),
    Key.Key_Right: (1, 0),
    Key.Key_Up: (0, -1),
    Key.Key_Down: (0, 1),
}


class ChoiceButton(QToolButton):
    """One of several. Signals: ``chosen(mixed)``; ``menu_asked(at)``; ``stepped(across, down)``: an
    arrow key. What is checked follows from what is chosen then: a click alone checks nothing.
    """

    chosen = Signal(bool)
    menu_asked = Signal(object)
    stepped = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._mixes = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def nextCheckState(self) -> None:
        self.chosen.emit(self._mixes)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mixes = _mixes(event.modifiers())
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS:
            self.stepped.emit(*STEPS[Key(event.key())])
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self.chosen.emit(_mixes(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())


def _mixes(held: Qt.KeyboardModifier) -> bool:
    return bool(held & (Modifier.ControlModifier | Modifier.ShiftModifier))
