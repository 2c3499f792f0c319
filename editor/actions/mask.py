"""The part of the Layer menu that is about masks."""

from __future__ import annotations

import numpy as np

from editor.actions.base import Action, Shell
from editor.actions.node import active_node, has_node, is_locked, node_of
from editor.actions.pixels import edited
from editor.actions.select import has_selection
from editor.document.commands import SetProperty, Several, edit_selection
from editor.document.document import Document
from editor.document.layer import Layer, Mask, Node
from editor.document.tiles import TileGrid
from editor.workspace import Workspace


def add_mask(shell: Shell) -> None:
    """Add a mask that shows everything."""
    document, node = active_node(shell)
    if not is_locked(shell, node):
        _set_mask(document, node, document.new_mask(), "Add mask")


def mask_from_selection(shell: Shell) -> None:
    """Add a mask that shows what is selected."""
    document, node = active_node(shell)
    if is_locked(shell, node):
        return
    mask = document.new_mask()
    area = document.rect.union(node.pixels.bounds() if isinstance(node, Layer) else document.rect)
    for coord in area.tiles():
        mask.grid.write(coord.rect, document.selection.read(coord.rect))
    _set_mask(document, node, mask, "Mask from selection")


def remove_mask(shell: Shell) -> None:
    document, node = active_node(shell)
    if not is_locked(shell, node):
        document.history.push(SetProperty(document, node, "mask", None, "Remove mask"))
        document.activate(node)


def apply_mask(shell: Shell) -> None:
    """Put the mask into the layer's alpha."""
    document, node = active_node(shell)
    if is_locked(shell, node):
        return
    assert isinstance(node, Layer)
    assert node.mask is not None
    after = node.pixels.snapshot()
    for coord in tuple(after.coords()):
        tile = after.tile(coord).copy()
        alpha = tile[3].astype(np.uint32) * node.mask.grid.tile(coord)[0]
        tile[3] = (alpha + document.full // 2) // document.full
        after.put(coord, tile if tile[3].any() else None)
    document.history.push(
        Several(
            "Apply mask",
            (
                edited(document, "Apply mask", node, node.pixels, after),
                SetProperty(document, node, "mask", None, "Apply mask"),
            ),
        )
    )
    document.activate(node)


def selection_from_mask(shell: Shell) -> None:
    """Select what the mask shows."""
    document, node = active_node(shell)
    assert node.mask is not None
    grid = TileGrid(1, document.dtype)
    for coord in document.rect.tiles():
        rect = coord.rect.intersect(document.rect)
        grid.write(rect, node.mask.grid.read(rect))
    document.history.push(edit_selection(document, "Selection from mask", grid))


def _set_mask(document: Document, node: Node, mask: Mask, name: str) -> None:
    document.history.push(SetProperty(document, node, "mask", mask, name))
    document.activate(node, mask=True)


def _has_mask(workspace: Workspace) -> bool:
    node = node_of(workspace)
    return node is not None and node.mask is not None


def _has_no_mask(workspace: Workspace) -> bool:
    return has_node(workspace) and not _has_mask(workspace)


def _has_layer_mask(workspace: Workspace) -> bool:
    return _has_mask(workspace) and isinstance(node_of(workspace), Layer)


def _can_mask_selection(workspace: Workspace) -> bool:
    return _has_no_mask(workspace) and has_selection(workspace)


MASK = (
    Action("layer.add-mask", "Add mask", (), add_mask, _has_no_mask, begins_group=True),
    Action(
        "layer.mask-from-selection",
        "Mask from selection",
        (),
        mask_from_selection,
        _can_mask_selection,
    ),
    Action("layer.apply-mask", "Apply mask", (), apply_mask, _has_layer_mask),
    Action("layer.remove-mask", "Remove mask", (), remove_mask, _has_mask),
    Action("layer.selection-from-mask", "Selection from mask", (), selection_from_mask, _has_mask),
)
