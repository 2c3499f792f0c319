import numpy as np
import pytest

from editor.document.blend import BlendMode
from editor.document.lut import Lut, lattice
from tests.document.building import noise, random_lut
from tests.document.reference import look_up

DEPTHS = [np.uint8, np.uint16]


def every_level(dtype, rng):
    """Every value of a channel at least once in each of the colors, alpha anything."""
    levels = np.arange(np.iinfo(dtype).max + 1, dtype=dtype)
    return np.stack([rng.permutation(levels) for _ in range(4)], axis=-1).reshape(16, -1, 4)


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("points", [2, 3, 5, 16, 17, 33, 64, 65])
def test_the_identity_gives_the_very_bytes(points, dtype):
    pixels = every_level(dtype, np.random.default_rng(points))
    np.testing.assert_array_equal(Lut.identity(points).apply(pixels), pixels)
    grays = np.repeat(pixels[..., :1], 3, axis=2)
    np.testing.assert_array_equal(Lut.identity(points).apply(grays), grays)


@pytest.mark.parametrize("points", [2, 4, 9])
def test_colors_between_points_are_interpolated_in_tetrahedra(points):
    rng = np.random.default_rng(points)
    lut = Lut(rng.random((points, points, points, 3), np.float32))
    edges = lattice(3).reshape(-1, 3)
    colors = np.concatenate([rng.random((600, 3), np.float32), edges])
    got = lut.map(np.ascontiguousarray(colors.T)).T
    want = [look_up(lut.table, color.tolist()) for color in colors]
    np.testing.assert_allclose(got, want, atol=2e-6)


def test_the_points_themselves_come_out_as_the_table_says():
    lut = random_lut(np.random.default_rng(1), 9)
    got = lut.map(np.ascontiguousarray(lattice(9).transpose(3, 0, 1, 2)))
    np.testing.assert_allclose(got.transpose(1, 2, 3, 0), lut.table, atol=1e-6)


def test_grays_stay_gray_where_the_table_keeps_them():
    table = np.random.default_rng(2).random((5, 5, 5, 3), np.float32)
    for step in range(5):
        table[step, step, step] = (step / 4) ** 2
    grays = np.tile(np.linspace(0, 1, 999, dtype=np.float32), (3, 1))
    got = Lut(table).map(grays)
    assert np.ptp(got, axis=0).max() < 1e-6


@pytest.mark.parametrize("dtype", DEPTHS)
def test_pixels_are_what_their_planes_become_and_alpha_is_kept(dtype):
    rng = np.random.default_rng(3)
    lut, full = random_lut(rng), np.iinfo(dtype).max
    pixels = every_level(dtype, rng)
    got = lut.apply(pixels)
    np.testing.assert_array_equal(got[..., 3], pixels[..., 3])
    planes = lut.map(pixels[..., :3].transpose(2, 0, 1).astype(np.float32) / full)
    away = np.abs(got[..., :3].transpose(2, 0, 1) - planes.astype(np.float64) * full)
    assert away.max() < 0.51
    assert got.dtype == dtype


def test_values_that_rounding_left_outside_of_0_and_1_are_at_the_ends():
    lut = random_lut(np.random.default_rng(4))
    got = lut.map(np.array([[-1e-7, 1 + 1e-7]] * 3, np.float32))
    np.testing.assert_allclose(got[:, 0], lut.table[0, 0, 0], atol=1e-5)
    np.testing.assert_allclose(got[:, 1], lut.table[-1, -1, -1], atol=1e-5)


@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.SOFT_LIGHT, BlendMode.LUMINOSITY])
def test_a_faded_table_is_what_strength_and_mode_make_of_it(mode):
    rng = np.random.default_rng(5)
    lut = random_lut(rng)
    fine = 5 if mode is BlendMode.NORMAL else 65
    assert np.abs(lut.faded(0.0, mode).table - lattice(fine)).max() < 1e-6
    if mode is BlendMode.NORMAL:
        assert np.abs(lut.faded(1.0).table - lut.table).max() < 1e-6
    pixels = every_level(np.uint8, rng)
    whole, part = (lut.faded(strength, mode).apply(pixels) for strength in (1.0, 0.25))
    assert np.abs(whole.astype(int) - lut.apply(pixels, mode)).max() <= 4
    assert np.abs(part - (pixels * 0.75 + whole * 0.25)).max() <= 1.01


def test_a_table_cannot_be_changed_and_is_no_one_else_s():
    own = lattice(3)
    lut = Lut(own)
    own[...] = 0
    assert lut.table.max() == 1
    with pytest.raises(ValueError, match="read-only"):
        lut.table[0] = 1


@pytest.mark.parametrize(
    "table",
    [
        np.zeros((3, 3, 3), np.float32),
        np.zeros((3, 3, 2, 3), np.float32),
        np.zeros((3, 3, 3, 4), np.float32),
        np.zeros((1, 1, 1, 3), np.float32),
        np.zeros((66, 66, 66, 3), np.float32),
        np.float32(0.5),
        np.full((2, 2, 2, 3), 1.01, np.float32),
        np.full((2, 2, 2, 3), -0.01, np.float32),
        np.full((2, 2, 2, 3), np.nan, np.float32),
        np.full((2, 2, 2, 3), np.inf, np.float32),
    ],
)
def test_what_is_no_table_is_refused(table):
    with pytest.raises(ValueError, match="table"):
        Lut(table)


def test_an_empty_picture_stays_empty():
    pixels = noise(np.random.default_rng(6), type("R", (), {"w": 0, "h": 4}))
    assert Lut.identity().apply(pixels).shape == (4, 0, 4)
