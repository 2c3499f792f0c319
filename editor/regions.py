"""The layer that says where each of several looks rules: which it may be, and painting on it."""

from __future__ import annotations

from editor.document.commands import AddLayer, SetProperty
from editor.document.document import Document
from editor.document.layer import Layer
from editor.workspace import Color, Workspace

NAME = "Regions"
OPACITY = 0.5
"""Of a new one: the picture is seen through it. What it says does not depend on that."""

BRUSH = "brush"


def candidates(document: Document) -> list[Layer]:
    """The layers that a name stands for, from top to bottom: of several with one, the lowest."""
    layers = {
        node.name: node
        for node in reversed(list(document.root.walk()))
        if isinstance(node, Layer) and node.name
    }
    return list(layers.values())


def paint(workspace: Workspace, layer: Layer | None, color: Color) -> Layer:
    """Have everything ready to paint ``color`` on ``layer``; returns that layer.

    Without one, it is the one called "Regions", which is made on top of all if it is not there.
    What changes in the document, at most, is one step.
    """
    document = workspace.document
    named = (each for each in candidates(document) if each.name == NAME)
    found = layer or next(named, None)
    if found is None:
        found = document.new_layer(NAME)
        found.opacity = OPACITY
        top = len(document.root.children)
        document.history.push(AddLayer(document, found, document.root, top, "Paint regions"))
    elif not found.visible:
        document.history.push(SetProperty(document, found, "visible", True, "Show regions"))
    document.activate(found)
    workspace.choose_tool(BRUSH)
    workspace.set_colors(color, workspace.background)
    return found
