"""The Edit menu: undo, the clipboard, clearing and filling."""

from __future__ import annotations

import dataclasses

import numpy as np

from editor.actions.base import Action, Clip, Shell, always
from editor.actions.file import open_paths, place_paths
from editor.actions.pixels import fitted, selected
from editor.document.commands import AddLayer
from editor.document.document import Document, Metadata
from editor.document.geometry import Rect
from editor.document.layer import Layer
from editor.document.tiles import TileGrid
from editor.paint.coverage import cover
from editor.tools.base import Tool
from editor.tools.brush import MaskBrushTool
from editor.tools.target import Target, cannot_paint
from editor.workspace import BLACK, WHITE, Workspace

NOTHING = "There is no picture on the clipboard."


def copy(shell: Shell) -> bool:
    """Copy the active layer, or what of it is selected; says whether there was anything."""
    document = shell.workspace.document
    layer = document.active
    if not isinstance(layer, Layer):
        shell.workspace.say("Nothing was copied: choose a layer, or copy all of them merged.")
        return False
    return _copy(shell, layer.pixels.content_bounds(), layer.pixels)


def copy_merged(shell: Shell) -> None:
    """Copy what is seen, all layers together."""
    view = shell.workspace.active
    assert view is not None
    rect = view.document.rect
    if not view.document.selection.is_empty:
        rect = rect.intersect(view.document.selection.content_bounds())
    merged = TileGrid(4, view.document.dtype)
    if not rect.is_empty:
        merged.write(rect, view.compositor.render(rect))
    _copy(shell, rect, merged)


def _copy(shell: Shell, rect: Rect, pixels: TileGrid) -> bool:
    document = shell.workspace.document
    if not document.selection.is_empty:
        rect = rect.intersect(document.selection.content_bounds())
    if rect.is_empty:
        shell.workspace.say("Nothing was copied: there are no pixels here.")
        return False
    clip = Clip(selected(document, pixels, rect), (rect.x, rect.y), document.metadata.profile)
    shell.set_clipboard(clip)
    return True


def cut(shell: Shell) -> None:
    """Copy, then clear."""
    if copy(shell):
        clear(shell, "Cut")


def clear(shell: Shell, name: str = "Clear") -> None:
    """Make what is selected of the active layer transparent; of a mask, hidden."""
    _cover(shell, name, erase=True)


def fill(shell: Shell) -> None:
    """Fill what is selected with the foreground color."""
    _cover(shell, "Fill", erase=False)


def _cover(shell: Shell, name: str, *, erase: bool) -> None:
    refusal = cannot_paint(shell.workspace)
    if refusal:
        shell.workspace.say(refusal)
        return
    target = Target.of(shell.workspace.document)
    area, before = target.document.rect, target.grid.snapshot()
    if erase:
        area = area.union(target.grid.bounds())
    if target.selection:
        area = target.selection.content_bounds()
    changed = cover(
        target.grid,
        area,
        np.ones((area.h, area.w), np.bool_),
        None if erase else target.paint(shell.workspace.foreground),
        selection=target.selection,
        alpha_locked=target.alpha_locked,
    )
    target.touch(changed)
    target.push(name, before)


def paste(shell: Shell) -> None:
    """Paste as new layers, in the middle of what is seen; as new images if none is open."""
    if shell.workspace.active is None:
        paste_as_image(shell)
        return
    w, h = shell.view_size()
    x, y = shell.workspace.viewport.to_document(w / 2, h / 2)
    files, clip = shell.clipboard_files(), shell.clipboard()
    if files:
        place_paths(shell, files, x, y)
    elif clip is not None:
        place(shell, clip, x, y, "Paste")
    else:
        shell.workspace.say(NOTHING)


def paste_in_place(shell: Shell) -> None:
    """Paste where it was copied, at the top left corner if that is not known."""
    clip = shell.clipboard()
    if clip is None or shell.clipboard_files():
        paste(shell)
        return
    h, w, _ = clip.pixels.shape
    x, y = clip.origin or (0, 0)
    place(shell, clip, x + w / 2, y + h / 2, "Paste in place")


def place(shell: Shell, clip: Clip, x: float, y: float, name: str) -> None:
    """Make ``clip`` a new layer with its middle near ``x, y``."""
    document = shell.workspace.document
    pixels = fitted(document, clip)
    h, w, _ = pixels.shape
    grid = TileGrid.from_pixels(pixels, round(x - w / 2), round(y - h / 2))
    layer = Layer("Pasted", grid)
    parent, index = document.place_above_active()
    document.history.push(AddLayer(document, layer, parent, index, name))


def paste_as_image(shell: Shell) -> None:
    """Paste as a new document; open files that were copied."""
    files, clip = shell.clipboard_files(), shell.clipboard()
    if files:
        open_paths(shell, files)
        return
    if clip is None:
        shell.workspace.say(NOTHING)
        return
    document = Document.from_pixels(clip.pixels, "Pasted", Metadata(profile=clip.profile))
    document.history.mark_clean(None)
    shell.workspace.add(document)


