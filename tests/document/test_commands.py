import numpy as np
import pytest

from editor.document.blend import BlendMode
from editor.document.commands import (
    AddLayer,
    MoveLayer,
    RemoveLayer,
    Reshape,
    SetProperty,
    Several,
    edit_pixels,
    edit_selection,
)
from editor.document.document import Document
from editor.document.geometry import TILE, Rect, Size
from editor.document.layer import Layer, LayerGroup, Mask
from editor.document.tiles import TileGrid
from tests.document.building import fingerprint, noise, random_document

RECT = Rect(240, 100, 60, 60)


@pytest.fixture
def document():
    """background, group (inner (leaf), top), above; leaf has a mask and is active."""
    document = Document.from_pixels(noise(np.random.default_rng(0), Rect(0, 0, 600, 400)))
    leaf, top, above = (document.new_layer(name) for name in ("leaf", "top", "above"))
    leaf.pixels.write(RECT, noise(np.random.default_rng(1), RECT))
    leaf.mask = document.new_mask()
    inner = LayerGroup("inner", [leaf])
    document.root.insert(1, LayerGroup("group", [inner, top]))
    document.root.insert(2, above)
    document.activate(leaf)
    return document


def named(document, name):
    return next(node for node in document.root.walk() if node.name == name)


def paint_pixels(document):
    layer = named(document, "leaf")
    before = layer.pixels.snapshot()
    layer.pixels.write(RECT.translate(-10, 20), noise(np.random.default_rng(2), RECT))
    return edit_pixels(document, "Brush", layer, layer.pixels, before), True


def paint_mask(document):
    layer = named(document, "leaf")
    before = layer.mask.grid.snapshot()
    layer.mask.grid.write(RECT, noise(np.random.default_rng(3), RECT, 1))
    return edit_pixels(document, "Brush", layer, layer.mask.grid, before), True


def select(document):
    selection = document.selection.snapshot()
    selection.write(RECT, noise(np.random.default_rng(4), RECT, 1))
    return edit_selection(document, "Select", selection), False


def flip(document):
    """Every grid in the document, mirrored, on a canvas of another size."""
    grids = [named(document, "leaf").pixels, named(document, "leaf").mask.grid]
    grids.append(document.selection)
    contents = []
    for grid in grids:
        new = TileGrid(grid.channels, grid.dtype, grid.fill)
        new.write(document.rect, grid.read(document.rect)[:, ::-1])
        contents.append((grid, new))
    return Reshape(document, "Flip", Size(333, 222), contents), False


def merge_down(document):
    leaf, background = named(document, "leaf"), named(document, "Background")
    return Several(
        "Merge", [RemoveLayer(document, leaf), SetProperty(document, background, "name", "b", "")]
    ), False


COMMANDS = {
    "TileEdit of pixels": paint_pixels,
    "TileEdit of a mask": paint_mask,
    "TileEdit of the selection": select,
    "AddLayer": lambda d: (AddLayer(d, d.new_layer("new"), named(d, "group"), 1), False),
    "AddLayer of a group": lambda d: (
        AddLayer(d, LayerGroup("new", [d.new_layer("child")]), d.root, 0),
        False,
    ),
    "RemoveLayer": lambda d: (RemoveLayer(d, named(d, "above")), False),
    "RemoveLayer of the active one": lambda d: (RemoveLayer(d, named(d, "leaf")), False),
    "RemoveLayer of a group around it": lambda d: (RemoveLayer(d, named(d, "group")), False),
    "MoveLayer up": lambda d: (MoveLayer(d, named(d, "Background"), d.root, 2), False),
    "MoveLayer into a group": lambda d: (
        MoveLayer(d, named(d, "above"), named(d, "inner"), 0),
        False,
    ),
    "MoveLayer out of one": lambda d: (MoveLayer(d, named(d, "leaf"), d.root, 0), False),
    "SetProperty opacity": lambda d: (
        SetProperty(d, named(d, "leaf"), "opacity", 0.5, "Opacity"),
        False,
    ),
    "SetProperty mode": lambda d: (
        SetProperty(d, named(d, "leaf"), "mode", BlendMode.HUE, "Mode"),
        False,
    ),
    "SetProperty mask": lambda d: (
        SetProperty(d, named(d, "leaf"), "mask", None, "Delete mask"),
        False,
    ),
    "SetProperty name": lambda d: (SetProperty(d, named(d, "leaf"), "name", "x", "Rename"), False),
    "Reshape": flip,
    "Several": merge_down,
}


@pytest.mark.parametrize("make", COMMANDS.values(), ids=COMMANDS.keys())
def test_undo_is_the_exact_inverse_of_redo(make, document):
    start, active = fingerprint(document), (document.active, document.edits_mask)
    command, done = make(document)
    document.history.push(command, done=done)
    end = fingerprint(document)
    assert end != start
    for _ in range(2):
        document.history.undo()
        assert fingerprint(document) == start
        document.history.redo()
        assert fingerprint(document) == end
    document.history.undo()
    assert (document.active, document.edits_mask) == active
    assert command.name is not None
    assert command.nbytes >= 0


