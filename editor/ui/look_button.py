"""A look to choose, as a picture with its name."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolButton, QWidget

from editor.shelf import Kept
from editor.ui.theme import SPACE
from neural.looks import Look

Key, Modifier = Qt.Key, Qt.KeyboardModifier

PICTURE = QSize(80, 56)
"""In logical pixels."""


def size_of_look(like: QWidget) -> QSize:
    """Of a button, in the font of ``like``."""
    text = like.fontMetrics().height()
    return QSize(PICTURE.width() + 2 * SPACE, PICTURE.height() + text + 3 * SPACE)


class LookButton(QToolButton):
    """One look. Signals: ``chosen(mixed)``; ``stepped(across, down)``: an arrow key."""

    chosen = Signal(bool)
    stepped = Signal(int, int)
    menu_asked = Signal(object)

    def __init__(self, kept: Kept[Look]) -> None:
        super().__init__()
        self.kept = kept
        self._mixes = False
        self.setObjectName("look")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(PICTURE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name = kept.record.name
        self.setAccessibleName(name)
        self.setToolTip(f"{name}\nCtrl and a click mix it in, or take it out")
        room = PICTURE.width() - 2 * SPACE  # or the button cuts it in the middle
        self.setText(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room))
        self.setFixedSize(size_of_look(self))

    def nextCheckState(self) -> None:
        """Pressed: what is checked follows from what is chosen then."""
        self.chosen.emit(self._mixes)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mixes = _mixes(event.modifiers())
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Key.Key_Left: (-1, 0),
            Key.Key_Right: (1, 0),
            Key.Key_Up: (0, -1),
            Key.Key_Down: (0, 1),
        }
        if event.key() in steps:
            self.stepped.emit(*steps[Key(event.key())])
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self.chosen.emit(_mixes(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())


def _mixes(held: Qt.KeyboardModifier) -> bool:
    return bool(held & (Modifier.ControlModifier | Modifier.ShiftModifier))
