"""Opening and saving flat pictures: every kind of pixel, color space and orientation."""

import io
import itertools
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image, ImageOps
from PIL.PngImagePlugin import PngInfo
from skimage.color import deltaE_ciede2000, rgb2lab
from tifffile import imwrite

from editor import formats
from editor.document.document import Document, Metadata
from editor.document.layer import AdjustmentLayer
from editor.document.lut import Lut, lattice
from editor.formats import tiff
from tests.formats.profiles import ADOBE_RGB, DISPLAY_P3, gray_profile, rgb_profile
from tests.formats.samples import noise, pixels_of

PROFILES = {"Adobe RGB": rgb_profile("a", ADOBE_RGB), "P3": rgb_profile("p", DISPLAY_P3)}
DEPTHS = [np.uint8, np.uint16]
EXACT = [".png", ".tif", ".ora"]


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def color_image(h=5, w=7):
    return Image.fromarray(noise(np.uint8, h, w, 3))


def exif_with(orientation=1):
    exif = Image.Exif()
    exif[0x0112], exif[0x013B], exif[0x8298] = orientation, "Ansel", b"\xa9 Ansel"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:22 06:00:00"
    exif.get_ifd(0x8825)[1] = "N"
    return exif


def assert_exif_kept(block):
    exif = Image.Exif()
    exif.load(block)
    assert (exif[0x013B], exif[0x8298]) == ("Ansel", "© Ansel")
    assert exif.get_ifd(0x8769)[0x9003] == "2026:11:22 06:00:00"
    assert exif.get_ifd(0x8825)[1] == "N"
    assert exif.get(0x0112, 1) == 1


