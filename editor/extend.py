"""A larger canvas, whose new margins go on with the picture.

Knows no Qt.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from editor import retouch
from editor.document.commands import AddLayer, Several
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import Layer
from editor.document.tiles import Pixels, TileGrid
from editor.paint.transform import cropped, reshape
from neural.account import Result
from neural.engine import Engine
from neural.errors import NeuralError
from neural.operations.base import Retouching
from neural.progress import Progress

NAME = "Extend canvas"
MOST = 0.25
"""Of the picture's own width or height, to be added on each side: further in, all is guessed."""

SEEN = 2.0
"""So many times as deep as a margin is what is seen of the picture beside it."""

LEAST_SEEN_PX = 128


class Margins(NamedTuple):
    """In pixels."""

    left: int
    top: int
    right: int
    bottom: int

    def canvas(self, size: Size) -> Rect:
        """The new canvas, in the coordinates of the old one."""
        return Rect.from_edges(-self.left, -self.top, size.w + self.right, size.h + self.bottom)


@dataclass(frozen=True)
class Extended:
    """A layer with the new margins, in the coordinates of the new canvas, not yet in a tree."""

    layer: Layer
    results: tuple[Result, ...]


def apply(
    operation: Retouching,
    document: Document,
    margins: Margins,
    engine: Engine,
    progress: Progress,
    model: str | None = None,
) -> Extended:
    """Let ``operation`` fill the margins around what all of the document looks like.

    One side after the other, above and below first, so that what is filled already is gone on
    with at the corners. Alpha goes on as it is at the border: opaque pictures stay opaque,
    transparent ones transparent (R9).

    Raises:
        NeuralError: nothing to go on from, no model, no memory; the message is for the user.
        Cancelled
    """
    old = document.rect
    before = retouch.visible(document, old)
    if not before[..., 3].any():
        raise NeuralError("The picture is transparent: there is nothing to go on from.")
    pads = (margins.top, margins.bottom), (margins.left, margins.right)
    pixels = np.pad(before, (*pads, (0, 0)), mode="edge")
    h, w = pixels.shape[:2]
    inner = old.translate(margins.left, margins.top)
    above = Rect.from_edges(inner.x, 0, inner.right, inner.y)
    below = Rect.from_edges(inner.x, inner.bottom, inner.right, h)
    beside = Rect(0, 0, inner.x, h), Rect.from_edges(inner.right, 0, w, h)
    sides = [side for side in (above, below, *beside) if not side.is_empty]
    results = []
    for i, side in enumerate(sides):
        stretch = progress.part(i / len(sides), (i + 1) / len(sides))
        results.append(_fill(pixels, side, inner, operation, engine, stretch, model))
    pixels[inner.y : inner.bottom, inner.x : inner.right] = 0
    layer = Layer(NAME, TileGrid.from_pixels(pixels))
    layer.recipe = _recipe(operation, margins, results)
    return Extended(layer, tuple(results))


def command(document: Document, margins: Margins, layer: Layer) -> Several:
    """The step that makes the canvas larger and puts ``layer`` on top; not done yet."""
    canvas = margins.canvas(document.size)
    larger = reshape(document, NAME, canvas.size, lambda grid: cropped(grid, canvas))
    root = document.root
    return Several(NAME, (larger, AddLayer(document, layer, root, len(root.children), NAME)))


def _fill(
    pixels: Pixels,
    side: Rect,
    inner: Rect,
    operation: Retouching,
    engine: Engine,
    progress: Progress,
    model: str | None,
) -> Result:
    """Replace the colors of ``side`` in ``pixels``, ``(h, w, 4)``."""
    across = side.h == len(pixels)
    deep = side.w if across else side.h
    reach = max(round(SEEN * deep), LEAST_SEEN_PX)
    canvas = Rect(0, 0, pixels.shape[1], len(pixels))
    near = canvas if across else Rect.from_edges(inner.x, 0, inner.right, canvas.h)
    grown = side.grow(reach).intersect(near)
    part = pixels[grown.y : grown.bottom, grown.x : grown.right]
    mask = np.zeros(part.shape[:2], np.float32)
    x, y = side.x - grown.x, side.y - grown.y
    mask[y : y + side.h, x : x + side.w] = 1
    image = retouch.to_network(part, mask > 0)
    result = engine.run(operation, image, mask, progress, model)
    part[:] = retouch.from_network(result.image, part)
    return result


def _recipe(operation: Retouching, margins: Margins, results: list[Result]) -> dict[str, Any]:
    """What it took; it cannot be run again on the canvas as it is then."""
    recipe = retouch.recipe_of(operation, results[0])
    recipe["seconds"] = round(sum(result.seconds for result in results), 3)
    recipe["margins"] = list(margins)
    recipe["notes"] = list(results[-1].notes)  # the progress they came by has gathered them
    del recipe["parameters"]
    return recipe
