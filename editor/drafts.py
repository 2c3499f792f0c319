"""What an operation would make of the selection, made small: in a fraction of the time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor import retouch
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Layer, Mask
from editor.document.tiles import Pixels, TileGrid
from editor.retouch import Retouched
from neural.engine import Engine
from neural.image import Box, resampled
from neural.operations.base import Retouching
from neural.progress import Progress

DRAFT_PX = 112
"""The longer side of what is replaced in a draft."""


@dataclass(frozen=True)
class Draft:
    """Of a result: soft, but in its place and in its size.

    layer: not in a tree. answer: the result itself, if it is no draft: it was as fast.
    """

    layer: Layer
    rect: Rect
    answer: Retouched | None = None


class Drafts:
    """Of operations that see the same part of a document, on the job thread."""

    def __init__(self, document: Document, engine: Engine, model: str | None = None) -> None:
        """document: a snapshot, which belongs to this object."""
        self._document, self._engine, self._model = document, engine, model
        self._small: tuple[Rect, Document, Pixels] | None = None

    def __call__(self, operation: Retouching, progress: Progress) -> Draft:
        """Run ``operation`` as ``retouch.apply`` does, on a smaller picture if much is selected.

        Raises:
            NeuralError: nothing is selected, no model, no memory; the message is for the user.
            Cancelled
        """
        hole = retouch.to_replace(operation, self._document)
        times = -(-max(hole.size) // DRAFT_PX)
        if times == 1:
            snapshot = self._document.snapshot()
            answer = retouch.apply(operation, snapshot, self._engine, progress, self._model)
            return Draft(answer.layer, answer.rect, answer)
        seen = Rect(*operation.context(Box(*hole), *self._document.size))
        if self._small is None or self._small[0] != seen:
            self._small = seen, *self._reduced(seen, times)
        _, small, picture = self._small
        part = retouch.apply(operation, small.snapshot(), self._engine, progress, self._model)
        filled = picture.copy()
        filled[part.rect.y : part.rect.bottom, part.rect.x : part.rect.right] = part.picture
        across, down = small.size.w / seen.w, small.size.h / seen.h
        left, top = (hole.x - seen.x) * across, (hole.y - seen.y) * down
        box = left, top, left + hole.w * across, top + hole.h * down
        pixels = _resampled(filled, box, hole.h, hole.w)
        layer = Layer(part.layer.name, TileGrid.from_pixels(pixels, hole.x, hole.y))
        mask = self._document.selection.read(hole)
        layer.mask = Mask(TileGrid.from_pixels(mask, hole.x, hole.y))
        return Draft(layer, hole)

    def _reduced(self, seen: Rect, times: int) -> tuple[Document, Pixels]:
        """What is seen as a document of its own, so many times smaller, and as pixels."""
        retouch.hide_above(self._document)
        h, w = -(-seen.h // times), -(-seen.w // times)
        frame = 0.0, 0.0, float(seen.w), float(seen.h)
        picture = _resampled(retouch.visible(self._document, seen), frame, h, w)
        mask = _resampled(self._document.selection.read(seen), frame, h, w)
        small = Document.from_pixels(picture)
        small.selection = TileGrid.from_pixels(mask)
        return small, picture


def _resampled(
    pixels: Pixels, box: tuple[float, float, float, float], height: int, width: int
) -> Pixels:
    full = np.iinfo(pixels.dtype).max
    found = resampled(pixels * np.float32(1 / full), box, height, width)
    return np.rint(found.clip(0, 1) * np.float32(full)).astype(pixels.dtype)
