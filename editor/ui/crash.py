"""An error that nobody expected: the dialog that says so. Nothing is sent anywhere."""

from __future__ import annotations

import platform

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from editor import release

SENTENCE = "Something went wrong; your pictures are still open."
ADVICE = "Save them under another name. A report was kept on this computer; nothing was sent."


class CrashDialog(QMessageBox):
    """One sentence, the report on demand, and a button that copies it."""

    def __init__(self, parent: QWidget | None, trace: str) -> None:
        """trace: the formatted traceback."""
        super().__init__(parent)
        self.report = _report(trace)
        self.setWindowTitle("Pentimento")
        self.setText(SENTENCE)
        self.setInformativeText(ADVICE)
        self.setDetailedText(self.report)
        self.setDefaultButton(self.addButton(QMessageBox.StandardButton.Close))
        self.copy = self.addButton("Copy report", QMessageBox.ButtonRole.ActionRole)
        self.copy.clicked.disconnect()  # else it would also close the dialog
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report))


def _report(trace: str) -> str:
    """What a developer needs to know: versions, system, traceback. No picture, no names of files
    but those in the traceback."""
    return (
        f"Pentimento {release.version()}, Qt {qVersion()}, Python {platform.python_version()}\n"
        f"{platform.platform()}, {QGuiApplication.platformName()}\n\n{trace}"
    )
