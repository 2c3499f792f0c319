import numpy as np
import pytest

from editor.paint.blemishes import blemishes


def slope(h=160, w=220, grain=0.01, dtype=np.uint8):
    full = np.iinfo(dtype).max
    y, x = np.mgrid[:h, :w]
    rgb = np.stack([0.3 + x / 800, 0.4 + y / 600, 0.5 + 0 * x], 2)
    rgb += np.random.default_rng(0).normal(0, grain, rgb.shape)
    pixels = np.full((h, w, 4), full, dtype)
    pixels[..., :3] = np.rint(rgb.clip(0, 1) * full)
    return pixels


def damaged(pixels, value):
    """A scratch down the picture and some dust; where it is."""
    where = np.zeros(pixels.shape[:2], bool)
    where[10:150, 60:62] = True
    for y, x in ((30, 120), (80, 180), (120, 100)):
        where[y : y + 3, x : x + 3] = True
    pixels[where, :3] = value
    return where


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("is_bright", [False, True])
def test_scratches_and_dust_are_found_and_little_else(dtype, is_bright):
    pixels = slope(dtype=dtype)
    where = damaged(pixels, np.iinfo(dtype).max if is_bright else 0)
    found = blemishes(pixels, 5, 0.5)
    assert found[where].all()
    near = np.zeros_like(where)
    near[6:154, 56:66] = True
    for y, x in ((30, 120), (80, 180), (120, 100)):
        near[y - 4 : y + 7, x - 4 : x + 7] = True
    assert not found[~near].any()
    missed = blemishes(pixels, 5, 0.5, dark=is_bright, bright=not is_bright)
    assert not missed[where].any(), "only what was asked for"


def test_grain_is_no_dust():
    assert not blemishes(slope(grain=0.03), 5, 0.5).any()


def test_what_is_wider_is_left_alone():
    pixels = slope()
    pixels[40:70, 80:110, :3] = 255
    pixels[:, 150:165, :3] = 0
    assert blemishes(pixels, 5, 0.5).mean() < 0.001


def test_colored_things_are_left_alone():
    pixels = slope()
    pixels[20:140, 90:92, :3] = (250, 40, 40)
    assert not blemishes(pixels, 5, 0.5).any()


def test_more_sensitivity_finds_more():
    pixels = slope()
    faint = pixels.copy()
    faint[10:150, 60:62, :3] = np.minimum(faint[10:150, 60:62, :3].astype(int) + 40, 255)
    found = [blemishes(faint, 5, sensitivity).sum() for sensitivity in (0.0, 0.5, 1.0)]
    assert found[0] < found[2]
    assert found == sorted(found)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (7, 3)])
def test_small_pictures_are_no_exception(size):
    assert blemishes(slope(*size), 6, 0.5).shape == size
