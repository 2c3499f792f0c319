import numpy as np

from editor.document.commands import AddLayer
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import Mask
from editor.document.reduced import reduced


def shown(document):
    return document.root.children[0].pixels.read(document.rect)


def test_layers_masks_and_the_selection_are_halved():
    pixels = np.zeros((600, 800, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[::2, ::2, :3] = 200
    document = Document.from_pixels(pixels)
    layer = document.new_layer("above")
    layer.mask = Mask.reveal_all(document.dtype)
    layer.mask.grid.write(Rect(0, 0, 400, 600), np.zeros((600, 400, 1), np.uint8))
    document.history.push(AddLayer(document, layer, document.root, 1, "above"))
    document.activate(layer)
    document.selection.write(Rect(0, 300, 800, 300), np.full((300, 800, 1), 255, np.uint8))
    small = reduced(document, 2)
    assert small.size == (200, 150)
    np.testing.assert_array_equal(shown(small), np.full((150, 200, 4), (50, 50, 50, 255)))
    assert small.active is small.root.children[1]
    mask = small.active.mask.grid.read(small.rect)[..., 0]
    assert not mask[:, :100].any() and (mask[:, 100:] == 255).all()
    assert small.selection.content_bounds() == (0, 75, 200, 75)
    assert document.size == (800, 600) and (shown(document) == pixels).all()


def test_odd_sizes_have_no_soft_border():
    document = Document.from_pixels(np.full((301, 203, 4), 255, np.uint8))
    small = reduced(document, 3)
    assert small.size == Size(25, 37)
    assert (shown(small) == 255).all()


def test_no_level_is_a_snapshot():
    document = Document.from_pixels(np.full((30, 40, 4), 9, np.uint8))
    same = reduced(document, 0)
    assert same.size == document.size and (shown(same) == 9).all()
