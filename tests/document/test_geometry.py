from hypothesis import given
from hypothesis import strategies as st

from editor.document.geometry import EMPTY, TILE, Coord, Rect, Size

rects = st.builds(
    Rect,
    st.integers(-900, 900),
    st.integers(-900, 900),
    st.integers(0, 900),
    st.integers(0, 900),
)


@given(rects, rects)
def test_the_common_part_lies_in_both(one, two):
    common = one.intersect(two)
    assert common == two.intersect(one)
    if not common.is_empty:
        assert one.contains(common)
        assert two.contains(common)
    else:
        assert common == EMPTY


@given(rects, rects)
def test_a_union_lies_around_both(one, two):
    around = one.union(two)
    assert around == two.union(one) or one.is_empty or two.is_empty
    assert one.is_empty or around.contains(one)
    assert two.is_empty or around.contains(two)


def test_an_empty_rectangle_adds_nothing_to_a_union():
    rect = Rect(3, 4, 5, 6)
    assert rect.union(EMPTY) == EMPTY.union(rect) == rect


def test_rectangles_that_only_touch_have_nothing_in_common():
    assert Rect(0, 0, 10, 10).intersect(Rect(10, 0, 5, 5)) == EMPTY


@given(rects)
def test_the_tiles_of_a_rectangle_are_those_that_meet_it(rect):
    tiles = list(rect.tiles())
    assert len(tiles) == len(set(tiles))
    area = sum(part.w * part.h for part in (tile.rect.intersect(rect) for tile in tiles))
    assert area == rect.w * rect.h
    assert all(not tile.rect.intersect(rect).is_empty for tile in tiles)


def test_tiles_left_of_the_origin_have_negative_coordinates():
    assert list(Rect(-1, -1, 2, 2).tiles()) == [
        Coord(-1, -1),
        Coord(0, -1),
        Coord(-1, 0),
        Coord(0, 0),
    ]
    assert Coord(-1, 2).rect == Rect(-TILE, 2 * TILE, TILE, TILE)


def test_growing_and_moving_a_rectangle():
    rect = Rect(10, 20, 30, 40)
    assert rect.grow(2) == Rect(8, 18, 34, 44)
    assert rect.grow(2).grow(-2) == rect
    assert rect.grow(-15).is_empty
    assert rect.translate(-10, 5) == Rect(0, 25, 30, 40)
    assert Rect.from_edges(10, 20, 40, 60) == rect
    assert (rect.right, rect.bottom, rect.size) == (40, 60, Size(30, 40))
