"""The File menu. ``.ora`` keeps everything and is what Save writes; the rest is exported."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from editor import formats
from editor.actions.adjustment import place_tables
from editor.actions.base import Action, Clip, Shell, always
from editor.actions.pixels import fitted
from editor.color import to_document
from editor.document.commands import AddLayer, Several
from editor.document.document import Document, Source
from editor.document.geometry import Size
from editor.document.layer import Layer
from editor.document.tiles import TileGrid
from editor.formats import cube
from editor.formats.base import MAX_PIXELS, flattened
from editor.paint.coverage import cover
from editor.paint.transform import Filter, moved, scaled
from editor.workspace import View

NATIVE = ".ora"
EXPORTED = tuple(suffix for suffix in formats.WRITABLE if suffix != NATIVE)


@dataclass(frozen=True)
class NewImage:
    """What is asked for before a new picture is made."""

    width: int = field(default=1920, metadata={"min": 1, "max": 30000, "unit": "px"})
    height: int = field(default=1080, metadata={"min": 1, "max": 30000, "unit": "px"})
    depth: int = field(default=8, metadata={"label": "Bits per channel", "choices": (8, 16)})
    background: str = field(
        default="white", metadata={"choices": ("white", "transparent", "background color")}
    )


def new(shell: Shell) -> None:
    asked = shell.ask_form("New image", NewImage())
    if asked is None:
        return
    if asked.width * asked.height > MAX_PIXELS:
        shell.report(f"A picture has at most {MAX_PIXELS // 1_000_000} megapixels.")
        return
    document = Document(Size(asked.width, asked.height), np.dtype(f"uint{asked.depth}"))
    layer = Layer("Background", TileGrid(4, document.dtype))
    if asked.background != "transparent":
        white = asked.background == "white"
        color = (1.0, 1.0, 1.0) if white else to_document(shell.workspace.background, None)
        everywhere = np.ones((asked.height, asked.width), np.bool_)
        cover(layer.pixels, document.rect, everywhere, color)
    document.root.insert(0, layer)
    document.activate(layer)
    shell.workspace.add(document)


def open_files(shell: Shell) -> None:
    open_paths(shell, shell.ask_open("Open", formats.READABLE))


def open_paths(shell: Shell, paths: Sequence[Path]) -> None:
    """Open each of ``paths``; one that is open already becomes active."""
    for path in paths:
        path = path.absolute()
        view = next((v for v in shell.workspace.views if v.document.source.path == path), None)
        if view is not None:
            shell.workspace.activate(view)
        else:
            _open(shell, path)


def _open(shell: Shell, path: Path) -> None:
    def show(document: Document) -> None:
        shell.workspace.add(document)
        remember(shell, path)
        for note in document.source.notes:
            shell.workspace.say(note)

    shell.background(f"Open {path.name}", lambda progress: formats.load(path, progress), show)


def place_documents(
    shell: Shell, document: Document, placed: Sequence[Document], x: float, y: float
) -> None:
    """Add pictures as layers around ``x, y``, smaller if they are larger than the canvas."""
    layers = []
    for each in placed:
        with flattened(each) as read:
            clip = Clip(read(each.rect), profile=each.metadata.profile)
        pixels = fitted(document, clip)
        grid, size = TileGrid.from_pixels(pixels), fitting(each.size, document.size)
        if size != each.size:
            grid = scaled(grid, each.size, size, Filter.LANCZOS)
            shell.workspace.say(f"{each.source.title} was made smaller to fit the canvas.")
        grid = moved(grid, round(x - size.w / 2), round(y - size.h / 2))
        layers.append(Layer(Path(each.source.title).stem, grid))
        for note in each.source.notes:
            shell.workspace.say(note)
    parent, index = document.place_above_active()
    adds = [AddLayer(document, layer, parent, index + i) for i, layer in enumerate(layers)]
    name = "Add picture" if len(adds) == 1 else f"Add {len(adds)} pictures"
    document.history.push(Several(name, adds))


def fitting(size: Size, canvas: Size) -> Size:
    """``size``, or the largest of its proportions that fits into ``canvas``."""
    factor = min(canvas.w / size.w, canvas.h / size.h, 1.0)
    return Size(max(round(size.w * factor), 1), max(round(size.h * factor), 1))


def place_paths(shell: Shell, paths: Sequence[Path], x: float, y: float) -> None:
    """Add each of ``paths`` as a layer around ``x, y``: one step in the history. Color tables
    become adjustments."""
    view = shell.workspace.active
    assert view is not None
    tables = [path for path in paths if path.suffix.lower() == cube.SUFFIX]
    paths = [path for path in paths if path not in tables]
    place_tables(shell, tables)
    if not paths:
        return

    def show(documents: list[Document]) -> None:
        if view in shell.workspace.views:
            place_documents(shell, view.document, documents, x, y)

    title = f"Add {paths[0].name}" if len(paths) == 1 else f"Add {len(paths)} files"
    shell.background(title, lambda progress: [formats.load(path) for path in paths], show)


def save(shell: Shell) -> None:
    view = shell.workspace.active
    assert view is not None
    save_view(shell, view)


def save_as(shell: Shell) -> None:
    view = shell.workspace.active
    assert view is not None
    _ask_and_save(shell, view, _nothing)


def save_view(shell: Shell, view: View, then: Callable[[], None] = lambda: None) -> None:
    """Save ``view`` where it was saved before, or ask; ``then`` is called when that is done."""
    path = view.document.source.path
    if path is not None and path.suffix.lower() == NATIVE:
        _save(shell, view, path, then)
    else:
        _ask_and_save(shell, view, then)


def _ask_and_save(shell: Shell, view: View, then: Callable[[], None]) -> None:
    path = shell.ask_save("Save as", _suggestion(shell, view, NATIVE), (NATIVE,))
    if path is not None:
        _save(shell, view, path, then)


def _save(shell: Shell, view: View, path: Path, then: Callable[[], None]) -> None:
    document = view.document
    snapshot, position = document.snapshot(), document.history.position

    def saved(notes: formats.Notes) -> None:
        document.source = Source(path, path.name)
        document.history.mark_clean(position)
        document.saved_as.emit()
        remember(shell, path)
        shell.workspace.say(" ".join((f"Saved {path.name}.", *notes)))
        then()

    shell.background(
        f"Save {path.name}", lambda progress: formats.save(snapshot, path, report=progress), saved
    )


def export(shell: Shell) -> None:
    """Write a flat picture; what that loses is said."""
    view = shell.workspace.active
    assert view is not None
    own = view.document.source.path
    suffix = own.suffix.lower() if own and own.suffix.lower() in EXPORTED else EXPORTED[0]
    path = shell.ask_save("Export", _suggestion(shell, view, suffix), EXPORTED)
    if path is None:
        return
    options = formats.options_for(path)
    if options is not None and dataclasses.fields(options):
        options = shell.ask_form(f"Export {path.name}", options, type(options).__doc__ or "")
        if options is None:
            return
    snapshot = view.document.snapshot()

    def exported(notes: formats.Notes) -> None:
        shell.workspace.say(" ".join((f"Exported {path.name}.", *notes)))

    shell.background(
        f"Export {path.name}",
        lambda progress: formats.save(snapshot, path, options, progress),
        exported,
    )


def close(shell: Shell) -> None:
    view = shell.workspace.active
    assert view is not None
    close_view(shell, view)


def close_view(shell: Shell, view: View, then: Callable[[], None] = lambda: None) -> None:
    """Close ``view``, asking first if that would lose changes; ``then`` follows when it is gone."""

    def gone() -> None:
        if view in shell.workspace.views:
            shell.workspace.close(view)
        then()

    if view.document.history.is_clean:
        gone()
        return
    shell.workspace.activate(view)
    match shell.ask_to_save(view.document.source.title):
        case "save":
            # painting during the save leaves changes: then this asks again
            save_view(shell, view, lambda: close_view(shell, view, then))
        case "discard":
            gone()


def quit_program(shell: Shell) -> None:
    """Close everything, then the window."""
    if not shell.is_busy() or shell.confirm("A network is still at work.", "Stop it and quit"):
        _close_all(shell)


def _close_all(shell: Shell) -> None:
    if shell.workspace.views:
        close_view(shell, shell.workspace.views[-1], lambda: _close_all(shell))
    else:
        shell.quit()


def remember(shell: Shell, path: Path) -> None:
    """Put ``path`` first among the recent files."""
    shell.apply_settings(shell.settings.with_recent(path))


def _suggestion(shell: Shell, view: View, suffix: str) -> Path:
    """Where the file dialog starts: beside the picture's own file, or the last one."""
    source = view.document.source
    name = f"{Path(source.title).stem}{suffix}"
    if source.path is not None:
        return source.path.with_name(name)
    recent = shell.settings.recent
    return (Path(recent[0]).parent if recent else Path.home()) / name


def _nothing() -> None:
    pass


FILE = (
    Action("file.new", "New…", ("Ctrl+N",), new, always),
    Action("file.open", "Open…", ("Ctrl+O",), open_files, always),
    Action("file.save", "Save", ("Ctrl+S",), save, begins_group=True),
    Action("file.save-as", "Save as…", ("Ctrl+Shift+S",), save_as),
    Action("file.export", "Export…", ("Ctrl+Shift+E",), export),
    Action("file.close", "Close", ("Ctrl+W",), close, begins_group=True),
    Action("file.quit", "Quit", ("Ctrl+Q",), quit_program, always),
)
