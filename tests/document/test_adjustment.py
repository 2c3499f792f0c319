"""Adjustments: other colors for what is below, and nothing else."""

import numpy as np
import pytest

from editor.document.adjustment import add_adjustment, adjustment
from editor.document.blend import BlendMode
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask
from editor.document.lut import Lut, lattice
from editor.document.tiles import TileGrid
from tests.document.building import fingerprint, noise, random_lut

DEPTHS = [np.uint8, np.uint16]
AREA = Rect(0, 0, 500, 300)
NEGATIVE = Lut(1 - lattice(2))


def photo(dtype=np.uint8, *, opaque=True):
    pixels = noise(np.random.default_rng(0), AREA, dtype=dtype)
    if opaque:
        pixels[..., 3] = np.iinfo(dtype).max
    return Document.from_pixels(pixels), pixels


def rendered(document, rect=AREA, level=0):
    compositor = Compositor(document, threads=1)
    try:
        return compositor.render(rect, level)
    finally:
        compositor.close()


@pytest.mark.parametrize("dtype", DEPTHS)
def test_an_adjustment_shows_what_the_table_makes_of_the_picture_below(dtype):
    document, pixels = photo(dtype)
    lut = random_lut(np.random.default_rng(1))
    add_adjustment(document, lut, "Warm")
    got = rendered(document).astype(int)
    assert np.abs(got - lut.apply(pixels)).max() <= 1


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("points", [2, 17, 33])
def test_the_identity_changes_no_byte(points, dtype):
    document, pixels = photo(dtype)
    add_adjustment(document, Lut.identity(points), "Nothing")
    np.testing.assert_array_equal(rendered(document), pixels)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_alpha_never_changes_and_nothing_stays_nothing(dtype):
    document, pixels = photo(dtype, opaque=False)
    add_adjustment(document, NEGATIVE, "Negative")
    got, alpha = rendered(document), pixels[..., 3]
    np.testing.assert_array_equal(got[..., 3], alpha)
    assert not got[alpha == 0].any()
    shown = pixels[alpha > 0]
    want = NEGATIVE.apply(shown[None])[0]
    assert np.abs(got[alpha > 0].astype(int) - want).max() <= 1


@pytest.mark.parametrize("dtype", DEPTHS)
def test_pixels_outside_its_mask_keep_their_bytes(dtype):
    """R1."""
    document, pixels = photo(dtype)
    hole = Rect(200, 100, 150, 90)
    rng = np.random.default_rng(2)
    soft = rng.integers(1, document.full, (hole.h, hole.w, 1), dtype, endpoint=True)
    document.selection.write(hole, soft)
    add_adjustment(document, NEGATIVE, "Negative")
    got = rendered(document)
    outside = document.selection.read(AREA)[..., 0] == 0
    np.testing.assert_array_equal(got[outside], pixels[outside])
    assert (got[~outside] != pixels[~outside]).any(-1).mean() > 0.9


def test_opacity_is_its_strength():
    document, pixels = photo()
    layer = add_adjustment(document, NEGATIVE, "Negative")
    layer.opacity = 0.25
    want = pixels[..., :3] * 0.75 + (255 - pixels[..., :3].astype(float)) * 0.25
    assert np.abs(rendered(document)[..., :3] - want).max() <= 0.51
    layer.opacity = 0.0
    np.testing.assert_array_equal(rendered(document), pixels)


@pytest.mark.parametrize("mode", [BlendMode.MULTIPLY, BlendMode.LUMINOSITY])
def test_a_faded_table_shows_the_same_as_opacity_and_mode(mode):
    document, pixels = photo()
    points = lattice(2).reshape(1, -1, 3) * 255
    pixels[0, :8, :3] = points  # between its points a faded table is an approximation
    document = Document.from_pixels(pixels)
    layer = add_adjustment(document, NEGATIVE, "Negative")
    layer.opacity, layer.mode = 0.4, mode
    want = NEGATIVE.faded(0.4, mode).apply(pixels)[0, :8].astype(int)
    assert np.abs(rendered(document)[0, :8] - want).max() <= 1


