"""Looks: how one is read off a picture, those that come with the program, and the user's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from editor import formats, retouch
from editor.atomic import replacing
from editor.document.document import Document
from editor.document.signal import Signal
from neural import looks
from neural.engine import Engine
from neural.errors import CardError, NeuralError
from neural.looks import SUFFIX, Look
from neural.progress import Progress

NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+")
LONGEST_FILE_NAME = 60


def of_document(document: Document, name: str, engine: Engine, progress: Progress) -> Look:
    """What all of ``document`` looks like.

    Raises:
        NeuralError: nothing is there, no model; the message is for the user.
        Cancelled
    """
    seen = retouch.overview(document)
    if not seen[..., 3].any():
        raise NeuralError(f"{name} is transparent: there is no look to read.")
    return engine.read(retouch.to_network(seen), name, progress)


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


@dataclass(frozen=True)
class Kept:
    """A look in a file. is_own: it is the user's, and may be renamed and removed."""

    look: Look
    path: Path
    is_own: bool


class Looks:
    """The looks at hand: first the shipped ones in their order, then the user's by name.

    ``changed`` is emitted after the user's have changed.
    """

    def __init__(self, shipped: Path, own: Path) -> None:
        """shipped, own: folders; either may be absent, ``own`` is made when it is needed."""
        self._shipped, self._own = shipped, own
        self.changed: Signal[[]] = Signal()
        self.kept: tuple[Kept, ...] = ()
        self.problems: tuple[str, ...] = ()  # files that are no looks
        self._read()

    def save(self, look: Look) -> Kept:
        """Keep a look among the user's; if its name is taken, with a number behind it.

        Raises:
            NeuralError: it has no name, or the disk refuses.
        """
        name = _named(look.name)
        taken, count = {kept.look.name for kept in self.kept}, 1
        while name in taken:
            count += 1
            name = f"{_named(look.name)} {count}"
        path = self._free_path(name)
        write(replace(look, name=name, share=1.0), path)
        self._refresh()
        return next(kept for kept in self.kept if kept.path == path)

    def add_file(self, path: Path, space: str) -> Kept:
        """Keep a copy of somebody's look. space: what a look must have been read by to be of use.

        Raises:
            NeuralError: it is not a look, or not for the network at hand, or the disk refuses.
        """
        look = looks.load(path)
        if look.space != space:
            raise CardError(
                f"{path.name} was read by {look.space or 'an unknown network'}, whose looks "
                f"cannot be used here: those of {space} can."
            )
        return self.save(look)

    def rename(self, kept: Kept, name: str) -> None:
        """Call one of the user's looks something else.

        Raises:
            NeuralError: the name is empty, or the disk refuses.
        """
        assert kept.is_own
        write(replace(kept.look, name=_named(name)), kept.path)
        self._refresh()

    def remove(self, kept: Kept) -> None:
        """Delete one of the user's looks.

        Raises:
            NeuralError: the disk refuses.
        """
        assert kept.is_own
        try:
            kept.path.unlink(missing_ok=True)
        except OSError as problem:
            raise NeuralError(f"{kept.path.name} cannot be removed: {_reason(problem)}.") from None
        self._refresh()

    def _refresh(self) -> None:
        self._read()
        self.changed.emit()

    def _read(self) -> None:
        found, problems = [], []
        for folder in (self._shipped, self._own):
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                try:
                    found.append(Kept(looks.load(path), path, folder == self._own))
                except CardError as problem:
                    problems.append(str(problem))
        own = sorted((kept for kept in found if kept.is_own), key=lambda kept: kept.look.name)
        self.kept = (*(kept for kept in found if not kept.is_own), *own)
        self.problems = tuple(problems)

    def _free_path(self, name: str) -> Path:
        stem = NOT_IN_FILE_NAMES.sub("-", name).strip("-")[:LONGEST_FILE_NAME] or "look"
        path, count = self._own / f"{stem}{SUFFIX}", 1
        while path.exists():
            count += 1
            path = self._own / f"{stem}-{count}{SUFFIX}"
        return path


def _named(name: str) -> str:
    if not name.strip():
        raise NeuralError("A look needs a name.")
    return name.strip()


def write(look: Look, path: Path) -> None:
    """Write a look to a file, whole or not at all.

    Raises:
        NeuralError: the disk refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(looks.dump(look).encode())
    except OSError as problem:
        raise NeuralError(f"The look could not be saved: {_reason(problem)}.") from None


def _reason(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()
