"""What the program says of itself: about, and after an error nobody expected."""

from __future__ import annotations

from importlib.metadata import version

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from editor.ui.about import AboutDialog
from editor.ui.crash import CrashDialog
from editor.ui.main_window import MainWindow


def test_about_says_the_version_and_every_license(qtbot):
    dialog = AboutDialog(None)
    qtbot.addWidget(dialog)
    words = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert f"Pentimento {version('pentimento')}" in words
    assert "nothing is sent anywhere" in words
    text = dialog.licenses.toPlainText()
    for name in ("pentimento", "PySide6", "numpy", "pillow", "onnxruntime", "QtAwesome", "inpaint"):
        assert name in text
    assert dialog.licenses.isReadOnly()


def test_the_help_menu_opens_it(qapp, monkeypatch):
    opened = []
    monkeypatch.setattr(AboutDialog, "exec", lambda dialog: opened.append(dialog))
    MainWindow.about(None)
    assert [type(dialog) for dialog in opened] == [AboutDialog]
    assert isinstance(opened[0].findChild(QPlainTextEdit), QPlainTextEdit)


def test_the_report_of_a_crash_can_be_copied_and_the_dialog_stays(qtbot):
    dialog = CrashDialog(None, "Traceback: out of ink\n")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    copied = QGuiApplication.clipboard().text()
    assert copied == dialog.report == dialog.detailedText()
    assert "out of ink" in copied
    assert f"Pentimento {version('pentimento')}" in copied
    assert dialog.isVisible()
