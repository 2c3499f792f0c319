"""What an operation would do to the part of a document that is looked at; nothing is changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from editor import adjust, retouch
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer, Layer
from neural.engine import Engine
from neural.errors import NeuralError
from neural.image import Box, Image
from neural.operations.base import Operation
from neural.progress import Progress

LIMIT_PX = 1 << 20
"""More than this is not computed at once: a few seconds of two CPU cores."""

ENLARGED_PX = 1 << 18
"""The same, of what becomes larger."""

OUT_OF_SIGHT = "What would change is out of sight."


@dataclass(frozen=True)
class Preview:
    """What a part of a document would look like.

    picture: that part as a document of its own; of another size than ``rect`` if it would be
    enlarged. rect: where it belongs. holds: while what is looked at lies in here, nothing is
    missing. is_partial: only the middle of what is looked at was computed. notes: sentences that
    came with the result.
    """

    picture: Document
    rect: Rect
    holds: Rect
    is_partial: bool = False
    notes: tuple[str, ...] = ()


Maker = Callable[[Document, Rect, Progress], Preview]
"""Makes the preview of the part of a snapshot that is looked at. Called on the job thread; the
snapshot is to be left as it is, and is the same object for as long as the document is the same.

Raises ``NeuralError`` with a sentence for the user, or ``Cancelled``."""


class OperationPreview:
    """The ``Maker`` for an operation and a model.

    What can be had in part is computed for what is seen, in its real size, and equals the later
    result there; of the rest, all is computed. What it takes all of a document for is kept.
    """

    def __init__(self, operation: Operation, engine: Engine, model: str | None = None) -> None:
        self._operation, self._engine, self._model = operation, engine, model
        self._local: tuple[Document, Operation | None] | None = None
        self._adjustment: tuple[Document, AdjustmentLayer] | None = None

    def __call__(self, document: Document, seen: Rect, progress: Progress) -> Preview:
        if self._operation.adjusts:
            layer = self._found_adjustment(document, progress)
            return Preview(_with_layer(document, layer, seen), seen, seen)
        hole = self._hole(document)
        looked_at = hole.intersect(seen)
        if looked_at.is_empty:
            raise NeuralError(OUT_OF_SIGHT)
        progress(0.01)
        local = self._found_local(document, hole)
        part, holds = hole, document.rect
        if local is not None:
            limit = ENLARGED_PX if local.resizes else LIMIT_PX
            part = middle_of(looked_at, limit)
            holds = seen if part == looked_at else part
            part = self._aligned(part, hole, document)
        run = self._enlarged if self._operation.resizes else self._replaced
        picture, notes = run(local or self._operation, document, part, progress.part(0.02, 1))
        return Preview(picture, part, holds, local is not None and holds != seen, notes)

    def _hole(self, document: Document) -> Rect:
        if self._operation.resizes:
            return document.rect
        return retouch.to_replace(self._operation, document)

    def _found_local(self, document: Document, hole: Rect) -> Operation | None:
        """The operation for a part; what it measures in all of a document, it measures once."""
        if self._local is None or self._local[0] is not document:
            operation = self._operation

            def whole() -> Image:
                everything = document.snapshot()
                seen = Rect(*operation.context(Box(*hole), *document.size))
                if not operation.resizes:
                    retouch.hide_above(everything)
                return retouch.to_network(retouch.visible(everything, seen))

            self._local = document, operation.local(whole)
        return self._local[1]

    def _found_adjustment(self, document: Document, progress: Progress) -> AdjustmentLayer:
        """The layer that would be made; it is the same wherever one looks."""
        if self._adjustment is None or self._adjustment[0] is not document:
            answer = adjust.apply(
                self._operation, document.snapshot(), self._engine, progress, self._model
            )
            self._adjustment = document, answer.layer
        return self._adjustment[1]

    def _aligned(self, part: Rect, hole: Rect, document: Document) -> Rect:
        """A little more, so that a network with strides sees the grid that it sees in the whole."""
        card = self._engine.availability(self._operation.task, self._model).card
        step = card.geometry.multiple_of if card is not None else 1
        size = document.size
        own = self._operation.context(Box(*part), *size)
        all_of_it = self._operation.context(Box(*hole), *size)
        dx, dy = (own.x - all_of_it.x) % step, (own.y - all_of_it.y) % step
        return Rect.from_edges(part.x - dx, part.y - dy, part.right, part.bottom)

    def _replaced(
        self, operation: Operation, document: Document, part: Rect, progress: Progress
    ) -> tuple[Document, tuple[str, ...]]:
        """The part with the layer that would be made in its place."""
        answer = retouch.apply(
            operation, document.snapshot(), self._engine, progress, self._model, part
        )
        return _with_layer(document, answer.layer, part), answer.result.notes

    def _enlarged(
        self, operation: Operation, document: Document, part: Rect, progress: Progress
    ) -> tuple[Document, tuple[str, ...]]:
        """The part at its new size."""
        answer = retouch.resized(operation, document, self._engine, progress, self._model, part)
        return answer.document, answer.result.notes


def _with_layer(document: Document, layer: Layer | AdjustmentLayer, part: Rect) -> Document:
    """What ``part`` looks like with ``layer`` above the active one."""
    after = document.snapshot()
    parent, index = after.place_above_active()
    parent.insert(index, layer)
    pixels = retouch.visible(after, part)
    parent.remove(layer)
    return Document.from_pixels(pixels, metadata=document.metadata)


def middle_of(rect: Rect, limit: int) -> Rect:
    """The middle of ``rect``, in its shape, of at most ``limit`` pixels."""
    factor = math.sqrt(limit / (rect.w * rect.h))
    if factor >= 1:
        return rect
    w, h = max(int(rect.w * factor), 1), max(int(rect.h * factor), 1)
    return Rect(rect.x + (rect.w - w) // 2, rect.y + (rect.h - h) // 2, w, h)