@pytest.mark.parametrize("suffix", EXACT)
@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("shape", [(1, 1), (300, 7), (5, 520), (257, 256)])
def test_opening_and_saving_changes_no_pixel(tmp_path, suffix, dtype, shape):
    pixels = noise(dtype, *shape)
    pixels[0, 0] = 0, 1, 2, 0  # a color that nobody sees
    path = tmp_path / f"a{suffix}"
    assert formats.save(Document.from_pixels(pixels), path) == ()
    document = formats.load(path)
    np.testing.assert_array_equal(pixels_of(document), pixels)
    assert document.source.path == path


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_png_of_ours_is_the_same_to_opencv(tmp_path, small, dtype):
    pixels = np.repeat(noise(dtype, 300, 40), 3, axis=1)
    formats.save(Document.from_pixels(pixels), tmp_path / "a.png", formats.PngOptions(small=small))
    seen = cv2.imread(str(tmp_path / "a.png"), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(cv2.cvtColor(seen, cv2.COLOR_BGRA2RGBA), pixels)


def test_an_opaque_picture_is_written_without_alpha(tmp_path):
    document = Document.from_pixels(np.full((4, 4, 4), 255, np.uint8))
    for suffix in (".png", ".tif", ".webp"):
        formats.save(document, tmp_path / f"a{suffix}")
        with Image.open(tmp_path / f"a{suffix}") as image:
            assert image.mode == "RGB"


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("compression", [None, "zlib"])
def test_16_bit_tiff_keeps_all_bits(channels, order, compression):
    pixels = noise(np.uint16, 20, 30, channels)
    file = io.BytesIO()
    imwrite(
        file,
        pixels if channels > 1 else pixels[..., 0],
        photometric="rgb" if channels > 1 else "minisblack",
        byteorder=order,
        compression=compression,
        extrasamples=["unassalpha"] if channels == 4 else None,
    )
    seen = pixels_of(formats.decode(file.getvalue(), "a.tif"))
    assert seen.dtype == np.uint16
    np.testing.assert_array_equal(seen[..., :channels], pixels)


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(("kind", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_16_bit_png_keeps_all_bits(interlaced, kind, channels):
    pixels = noise(np.uint16, 9, 1, channels)  # one column: the passes of an interlaced picture
    order = [0, 8, 4, 2, 6, 1, 3, 5, 7] if interlaced else range(9)
    rows = b"".join(b"\0" + pixels[y].astype(">u2").tobytes() for y in order)
    seen = pixels_of(formats.decode(raw_png(1, 9, 16, kind, rows, interlaced), "a.png"))
    want = {1: [0, 0, 0], 2: [0, 0, 0, 1], 3: [0, 1, 2], 4: [0, 1, 2, 3]}[channels]
    np.testing.assert_array_equal(seen[..., : len(want)], pixels[..., want])


def test_the_transparent_color_of_a_16_bit_png_is_transparent():
    rows = b"\0" + bytes([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7])
    data = raw_png(2, 1, 16, 2, rows, False, ((b"tRNS", bytes([1, 2, 3, 4, 5, 6])),))
    assert pixels_of(formats.decode(data, "a.png"))[0, :, 3].tolist() == [0, 65535]


def raw_png(w, h, bits, kind, rows, interlaced, chunks=()):
    parts = [(b"IHDR", struct.pack(">IIBBBBB", w, h, bits, kind, 0, 0, interlaced)), *chunks]
    parts += [(b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + body


MODES = ["1", "L", "LA", "P", "RGB", "RGBA"]
EIGHT_BIT = sorted(
    set(
        itertools.product(
            ["1", "L", "LA", "P", "RGB", "RGBA"], ["PNG", "TIFF", "GIF", "BMP", "WEBP"]
        )
    )
    - {("LA", "BMP"), ("RGBA", "GIF"), ("LA", "GIF")}  # there is no such thing
)


@pytest.mark.parametrize(("mode", "kind"), EIGHT_BIT)
def test_every_kind_of_8_bit_pixel_opens_as_pillow_shows_it(mode, kind):
    image = Image.fromarray(noise(np.uint8, 20, 30)).convert(mode)
    data = encoded(image, kind, **({"lossless": True} if kind == "WEBP" else {}))
    document = formats.decode(data, "a")
    want = np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))
    np.testing.assert_array_equal(pixels_of(document), want)
    assert document.dtype == np.uint8
    assert document.source.notes == ()


def test_a_palette_with_a_transparent_entry_opens_transparent():
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    document = formats.decode(encoded(image, "PNG", transparency=1), "a")
    assert pixels_of(document)[0].tolist() == [[255, 0, 0, 255], [0, 255, 0, 0]]


def test_only_the_first_frame_is_opened_and_that_is_said():
    frames = [Image.new("L", (3, 3), 10), Image.new("L", (3, 3), 200)]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    document = formats.decode(data, "a.gif")
    assert pixels_of(document)[0, 0, 0] == 10
    assert document.source.notes == ("Only the first of the 2 pictures in a.gif was opened.",)


@pytest.mark.parametrize("profile", [None, b"nonsense", PROFILES["P3"]])
def test_cmyk_without_a_usable_profile_becomes_srgb_and_that_is_said(profile):
    data = encoded(Image.new("CMYK", (2, 2)), "TIFF", icc_profile=profile)
    document = formats.decode(data, "a.tif")
    assert pixels_of(document)[0, 0].tolist() == [255, 255, 255, 255]
    assert document.metadata.profile is None
    (note,) = document.source.notes
    assert note == "CMYK colors became sRGB without a usable profile: they are an estimate."


@pytest.mark.parametrize("mode", ["L", "I;16", "LA"])
def test_gray_with_a_profile_becomes_srgb_by_it_and_that_is_said(mode):
    value = {"L": 55, "I;16": 55 * 257, "LA": (55, 255)}[mode]
    data = encoded(Image.new(mode, (2, 2), value), "PNG", icc_profile=gray_profile(gamma=1.0))
    document = formats.decode(data, "a.png")
    assert pixels_of(document)[0, 0].tolist() == [128, 128, 128, 255]
    assert document.metadata.profile is None
    assert "Gray" in document.source.notes[0]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_r11_the_orientation_is_applied_once(tmp_path, orientation, kind):
    suffix = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "TIFF": ".tif"}[kind]
    if kind == "TIFF":  # Pillow's own would have no GPS data
        file = io.BytesIO()
        tiff.write(file, noise(np.uint8, 5, 7, 3), Metadata(exif=exif_with(orientation).tobytes()))
        data = file.getvalue()
    else:
        data = encoded(color_image(), kind, exif=exif_with(orientation))
    want = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    for _ in range(3):
        document = formats.load(path)
        assert pixels_of(document).shape == (*want.shape[:2], 4)
        if kind in ("PNG", "TIFF"):
            np.testing.assert_array_equal(pixels_of(document)[..., :3], want)
        assert_exif_kept(document.metadata.exif)
        formats.save(document, path)


@pytest.mark.parametrize("order", ["<", ">"])
def test_r11_all_other_bytes_of_the_exif_block_stay(order):
    exif = exif_with(6)
    exif.endian = order
    block = exif.tobytes()[6:]
    kept = formats.decode(encoded(color_image(), "JPEG", exif=exif), "a").metadata.exif
    assert len(kept) == len(block)
    assert sum(a != b for a, b in zip(kept, block, strict=True)) == 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_r11_an_orientation_stored_as_a_long_is_reset_too(tmp_path, order):
    block = struct.pack(
        order + "2sHIHHHIII", b"II" if order == "<" else b"MM", 42, 8, 1, 0x0112, 4, 1, 6, 0
    )
    (tmp_path / "a.png").write_bytes(encoded(color_image(), "PNG", exif=block))
    for _ in range(2):
        document = formats.load(tmp_path / "a.png")
        assert document.size == (5, 7)
        formats.save(document, tmp_path / "a.png")


def test_r11_the_orientation_in_xmp_is_reset_too():
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="8" a="8"/></x:xmpmeta>'
    kept = formats.decode(encoded(color_image(), "JPEG", xmp=xmp, exif=exif_with(8)), "a").metadata
    assert kept.xmp == xmp.replace(b'Orientation="8"', b'Orientation="1"')


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".ora"])
@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_r10_the_same_profile_bytes_come_back(tmp_path, suffix, profile):
    source = encoded(color_image(64, 64), "PNG", icc_profile=profile)
    formats.save(formats.decode(source, "a"), tmp_path / f"a{suffix}")
    assert formats.load(tmp_path / f"a{suffix}").metadata.profile == profile


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_r10_colors_look_the_same_after_opening_and_saving(tmp_path, profile):
    from PIL import ImageCms

    def lab(data):
        image = Image.open(io.BytesIO(data))
        embedded = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        srgb = ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"))
        return rgb2lab(np.asarray(srgb))

    source = encoded(color_image(64, 64), "PNG", icc_profile=profile)
    formats.save(formats.decode(source, "a"), tmp_path / "a.png")
    assert deltaE_ciede2000(lab(source), lab((tmp_path / "a.png").read_bytes())).max() <= 0.5


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif", ".ora"])
def test_exif_xmp_and_resolution_come_back(tmp_path, suffix):
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'></x:xmpmeta>"
    metadata = Metadata(exif=exif_with().tobytes()[6:], xmp=xmp, dpi=(300.0, 150.0))
    document = Document.from_pixels(np.full((4, 4, 4), 255, np.uint8), metadata=metadata)
    assert formats.save(document, tmp_path / f"a{suffix}") == ()
    kept = formats.load(tmp_path / f"a{suffix}").metadata
    assert_exif_kept(kept.exif)
    assert kept.xmp == xmp
    if suffix != ".webp":  # which has no place for it
        assert kept.dpi == pytest.approx((300, 150), abs=0.02)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".tif"])
