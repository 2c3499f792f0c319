from dataclasses import dataclass, replace

import numpy as np
import pytest

from neural.card import ModelCard, Port
from neural.errors import BadOutput, NeuralError, OutOfMemory
from neural.image import resize
from neural.operations.upscale import Upscale
from neural.progress import Progress
from tests.neural.graphs import CARD, IMAGE


def card(scale, **changes):
    geometry = replace(CARD.geometry, scale=scale, halo_px=2, preferred_tile=32)
    return replace(CARD, id=f"x{scale}", task="upscale", geometry=geometry, **changes)


@dataclass
class Enlarging:
    """Every pixel ``scale`` × ``scale`` times, after a mean that looks 2 px far."""

    card: ModelCard
    tint: float = 0.0
    share: float = 0.3  # of the mean

    def run(self, feeds, token):
        token.check()
        image, scale = feeds["image"], self.card.geometry.scale
        h, w = image.shape[2:]
        around = np.pad(image, ((0, 0), (0, 0), (2, 2), (2, 2)))
        mean = sum(around[..., y : y + h, x : x + w] for y in range(5) for x in range(5)) / 25
        mixed = image + self.share * (mean - image) + np.float32(self.tint)
        return [mixed.repeat(scale, 2).repeat(scale, 3)]


DOUBLING = Enlarging(card(2))


def noise(h, w, alpha=255, dtype=np.uint8):
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(0).integers(0, full, (h, w, 4), dtype, endpoint=True)
    pixels[..., 3] = alpha if alpha != 255 else full
    return pixels


def upscaled(pixels, *networks, progress=None, **parameters):
    operation = Upscale(**parameters)
    result = np.full((*operation.size(*pixels.shape[:2]), 4), np.nan, np.float32)
    runs = operation(networks or [DOUBLING], pixels, progress or Progress())
    for box, piece in runs:
        result[box.slices] = piece
    assert not np.isnan(result).any()
    return result


@pytest.mark.parametrize("size", [(37, 53), (1, 1), (96, 33)])
@pytest.mark.parametrize("scale", [1.1, 1.5, 1.99, 2.0, 2.37, 3.0, 4.0, 5.55, 8.0])
def test_r12_the_size_is_the_one_asked_for(size, scale):
    cards = Upscale(scale).chosen([card(2), card(4)], *size)
    result = upscaled(noise(*size), *map(Enlarging, cards), scale=scale, wrap=size == (1, 1))
    assert result.shape == (round(size[0] * scale), round(size[1] * scale), 4)
    assert result.min() >= 0 and result.max() <= 1


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"width": 100}, (80, 100)),
        ({"height": 100}, (100, 125)),
        ({"width": 111, "height": 83}, (83, 111)),
        ({"width": 50, "scale": 3.0}, (40, 50)),
    ],
)
def test_r12_a_side_in_pixels_goes_before_the_scale(asked, size):
    assert upscaled(noise(40, 50), **asked).shape[:2] == size


@pytest.mark.parametrize("asked", [{"width": 49}, {"width": 401}, {"height": 321}, {"height": 39}])
def test_a_size_that_is_smaller_or_too_large_is_refused_in_words(asked):
    with pytest.raises(NeuralError, match=r"px is (smaller than|more than 8 times)"):
        Upscale(**asked).size(40, 50)


@pytest.mark.parametrize(
    ("scale", "both", "two", "four"),
    [
        (1.1, "x2", "x2", "x4"),
        (2.0, "x2", "x2", "x4"),
        (2.1, "x4", "x2 x2", "x4"),
        (4.0, "x4", "x2 x2", "x4"),
        (4.1, "x2 x4", "x2 x2 x2", "x4 x4"),
        (8.0, "x2 x4", "x2 x2 x2", "x4 x4"),
    ],
)
def test_the_networks_are_those_that_do_it_with_the_least_work(scale, both, two, four):
    for cards, want in (([card(4), card(2)], both), ([card(2)], two), ([card(4)], four)):
        got = Upscale(scale).chosen(cards, 30, 40)
        assert " ".join(each.id for each in got) == want


def test_a_network_that_enlarges_nothing_gets_nowhere():
    with pytest.raises(NeuralError, match="gets to 80 × 60 px"):
        Upscale().chosen([card(1)], 30, 40)


@pytest.mark.parametrize("scale", [2.0, 1.7])
@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("keep_colors", [False, True])
def test_r5_tiles_give_what_the_whole_gives(scale, wrap, keep_colors):
    asked = {"scale": scale, "wrap": wrap, "keep_colors": keep_colors}
    whole = replace(DOUBLING.card, geometry=replace(DOUBLING.card.geometry, preferred_tile=512))
    pixels = noise(77, 91)
    pixels[20:60, 30:70, 3] = noise(40, 40)[..., 0]
    tiles = upscaled(pixels, **asked)
    np.testing.assert_allclose(tiles, upscaled(pixels, Enlarging(whole), **asked), atol=1e-5)


@pytest.mark.parametrize("keep_colors", [False, True])
def test_r7_one_color_stays_that_color_up_to_the_border(keep_colors):
    pixels = np.full((40, 50, 4), 255, np.uint8)
    pixels[..., :3] = 77, 128, 200
    result = upscaled(pixels, scale=1.7, keep_colors=keep_colors)
    np.testing.assert_allclose(result, np.broadcast_to(pixels[0, 0] / 255, result.shape), atol=1e-5)


