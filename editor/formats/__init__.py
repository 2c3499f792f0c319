"""Files: which format one has, reading it, and writing one that is whole or not there at all."""

from __future__ import annotations

import io
import stat
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import IO

from editor.atomic import replacing
from editor.document.document import Document
from editor.formats import export, ora_reader, ora_writer, raster, small
from editor.formats.base import MAX_BYTES, FormatError, Notes, Report, silent
from editor.formats.export import JpegOptions, Options, PngOptions, TiffOptions, WebpOptions

READABLE = (".ora", ".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif")
WRITABLE = (".ora", *export.OPTIONS)

__all__ = [
    "READABLE",
    "WRITABLE",
    "FormatError",
    "JpegOptions",
    "Notes",
    "Options",
    "PngOptions",
    "TiffOptions",
    "WebpOptions",
    "decode",
    "load",
    "load_small",
    "options_for",
    "save",
]


def load(path: Path, report: Report = silent) -> Document:
    """Open a picture or a layered file, whatever its suffix says.

    ``document.source`` has the path, and notes on what could not be kept. ``report`` is told how
    far it is, and may raise to end it.

    Raises:
        FormatError: it is not one we can read; the message can be shown as it is.
    """
    return _opened(path, report, raster.load)


def load_small(path: Path, side: int, report: Report = silent) -> Document:
    """The same, but a picture larger than 2 * ``side`` px is made small while it is read.

    Raises:
        FormatError: it is not one we can read; the message can be shown as it is.
    """
    return _opened(path, report, partial(small.load, side=side))


def decode(data: bytes, name: str) -> Document:
    """Open what was dropped or pasted; ``name`` is its title.

    Raises:
        FormatError: it is not one we can read.
    """
    return _load(io.BytesIO(data), name, silent, raster.load)


def options_for(path: Path) -> Options | None:
    """The defaults of what may be chosen when saving to ``path``; ``None`` if there is nothing.

    Raises:
        FormatError: there is no such format.
    """
    suffix = path.suffix.lower()
    if suffix == ".ora":
        return None
    kind = export.OPTIONS.get(suffix)
    if kind is None:
        known = ", ".join(WRITABLE)
        raise FormatError(f"{path.name} has no suffix that can be written: choose one of {known}.")
    return kind()


def save(
    document: Document, path: Path, options: Options | None = None, report: Report = silent
) -> Notes:
    """Write ``document``, in the format of the suffix; returns what was lost, as sentences.

    The file is written beside ``path``, forced to the disk and renamed over it: whatever happens,
    ``path`` holds either what it held or the whole new file. Any thread may do it, on a snapshot.
    ``report`` is told how far it is, and may raise to end it: nothing has changed then.

    Raises:
        FormatError: the suffix is unknown, the picture does not fit the format, or the disk
            refuses; nothing has changed then.
    """
    options = options or options_for(path)
    try:
        with replacing(path) as file:
            if options is None:
                return ora_writer.save(document, file, report)
            return export.save(document, file, options, report)
    except OSError as error:
        raise FormatError(f"{path.name} could not be saved: {_reason(error)}.") from error


def _opened(path: Path, report: Report, load_raster: Callable[..., Document]) -> Document:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise FormatError(f"{path.name} is not a file.")
        with path.open("rb") as file:
            document = _load(file, path.name, report, load_raster)
    except OSError as error:
        raise FormatError(f"{path.name} could not be opened: {_reason(error)}.") from error
    document.source = replace(document.source, path=path)
    return document


def _load(
    file: IO[bytes], name: str, report: Report, load_raster: Callable[..., Document]
) -> Document:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MAX_BYTES:
        raise FormatError(f"{name} is larger than {MAX_BYTES >> 30} GiB.")
    if size == 0:
        raise FormatError(f"{name} is empty.")
    is_archive = file.read(2) == b"PK"
    file.seek(0)
    with warnings.catch_warnings(record=True) as heard:
        warnings.filterwarnings("always", category=UserWarning)  # how Pillow speaks of damage
        try:
            document = (ora_reader.load if is_archive else load_raster)(file, name, report=report)
        except MemoryError:
            raise FormatError(f"{name} is too large for the memory of this computer.") from None
    if any(issubclass(each.category, UserWarning) for each in heard):
        note = f"{name} is slightly damaged: not everything in it could be read."
        document.source = replace(document.source, notes=(*document.source.notes, note))
    return document


def _reason(error: OSError) -> str:
    """Why, in the words of the operating system."""
    return (error.strerror or str(error) or type(error).__name__).rstrip(".").lower()
