from dataclasses import replace

import numpy as np
import pytest

from neural.card import Geometry
from neural.engine import Engine, shipped_models
from neural.errors import Cancelled, NeuralError
from neural.image import Box
from neural.operations.inpaint import Inpaint
from neural.progress import Progress
from tests.neural.graphs import CARD


class Flat:
    """A network that fills a hole with the mean of what is known."""

    card = replace(
        CARD, geometry=Geometry((64, 64), 32, halo_px=256, tiling="never", preferred_tile=512)
    )

    def __init__(self):
        self.sizes = []

    def run(self, feeds, token):
        token.check()
        image, mask = feeds["image"], feeds["mask"]
        assert image.dtype == mask.dtype == np.float32
        h, w = image.shape[2:]
        assert h % 32 == w % 32 == 0
        assert mask.shape == (1, 1, h, w)
        assert set(np.unique(mask)) <= {0, 1}
        self.sizes.append((h, w))
        keep = 1 - mask
        mean = (image * keep).sum((2, 3), keepdims=True) / max(keep.sum(), 1)
        return [image * keep + mean * mask]


def photo(h, w, seed=0):
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:h, :w].astype(np.float32)
    base = np.stack([x / w, y / h, 0.5 + 0.3 * np.sin(x / 9)], axis=2)
    return (base * 0.8 + 0.1 * rng.random((h, w, 3))).clip(0, 1).astype(np.float32)


def disc(h, w, y, x, r):
    ys, xs = np.mgrid[:h, :w]
    return (np.hypot(ys - y, xs - x) < r).astype(np.float32)


def test_pixels_outside_the_mask_are_the_same_bytes():
    """R1."""
    image, mask = photo(160, 200), disc(160, 200, 80, 90, 25)
    before = image.copy()
    result = Inpaint()(Flat(), image, mask, Progress())
    assert result[mask == 0].tobytes() == before[mask == 0].tobytes()
    assert (image == before).all()
    assert np.abs(result - image)[mask > 0].mean() > 0.01


def test_a_soft_mask_mixes_inside_itself():
    """R2, R3: half a mask is half a change."""
    image, hard = photo(160, 160), disc(160, 160, 80, 80, 25)
    whole = Inpaint()(Flat(), image, hard, Progress())
    half = Inpaint()(Flat(), image, hard * np.float32(0.5), Progress())
    np.testing.assert_allclose(half, (image + whole) / 2, atol=1e-6)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_an_empty_mask_and_a_full_one_are_refused_in_a_sentence(value):
    image = photo(64, 64)
    with pytest.raises(NeuralError, match=r"^The mask .*\.$"):
        Inpaint()(Flat(), image, np.full((64, 64), value, np.float32), Progress())


def test_a_scratch_needs_no_network():
    image, mask = photo(120, 160), np.zeros((120, 160), np.float32)
    mask[40:44, 10:150] = 1
    network = Flat()
    result = Inpaint()(network, image, mask, Progress())
    assert network.sizes == []
    assert np.abs(result - image)[mask > 0].mean() < 0.1


def test_one_pixel_is_filled():
    image, mask = photo(40, 50), np.zeros((40, 50), np.float32)
    mask[20, 30] = 1
    image[20, 30] = 1
    result = Inpaint()(Flat(), image, mask, Progress())
    assert np.abs(result[20, 30] - image[20, 31]).max() < 0.3


@pytest.mark.parametrize(
    "cut", [np.s_[:30, :], np.s_[-30:, :], np.s_[:, :30], np.s_[:, -30:], np.s_[:-9, :-9]]
)
def test_a_mask_may_touch_the_borders(cut):
    image, mask = photo(120, 140), np.zeros((120, 140), np.float32)
    mask[cut] = 1
    result = Inpaint()(Flat(), image, mask, Progress())
    assert np.isfinite(result).all()
    assert result.min() >= 0
    assert result.max() <= 1
    assert result[mask == 0].tobytes() == image[mask == 0].tobytes()


