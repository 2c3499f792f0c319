"""The Layer menu."""

from __future__ import annotations

from collections.abc import Callable

from editor.actions.adjustment import ADJUSTMENT
from editor.actions.base import Action, Shell, with_document
from editor.actions.mask import MASK
from editor.actions.node import active_node, has_node, is_locked, node_of
from editor.actions.pixels import composited, selected
from editor.document.blend import BlendMode
from editor.document.commands import (
    AddLayer,
    MoveLayer,
    RemoveLayer,
    SetProperty,
    Several,
)
from editor.document.document import Document
from editor.document.history import Command
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Node
from editor.paint.transform import cropped
from editor.tools.target import cannot_change
from editor.workspace import Workspace

ALONE = (
    "An adjustment alone in a group would show nothing: group the layers below, then drag it in."
)


def new(shell: Shell) -> None:
    document = shell.workspace.document
    layer = document.new_layer(_free_name(document, "Layer"))
    parent, index = document.place_above_active()
    document.history.push(AddLayer(document, layer, parent, index, "New layer"))


def duplicate(shell: Shell) -> None:
    """Copy the active layer or group; with a selection, what is selected of the layer."""
    document, node = active_node(shell)
    if isinstance(node, Layer) and not document.selection.is_empty:
        bounds = node.pixels.content_bounds().intersect(document.selection.content_bounds())
        copy: Node = document.new_layer(f"{node.name} copy")
        assert isinstance(copy, Layer)
        if not bounds.is_empty:
            copy.pixels.write(bounds, selected(document, node.pixels, bounds))
    else:
        copy = node.snapshot()
        copy.name = f"{node.name} copy"
    parent, index = document.place_above_active()
    document.history.push(AddLayer(document, copy, parent, index, "Duplicate layer"))


def delete(shell: Shell) -> None:
    document, node = active_node(shell)
    if not is_locked(shell, node):
        document.history.push(RemoveLayer(document, node))


def group(shell: Shell) -> None:
    """Put the active node into a group of its own, which takes over how it blends."""
    document, node = active_node(shell)
    assert node.parent is not None
    if isinstance(node, AdjustmentLayer):
        shell.workspace.say(ALONE)
        return
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
    document, node = active_node(shell)
    assert isinstance(node, LayerGroup)
    assert node.parent is not None
    parent, index = node.parent, node.parent.index(node)
    moves: list[Command] = [
        MoveLayer(document, child, parent, index + i) for i, child in enumerate(node.children)
    ]
    document.history.push(Several("Ungroup", (*moves, RemoveLayer(document, node))))


def merge_down(shell: Shell) -> None:
    """Make the active layer and the one below it one layer, which looks the same."""
    document, upper = active_node(shell)
    assert upper.parent is not None
    parent, index = upper.parent, upper.parent.index(upper) - 1
    lower = parent.children[index]
    if isinstance(lower, AdjustmentLayer):
        shell.workspace.say(f"“{lower.name}” has no pixels: merge it down first, or change places.")
        return
    for node in (upper, lower):
        reason = cannot_change(node)
        if reason:
            shell.workspace.say(reason)
            return
    merged = Layer(lower.name, composited(document, [_plain(lower), upper.snapshot()]))
    merged.opacity, merged.mode = lower.opacity, lower.mode
    document.history.push(_replace(document, "Merge down", (upper, lower), merged, parent, index))


def flatten(shell: Shell) -> None:
    """Make all layers one."""
    document = shell.workspace.document
    nodes = tuple(document.root.children)
    if not all(node.visible for node in document.root.walk()):
        shell.workspace.say("Hidden layers were left out; undo brings them back.")
    copies = [node.snapshot() for node in nodes]
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


def _plain(node: Node) -> Node:
    """A copy that shows its pixels as they are, but for its mask."""
    copy = node.snapshot()
    copy.opacity, copy.visible = 1.0, True
    copy.mode = BlendMode.NORMAL
    return copy


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
        document, node = active_node(shell)
        assert node.parent is not None
        index = node.parent.index(node) + by
        if 0 <= index < len(node.parent.children):
            name = "Raise layer" if by > 0 else "Lower layer"
            document.history.push(MoveLayer(document, node, node.parent, index, name))

    return run


def _flip(key: str, name: str) -> Callable[[Shell], None]:
    """Change a property that is on or off."""

    def run(shell: Shell) -> None:
        document, node = active_node(shell)
        document.history.push(SetProperty(document, node, key, not getattr(node, key), name))

    return run


def _is_group(workspace: Workspace) -> bool:
    return isinstance(node_of(workspace), LayerGroup)


def _has_lower(workspace: Workspace) -> bool:
    node = node_of(workspace)
    return node is not None and node.parent is not None and node.parent.index(node) > 0


def _has_layers(workspace: Workspace) -> bool:
    return workspace.active is not None and bool(workspace.document.root.children)


def _is(key: str) -> Callable[[Shell], bool]:
    def check(shell: Shell) -> bool:
        node = node_of(shell.workspace)
        return node is not None and bool(getattr(node, key))

    return check


def _free_name(document: Document, stem: str) -> str:
    """The first of "Layer 1", "Layer 2" and so on that no layer has."""
    names = {node.name for node in document.root.walk()}
    return next(f"{stem} {i}" for i in range(1, len(names) + 2) if f"{stem} {i}" not in names)


LAYER = (
    Action("layer.new", "New layer", ("Ctrl+Shift+N",), new),
    Action("layer.duplicate", "Duplicate", ("Ctrl+J",), duplicate, has_node),
    Action("layer.delete", "Delete", ("Shift+Delete",), delete, has_node),
    Action("layer.group", "Group", ("Ctrl+G",), group, has_node, begins_group=True),
    Action("layer.ungroup", "Ungroup", ("Ctrl+Shift+G",), ungroup, _is_group),
    Action("layer.merge-down", "Merge down", ("Ctrl+E",), merge_down, _has_lower),
    Action("layer.flatten", "Flatten image", (), flatten, _has_layers),
    *ADJUSTMENT,
    *MASK,
    Action(
        "layer.visible",
        "Visible",
        (),
        _flip("visible", "Show or hide layer"),
        has_node,
        checked=_is("visible"),
        begins_group=True,
    ),
    Action(
        "layer.locked",
        "Locked",
        (),
        _flip("locked", "Lock or unlock layer"),
        has_node,
        checked=_is("locked"),
    ),
    Action("layer.raise", "Raise", (), _raise(1), has_node, begins_group=True),
    Action("layer.lower", "Lower", (), _raise(-1), has_node),
    Action("layer.above", "Select layer above", ("PgUp", "Alt+]"), _step(1), with_document),
    Action("layer.below", "Select layer below", ("PgDown", "Alt+["), _step(-1), with_document),
)
