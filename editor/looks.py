"""Looks: how one is read off a picture, those that come with the program, and the user's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from editor import formats, retouch
from editor.document.document import Document
from editor.profiled import in_srgb
from editor.shelf import Shelf
from neural import looks, reading
from neural.engine import Engine
from neural.errors import NeuralError
from neural.looks import SUFFIX, Look
from neural.progress import Progress


def of_document(document: Document, name: str, engine: Engine, progress: Progress) -> Look:
    """What all of ``document`` looks like.

    Raises:
        NeuralError: nothing is there, no model; the message is for the user.
        Cancelled
    """
    seen = in_srgb(retouch.overview(document), document)
    if not seen[..., 3].any():
        raise NeuralError(f"{name} is transparent: there is no look to read.")
    return reading.look_of(engine, retouch.to_network(seen), name, progress)


def of_file(path: Path, engine: Engine, progress: Progress) -> Look:
    """A look from its own file, or read off any picture, whose name it gets.

    Raises:
        NeuralError: the file is not a look, no model; the message is for the user.
        FormatError: the file is not a picture that can be read.
        Cancelled
    """
    if path.suffix.lower() == SUFFIX:
        return looks.load(path)
    return of_document(formats.load_small(path, retouch.OVERVIEW_PX), path.stem, engine, progress)


def shipped_looks() -> Path:
    """The folder of looks that come with the program."""
    return Path(str(resources.files("resources"))) / "looks"


class Looks(Shelf[Look]):
    """The looks at hand."""

    noun = "look"
    suffix = SUFFIX
    load = staticmethod(looks.load)
    dump = staticmethod(looks.dump)
