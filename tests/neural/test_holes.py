import numpy as np
import pytest
from skimage.restoration import inpaint_biharmonic

from neural.errors import Cancelled
from neural.holes import bridged, depth, parts
from neural.image import Box
from neural.progress import Progress


def gradient(h, w):
    y, x = np.mgrid[:h, :w].astype(np.float32)
    return np.stack([x / w, y / h, (x + y) / (w + h)], axis=2)


def test_holes_far_apart_are_told_apart_and_lose_no_pixel():
    hole = np.zeros((200, 300), bool)
    hole[3:9, 5:50] = True
    hole[150:200, 280:300] = True
    found = parts(hole)
    assert [part.box for part in found] == [Box(5, 3, 45, 6), Box(280, 150, 20, 50)]
    again = np.zeros_like(hole)
    for part in found:
        again[part.box.slices] |= part.hole
    np.testing.assert_array_equal(again, hole)


def test_interleaved_holes_keep_to_their_own_pixels():
    hole = np.zeros((160, 160), bool)
    hole[0:8, :] = hole[:, 0:8] = True  # an L, and inside its box
    hole[100:110, 100:110] = True  # a dot
    corner, dot = parts(hole)
    assert corner.box == Box(0, 0, 160, 160)
    assert not corner.hole[100:110, 100:110].any()
    assert dot.hole.all()


@pytest.mark.parametrize(("size", "expected"), [(1, 1), (2, 1), (3, 2), (7, 4), (41, 10)])
def test_depth_counts_erosions_up_to_a_limit(size, expected):
    hole = np.zeros((60, 60), bool)
    hole[5 : 5 + size, 5:50] = True
    assert depth(hole, 10) == expected


def test_a_slope_runs_on_through_a_scratch():
    """R4: a gradient is not changed by more than 1/255."""
    image = gradient(80, 120)
    hole = np.zeros((80, 120), bool)
    hole[20:26, 10:110] = hole[0:80, 60:65] = True
    cut = np.where(hole[..., None], np.float32(0.3), image)
    np.testing.assert_allclose(bridged(cut, hole, Progress()), image, atol=1 / 255)


def test_a_scratch_is_bridged_as_by_scikit_image():
    rng = np.random.default_rng(0)
    coarse = rng.random((12, 16, 3)).astype(np.float32)
    image = np.kron(coarse, np.ones((8, 8, 1), np.float32)) * 0.2 + gradient(96, 128) * 0.8
    hole = np.zeros((96, 128), bool)
    hole[40:44, 20:100] = True
    cut = np.where(hole[..., None], np.float32(0), image)
    ours = bridged(cut, hole, Progress())[hole]
    theirs = inpaint_biharmonic(cut, hole, channel_axis=-1)[hole]
    assert np.abs(ours - theirs).mean() < 0.02
    np.testing.assert_array_equal(bridged(cut, hole, Progress())[~hole], cut[~hole])


def test_bridging_hears_of_cancelling():
    hole = np.zeros((64, 64), bool)
    hole[30:34, 4:60] = True
    progress = Progress()
    progress.token.cancel()
    with pytest.raises(Cancelled):
        bridged(gradient(64, 64), hole, progress)
