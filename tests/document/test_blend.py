import numpy as np
import pytest

from editor.document.blend import BlendMode, blend, composite, over, over_premultiplied, straight
from tests.document.reference import blend_pixel, composite_pixel

MODES = list(BlendMode)
SIDE = 48


def planes(channels, full, seed):
    """Random values of an integer depth, with black, white and gray among them."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, full + 1, (channels, SIDE, SIDE))
    values[:, :2] = rng.choice([0, full // 2, full], (channels, 2, SIDE))
    values[:, 2] = values[0, 2]
    return values / full


def by_pixel(function, *arrays):
    """Apply a reference to every pixel of ``(c, h, w)`` arrays in float64."""
    flat = [a.reshape(a.shape[0], -1).T.tolist() for a in arrays]
    pixels = [function(*pixel) for pixel in zip(*flat, strict=True)]
    return np.array(pixels).T.reshape(-1, SIDE, SIDE)


@pytest.mark.parametrize("full", [255, 65535])
@pytest.mark.parametrize("mode", MODES)
def test_a_formula_is_the_w3c_s(mode, full):
    backdrop, source = planes(3, full, 1), planes(3, full, 2)
    want = by_pixel(lambda b, s: blend_pixel(mode, b, s), backdrop, source)
    got = blend(mode, backdrop.astype(np.float32), source.astype(np.float32))
    assert got.dtype == np.float32
    assert np.abs(got - want).max() * full < (0.01 if full == 255 else 2)


@pytest.mark.parametrize("full", [255, 65535])
@pytest.mark.parametrize("mode", MODES)
def test_compositing_with_alpha_is_the_w3c_s(mode, full):
    backdrop, source, opacity = planes(4, full, 3), planes(4, full, 4), 0.7
    want = by_pixel(lambda b, s: composite_pixel(b, s[:3], s[3] * opacity, mode), backdrop, source)
    picture = backdrop.astype(np.float32)
    picture[:3] *= picture[3]
    composite(
        picture, source[:3].astype(np.float32), (source[3] * opacity).astype(np.float32), mode
    )
    shown = want[3] > 1 / full
    np.testing.assert_allclose(picture[3], want[3], atol=1e-6)
    # Premultiplied, since the color of a nearly transparent pixel has no precision to ask for.
    got, want = straight(picture) * picture[3], want[:3] * want[3]
    assert np.abs(got - want)[:, shown].max() * full < (0.01 if full == 255 else 2)


@pytest.mark.parametrize("mode", MODES)
def test_alpha_and_color_stay_within_0_and_1(mode):
    picture = np.zeros((4, SIDE, SIDE), np.float32)
    for seed in range(12):
        source = planes(4, 255, seed).astype(np.float32)
        composite(picture, source[:3], source[3], mode)
    assert picture.min() >= -1e-6
    assert picture.max() <= 1 + 1e-6
    assert (picture[:3] <= picture[3] + 1e-6).all()


def test_what_is_clipped_to_what_is_below_shows_nothing_over_nothing():
    source, picture = planes(4, 255, 5).astype(np.float32), np.zeros((4, SIDE, SIDE), np.float32)
    composite(picture, source[:3], source[3], BlendMode.ATOP)
    assert not picture.any()


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode is not BlendMode.ATOP])
def test_a_layer_over_nothing_shows_its_own_color(mode):
    source = planes(4, 255, 5).astype(np.float32)
    picture = np.zeros((4, SIDE, SIDE), np.float32)
    composite(picture, source[:3], source[3], mode)
    np.testing.assert_allclose(picture[:3], source[:3] * source[3], atol=1e-6)


def test_an_opaque_normal_layer_is_its_source():
    source = planes(3, 65535, 6).astype(np.float32)
    picture = planes(4, 65535, 7).astype(np.float32)
    over(picture, source, 1.0)
    np.testing.assert_array_equal(picture, np.concatenate([source, np.ones_like(source[:1])]))


def test_integers_over_a_picture_are_scaled_on_the_way():
    picture = planes(4, 255, 8).astype(np.float32)
    want = picture.copy()
    color = np.random.default_rng(9).integers(0, 256, (3, SIDE, SIDE), dtype=np.uint8)
    over(picture, color, 0.5, 1 / 255)
    over(want, (color / 255).astype(np.float32), 0.5)
    np.testing.assert_allclose(picture, want, atol=1e-6)


def test_normal_layers_may_be_merged_before_they_meet_what_is_below():
    below, one, two = (planes(4, 255, seed).astype(np.float32) for seed in (1, 2, 3))
    stacked, merged = below.copy(), np.zeros_like(below)
    for source in (one, two):
        over(stacked, source[:3], source[3])
        over(merged, source[:3], source[3])
    over_premultiplied(below, merged)
    np.testing.assert_allclose(below, stacked, atol=1e-6)
