"""The Select menu."""

from __future__ import annotations

from dataclasses import dataclass, field

from editor.actions.base import Action, Shell
from editor.document.commands import edit_selection
from editor.document.document import Document
from editor.document.tiles import TileGrid
from editor.formats.base import flattened
from editor.paint.selection import everything, feathered, grown, inverted
from editor.retouch import to_network
from editor.workspace import Workspace
from neural import blemishes
from neural.progress import Progress


@dataclass(frozen=True)
class Grow:
    radius: int = field(default=8, metadata={"label": "By", "min": 1, "max": 200, "unit": "px"})


@dataclass(frozen=True)
class Feather:
    radius: float = field(
        default=8.0,
        metadata={"label": "Radius", "min": 0.5, "max": 200.0, "decimals": 1, "unit": "px"},
    )


@dataclass(frozen=True)
class Blemishes:
    sensitivity: float = field(
        default=0.5,
        metadata={
            "min": 0.0, "max": 1.0, "step": 0.05, "unit": "%",
            "help": "Higher finds fainter ones, and more that are none.",
        },
    )  # fmt: skip
    width: int = field(
        default=6,
        metadata={
            "label": "Up to",
            "min": 1,
            "max": 60,
            "unit": "px",
            "help": "How wide they are.",
        },
    )
    dark: bool = True
    bright: bool = True


def select_blemishes(shell: Shell) -> None:
    """Propose scratches and dust as the selection, within what is selected if anything is."""
    note = "A network proposes what they are. Look it over before you fill it."
    asked = shell.ask_form("Select scratches and dust", Blemishes(), note)
    if not asked:
        return
    workspace, document = shell.workspace, shell.workspace.document
    snapshot, engine = document.snapshot(), shell.engine

    def work(progress: Progress) -> TileGrid:
        with flattened(snapshot) as read:
            pixels = read(snapshot.rect)
        picture = to_network(pixels)
        likely = blemishes.likely(engine, picture, asked.width, progress.part(0.02, 0.98))
        found = blemishes.proposed(
            likely, asked.sensitivity, progress, dark=asked.dark, bright=asked.bright
        )
        if not snapshot.selection.is_empty:
            found &= snapshot.selection.read(snapshot.rect)[..., 0] > 0
        mask = found[..., None] * document.dtype.type(document.full)
        return TileGrid.from_pixels(mask)

    def apply(grid: TileGrid) -> None:
        if document.size != snapshot.size:
            return
        if grid.is_empty:
            workspace.say("No scratches or dust were found: try a higher sensitivity.")
            return
        _select(document, "Select scratches and dust", grid)
        workspace.choose_tool("mask")
        workspace.say("Erase what shall stay (X), then press Ctrl+Enter to fill the rest.")

    shell.background("Looking for scratches and dust", work, apply)


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
    Action("select.blemishes", "Scratches and dust…", (), select_blemishes, begins_group=True),
)
