"""What is shown while nothing is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from editor.ui import icons
from editor.ui.theme import SPACE

SHOWN = 6
"""Recent files, at most."""


class StartPage(QWidget):
    """One sentence, two buttons, and what was open lately."""

    def __init__(
        self, new: Callable[[], None], choose: Callable[[], None], show: Callable[[Path], None]
    ) -> None:
        super().__init__()
        self.setObjectName("start")
        self._show = show
        mark = QLabel()
        mark.setPixmap(icons.mark().pixmap(72, 72))
        title = QLabel("Open a photo, paint over what should go.")
        title.setObjectName("headline")
        open_button = QPushButton("Open…")
        open_button.setDefault(True)
        open_button.clicked.connect(lambda: choose())
        new_button = QPushButton("New…")
        new_button.clicked.connect(lambda: new())
        hint = QLabel("or drop pictures anywhere in this window")
        hint.setObjectName("dim")
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * SPACE)
        buttons.addStretch(1)
        buttons.addWidget(open_button)
        buttons.addWidget(new_button)
        buttons.addStretch(1)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        layout = QVBoxLayout(self)
        layout.setSpacing(4 * SPACE)
        layout.addStretch(2)
        layout.addWidget(mark, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(title, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(buttons)
        layout.addWidget(hint, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(4 * SPACE)
        layout.addLayout(self._recent)
        layout.addStretch(3)

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List the files that were open lately."""
        while (item := self._recent.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for path in paths[:SHOWN]:
            button = QPushButton(path.name)
            button.setFlat(True)
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setToolTip(str(path))
            button.clicked.connect(lambda _, path=path: self._show(path))
            self._recent.addWidget(button, alignment=Qt.AlignmentFlag.AlignHCenter)
