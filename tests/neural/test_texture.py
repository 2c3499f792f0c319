import numpy as np
import pytest

from neural.errors import Cancelled
from neural.progress import Progress
from neural.texture import synthesize


def stripes(h, w, period=8):
    _y, x = np.mgrid[:h, :w]
    wave = 0.5 + 0.4 * np.sign(np.sin(2 * np.pi * (x + 0.5) / period))
    return np.repeat(wave[..., None], 3, axis=2).astype(np.float32)


def square(h, w, y, x, size):
    hole = np.zeros((h, w), bool)
    hole[y : y + size, x : x + size] = True
    return hole


def soft(image, hole):
    """A structure that knows the mean color and nothing else."""
    return np.where(hole[..., None], image[~hole].mean(axis=0), image).astype(np.float32)


def test_a_pattern_goes_on_through_the_hole():
    image = stripes(96, 120)
    hole = square(96, 120, 30, 40, 28)
    filled = synthesize(image, hole, soft(image, hole), 1.0, 0, Progress())
    assert np.abs(filled - image)[hole].mean() < 0.05


def test_full_texture_keeps_the_contrast_that_structure_lacks():
    rng = np.random.default_rng(1)
    image = (0.5 + 0.15 * rng.standard_normal((128, 128, 3))).clip(0, 1).astype(np.float32)
    hole = square(128, 128, 40, 40, 40)
    filled = synthesize(image, hole, soft(image, hole), 1.0, 0, Progress())
    assert filled[hole].std() > 0.7 * image[~hole].std()


def test_nothing_of_the_hole_is_read():
    image = stripes(96, 96)
    hole = square(96, 96, 30, 30, 24)
    other = np.where(hole[..., None], np.float32(0.9), image)
    structure = soft(image, hole)
    one = synthesize(image, hole, structure, 0.5, 0, Progress())
    two = synthesize(other, hole, structure, 0.5, 0, Progress())
    np.testing.assert_array_equal(one, two)


def test_known_pixels_keep_their_values():
    image = stripes(150, 90)
    hole = square(150, 90, 0, 60, 30)
    filled = synthesize(image, hole, soft(image, hole), 0.7, 3, Progress())
    np.testing.assert_array_equal(filled[~hole], image[~hole])


def test_the_same_seed_gives_the_same_bytes_and_another_a_variant():
    rng = np.random.default_rng(2)
    image = rng.random((100, 140, 3)).astype(np.float32)
    hole = square(100, 140, 30, 50, 36)
    structure = soft(image, hole)
    runs = [synthesize(image, hole, structure, 1.0, seed, Progress()) for seed in (5, 5, 6)]
    assert runs[0].tobytes() == runs[1].tobytes()
    assert np.abs(runs[0] - runs[2])[hole].mean() > 0.01


def test_no_amount_is_the_structure():
    image = stripes(96, 96)
    hole = square(96, 96, 20, 20, 30)
    structure = soft(image, hole)
    filled = synthesize(image, hole, structure, 0.0, 0, Progress())
    np.testing.assert_allclose(filled, structure, atol=1e-6)


def test_detail_finer_than_the_working_size_is_copied():
    """R17's other half: a large photo is filled at its own resolution."""
    rng = np.random.default_rng(3)
    image = (0.5 + 0.2 * rng.standard_normal((200, 1400, 3))).clip(0, 1).astype(np.float32)
    hole = square(200, 1400, 60, 700, 80)
    filled = synthesize(image, hole, soft(image, hole)[::4, ::4], 0.5, 0, Progress())
    assert filled[hole].std() > 0.7 * image[~hole].std()
    np.testing.assert_array_equal(filled[~hole], image[~hole])


def test_without_a_free_patch_the_structure_is_all_there_is():
    image = stripes(40, 40)
    hole = np.ones((40, 40), bool)
    hole[0, :3] = False
    structure = soft(image, hole)
    filled = synthesize(image, hole, structure, 1.0, 0, Progress())
    np.testing.assert_allclose(filled, structure, atol=1e-6)


def test_progress_only_grows_and_ends_at_one():
    image = stripes(120, 300)
    hole = square(120, 300, 30, 100, 40)
    seen = []
    progress = Progress(lambda fraction, text: seen.append(fraction))
    synthesize(image, hole, soft(image, hole), 0.5, 0, progress)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_cancelling_stops_the_search():
    image = stripes(96, 96)
    hole = square(96, 96, 30, 30, 24)
    progress = Progress()
    progress.token.cancel()
    with pytest.raises(Cancelled):
        synthesize(image, hole, soft(image, hole), 0.5, 0, progress)


def test_a_hole_too_thin_to_be_seen_from_afar_is_filled():
    image = stripes(40, 1200)
    hole = np.zeros((40, 1200), bool)
    hole[20, 600] = True
    filled = synthesize(image, hole, soft(image, hole), 1.0, 0, Progress())
    np.testing.assert_array_equal(filled[~hole], image[~hole])
    assert 0 <= filled[20, 600, 0] <= 1
