"""What an operation would do to the part of a document that is looked at; nothing is changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from editor import adjust, enlarge, generate, retouch
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer, Layer
from editor.document.mips import scale_down
from editor.document.reduced import reduced
from editor.generate import Laid
from neural.engine import Engine
from neural.errors import NeuralError
from neural.image import Box, Image
from neural.operations.base import Generating, Operation, Resizing, Retouching, Scalable
from neural.progress import Progress

LIMIT_PX = 1 << 20
"""More than this is not computed at once: a few seconds of two CPU cores."""

ENLARGED_PX = 1 << 18
"""The same, of what becomes larger."""

DRAFT_PX = 1 << 15
"""What a network that does nearly the same to a smaller picture is shown of it first: a third of a
second. ``FULL_PX`` is what it is shown then."""

FULL_PX = 1 << 22

COARSE = 1.5
"""How many times as large as in the result what a network paints may be without being told."""

FINER = "It will be finer than is shown here; zoom in to see it as it will be."
OUT_OF_SIGHT = "What would change is out of sight."


@dataclass(frozen=True)
class Preview:
    """What a part of a document would look like.

    picture: that part as a document of its own; of another size than ``rect`` if it would be
    enlarged. rect: where it belongs. holds: while what is looked at lies in here, nothing is
    missing. is_partial: only the middle of what is looked at was computed. notes: sentences that
    came with the result. better: makes a better one, if this is a draft.
    """

    picture: Document
    rect: Rect
    holds: Rect
    is_partial: bool = False
    notes: tuple[str, ...] = ()
    better: Maker | None = None


Maker = Callable[[Document, Rect, Progress], Preview]
"""Makes the preview of the part of a snapshot that is looked at. Called on the job thread; the
snapshot is to be left as it is, and is the same object for as long as the document is the same.

