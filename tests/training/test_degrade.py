import io

import numpy as np
import pytest
import torch
from PIL import Image

from neural.training import degrade


@pytest.fixture
def rng():
    return torch.Generator().manual_seed(3)


def flat(value, count=4, size=128):
    return torch.full((count, 3, size, size), value)


def slope(size=128):
    line = torch.linspace(0.1, 0.9, size)
    return torch.stack(
        [
            line[:, None].expand(size, size),
            line.expand(size, size),
            line.flip(0)[:, None].expand(size, size),
        ]
    )[None]


def test_levels_stay_in_range_and_some_vary_across_the_picture(rng):
    found = degrade.levels(rng, 64, 32, 75 / 255, 0.5)
    assert found.shape == (64, 1, 32, 32)
    assert found.min() >= 0
    assert found.max() <= 75 / 255
    varies = found.amax((1, 2, 3)) > found.amin((1, 2, 3))
    assert 16 < int(varies.sum()) < 48


def test_weak_noise_is_not_rare(rng):
    found = degrade.levels(rng, 2000, 1, 75 / 255, 0.0)
    assert 0.15 < float((found < 5 / 255).float().mean()) < 0.35


def test_gaussian_noise_has_the_level_asked_for_at_each_place(rng):
    level = torch.full((2, 1, 128, 128), 0.1)
    level[..., 64:] = 0.3
    noise = degrade.gaussian(rng, flat(0.5, 2), level) - 0.5
    assert float(noise[..., :64].std()) == pytest.approx(0.1, rel=0.03)
    assert float(noise[..., 64:].std()) == pytest.approx(0.3, rel=0.03)
    assert abs(float(noise.mean())) < 0.01


def test_coarse_noise_is_as_strong_but_hangs_together(rng):
    noise = degrade.coarse(rng, flat(0, 2))
    assert float(noise.std()) == pytest.approx(1, rel=0.02)
    assert float((noise[..., 1:] * noise[..., :-1]).mean()) > 0.4


def test_colored_noise_keeps_its_strength_and_mixes_channels(rng):
    noise = degrade.colored(rng, torch.randn(1, 3, 256, 256, generator=rng))
    assert float(noise.std()) == pytest.approx(1, rel=0.03)
    covariance = torch.corrcoef(noise[0].flatten(1))
    assert float(covariance.triu(1).abs().max()) > 0.1


def test_a_camera_stores_eight_bits_and_darkness_is_quieter_in_linear_light(rng):
    image = torch.cat([flat(0.15, 16, 64), flat(0.8, 16, 64)], 3)
    found = degrade.camera(rng, image)
    assert found.min() >= 0
    assert found.max() <= 1
    torch.testing.assert_close((found * 255).round() / 255, found)
    light = degrade.to_light(found)
    assert float(light[..., :60].std(dim=(1, 2, 3)).mean()) < float(
        light[..., 68:].std(dim=(1, 2, 3)).mean()
    )


def test_light_and_srgb_are_inverses():
    values = torch.linspace(0, 1, 101)
    torch.testing.assert_close(degrade.from_light(degrade.to_light(values)), values)


@pytest.mark.parametrize("quality", [40, 75, 95])
def test_jpeg_is_what_pillow_makes_of_it(quality, rng):
    image = (slope() + 0.04 * torch.randn(1, 3, 128, 128, generator=rng)).clamp(0, 1)
    pixels = (image[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=quality, subsampling=2)
    want = np.asarray(Image.open(stream), np.float32)
    eight = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    got = degrade.jpeg(eight, torch.full((1, 1, 1, 1), float(quality)))
    error = got[0].permute(1, 2, 0).numpy() * 255 - want
    assert np.abs(error).mean() < 2.5
    assert np.square(error).mean() < 0.2 * np.square(want - pixels).mean() + 1


def test_the_same_generator_gives_the_same_noise():
    def once():
        return degrade.camera(torch.Generator().manual_seed(5), slope())

    torch.testing.assert_close(once(), once(), rtol=0, atol=0)


def test_a_blurred_picture_keeps_its_brightness_and_loses_its_contrast():
    rng = torch.Generator().manual_seed(0)
    image = torch.rand(3, 3, 48, 64, generator=rng)
    result = degrade.blurred(rng, image, 1.0, 2.0)
    assert (result.mean((1, 2, 3)) - image.mean((1, 2, 3))).abs().max() < 0.01
    assert (result.std((1, 2, 3)) < 0.5 * image.std((1, 2, 3))).all()
    flat = torch.full((2, 3, 32, 32), 0.3)
    torch.testing.assert_close(degrade.blurred(rng, flat, 1.0, 2.0), flat)


def test_a_difference_is_shrunk_without_being_cut():
    difference = torch.full((1, 3, 16, 16), -0.25)
    torch.testing.assert_close(degrade.shrunk(difference, 2, cut=False), difference[..., :8, :8])
    assert float(degrade.shrunk(difference, 2).max()) == 0