@pytest.mark.parametrize("make", COMMANDS.values(), ids=COMMANDS.keys())
def test_the_active_node_is_in_the_tree_whenever_anything_is_told(make, document):
    strays = []

    def look(*_):
        nodes = [None, *document.root.walk()]
        if not any(document.active is node for node in nodes):
            strays.append(document.active)

    for signal in (document.changed, document.layers_changed, document.active_changed):
        signal.connect(look)
    command, done = make(document)
    document.history.push(command, done=done)
    document.history.undo()
    document.history.redo()
    assert strays == []


def test_an_edit_tells_the_tiles_it_covers(document):
    told = []
    document.changed.connect(lambda node, rect: told.append((node, rect)))
    command, _ = paint_pixels(document)
    command.undo()
    assert told == [(named(document, "leaf"), Rect(0, 0, 2 * TILE, TILE))]


def test_an_edit_weighs_the_tiles_it_touched_twice(document):
    command, _ = paint_pixels(document)
    assert command.nbytes == 4 * 4 * TILE * TILE


def test_a_new_layer_is_active_until_it_is_undone(document):
    leaf, new = document.active, document.new_layer("new")
    document.activate(leaf, mask=True)
    document.history.push(AddLayer(document, new, document.root, 1))
    assert document.active is new
    document.history.undo()
    assert document.active is leaf
    assert document.edits_mask


@pytest.mark.parametrize(
    ("gone", "heir"),
    [("above", "leaf"), ("leaf", "inner"), ("top", "leaf"), ("group", "Background")],
)
def test_removing_the_active_node_activates_its_neighbor(document, gone, heir):
    document.history.push(RemoveLayer(document, named(document, gone)))
    assert document.active.name == heir


def test_removing_the_lowest_node_activates_the_one_above(document):
    background = named(document, "Background")
    document.activate(background)
    document.history.push(RemoveLayer(document, background))
    assert document.active is named(document, "group")


def test_removing_the_last_node_leaves_nothing_active():
    document = Document.from_pixels(np.ones((4, 4, 4), np.uint8))
    document.history.push(RemoveLayer(document, document.active))
    assert document.active is None
    document.history.undo()
    assert document.active is document.root.children[0]


@pytest.mark.parametrize("target", ["group", "inner"])
def test_a_group_cannot_move_into_itself(document, target):
    start = fingerprint(document)
    with pytest.raises(ValueError, match="into itself"):
        document.history.push(
            MoveLayer(document, named(document, "group"), named(document, target), 0)
        )
    assert fingerprint(document) == start
    assert not document.history.can_undo


def test_a_property_that_is_set_already_goes_back_to_what_it_was(document):
    leaf = named(document, "leaf")
    mask, leaf.mask = leaf.mask, None
    command = SetProperty(document, leaf, "mask", mask, "Add mask", was=None)
    leaf.mask = mask
    document.history.push(command, done=True)
    document.history.undo()
    assert leaf.mask is None
    document.history.redo()
    assert leaf.mask is mask


def test_the_same_property_set_twice_in_one_step_goes_back_to_the_first(document):
    leaf = named(document, "leaf")
    steps = [SetProperty(document, leaf, "opacity", v, "") for v in (0.5, 0.2)]
    document.history.push(Several("Fade", steps))
    document.history.undo()
    assert leaf.opacity == 1.0


def test_only_what_can_be_seen_is_told_as_a_change_of_the_picture(document):
    leaf, told = named(document, "leaf"), []
    document.changed.connect(lambda node, rect: told.append((node, rect)))
    document.history.push(SetProperty(document, leaf, "name", "x", "Rename"))
    document.history.push(SetProperty(document, leaf, "locked", True, "Lock"))
    assert told == []
    document.history.push(SetProperty(document, leaf, "visible", False, "Hide"))
    assert told == [(leaf, document.rect)]


def test_a_mask_that_comes_or_goes_may_change_what_painting_goes_to(document):
    leaf, told = named(document, "leaf"), []
    document.activate(leaf, mask=True)
    document.active_changed.connect(lambda: told.append(document.edits_mask))
    document.history.push(SetProperty(document, leaf, "mask", None, "Delete mask"))
    document.history.undo()
    assert told == [False, True]


def test_another_canvas_size_is_told_before_the_change_of_the_picture(document):
    told, old = [], document.rect
    document.resized.connect(lambda: told.append(document.size))
    document.changed.connect(lambda node, rect: told.append((node, rect)))
    document.history.push(Reshape(document, "Crop", Size(100, 900), []))
    assert told == [Size(100, 900), (None, Rect(0, 0, old.w, 900))]


def test_reshaping_keeps_the_grids_themselves(document):
    leaf = named(document, "leaf")
    grid = leaf.pixels
    command, _ = flip(document)
    document.history.push(command)
    assert leaf.pixels is grid
    assert command.nbytes >= grid.nbytes


def test_several_are_undone_in_reverse_order():
    document = random_document(np.random.default_rng(5))
    start = fingerprint(document)
    layer = Layer("new", TileGrid(4))
    group = LayerGroup("group")
    steps = [
        AddLayer(document, group, document.root, 0),
        AddLayer(document, layer, group, 0),
        SetProperty(document, layer, "mask", Mask.reveal_all(np.uint8), "Add mask"),
        MoveLayer(document, document.root.children[-1], group, 1),
    ]
    document.history.push(Several("Everything", steps))
    document.history.undo()
    assert fingerprint(document) == start
