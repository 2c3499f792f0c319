"""What every file format here shares: its error, its limits, and the flattened picture."""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from editor.document.blend import BlendMode
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import Layer
from editor.document.tiles import Pixels

MAX_PIXELS = 300_000_000
"""Larger pictures are refused: one layer of this size takes 1.2 GB at 8 bits per channel."""

MAX_SIDE = 500_000
"""Of a picture of few rows or columns, which fills no tile."""

MAX_BYTES = 1 << 32
"""Larger files are refused."""

BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)
"""What Pillow, zlib and zipfile raise over a damaged file."""

Notes = tuple[str, ...]
"""Sentences for the user: what a file could not keep."""

Read = Callable[[Rect], Pixels]
"""Gives the pixels of a rectangle, as ``TileGrid.read`` and ``Compositor.render`` do."""


Report = Callable[[float], object]
"""Told how far the work is, 0..1, from time to time; it may raise to end the work."""


def silent(fraction: float) -> None:
    """A ``Report`` that nobody reads."""


class FormatError(Exception):
    """A file cannot be read or written; the message is a sentence for the user."""


def check_size(size: tuple[int, int], name: str) -> Size:
    """``size`` as a value, if a picture may be that large.

    Raises:
        FormatError: it is empty, or larger than the limits.
    """
    w, h = size
    if w < 1 or h < 1:
        raise FormatError(f"{name} is {w} × {h} pixels: there is nothing in it.")
    if w * h > MAX_PIXELS:
        limit = MAX_PIXELS // 1_000_000
        raise FormatError(f"{name} is {w} × {h} pixels; the limit is {limit} megapixels.")
    if max(w, h) > MAX_SIDE:
        raise FormatError(f"{name} is {w} × {h} pixels; the limit is {MAX_SIDE} a side.")
    return Size(w, h)


def lone_layer(document: Document) -> Layer | None:
    """The only layer, if nothing stands between its pixels and the picture."""
    match document.root.children:
        case [Layer(visible=True, opacity=1.0, mode=BlendMode.NORMAL, mask=None) as layer]:
            return layer
    return None


@contextlib.contextmanager
def flattened(document: Document) -> Iterator[Read]:
    """A function that gives the picture: straight alpha, in the document's depth and color space.

    A lone plain layer is taken as it is, with the colors under its transparent pixels.
    """
    layer = lone_layer(document)
    if layer is not None:
        yield layer.pixels.read
        return
    compositor = Compositor(document, budget=1 << 26)  # every tile is drawn once only
    try:
        yield compositor.render
    finally:
        compositor.close()


def to_8_bits(pixels: Pixels) -> Pixels:
    """65535 becomes 255, rounded to the nearest; 8 bits stay as they are."""
    if pixels.dtype == np.uint8:
        return pixels
    return ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
