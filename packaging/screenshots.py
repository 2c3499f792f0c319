"""``make screenshots``: use the real application and keep pictures of it in ``docs``."""

from __future__ import annotations

import dataclasses
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QPointF, Qt, QTimer, SignalInstance
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from editor.app import App
from editor.ui.main_window import MainWindow
from editor.ui.theme import Choice
from samples import ROCKET, sample_photo

DOCS = Path(__file__).parents[1] / "docs"
SIZE = 1280, 840
PATIENCE_MS = 120_000


def main() -> int:
    """Erase the rocket from the sample, with a picture of every step."""
    with tempfile.TemporaryDirectory() as home:
        for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{kind}_HOME"] = home
        application = QApplication([])
        app = App(application)
        window = app.window
        window.resize(*SIZE)
        window.show()
        with_theme(window, "dark")
        wait(app.disk.finished, lambda: window.open([sample_photo()]))
        window.menus.run("view.zoom-in")
        paint(window, strokes())
        keep(window, "mask")
        wait(app.runner.finished, lambda: window.menus.run("neural.run"))
        keep(window, "result")
        with_theme(window, "light")
        keep(window, "light")
        window.quit()
        app.close()
    return 0


def strokes() -> Iterable[list[tuple[float, float]]]:
    """The outline of the thing, and lines across it, in pixels of the photo."""
    yield [(x, y) for x, y in (*ROCKET, ROCKET[0])]
    for y in range(122, 406, 14):
        edges = sorted(crossings(y))
        yield [(edges[0], y), (edges[-1], y)]


def crossings(y: float) -> Iterable[float]:
    """Where the outline passes this height."""
    for (x0, y0), (x1, y1) in zip(ROCKET, (*ROCKET[1:], ROCKET[0]), strict=True):
        if min(y0, y1) <= y <= max(y0, y1) and y0 != y1:
            yield x0 + (x1 - x0) * (y - y0) / (y1 - y0)


def paint(window: MainWindow, lines: Iterable[list[tuple[float, float]]]) -> None:
    """Press, drag and release the mouse along each line."""
    tool = window.tools["mask"]
    tool.options = dataclasses.replace(tool.options, size=20)
    window.options_changed()
    for line in lines:
        points = [QPointF(*window.workspace.viewport.to_screen(*point)) for point in line]
        mouse(window, QEvent.Type.MouseButtonPress, points[0], pressed=True)
        for point in points:
            mouse(window, QEvent.Type.MouseMove, point, pressed=True)
        mouse(window, QEvent.Type.MouseButtonRelease, points[-1], pressed=False)


def mouse(window: MainWindow, kind: QEvent.Type, at: QPointF, *, pressed: bool) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    changed = none if kind == QEvent.Type.MouseMove else left
    event = QMouseEvent(
        kind,
        at,
        window.canvas.mapToGlobal(at),
        changed,
        left if pressed else none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(window.canvas, event)


def with_theme(window: MainWindow, theme: Choice) -> None:
    settings = window.settings
    preferences = dataclasses.replace(settings.preferences, theme=theme)
    window.apply_settings(dataclasses.replace(settings, preferences=preferences))


def wait(signal: SignalInstance, start: Callable[[], None]) -> None:
    """Do ``start`` and let the application run until ``signal`` is emitted."""
    loop = QEventLoop()
    signal.connect(loop.quit)
    QTimer.singleShot(PATIENCE_MS, lambda: loop.exit(1))
    start()
    if loop.exec():
        raise TimeoutError("the application did not answer")


def keep(window: MainWindow, name: str) -> None:
    """Write what the window shows once it has come to rest."""
    loop = QEventLoop()
    QTimer.singleShot(600, loop.quit)
    loop.exec()
    DOCS.mkdir(exist_ok=True)
    window.grab().save(str(DOCS / f"{name}.png"), quality=0)  # smallest
    print(DOCS / f"{name}.png")


if __name__ == "__main__":
    sys.exit(main())
