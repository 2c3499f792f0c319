import numpy as np
import pytest
from PIL import Image

from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import Layer, LayerGroup
from editor.document.tiles import TileGrid
from editor.paint.transform import (
    Filter,
    Floating,
    cropped,
    every_grid,
    flipped,
    moved,
    reshape,
    scaled,
    turned,
)

SIZE = Size(300, 270)
CANVAS = Rect(0, 0, *SIZE)
SMOOTH = [Filter.BILINEAR, Filter.BICUBIC, Filter.LANCZOS]


@pytest.fixture(params=[np.uint8, np.uint16])
def grid(request):
    full = np.iinfo(request.param).max
    pixels = np.random.default_rng(0).integers(0, full, (270, 300, 4), request.param, endpoint=True)
    return TileGrid.from_pixels(pixels)


@pytest.mark.parametrize("by", [(5, -7), (256, -512), (-300, 1), (0, 0)])
def test_moving_keeps_every_pixel(grid, by):
    shifted = moved(grid, *by)
    np.testing.assert_array_equal(shifted.read(CANVAS.translate(*by)), grid.read(CANVAS))
    assert shifted.content_bounds() == grid.content_bounds().translate(*by)


def test_moving_and_moving_back_is_the_identity(grid):
    back = moved(moved(grid, 13, -900), -13, 900)
    np.testing.assert_array_equal(back.read(CANVAS), grid.read(CANVAS))


def test_what_a_mask_hides_moves_and_the_rest_shows():
    mask = TileGrid(1, fill=255)
    mask.write(Rect(10, 10, 20, 20), np.zeros((20, 20, 1), np.uint8))
    shifted = moved(mask, 100, 5)
    assert shifted.read(Rect(110, 15, 20, 20)).max() == 0
    assert shifted.read(Rect(10, 10, 20, 20)).min() == 255


@pytest.mark.parametrize("rect", [Rect(20, 30, 100, 90), Rect(-10, -20, 400, 400)])
def test_cropping_keeps_what_is_inside_and_nothing_else(grid, rect):
    kept = cropped(grid, rect)
    frame = Rect(0, 0, rect.w, rect.h)
    np.testing.assert_array_equal(kept.read(frame), grid.read(rect))
    assert frame.contains(kept.content_bounds())


def test_flipping_mirrors_the_canvas(grid):
    pixels = grid.read(CANVAS)
    np.testing.assert_array_equal(flipped(grid, SIZE, across=True).read(CANVAS), pixels[:, ::-1])
    np.testing.assert_array_equal(flipped(grid, SIZE, across=False).read(CANVAS), pixels[::-1])


def test_what_is_outside_the_canvas_is_flipped_and_turned_along():
    grid = TileGrid.from_pixels(np.full((10, 20, 4), 200, np.uint8), x=-30, y=5)
    assert flipped(grid, SIZE, across=True).content_bounds() == (310, 5, 20, 10)
    assert turned(grid, SIZE, 1).content_bounds() == (255, -30, 10, 20)


@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
def test_turning_is_clockwise(grid, quarters):
    new = turned(grid, SIZE, quarters)
    size = (270, 300) if quarters % 2 else SIZE
    want = np.rot90(grid.read(CANVAS), -quarters)
    np.testing.assert_array_equal(new.read(Rect(0, 0, *size)), want)
    assert Rect(0, 0, *size).contains(new.content_bounds())


def test_four_quarters_are_the_identity(grid):
    size, new = SIZE, grid
    for _ in range(4):
        new, size = turned(new, size, 1), Size(size.h, size.w)
    np.testing.assert_array_equal(new.read(CANVAS), grid.read(CANVAS))


@pytest.mark.parametrize("how", list(Filter))
def test_scaling_to_the_same_size_changes_nothing_visible(grid, how):
    same = scaled(grid, SIZE, SIZE, how).read(CANVAS).astype(int)
    before = grid.read(CANVAS).astype(int)
    np.testing.assert_array_equal(same[..., 3], before[..., 3])
    seen = before[..., 3] > 0
    assert np.abs(same - before)[seen].max() <= 1


@pytest.mark.parametrize("to", [Size(600, 540), Size(131, 77), Size(1, 1), Size(901, 20)])
@pytest.mark.parametrize("how", list(Filter))
def test_a_plain_picture_stays_plain_up_to_its_edges(to, how):
    grid = TileGrid.from_pixels(np.full((270, 300, 4), (10, 200, 90, 255), np.uint8))
    new = scaled(grid, SIZE, to, how)
    assert (new.read(Rect(0, 0, *to)) == (10, 200, 90, 255)).all()
    assert new.content_bounds() == (0, 0, *to)


@pytest.mark.parametrize("how", SMOOTH)
def test_no_color_comes_out_of_transparent_pixels(how):
    pixels = np.zeros((270, 300, 4), np.uint8)
    pixels[100:150, 100:170] = 250, 40, 40, 255
    new = scaled(TileGrid.from_pixels(pixels), SIZE, Size(137, 411), how).read(Rect(0, 0, 137, 411))
    seen = new[..., 3] > 0
    assert np.abs(new[seen][:, :3].astype(int) - (250, 40, 40)).max() <= 1