Raises ``NeuralError`` with a sentence for the user, or ``Cancelled``."""


class OperationPreview:
    """The ``Maker`` for an operation and a model.

    What can be had in part is computed for what is seen, in its real size, and equals the later
    result there; of the rest, all is computed. What can be had of a smaller picture, nearly, is
    shown as a draft first. What it takes all of a document for is kept.
    """

    def __init__(self, operation: Operation, engine: Engine, model: str | None = None) -> None:
        self._operation, self._engine, self._model = operation, engine, model
        self._local: tuple[Document, Retouching | None] | None = None
        self._adjustment: tuple[Document, AdjustmentLayer] | None = None
        self._laid: tuple[Document, Laid] | None = None
        self._reduced: dict[int, tuple[Document, Document, Scalable, OperationPreview]] = {}

    def __call__(self, document: Document, seen: Rect, progress: Progress) -> Preview:
        operation = self._operation
        if isinstance(operation, Resizing):
            return self._enlarged(operation, document, seen, progress)
        if isinstance(operation, Generating):
            return self._generated(operation, document, seen, progress)
        if operation.adjusts:
            layer = self._found_adjustment(operation, document, progress)
            return Preview(with_layer(document, layer, seen), seen, seen)
        if isinstance(operation, Scalable):
            return self._in_steps(operation, document, seen, progress)
        return self._replaced(operation, document, seen, progress, LIMIT_PX)

    def _in_steps(
        self, operation: Scalable, document: Document, seen: Rect, progress: Progress
    ) -> Preview:
        """A draft, unless what is seen is so little that it takes no longer without."""
        grain = operation.grain(*document.size)
        looked_at = _looked_at(retouch.to_replace(operation, document), seen)
        evenly = (grain & -grain).bit_length() - 1  # how often it can be halved
        draft, full = (_level(looked_at, px) for px in (DRAFT_PX, FULL_PX))
        full = min(max(full, evenly), draft)
        if full == draft:
            return self._at(operation, draft, document, seen, progress)
        shown = self._at(operation, draft, document, seen, progress)
        return replace(shown, notes=(), better=partial(self._at, operation, full))

    def _at(
        self,
        operation: Scalable,
        level: int,
        document: Document,
        seen: Rect,
        progress: Progress,
    ) -> Preview:
        """That of a document that was halved ``level`` times."""
        kept = self._reduced.get(level)
        if kept is None or kept[0] is not document:
            smaller = operation.reduced(1 << level, *document.size)
            maker = OperationPreview(smaller, self._engine, self._model)
            kept = self._reduced[level] = document, reduced(document, level), smaller, maker
        _, small, smaller, maker = kept
        part = scale_down(seen, level).intersect(small.rect)
        shown = maker._replaced(smaller, small, part, progress, FULL_PX)
        holds = seen if shown.holds == part else _in_full(shown.holds, small, document)
        notes = shown.notes
        if smaller.grain(*small.size) << level > operation.grain(*document.size) * COARSE:
            notes += (FINER,)
        rect = _in_full(shown.rect, small, document)
        return replace(shown, rect=rect, holds=holds, notes=notes)

    def _replaced(
        self,
        operation: Retouching,
        document: Document,
        seen: Rect,
        progress: Progress,
        limit: int,
    ) -> Preview:
        """With the layer that would be made in its place; limit: pixels."""
        hole = retouch.to_replace(operation, document)
        looked_at = _looked_at(hole, seen)
        progress(0.01)
        local = self._found_local(operation, document, hole)
        part, holds = hole, document.rect
        if local is not None:
            part = middle_of(looked_at, limit)
            holds = seen if part == looked_at else part
            part = self._aligned(part, hole, document, local)
        answer = retouch.apply(
            local or operation,
            document.snapshot(),
            self._engine,
            progress.part(0.02, 1),
            self._model,
            part,
        )
        shown = document.snapshot()
        if map_ := retouch.map_of(operation, shown):
            map_.visible = False
        picture = with_layer(shown, answer.layer, part)
        is_partial = local is not None and holds != seen
        return Preview(picture, part, holds, is_partial, answer.result.notes)

    def _enlarged(
        self, operation: Resizing, document: Document, seen: Rect, progress: Progress
    ) -> Preview:
        """At its new size."""
        looked_at = _looked_at(document.rect, seen)
        part = middle_of(looked_at, ENLARGED_PX)
        holds = seen if part == looked_at else part
        part = self._aligned(part, document.rect, document, operation)
        answer = enlarge.apply(operation, document, self._engine, progress, self._model, part)
        return Preview(answer.document, part, holds, holds != seen, answer.account.notes)

    def _generated(
        self, operation: Generating, document: Document, seen: Rect, progress: Progress
    ) -> Preview:
        """As it is drawn, and then as fine as it becomes; it is the same wherever one looks."""

        def shown(document: Document, seen: Rect, progress: Progress, *, is_draft: bool) -> Preview:
            if self._laid is None or self._laid[0] is not document:
                laid = generate.apply(
                    operation, document, self._engine, progress, self._model, is_draft=is_draft
                )
                if is_draft:
                    return with_laid(document, laid, seen)
                self._laid = document, laid
            return with_laid(document, self._laid[1], seen)

        first = shown(document, seen, progress, is_draft=True)
        if self._laid is not None and self._laid[0] is document:
            return first
        return replace(first, notes=(), better=partial(shown, is_draft=False))

    def _found_local(
        self, operation: Retouching, document: Document, hole: Rect
    ) -> Retouching | None:
        """The operation for a part; what it measures in all of a document, it measures once."""
        if self._local is None or self._local[0] is not document:
            everything = document.snapshot()
            seen = Rect(*operation.context(Box(*hole), *document.size))
            retouch.hide_above(everything)
            operation = retouch.placed(operation, everything, seen)

            def whole() -> Image:
                return retouch.to_network(retouch.visible(everything, seen))

            self._local = document, operation.local(whole)
        return self._local[1]

    def _found_adjustment(
        self, operation: Retouching, document: Document, progress: Progress
    ) -> AdjustmentLayer:
        """The layer that would be made; it is the same wherever one looks."""
        if self._adjustment is None or self._adjustment[0] is not document:
            answer = adjust.apply(
                operation, document.snapshot(), self._engine, progress, self._model
            )
            self._adjustment = document, answer.layer
        return self._adjustment[1]

    def _aligned(self, part: Rect, hole: Rect, document: Document, local: Operation) -> Rect:
        """A little more, so that a network with strides sees the grid that it sees in the whole.

        local: what is run on the part.
        """
        card = self._engine.availability(self._operation.task, self._model).card
        step = card.geometry.multiple_of if card is not None else 1
        size, operation = document.size, self._operation
        if isinstance(operation, Scalable):
            step *= operation.grain(*size)
        assert not isinstance(local, Generating) and not isinstance(operation, Generating)
        own = local.context(Box(*part), *size)
        all_of_it = operation.context(Box(*hole), *size)
        dx, dy = (own.x - all_of_it.x) % step, (own.y - all_of_it.y) % step
        return Rect.from_edges(part.x - dx, part.y - dy, part.right, part.bottom)


def _looked_at(hole: Rect, seen: Rect) -> Rect:
    """What changes of what is seen.

    Raises:
        NeuralError: nothing.
    """
    looked_at = hole.intersect(seen)
    if looked_at.is_empty:
        raise NeuralError(OUT_OF_SIGHT)
    return looked_at


def _level(rect: Rect, px: int) -> int:
    """How often a part is to be halved until it has no more than ``px`` pixels."""
    level = 0
    while (rect.w * rect.h) >> 2 * level > px and min(rect.w, rect.h) >> level > 1:
        level += 1
    return level


def _in_full(rect: Rect, small: Document, document: Document) -> Rect:
    """Where a part of a reduced document belongs: its far borders are those of the whole."""
    (w, h), (full_w, full_h) = small.size, document.size
    times = full_w // w
    right = full_w if rect.right == w else rect.right * times
    bottom = full_h if rect.bottom == h else rect.bottom * times
    return Rect.from_edges(rect.x * times, rect.y * times, right, bottom)


def with_layer(document: Document, layer: Layer | AdjustmentLayer, part: Rect) -> Document:
    """What ``part`` looks like with ``layer`` above the active one."""
    after = document.snapshot()
    parent, index = after.place_above_active()
    parent.insert(index, layer)
    pixels = retouch.visible(after, part)
    parent.remove(layer)
    return Document.from_pixels(pixels, metadata=document.metadata)


def with_laid(document: Document, laid: Laid, seen: Rect) -> Preview:
    """What is looked at with what was generated; a map that says what rules where is hidden."""
    shown = document.snapshot()
    name = (laid.layer.recipe or {}).get("parameters", {}).get("regions")
    for node in shown.root.walk():
        node.visible = node.visible and not (name and node.name == name)
    return Preview(with_layer(shown, laid.layer, seen), seen, seen, notes=laid.result.notes)


def middle_of(rect: Rect, limit: int) -> Rect:
    """The middle of ``rect``, in its shape, of at most ``limit`` pixels."""
    factor = math.sqrt(limit / (rect.w * rect.h))
    if factor >= 1:
        return rect
    w, h = max(int(rect.w * factor), 1), max(int(rect.h * factor), 1)
    return Rect(rect.x + (rect.w - w) // 2, rect.y + (rect.h - h) // 2, w, h)
