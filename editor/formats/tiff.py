"""A TIFF writer: 8 and 16 bits per channel, which Pillow cannot write in color. Format: TIFF 6.0,
Adobe's supplement for "deflate", and EXIF 2.32 for the tags beside the picture."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import IO

from PIL import ExifTags, Image

from editor.document.document import Metadata
from editor.document.tiles import Pixels
from editor.formats.base import BROKEN, FormatError, Notes
from editor.formats.metadata import EXIF_HEADER, TIFF_LAYOUT, keep_letters

DEFLATE = 8
LIMIT = 1 << 32
"""An offset has 32 bits."""
ROWS = 256
Tag = ExifTags.Base


def write(file: IO[bytes], pixels: Pixels, kept: Metadata) -> Notes:
    """Write ``(h, w, 3)`` or ``(h, w, 4)``, uint8 or uint16, into an empty file.

    Returns what was left out.

    Raises:
        FormatError: the file would be too large for its offsets.
    """
    h, w, channels = pixels.shape
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        strips = list(pool.map(_deflate, _strips(pixels)))
    sizes = [len(strip) for strip in strips]
    tags, notes = _tags_of(kept)
    tags[Tag.ImageWidth], tags[Tag.ImageLength] = w, h
    tags[Tag.BitsPerSample] = (8 * pixels.itemsize,) * channels
    tags[Tag.Compression], tags[Tag.Predictor] = DEFLATE, 2
    tags[Tag.PhotometricInterpretation] = 2
    tags[Tag.SamplesPerPixel], tags[Tag.RowsPerStrip] = channels, ROWS
    tags[Tag.StripByteCounts] = tuple(sizes)
    tags[Tag.StripOffsets] = (0, *accumulate(sizes[:-1]))  # Pillow adds where the tags end
    if channels == 4:
        tags[Tag.ExtraSamples] = 2  # straight alpha
    directory = tags.tobytes().removeprefix(EXIF_HEADER)
    if len(directory) + sum(sizes) >= LIMIT:
        raise FormatError("A TIFF file holds at most 4 GiB: the picture is too large for it.")
    file.write(directory)
    file.writelines(strips)
    return notes


def _strips(pixels: Pixels) -> Iterator[Pixels]:
    for top in range(0, len(pixels), ROWS):
        yield pixels[top : top + ROWS]


def _deflate(strip: Pixels) -> bytes:
    """Differences to the left neighbor, compressed as fast as a PNG (see ``png.FAST``)."""
    values = strip.astype(strip.dtype.newbyteorder("<"))
    values[:, 1:] -= strip[:, :-1]
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_RLE)
    return deflate.compress(values.data) + deflate.flush()


def _tags_of(kept: Metadata) -> tuple[Image.Exif, Notes]:
    """Everything beside the picture, and what of it could not be understood."""
    tags = Image.Exif()
    notes: Notes = ()
    if kept.exif:
        try:
            tags = _exif(kept.exif)
        except BROKEN:
            notes = ("The EXIF data could not be stored as TIFF and was left out.",)
    tags.endian = "<"
    if kept.profile:
        tags[Tag.InterColorProfile] = kept.profile
    if kept.xmp:
        tags[Tag.XMLPacket] = kept.xmp
    if kept.dpi:
        tags[Tag.XResolution], tags[Tag.YResolution] = kept.dpi
        tags[Tag.ResolutionUnit] = 2
    return tags, notes


def _exif(block: bytes) -> Image.Exif:
    """The tags of an EXIF block that are not about how its own file is laid out."""
    tags = Image.Exif()
    tags.load(block)
    keep_letters(tags)
    for tag in TIFF_LAYOUT & set(tags):
        del tags[tag]
    tags.tobytes()
    return tags
