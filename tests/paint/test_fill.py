import numpy as np
import pytest
from skimage.measure import label

from editor.document.geometry import Rect
from editor.document.tiles import TileGrid
from editor.paint.fill import connected, flooded, similar


@pytest.mark.parametrize("seed", range(12))
def test_connected_finds_what_labelling_finds(seed):
    rng = np.random.default_rng(seed)
    inside = rng.random((60, 73)) < rng.uniform(0.4, 0.8)
    rows, columns = np.nonzero(inside)
    pick = rng.integers(len(rows))
    y, x = rows[pick], columns[pick]
    labels = label(inside, connectivity=1)
    np.testing.assert_array_equal(connected(inside, x, y), labels == labels[y, x])


def test_a_spiral_is_followed_to_its_end():
    inside = np.zeros((61, 61), bool)
    x, y, dx, dy = 0, 0, 1, 0
    for length in [60, *np.repeat(np.arange(60, 0, -2), 2)]:
        for _ in range(length):
            inside[y, x] = True
            x, y = x + dx, y + dy
        dx, dy = -dy, dx
    inside[y, x] = True
    np.testing.assert_array_equal(connected(inside, 0, 0), inside)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_tolerance_is_the_largest_difference_of_a_channel(dtype):
    full = np.iinfo(dtype).max
    pixels = np.full((4, 300, 4), full, dtype)
    pixels[..., 0] = np.linspace(0, full, 300).astype(dtype)
    grid = TileGrid.from_pixels(pixels)
    inside = similar(grid, Rect(0, 0, 300, 4), 0, 0, 0.25)
    np.testing.assert_array_equal(inside, pixels[..., 0] <= round(full * 0.25))
    inside = similar(grid, Rect(0, 0, 300, 4), 0, 0, 0)
    np.testing.assert_array_equal(inside, pixels[..., 0] == 0)


def test_transparent_pixels_are_alike_whatever_their_color():
    pixels = np.random.default_rng(0).integers(0, 255, (20, 20, 4), dtype=np.uint8)
    pixels[..., 3] = 0
    pixels[5:10, 5:10, 3] = 255
    inside = similar(TileGrid.from_pixels(pixels), Rect(0, 0, 20, 20), 0, 0, 0)
    np.testing.assert_array_equal(inside, pixels[..., 3] == 0)


def test_a_fill_stops_at_borders_unless_it_is_global():
    pixels = np.full((40, 600, 4), 255, np.uint8)
    pixels[:, 299:301] = 0
    grid = TileGrid.from_pixels(pixels)
    canvas = Rect(0, 0, 600, 40)
    assert flooded(grid, canvas, 10, 10, 0.1).sum() == 299 * 40
    assert flooded(grid, canvas, 10, 10, 0.1, contiguous=False).sum() == 598 * 40


def test_a_canvas_need_not_begin_at_the_origin():
    pixels = np.full((40, 40, 4), 255, np.uint8)
    grid = TileGrid.from_pixels(pixels, x=-300, y=20)
    inside = flooded(grid, Rect(-310, 10, 60, 60), -290, 30, 0)
    assert inside.sum() == 1600
    assert inside[10:50, 10:50].all()
