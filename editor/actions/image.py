"""The Image menu: everything that changes the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from editor.actions.base import Action, Shell
from editor.actions.select import has_selection
from editor.document.geometry import Rect, Size
from editor.extend import MOST, Margins
from editor.formats.base import MAX_PIXELS
from editor.paint.transform import Filter, cropped, flipped, reshape, scaled, turned

SIDE = {"min": 1, "max": 30000, "unit": "px"}

ANCHORS = {
    "center": (0.5, 0.5),
    "top left": (0.0, 0.0),
    "top": (0.5, 0.0),
    "top right": (1.0, 0.0),
    "left": (0.0, 0.5),
    "right": (1.0, 0.5),
    "bottom left": (0.0, 1.0),
    "bottom": (0.5, 1.0),
    "bottom right": (1.0, 1.0),
}
"""Where the picture stays on a canvas of another size: 0 is left or top, 1 right or bottom."""


@dataclass(frozen=True)
class CanvasSize:
    """Cuts off or adds room; no pixel is changed."""

    width: int = field(metadata=SIDE)
    height: int = field(metadata=SIDE)
    anchor: str = field(
        default="center",
        metadata={"label": "Picture stays", "choices": tuple(ANCHORS)},
    )


PERCENT = "percent"
ADDED = {"min": 0.0, "max": 7500.0, "step": 1.0, "decimals": 1}


@dataclass(frozen=True)
class ExtendCanvas:
    """Adds room that goes on with the picture."""

    left: float = field(default=10.0, metadata=ADDED)
    top: float = field(default=0.0, metadata=ADDED)
    right: float = field(default=10.0, metadata=ADDED)
    bottom: float = field(default=0.0, metadata=ADDED)
    unit: str = field(default=PERCENT, metadata={"label": "In", "choices": (PERCENT, "pixels")})


@dataclass(frozen=True)
class ImageSize:
    """Scales the picture."""

    width: int = field(metadata=SIDE)
    height: int = field(metadata=SIDE)
    proportions: bool = field(
        default=True,
        metadata={
            "label": "Keep proportions",
            "help": "The height follows the width, or the width the height if only that changed.",
        },
    )
    filter: Filter = field(
        default=Filter.LANCZOS, metadata={"help": "Lanczos for photos, nearest for pixel art."}
    )


def crop_to_selection(shell: Shell) -> None:
    document = shell.workspace.document
    _crop(shell, "Crop", document.selection.content_bounds().intersect(document.rect))


def canvas_size(shell: Shell) -> None:
    document = shell.workspace.document
    asked = shell.ask_form("Canvas size", CanvasSize(*document.size))
    if asked is None:
        return
    across, down = ANCHORS[asked.anchor]
    w, h = document.size
    x, y = round((w - asked.width) * across), round((h - asked.height) * down)
    _crop(shell, "Canvas size", Rect(x, y, asked.width, asked.height))


def extend_canvas(shell: Shell) -> None:
    """Ask how far on which side; at most a quarter of the picture's own side."""
    note = "What is added goes on with the picture: a layer of its own, made by a network."
    asked = shell.ask_form("Extend canvas", ExtendCanvas(), note)
    if asked is None:
        return
    w, h = shell.workspace.document.size
    lengths = {"left": w, "top": h, "right": w, "bottom": h}
    margins = {}
    for side, length in lengths.items():
        most = round(MOST * length)
        wanted = getattr(asked, side)
        margins[side] = round(wanted * length / 100) if asked.unit == PERCENT else round(wanted)
        if margins[side] > most:
            shell.report(f"At most {MOST:.0%} can be added on each side: {most} px {side}.")
            return
    added = Margins(**margins)
    if any(added) and not _is_too_large(shell, added.canvas(Size(w, h)).size):
        shell.extend_canvas(added)


def image_size(shell: Shell) -> None:
    document = shell.workspace.document
    asked = shell.ask_form("Image size", ImageSize(*document.size))
    if asked is None:
        return
    old, new = document.size, Size(asked.width, asked.height)
    if asked.proportions:
        new = proportional(old, new)
    if new == old or _is_too_large(shell, new):
        return
    document.history.push(
        reshape(document, "Image size", new, lambda grid: scaled(grid, old, new, asked.filter))
    )


def proportional(old: Size, new: Size) -> Size:
    """``new`` with the proportions of ``old``: the side that changed decides, else the width."""
    if new.w == old.w:
        return Size(max(round(old.w * new.h / old.h), 1), new.h)
    return Size(new.w, max(round(old.h * new.w / old.w), 1))


def _crop(shell: Shell, name: str, rect: Rect) -> None:
    document = shell.workspace.document
    if rect != document.rect and not _is_too_large(shell, rect.size):
        change = partial(cropped, rect=rect)
        document.history.push(reshape(document, name, rect.size, change))


def _turn(name: str, quarters: int) -> Callable[[Shell], None]:
    def run(shell: Shell) -> None:
        document = shell.workspace.document
        old = document.size
        new = Size(old.h, old.w) if quarters % 2 else old
        document.history.push(
            reshape(document, name, new, lambda grid: turned(grid, old, quarters))
        )

    return run


def _flip(name: str, *, across: bool) -> Callable[[Shell], None]:
    def run(shell: Shell) -> None:
        document = shell.workspace.document
        size = document.size
        document.history.push(
            reshape(document, name, size, lambda grid: flipped(grid, size, across=across))
        )

    return run


def _is_too_large(shell: Shell, size: Size) -> bool:
    if size.w * size.h <= MAX_PIXELS:
        return False
    shell.report(f"{size.w} × {size.h} is more than {MAX_PIXELS // 1_000_000} megapixels.")
    return True


IMAGE = (
    Action("image.crop", "Crop to selection", (), crop_to_selection, has_selection),
    Action("image.canvas-size", "Canvas size…", ("Ctrl+Alt+C",), canvas_size),
    Action("image.extend", "Extend canvas…", (), extend_canvas),
    Action("image.size", "Image size…", ("Ctrl+Alt+I",), image_size),
    Action("image.turn-right", "Rotate 90° right", (), _turn("Rotate right", 1), begins_group=True),
    Action("image.turn-left", "Rotate 90° left", (), _turn("Rotate left", -1)),
    Action("image.turn-over", "Rotate 180°", (), _turn("Rotate by half", 2)),
    Action("image.flip-across", "Flip horizontally", (), _flip("Flip horizontally", across=True)),
    Action("image.flip-down", "Flip vertically", (), _flip("Flip vertically", across=False)),
)
