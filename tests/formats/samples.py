"""Documents with everything in them that a file has to keep."""

import numpy as np

from editor.document.blend import BlendMode
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect, Size
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask
from editor.document.tiles import TileGrid
from tests.document.building import random_lut
from tests.formats.profiles import DISPLAY_P3, rgb_profile

EXIF = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0"


def noise(dtype, h, w, channels=4, seed=0):
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(seed).integers(0, full, (h, w, channels), dtype, endpoint=True)
    if channels == 4:
        pixels[: h // 3, :, 3] = full
    return pixels


def rich(dtype=np.uint8):
    """Groups in groups, masks on and off, every property, pixels beyond the canvas."""
    metadata = Metadata(
        rgb_profile("P3", DISPLAY_P3), EXIF, b"<x:xmpmeta/>", (300.0, 150.5), (("Title", "图"),)
    )
    document = Document(Size(300, 280), dtype, metadata)
    paper = Layer("Paper & <ink>", TileGrid.from_pixels(noise(dtype, 280, 300)))
    stroke = Layer("", TileGrid.from_pixels(noise(dtype, 40, 300, seed=1), -20, 250))
    stroke.opacity, stroke.mode, stroke.alpha_locked = 0.123456789, BlendMode.MULTIPLY, True
    stroke.mask = Mask(TileGrid.from_pixels(noise(dtype, 30, 60, 1, seed=2), 5, 255, document.full))
    empty = Layer("empty \0\ud800", TileGrid(4, dtype))
    empty.visible, empty.locked = False, True
    filled = Layer("Fill · 7", TileGrid.from_pixels(noise(dtype, 90, 90, seed=3), 100, 100))
    filled.recipe = {"operation": "inpaint", "seed": 7, "model": {"id": "x", "sha256": "ab"}}
    filled.mask = Mask(TileGrid.from_pixels(noise(dtype, 50, 50, 1, seed=4), 110, 110))
    filled.mask.enabled = False
    inner = LayerGroup("inner", [stroke, empty])
    inner.opacity, inner.mode = 0.5, BlendMode.HARD_LIGHT
    warm = AdjustmentLayer("warm", random_lut(np.random.default_rng(7), 9))
    warm.opacity, warm.recipe = 0.7, {"operation": "enhance", "seed": 7}
    warm.mask = Mask(TileGrid.from_pixels(noise(dtype, 80, 90, 1, seed=8), 60, 90))
    outer = LayerGroup("outer", [inner, filled, warm])
    outer.mask = Mask(TileGrid.from_pixels(noise(dtype, 280, 300, 1, seed=5)))
    outer.attributes = {"color-label": "3"}
    look = AdjustmentLayer("look", warm.lut)
    look.opacity = 0.4
    for index, node in enumerate((paper, look, outer)):
        document.root.insert(index, node)
    document.selection.write(Rect(30, 40, 50, 60), noise(dtype, 60, 50, 1, seed=6))
    document.activate(filled)
    return document


def assert_same(got, want):
    """All that is in a document, history aside."""
    assert (got.size, got.dtype, got.metadata) == (want.size, want.dtype, want.metadata)
    assert_same_grid(got.selection, want.selection)
    pairs = list(zip(got.root.walk(), want.root.walk(), strict=True))
    assert pairs
    for node, twin in pairs:
        assert type(node) is type(twin)
        for key in ("name", "visible", "opacity", "mode", "locked", "recipe", "attributes"):
            assert getattr(node, key) == getattr(twin, key), key
        assert node.parent is not None
        assert [g.name for g in node.ancestors()] == [g.name for g in twin.ancestors()]
        assert (node is got.active) == (twin is want.active)
        assert (node.mask is None) == (twin.mask is None)
        if node.mask and twin.mask:
            assert node.mask.enabled == twin.mask.enabled
            assert_same_grid(node.mask.grid, twin.mask.grid)
        if isinstance(node, Layer):
            assert node.alpha_locked == twin.alpha_locked
            assert_same_grid(node.pixels, twin.pixels)
        if isinstance(node, AdjustmentLayer):
            np.testing.assert_array_equal(node.lut.table, twin.lut.table)


def assert_same_grid(got, want):
    assert (got.channels, got.dtype, got.fill) == (want.channels, want.dtype, want.fill)
    area = got.bounds().union(want.bounds())
    np.testing.assert_array_equal(got.read(area), want.read(area))


def pixels_of(document):
    """Of the only layer."""
    (layer,) = document.root.children
    return layer.pixels.read(document.rect)
