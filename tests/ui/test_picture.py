"""The display tiles of a picture: rendered when needed, mended where they changed."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from editor.document.geometry import Rect
from editor.ui.picture import CAPACITY, Picture
from editor.ui.qimage import for_screen, from_qimage

BOUNDS = Rect(0, 0, 1000, 700)


class Source:
    """Renders a counter: what was rendered later is brighter. Notes what it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, rect, level):
        self.asked.append((rect, level))
        value = min(10 * len(self.asked), 255)
        return for_screen(np.full((rect.h, rect.w, 4), (value, value, value, 255), np.uint8), None)


@pytest.fixture
def source():
    return Source()


@pytest.fixture
def picture(source):
    return Picture(source, BOUNDS)


def values(image):
    return from_qimage(image)[..., 0]


def test_a_tile_is_rendered_once(picture, source):
    picture.image(Rect(0, 0, 500, 200), 0, inf)
    assert source.asked == [(Rect(0, 0, 256, 256), 0), (Rect(256, 0, 256, 256), 0)]
    image = picture.image(Rect(100, 50, 300, 200), 0, inf)
    assert len(source.asked) == 2
    assert (values(image)[:, :156] == 10).all() and (values(image)[:, 156:] == 20).all()


def test_nothing_is_rendered_beyond_the_bounds(picture, source):
    picture.image(Rect(768, 512, 232, 188), 0, inf)
    assert source.asked == [(Rect(768, 512, 232, 188), 0)]
    source.asked.clear()
    picture.image(Rect(0, 0, 125, 88), 3, inf)
    assert source.asked == [(Rect(0, 0, 125, 88), 3)]


def test_of_a_changed_tile_only_the_changed_part_is_rendered(picture, source):
    picture.image(Rect(0, 0, 256, 256), 0, inf)
    picture.invalidate(Rect(40, 50, 6, 7))
    picture.invalidate(Rect(44, 52, 10, 2))
    image = values(picture.image(Rect(0, 0, 256, 256), 0, inf))
    assert source.asked[1:] == [(Rect(40, 50, 14, 7), 0)]
    assert (image[50:57, 40:54] == 20).all() and (image == 20).sum() == 14 * 7


def test_a_change_reaches_every_level_that_shows_it(picture, source):
    for level in (0, 1, 2):
        picture.image(Rect(0, 0, 100, 100), level, inf)
    source.asked.clear()
    picture.invalidate(Rect(41, 50, 6, 7))
    for level in (0, 1, 2):
        picture.image(Rect(0, 0, 100, 100), level, inf)
    assert source.asked == [
        (Rect(41, 50, 6, 7), 0),
        (Rect(20, 25, 4, 4), 1),
        (Rect(10, 12, 2, 3), 2),
    ]


def test_a_change_elsewhere_renders_nothing(picture, source):
    picture.image(Rect(0, 0, 256, 256), 0, inf)
    picture.invalidate(Rect(300, 300, 50, 50))
    picture.image(Rect(0, 0, 256, 256), 0, inf)
    assert len(source.asked) == 1


def test_past_the_deadline_a_coarser_level_stands_in(picture, source):
    picture.image(Rect(0, 0, 250, 175), 2, inf)
    image = values(picture.image(Rect(0, 0, 1000, 700), 0, -inf))
    assert (image == 10).all()
    assert len(source.asked) == 1 and not picture.is_complete


def test_past_the_deadline_a_finer_level_stands_in(picture, source):
    picture.image(Rect(0, 0, 500, 350), 1, inf)
    count = len(source.asked)
    image = values(picture.image(Rect(0, 0, 250, 175), 2, -inf))
    assert (image[2:-2, 2:-2] > 0).all()
    assert len(source.asked) == count


def test_past_the_deadline_a_changed_tile_stays_as_it_was(picture):
    picture.image(Rect(0, 0, 256, 256), 0, inf)
    picture.invalidate(Rect(0, 0, 256, 256))
    assert (values(picture.image(Rect(0, 0, 256, 256), 0, -inf)) == 10).all()
    picture.work(inf)
    assert (values(picture.image(Rect(0, 0, 256, 256), 0, -inf)) == 20).all()


def test_work_finishes_what_was_missing_and_says_where(picture):
    picture.image(Rect(0, 0, 500, 350), 1, -inf)
    done = picture.work(-inf)  # one tile at least, whatever the time
    assert done == [Rect(0, 0, 512, 512)]
    assert not picture.is_complete
    done += picture.work(inf)
    assert picture.is_complete
    assert set(done) == {Rect(x, y, 512, 512) for x in (0, 512) for y in (0, 512)}


def test_what_is_no_longer_looked_at_is_not_worked_on(picture, source):
    picture.image(Rect(0, 0, 1000, 700), 0, -inf)
    picture.image(Rect(0, 0, 250, 175), 2, -inf)
    picture.work(inf)
    assert source.asked == [(Rect(0, 0, 250, 175), 2)]


def test_another_size_forgets_everything(picture, source):
    picture.image(Rect(0, 0, 256, 256), 0, inf)
    picture.resize(Rect(0, 0, 100, 90))
    picture.image(Rect(0, 0, 100, 90), 0, inf)
    assert source.asked[-1] == (Rect(0, 0, 100, 90), 0)


def test_memory_is_bounded_and_the_least_recently_seen_goes_first(source):
    picture = Picture(source, Rect(0, 0, 256 * (CAPACITY + 20), 1))
    picture.image(Rect(0, 0, 1, 1), 0, inf)
    for column in range(1, CAPACITY + 10):
        picture.image(Rect(256 * column, 0, 1, 1), 0, inf)
        if column % 100 == 0:
            picture.image(Rect(0, 0, 1, 1), 0, inf)
    count = len(source.asked)
    picture.image(Rect(0, 0, 1, 1), 0, inf)
    assert len(source.asked) == count
    picture.image(Rect(256, 0, 1, 1), 0, inf)
    assert len(source.asked) == count + 1
