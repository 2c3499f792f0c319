import numpy as np
import pytest

from editor.document.geometry import TILE, Coord, Rect
from editor.document.mips import Mips, halve, scale_down
from editor.document.tiles import TileGrid
from tests.document.building import noise

ONE = Rect(0, 0, TILE, TILE)


def tile(rng, channels=4, dtype=np.uint8):
    return noise(rng, ONE, channels, dtype).transpose(2, 0, 1).copy()


def average(planes):
    """2x2 means of ``(c, h, w)`` in float64."""
    c, h, w = planes.shape
    return planes.astype(float).reshape(c, h // 2, 2, w // 2, 2).mean((2, 4))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_halving_averages_premultiplied_colors(dtype):
    full = np.iinfo(dtype).max
    pixels = tile(np.random.default_rng(0), dtype=dtype)
    got = halve(pixels)
    assert got.dtype == dtype
    values = pixels / full
    values[:3] *= values[3]
    want = average(values)
    shown = want[3] > 0
    color = np.where(shown, want[:3] / np.where(shown, want[3], 1), 0)
    assert np.abs(got[3] / full - want[3]).max() * full <= 0.51
    assert np.abs(got[:3] / full - color).max() * full <= 0.51


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 4])
def test_halving_opaque_pixels_and_masks_rounds_to_the_nearest(channels, dtype):
    pixels = tile(np.random.default_rng(1), channels, dtype)
    if channels == 4:
        pixels[3] = np.iinfo(dtype).max
    np.testing.assert_array_equal(halve(pixels), np.floor(average(pixels) + 0.5))


def test_invisible_pixels_lend_no_color():
    pixels = np.zeros((4, 2, 2), np.uint8)
    pixels[:, 0, 0] = 200, 100, 50, 255
    pixels[0, 1, 1] = 255
    assert halve(pixels)[:, 0, 0].tolist() == [200, 100, 50, 64]


def grid_of(rng, rect):
    return TileGrid.from_pixels(noise(rng, rect), rect.x, rect.y)


def test_a_tile_of_a_level_is_made_of_four_of_the_level_before():
    grid, mips = grid_of(np.random.default_rng(2), Rect(-512, 0, 1024, 512)), Mips()
    got = mips.tile(grid, 1, Coord(-1, 0))
    half = TILE // 2
    np.testing.assert_array_equal(got[:, :half, :half], halve(grid.tile(Coord(-2, 0))))
    np.testing.assert_array_equal(got[:, half:, half:], halve(grid.tile(Coord(-1, 1))))
    two = mips.tile(grid, 2, Coord(-1, 0))
    np.testing.assert_array_equal(two[:, :half, half:], halve(got))


def test_an_unchanged_grid_gives_the_very_same_tile():
    grid, mips = grid_of(np.random.default_rng(3), Rect(0, 0, 1024, 1024)), Mips()
    first = mips.tile(grid, 2, Coord(0, 0))
    assert mips.tile(grid, 2, Coord(0, 0)) is first
    grid.put(Coord(40, 40), grid.tile(Coord(0, 0)).copy())
    assert mips.tile(grid, 2, Coord(0, 0)) is first


def test_a_changed_tile_reaches_every_level_and_no_other_tile():
    rng = np.random.default_rng(4)
    grid, mips = grid_of(rng, Rect(0, 0, 2048, 1024)), Mips()
    old = [mips.tile(grid, 2, Coord(column, 0)) for column in (0, 1)]
    grid.put(Coord(3, 1), tile(rng))
    new = [mips.tile(grid, 2, Coord(column, 0)) for column in (0, 1)]
    assert new[1] is old[1]
    np.testing.assert_array_equal(new[0], Mips().tile(grid, 2, Coord(0, 0)))
    changed = np.argwhere((new[0] != old[0]).any(0))
    assert changed.min(0).tolist() == [64, 192]
    assert changed.max(0).tolist() == [127, 255]


def test_a_removed_tile_is_gone_from_every_level():
    rng = np.random.default_rng(5)
    grid, mips = grid_of(rng, Rect(0, 0, TILE, TILE)), Mips()
    assert mips.tile(grid, 2, Coord(0, 0)) is not None
    grid.put(Coord(0, 0), None)
    assert mips.tile(grid, 2, Coord(0, 0)) is None


def test_missing_tiles_of_a_mask_count_as_its_fill():
    grid = TileGrid(1, fill=255)
    grid.put(Coord(0, 0), np.zeros((1, TILE, TILE), np.uint8))
    got = Mips().tile(grid, 1, Coord(0, 0))
    half = TILE // 2
    assert not got[:, :half, :half].any()
    assert (got[:, half:] == 255).all()
    assert (got[:, :, half:] == 255).all()
    assert Mips().tile(grid, 1, Coord(7, 7)) is None


def test_a_rectangle_reaches_every_smaller_pixel_it_touches():
    assert scale_down(Rect(-1, 3, 6, 5), 2) == Rect(-1, 0, 3, 2)
    assert scale_down(Rect(4, 4, 4, 4), 1) == Rect(2, 2, 2, 2)
    assert scale_down(Rect(4, 4, 4, 4), 0) == Rect(4, 4, 4, 4)
