"""R10: colors keep their looks between sRGB and the color space of a document."""

import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from editor.color import describe, to_document, to_srgb
from tests.formats.profiles import ADOBE_RGB, DISPLAY_P3, gray_profile, rgb_profile

ADOBE = rgb_profile("Adobe-like", ADOBE_RGB)
P3 = rgb_profile("P3-like", DISPLAY_P3)
COLORS = [(0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.8, 0.4, 0.2), (0.1, 0.5, 0.9), (0.5, 0.5, 0.5)]


def _lab(color):
    return rgb2lab(np.array(color)[None, None])[0, 0]


@pytest.mark.parametrize("profile", [ADOBE, P3], ids=["Adobe RGB", "Display P3"])
@pytest.mark.parametrize("color", COLORS)
def test_a_color_painted_and_picked_again_looks_the_same(color, profile):
    back = to_srgb(to_document(color, profile), profile)
    assert deltaE_ciede2000(_lab(back), _lab(color)) < 1.0


def test_without_a_profile_values_are_srgb_and_exact():
    color = (0.123456, 0.5, 0.987654)
    assert to_document(color, None) == color == to_srgb(color, None)


def test_a_wider_space_needs_less_red_for_the_same_red():
    r, g, b = to_document((1.0, 0.0, 0.0), P3)
    assert r < 0.95
    assert g > 0.1
    assert b > 0.05


def test_a_wide_gamut_color_is_brought_into_srgb():
    assert to_srgb((0.0, 1.0, 0.0), ADOBE) == (0.0, 1.0, 0.0)


def test_white_and_black_stay_what_they_are():
    for profile in (ADOBE, P3):
        assert to_document((1.0, 1.0, 1.0), profile) == (1.0, 1.0, 1.0)
        assert to_document((0.0, 0.0, 0.0), profile) == (0.0, 0.0, 0.0)


def test_values_outside_the_range_are_clipped():
    assert to_document((-1.0, 2.0, 0.0), ADOBE) == to_document((0.0, 1.0, 0.0), ADOBE)


@pytest.mark.parametrize("profile", [b"", b"nonsense", ADOBE[:150], gray_profile()])
def test_an_unusable_profile_means_srgb(profile):
    assert to_document((0.2, 0.4, 0.6), profile) == (0.2, 0.4, 0.6)


def test_a_profile_is_called_by_its_name():
    assert describe(None) == "sRGB"
    assert describe(ADOBE) == "Adobe-like"
    assert describe(b"nonsense") == "damaged profile, taken as sRGB"
