"""A look to choose, as a picture with its name."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget

from editor.shelf import Kept
from editor.ui.choice_button import HINT, ChoiceButton
from editor.ui.theme import SPACE
from editor.ui.tips import plain
from neural.looks import Look

PICTURE = QSize(80, 56)
"""In logical pixels."""


def size_of_look(like: QWidget) -> QSize:
    """Of a button, in the font of ``like``."""
    text = like.fontMetrics().height()
    return QSize(PICTURE.width() + 2 * SPACE, PICTURE.height() + text + 3 * SPACE)


class LookButton(ChoiceButton):
    """One look."""

    def __init__(self, kept: Kept[Look]) -> None:
        super().__init__()
        self.kept = kept
        self.setObjectName("look")
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(PICTURE)
        name = kept.record.name
        self.setAccessibleName(name)
        self.setToolTip(plain(f"{name}\n{HINT}"))
        room = PICTURE.width() - 2 * SPACE  # or the button cuts it in the middle
        title = name.rpartition(" – ")[2]  # without the painter
        self.setText(self.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))
        self.setFixedSize(size_of_look(self))
