"""Writing the flattened picture: PNG and TIFF by our own encoders, JPEG and WebP by Pillow."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import IO, Any, Literal

import numpy as np
from PIL import Image

from editor.document.document import Document, Metadata
from editor.document.geometry import TILE, Rect
from editor.document.tiles import Pixels
from editor.formats import png, provenance, tiff
from editor.formats.base import (
    BROKEN,
    FormatError,
    Notes,
    Report,
    flattened,
    lone_layer,
    silent,
    to_8_bits,
)
from editor.formats.metadata import EXIF_HEADER

KEEP_METADATA = {
    "label": "Keep metadata",
    "help": "Date, place, author, camera. The color profile and the mark of neural work stay.",
}


@dataclass(frozen=True)
class PngOptions:
    """PNG keeps every pixel as it is, transparency and 16 bits included."""

    small: bool = field(
        default=False,
        metadata={"label": "Small file", "help": "Takes longer. Drawings shrink most."},
    )
    metadata: bool = field(default=True, metadata=KEEP_METADATA)


@dataclass(frozen=True)
class JpegOptions:
    """JPEG: 8 bits, no transparency, small losses."""

    quality: int = field(default=95, metadata={"label": "Quality", "min": 1, "max": 100})
    chroma: Literal["4:4:4", "4:2:0"] = field(
        default="4:4:4",
        metadata={
            "label": "Color detail",
            "choices": ("4:4:4", "4:2:0"),
            "help": "4:2:0 stores color at half the resolution.",
        },
    )
    metadata: bool = field(default=True, metadata=KEEP_METADATA)


@dataclass(frozen=True)
class WebpOptions:
    """WebP: 8 bits, transparency."""

    lossless: bool = field(default=False, metadata={"label": "Lossless"})
    quality: int = field(default=92, metadata={"label": "Quality", "min": 1, "max": 100})
    metadata: bool = field(default=True, metadata=KEEP_METADATA)


@dataclass(frozen=True)
class TiffOptions:
    """TIFF keeps every pixel as it is."""

    metadata: bool = field(default=True, metadata=KEEP_METADATA)


Options = PngOptions | JpegOptions | WebpOptions | TiffOptions

OPTIONS: dict[str, type[Options]] = {
    ".png": PngOptions,
    ".jpg": JpegOptions,
    ".jpeg": JpegOptions,
    ".webp": WebpOptions,
    ".tif": TiffOptions,
    ".tiff": TiffOptions,
}
NAMES = {PngOptions: "PNG", JpegOptions: "JPEG", WebpOptions: "WebP", TiffOptions: "TIFF"}
LARGEST = {JpegOptions: 65500, WebpOptions: 16383}
"""The longest side that libjpeg and WebP take."""


def save(document: Document, file: IO[bytes], options: Options, report: Report = silent) -> Notes:
    """Write the picture into ``file``; returns what it could not keep, as sentences.

    Raises:
        FormatError: the picture is too large for the format.
    """
    name = NAMES[type(options)]
    limit = LARGEST.get(type(options))
    if limit and max(document.size) > limit:
        raise FormatError(f"{name} holds at most {limit} pixels across or down.")
    notes: Notes = ()
    if lone_layer(document) is None:
        notes += (f"{name} has no layers: the picture was flattened.",)
    pixels = _flat(document, report)
    kept = document.metadata
    if not options.metadata:
        kept = Metadata(profile=kept.profile, dpi=kept.dpi)
    kept = replace(kept, xmp=provenance.marked(kept.xmp, document))
    if isinstance(options, PngOptions):
        _write_png(pixels, file, kept, options)
        return notes
    if kept.texts:
        notes += (f"{name} has no place for the texts that a PNG file has: they were left out.",)
    if isinstance(options, TiffOptions):
        return notes + tiff.write(file, _without_needless_alpha(pixels), kept)
    if pixels.dtype != np.uint8:
        pixels = to_8_bits(pixels)
        notes += (f"{name} is written with 8 bits per channel instead of 16.",)
    pixels = _without_needless_alpha(pixels)
    if isinstance(options, JpegOptions) and pixels.shape[2] == 4:
        pixels = _over_white(pixels)
        notes += ("JPEG has no transparency: flattened over white.",)
    return notes + _write(Image.fromarray(pixels), file, kept, options)


def _flat(document: Document, report: Report) -> Pixels:
    """The whole picture, row of tiles by row of tiles."""
    w, h = document.size
    pixels = np.empty((h, w, 4), document.dtype)
    with flattened(document) as read:
        for top in range(0, h, TILE):
            report(top / h)
            band = Rect(0, top, w, min(TILE, h - top))
            pixels[top : band.bottom] = read(band)
    return pixels


def _write_png(pixels: Pixels, file: IO[bytes], kept: Metadata, options: PngOptions) -> None:
    pixels = _without_needless_alpha(pixels)
    h, w, channels = pixels.shape

    def read(rect: Rect) -> Pixels:
        return pixels[rect.y : rect.bottom]

    png.write(
        file,
        Rect(0, 0, w, h),
        read,
        pixels.dtype,
        channels,
        chunks=png_chunks(kept),
        effort=png.SMALL if options.small else png.FAST,
    )


def png_chunks(kept: Metadata) -> Iterable[png.Chunk]:
    """Everything beside the pixels, as PNG stores it."""
    if kept.profile:
        yield b"iCCP", b"ICC profile\0\0" + zlib.compress(kept.profile)
    if kept.dpi:
        across, down = (round(each / 0.0254) for each in kept.dpi)
        yield b"pHYs", across.to_bytes(4, "big") + down.to_bytes(4, "big") + b"\1"
    if kept.xmp:
        yield b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + kept.xmp
    if kept.exif:
        yield b"eXIf", kept.exif
    for keyword, text in kept.texts:
        name = keyword.encode("latin-1", "replace")[:79]
        yield b"iTXt", name + b"\0\0\0\0\0" + text.encode("utf-8", "replace")


def _write(image: Image.Image, file: IO[bytes], kept: Metadata, options: Options) -> Notes:
    """Let Pillow write; metadata that it refuses is left out, and that is said."""
    settings: dict[str, Any] = {}
    if isinstance(options, JpegOptions):
        settings = {"quality": options.quality, "subsampling": options.chroma, "optimize": True}
    elif isinstance(options, WebpOptions):
        settings = {"quality": options.quality, "lossless": options.lossless, "exact": True}
    name, notes = NAMES[type(options)], []
    extras = {
        "icc_profile": ("color profile", kept.profile),
        "exif": ("EXIF data", kept.exif and EXIF_HEADER + kept.exif),
        "xmp": ("XMP data", kept.xmp),
        "dpi": ("resolution", kept.dpi),
    }
    for key, (what, value) in extras.items():
        if value and _takes(name, key, value):
            settings[key] = value
        elif value:
            notes.append(f"The {what} could not be stored as {name} and was left out.")
    image.save(file, name, **settings)
    return tuple(notes)


def _takes(name: str, key: str, value: object) -> bool:
    """Whether Pillow can store this piece of metadata, tried on a picture of one pixel."""
    try:
        Image.new("RGB", (1, 1)).save(io.BytesIO(), name, **{key: value})
    except BROKEN:
        return False
    return True


def _without_needless_alpha(pixels: Pixels) -> Pixels:
    """``(h, w, 3)`` if all of it is opaque."""
    is_opaque = (pixels[..., 3] == np.iinfo(pixels.dtype).max).all()
    return pixels[..., :3] if is_opaque else pixels


def _over_white(pixels: Pixels) -> Pixels:
    """``(h, w, 3)``, uint8."""
    color, alpha = pixels[..., :3].astype(np.uint32), pixels[..., 3:].astype(np.uint32)
    return ((color * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
