"""What a network thinks of a picture's colors, as a layer that adjusts them.

Knows no Qt, so that the command line runs what the editor runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from editor import retouch
from editor.document.adjustment import adjustment
from editor.document.document import Document
from editor.document.layer import AdjustmentLayer
from editor.document.lut import Lut
from editor.document.tiles import Pixels
from editor.profiled import with_looks_of
from neural.account import Result
from neural.engine import Engine
from neural.errors import NeuralError
from neural.operations.base import Retouching
from neural.progress import Progress


@dataclass(frozen=True)
class Adjusted:
    """What an operation that adjusts made of a document.

    layer: masked by the selection, with its recipe; not yet in a tree. changed_outside: how many
    pixels that are not selected look different with the layer; a real count.
    """

    layer: AdjustmentLayer
    result: Result
    changed_outside: int


def apply(
    operation: Retouching,
    document: Document,
    engine: Engine,
    progress: Progress,
    model: str | None = None,
) -> Adjusted:
    """Run an ``operation`` that adjusts on what the active layer and everything below look like.

    It is shown the whole picture, halved until its longest side is 1024 px at most; pixels count
    as much as they are opaque. Its strength, if it has one, is the opacity of the layer.
    document: a snapshot, which belongs to this call. model: a card's id, else the preferred one.

    Raises:
        NeuralError: nothing is there, no model, no memory; the message is for the user.
        Cancelled
    """
    retouch.hide_above(document)
    seen = retouch.overview(document)
    if not seen[..., 3].any():
        raise NeuralError("The picture is transparent: there is nothing to adjust.")
    there = seen[..., 3] * np.float32(1 / document.full)
    image = retouch.to_network(seen)
    here = with_looks_of(operation, document)
    result = engine.run(here, image, there, progress.part(0.2, 0.9), model)
    layer = adjustment(document, Lut(result.image), retouch.name_of(operation))
    layer.opacity = getattr(operation, "strength", 1.0)
    changed = _changed_around(layer, document)
    layer.recipe = {**retouch.recipe_of(operation, result), "changed_outside": changed}
    progress(1.0)
    return Adjusted(layer, result, changed)


def flat(layer: AdjustmentLayer, document: Document) -> Pixels:
    """What ``document`` looks like with ``layer`` above the active one, ``(h, w, 4)``.

    Where nothing is selected of a selection, and where nothing is to be seen, the very bytes.
    """
    before, after = _without_and_with(layer, document)
    same = before[..., 3] == 0
    if not document.selection.is_empty:
        same |= document.selection.read(document.rect)[..., 0] == 0
    return np.where(same[..., None], before, after)


def _changed_around(layer: AdjustmentLayer, document: Document) -> int:
    """How many pixels that are not selected look different with ``layer``."""
    if document.selection.is_empty:
        return 0
    outside = document.selection.read(document.rect)[..., 0] == 0
    return retouch.count_changed(*_without_and_with(layer, document), outside)


def _without_and_with(layer: AdjustmentLayer, document: Document) -> tuple[Pixels, Pixels]:
    """What the document looks like now, and with ``layer`` above the active one."""
    before = retouch.visible(document, document.rect)
    parent, index = document.place_above_active()
    parent.insert(index, layer)
    after = retouch.visible(document, document.rect)
    parent.remove(layer)
    return before, after
