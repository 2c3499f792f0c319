"""The canvas on screens with more, or a fraction more, device pixels than logical ones."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import numpy as np
from dataclasses import replace
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget
from editor.document.document import Document
from editor.tools.brush import BrushTool
from editor.ui.canvas import CanvasView
from editor.ui.qimage import from_qimage
from editor.workspace import Workspace
from tests.ui.conftest import picture
from tests.ui.hands import Mouse

app = QApplication([])
workspace, brush = Workspace(), BrushTool()
brush.options = replace(brush.options, size=31, hardness=1.0)
window = QWidget()
row = QHBoxLayout(window)
row.setContentsMargins(7, 5, 3, 3)  # so that the canvas begins within a device pixel
canvas = CanvasView(workspace, {"brush": brush})
row.addWidget(canvas)
canvas.setFixedSize(321, 241)
workspace.choose_tool("brush")
workspace.add(Document.from_pixels(picture(120, 90)))
window.show()
app.processEvents()

def screenshot():
    app.processEvents()
    return from_qimage(window.grab().toImage())[..., :3].astype(int)

def middle(one, other):
    ys, xs = np.nonzero((one != other).any(-1))
    return (xs.min() + xs.max() + 1) / 2, (ys.min() + ys.max() + 1) / 2

mouse = Mouse(canvas)
before = screenshot()
x, y = (round(v) for v in workspace.viewport.to_screen(0, 0))
ratio = canvas.devicePixelRatioF()
left, top = int(canvas.x() * ratio + 0.5) + x, int(canvas.y() * ratio + 0.5) + y
crisp = (before[top:top + 90, left:left + 120] == picture(120, 90)[..., :3]).all()
for at in ((160, 120), (171.3, 117.6)):
    mouse.leave()
    before = screenshot()
    mouse.move(at)
    ring = middle(screenshot(), before)
    mouse.press()
    mouse.release()
    mouse.leave()
    dab = middle(screenshot(), before)
    workspace.document.history.undo()
    print(ratio, int(crisp), *ring, *dab, flush=True)
"""


@pytest.mark.parametrize("ratio", [1, 1.25, 1.5, 2])
def test_r44_the_ring_is_where_the_dab_lands_and_pixels_stay_crisp(ratio):
    environment = os.environ | {"QT_SCALE_FACTOR": str(ratio), "QT_QPA_PLATFORM": "offscreen"}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
    )
    lines = [[float(word) for word in line.split()] for line in run.stdout.splitlines()]
    assert len(lines) == 2
    for got, crisp, ring_x, ring_y, dab_x, dab_y in lines:
        assert got == ratio
        assert crisp == 1
        assert abs(ring_x - dab_x) <= 0.5 and abs(ring_y - dab_y) <= 0.5
