import numpy as np

from neural.image import Box
from neural.whitenoise import white_noise


def test_it_is_white_with_a_deviation_of_one():
    noise = white_noise(Box(0, 0, 700, 500))
    assert noise.shape == (500, 700) and noise.dtype == np.float32
    assert abs(noise.mean()) < 0.01 and abs(noise.std() - 1) < 0.01
    spectrum = np.abs(np.fft.fft2(noise)) ** 2 / noise.size
    bands = spectrum.reshape(10, 50, 10, 70).mean((1, 3))
    np.testing.assert_allclose(bands, 1, atol=0.1)  # no direction and no scale stands out


def test_every_place_has_its_own_wherever_one_looks_from():
    whole = white_noise(Box(-8, -4, 60, 40))
    part = white_noise(Box(12, 7, 20, 10))
    np.testing.assert_array_equal(part, whole[11:21, 20:40])


def test_it_is_the_same_on_any_machine():
    known = [0.478682, -0.880033, 0.660408]
    np.testing.assert_allclose(white_noise(Box(3, 5, 3, 1))[0], known, atol=1e-6)
