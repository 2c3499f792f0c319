"""The one place where the parts are made and connected."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from editor import paths
from editor.autosave import Autosave
from editor.jobs import JobRunner
from editor.looks import Looks, shipped_looks
from editor.points import Points
from editor.settings import Settings
from editor.tools import TOOLS
from editor.ui import icons
from editor.ui.crash import CrashDialog
from editor.ui.main_window import MainWindow
from editor.ui.menus import Focus
from editor.workspace import Workspace
from neural.engine import Engine, shipped_models

log = logging.getLogger(__name__)

NO_DISPLAY = (
    "There is no display to open a window on; `make demo` shows the same work without one.\n"
)
LOG_BYTES = 1 << 20


class App:
    """Everything that lives as long as the program."""

    def __init__(self, application: QApplication) -> None:
        settings = Settings.load()
        preferences = settings.preferences
        folders = [shipped_models(), paths.models()]
        self.runner, self.disk = JobRunner(), JobRunner()
        self.beside = tuple(JobRunner(beside=self.runner) for _ in range(3))
        previews, idle, sketching = self.beside
        self.workspace, self.autosave = Workspace(), Autosave()
        self.window = MainWindow(
            self.workspace,
            {tool.id: tool() for tool in TOOLS},
            settings,
            Engine(folders, preferences.device, preferences.memory_mb),
            self.runner,
            self.disk,
            previews,
            idle,
            sketching,
            Looks(shipped_looks(), paths.looks()),
            Points(paths.points()),
            self.autosave,
        )
        Focus(application, parent=self.window)

    def close(self) -> None:
        """Stop the threads; nothing is left to recover."""
        for runner in self.beside:
            runner.close()
        self.runner.close()
        self.disk.close()
        self.autosave.close()
        self.window.deleteLater()


def main(argv: Sequence[str]) -> int:
    """Run the editor on the files named in ``argv``; returns the exit status."""
    if not has_display():
        sys.stderr.write(NO_DISPLAY)
        return 1
    application = QApplication(["pentimento"])
    application.setApplicationName("pentimento")
    application.setApplicationDisplayName("Pentimento")
    application.setDesktopFileName("io.github.pentimento.Pentimento")
    application.setWindowIcon(icons.mark())
    log_to(paths.state())
    app = App(application)
    sys.excepthook = BugReport()
    app.window.show()
    app.window.open([Path(name) for name in argv])
    QTimer.singleShot(0, app.window.offer_recovery)
    status = application.exec()
    app.close()
    return status


def has_display() -> bool:
    """Whether Qt can open a window: asked first, because Qt ends the program if not."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def log_to(folder: Path) -> None:
    """Keep what is logged in a file; without one, on stderr only."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "log.txt", maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)


class BugReport:
    """What becomes of an error that nobody expected: it is logged, and said once.

    The program goes on. An error while painting comes again with every repaint, so the same one
    is not said twice, nor any while another is being read.
    """

    def __init__(self) -> None:
        self._said: set[str] = set()
        self._reads = False

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """As ``sys.excepthook``."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        log.error("unexpected error", exc_info=(kind, error, trace))
        details = "".join(traceback.format_exception(kind, error, trace))
        if details not in self._said and not self._reads:
            self._said.add(details)
            self._reads = True
            CrashDialog(QApplication.activeWindow(), details).exec()
            self._reads = False
