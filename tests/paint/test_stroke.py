import numpy as np
import pytest

from editor.document.geometry import EMPTY, Rect
from editor.document.tiles import TileGrid
from editor.paint.brush import Brush
from editor.paint.stroke import Stroke
from tests.golden import assert_golden

RED = (1.0, 0.0, 0.0)
DEPTHS = [np.uint8, np.uint16]


def photo(dtype, w=300, h=280):
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(1).integers(0, full, (h, w, 4), dtype=dtype)
    pixels[..., 3] = full
    return TileGrid.from_pixels(pixels)


def paint(grid, brush, points, color=RED, **limits):
    stroke = Stroke(grid, brush, color, **limits)
    for point in points:
        stroke.extend(*point)
    return stroke


def test_a_soft_stroke():
    grid = TileGrid(4)
    paint(
        grid,
        Brush(size=40, hardness=0, opacity=0.8),
        [(30, 30), (90, 60), (150, 20), (280, 100)],
    )
    assert_golden("stroke-soft", grid.read(Rect(0, 0, 320, 128)))


def test_a_stroke_with_pressure_over_a_picture():
    ramp = np.linspace(0, 255, 256, dtype=np.uint8)
    pixels = np.full((96, 256, 4), 255, np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = ramp, ramp[::-1], 128
    pixels[48:, :, 3] = ramp
    grid = TileGrid.from_pixels(pixels)
    brush = Brush(size=30, hardness=0.9, opacity_by_pressure=True, flow=0.5)
    paint(grid, brush, [(20, 20, 0.1), (230, 30, 1.0), (230, 70, 0.8), (20, 80, 0.2)])
    assert_golden("stroke-pressure", grid.read(Rect(0, 0, 256, 96)))


@pytest.mark.parametrize("dtype", DEPTHS)
def test_an_opaque_stroke_leaves_exactly_its_color(dtype):
    grid = photo(dtype)
    paint(grid, Brush(size=20, hardness=1), [(50, 50), (200, 50)])
    full = np.iinfo(dtype).max
    assert (grid.read(Rect(50, 48, 150, 4)) == (full, 0, 0, full)).all()


@pytest.mark.parametrize("dtype", DEPTHS)
def test_opacity_is_a_ceiling_however_many_dabs_overlap(dtype):
    grid = TileGrid(4, dtype)
    brush = Brush(size=30, hardness=0.5, opacity=0.4, flow=0.4, spacing=0.02)
    paint(grid, brush, [(40 + (i % 2) * 20, 40) for i in range(60)])
    alpha = grid.read(Rect(0, 0, 80, 80))[..., 3]
    assert alpha.max() == round(0.4 * grid.full)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_hundreds_of_overlapping_dabs_leave_no_rounding_error(dtype):
    once, often = photo(dtype), photo(dtype)
    brush = Brush(size=40, hardness=0, opacity=0.37)
    paint(once, brush, [(100.5, 100.5)])
    stroke = paint(often, brush, [(100.5, 100.5)])
    for _ in range(300):
        stroke.extend(100.5, 105.5)
        stroke.extend(100.5, 100.5)
    line = Rect(60, 100, 80, 1)
    once_line, often_line = once.read(line), often.read(line)
    middle = slice(35, 45)
    np.testing.assert_array_equal(once_line[:, middle], often_line[:, middle])


def test_flow_builds_up_to_the_opacity():
    brush = Brush(size=20, hardness=1, opacity=0.6, flow=0.1)
    thin, thick = TileGrid(4), TileGrid(4)
    paint(thin, brush, [(30.5, 30.5)])
    paint(thick, brush, [(30.5, 30.5)] + [(30.5 + i % 2 * 2, 30.5) for i in range(100)])
    middle = Rect(30, 30, 1, 1)
    assert thin.read(middle)[0, 0, 3] == round(0.6 * 0.1 * 255)
    assert thick.read(middle)[0, 0, 3] == round(0.6 * 255)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_soft_stroke_on_nothing_has_no_dark_rim(dtype):
    grid = TileGrid(4, dtype)
    paint(grid, Brush(size=50, hardness=0), [(60, 60), (120, 70)], (1.0, 0.5, 0.25))
    pixels = grid.read(Rect(0, 0, 200, 150))
    shown = pixels[pixels[..., 3] > 0]
    want = np.floor(np.array([1.0, 0.5, 0.25]) * grid.full + 0.5)
    assert (shown[:, :3] == want).all()


@pytest.mark.parametrize("dtype", DEPTHS)
def test_mixing_is_within_one_level_of_the_formula(dtype):
    rng = np.random.default_rng(2)
    full = np.iinfo(dtype).max
    pixels = rng.integers(0, full, (64, 64, 4), dtype=dtype, endpoint=True)
    grid = TileGrid.from_pixels(pixels)
    paint(grid, Brush(size=200, hardness=1, opacity=0.6), [(32, 32)], (0.2, 0.4, 0.9))
    old = pixels / full
    total = 0.6 + old[..., 3:] * 0.4
    color = (np.array([0.2, 0.4, 0.9]) * 0.6 + old[..., :3] * old[..., 3:] * 0.4) / total
    want = np.concatenate([color, total], -1) * full
    assert np.abs(grid.read(Rect(0, 0, 64, 64)) - want).max() < 0.51


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("color", [RED, None])
def test_pixels_that_are_not_selected_stay_byte_identical(dtype, color):
    """R1, for painting."""
    grid = photo(dtype)
    before = grid.read(Rect(0, 0, 300, 280))
    selection = TileGrid(1, dtype)
    soft = np.zeros((100, 200, 1), dtype)
    soft[:, :100] = np.linspace(0, grid.full, 100, dtype=dtype)[None, :, None]
    selection.write(Rect(80, 60, 200, 100), soft)
    paint(grid, Brush(size=60), [(20, 20), (280, 200), (150, 120)], color, selection=selection)
    selected = selection.read(Rect(0, 0, 300, 280))[..., 0] > 0
    after = grid.read(Rect(0, 0, 300, 280))
    np.testing.assert_array_equal(after[~selected], before[~selected])
    assert (after[selected] != before[selected]).any()


@pytest.mark.parametrize("dtype", DEPTHS)
def test_locked_alpha_stays(dtype):
    grid = TileGrid(4, dtype)
    paint(grid, Brush(size=60, hardness=0), [(60, 60)], (0.0, 0.0, 1.0))
    before = grid.read(Rect(0, 0, 200, 120))
    paint(grid, Brush(size=30), [(20, 60), (180, 60)], alpha_locked=True)
    after = grid.read(Rect(0, 0, 200, 120))
    np.testing.assert_array_equal(after[..., 3], before[..., 3])
    nothing = before[..., 3] == 0
    np.testing.assert_array_equal(after[nothing], before[nothing])
    assert tuple(after[60, 60, :3]) == (grid.full, 0, 0)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_erasing_takes_alpha_and_keeps_color(dtype):
    grid = photo(dtype)
    before = grid.read(Rect(0, 0, 300, 280))
    paint(grid, Brush(size=40, hardness=1, opacity=0.5), [(100, 100)], None)
    after = grid.read(Rect(0, 0, 300, 280))
    np.testing.assert_array_equal(after[..., :3], before[..., :3])
    assert after[100, 100, 3] == int(grid.full * 0.5 + 0.5)


def test_erasing_everything_stores_nothing():
    grid = TileGrid(4)
    paint(grid, Brush(size=20), [(40, 40)], (0.0, 0.0, 0.0))
    paint(grid, Brush(size=80, hardness=1), [(40, 40)], None)
    assert grid.is_empty


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_mask_goes_to_full_and_to_nothing(dtype):
    mask = TileGrid(1, dtype, fill=np.iinfo(dtype).max)
    paint(mask, Brush(size=40, hardness=1), [(40, 40)], None)
    assert mask.read(Rect(40, 40, 1, 1))[0, 0, 0] == 0
    assert mask.read(Rect(80, 80, 1, 1))[0, 0, 0] == mask.full
    paint(mask, Brush(size=80, hardness=1), [(40, 40)], (1.0,))
    assert mask.is_empty, "all of it is fill again"


def test_nothing_is_painted_beyond_the_bounds():
    grid = TileGrid(4)
    paint(grid, Brush(size=50), [(-20, 10), (60, 10), (60, 200)], bounds=Rect(0, 0, 64, 48))
    assert grid.content_bounds() == Rect(0, 0, 64, 48)
    assert set(grid.coords()) == {(0, 0)}


def test_extend_tells_what_changed_and_only_replaces_those_tiles():
    grid = photo(np.uint8, 600, 600)
    stroke = Stroke(grid, Brush(size=20), RED)
    rect = stroke.extend(100, 100)
    changes = grid.changes_since(stroke.before)
    assert set(changes) == {(0, 0)}
    assert rect.contains(Rect(90, 90, 20, 20))
    assert rect.w < 26
    old, new = stroke.before.read(Rect(0, 0, 600, 600)), grid.read(Rect(0, 0, 600, 600))
    rows, columns = np.nonzero((old != new).any(-1))
    changed = Rect.from_edges(columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert rect.contains(changed)


def test_painting_what_is_there_already_changes_nothing():
    grid = TileGrid.from_pixels(np.full((100, 100, 4), 255, np.uint8))
    stroke = Stroke(grid, Brush(size=20), (1.0, 1.0, 1.0))
    assert stroke.extend(50, 50) == EMPTY
    assert grid.changes_since(stroke.before) == {}


def test_revert_puts_the_very_tiles_back():
    grid = photo(np.uint8)
    stroke = paint(grid, Brush(size=30), [(20, 20), (270, 270)])
    touched = changed = stroke.extend(10, 200)
    touched = stroke.revert()
    assert touched.contains(changed)
    assert grid.changes_since(stroke.before) == {}


def test_a_stroke_is_the_same_however_its_path_is_sampled():
    few, many = TileGrid(4), TileGrid(4)
    brush = Brush(size=20, spacing=0.25)
    paint(few, brush, [(20, 30), (220, 30)])
    paint(many, brush, [(x, 30) for x in np.linspace(20, 220, 81)])
    line = Rect(0, 0, 256, 60)
    np.testing.assert_allclose(
        few.read(line).astype(int), many.read(line).astype(int), atol=12, rtol=0
    )


def test_pressure_grows_along_the_path():
    grid = TileGrid(4)
    paint(grid, Brush(size=40, hardness=1), [(30, 50, 0.1), (230, 50, 1.0)])
    alpha = grid.read(Rect(0, 0, 256, 100))[..., 3] / 255
    widths = alpha.sum(0)
    assert widths[50] < widths[100] < widths[150] < widths[200]
    assert widths[220] == pytest.approx(38, abs=2.5)


def test_a_quick_curve_with_few_samples_is_round():
    grid = TileGrid(4)
    angles = np.radians(np.arange(0, 381, 30))
    points = np.stack([150 + 100 * np.cos(angles), 150 + 100 * np.sin(angles)], axis=1)
    paint(grid, Brush(size=3, hardness=1), points)
    rows, columns = np.nonzero(grid.read(Rect(0, 0, 300, 300))[..., 3] > 127)
    curved = ~((columns > 230) & (rows > 150))  # the first chord, which nothing came before
    radii = np.hypot(rows + 0.5 - 150, columns + 0.5 - 150)[curved]
    assert radii.min() > 97.5
    assert radii.max() < 102.5


def test_a_corner_stays_a_corner():
    grid = TileGrid(4)
    paint(grid, Brush(size=5, hardness=1), [(20, 20), (120, 20), (120, 120)])
    alpha = grid.read(Rect(0, 0, 160, 160))[..., 3]
    assert not alpha[:, 124:].any()
    assert (alpha[20:120, 119:121] == 255).all()


def test_a_swipe_after_a_tremble_is_straight():
    grid = TileGrid(4)
    paint(grid, Brush(size=3, hardness=1), [(20, 50), (21, 51), (290, 51)])
    rows = np.nonzero(grid.read(Rect(0, 0, 300, 100))[..., 3])[0]
    assert rows.max() <= 53
    assert rows.min() >= 47