def test_a_picture_smaller_than_the_network_wants_is_filled():
    image, mask = photo(20, 24), np.zeros((20, 24), np.float32)
    mask[4:14, 6:18] = 1
    assert np.isfinite(Inpaint()(Flat(), image, mask, Progress())).all()


def test_holes_far_apart_are_filled_on_their_own():
    image = photo(700, 1200)
    mask = np.maximum(disc(700, 1200, 60, 60, 20), disc(700, 1200, 640, 1100, 20))
    network = Flat()
    both = Inpaint()(network, image, mask, Progress())
    assert len(network.sizes) == 2
    alone = Inpaint()(Flat(), image, disc(700, 1200, 60, 60, 20), Progress())
    np.testing.assert_array_equal(both[:200, :200], alone[:200, :200])


def test_shrinking_for_the_network_is_told():
    """R17."""
    image, mask = photo(500, 900), disc(500, 900, 250, 450, 120)
    progress = Progress()
    Inpaint(texture=0.0)(Flat(), image, mask, progress)
    assert any("computed at" in note for note in progress.notes)


@pytest.mark.parametrize("slope", [0.0, 0.4])
def test_flat_and_sloping_pictures_keep_their_mean(slope):
    """R4, with a network whose colors are off."""
    _y, x = np.mgrid[:160, :200].astype(np.float32)
    plane = 0.3 + slope * x / 200
    image = np.stack([plane, plane, 0.9 - plane], axis=2).astype(np.float32)
    mask = disc(160, 200, 80, 100, 24)
    cut = np.where(mask[..., None] > 0, np.float32(1), image)
    result = Inpaint(texture=1.0)(Flat(), cut, mask, Progress())
    off = (result - image)[mask > 0].mean(axis=0)
    assert np.abs(off).max() < (1 / 255 if slope == 0 else 4 / 255)


def test_progress_only_grows_and_ends_at_one():
    image = photo(300, 500)
    mask = np.maximum(disc(300, 500, 40, 40, 16), disc(300, 500, 250, 450, 16))
    seen = []
    Inpaint()(Flat(), image, mask, Progress(lambda fraction, text: seen.append(fraction)))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_cancelled_run_gives_nothing():
    progress = Progress()
    progress.token.cancel()
    with pytest.raises(Cancelled):
        Inpaint()(Flat(), photo(100, 100), disc(100, 100, 50, 50, 20), progress)


def test_context_holds_the_hole_and_stays_inside():
    assert Inpaint().context(Box(10, 10, 100, 20), 1000, 80) == Box(0, 0, 260, 80)


class TestShippedModel:
    engine = Engine([shipped_models()], device="cpu")

    def run(self, image, mask, inpaint=None):
        return self.engine.run(inpaint or Inpaint(), image, mask, Progress())

    def test_a_run_is_repeated_to_the_byte(self):
        """R39."""
        image, mask = photo(200, 240), disc(200, 240, 100, 110, 28)
        one, two = self.run(image, mask), self.run(image, mask)
        assert one.image.tobytes() == two.image.tobytes()
        assert one.changed_outside == 0

    @pytest.mark.parametrize("slope", [0.0, 0.4])
    def test_flat_and_sloping_pictures_keep_their_mean(self, slope):
        """R4."""
        _y, x = np.mgrid[:200, :240].astype(np.float32)
        plane = 0.3 + slope * x / 240
        image = np.stack([plane, plane, 0.9 - plane], axis=2).astype(np.float32)
        mask = disc(200, 240, 100, 120, 30)
        cut = np.where(mask[..., None] > 0, np.float32(1), image)
        off = (self.run(cut, mask).image - image)[mask > 0].mean(axis=0)
        assert np.abs(off).max() <= 1 / 255

    def test_it_is_nearer_to_the_photo_than_a_flat_filling(self):
        image, mask = photo(200, 240), disc(200, 240, 100, 110, 28)
        cut = np.where(mask[..., None] > 0, np.float32(0), image)
        ours = np.abs(self.run(cut, mask).image - image)[mask > 0].mean()
        flat = np.abs(Inpaint(texture=0.0)(Flat(), cut, mask, Progress()) - image)
        assert ours < 0.8 * flat[mask > 0].mean()
