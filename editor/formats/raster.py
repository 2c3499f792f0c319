"""PNG, JPEG, WebP and TIFF; BMP and GIF for reading. One layer, 8 or 16 bits per channel."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from typing import IO

import numpy as np
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from editor.document.document import Document, Metadata, Source
from editor.document.tiles import Pixels
from editor.formats import metadata
from editor.formats.base import BROKEN, FormatError, Notes, Report, check_size, silent

PLUGINS = (
    PngImagePlugin.PngImageFile,
    JpegImagePlugin.JpegImageFile,
    WebPImagePlugin.WebPImageFile,
    TiffImagePlugin.TiffImageFile,
    BmpImagePlugin.BmpImageFile,
    GifImagePlugin.GifImageFile,
)
READS = tuple(plugin.format for plugin in PLUGINS)
Image.MAX_IMAGE_PIXELS = None  # base.check_size does it, with a sentence for the user

IPTC = 0x0404
"""The number under which a Photoshop block in a JPEG file has captions and credits."""

DEEP = {
    "RGB;16": ("RGB", "RGB;16B", "RGB;16L"),
    "RGBA;16": ("RGBA", "RGBA;16B", "RGBA;16L"),
    "RGBX;16": ("RGB", "RGBX;16B", "RGBX;16L"),
}
"""By Pillow's name of a 16-bit layout without its byte order: the mode it is decoded in, and the
layouts under which the decoder keeps the first and the second byte of every value."""


@dataclass(frozen=True)
class Picture:
    """pixels: ``(h, w, 4)``, uint8 or uint16, upright, straight alpha. notes: what was not kept."""

    pixels: Pixels
    metadata: Metadata
    notes: Notes


def load(file: IO[bytes], name: str, report: Report = silent) -> Document:
    """A document with the picture in ``file`` as its only layer.

    Raises:
        FormatError: it is no picture, it is damaged, or it is too large.
    """
    report(0.0)
    picture = read(file, name)
    report(0.5)
    document = Document.from_pixels(picture.pixels, metadata=picture.metadata)
    document.source = Source(title=name, notes=picture.notes)
    return document


def read(file: IO[bytes], name: str, formats: tuple[str, ...] = READS) -> Picture:
    """The picture in ``file``; the first one if there are several.

    Values stay in the file's own color space, except CMYK, Lab and gray ones with a profile, which
    become sRGB.

    Raises:
        FormatError: it is no picture, it is damaged, or it is too large.
    """
    try:
        image: Image.Image = Image.open(file, formats=formats)
    except UnidentifiedImageError:
        raise FormatError(f"{name} is not a picture that can be read here.") from None
    except BROKEN:
        raise FormatError(f"{name} is damaged: its header makes no sense.") from None
    check_size(image.size, name)
    if image.mode == "F":
        raise FormatError(f"{name} has floating-point pixels, which cannot be read here.")
    try:
        frames = 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
        pixels, notes = _pixels(image, file)
        orientation, kept = metadata.read(image)
    except BROKEN:
        raise FormatError(f"{name} is damaged or cut short.") from None
    if kept.profile and (image.mode in ("CMYK", "LAB") or kept.profile[16:20] != b"RGB "):
        kept = replace(kept, profile=None)
    if IPTC in image.info.get("photoshop", {}) and not kept.xmp:
        notes += ("Its IPTC texts, which are not repeated as XMP, were left out.",)
    if frames > 1:
        notes += (f"Only the first of the {frames} pictures in {name} was opened.",)
    return Picture(np.ascontiguousarray(turned(pixels, orientation)), kept, notes)


def _pixels(image: Image.Image, file: IO[bytes]) -> tuple[Pixels, Notes]:
    """``(h, w, 4)``, uint8 or uint16, as it is stored, and what was not kept."""
    layout = _layout(image)
    profile = image.info.get("icc_profile")
    if image.mode in ("CMYK", "LAB") or (profile and profile[16:20] == b"GRAY"):
        return _to_srgb(image, profile)
    if layout[:-1] in DEEP:
        return _with_alpha(_both_bytes(file, layout), image), ()
    if layout == "LA;16B":
        gray = _decoded(file, "RGBA", "RGBA").view(">u2")
        return np.dstack([np.repeat(gray[..., :1], 3, axis=2), gray[..., 1:]]).astype(np.uint16), ()
    if image.mode.startswith("I"):
        values = np.asarray(image)
        notes = () if values.itemsize == 2 else ("Values above 16 bits were cut off.",)
        deep = values.clip(0, 65535).astype(np.uint16)[..., None]
        return _with_alpha(np.repeat(deep, 3, axis=2), image), notes
    notes = ("16 bits per channel were reduced to 8.",) if ";16" in layout else ()
    return np.asarray(image if image.mode == "RGBA" else image.convert("RGBA")), notes


def _layout(image: Image.Image) -> str:
    """Pillow's name for how the pixels lie in the file, such as "RGB;16B"."""
    if not isinstance(image, ImageFile.ImageFile) or not image.tile:
        return image.mode
    arguments = image.tile[0].args
    return str(arguments[0] if isinstance(arguments, tuple) else arguments)


