"""Putting an adjustment into a document."""

from __future__ import annotations

from typing import Any

from editor.document.commands import AddLayer
from editor.document.document import Document
from editor.document.layer import AdjustmentLayer, Mask
from editor.document.lut import Lut


def adjustment(
    document: Document, lut: Lut, name: str, recipe: dict[str, Any] | None = None
) -> AdjustmentLayer:
    """A layer that shows ``lut`` where something is selected, or everywhere; in no tree yet.

    It has a mask either way, so that it can be painted away at once. recipe: as ``Node`` has it.
    """
    layer = AdjustmentLayer(name, lut)
    selection = document.selection
    layer.mask = document.new_mask() if selection.is_empty else Mask(selection.snapshot())
    layer.recipe = recipe
    return layer


def add_adjustment(
    document: Document, lut: Lut, name: str, recipe: dict[str, Any] | None = None
) -> AdjustmentLayer:
    """Put such a layer directly above the active one, as one step in the history."""
    layer = adjustment(document, lut, name, recipe)
    parent, index = document.place_above_active()
    document.history.push(AddLayer(document, layer, parent, index, name))
    return layer