def test_an_adjustment_keeps_to_its_group():
    document, pixels = photo()
    inner = Layer("inner", TileGrid(4))
    box = Rect(20, 20, 100, 50)
    color = np.full((50, 100, 4), (200, 100, 0, 255), np.uint8)
    inner.pixels.write(box, color)
    group = LayerGroup("group", [inner, AdjustmentLayer("Negative", NEGATIVE)])
    document.root.insert(1, group)
    want = pixels.copy()
    want[20:70, 20:120] = (55, 155, 255, 255)
    np.testing.assert_array_equal(rendered(document), want)
    document.activate(group.children[1])
    np.testing.assert_array_equal(rendered(document), want)


def test_layers_above_are_not_adjusted():
    document, _ = photo()
    add_adjustment(document, NEGATIVE, "Negative")
    above = document.new_layer("above")
    above.pixels.write(AREA, np.full((AREA.h, AREA.w, 4), (9, 8, 7, 255), np.uint8))
    document.root.insert(2, above)
    assert (rendered(document) == (9, 8, 7, 255)).all()


def test_smaller_levels_are_adjusted_too():
    document, _ = photo()
    small = rendered(document, Rect(0, 0, 250, 150), 1)
    add_adjustment(document, NEGATIVE, "Negative")
    got = rendered(document, Rect(0, 0, 250, 150), 1)
    np.testing.assert_array_equal(got, NEGATIVE.apply(small))


def test_only_tiles_that_its_mask_reaches_are_drawn_again():
    document, pixels = photo()
    layer = adjustment(document, NEGATIVE, "Negative")
    layer.mask = Mask(TileGrid(1))
    layer.mask.grid.write(Rect(300, 10, 20, 20), np.full((20, 20, 1), 255, np.uint8))
    document.root.insert(1, layer)
    left = rendered(document)[:, :256]
    np.testing.assert_array_equal(left, pixels[:, :256])


def test_it_comes_directly_above_the_active_layer_in_one_step():
    document, _ = photo()
    group = LayerGroup("group", [document.new_layer("a"), document.new_layer("b")])
    document.root.insert(1, group)
    document.activate(group.children[0])
    start = fingerprint(document)
    recipe = {"operation": "enhance"}
    layer = add_adjustment(document, NEGATIVE, "Enhance", recipe)
    assert [node.name for node in group.children] == ["a", "Enhance", "b"]
    assert document.active is layer
    assert layer.recipe == recipe
    assert [command.name for command in document.history.commands] == ["Enhance"]
    document.history.undo()
    assert fingerprint(document) == start


def test_its_mask_is_the_selection_and_does_not_follow_it():
    document, _ = photo()
    spot = Rect(5, 5, 9, 9)
    document.selection.write(spot, np.full((9, 9, 1), 100, np.uint8))
    layer = adjustment(document, NEGATIVE, "Negative")
    document.selection.write(AREA, np.full((300, 500, 1), 255, np.uint8))
    assert layer.mask.grid.content_bounds() == spot
    assert (layer.mask.grid.read(spot) == 100).all()


def test_without_a_selection_it_shows_everywhere_and_its_mask_is_what_is_painted_on():
    document, _ = photo()
    layer = add_adjustment(document, NEGATIVE, "Negative")
    assert layer.mask.grid.is_empty
    assert document.edits_mask
    assert document.target is layer.mask.grid
    layer.mask = None
    assert not document.edits_mask
    assert document.target is None


def test_a_snapshot_has_the_same_table_and_its_own_mask():
    document, _ = photo()
    layer = add_adjustment(document, NEGATIVE, "Negative", {"operation": "enhance"})
    layer.opacity, layer.locked, layer.mode = 0.5, True, BlendMode.COLOR
    copy = document.snapshot()
    twin = copy.root.children[1]
    assert isinstance(twin, AdjustmentLayer)
    assert twin.lut is layer.lut
    assert (twin.opacity, twin.locked, twin.mode) == (0.5, True, BlendMode.COLOR)
    assert twin.recipe == layer.recipe
    layer.mask.grid.write(AREA, np.zeros((300, 500, 1), np.uint8))
    assert twin.mask.grid.is_empty