def _decoded(file: IO[bytes], mode: str, layout: str) -> NDArray[np.uint8]:
    """Decode again, taking the bytes of a pixel to be laid out otherwise than Pillow thinks."""
    file.seek(0)
    image = Image.open(file, formats=READS)
    assert isinstance(image, ImageFile.ImageFile)
    image.tile = [
        tile._replace(args=(layout, *tile.args[1:]) if isinstance(tile.args, tuple) else layout)
        for tile in image.tile
    ]
    image._mode = mode
    return np.asarray(image)


def _both_bytes(file: IO[bytes], layout: str) -> NDArray[np.uint16]:
    """All 16 bits of every channel. Pillow keeps one byte of two, so it is asked twice."""
    mode, first, second = DEEP[layout[:-1]]
    pair = np.stack([_decoded(file, mode, first), _decoded(file, mode, second)], axis=-1)
    order = {"B": ">u2", "L": "<u2", "N": "=u2"}[layout[-1]]
    return pair.view(order)[..., 0].astype(np.uint16)


def _with_alpha(color: NDArray[np.uint16], image: Image.Image) -> Pixels:
    """``(h, w, 3)`` made opaque, but for the color that the file calls transparent."""
    if color.shape[2] == 4:
        return color
    alpha = np.full((*color.shape[:2], 1), 65535, np.uint16)
    transparent = image.info.get("transparency")
    if transparent is not None:
        alpha[(color == np.array(transparent)).all(axis=2)] = 0
    return np.concatenate([color, alpha], axis=2)


def _to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Pixels, Notes]:
    """8-bit sRGB from CMYK, Lab or gray pixels, which a document does not have."""
    image.load()
    kind = {"CMYK": "CMYK", "LAB": "Lab"}.get(image.mode, "Gray")
    try:
        converted = _by_profile(image, profile)
    except (OSError, ImageCms.PyCMSError):
        note = f"{kind} colors became sRGB without a usable profile: they are an estimate."
        return np.asarray(image.convert("RGBA")), (note,)
    if image.mode == "LA":
        converted.putalpha(image.getchannel("A"))
    note = f"{kind} colors became sRGB, 8 bits per channel, by the profile in the file."
    return np.asarray(converted.convert("RGBA")), (note,)


def _by_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    """``image`` in sRGB.

    Raises:
        OSError, PyCMSError: the profile does not fit, or there is none.
    """
    if image.mode == "LAB":
        source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    else:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile or b""))
    converted = ImageCms.profileToProfile(
        image.convert("L") if image.mode in ("1", "P", "LA") else image,
        source,
        ImageCms.createProfile("sRGB"),
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        outputMode="RGB",
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    assert converted is not None
    return converted


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """``pixels`` as the EXIF orientation, 1..8, wants them shown."""
    if orientation >= 5:
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return pixels
