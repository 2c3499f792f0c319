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
    runs = [synthesize(image, hole, structure, 1.0, seed, Progress()) for seed in (5, 5, 6, 0)]
    assert runs[0].tobytes() == runs[1].tobytes()
    assert np.abs(runs[0] - runs[2])[hole].mean() > 0.01
    assert np.abs(runs[0] - runs[3])[hole].mean() > 0.01


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
    filled = synthesize(image, hole, soft(image, hole)[::4, ::4], 1.0, 0, Progress())
    assert filled[hole].std() > 0.9 * image[~hole].std()
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


def facade(h, w):
    """Windows in a wall, and a little grain."""
    y, x = np.mgrid[:h, :w]
    window = (y % 50 > 15) & (y % 50 < 40) & (x % 40 > 12) & (x % 40 < 30)
    image = np.where(window[..., None], [0.2, 0.25, 0.35], [0.8, 0.75, 0.65])
    return (image + np.random.default_rng(4).normal(0, 0.01, image.shape)).astype(np.float32)


def bricks(h, w):
    y, x = np.mgrid[:h, :w]
    mortar = (y % 12 < 2) | ((x + y // 12 % 2 * 15) % 30 < 2)
    return np.where(mortar[..., None], [0.75, 0.72, 0.7], [0.55, 0.25, 0.2]).astype(np.float32)


def slanted(h, w):
    """Two surfaces that meet in a slanted edge."""
    y, x = np.mgrid[:h, :w]
    sky = y < h / 2 + (x - w / 2) / 10
    return np.where(sky[..., None], [0.5, 0.7, 0.95], [0.25, 0.4, 0.2]).astype(np.float32)


@pytest.mark.parametrize("made", [facade, bricks, slanted])
def test_what_repeats_or_goes_straight_on_is_completed(made):
    """Not softened, not torn: nine pixels in ten are as they were."""
    image = made(260, 320)
    y, x = np.mgrid[:260, :320]
    hole = np.hypot(y - 130, x - 160) < 50
    filled = synthesize(image, hole, soft(image, hole), 1.0, 0, Progress())
    off = np.abs(filled - image).max(axis=2)
    assert (off[hole] < 0.1).mean() > 0.9


@pytest.mark.parametrize("grain", [0.0, 0.03])
def test_a_slope_has_no_seam(grain):
    """R3, R4: copies from brighter and darker places meet; grain goes on as strong as around."""
    y, x = np.mgrid[:200, :240].astype(np.float32)
    smooth = np.stack([0.2 + y / 500, 0.4 + y / 600, 0.9 - x / 700], axis=2)
    image = smooth + np.float32(grain) * np.random.default_rng(5).standard_normal(smooth.shape)
    image = image.astype(np.float32)
    hole = np.hypot(y - 100, x - 120) < 40
    filled = synthesize(image, hole, soft(image, hole), 1.0, 0, Progress())
    off = filled - smooth
    assert np.abs(off[hole].mean(axis=0)).max() < (3 if grain else 1) / 255
    if grain:
        assert 0.8 * grain < off[hole].std() < 1.3 * grain
    else:
        steps = np.abs(np.diff(filled, axis=1) - np.diff(smooth, axis=1)).max()
        assert steps < 2 / 255


def test_copies_are_sharp_where_they_cannot_meet():
    """A step that no change of light explains stays a step: it does not bleed into the hole."""
    image = np.full((120, 160, 3), 0.8, np.float32)
    image[:, :74] = 0.1
    image[60:] = 0.45
    hole = square(120, 160, 44, 60, 32)
    filled = synthesize(image, hole, soft(image, hole), 1.0, 0, Progress())
    near = np.abs(filled[hole][:, :1] - [0.1, 0.8, 0.45]).min(axis=1)
    assert (near < 0.03).mean() > 0.9


def test_the_default_keeps_a_pattern_as_sharp_as_it_is():
    """What fits is not mixed with a structure that knows nothing of it."""
    image, hole = bricks(200, 240), square(200, 240, 70, 90, 60)
    filled = synthesize(image, hole, soft(image, hole), 0.2, 0, Progress())
    assert filled[hole].std() > 0.95 * image[~hole].std()


def test_the_default_keeps_what_recurs_and_fills_things_and_mixes_what_brushes_leave():
    rng = np.random.default_rng(7)
    grass = (0.5 + 0.15 * rng.standard_normal((200, 240, 3))).clip(0, 1).astype(np.float32)
    thing, stroke = square(200, 240, 70, 90, 60), np.zeros((200, 240), bool)
    stroke[60:72, 30:200] = stroke[72:160, 30:42] = True
    for image, hole, low, high in (
        (bricks(200, 240), stroke, 0.9, 1.2),
        (grass, thing, 0.9, 1.1),
        (grass, stroke, 0.0, 0.6),
    ):
        filled = synthesize(image, hole, soft(image, hole), 0.2, 0, Progress())
        assert low < filled[hole].std() / image[~hole].std() < high
