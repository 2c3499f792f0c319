"""The Layer menu."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from editor.actions.base import Action, Shell, with_document
from editor.actions.pixels import composited, edited, selected
from editor.actions.select import has_selection
from editor.document.blend import BlendMode
from editor.document.commands import (
    AddLayer,
    MoveLayer,
    RemoveLayer,
    SetProperty,
    Several,
    edit_selection,
)
from editor.document.document import Document
from editor.document.history import Command
from editor.document.layer import Layer, LayerGroup, Mask, Node
from editor.document.tiles import TileGrid
from editor.paint.transform import cropped
from editor.tools.target import cannot_change
from editor.workspace import Workspace


def new(shell: Shell) -> None:
    document = shell.workspace.document
    layer = document.new_layer(_free_name(document, "Layer"))
    parent, index = document.place_above_active()
    document.history.push(AddLayer(document, layer, parent, index, "New layer"))


def duplicate(shell: Shell) -> None:
    """Copy the active layer or group; with a selection, what is selected of the layer."""
    document, node = _active(shell)
    if isinstance(node, Layer) and not document.selection.is_empty:
        bounds = node.pixels.content_bounds().intersect(document.selection.content_bounds())
        copy: Layer | LayerGroup = document.new_layer(f"{node.name} copy")
        assert isinstance(copy, Layer)
        if not bounds.is_empty:
            copy.pixels.write(bounds, selected(document, node.pixels, bounds))
    else:
        assert isinstance(node, Layer | LayerGroup)
        copy = node.snapshot()
        copy.name = f"{node.name} copy"
    parent, index = document.place_above_active()
    document.history.push(AddLayer(document, copy, parent, index, "Duplicate layer"))


def delete(shell: Shell) -> None:
    document, node = _active(shell)
    if node.is_locked:
        shell.workspace.say(cannot_change(document) or "")
        return
    document.history.push(RemoveLayer(document, node))


def group(shell: Shell) -> None:
    """Put the active node into a group of its own, which takes over how it blends."""
    document, node = _active(shell)
    assert node.parent is not None
    around = LayerGroup(_free_name(document, "Group"))
    around.mode = node.mode
    parent, index = node.parent, node.parent.index(node)
    document.history.push(
        Several(
            "Group",
            (
                AddLayer(document, around, parent, index + 1),
                MoveLayer(document, node, around, 0),
                SetProperty(document, node, "mode", BlendMode.NORMAL, "Group"),
            ),
        )
    )


def ungroup(shell: Shell) -> None:
    """Put what is in the active group where the group is."""
    document, node = _active(shell)
    assert isinstance(node, LayerGroup)
    assert node.parent is not None
    parent, index = node.parent, node.parent.index(node)
    moves: list[Command] = [
        MoveLayer(document, child, parent, index + i) for i, child in enumerate(node.children)
    ]
    document.history.push(Several("Ungroup", (*moves, RemoveLayer(document, node))))


def merge_down(shell: Shell) -> None:
    """Make the active layer and the one below it one layer, which looks the same."""
    document, upper = _active(shell)
    assert upper.parent is not None
    parent, index = upper.parent, upper.parent.index(upper) - 1
    lower = parent.children[index]
    assert isinstance(upper, Layer | LayerGroup)
    assert isinstance(lower, Layer | LayerGroup)
    merged = Layer(lower.name, composited(document, [_plain(lower), upper.snapshot()]))
    merged.opacity, merged.mode = lower.opacity, lower.mode
    document.history.push(_replace(document, "Merge down", (upper, lower), merged, parent, index))


def flatten(shell: Shell) -> None:
    """Make all layers one."""
    document = shell.workspace.document
    nodes = tuple(document.root.children)
    copies = [n.snapshot() for n in nodes if isinstance(n, Layer | LayerGroup)]
    merged = Layer("Background", cropped(composited(document, copies), document.rect))
    document.history.push(
        _replace(document, "Flatten image", tuple(reversed(nodes)), merged, document.root, 0)
    )


def _replace(
    document: Document,
    name: str,
    nodes: tuple[Node, ...],
    merged: Layer,
    parent: LayerGroup,
    index: int,
) -> Several:
    removals = [RemoveLayer(document, node) for node in nodes]
    return Several(name, (*removals, AddLayer(document, merged, parent, index)))


def _plain(node: Layer | LayerGroup) -> Layer | LayerGroup:
    """A copy that shows its pixels as they are, but for its mask."""
    copy = node.snapshot()
    copy.opacity, copy.visible = 1.0, True
    copy.mode = BlendMode.NORMAL
    return copy


def add_mask(shell: Shell) -> None:
    """Add a mask that shows everything."""
    document, node = _active(shell)
    _set_mask(document, node, document.new_mask(), "Add mask")


def mask_from_selection(shell: Shell) -> None:
    """Add a mask that shows what is selected."""
    document, node = _active(shell)
    mask = document.new_mask()
    area = document.rect.union(node.pixels.bounds() if isinstance(node, Layer) else document.rect)
    for coord in area.tiles():
        mask.grid.write(coord.rect, document.selection.read(coord.rect))
    _set_mask(document, node, mask, "Mask from selection")


def remove_mask(shell: Shell) -> None:
    document, node = _active(shell)
    document.history.push(SetProperty(document, node, "mask", None, "Remove mask"))
    document.activate(node)


def apply_mask(shell: Shell) -> None:
    """Put the mask into the layer's alpha."""
    document, node = _active(shell)
    if node.is_locked:
        shell.workspace.say(cannot_change(document) or "")
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
    document, node = _active(shell)
    assert node.mask is not None
    grid = TileGrid(1, document.dtype)
    for coord in document.rect.tiles():
        rect = coord.rect.intersect(document.rect)
        grid.write(rect, node.mask.grid.read(rect))
    document.history.push(edit_selection(document, "Selection from mask", grid))


