import math

import numpy as np
import pytest
from skimage.draw import polygon

from editor.document.geometry import Rect
from editor.paint.shapes import bounds, coverage, ellipse, rectangle

FRAME = Rect(0, 0, 64, 48)


def test_a_rectangle_covers_its_area_in_every_pixel():
    plane = coverage(rectangle(3.25, 4.5, 10, 8), FRAME)
    want = np.zeros((48, 64))
    want[4, 3:10] = 0.5
    want[5:8, 3:10] = 1
    want[:, 3] *= 0.75
    np.testing.assert_allclose(plane, want, atol=1e-6)


@pytest.mark.parametrize("outline", [
    ellipse(5.3, 4.1, 50.7, 40.2),
    ((10, 5), (60, 20), (40, 45), (2, 30)),
    ((20.2, 3.3), (25, 40), (60, 41), (30, 30), (55, 4)),
])  # fmt: skip
def test_coverage_is_the_area_that_finer_and_finer_sampling_finds(outline):
    fine = np.zeros((48 * 16, 64 * 16))
    xs, ys = np.transpose(outline) * 16 - 0.5
    fine[polygon(ys, xs, fine.shape)] = 1
    want = fine.reshape(48, 16, 64, 16).mean((1, 3))
    assert np.abs(coverage(outline, FRAME) - want).max() < 0.04
    assert coverage(outline, FRAME).sum() == pytest.approx(want.sum(), rel=0.001)


def test_the_direction_of_an_outline_does_not_matter():
    outline = ((10, 5), (60, 20), (40, 45), (2, 30))
    np.testing.assert_allclose(coverage(outline, FRAME), coverage(outline[::-1], FRAME), atol=1e-6)


def test_what_lies_outside_the_frame_is_cut_off():
    whole = coverage(ellipse(-20, -30, 90, 70), Rect(-50, -50, 200, 200))
    part = coverage(ellipse(-20, -30, 90, 70), FRAME)
    np.testing.assert_allclose(part, whole[50:98, 50:114], atol=1e-5)


def test_an_outline_without_area_covers_nothing():
    assert coverage(((5, 5), (20, 9), (5, 5)), FRAME).max() < 1e-6
    assert coverage(((5, 5),), FRAME).max() == 0
    assert coverage(rectangle(0, 0, 9, 9), Rect(0, 0, 0, 0)).size == 0


def test_an_ellipse_has_the_area_of_an_ellipse():
    outline = ellipse(100, 100, 900, 500)
    area = coverage(outline, bounds(outline)).sum()
    assert area == pytest.approx(math.pi * 400 * 200, rel=5e-4)


def test_bounds_are_whole_pixels_around_the_outline():
    assert bounds(((1.2, -3.4), (7.0, 2.1))) == Rect(1, -4, 6, 7)
