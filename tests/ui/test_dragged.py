import numpy as np
from PySide6.QtGui import QGuiApplication

from editor.document.document import Document
from editor.document.geometry import Rect
from editor.ui.drops import dropped_image, refusal
from editor.ui.layer_model import LayerModel
from editor.ui.qimage import from_qimage

RED = np.array([200, 30, 40, 255], np.uint8)


def dragged(opacity=1.0):
    document = Document.from_pixels(np.full((60, 80, 4), 255, np.uint8))
    layer = document.new_layer("red")
    layer.opacity = opacity
    layer.pixels.write(Rect(10, 20, 30, 15), np.broadcast_to(RED, (15, 30, 4)))
    document.root.insert(1, layer)
    model = LayerModel()
    model.set_document(document)
    return model.mimeData([model.index_of(layer)])


def test_a_dragged_layer_is_a_picture_of_itself_alone_to_other_programs(qapp):
    data = dragged()
    assert data.hasImage()
    pixels = from_qimage(dropped_image(data))
    assert pixels.shape == (15, 30, 4)
    assert (pixels == RED).all()


def test_its_opacity_is_in_the_picture(qapp):
    pixels = from_qimage(dropped_image(dragged(0.5)))
    np.testing.assert_allclose(pixels[..., 3], 128, atol=1)


def test_it_is_not_dropped_on_the_canvas_it_comes_from(qapp):
    assert refusal(dragged()) == ""


def test_it_survives_a_place_where_qt_asks_for_every_format(qapp):
    clipboard = QGuiApplication.clipboard()
    clipboard.setMimeData(dragged())
    assert (from_qimage(clipboard.image()) == RED).all()
    clipboard.clear()