def _set_mask(document: Document, node: Node, mask: Mask, name: str) -> None:
    document.history.push(SetProperty(document, node, "mask", mask, name))
    document.activate(node, mask=True)


def _step(by: int) -> Callable[[Shell], None]:
    """Make the layer above or below active, whatever group it is in."""

    def run(shell: Shell) -> None:
        document = shell.workspace.document
        nodes = list(document.root.walk())
        if not nodes:
            return
        if document.active is None:
            document.activate(nodes[-1])
            return
        index = next(i for i, node in enumerate(nodes) if node is document.active) + by
        if 0 <= index < len(nodes):
            document.activate(nodes[index])

    return run


def _raise(by: int) -> Callable[[Shell], None]:
    """Move the active node up or down among its neighbors."""

    def run(shell: Shell) -> None:
        document, node = _active(shell)
        assert node.parent is not None
        index = node.parent.index(node) + by
        if 0 <= index < len(node.parent.children):
            name = "Raise layer" if by > 0 else "Lower layer"
            document.history.push(MoveLayer(document, node, node.parent, index, name))

    return run


def _flip(key: str, name: str) -> Callable[[Shell], None]:
    """Change a property that is on or off."""

    def run(shell: Shell) -> None:
        document, node = _active(shell)
        document.history.push(SetProperty(document, node, key, not getattr(node, key), name))

    return run


def _active(shell: Shell) -> tuple[Document, Node]:
    document = shell.workspace.document
    assert document.active is not None
    return document, document.active


def _node(workspace: Workspace) -> Node | None:
    return workspace.document.active if workspace.active else None


def _has_node(workspace: Workspace) -> bool:
    return _node(workspace) is not None


def _is_group(workspace: Workspace) -> bool:
    return isinstance(_node(workspace), LayerGroup)


def _has_mask(workspace: Workspace) -> bool:
    node = _node(workspace)
    return node is not None and node.mask is not None


def _has_no_mask(workspace: Workspace) -> bool:
    return _has_node(workspace) and not _has_mask(workspace)


def _has_layer_mask(workspace: Workspace) -> bool:
    return _has_mask(workspace) and isinstance(_node(workspace), Layer)


def _can_mask_selection(workspace: Workspace) -> bool:
    return _has_no_mask(workspace) and has_selection(workspace)


def _has_lower(workspace: Workspace) -> bool:
    node = _node(workspace)
    return node is not None and node.parent is not None and node.parent.index(node) > 0


def _has_layers(workspace: Workspace) -> bool:
    return workspace.active is not None and bool(workspace.document.root.children)


def _is(key: str) -> Callable[[Shell], bool]:
    def check(shell: Shell) -> bool:
        node = _node(shell.workspace)
        return node is not None and bool(getattr(node, key))

    return check


def _free_name(document: Document, stem: str) -> str:
    """The first of "Layer 1", "Layer 2" and so on that no layer has."""
    names = {node.name for node in document.root.walk()}
    return next(f"{stem} {i}" for i in range(1, len(names) + 2) if f"{stem} {i}" not in names)


LAYER = (
    Action("layer.new", "New layer", ("Ctrl+Shift+N",), new),
    Action("layer.duplicate", "Duplicate", ("Ctrl+J",), duplicate, _has_node),
    Action("layer.delete", "Delete", ("Shift+Delete",), delete, _has_node),
    Action("layer.group", "Group", ("Ctrl+G",), group, _has_node, begins_group=True),
    Action("layer.ungroup", "Ungroup", ("Ctrl+Shift+G",), ungroup, _is_group),
    Action("layer.merge-down", "Merge down", ("Ctrl+E",), merge_down, _has_lower),
    Action("layer.flatten", "Flatten image", (), flatten, _has_layers),
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
    Action(
        "layer.visible",
        "Visible",
        (),
        _flip("visible", "Show or hide layer"),
        _has_node,
        checked=_is("visible"),
        begins_group=True,
    ),
    Action(
        "layer.locked",
        "Locked",
        (),
        _flip("locked", "Lock or unlock layer"),
        _has_node,
        checked=_is("locked"),
    ),
    Action("layer.raise", "Raise", (), _raise(1), _has_node, begins_group=True),
    Action("layer.lower", "Lower", (), _raise(-1), _has_node),
    Action("layer.above", "Select layer above", ("PgUp", "Alt+]"), _step(1), with_document),
    Action("layer.below", "Select layer below", ("PgDown", "Alt+["), _step(-1), with_document),
)
