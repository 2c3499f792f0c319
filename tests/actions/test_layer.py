"""Every layer action does what it says and can be undone to the byte."""

import numpy as np
import pytest

from editor.actions.layer import LAYER
from editor.document.blend import BlendMode
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import LayerGroup
from tests.actions.shell import FakeShell, photo, select


def run(shell, name):
    action = next(each for each in LAYER if each.id == f"layer.{name}")
    assert action.enabled(shell.workspace)
    action.run(shell)


def enabled(shell, name):
    action = next(each for each in LAYER if each.id == f"layer.{name}")
    return action.enabled(shell.workspace)


def looks(shell):
    view = shell.workspace.active
    return view.compositor.render(view.document.rect)


def shape(document: Document):
    """The tree, as names."""

    def of(group):
        return [(n.name, of(n)) if isinstance(n, LayerGroup) else n.name for n in group.children]

    return of(document.root)


@pytest.fixture
def shell():
    return FakeShell(photo())


@pytest.fixture
def two(shell):
    """A half transparent layer with a mask over the photo."""
    run(shell, "new")
    document = shell.workspace.document
    top = document.active
    rng = np.random.default_rng(2)
    top.pixels.write(document.rect, rng.integers(0, 256, (200, 300, 4), np.uint8))
    document.touch(top, document.rect)
    return shell


def test_new_layers_are_numbered_and_lie_above(shell):
    run(shell, "new")
    run(shell, "new")
    assert shape(shell.workspace.document) == ["Background", "Layer 1", "Layer 2"]


@pytest.mark.parametrize(
    ("name", "tree"),
    [
        ("duplicate", ["Background", "Layer 1", "Layer 1 copy"]),
        ("delete", ["Background"]),
        ("group", ["Background", ("Group 1", ["Layer 1"])]),
        ("merge-down", ["Background"]),
        ("flatten", ["Background"]),
        ("lower", ["Layer 1", "Background"]),
    ],
)
def test_what_becomes_of_the_tree(two, name, tree):
    document = two.workspace.document
    before, was = looks(two), shape(document)
    run(two, name)
    assert shape(document) == tree
    document.history.undo()
    assert shape(document) == was
    np.testing.assert_array_equal(looks(two), before)


@pytest.mark.parametrize("name", ["merge-down", "flatten", "group"])
def test_the_picture_looks_the_same(two, name):
    document = two.workspace.document
    document.active.mode = BlendMode.MULTIPLY
    document.active.opacity = 0.5
    document.touch(document.active, document.rect)
    before = looks(two)
    run(two, name)
    difference = np.abs(looks(two).astype(int) - before)
    assert difference.max() <= 1


def test_ungrouping_undoes_grouping(two):
    document = two.workspace.document
    was = shape(document)
    run(two, "group")
    document.activate(document.active.parent if document.active.name == "Layer 1" else None)
    document.activate(document.root.children[-1])
    run(two, "ungroup")
    assert shape(document) == was


def test_merging_keeps_pixels_beyond_the_canvas(two):
    document = two.workspace.document
    document.active.pixels.write(Rect(-50, -50, 10, 10), np.full((10, 10, 4), 255, np.uint8))
    run(two, "merge-down")
    assert (document.active.pixels.read(Rect(-50, -50, 10, 10)) == 255).all()


def test_duplicating_with_a_selection_takes_what_is_selected(shell):
    document = shell.workspace.document
    select(document, 10, 20, 30, 40)
    run(shell, "duplicate")
    assert document.active.pixels.content_bounds() == Rect(10, 20, 30, 40)


def test_a_mask_from_the_selection_shows_what_is_selected(shell):
    document = shell.workspace.document
    select(document, 10, 20, 30, 40)
    run(shell, "mask-from-selection")
    assert document.edits_mask
    alpha = looks(shell)[..., 3]
    assert (alpha[20:60, 10:40] == 255).all()
    assert np.count_nonzero(alpha) == 30 * 40


def test_applying_a_mask_looks_the_same(shell):
    document = shell.workspace.document
    select(document, 10, 20, 30, 40)
    run(shell, "mask-from-selection")
    before = looks(shell)
    run(shell, "apply-mask")
    assert document.active.mask is None
    np.testing.assert_array_equal(looks(shell)[before[..., 3] > 0], before[before[..., 3] > 0])
    assert np.count_nonzero(looks(shell)[..., 3]) == 30 * 40
    document.history.undo()
    assert document.active.mask is not None
    np.testing.assert_array_equal(looks(shell), before)


def test_the_selection_comes_back_from_a_mask(shell):
    document = shell.workspace.document
    select(document, 10, 20, 30, 40)
    selected = document.selection.read(document.rect)
    run(shell, "mask-from-selection")
    document.selection.replace(type(document.selection)(1))
    run(shell, "selection-from-mask")
    np.testing.assert_array_equal(document.selection.read(document.rect), selected)


def test_a_locked_layer_is_not_deleted(shell):
    shell.workspace.document.active.locked = True
    run(shell, "delete")
    assert shape(shell.workspace.document) == ["Background"]
    assert "locked" in shell.said[-1]


@pytest.mark.parametrize("name", ["add-mask", "mask-from-selection"])
def test_a_locked_layer_gets_no_mask(shell, name):
    document = shell.workspace.document
    select(document, 0, 0, 20, 20)
    document.active.locked = True
    run(shell, name)
    assert document.active.mask is None
    assert "locked" in shell.said[-1]


def test_a_locked_layer_keeps_its_mask(shell):
    document = shell.workspace.document
    run(shell, "add-mask")
    document.active.locked = True
    for name in ("remove-mask", "apply-mask"):
        run(shell, name)
        assert document.active.mask is not None
        assert "locked" in shell.said[-1]


@pytest.mark.parametrize(("key", "value"), [("locked", True), ("visible", False)])
@pytest.mark.parametrize("which", [0, 1])
def test_a_locked_or_hidden_layer_is_not_merged(two, which, key, value):
    document = two.workspace.document
    document.activate(document.root.children[1])
    setattr(document.root.children[which], key, value)
    run(two, "merge-down")
    assert len(document.root.children) == 2
    assert "in the layer panel first" in two.said[-1]


def test_flattening_says_that_hidden_layers_are_left_out(two):
    document = two.workspace.document
    run(two, "flatten")
    assert not two.said
    document.history.undo()
    document.root.children[0].visible = False
    run(two, "flatten")
    assert "Hidden layers" in two.said[-1]


def test_page_keys_walk_through_groups(two):
    document = two.workspace.document
    run(two, "group")
    document.activate(document.root.children[0])
    seen = []
    for _ in range(3):
        seen.append(document.active.name)
        run(two, "above")
    assert seen == ["Background", "Group 1", "Layer 1"]


def test_visible_and_locked_flip_and_show_their_state(shell):
    document = shell.workspace.document
    for key in ("visible", "locked"):
        action = next(each for each in LAYER if each.id == f"layer.{key}")
        was = getattr(document.active, key)
        assert action.checked(shell) == was
        run(shell, key)
        assert getattr(document.active, key) != was
        document.history.undo()
        assert getattr(document.active, key) == was


def test_what_cannot_be_done_is_disabled(shell):
    assert not enabled(shell, "merge-down")
    assert not enabled(shell, "ungroup")
    assert not enabled(shell, "remove-mask")
    assert not any(each.enabled(FakeShell().workspace) for each in LAYER)
