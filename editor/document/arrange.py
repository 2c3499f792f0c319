"""Where layers go when they are dragged."""

from __future__ import annotations

from collections.abc import Sequence

from editor.document.commands import MoveLayer, Several
from editor.document.document import Document
from editor.document.history import Command
from editor.document.layer import LayerGroup, Node


def moved(
    document: Document, nodes: Sequence[Node], group: LayerGroup, below: int | None
) -> Command | None:
    """One step that puts ``nodes`` into ``group``, in their order, on top of its ``below`` lowest
    children (``None``: of all). ``None`` if that is where they are, or cannot be.
    """
    chosen = {id(node) for node in nodes}
    around = {id(group), *map(id, group.ancestors())}
    if chosen & around:
        return None
    left = list(group.children)
    at = len(left) if below is None else below
    steps: list[Command] = []
    for node in document.root.walk():
        if id(node) not in chosen or any(id(each) in chosen for each in node.ancestors()):
            continue
        if node.parent is group:
            old = next(i for i, child in enumerate(left) if child is node)
            del left[old]
            at -= old < at
        left.insert(at, node)
        steps.append(MoveLayer(document, node, group, at))
        at += 1
    if [id(node) for node in left] == [id(node) for node in group.children]:
        return None
    return steps[0] if len(steps) == 1 else Several("Move layers", steps)
