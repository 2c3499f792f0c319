"""The part of the Layer menu that is about adjustments: color tables in and out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from editor.actions.base import Action, Shell, with_document
from editor.actions.node import active_node, node_of
from editor.document.adjustment import add_adjustment
from editor.document.layer import AdjustmentLayer
from editor.formats import cube
from editor.workspace import Workspace


def from_file(shell: Shell) -> None:
    """Ask for ``.cube`` files, and add them."""
    place_tables(shell, shell.ask_open("New adjustment from LUT file", (cube.SUFFIX,)))


def place_tables(shell: Shell, paths: Sequence[Path]) -> None:
    """Add each of ``paths`` as an adjustment above the active layer, each of them one step."""
    view = shell.workspace.active
    assert view is not None

    def show(cubes: list[cube.Cube]) -> None:
        if view not in shell.workspace.views:
            return
        for path, (lut, notes) in zip(paths, cubes, strict=True):
            add_adjustment(view.document, lut, path.stem)
            shell.workspace.say(" ".join((f"Added {path.name}.", *notes)))

    if paths:
        title = f"Add {paths[0].name}" if len(paths) == 1 else f"Add {len(paths)} color tables"
        shell.background(title, lambda progress: [cube.load(path) for path in paths], show)


def export(shell: Shell) -> None:
    """Write what the active adjustment does, at its strength and in its blend mode."""
    document, node = active_node(shell)
    assert isinstance(node, AdjustmentLayer)
    beside = document.source.path or Path.home() / "x"
    suggestion = beside.with_name(f"{node.name.replace('/', '-')}{cube.SUFFIX}")
    path = shell.ask_save("Export LUT", suggestion, (cube.SUFFIX,))
    if path is None:
        return
    lut = node.lut.faded(node.opacity, node.mode)
    masked = node.mask is not None and node.mask.enabled and not node.mask.grid.is_empty

    def exported(_: None) -> None:
        note = " Its mask is not in it: a color table knows no places." if masked else ""
        shell.workspace.say(f"Exported {path.name}.{note}")

    shell.background(f"Export {path.name}", lambda progress: cube.save(lut, path), exported)


def _is_adjustment(workspace: Workspace) -> bool:
    return isinstance(node_of(workspace), AdjustmentLayer)


ADJUSTMENT = (
    Action(
        "layer.adjustment-from-file",
        "New adjustment from LUT file…",
        (),
        from_file,
        with_document,
        begins_group=True,
    ),
    Action("layer.export-lut", "Export LUT as .cube…", (), export, _is_adjustment),
)