def test_r11_stripping_metadata_is_a_choice_that_keeps_the_colors(tmp_path, suffix):
    metadata = Metadata(PROFILES["P3"], exif_with().tobytes()[6:], b"<x/>")
    document = Document.from_pixels(noise(np.uint8, 4, 4), metadata=metadata)
    options = type(formats.options_for(tmp_path / f"a{suffix}"))(metadata=False)
    formats.save(document, tmp_path / f"a{suffix}", options)
    kept = formats.load(tmp_path / f"a{suffix}").metadata
    assert (kept.profile, kept.exif, kept.xmp) == (PROFILES["P3"], None, None)


def test_the_texts_of_a_png_come_back(tmp_path):
    info = PngInfo()
    info.add_text("Author", "Ansel")
    info.add_itxt("Comment", "图 " * 500, zip=True)
    (tmp_path / "a.png").write_bytes(encoded(color_image(), "PNG", pnginfo=info))
    document = formats.load(tmp_path / "a.png")
    for suffix in (".png", ".ora"):
        assert formats.save(document, tmp_path / f"b{suffix}") == ()
        texts = formats.load(tmp_path / f"b{suffix}").metadata.texts
        assert texts == (("Author", "Ansel"), ("Comment", "图 " * 500))
    for suffix in (".jpg", ".tif"):
        (note,) = formats.save(document, tmp_path / f"b{suffix}")
        assert "texts" in note


