"""Pictures out of nothing: a new layer of a document, or a document of their own.

Knows no Qt, so that the command line runs what the editor runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor import retouch
from editor.color import converted
from editor.document.document import Document, Source
from editor.document.geometry import Rect, Size
from editor.document.layer import Layer, Mask
from editor.document.tiles import Pixels, TileGrid
from editor.profiled import shown_of
from neural.account import Generated
from neural.card import ModelCard
from neural.engine import Engine
from neural.errors import NeuralError
from neural.image import Image
from neural.operations.base import Generating
from neural.progress import Progress

MAP_PX = 512  # of a map that is larger, no more is seen: networks draw no larger


@dataclass(frozen=True)
class Laid:
    """What was generated for a document.

    layer: masked by the selection, with its recipe; not yet in a tree. rect: where it is.
    """

    layer: Layer
    rect: Rect
    result: Generated


def apply(
    operation: Generating,
    document: Document,
    engine: Engine,
    progress: Progress,
    model: str | None = None,
    *,
    is_draft: bool = False,
) -> Laid:
    """Generate a layer for ``document``, a snapshot.

    It lies in the middle of the selection, or of the canvas, and shows in the selection alone. By
    itself it is as large as fits, if it can be transparent, and else as large as covers all.
    is_draft: soon, and no finer than it is drawn.

    Raises:
        NeuralError: no model, no memory, a word that is not known; the message is for the user.
        Cancelled
    """
    drawing = engine.generator(operation, model)
    if operation.pattern and not drawing.wraps:
        raise NeuralError(f"{drawing.name} makes no patterns: its edges do not fit each other.")
    area = area_of(document)
    rect = place_of(operation, drawing, document)
    side = operation.side(drawing) if operation.pattern else rect.w
    placed = operation.placed(side, _map(operation, document, rect), is_draft=is_draft)
    result = engine.generate(placed, progress.part(0, 0.95), model)
    pixels = to_pixels(result.image, document)
    if operation.pattern:
        rows, columns = np.arange(area.h) % side, np.arange(area.w) % side
        pixels = pixels[rows[:, None], columns]
    layer = Layer(name_of(operation, result), TileGrid.from_pixels(pixels, rect.x, rect.y))
    if not document.selection.is_empty:
        mask = document.selection.read(area)
        layer.mask = Mask(TileGrid.from_pixels(mask, area.x, area.y))
    layer.recipe = retouch.recipe_of(operation, result)
    progress(1.0)
    return Laid(layer, rect, result)


def area_of(document: Document) -> Rect:
    """The bounds of the selection, or the canvas."""
    if document.selection.is_empty:
        return document.rect
    return document.selection.content_bounds().intersect(document.rect)


def place_of(operation: Generating, drawing: ModelCard, document: Document) -> Rect:
    """Where what is generated lies: in the middle of the area, or all over it."""
    area = area_of(document)
    if operation.pattern:
        return area
    fits = drawing.outputs[0].channels == 4
    side = operation.size or (min if fits else max)(area.size)
    return Rect(area.x + (area.w - side) // 2, area.y + (area.h - side) // 2, side, side)


def of_nothing(
    operation: Generating, engine: Engine, progress: Progress, model: str | None = None
) -> tuple[Document, Generated]:
    """Generate a document of its own, with one layer, in 8 bits.

    Raises:
        NeuralError: no model, no memory, a word that is not known; the message is for the user.
        Cancelled
    """
    if operation.regions or operation.pattern:
        what = "regions" if operation.regions else "a pattern"
        raise NeuralError(f"Without a picture to put it on there is no room for {what}.")
    result = engine.generate(operation, progress, model)
    h, w = result.image.shape[:2]
    document = Document(Size(w, h))
    name = name_of(operation, result)
    layer = Layer(name, TileGrid.from_pixels(to_pixels(result.image, document)))
    layer.recipe = retouch.recipe_of(operation, result)
    document.root.insert(0, layer)
    document.activate(layer)
    document.source = Source(None, name)
    return document, result


def name_of(operation: Generating, result: Generated) -> str:
    """What a layer is called: as its point, if it is one."""
    return result.points[0].name if len(result.points) == 1 else operation.title


def to_pixels(image: Image, document: Document) -> Pixels:
    """``(h, w, 4)``, 0..1, sRGB, in the depth and the color space of a document; where nothing is
    to be seen, nothing is.
    """
    pixels = np.rint(image * np.float32(document.full)).astype(document.dtype)
    profile = document.metadata.profile
    if profile is not None:  # in 8 bits, as networks draw
        colors = np.rint(image[..., :3] * np.float32(255)).astype(np.uint8)
        shown = converted(colors, None, profile).astype(document.dtype)
        pixels[..., :3] = shown * (document.full // 255)
    pixels[pixels[..., 3] == 0] = 0
    return pixels


def _map(operation: Generating, document: Document, rect: Rect) -> Image | None:
    """What the layer of the regions shows in ``rect``, ``(h, w, 3)``, 0..1, on black."""
    layer = retouch.map_of(operation, document)
    if layer is None:
        return None
    step = max(rect.w // MAP_PX, 1)
    return shown_of(layer.pixels.read(rect)[::step, ::step], document)
