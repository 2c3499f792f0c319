import numpy as np

from editor.document.geometry import Rect
from editor.document.layer import Layer, LayerGroup, Mask
from editor.document.tiles import TileGrid


def layer(name):
    return Layer(name, TileGrid(4))


def test_a_walk_meets_a_group_before_its_children():
    inner = LayerGroup("inner", [layer("a"), layer("b")])
    root = LayerGroup("root", [layer("below"), inner, layer("above")])
    assert [node.name for node in root.walk()] == ["below", "inner", "a", "b", "above"]


def test_a_node_knows_the_groups_around_it():
    leaf = layer("leaf")
    inner = LayerGroup("inner", [leaf])
    root = LayerGroup("root", [inner])
    assert list(leaf.ancestors()) == [inner, root]
    assert root.remove(inner) == 0
    assert inner.parent is None
    assert list(leaf.ancestors()) == [inner]


def test_a_group_tells_apart_children_that_look_the_same():
    twins = [layer("twin"), layer("twin"), layer("twin")]
    root = LayerGroup("root", list(twins))
    assert [root.index(twin) for twin in twins] == [0, 1, 2]
    assert root.remove(twins[1]) == 1
    assert root.children == [twins[0], twins[2]]


def test_a_group_locks_and_hides_what_is_in_it():
    leaf = layer("leaf")
    inner = LayerGroup("inner", [leaf])
    outer = LayerGroup("outer", [inner])
    assert leaf.is_shown
    assert not leaf.is_locked
    outer.visible, outer.locked = False, True
    assert not leaf.is_shown
    assert leaf.is_locked


def test_a_new_mask_shows_everything_in_either_depth():
    for dtype, full in [(np.uint8, 255), (np.uint16, 65535)]:
        mask = Mask.reveal_all(dtype)
        assert mask.enabled
        assert (mask.grid.read(Rect(-5, 0, 9, 9)) == full).all()


def test_a_snapshot_has_every_property_and_shares_every_tile():
    original = layer("photo")
    original.pixels.write(Rect(0, 0, 2, 2), np.ones((2, 2, 4), np.uint8))
    original.visible, original.opacity, original.mode = False, 0.25, "multiply"
    original.locked, original.alpha_locked = True, True
    original.recipe, original.attributes = {"seed": 7}, {"x": "1"}
    original.mask = Mask.reveal_all(np.uint8)
    original.mask.enabled = False
    copy = LayerGroup("group", [original]).snapshot().children[0]
    names = "name visible opacity mode locked alpha_locked recipe attributes"
    for key in names.split():
        assert getattr(copy, key) == getattr(original, key), key
    assert copy.pixels.changes_since(original.pixels) == {}
    assert copy.mask is not original.mask
    assert copy.mask.enabled is False


def test_a_snapshot_does_not_follow_its_original():
    original = layer("photo")
    group = LayerGroup("group", [original])
    original.mask = Mask.reveal_all(np.uint8)
    copy = group.snapshot()
    original.pixels.write(Rect(0, 0, 2, 2), np.ones((2, 2, 4), np.uint8))
    original.mask.grid.write(Rect(0, 0, 2, 2), np.zeros((2, 2, 1), np.uint8))
    original.attributes["x"] = "1"
    group.insert(0, layer("new"))
    assert [node.name for node in copy.walk()] == ["photo"]
    twin = copy.children[0]
    assert twin.pixels.is_empty
    assert twin.mask.grid.is_empty
    assert twin.attributes == {}
