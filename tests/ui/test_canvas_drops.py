"""What happens to pictures dropped on the canvas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from editor.ui.qimage import from_qimage, to_qimage
from tests.ui.conftest import picture
from tests.ui.hands import CTRL, LEFT, NONE

COPY = Qt.DropAction.CopyAction


@pytest.fixture
def dropped(canvas):
    dropped = []
    canvas.files_dropped.connect(lambda *drop: dropped.append(drop))
    canvas.image_dropped.connect(lambda *drop: dropped.append(drop))
    return dropped


def drop(canvas, data, at=(150.0, 100.0), held=NONE):
    """Drag ``data`` in and let go, as the system does; whether it was taken."""
    enter = QDragEnterEvent(QPoint(*map(int, at)), COPY, data, LEFT, held)
    enter.ignore()
    QApplication.sendEvent(canvas, enter)
    if not enter.isAccepted():
        return False
    event = QDropEvent(QPointF(*at), COPY, data, LEFT, held)
    QApplication.sendEvent(canvas, event)
    return event.isAccepted()


def files(*paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def test_several_files_arrive_together_with_their_place(canvas, dropped):
    paths = [Path("/pictures/a.png"), Path("/pictures/ü b.jpg")]
    assert drop(canvas, files(*paths))
    assert dropped == [(paths, (100, 50), False)]


def test_ctrl_opens(canvas, dropped):
    drop(canvas, files("/a.png"), held=CTRL)
    assert dropped[0][2] is True


def test_without_a_document_a_drop_opens(canvas, workspace, dropped):
    workspace.close(workspace.active)
    drop(canvas, files("/a.png"))
    assert dropped == [([Path("/a.png")], (0, 0), True)]


def test_an_image_from_another_program_arrives_as_pixels(canvas, dropped):
    data = QMimeData()
    data.setImageData(to_qimage(picture(7, 5)))
    assert drop(canvas, data)
    np.testing.assert_array_equal(from_qimage(dropped[0][0]), picture(7, 5))


def test_image_bytes_count_more_than_the_link_they_came_with(canvas, dropped, tmp_path):
    path = tmp_path / "a.png"
    to_qimage(picture(7, 5)).save(str(path))
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png")])
    data.setData("image/png", path.read_bytes())
    assert drop(canvas, data)
    np.testing.assert_array_equal(from_qimage(dropped[0][0]), picture(7, 5))


def test_a_mere_link_is_refused_with_a_sentence(canvas, workspace, dropped):
    said = []
    workspace.said.connect(said.append)
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/a.png")])
    assert not drop(canvas, data)
    assert dropped == [] and len(said) == 1 and "link" in said[0]


def test_text_is_not_for_the_canvas(canvas, workspace, dropped):
    said = []
    workspace.said.connect(said.append)
    data = QMimeData()
    data.setText("hello")
    assert not drop(canvas, data)
    assert dropped == [] and said == []
