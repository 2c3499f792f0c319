"""A picture of another size out of a document, as a document of its own.

Knows no Qt, so that the command line runs what the editor runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor import retouch
from editor.document.document import Document, Source
from editor.document.geometry import Rect, Size
from editor.document.layer import Layer
from editor.document.tiles import Pixels, TileGrid
from editor.formats.base import MAX_PIXELS
from neural.account import Account
from neural.engine import Engine
from neural.errors import NeuralError
from neural.image import Box, Image, extend_edges, spread
from neural.operations.base import Resizing
from neural.progress import Progress

BLOCK_PX = 512
AROUND_PX = 64  # further than a network looks
NEAR_PX = 8  # as far as a color beyond an edge is to be seen in what is before it


@dataclass(frozen=True)
class Resized:
    """What an operation that resizes made of a document: a new one, with one layer."""

    document: Document
    account: Account


def apply(
    operation: Resizing,
    document: Document,
    engine: Engine,
    progress: Progress,
    model: str | None = None,
    part: Rect | None = None,
) -> Resized:
    """Run an ``operation`` that resizes on what the whole document, or ``part``, looks like.

    The new document has the depth, the color space and the metadata of the old one. It is written
    tile by tile: the result is never in memory a second time (R19). Selections are not asked.

    Raises:
        NeuralError: nothing is there, no model, no memory, too large; the message is for the user.
        Cancelled
    """
    part = part or document.rect
    whole = size_of(operation, document.size)
    seen = operation.context(Box(*part), *document.size)
    if part != document.rect:
        operation = operation.local(seen, *document.size)
    place = _enlarged(part, document.size, whole)
    origin = _enlarged(Rect(*seen), document.size, whole)
    before = retouch.visible(document, Rect(*seen))
    if not before[..., 3].any():
        raise NeuralError("The picture is transparent, and would stay so.")
    _extend_edges(before)
    layer = Layer(retouch.name_of(operation), TileGrid(4, document.dtype))

    def write(box: Box, made: Image) -> None:
        pixels = np.rint(made * np.float32(document.full)).astype(document.dtype)
        pixels[pixels[..., 3] == 0] = 0
        rect = Rect(*box).translate(origin.x - place.x, origin.y - place.y)
        inside = rect.intersect(Rect(0, 0, *place.size))
        layer.pixels.write(inside, retouch.cut(pixels, rect, inside))

    account = engine.resize(operation, before, write, progress.part(0.05, 1.0), model)
    layer.recipe = retouch.recipe_of(operation, account)
    made = Document(place.size, document.dtype, document.metadata)
    made.source = Source(None, f"{document.source.title} {place.w} × {place.h}")
    made.root.insert(0, layer)
    made.activate(layer)
    return Resized(made, account)


def size_of(operation: Resizing, size: Size) -> Size:
    """How large a document becomes.

    Raises:
        NeuralError: it cannot be made that large; the message is for the user.
    """
    h, w = operation.size(size.h, size.w)
    if w * h > MAX_PIXELS:
        raise NeuralError(f"{w} × {h} px is more than {MAX_PIXELS // 1_000_000} megapixels.")
    return Size(w, h)


def _extend_edges(pixels: Pixels) -> None:
    """Give transparent pixels the colors around them, in place; block by block: little memory.

    pixels: ``(h, w, 4)``. What is far from anything that is seen may keep its color.
    """
    h, w = pixels.shape[:2]
    for y in range(0, h, BLOCK_PX):
        for x in range(0, w, BLOCK_PX):
            block = Box(x, y, BLOCK_PX, BLOCK_PX).grown(0, w, h)
            if (pixels[block.slices][..., 3] > 0).all():
                continue
            around = block.grown(AROUND_PX, w, h)
            seen = pixels[around.slices]
            image = extend_edges(*spread(retouch.to_network(seen), seen[..., 3] > 0, NEAR_PX))
            inside = block._replace(x=x - around.x, y=y - around.y)
            pixels[block.slices] = retouch.from_network(image[inside.slices], pixels[block.slices])


def _enlarged(rect: Rect, before: Size, after: Size) -> Rect:
    """Where ``rect`` comes to lie when all becomes larger."""
    across, down = after.w / before.w, after.h / before.h
    w, h = round(rect.w * across), round(rect.h * down)
    return Rect(round(rect.x * across), round(rect.y * down), w, h)
