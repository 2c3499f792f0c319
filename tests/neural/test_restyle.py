"""Colors and tones of a look, and nothing else of it."""

from dataclasses import replace

import numpy as np
import pytest

from editor.document.lut import Lut
from neural import oklab
from neural.engine import Engine
from neural.errors import NeuralError
from neural.image import from_nchw, lattice, resize
from neural.looks import from_read, to_read
from neural.operations.restyle import Restyle
from neural.progress import Progress
from neural.session import CPU


def look(picture, name="Look"):
    return from_read(np.zeros((1, 1, 1, 1), np.float32), to_read(picture), name, "look-1")


def photo(tint=(0.5, 0.45, 0.4), contrast=0.08, seed=0):
    """Smooth, in colors that are as good as normally distributed."""
    random = np.random.default_rng(seed)
    light, colors = random.normal(0, contrast, (40, 52, 1)), random.normal(0, contrast, (40, 52, 3))
    small = np.float32(tint + light + colors / 2).clip(0, 1)
    return resize(small, 200, 260)


def full(picture):
    return np.ones(picture.shape[:2], np.float32)


def table(picture, *looks):
    return Restyle(looks)(None, picture, full(picture), Progress())


def applied(table, picture):
    return from_nchw(Lut(table).map(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None])


WARM, COLD = photo((0.8, 0.55, 0.3)), photo((0.2, 0.3, 0.5), seed=1)
WILD = [
    look(np.random.default_rng(0).random((60, 80, 3), np.float32).round(), "corners of the cube"),
    look(np.zeros((60, 80, 3), np.float32), "black"),
    look(np.float32([1, 0, 1]) * np.ones((60, 80, 1), np.float32), "magenta"),
    look(COLD, "cold"),
]


@pytest.mark.parametrize(
    ("color", "lab"),
    [
        ((1, 1, 1), (1, 0, 0)),
        ((1, 0, 0), (0.6280, 0.2249, 0.1258)),
        ((0, 1, 0), (0.8664, -0.2339, 0.1795)),
        ((0, 0, 1), (0.4520, -0.0325, -0.3115)),
    ],
)
def test_oklab_is_that_of_its_author(color, lab):
    np.testing.assert_allclose(oklab.from_srgb(np.float32(color)), lab, atol=2e-4)


def test_colors_that_can_be_shown_go_to_oklab_and_back():
    pale = 0.5 + (lattice(9) - 0.5) * 0.4
    np.testing.assert_allclose(oklab.to_srgb(oklab.from_srgb(pale)), pale, atol=1e-5)


def test_colors_that_cannot_be_shown_keep_their_light_and_their_order():
    chroma = np.linspace(0, 0.5, 200)
    lab = np.stack([np.full(200, 0.7), chroma * 0.6, chroma * 0.8], axis=-1)
    shown = oklab.from_srgb(oklab.to_srgb(lab))
    np.testing.assert_allclose(shown[:, 0], 0.7, atol=2e-3)
    kept = np.hypot(shown[:, 1], shown[:, 2])
    assert (np.diff(kept) > -1e-6).all()  # nothing is cut flat, nothing turns round
    np.testing.assert_allclose(kept[:40], chroma[:40], atol=1e-4)


def test_a_picture_gets_the_colors_and_the_contrast_of_the_look():
    got = oklab.from_srgb(applied(table(WARM, look(COLD)), WARM)).reshape(-1, 3)
    want = oklab.from_srgb(COLD).reshape(-1, 3)
    np.testing.assert_allclose(got.mean(0), want.mean(0), atol=0.01)
    np.testing.assert_allclose(got.std(0), want.std(0), rtol=0.35)


def test_its_own_look_leaves_a_picture_as_it_is():
    for picture in (WARM, COLD):
        assert np.abs(applied(table(picture, look(picture)), picture) - picture).mean() < 2 / 255


@pytest.mark.parametrize("wanted", WILD, ids=lambda wanted: wanted.name)
def test_tones_rise_without_a_jump(wanted):
    """No banding: from one gray to the next it is always a small step up."""
    ramp = np.repeat(np.linspace(0, 1, 256, dtype=np.float32)[None, :, None], 3, axis=2)
    for picture in (WARM, COLD, ramp):
        steps = np.diff(oklab.from_srgb(applied(table(picture, wanted), ramp))[0, :, 0])
        assert steps.min() > -1e-3
        assert steps[8:].max() < 3 / 255


@pytest.mark.parametrize("wanted", WILD, ids=lambda wanted: wanted.name)
def test_a_plain_sky_is_not_torn_apart(wanted):
    noise = np.random.default_rng(0).normal(0, 1 / 255, (60, 80, 3))
    sky = np.float32(np.array((0.45, 0.6, 0.8)) + noise)
    shown = applied(table(sky, wanted), sky)
    assert shown.std((0, 1)).max() < 4 * sky.std((0, 1)).max()


def test_looks_are_mixed_by_their_shares():
    warm, cold = look(WARM), look(COLD)
    usual = 26, 18, 10  # as the picture mostly is
    ends = [oklab.from_srgb(table(WARM, each)[usual]) for each in (warm, cold)]
    mixed = table(WARM, replace(warm, share=0.25), replace(cold, share=0.75))
    between = 0.25 * ends[0] + 0.75 * ends[1]
    np.testing.assert_allclose(oklab.from_srgb(mixed[usual]), between, atol=1e-3)


def test_what_is_not_there_is_not_measured():
    half = np.concatenate([WARM, np.zeros_like(WARM)])
    mask = np.concatenate([full(WARM), np.zeros(WARM.shape[:2], np.float32)])
    found = Restyle((look(COLD),))(None, half, mask, Progress())
    want = applied(table(WARM, look(COLD)), WARM)
    np.testing.assert_allclose(applied(found, WARM), want, atol=0.02)


def test_a_single_pixel_will_do():
    dot = np.full((1, 1, 3), 0.5, np.float32)
    found = table(dot, look(COLD))
    assert found.shape == (33, 33, 33, 3) and found.dtype == np.float32
    assert np.isfinite(found).all() and found.min() >= 0 and found.max() <= 1


def test_it_runs_where_there_is_no_network_at_all(tmp_path):
    result = Engine([tmp_path], "cpu").run(Restyle((look(COLD),)), WARM, full(WARM), Progress())
    assert (result.cards, result.provider) == ((), CPU)
    np.testing.assert_array_equal(result.image, table(WARM, look(COLD)))


def test_without_a_look_it_says_what_to_do():
    with pytest.raises(NeuralError, match="Choose a look first"):
        table(WARM)
