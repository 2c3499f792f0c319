"""The same gestures through the real canvas, until the pixels are on the widget."""

import itertools
import subprocess
import sys

import pytest
from PySide6.QtCore import QRect

from editor.paint.brush import Brush
from editor.tools import TOOLS
from editor.ui.canvas import CanvasView
from editor.workspace import Workspace
from tests.ui.hands import Mouse

pytestmark = pytest.mark.bench

START = """
from PySide6.QtWidgets import QApplication
from editor.app import App

application = QApplication(["pentimento"])
app = App(application)
app.window.show()
application.processEvents()
app.window.grab()
app.close()
"""


@pytest.fixture
def canvas(qtbot, document):
    """1600 x 1000, at 100 % in the middle of the document, with the brush chosen."""
    workspace = Workspace()
    view = workspace.add(document)
    workspace.choose_tool("brush")
    canvas = CanvasView(workspace, {tool.id: tool() for tool in TOOLS})
    qtbot.addWidget(canvas)
    canvas.resize(1600, 1000)
    canvas.show()
    qtbot.waitExposed(canvas)
    view.viewport.zoom = 1.0
    view.viewport.center(document.size, canvas.view_size)
    workspace.viewport_changed.emit()
    qtbot.waitUntil(lambda: canvas.screen_shown.is_ready, timeout=60_000)
    yield canvas
    workspace.close(view)


@pytest.mark.parametrize("size", [64, 256])
def test_one_pointer_sample_until_it_is_on_the_widget(benchmark, canvas, size):
    """Budget: 8 ms with a 64 px brush, with 5 as with 50 layers."""
    canvas._hand.tool.options = Brush(size=size)
    mouse, step = Mouse(canvas), max(8, size // 8)
    there = list(range(200, 1400, step))
    path = itertools.cycle([*there, *reversed(there)])
    mouse.move((200, 500))
    mouse.press()

    def sample():
        x = next(path)
        mouse.move((x, 500))
        canvas.repaint(QRect(x - size, 500 - size, 2 * size, 2 * size))

    benchmark.pedantic(sample, rounds=300, warmup_rounds=10)
    mouse.release()


def test_panning_the_view(benchmark, canvas):
    """Budget: 16 ms, over pixels that were shown before."""
    workspace = canvas._workspace
    turns = itertools.cycle([7, -7])

    def pan():
        workspace.viewport.scroll(next(turns), 3)
        workspace.viewport_changed.emit()
        canvas.repaint()

    benchmark.pedantic(pan, rounds=50, warmup_rounds=5)


def test_cold_start_to_the_first_paint(benchmark):
    """Budget: 1.5 s for the whole process."""

    def start():
        subprocess.run([sys.executable, "-c", START], check=True, timeout=60)

    benchmark.pedantic(start, rounds=5, warmup_rounds=1)
