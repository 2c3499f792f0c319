"""The shapes of the pointer over the canvas."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter

from editor.tools import TOOLS
from editor.tools.base import Cursor
from editor.ui.cursors import GLYPHS, SIDE, cursor
from editor.ui.qimage import from_qimage


@pytest.mark.parametrize("kind", [*get_args(Cursor), "arrow", "forbidden", "grab"])
def test_every_kind_has_a_cursor(qapp, kind):
    assert cursor(kind, 1.0).pixmap().isNull() != (kind in GLYPHS)


def test_every_tool_has_a_cursor(qapp):
    for tool in TOOLS:
        assert cursor(tool.cursor, 1.0)


@pytest.mark.parametrize("kind", list(GLYPHS))
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#808080"])
def test_an_icon_shows_on_any_ground_and_fills_its_size(qapp, kind, ratio, ground):
    pixmap = cursor(kind, ratio).pixmap()
    assert pixmap.width() == round(SIDE * ratio)
    image = QImage(pixmap.size(), QImage.Format.Format_RGB32)
    image.fill(QColor(ground))
    with QPainter(image) as painter:
        painter.drawPixmap(image.rect(), pixmap)
    levels = from_qimage(image)[..., 0]
    assert levels.max() - levels.min() > 120
    assert np.count_nonzero(levels != levels[0, -1]) > 0.08 * levels.size
