"""The Select menu."""

from __future__ import annotations

from dataclasses import dataclass, field

from editor.actions.base import Action, Shell
from editor.document.commands import edit_selection
from editor.document.document import Document
from editor.document.tiles import TileGrid
from editor.paint.selection import everything, feathered, grown, inverted
from editor.workspace import Workspace


@dataclass(frozen=True)
class Grow:
    radius: int = field(default=8, metadata={"label": "By", "min": 1, "max": 200, "unit": "px"})


@dataclass(frozen=True)
class Feather:
    radius: float = field(
        default=8.0,
        metadata={"label": "Radius", "min": 0.5, "max": 200.0, "decimals": 1, "unit": "px"},
    )


def select_all(shell: Shell) -> None:
    document = shell.workspace.document
    _select(document, "Select all", everything(document.rect, document.dtype))


def deselect(shell: Shell) -> None:
    document = shell.workspace.document
    _select(document, "Deselect", TileGrid(1, document.dtype))


def invert(shell: Shell) -> None:
    document = shell.workspace.document
    _select(document, "Invert selection", inverted(document.selection, document.rect))


def grow(shell: Shell) -> None:
    asked = shell.ask_form("Grow selection", Grow())
    if asked:
        document = shell.workspace.document
        grid = grown(document.selection, document.rect, asked.radius)
        _select(document, "Grow selection", grid)


def shrink(shell: Shell) -> None:
    asked = shell.ask_form("Shrink selection", Grow())
    if asked:
        document = shell.workspace.document
        grid = grown(document.selection, document.rect, -asked.radius)
        _select(document, "Shrink selection", grid)


def feather(shell: Shell) -> None:
    asked = shell.ask_form("Feather selection", Feather())
    if asked:
        document = shell.workspace.document
        grid = feathered(document.selection, document.rect, asked.radius)
        _select(document, "Feather selection", grid)


def has_selection(workspace: Workspace) -> bool:
    """Enabled when something is selected."""
    return workspace.active is not None and not workspace.document.selection.is_empty


def _select(document: Document, name: str, grid: TileGrid) -> None:
    if grid.changes_since(document.selection):
        document.history.push(edit_selection(document, name, grid))


SELECT = (
    Action("select.all", "All", ("Ctrl+A",), select_all),
    Action("select.none", "None", ("Ctrl+D", "Ctrl+Shift+A"), deselect, has_selection),
    Action("select.invert", "Invert", ("Ctrl+Shift+I",), invert),
    Action("select.grow", "Grow…", (), grow, has_selection, begins_group=True),
    Action("select.shrink", "Shrink…", (), shrink, has_selection),
    Action("select.feather", "Feather…", ("Shift+F6",), feather, has_selection),
)
