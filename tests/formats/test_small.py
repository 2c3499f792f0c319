"""Pictures that are made small while they are read."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from editor import formats
from editor.document.document import Document
from editor.formats import FormatError, load_small

RED = (200, 40, 20)


def halves(size, mode="RGB"):
    """Red above blue, in any mode."""
    image = Image.new("RGB", size, RED)
    image.paste((20, 40, 200), (0, size[1] // 2, *size))
    return image.convert(mode)


def seen(document):
    return document.root.children[0].pixels.read(document.rect)


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif"])
def test_a_large_picture_is_made_small_and_looks_the_same(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    halves((1200, 900)).save(path)
    document = load_small(path, 200)
    assert 200 <= max(document.size) < 400
    w, h = document.size
    assert abs(w / h - 4 / 3) < 0.02
    np.testing.assert_allclose(seen(document)[h // 4, w // 2], (*RED, 255), atol=4)
    np.testing.assert_allclose(seen(document)[-h // 4, w // 2], (20, 40, 200, 255), atol=4)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_any_kind_of_pixel_is_averaged(tmp_path, mode):
    path = tmp_path / "a.png"
    y, x = np.mgrid[:400, :600]
    checks = Image.fromarray(((x + y) % 2 * 255).astype(np.uint8))
    if mode == "I;16":
        checks = Image.fromarray(((x + y) % 2 * 65535).astype(np.uint16))
    else:
        checks = checks.convert(mode)
    checks.save(path)
    document = load_small(path, 100)
    np.testing.assert_allclose(seen(document)[..., :3], 127.5, atol=1)
    assert (seen(document)[..., 3] == 255).all()


def test_it_stands_upright(tmp_path):
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    halves((1200, 900)).save(path, exif=exif, quality=95)
    document = load_small(path, 200)
    assert document.size.h > document.size.w
    np.testing.assert_allclose(seen(document)[10, -10], (*RED, 255), atol=6)


def test_invisible_colors_lend_nothing(tmp_path):
    pixels = np.zeros((600, 600, 4), np.uint8)
    pixels[::2] = (*RED, 255)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    small = seen(load_small(tmp_path / "a.png", 100))
    np.testing.assert_allclose(small[..., :3], np.broadcast_to(RED, small[..., :3].shape), atol=2)


def test_a_small_one_is_what_it_always_is(tmp_path):
    halves((150, 100)).save(tmp_path / "a.png")
    small, whole = (f(tmp_path / "a.png") for f in (lambda p: load_small(p, 100), formats.load))
    np.testing.assert_array_equal(seen(small), seen(whole))


def test_a_layered_file_is_opened_as_ever(tmp_path):
    document = Document.from_pixels(np.full((300, 400, 4), 255, np.uint8))
    formats.save(document, tmp_path / "a.ora")
    assert load_small(tmp_path / "a.ora", 100).size == (400, 300)


@pytest.mark.parametrize("keep", [0, 5, 40, 3000])
def test_what_is_broken_is_one_sentence(tmp_path, keep):
    path = tmp_path / "a.png"
    Image.effect_noise((1000, 1000), 90).save(path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(FormatError, match=r"a\.png"):
        load_small(path, 100)


def test_two_hundred_megapixels_are_read_band_by_band(tmp_path):
    Image.new("1", (16_000, 12_500), 1).save(tmp_path / "a.png")
    told = []
    document = load_small(tmp_path / "a.png", 1024, told.append)
    assert max(document.size) < 2048
    assert len(told) > 5 and told == sorted(told)
    assert (seen(document) == 255).all()
