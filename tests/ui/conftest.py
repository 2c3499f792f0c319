"""A real workspace on a real canvas, and hands to use it with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import app as application
from editor.app import App
from editor.document.document import Document
from editor.tools import TOOLS
from editor.tools.base import Tool
from editor.ui import dialogs
from editor.ui.canvas import CanvasView
from editor.ui.main_window import MainWindow
from editor.workspace import Workspace
from neural.looks import dump
from tests.neural.graphs import install_style
from tests.ui.hands import Mouse, Pen
from tests.ui.looks import COLORS, DUSK, WAVE


def picture(w: int, h: int, dtype: type = np.uint8) -> np.ndarray:
    """Opaque, and different in every pixel's neighborhood."""
    y, x = np.mgrid[0:h, 0:w]
    pixels = np.stack([x % 256, y % 256, (3 * x + 5 * y) % 256, np.full_like(x, 255)], axis=-1)
    return (pixels * (257 if dtype is np.uint16 else 1)).astype(dtype)


@pytest.fixture(autouse=True, scope="session")
def emptied_clipboard(qapp: QApplication) -> Iterator[None]:
    """Qt's offscreen platform crashes at exit if something of ours is still on its clipboard."""
    yield
    qapp.clipboard().clear()


@pytest.fixture
def workspace() -> Workspace:
    """One document of 300 x 200 pixels, 8 bits; the brush is the active tool."""
    workspace = Workspace()
    workspace.add(Document.from_pixels(picture(300, 200)))
    workspace.choose_tool("brush")
    return workspace


@pytest.fixture
def tools() -> dict[str, Tool]:
    return {tool.id: tool() for tool in TOOLS}


@pytest.fixture
def canvas(qtbot: QtBot, workspace: Workspace, tools: dict[str, Tool]) -> CanvasView:
    """400 x 300, so the document is shown at 100 % with its corner at (50, 50)."""
    canvas = CanvasView(workspace, tools)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    qtbot.waitExposed(canvas)
    canvas.setFocus()
    canvas.grab()
    qtbot.waitUntil(lambda: canvas.screen_shown is not None and canvas.screen_shown.is_ready)
    QApplication.processEvents()
    return canvas


@pytest.fixture
def mouse(canvas: CanvasView) -> Mouse:
    return Mouse(canvas)


@pytest.fixture
def pen(canvas: CanvasView) -> Pen:
    return Pen(canvas)


@pytest.fixture
def style_window(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """Shows the task Style and a gray document of 300 x 200; with tiny networks, and two looks."""
    install_style(tmp_path / "models")
    looks = tmp_path / "looks"
    looks.mkdir()
    for number, look in enumerate((WAVE, DUSK)):
        (looks / f"{number}.look").write_text(dump(look))
    monkeypatch.setattr(application, "shipped_models", lambda: tmp_path / "models")
    monkeypatch.setattr(application, "shipped_looks", lambda: looks)
    app = App(qapp)
    app.window.resize(1200, 900)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    random = np.random.default_rng(0)
    pixels = random.integers(60, 200, (200, 300, 4), np.uint8)
    pixels[..., 3] = 255
    app.window.workspace.add(Document.from_pixels(pixels))
    app.window.workspace.choose_tool("hand")
    app.window.show_operation("style")
    yield app.window
    for view in app.window.workspace.views:
        view.document.history.mark_clean(None)
    app.window.quit()
    app.close()


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Plain pictures: red, green, blue, gold."""
    for name, color in COLORS.items():
        Image.new("RGB", (64, 48), color).save(tmp_path / f"{name}.png")
    return [tmp_path / f"{name}.png" for name in COLORS]


@pytest.fixture
def said(style_window: MainWindow) -> list[str]:
    said: list[str] = []
    style_window.workspace.said.connect(said.append)
    return said


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reported: list[str] = []
    monkeypatch.setattr(dialogs, "report", lambda parent, sentence: reported.append(sentence))
    return reported
