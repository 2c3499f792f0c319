import numpy as np
import pytest

from neural.training import masks


@pytest.mark.parametrize("size", [(64, 64), (512, 700), (200, 90)])
@pytest.mark.parametrize(("low", "high"), [(0.05, 0.1), (0.1, 0.2)])
def test_a_free_form_hole_covers_what_was_asked(size, low, high):
    for seed in range(20):
        hole = masks.free_form(np.random.default_rng(seed), *size, low, high)
        assert hole.shape == size
        assert 0.8 * low <= hole.mean() <= high


def test_the_mixture_always_leaves_something_to_fill_and_to_see():
    rng = np.random.default_rng(0)
    for _ in range(200):
        hole = masks.mixed(rng, 128, 128)
        assert 0 < hole.mean() < 0.6


def test_the_same_generator_gives_the_same_hole():
    one, two = (masks.mixed(np.random.default_rng(4), 96, 96) for _ in range(2))
    np.testing.assert_array_equal(one, two)
