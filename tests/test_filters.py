"""The classical filters on windows of pixels."""

import numpy as np
import pytest

from editor.filters import (
    FILTERS,
    Bilateral,
    GaussianBlur,
    Median,
    NonLocalMeans,
    described,
)
from tests.neural.test_denoise_shipped import psnr, scene, with_noise

DEPTHS = (255, 65535)


def inner(window, filter_):
    by = filter_.reach
    return window[by:-by, by:-by]


@pytest.mark.parametrize("radius", [1.0, 2.0, 7.9, 8.0, 20.0, 40.0])
def test_a_gaussian_has_the_deviation_that_it_says(radius):
    """Of a single point of light, in the middle of what it reaches; also where it is made of a
    smaller picture."""
    blur = GaussianBlur(radius)
    side = -(-2 * blur.reach // blur.grain + 2) * blur.grain
    window = np.zeros((side, side, 1), np.float32)
    window[side // 2, side // 2] = 1.0
    row = blur(window, 255)[..., 0].sum(axis=0)
    at = np.arange(side) - (row * np.arange(side)).sum()
    assert row.sum() == pytest.approx(1, abs=1e-3)
    assert np.sqrt((row * at**2).sum()) == pytest.approx(radius, rel=0.02)
    assert row.argmax() in range(side // 2 - blur.grain, side // 2 + blur.grain + 1)


@pytest.mark.parametrize("full", DEPTHS)
@pytest.mark.parametrize("radius", [1, 2, 4])
def test_a_median_is_the_middle_of_the_square_around(full, radius):
    levels = np.random.default_rng(0).integers(0, full + 1, (40, 50, 4))
    window = (levels / full).astype(np.float32)
    found = Median(radius)(window, full) * full
    for y, x in ((12, 20), (25, 8), (30, 41)):
        square = levels[y - radius : y + radius + 1, x - radius : x + radius + 1]
        np.testing.assert_allclose(found[y, x], np.median(square, axis=(0, 1)), atol=0.01)


@pytest.mark.parametrize("full", DEPTHS)
@pytest.mark.parametrize("filter_", [Bilateral(4.0, 50.0), NonLocalMeans(20.0, 7)])
def test_noise_goes_and_edges_stay(full, filter_):
    clean = scene()
    noisy = with_noise(clean, 15).clip(0, 1)
    found = filter_(noisy, full)
    assert found.dtype == np.float32 and found.shape == noisy.shape
    assert psnr(found, clean) > psnr(noisy, clean) + 4
    assert psnr(found, clean) > psnr(GaussianBlur(1.5)(noisy, full), clean)


@pytest.mark.parametrize("kind", FILTERS)
@pytest.mark.parametrize("full", DEPTHS)
def test_a_flat_window_stays_as_it_is(kind, full):
    for channels in (1, 4 if kind.spreads else 3):
        window = np.full((64, 64, channels), np.float32(100 / 255))
        np.testing.assert_allclose(kind()(window, full), window, atol=0.51 / full)


@pytest.mark.parametrize("kind", FILTERS)
def test_nothing_beyond_its_reach_counts(kind):
    filter_ = kind()
    window = np.random.default_rng(0).random((96, 96, 4 if kind.spreads else 3), np.float32)
    other, by = window.copy(), filter_.reach
    other[:, : 48 - by], other[48 + by + 1 :, :] = 0.5, 0.25
    difference = np.abs(filter_(window, 65535) - filter_(other, 65535))[48, 48]
    assert difference.max() < 1e-3


def test_it_is_described_with_its_parameters():
    assert described(GaussianBlur(4.0)) == "Gaussian blur · radius 4 px"
    assert described(Median(2)) == "Median · radius 2 px"
    assert described(Bilateral()) == "Bilateral · radius 3 px · tones 25"
    assert described(NonLocalMeans()) == "Non-local means · strength 10 · search 10 px"
