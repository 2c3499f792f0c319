import numpy as np
import pytest

from editor.document.geometry import Rect
from editor.document.tiles import TileGrid
from editor.paint.selection import (
    Combine,
    combine,
    everything,
    feathered,
    from_outline,
    grown,
    inverted,
)
from editor.paint.shapes import ellipse, rectangle

CANVAS = Rect(0, 0, 400, 300)
DEPTHS = [np.uint8, np.uint16]


def box(left, top, right, bottom, dtype=np.uint8):
    return from_outline(rectangle(left, top, right, bottom), CANVAS, dtype)


def plane(grid):
    return grid.read(CANVAS)[..., 0] / grid.full


def area(grid):
    return round(plane(grid).sum())


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize(
    ("how", "want"),
    [
        (Combine.REPLACE, 100 * 100),
        (Combine.ADD, 200 * 100 + 100 * 100 - 50 * 100),
        (Combine.SUBTRACT, 150 * 100),
        (Combine.INTERSECT, 50 * 100),
    ],
)
def test_combining_two_rectangles(dtype, how, want):
    old, new = box(50, 50, 250, 150, dtype), box(200, 50, 300, 150, dtype)
    assert area(combine(old, new, how)) == want


@pytest.mark.parametrize("how", [Combine.SUBTRACT, Combine.INTERSECT])
def test_nothing_less_something_is_nothing(how):
    assert combine(TileGrid(1), box(0, 0, 50, 50), how).is_empty


def test_what_does_not_change_keeps_its_tiles():
    old = box(0, 0, 400, 100)
    assert combine(old, box(10, 10, 90, 90), Combine.ADD).changes_since(old) == {}
    assert set(combine(old, box(300, 0, 310, 10), Combine.SUBTRACT).changes_since(old)) == {(1, 0)}


@pytest.mark.parametrize("dtype", DEPTHS)
def test_inverting_twice_gives_the_selection_back(dtype):
    old = from_outline(ellipse(30, 20, 300, 280), CANVAS, dtype)
    once = inverted(old, CANVAS)
    np.testing.assert_allclose(plane(once), 1 - plane(old), atol=1e-9)
    assert area(inverted(everything(CANVAS, dtype), CANVAS)) == 0
    np.testing.assert_array_equal(inverted(once, CANVAS).read(CANVAS), old.read(CANVAS))
    assert CANVAS.contains(inverted(TileGrid(1, dtype), CANVAS).content_bounds())


@pytest.mark.parametrize("radius", [3, 5, 12.5, 40])
def test_feathering_is_a_gaussian_of_half_the_radius(radius):
    soft = plane(feathered(box(100, 0, 400, 300, np.uint16), CANVAS, radius))[150]
    slope = np.diff(soft)
    at = np.arange(len(slope)) + 1
    middle = (slope * at).sum() / slope.sum()
    deviation = np.sqrt((slope * (at - middle) ** 2).sum() / slope.sum())
    assert middle == pytest.approx(100, abs=0.1)
    assert deviation == pytest.approx(radius / 2, rel=0.12, abs=0.05)
    assert soft[-1] == 1, "the border of the canvas does not fade"
    assert (slope > -1e-4).all()


def test_feathering_nothing_is_nothing():
    assert feathered(TileGrid(1), CANVAS, 10).is_empty


def test_feathering_leaves_alone_what_is_far_from_an_edge():
    canvas = Rect(0, 0, 2000, 300)
    old = everything(canvas, np.uint8)
    old.write(Rect(0, 0, 100, 300), np.zeros((300, 100, 1), np.uint8))
    new = feathered(old, canvas, 20)
    assert {coord.column for coord in new.changes_since(old)} == {0}
    whole = everything(canvas, np.uint8)
    assert not feathered(whole, canvas, 20).changes_since(whole)


@pytest.mark.parametrize("radius", [30, 100])
def test_a_wide_feather_of_a_disc_is_smooth_and_round(radius):
    disc = from_outline(ellipse(100, 50, 300, 250), CANVAS, np.uint16)
    soft = plane(feathered(disc, CANVAS, radius))
    along, down = soft[150, 100:300], soft[50:250, 200]
    np.testing.assert_allclose(along, along[::-1], atol=0.004)
    np.testing.assert_allclose(along, down, atol=0.02)
    assert np.abs(np.diff(soft[150], 2)).max() < 0.004, "less than one of 255 levels"


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_disc_grows_and_shrinks_by_its_radius(dtype):
    disc = from_outline(ellipse(100, 50, 300, 250), CANVAS, dtype)
    for change in (-30, -7, 7, 30):
        want = np.pi * (100 + change) ** 2
        assert area(grown(disc, CANVAS, change)) == pytest.approx(want, rel=0.02)


def test_growing_a_point_makes_a_disc():
    disc = plane(grown(box(200, 150, 201, 151), CANVAS, 10))
    rows, columns = np.nonzero(disc)
    assert disc.sum() == pytest.approx(np.pi * 10.5**2, rel=0.05)
    assert np.hypot(rows - 150, columns - 200).max() <= 11


def test_shrinking_does_not_pull_away_from_the_border_of_the_canvas():
    shrunk = plane(grown(box(0, 0, 200, 300), CANVAS, -10))
    assert (shrunk[:, :190] == 1).all()
    assert (shrunk[:, 190:] == 0).all()


def test_growing_beyond_the_canvas_stops_at_its_border():
    assert grown(box(0, 0, 400, 290), CANVAS, 50).content_bounds() == CANVAS
