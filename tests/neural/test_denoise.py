from dataclasses import dataclass, field, replace

import numpy as np
import pytest

from neural.card import ModelCard, Port
from neural.errors import Cancelled
from neural.image import Box
from neural.noise import noise_level
from neural.operations.denoise import Denoise
from neural.operations.parameters import described, parsed
from neural.progress import CancelToken, Progress
from tests.neural.graphs import CARD, IMAGE

NOISE_MAP = Port("noise_map", "noise_map", 1)
DENOISER = replace(
    CARD,
    task="denoise",
    inputs=(IMAGE, NOISE_MAP),
    geometry=replace(CARD.geometry, min=(16, 16), multiple_of=8, halo_px=8, preferred_tile=64),
)


@dataclass
class Subtracting:
    """A network that takes the level away from the picture, and keeps what it was shown."""

    card: ModelCard = DENOISER
    seen: list[dict] = field(default_factory=list)

    def run(self, feeds, token):
        token.check()
        h, w = feeds["image"].shape[2:]
        assert h % 8 == w % 8 == 0
        assert min(h, w) >= 16
        self.seen.append(feeds)
        return [feeds["image"] - feeds["noise_map"]]


def photo(h=200, w=150):
    """Slopes, an edge and a circle, without noise."""
    y, x = np.mgrid[:h, :w].astype(np.float32)
    planes = [0.2 + 0.6 * x / w, 0.8 - 0.5 * y / h, 0.4 + 0.2 * (np.hypot(y - 60, x - 60) < 40)]
    return np.stack(planes, -1).astype(np.float32)


def full(image):
    return np.ones(image.shape[:2], np.float32)


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 64), (65, 200), (300, 17)])
def test_a_network_told_nothing_changes_nothing_at_any_size(size):
    image = np.random.default_rng(0).random((*size, 3), np.float32)
    seen = []
    progress = Progress(lambda fraction, text: seen.append(fraction))
    result = Denoise(0.0)(Subtracting(), image, full(image), progress)
    np.testing.assert_array_equal(result, image)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_the_strength_is_a_level_of_255():
    image = np.full((40, 40, 3), 0.5, np.float32)
    image[..., 0] = 0.6
    result = Denoise(51.0)(Subtracting(), image, full(image), Progress())
    np.testing.assert_allclose(result, image - 0.2, atol=1e-6)


def test_the_mask_drives_the_network_and_is_no_blend():
    network, image = Subtracting(), np.full((80, 80, 3), 0.5, np.float32)
    mask = np.zeros((80, 80), np.float32)
    mask[:, 40:] = 0.5
    result = Denoise(51.0)(network, image, mask, Progress())
    np.testing.assert_allclose(result[:, 40:], 0.4, atol=1e-6)
    np.testing.assert_array_equal(result[:, :40], image[:, :40])
    assert max(float(feeds["noise_map"].max()) for feeds in network.seen) == pytest.approx(0.1)


def test_tiles_without_a_mask_are_not_run():
    network, image = Subtracting(), photo(256, 256)
    mask = np.zeros((256, 256), np.float32)
    mask[:20, :20] = 1
    Denoise(10.0)(network, image, mask, Progress())
    assert len(network.seen) == 1


def test_the_level_is_measured_when_it_is_not_given_and_told():
    image = photo()
    noise = np.random.default_rng(1).standard_normal(image.shape, np.float32) * np.float32(0.1)
    network, progress = Subtracting(), Progress()
    Denoise()(network, image + noise, full(image), progress)
    told = float(network.seen[0]["noise_map"].max())
    assert told == pytest.approx(0.1, rel=0.06)
    assert progress.notes == [f"The noise level was measured as {told * 255:.1f} of 255."]


def test_a_gray_picture_stays_gray():
    @dataclass
    class Tinting(Subtracting):
        def run(self, feeds, token):
            (result,) = super().run(feeds, token)
            result[:, 0] += 0.03
            return [result]

    image = np.repeat(photo()[..., :1], 3, axis=-1)
    result = Denoise(1.0)(Tinting(), image, full(image), Progress())
    assert (result == result[..., :1]).all()


