import numpy as np
import pytest

from neural.image import (
    Box,
    bounds,
    extend_edges,
    from_nchw,
    pad_to,
    reflected,
    resize,
    spread,
    to_nchw,
)


def noise(*shape):
    return np.random.default_rng(0).random(shape, np.float32)


def test_nchw_and_back_is_the_identity():
    image = noise(5, 7, 3)
    assert to_nchw(image).shape == (1, 3, 5, 7)
    np.testing.assert_array_equal(from_nchw(to_nchw(image)), image)
    assert to_nchw(image[..., 0]).shape == (1, 1, 5, 7)


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (5, 7), (64, 64), (65, 200)])
def test_padding_mirrors_and_keeps_the_original_in_the_corner(size):
    """R7"""
    image = noise(*size, 3)
    padded = pad_to(image, 8, (16, 24))
    h, w = padded.shape[:2]
    assert h % 8 == w % 8 == 0
    assert h >= 16 and w >= 24
    extra = ((0, h - size[0]), (0, w - size[1]), (0, 0))
    np.testing.assert_array_equal(padded, np.pad(image, extra, mode="reflect"))


def test_reflected_agrees_with_numpy_far_beyond_both_ends():
    for length in (1, 2, 3, 10):
        want = np.pad(np.arange(length), 25, mode="reflect")
        np.testing.assert_array_equal(reflected(-25, length + 25, length), want)


def test_bounds_are_tight_and_none_for_an_empty_mask():
    mask = np.zeros((20, 30), np.float32)
    assert bounds(mask) is None
    mask[3, 5] = mask[10, 25] = 0.1
    assert bounds(mask) == Box(5, 3, 21, 8)


def test_a_box_grows_no_further_than_the_picture():
    assert Box(5, 3, 21, 8).grown(6, 30, 12) == Box(0, 0, 30, 12)


def test_resizing_keeps_a_constant_and_the_range():
    assert np.ptp(resize(np.full((9, 7, 3), 0.3, np.float32), 20, 31)) == 0
    step = np.repeat([[0.0], [1.0]], 8, axis=0).astype(np.float32) * np.ones((1, 16), np.float32)
    grown = resize(step, 64, 64)
    assert grown.min() == 0 and grown.max() == 1


def test_extending_edges_keeps_what_is_known_and_fills_from_nearby():
    """R9"""
    image = np.zeros((40, 40, 3), np.float32)
    image[:, :20], image[:, 20:] = 0.25, 0.75
    known = np.zeros((40, 40), bool)
    known[::13, 3:6], known[::13, 34:37] = True, True
    image[~known] = 9.0
    filled = extend_edges(image, known)
    np.testing.assert_array_equal(filled[known], image[known])
    np.testing.assert_allclose(filled[:, :8], 0.25, atol=1e-6)
    np.testing.assert_allclose(filled[:, 32:], 0.75, atol=1e-6)


def test_extending_edges_of_nothing_known_changes_nothing():
    image = noise(4, 4, 3)
    np.testing.assert_array_equal(extend_edges(image, np.zeros((4, 4), bool)), image)


def test_colors_spread_evenly_and_no_further_than_they_should():
    image, known = np.zeros((9, 12, 3), np.float32), np.zeros((9, 12), bool)
    image[:, 4], known[:, 4] = 0.25, True
    image[:, 0], known[:, 0] = 0.75, True
    wide, reached = spread(image, known, 2)
    np.testing.assert_array_equal(reached.all(axis=0), np.arange(12) <= 6)
    for column, want in ((1, 0.75), (2, 0.5), (3, 0.25), (5, 0.25), (6, 0.25), (7, 0)):
        np.testing.assert_allclose(wide[:, column], want)
    np.testing.assert_array_equal(wide[known], image[known])
