"""Copies of changed documents, kept until the documents are saved, and found again after a crash.

Below the state folder every running program has a folder of its own, locked as long as it runs:
the system lets go of the lock however the program ends. A folder that nobody locks holds what a
dead program left. ``keeper`` is the lock under which folders come, are claimed and go.

How the window uses it, all on the GUI thread but for the function that ``prepare`` returns:

- at the start: ``names = autosave.leftovers()``; if there are any, ask, then ``recover()`` and add
  the documents to the workspace, or ``forget()``;
- every ``settings.preferences.autosave_s`` and before every neural job, for every open document:
  ``write = autosave.prepare(document)``; unless it is ``None``, run ``write()`` as a job;
- when a document was saved or closed: ``drop(document)``;
- at the end, after the jobs: ``close()``.

``problem`` is to be said, if there is one.
"""

from __future__ import annotations

import contextlib
import itertools
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, unquote
from weakref import WeakKeyDictionary

from editor import atomic, paths
from editor.document.document import Document, Source
from editor.document.history import Command
from editor.formats import FormatError, load, ora_writer

KEEPER = "keeper"
LOCK = "lock"
DAMAGED = "damaged"

State = tuple[int, Command | None]
"""A position in a history, and the command that led there: going back and doing something else
leads to the same position."""


@dataclass(eq=False)
class _Copy:
    """A document's copy on the disk. state: of what it is one; ``None`` before the first."""

    path: Path
    state: State | None = None
    dropped: bool = False


@dataclass(frozen=True)
class Recovered:
    """Documents without a path, changed ones to their history, and what could not be opened."""

    documents: tuple[Document, ...]
    notes: tuple[str, ...]


class Autosave:
    """The copies of this program's documents, and those that dead programs left.

    ``problem`` says why none can be kept, on a full disk for one; then nothing is prepared, and
    the program goes on without.
    """

    def __init__(self, root: Path | None = None) -> None:
        """root: where all programs have their folders, by default in the state folder."""
        self._root = root or paths.state() / "autosave"
        self._folder = self._root / secrets.token_hex(4)
        self._copies: WeakKeyDictionary[Document, _Copy] = WeakKeyDictionary()
        self._numbers = itertools.count()
        self._lock: IO[bytes] | None = None
        self._found: list[Path] = []
        self.problem: str | None = None
        try:
            self._open()
        except OSError as error:
            self.problem = f"Nothing is autosaved: {error.strerror or error} ({self._root})."

    def _open(self) -> None:
        """Make our folder, lock it, and claim what was left."""
        self._root.mkdir(parents=True, exist_ok=True)
        with _locked(self._root / KEEPER):
            self._folder.mkdir()
            self._lock = (self._folder / LOCK).open("wb")
            _lock(self._lock, wait=False)
            self._found = self._claim()

    def leftovers(self) -> tuple[str, ...]:
        """The titles of the documents that dead programs left."""
        return tuple(_title(path) for path in self._found)

    def recover(self) -> Recovered:
        """Open what was left. The copies stay until the documents are dropped; damaged ones are
        set aside."""
        documents, notes = [], []
        for path in self._found:
            title = _title(path)
            try:
                document = load(path)
            except FormatError:
                self._set_aside(path)
                notes.append(f"“{title}” could not be recovered: its copy is damaged.")
                continue
            document.source = Source(title=title, notes=document.source.notes)
            document.history.mark_clean(None)
            self._copies[document] = _Copy(path, _state(document))
            documents.append(document)
        self._found = []
        return Recovered(tuple(documents), tuple(notes))

    def forget(self) -> None:
        """Delete what was left."""
        for path in self._found:
            path.unlink(missing_ok=True)
        self._found = []

    def prepare(self, document: Document) -> Callable[[], None] | None:
        """A function that writes a copy of ``document`` as it is now, for any thread; ``None`` if
        there is nothing to write. Should it fail, the copy before it stays, and the next call
        tries again.
        """
        copy = self._copies.get(document)
        state = _state(document)
        if document.history.is_clean:
            self.drop(document)
            return None
        if self.problem is not None:
            return None
        if copy is None:
            copy = _Copy(self._path(document.source.title))
            self._copies[document] = copy
        elif copy.state == state:
            return None
        snapshot = document.snapshot()

        def write() -> None:
            with atomic.replacing(copy.path) as file:
                ora_writer.save(snapshot, file, merged=False)
            copy.state = state
            if copy.dropped:
                copy.path.unlink(missing_ok=True)

        return write

    def drop(self, document: Document) -> None:
        """``document`` was saved or closed: no copy of it is needed any more."""
        copy = self._copies.pop(document, None)
        if copy is not None:
            copy.dropped = True
            copy.path.unlink(missing_ok=True)

    def close(self) -> None:
        """The program ends. Copies that were not dropped are found at the next start."""
        if self._lock is not None:
            with _locked(self._root / KEEPER):
                self._lock.close()
                _remove(self._folder)

    def _claim(self) -> list[Path]:
        """Move what dead programs left into our folder."""
        found = []
        for folder in self._root.iterdir():
            if not folder.is_dir() or folder in (self._folder, self._root / DAMAGED):
                continue
            with contextlib.suppress(OSError):
                with (folder / LOCK).open("ab") as file:
                    _lock(file, wait=False)  # refused while its program runs
                for path in sorted(folder.glob("*.ora")):
                    found.append(path.rename(self._path(_title(path))))
                _remove(folder)
        return found

    def _path(self, title: str) -> Path:
        """A new file for a document: a number, and the title as a file name may hold it."""
        name = quote(title.encode(errors="replace")[:60], safe=" ")
        return self._folder / f"{next(self._numbers)} {name}.ora"

    def _set_aside(self, path: Path) -> None:
        """Keep a damaged copy where no start will look for it again."""
        with contextlib.suppress(OSError):
            (self._root / DAMAGED).mkdir(exist_ok=True)
            path.rename(self._root / DAMAGED / f"{secrets.token_hex(4)} {path.name}")


def _remove(folder: Path) -> None:
    """Delete ``folder`` and half-written files, unless there is a copy in it."""
    if not any(folder.glob("*.ora")):
        shutil.rmtree(folder, ignore_errors=True)


def _title(path: Path) -> str:
    """What ``_path`` made a name of."""
    return unquote(path.stem.partition(" ")[2]) or "Untitled"


def _state(document: Document) -> State:
    history = document.history
    last = history.commands[history.done - 1] if history.done else None
    return history.position, last


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("ab") as file:
        _lock(file, wait=True)
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[bytes], *, wait: bool) -> None:
        """Lock ``file`` until it is closed; without waiting, an ``OSError`` if another has it."""
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[bytes], *, wait: bool) -> None:
        """Lock ``file`` until it is closed; without waiting, an ``OSError`` if another has it."""
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