def test_the_best_quality_is_the_mean_of_eight_views_turned_back():
    @dataclass
    class Leaning(Subtracting):
        """Takes more away to the right, so that no two views agree."""

        def run(self, feeds, token):
            (result,) = super().run(feeds, token)
            ramp = np.linspace(-0.1, 0.1, result.shape[3], dtype=np.float32)
            return [result + ramp]

    image, network = photo(96, 64), Leaning()
    result = Denoise(25.5, best=True)(network, image, full(image), Progress())
    np.testing.assert_allclose(result, image - 0.1, atol=1e-5)
    assert len(network.seen) == 8 * 2
    straight = Denoise(25.5)(Leaning(), image, full(image), Progress())
    assert np.abs(straight - image + 0.1).max() > 0.05


def test_the_picture_given_is_not_written_to():
    image = photo()
    before = image.copy()
    Denoise(25.0)(Subtracting(), image, full(image), Progress())
    np.testing.assert_array_equal(image, before)


def test_it_can_be_cancelled_between_tiles():
    token = CancelToken()

    class Slow(Subtracting):
        def run(self, feeds, token):
            token.cancel()
            return super().run(feeds, token)

    with pytest.raises(Cancelled):
        Denoise(5.0)(Slow(), photo(), full(photo()), Progress(token=token))


def test_it_looks_further_than_the_hole():
    assert Denoise().context(Box(500, 10, 5, 5), 1000, 800) == Box(372, 0, 261, 143)


@pytest.mark.parametrize(("text", "strength"), [("auto", -1.0), ("0", 0.0), ("62.5", 62.5)])
def test_the_strength_is_auto_or_a_number(text, strength):
    assert parsed(Denoise, {"strength": text}) == Denoise(strength)


def test_auto_is_described_by_its_name():
    assert described(Denoise()) == "noise level auto · best quality False"
    assert described(Denoise(20.0)) == "noise level 20.0 · best quality False"


@pytest.mark.parametrize("sigma", [2, 5, 15, 25, 50])
def test_white_noise_is_measured_within_a_level(sigma):
    image = photo(480, 480)
    noise = np.random.default_rng(sigma).standard_normal(image.shape, np.float32)
    assert noise_level(image + noise * np.float32(sigma / 255)) * 255 == pytest.approx(
        sigma, abs=0.5, rel=0.03
    )


def test_a_clean_picture_has_no_noise_and_texture_is_not_taken_for_it():
    image = photo(480, 480)
    assert noise_level(image) * 255 < 0.2
    checks = np.indices((480, 480)).sum(0) % 2 * np.float32(0.4)
    image[:, :200] += checks[:, :200, None]
    assert noise_level(image) * 255 < 0.2


def test_what_is_painted_in_one_color_tells_nothing_of_the_noise_elsewhere():
    image = photo(480, 480)
    image += np.random.default_rng(0).standard_normal(image.shape, np.float32) * np.float32(0.08)
    image[:, :200] = 0.5
    assert noise_level(image) == pytest.approx(0.08, rel=0.06)


def test_coarse_noise_is_noise_too():
    image = photo(480, 480)
    noise = np.random.default_rng(0).standard_normal((240, 240, 3), np.float32) * np.float32(0.1)
    found = noise_level(image + noise.repeat(2, 0).repeat(2, 1))
    assert 0.09 < found < 0.2


def test_a_drawing_is_clean():
    image = np.full((200, 200, 3), 0.9, np.float32)
    image[50:90, 30:100] = 0.1
    image[np.tri(200, k=-60, dtype=bool)] = (0.8, 0.2, 0.3)
    assert noise_level(image) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (8, 8), (9, 3)])
def test_pictures_smaller_than_a_block_count_as_clean(size):
    assert noise_level(np.random.default_rng(0).random((*size, 3), np.float32)) == 0