def swap_colors(shell: Shell) -> None:
    """Exchange foreground and background; with the mask brush, painting and erasing."""
    tool = shell.tools[shell.workspace.tool_id]
    if isinstance(tool, MaskBrushTool):
        tool.erasing = not tool.erasing
        shell.workspace.say(f"The mask brush {'erases' if tool.erasing else 'paints'} now.")
        shell.options_changed()
    else:
        shell.workspace.set_colors(shell.workspace.background, shell.workspace.foreground)


def reset_colors(shell: Shell) -> None:
    """Black on white."""
    shell.workspace.set_colors(BLACK, WHITE)


def preferences(shell: Shell) -> None:
    """Change the settings that are a matter of taste."""
    changed = shell.ask_form("Preferences", shell.settings.preferences)
    if changed is not None:
        shell.apply_settings(dataclasses.replace(shell.settings, preferences=changed))


def _resize(shell: Shell, steps: int) -> None:
    tool = shell.tools[shell.workspace.tool_id]
    if _has(tool, "size"):
        size = tool.options.size
        by = max(1.0, round(size * 0.1))
        _set(shell, tool, size=min(max(size + steps * by, 1.0), 2000.0))


def _harden(shell: Shell, by: float) -> None:
    tool = shell.tools[shell.workspace.tool_id]
    if _has(tool, "hardness"):
        _set(shell, tool, hardness=round(min(max(tool.options.hardness + by, 0.0), 1.0), 2))


def _opacity(shell: Shell, opacity: float) -> None:
    tool = shell.tools[shell.workspace.tool_id]
    if _has(tool, "opacity"):
        _set(shell, tool, opacity=opacity)


def _has(tool: Tool, option: str) -> bool:
    return hasattr(tool.options, option)


def _set(shell: Shell, tool: Tool, **options: float | bool) -> None:
    tool.options = dataclasses.replace(tool.options, **options)
    shell.options_changed()


def _undo_text(workspace: Workspace) -> str:
    return _history_text(workspace, "Undo", 0)


def _redo_text(workspace: Workspace) -> str:
    return _history_text(workspace, "Redo", 1)


def _history_text(workspace: Workspace, verb: str, ahead: int) -> str:
    """What the menu says, such as "Undo brush stroke"."""
    if workspace.active is None:
        return verb
    history = workspace.document.history
    index = history.done - 1 + ahead
    if not 0 <= index < len(history.commands):
        return verb
    name = history.commands[index].name
    return f"{verb} {name[:1].lower()}{name[1:]}"


def _can_undo(workspace: Workspace) -> bool:
    return workspace.active is not None and workspace.document.history.can_undo


def _can_redo(workspace: Workspace) -> bool:
    return workspace.active is not None and workspace.document.history.can_redo


EDIT = (
    Action(
        "edit.undo",
        _undo_text,
        ("Ctrl+Z",),
        lambda shell: shell.workspace.document.history.undo(),
        _can_undo,
    ),
    Action(
        "edit.redo",
        _redo_text,
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        lambda shell: shell.workspace.document.history.redo(),
        _can_redo,
    ),
    Action("edit.cut", "Cut", ("Ctrl+X",), cut, begins_group=True),
    Action("edit.copy", "Copy", ("Ctrl+C",), copy),
    Action("edit.copy-merged", "Copy merged", ("Ctrl+Shift+C",), copy_merged),
    Action("edit.paste", "Paste", ("Ctrl+V",), paste, always),
    Action("edit.paste-in-place", "Paste in place", ("Ctrl+Shift+V",), paste_in_place),
    Action("edit.paste-as-image", "Paste as new image", ("Ctrl+Alt+V",), paste_as_image, always),
    Action("edit.clear", "Clear", ("Delete",), clear, begins_group=True),
    Action("edit.fill", "Fill with foreground color", ("Alt+Backspace",), fill),
    Action("edit.preferences", "Preferences…", ("Ctrl+,",), preferences, always, begins_group=True),
)

KEYS = (
    Action("edit.swap-colors", "Swap colors", ("X",), swap_colors, always),
    Action("edit.reset-colors", "Reset colors", ("D",), reset_colors, always),
    Action("edit.smaller", "Smaller brush", ("[",), lambda s: _resize(s, -1), always),
    Action("edit.larger", "Larger brush", ("]",), lambda s: _resize(s, 1), always),
    Action("edit.softer", "Softer brush", ("Shift+[", "{"), lambda s: _harden(s, -0.1), always),
    Action("edit.harder", "Harder brush", ("Shift+]", "}"), lambda s: _harden(s, 0.1), always),
    *(
        Action(
            f"edit.opacity-{percent}",
            f"Opacity {percent} %",
            (str(percent // 10 % 10),),
            lambda shell, opacity=percent / 100: _opacity(shell, opacity),  # type: ignore[misc]
            always,
        )
        for percent in range(10, 101, 10)
    ),
)
"""What is done by key while painting: not in a menu."""
