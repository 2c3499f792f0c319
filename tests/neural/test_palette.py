"""Palettes, and pictures in the palettes of others."""

import numpy as np
import pytest

from neural import oklab
from neural.image import lattice, looked_up
from neural.palette import PARTS, STEEPEST, Transport, palette


def blobs(*centers, count=4000, spread=0.03, seed=0):
    """Colors around some, as many around each."""
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [np.array(each) + rng.normal(0, spread, (count // len(centers), 3)) for each in centers]
    )


def moved(one, other):
    return Transport.between(one, np.ones(len(one)), palette(other))(one)


DAY = blobs((0.9, -0.02, -0.03), (0.7, -0.03, -0.1), (0.4, -0.08, 0.06), count=6000)
NIGHT = blobs((0.2, 0.0, -0.08), (0.35, 0.02, -0.05), (0.8, 0.02, 0.1), count=6000, seed=1)


def test_a_palette_is_the_picture_in_equal_parts():
    colors = blobs((0.2, 0, 0), (0.8, 0.1, 0.1), count=60 * PARTS)
    found = palette(colors)
    assert found.shape == (PARTS, 3)
    np.testing.assert_allclose(found.mean(0), colors.mean(0), atol=1e-6)
    assert ((found[:, 0] < 0.5).sum(), (found[:, 0] > 0.5).sum()) == (PARTS // 2, PARTS // 2)


@pytest.mark.parametrize("count", [1, 3, 1000])
def test_a_few_pixels_will_do(count):
    colors = np.linspace(0.2, 0.8, count)[:, None] * np.array([1, 0.1, -0.1])
    found = palette(colors)
    assert found.shape == (PARTS, 3)
    np.testing.assert_allclose(
        (found.min(0), found.max(0)), (colors.min(0), colors.max(0)), atol=0.06
    )


def test_colors_get_the_distribution_of_the_palette():
    """Quantile for quantile, nearer than the same mean and deviation would bring them."""
    got, ranks = moved(DAY, NIGHT), np.linspace(0.05, 0.95, 19)
    for channel in range(3):
        one, wanted = (np.quantile(x[:, channel], ranks) for x in (got, NIGHT))
        before = DAY[:, channel]
        linear = (before - before.mean()) / before.std() * NIGHT[:, channel].std()
        linear = np.quantile(linear + NIGHT[:, channel].mean(), ranks)
        assert np.abs(one - wanted).mean() < 0.8 * np.abs(linear - wanted).mean() + 0.005


def test_light_stays_light():
    got = moved(DAY, NIGHT)
    assert np.corrcoef(got[:, 0], DAY[:, 0])[0, 1] > 0.8


def test_its_own_palette_changes_little():
    assert np.sqrt(((moved(DAY, DAY) - DAY) ** 2).sum(1)).mean() < 0.03


def test_nothing_near_a_color_of_the_picture_is_torn_apart():
    wild = oklab.from_srgb(lattice(2).reshape(-1, 3))
    found = Transport.between(DAY, np.ones(len(DAY)), palette(wild))
    near = DAY + np.random.default_rng(2).normal(0, 0.003, DAY.shape)
    apart, before = (np.sqrt((x**2).sum(1)) for x in (found(near) - found(DAY), near - DAY))
    assert np.quantile(apart / before, 0.99) < 1.5 * STEEPEST


def test_what_counts_nothing_is_not_seen():
    rest = blobs((0.1, 0.2, 0.2), count=3000, seed=3)
    both = np.concatenate([DAY, rest])
    weights = np.concatenate([np.ones(len(DAY)), np.zeros(len(rest))])
    found = Transport.between(both, weights, palette(NIGHT))
    np.testing.assert_allclose(found(DAY), moved(DAY, NIGHT), atol=1e-9)


def test_a_table_holds_the_same():
    found = Transport.between(DAY, np.ones(len(DAY)), palette(NIGHT))
    shown = oklab.to_srgb(DAY).astype(np.float32)[None]
    want = oklab.to_srgb(found(oklab.from_srgb(shown)))
    assert np.abs(looked_up(shown, found.table(33)) - want).mean() < 2 / 255


def test_a_table_that_changes_nothing_changes_nothing():
    image = np.random.default_rng(0).random((20, 30, 3), np.float32)
    image[0, :3] = [[0, 0, 0], [1, 1, 1], [1, 0, 1]]
    np.testing.assert_allclose(looked_up(image, lattice(17)), image, atol=1e-6)
