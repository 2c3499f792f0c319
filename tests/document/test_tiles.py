import numpy as np
import pytest

from editor.document.geometry import EMPTY, TILE, Coord, Rect
from editor.document.tiles import TileGrid, changed_rect

DEPTHS = [np.uint8, np.uint16]


def noise(rect, channels=4, dtype=np.uint8, seed=0):
    high = np.iinfo(dtype).max
    shape = (rect.h, rect.w, channels)
    return np.random.default_rng(seed).integers(1, high, shape, dtype, endpoint=True)


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize(
    "rect",
    [Rect(0, 0, 1, 1), Rect(-3, -5, 7, 9), Rect(200, 100, 700, 300), Rect(0, 0, TILE, TILE)],
)
def test_what_is_written_is_read(dtype, rect):
    grid, pixels = TileGrid(4, dtype), noise(rect, dtype=dtype)
    grid.write(rect, pixels)
    np.testing.assert_array_equal(grid.read(rect), pixels)
    around = grid.read(rect.grow(1))
    assert not around[0].any()
    assert not around[:, -1].any()


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_missing_tile_reads_as_fill(dtype):
    full = np.iinfo(dtype).max
    grid = TileGrid(1, dtype, fill=full)
    assert (grid.read(Rect(-4, 9, 600, 3)) == full).all()
    assert grid.is_empty


def test_a_tile_that_ends_up_all_fill_is_dropped():
    rect = Rect(250, 250, 20, 20)
    grid = TileGrid.from_pixels(noise(rect), rect.x, rect.y)
    assert set(grid.coords()) == {Coord(0, 0), Coord(1, 0), Coord(0, 1), Coord(1, 1)}
    grid.write(rect, np.zeros((20, 20, 4), np.uint8))
    assert grid.is_empty
    assert grid.nbytes == 0


def test_an_earlier_snapshot_does_not_see_later_writing():
    rect = Rect(0, 0, 300, 30)
    grid = TileGrid.from_pixels(noise(rect))
    before, want = grid.snapshot(), grid.read(rect)
    grid.write(rect, noise(rect, seed=1))
    grid.put(Coord(5, 5), np.ones((4, TILE, TILE), np.uint8))
    np.testing.assert_array_equal(before.read(rect), want)
    assert Coord(5, 5) not in before


def test_a_snapshot_may_be_changed_on_its_own():
    rect = Rect(0, 0, 30, 30)
    grid = TileGrid.from_pixels(noise(rect))
    want = grid.read(rect)
    grid.snapshot().write(rect, noise(rect, seed=1))
    np.testing.assert_array_equal(grid.read(rect), want)


def test_changes_are_the_tiles_that_differ():
    grid = TileGrid.from_pixels(noise(Rect(0, 0, 2 * TILE, TILE)))
    before = grid.snapshot()
    grid.write(Rect(TILE + 1, 1, 2, 2), np.zeros((2, 2, 4), np.uint8))
    grid.write(Rect(0, TILE, 1, 1), np.ones((1, 1, 4), np.uint8))
    grid.put(Coord(0, 0), None)
    changes = grid.changes_since(before)
    assert set(changes) == {Coord(0, 0), Coord(1, 0), Coord(0, 1)}
    assert changes[Coord(0, 0)] == (before.get(Coord(0, 0)), None)
    assert changes[Coord(0, 1)][0] is None
    assert changed_rect(changes) == Rect(0, 0, 2 * TILE, 2 * TILE)
    assert grid.changes_since(grid.snapshot()) == {}
    assert changed_rect({}) == EMPTY


def test_a_stored_tile_is_read_only():
    grid = TileGrid(1)
    tile = np.ones((1, TILE, TILE), np.uint8)
    grid.put(Coord(0, 0), tile)
    with pytest.raises(ValueError, match="read-only"):
        tile[0, 0, 0] = 2
    with pytest.raises(ValueError, match="read-only"):
        grid.tile(Coord(9, 9))[0, 0, 0] = 2


@pytest.mark.parametrize(
    "tile",
    [np.ones((4, TILE, TILE), np.uint16), np.ones((1, TILE, TILE), np.uint8)],
)
def test_a_tile_of_another_kind_is_refused(tile):
    with pytest.raises(ValueError, match="tile is"):
        TileGrid(4).put(Coord(0, 0), tile)


def test_pixels_of_another_size_are_refused():
    with pytest.raises(ValueError, match="pixels are"):
        TileGrid(4).write(Rect(0, 0, 3, 2), np.zeros((3, 2, 4), np.uint8))


def test_bounds_are_whole_tiles_and_content_bounds_are_pixels():
    grid = TileGrid(4)
    assert grid.bounds() == grid.content_bounds() == EMPTY
    rect = Rect(-7, 250, 20, 30)
    grid.write(rect, noise(rect))
    assert grid.bounds() == Rect(-TILE, 0, 2 * TILE, 2 * TILE)
    assert grid.content_bounds() == rect


def test_invisible_pixels_are_not_content():
    pixels = np.full((10, 10, 4), 9, np.uint8)
    pixels[2:, :, 3] = 0
    assert TileGrid.from_pixels(pixels).content_bounds() == Rect(0, 0, 10, 2)


def test_the_version_rises_with_every_change():
    grid = TileGrid(1)
    versions = [grid.version]
    grid.write(Rect(0, 0, 2, 2), np.ones((2, 2, 1), np.uint8))
    versions.append(grid.version)
    grid.put(Coord(0, 0), None)
    versions.append(grid.version)
    grid.replace(TileGrid(1))
    versions.append(grid.version)
    assert versions == sorted(set(versions))
    assert grid.read(Rect(0, 0, 9, 9)).sum() == 0
    assert grid.version == versions[-1]
