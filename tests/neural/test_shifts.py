import numpy as np

from neural.shifts import offered


def tiles(h, w, down, across):
    rng = np.random.default_rng(0)
    one = rng.random((down, across, 3)).astype(np.float32)
    return np.tile(one, (-(-h // down), -(-w // across), 1))[:h, :w]


def disc(h, w, y, x, r):
    ys, xs = np.mgrid[:h, :w]
    return np.hypot(ys - y, xs - x) < r


def test_the_period_of_a_pattern_is_found():
    image, hole = tiles(120, 150, 30, 25), disc(120, 150, 60, 75, 18)
    image[hole] = 1
    shifts = offered(image, hole, 0)
    periodic = (shifts[:, 0] % 30 == 0) & (shifts[:, 1] % 25 == 0)
    assert periodic.sum() > 10
    assert periodic.mean() > 0.5


def test_every_pixel_has_a_source():
    rng = np.random.default_rng(1)
    image, hole = rng.random((90, 120, 3)).astype(np.float32), disc(90, 120, 45, 60, 38)
    shifts = offered(image, hole, 3)
    known = np.pad(~hole, 120)
    y, x = np.nonzero(hole)
    count = sum(known[y + down + 120, x + across + 120].astype(int) for down, across in shifts)
    assert count.min() >= 1


def test_nothing_of_the_hole_is_read():
    image, hole = tiles(80, 90, 20, 15), disc(80, 90, 40, 45, 12)
    other = np.where(hole[..., None], np.float32(0.3), image)
    np.testing.assert_array_equal(offered(image, hole, 0), offered(other, hole, 0))


def test_a_hole_that_leaves_nothing_to_compare_has_no_shifts():
    hole = np.ones((30, 30), bool)
    hole[0, 0] = False
    assert len(offered(np.zeros((30, 30, 3), np.float32), hole, 0)) == 0