def test_r8_a_network_that_tints_is_corrected():
    pixels = noise(64, 64) // 2 + 60
    pixels[..., 3] = 255
    tinting = Enlarging(card(2), tint=0.05)
    result = upscaled(pixels, tinting)
    back = resize(result[..., :3], 64, 64)
    assert np.abs(back.mean((0, 1)) - (pixels[..., :3] / 255).mean((0, 1))).max() <= 0.5 / 255
    low, want = (resize(np.float32(each), 4, 4) for each in (back, pixels[..., :3] / 255))
    assert np.abs(low - want).max() <= 0.5 / 255
    tinted = upscaled(pixels, tinting, keep_colors=False)
    assert np.abs(tinted[..., :3].mean() - pixels[..., :3].mean() / 255) > 0.04


def test_a_gray_picture_stays_gray():
    class Coloring(Enlarging):
        def run(self, feeds, token):
            (found,) = super().run(feeds, token)
            found[:, 0] += np.linspace(-0.01, 0.01, found.shape[3])
            return [found]

    pixels = noise(40, 40)
    assert np.ptp(upscaled(pixels, Coloring(card(2)))[..., :3], axis=-1).max() > 0.1
    pixels[..., :3] = pixels[..., :1]
    assert np.ptp(upscaled(pixels, Coloring(card(2)))[..., :3], axis=-1).max() < 1e-6


@pytest.mark.parametrize("scale", [2.0, 2.6])
def test_r9_opaque_stays_opaque_and_transparent_transparent(scale):
    pixels = noise(60, 80)
    pixels[:, 40:, 3] = 0
    networks = [Enlarging(each) for each in Upscale(scale).chosen([card(2)], 60, 80)]
    alpha = upscaled(pixels, *networks, scale=scale)[..., 3]
    np.testing.assert_allclose(alpha[:, : round(37 * scale)], 1, atol=1e-6)
    np.testing.assert_allclose(alpha[:, round(43 * scale) :], 0, atol=1e-6)
    assert (np.diff(alpha, axis=1) <= 1e-5).all()  # no ringing


def test_r9_alpha_goes_through_the_network_where_it_changes():
    pixels = noise(30, 30)
    pixels[..., 3] = np.linspace(0, 255, 30).astype(np.uint8)
    alpha = upscaled(pixels)[..., 3]
    colors = upscaled(np.dstack([pixels[..., 3:]] * 3 + [noise(30, 30)[..., 3]]))
    np.testing.assert_allclose(alpha, colors[..., 0], atol=0.02)


def test_r13_a_texture_that_fits_itself_still_does():
    pixels = noise(48, 64)
    for scale in (2.0, 1.5):
        roll = round(24 * scale), round(32 * scale)
        straight = upscaled(pixels, scale=scale, wrap=True)
        rolled = upscaled(np.roll(pixels, (-24, -32), (0, 1)), scale=scale, wrap=True)
        np.testing.assert_allclose(np.roll(rolled, roll, (0, 1)), straight, atol=1 / 255)
        without = upscaled(np.roll(pixels, (-24, -32), (0, 1)), scale=scale)
        assert np.abs(np.roll(without, roll, (0, 1)) - upscaled(pixels, scale=scale)).max() > 0.05


def test_r16_tiles_are_halved_when_memory_is_short():
    class Hungry(Enlarging):
        def run(self, feeds, token):
            if feeds["image"].shape[2] > 90:
                raise OutOfMemory("no memory")
            return super().run(feeds, token)

    large = replace(DOUBLING.card, geometry=replace(DOUBLING.card.geometry, preferred_tile=256))
    progress = Progress()
    result = upscaled(noise(150, 150), Hungry(large), progress=progress)
    np.testing.assert_allclose(result, upscaled(noise(150, 150)), atol=1e-5)
    assert progress.notes == [
        "Worked in tiles of 128 px because memory was short.",
        "Worked in tiles of 64 px because memory was short.",
    ]


def test_r24_another_picture_is_no_success():
    class Dreaming(Enlarging):
        def run(self, feeds, token):
            return [super().run(feeds, token)[0][..., ::-1, :]]

    with pytest.raises(BadOutput, match="does not look like"):
        upscaled(noise(40, 40), Dreaming(card(2)))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_every_depth_gives_the_same_picture(dtype):
    factor = np.iinfo(dtype).max // 255
    result = upscaled(noise(40, 40).astype(dtype) * dtype(factor))
    np.testing.assert_allclose(result, upscaled(noise(40, 40)), atol=1e-5)


def test_progress_rises_to_one_over_several_runs():
    seen = []
    progress = Progress(lambda fraction, text: seen.append((fraction, text)))
    upscaled(noise(40, 40), *[DOUBLING] * 3, scale=8.0, progress=progress)
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)
    assert len(seen) > 20 and seen[0][1] == "tile 1 of 4"


def test_crisp_is_asked_of_the_network_and_missed_in_words():
    asked = []

    class Watched(Enlarging):
        def run(self, feeds, token):
            asked.append(feeds["amount"].item())
            return super().run(feeds, token)

    with_crisp = card(2, inputs=(IMAGE, Port("amount", "amount", 1)))
    progress = Progress()
    upscaled(noise(8, 8), Watched(with_crisp), crisp=0.25, progress=progress)
    assert set(asked) == {0.25}
    assert progress.notes == []
    upscaled(noise(8, 8), DOUBLING, crisp=0.25, progress=progress)
    assert progress.notes == ["The model has no crisp weights: the result is the faithful one."]
