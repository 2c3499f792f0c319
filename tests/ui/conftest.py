"""A real workspace on a real canvas, and hands to use it with."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor.document.document import Document
from editor.tools import TOOLS
from editor.tools.base import Tool
from editor.ui.canvas import CanvasView
from editor.workspace import Workspace
from tests.ui.hands import Mouse, Pen


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
