import numpy as np
import pytest

from editor.document.document import Document, Metadata
from editor.document.geometry import Coord, Rect, Size
from editor.document.layer import LayerGroup
from tests.document.building import fingerprint, random_document


@pytest.fixture
def document():
    return random_document(np.random.default_rng(3))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_document_from_pixels_has_them_in_one_active_layer(dtype):
    pixels = np.random.default_rng(0).integers(0, 255, (40, 300, 4)).astype(dtype)
    document = Document.from_pixels(pixels, "photo", Metadata(profile=b"icc"))
    (layer,) = document.root.children
    assert document.active is layer
    assert layer.name == "photo"
    assert document.size == Size(300, 40)
    assert document.rect == Rect(0, 0, 300, 40)
    assert document.dtype == dtype
    assert document.full == np.iinfo(dtype).max
    assert document.metadata.profile == b"icc"
    assert document.history.is_clean
    np.testing.assert_array_equal(layer.pixels.read(document.rect), pixels)


def test_new_layers_and_masks_have_the_document_s_depth():
    document = Document(Size(10, 10), np.uint16)
    assert document.new_layer("x").pixels.dtype == np.uint16
    assert document.new_mask().grid.dtype == np.uint16
    assert document.selection.dtype == np.uint16


def test_painting_goes_to_the_active_layer_or_to_its_mask():
    document = Document(Size(10, 10))
    assert document.target is None
    layer, group = document.new_layer("layer"), LayerGroup("group")
    document.root.insert(0, layer)
    document.root.insert(1, group)
    document.activate(layer)
    assert document.target is layer.pixels
    document.activate(layer, mask=True)
    assert document.target is layer.pixels
    layer.mask = document.new_mask()
    assert document.edits_mask
    assert document.target is layer.mask.grid
    document.activate(group)
    assert document.target is None


def test_activating_is_told_only_when_something_changes(document):
    told = []
    document.active_changed.connect(lambda: told.append(document.active))
    node = document.root.children[0]
    document.activate(None)
    document.activate(node)
    document.activate(node)
    document.activate(node, mask=True)
    assert told == [None, node, node]


def test_a_new_layer_goes_directly_above_the_active_one():
    document = Document(Size(10, 10))
    assert document.place_above_active() == (document.root, 0)
    leaf = document.new_layer("leaf")
    group = LayerGroup("group", [leaf, document.new_layer("top")])
    document.root.insert(0, group)
    assert document.place_above_active() == (document.root, 1)
    document.activate(leaf)
    assert document.place_above_active() == (group, 1)


def test_a_snapshot_keeps_the_active_node_and_has_a_history_of_its_own(document):
    copy = document.snapshot()
    names = [node.name for node in document.root.walk()]
    assert [node.name for node in copy.root.walk()] == names
    assert copy.active is not document.active
    assert copy.active.name == document.active.name
    assert not copy.history.can_undo
    assert copy.source == document.source


def test_changing_a_document_leaves_its_snapshot_alone_and_the_other_way_round(document):
    copy = document.snapshot()
    before_document, before_copy = fingerprint(document), fingerprint(copy)
    layer = document.root.children[0]
    layer.name = "changed"
    layer.pixels.put(Coord(0, 0), None)
    document.selection.write(Rect(0, 0, 9, 9), np.ones((9, 9, 1), np.uint8))
    document.size = Size(1, 1)
    document.root.remove(document.root.children[-1])
    assert fingerprint(copy) == before_copy
    other = random_document(np.random.default_rng(3))
    twin = other.snapshot()
    want = fingerprint(other)
    twin.root.children[0].pixels.put(Coord(0, 0), None)
    twin.selection.write(Rect(0, 0, 9, 9), np.ones((9, 9, 1), np.uint8))
    assert fingerprint(other) == want
    assert fingerprint(document) != before_document