@pytest.mark.parametrize("how", SMOOTH)
def test_scaling_an_opaque_picture_is_what_pillow_does_in_floats(how):
    pixels = np.random.default_rng(3).integers(0, 256, (270, 300, 4), np.uint8)
    pixels[..., 3] = 255
    to = Size(111, 190)
    got = scaled(TileGrid.from_pixels(pixels), SIZE, to, how).read(Rect(0, 0, *to))
    for channel in range(3):
        plane = Image.fromarray(pixels[..., channel].astype(np.float32))
        want = np.asarray(plane.resize(to, Image.Resampling[how.name])).clip(0, 255)
        assert np.abs(got[..., channel] - want).max() <= 0.51


@pytest.mark.parametrize("how", list(Filter))
def test_a_small_thing_keeps_its_place_and_size(how):
    grid = TileGrid.from_pixels(np.full((40, 60, 4), 255, np.uint8), x=100, y=50)
    new = scaled(grid, SIZE, Size(600, 135), how)
    alpha = new.read(Rect(0, 0, 600, 135))[..., 3] / 255
    assert alpha.sum() == pytest.approx(120 * 20, rel=0.03)
    rows, columns = np.indices(alpha.shape)
    assert (alpha * (columns + 0.5)).sum() / alpha.sum() == pytest.approx(260, abs=0.6)
    assert (alpha * (rows + 0.5)).sum() / alpha.sum() == pytest.approx(35, abs=0.6)


def test_what_reaches_beyond_the_canvas_is_scaled_along():
    grid = TileGrid.from_pixels(np.full((400, 500, 4), 255, np.uint8), x=-50, y=-60)
    rect = scaled(grid, SIZE, Size(600, 540), Filter.BICUBIC).content_bounds()
    assert abs(rect.x + 100) <= 4
    assert abs(rect.y + 120) <= 4
    assert abs(rect.right - 900) <= 4
    assert abs(rect.bottom - 680) <= 4


def test_nearest_keeps_the_very_values(grid):
    new = scaled(grid, SIZE, Size(600, 540), Filter.NEAREST).read(Rect(0, 0, 600, 540))
    np.testing.assert_array_equal(new, grid.read(CANVAS).repeat(2, 0).repeat(2, 1))


@pytest.mark.parametrize("how", list(Filter))
def test_a_mask_that_shows_everything_goes_on_doing_so(how):
    assert scaled(TileGrid(1, fill=255), SIZE, Size(50, 50), how).is_empty
    mask = TileGrid(1, fill=255)
    mask.write(Rect(0, 0, 100, 100), np.zeros((100, 100, 1), np.uint8))
    new = scaled(mask, SIZE, Size(150, 135), how)
    assert new.read(Rect(0, 0, 40, 40)).max() <= 1
    assert new.read(Rect(55, 55, 95, 80)).min() == 255


def test_reshaping_a_document_takes_masks_and_the_selection_along():
    document = Document.from_pixels(np.full((270, 300, 4), 255, np.uint8))
    inner = Layer("Inner", TileGrid.from_pixels(np.full((50, 50, 4), 9, np.uint8)))
    inner.mask = document.new_mask()
    group = LayerGroup("Group", [inner])
    group.mask = document.new_mask()
    document.root.insert(1, group)
    document.selection.write(Rect(10, 10, 5, 5), np.full((5, 5, 1), 255, np.uint8))
    grids = list(every_grid(document))
    assert len(grids) == 5
    before = [g.snapshot() for g in grids]
    document.history.push(
        reshape(document, "Flip", SIZE, lambda grid: flipped(grid, SIZE, across=True))
    )
    assert inner.pixels.content_bounds() == (250, 0, 50, 50)
    assert document.selection.content_bounds() == (285, 10, 5, 5)
    document.history.push(
        reshape(document, "Turn", Size(270, 300), lambda grid: turned(grid, SIZE, 1))
    )
    assert document.size == (270, 300)
    document.history.go_to(0)
    assert document.size == SIZE
    assert all(not g.changes_since(b) for g, b in zip(grids, before, strict=True))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_what_is_selected_floats_over_the_rest(dtype):
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(4).integers(0, full, (270, 300, 4), dtype, endpoint=True)
    pixels[..., 3] = full
    selection = TileGrid(1, dtype)
    selection.write(Rect(20, 30, 40, 50), np.full((50, 40, 1), full, dtype))
    grid = TileGrid.from_pixels(pixels)
    floating = Floating(grid, selection)
    floating.at(7, 9)
    new = floating.at(200, 100).read(CANVAS)
    np.testing.assert_array_equal(grid.read(CANVAS), pixels)
    want = pixels.copy()
    want[30:80, 20:60, 3] = 0
    want[130:180, 220:260] = pixels[30:80, 20:60]
    np.testing.assert_array_equal(new, want)
