"""From numpy to Qt and back."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtGui import QColor, QColorSpace, QImage

from editor.ui.qimage import for_screen, from_qimage, to_qimage

Format = QImage.Format
Named = QColorSpace.NamedColorSpace


def noise(h, w, dtype=np.uint8):
    random = np.random.default_rng(0)
    return random.integers(0, np.iinfo(dtype).max, (h, w, 4), dtype, endpoint=True)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("size", [(1, 1), (3, 7), (64, 33)])
def test_there_and_back_changes_nothing(dtype, size):
    pixels = noise(*size, dtype)
    back = from_qimage(to_qimage(pixels))
    assert back.dtype == dtype
    np.testing.assert_array_equal(back, pixels)


def test_an_image_keeps_its_pixels_alive():
    image = to_qimage(noise(300, 300))
    gc.collect()
    noise(300, 300) * 0  # would reuse freed memory
    np.testing.assert_array_equal(from_qimage(image), noise(300, 300))


def test_pixels_outlive_the_image_they_came_from():
    pixels = from_qimage(to_qimage(noise(300, 300)))
    gc.collect()
    pixels[0, 0] = 7  # the caller's own
    np.testing.assert_array_equal(pixels[1:], noise(300, 300)[1:])


def test_a_cut_out_of_a_larger_array_can_be_wrapped():
    pixels = noise(20, 20)[3:9, 5:16]
    np.testing.assert_array_equal(from_qimage(to_qimage(pixels)), pixels)


def test_nothing_can_be_wrapped():
    assert to_qimage(np.zeros((0, 0, 4), np.uint8)).isNull()


@pytest.mark.parametrize(
    "form",
    [
        Format.Format_RGB888,  # rows of 5 pixels are padded
        Format.Format_RGB32,
        Format.Format_ARGB32,
        Format.Format_ARGB32_Premultiplied,
        Format.Format_RGBA8888,
        Format.Format_BGR888,
    ],
)
def test_any_8_bit_format_is_read(form):
    image = QImage(5, 3, form)
    image.fill(QColor(200, 100, 50))
    pixels = from_qimage(image)
    assert pixels.shape == (3, 5, 4) and pixels.dtype == np.uint8
    assert (pixels == (200, 100, 50, 255)).all()


@pytest.mark.parametrize("form", [Format.Format_Grayscale8, Format.Format_Indexed8])
def test_grey_and_palette_images_are_read(form):
    image = QImage(5, 3, Format.Format_RGB32)
    image.fill(QColor(90, 90, 90))
    assert (from_qimage(image.convertToFormat(form)) == (90, 90, 90, 255)).all()


def test_more_than_8_bits_stay():
    grey = np.full((3, 6), 0x1234, np.uint16)
    image = QImage(grey.data, 5, 3, 12, Format.Format_Grayscale16)
    assert (from_qimage(image) == (0x1234, 0x1234, 0x1234, 0xFFFF)).all()


def test_an_image_in_another_color_space_becomes_srgb():
    image = QImage(2, 2, Format.Format_RGBA8888)
    image.fill(QColor(255, 0, 0))
    image.setColorSpace(QColorSpace(Named.DisplayP3))
    image.convertToColorSpace(QColorSpace(Named.AdobeRgb))
    red = QImage(2, 2, Format.Format_RGBA8888)
    red.fill(QColor(255, 0, 0))
    red.setColorSpace(QColorSpace(Named.SRgb))
    red.convertToColorSpace(QColorSpace(Named.AdobeRgb))
    assert from_qimage(red)[0, 0] == pytest.approx((255, 0, 0, 255), abs=2)


def test_the_screen_gets_premultiplied_srgb():
    image = for_screen(np.uint8([[[200, 100, 50, 128]]]), None)
    assert image.format() == Format.Format_ARGB32_Premultiplied
    assert image.pixelColor(0, 0).getRgb() == pytest.approx((200, 100, 50, 128), abs=1)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("space", [Named.DisplayP3, Named.AdobeRgb, Named.ProPhotoRgb])
def test_a_profile_is_converted_for_the_screen(dtype, space):
    """Translucent pixels too, and the pixels themselves stay as they were."""
    scale = np.iinfo(dtype).max // 255
    pixels = (np.array([[[120, 150, 90, 200]]]) * scale).astype(dtype)
    before = pixels.copy()
    profile = QColorSpace(space).iccProfile().data()
    to_srgb = QColorSpace(space).transformationToColorSpace(QColorSpace(Named.SRgb))
    want = to_srgb.map(QColor(120, 150, 90, 200)).getRgb()
    got = for_screen(pixels, profile).pixelColor(0, 0).getRgb()
    assert got == pytest.approx(want, abs=2)
    assert got != pytest.approx((120, 150, 90, 200), abs=2)
    np.testing.assert_array_equal(pixels, before)


def test_an_srgb_profile_changes_nothing():
    pixels = noise(4, 4)
    profile = QColorSpace(Named.SRgb).iccProfile().data()
    assert for_screen(pixels, profile) == for_screen(pixels, None)


@pytest.mark.parametrize("profile", [b"", b"junk", b"\0\0\0\x84" + bytes(128), bytes(4096)])
def test_a_broken_profile_counts_as_srgb(profile):
    pixels = noise(4, 4)
    assert for_screen(pixels, profile) == for_screen(pixels, None)


def test_what_the_screen_gets_is_a_copy():
    pixels = noise(4, 4)
    image = for_screen(pixels, None)
    before = image.copy()
    pixels[:] = 0
    assert image == before
