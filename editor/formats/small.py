"""A picture that is made small while it is read, for who wants to see no more of it."""

from __future__ import annotations

from typing import IO

import numpy as np
from PIL import Image, UnidentifiedImageError

from editor.document.document import Document, Source
from editor.document.tiles import Pixels
from editor.formats import metadata, raster
from editor.formats.base import BROKEN, FormatError, Report, check_size, silent

ROWS = 64
"""Of the small picture that are made at once."""


def load(file: IO[bytes], name: str, side: int, report: Report = silent) -> Document:
    """A document of one layer, 8 bits, whose longest side is ``side`` to 2 * ``side`` if the
    picture is larger than that.

    The decoder's own copy is the only one as large as the picture; a JPEG is not even decoded in
    its full size.

    Raises:
        FormatError: it is no picture, it is damaged, or it is too large.
    """
    try:
        image: Image.Image = Image.open(file, formats=raster.READS)
        check_size(image.size, name)
        if max(image.size) < 2 * side:
            file.seek(0)
            return raster.load(file, name, report)
        image.draft(None, (side, side))
        times = max(image.size) // side
        orientation, kept = metadata.read(image)
        image.load()
        pixels = raster.turned(_upright(image, times, report), orientation)
    except UnidentifiedImageError:
        raise FormatError(f"{name} is not a picture that can be read here.") from None
    except BROKEN:
        raise FormatError(f"{name} is damaged or cut short.") from None
    document = Document.from_pixels(np.ascontiguousarray(pixels), metadata=kept)
    document.source = Source(title=name)
    return document


def _upright(image: Image.Image, times: int, report: Report) -> Pixels:
    """Means of ``times`` × ``times`` pixels, band by band: ``(h, w, 4)``, uint8."""
    w, h = image.size
    bands = []
    for top in range(0, h, times * ROWS):
        report(top / h)
        band = image.crop((0, top, w, min(top + times * ROWS, h)))
        if band.mode.startswith("I"):
            values = np.asarray(band).clip(0, 65535) >> 8
            band = Image.fromarray(values.astype(np.uint8))
        elif band.mode == "1":
            band = band.convert("L")
        elif band.mode in ("P", "PA") or "transparency" in band.info:
            band = band.convert("RGBA")
        bands.append(np.asarray(band.reduce(times).convert("RGBA")))
    return np.concatenate(bands)