def test_iptc_texts_that_are_lost_are_told_of():
    iptc = b"\x1c\x02\x69\x00\x05Title"
    block = b"Photoshop 3.0\x008BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc
    app13 = b"\xff\xed" + struct.pack(">H", len(block) + 2) + block
    (note,) = formats.decode(encoded(color_image(), "JPEG", extra=app13), "a").source.notes
    assert "IPTC" in note
    with_xmp = encoded(color_image(), "JPEG", extra=app13, xmp=b"<x/>")
    assert formats.decode(with_xmp, "a").source.notes == ()


def test_metadata_that_does_not_fit_is_left_out_and_that_is_said(tmp_path):
    metadata = Metadata(exif=b"II*\0" + bytes(70_000), xmp=b"x" * 70_000)
    document = Document.from_pixels(np.full((4, 4, 4), 255, np.uint8), metadata=metadata)
    notes = formats.save(document, tmp_path / "a.jpg")
    assert notes == (
        "The EXIF data could not be stored as JPEG and was left out.",
        "The XMP data could not be stored as JPEG and was left out.",
    )
    assert formats.load(tmp_path / "a.jpg").metadata.exif is None


def test_jpeg_flattens_over_white_and_says_so(tmp_path):
    pixels = np.zeros((16, 16, 4), np.uint8)
    pixels[:, 8:] = 255, 0, 0, 255
    notes = formats.save(Document.from_pixels(pixels), tmp_path / "a.jpg")
    assert notes == ("JPEG has no transparency: flattened over white.",)
    seen = pixels_of(formats.load(tmp_path / "a.jpg"))
    assert seen[8, 2].tolist() == [255, 255, 255, 255]
    assert (abs(seen[8, 13].astype(int) - [255, 0, 0, 255]) <= 3).all()


def test_fewer_bits_are_rounded_and_that_is_said(tmp_path):
    pixels = np.full((8, 8, 4), 65535, np.uint16)
    pixels[..., 0] = 0x7FFF
    options = formats.WebpOptions(lossless=True)
    notes = formats.save(Document.from_pixels(pixels), tmp_path / "a.webp", options)
    assert notes == ("WebP is written with 8 bits per channel instead of 16.",)
    assert pixels_of(formats.load(tmp_path / "a.webp"))[0, 0, 0] == 127


def test_better_quality_is_closer_to_the_picture(tmp_path):
    pixels = np.repeat(noise(np.uint8, 64, 64, seed=3), 2, axis=1)
    pixels[..., 3] = 255
    errors = []
    for quality in (20, 60, 95):
        formats.save(Document.from_pixels(pixels), tmp_path / "a.jpg", formats.JpegOptions(quality))
        seen = pixels_of(formats.load(tmp_path / "a.jpg")).astype(int)
        errors.append(abs(seen - pixels).mean())
    assert errors == sorted(errors, reverse=True)


def test_layers_are_flattened_into_what_one_sees(tmp_path):
    document = Document.from_pixels(np.full((8, 8, 4), 255, np.uint8))
    layer = document.new_layer("half")
    layer.pixels.write(document.rect, np.full((8, 8, 4), (0, 0, 0, 255), np.uint8))
    layer.opacity = 0.5
    document.root.insert(1, layer)
    assert formats.save(document, tmp_path / "a.png") == (
        "PNG has no layers: the picture was flattened.",
    )
    seen = pixels_of(formats.load(tmp_path / "a.png"))[4, 4].astype(int)
    assert (abs(seen - [128, 128, 128, 255]) <= 1).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_an_adjustment_is_in_an_exported_picture(tmp_path, dtype):
    pixels = noise(dtype, 60, 70)
    pixels[..., 3] = np.iinfo(dtype).max
    document = Document.from_pixels(pixels)
    document.root.insert(1, AdjustmentLayer("negative", Lut(1 - lattice(2))))
    formats.save(document, tmp_path / "a.png")
    got = pixels_of(formats.load(tmp_path / "a.png"))
    np.testing.assert_array_equal(got[..., :3], np.iinfo(dtype).max - pixels[..., :3])
