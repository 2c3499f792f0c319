import numpy as np
import pytest

from editor.document.geometry import Rect, Size
from editor.document.thumbnail import fitted, thumbnail
from editor.document.tiles import TileGrid


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_halves_stay_halves(dtype):
    full = np.iinfo(dtype).max
    pixels = np.zeros((600, 900, 4), dtype)
    pixels[:, :450] = full, 0, 0, full
    pixels[:, 450:] = 0, full, 0, full // 2
    small = thumbnail(TileGrid.from_pixels(pixels), Rect(0, 0, 900, 600), Size(30, 20))
    assert small.shape == (20, 30, 4)
    assert small.dtype == dtype
    np.testing.assert_array_equal(small, pixels[::30, ::30])


def test_transparent_pixels_lend_no_color():
    pixels = np.zeros((64, 64, 4), np.uint8)
    pixels.reshape(8, 8, 64, 4)[:, :4] = 200, 100, 50, 255
    small = thumbnail(TileGrid.from_pixels(pixels), Rect(0, 0, 64, 64), Size(4, 4))
    np.testing.assert_array_equal(small, np.full((4, 4, 4), (200, 100, 50, 128), np.uint8))


def test_missing_tiles_read_as_the_fill():
    grid = TileGrid(1, np.uint8, fill=255)
    grid.write(Rect(0, 0, 256, 256), np.zeros((256, 256, 1), np.uint8))
    small = thumbnail(grid, Rect(-256, 0, 768, 256), Size(3, 1))
    np.testing.assert_array_equal(small[0, :, 0], [255, 0, 255])


def test_a_picture_smaller_than_its_thumbnail_is_enlarged():
    pixels = np.full((2, 2, 4), 255, np.uint8)
    pixels[0, 0] = 1, 2, 3, 255
    small = thumbnail(TileGrid.from_pixels(pixels), Rect(0, 0, 2, 2), Size(8, 8))
    np.testing.assert_array_equal(small, pixels.repeat(4, 0).repeat(4, 1))


@pytest.mark.parametrize(
    ("size", "small"), [((4000, 3000), (43, 32)), ((10, 40), (8, 32)), ((9999, 1), (44, 1))]
)
def test_proportions_are_kept(size, small):
    assert fitted(Size(*size), Size(44, 32)) == small
