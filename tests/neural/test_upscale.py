from dataclasses import dataclass, replace

import numpy as np
import pytest

from neural.card import ModelCard
from neural.operations.upscale import Upscale
from neural.progress import Progress
from tests.neural.graphs import CARD

GEOMETRY = replace(CARD.geometry, scale=2, halo_px=2, preferred_tile=32)
UPSCALER = replace(CARD, task="upscale", geometry=GEOMETRY)


@dataclass
class Doubling:
    """Every pixel four times, after a mean over what is 2 px around."""

    card: ModelCard = UPSCALER

    def run(self, feeds, token):
        token.check()
        image = feeds["image"]
        h, w = image.shape[2:]
        around = np.pad(image, ((0, 0), (0, 0), (2, 2), (2, 2)))
        mean = sum(around[..., y : y + h, x : x + w] for y in range(5) for x in range(5)) / 25
        return [mean.repeat(2, 2).repeat(2, 3)]


def noise(h, w):
    return np.random.default_rng(0).random((h, w, 3), np.float32)


def upscaled(image, **parameters):
    return Upscale(**parameters)(Doubling(), image, np.ones(image.shape[:2]), Progress())


@pytest.mark.parametrize("scale", [1.1, 1.5, 2.0, 2.37, 3.0, 4.0, 8.0])
def test_the_size_is_the_one_asked_for(scale):
    """R12"""
    result = upscaled(noise(37, 53), scale=scale)
    assert result.shape == (round(37 * scale), round(53 * scale), 3)
    assert result.dtype == np.float32


def test_one_color_stays_that_color_up_to_the_border():
    """R7"""
    result = upscaled(np.full((40, 50, 3), 0.3, np.float32), scale=3.0)
    np.testing.assert_allclose(result, 0.3, atol=1e-5)


def test_a_texture_that_fits_itself_still_does():
    """R13"""
    image = noise(48, 64)
    straight = upscaled(image, wrap=True)
    rolled = upscaled(np.roll(image, (24, 32), (0, 1)), wrap=True)
    np.testing.assert_allclose(np.roll(rolled, (-48, -64), (0, 1)), straight, atol=1e-5)
    without = upscaled(np.roll(image, (24, 32), (0, 1)))
    assert np.abs(np.roll(without, (-48, -64), (0, 1)) - upscaled(image)).max() > 0.05


def test_the_colors_on_average_are_those_of_the_picture():
    """R8"""
    image = noise(64, 64) * 0.3 + 0.2
    result = upscaled(image, scale=2.5)
    np.testing.assert_allclose(result.mean((0, 1)), image.mean((0, 1)), atol=2e-3)


def test_progress_rises_to_one_over_several_runs():
    seen = []
    progress = Progress(lambda fraction, text: seen.append(fraction))
    Upscale(8.0)(Doubling(), noise(20, 20), np.ones((20, 20), np.float32), progress)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)
