"""What this program is, and the licences of everything in it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from editor import release
from editor.ui.theme import SPACE

WHAT = (
    "An image editor with layers, whose brush can be a neural network. Everything runs on this "
    "computer; nothing is sent anywhere."
)
ICON = 64


class AboutDialog(QDialog):
    """Icon, name, version, one sentence; below, the licences to read and copy."""

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Pentimento")
        icon = QLabel()
        icon.setPixmap(QApplication.windowIcon().pixmap(ICON, ICON))
        words = QLabel(f"<h2>Pentimento {release.version()}</h2><p>{WHAT}</p>")
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = QHBoxLayout()
        head.setSpacing(4 * SPACE)
        head.addWidget(icon, alignment=Qt.AlignmentFlag.AlignTop)
        head.addWidget(words, 1)
        self.licenses = QPlainTextEdit(release.licenses())
        self.licenses.setReadOnly(True)
        self.licenses.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.licenses.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[4 * SPACE] * 4)
        layout.setSpacing(3 * SPACE)
        layout.addLayout(head)
        layout.addWidget(QLabel("Made of, and under these licenses:"))
        layout.addWidget(self.licenses, 1)
        layout.addWidget(buttons)
        self.resize(680, 560)
