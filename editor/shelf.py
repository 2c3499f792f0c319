"""What is kept in small files: the records that come with the program, and the user's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from editor.atomic import replacing
from editor.document.signal import Signal
from neural.errors import CardError, NeuralError

Record = TypeVar("Record", bound=Any)  # a frozen dataclass with name, space, length, share

NOT_IN_FILE_NAMES = re.compile(r"[^\w-]+")
LONGEST_FILE_NAME = 60


@dataclass(frozen=True)
class Kept(Generic[Record]):
    """A record in a file. is_own: it is the user's, and may be renamed and removed."""

    record: Record
    path: Path
    is_own: bool


class Shelf(Generic[Record]):
    """The records at hand: first the shipped ones in their order, then the user's by name.

    ``changed`` is emitted after the user's have changed.
    """

    noun: ClassVar[str]  # what one of them is called
    suffix: ClassVar[str]
    load: Callable[[Path], Record]
    dump: Callable[[Record], str]

    def __init__(self, *folders: Path) -> None:
        """folders: the shipped one first, if there is one, and the user's own; any may be absent,
        and the last one is made when it is needed."""
        self._folders, self._own = folders, folders[-1]
        self.changed: Signal[[]] = Signal()
        self.kept: tuple[Kept[Record], ...] = ()
        self.problems: tuple[str, ...] = ()  # files that are none
        self._read()

    def save(self, record: Record) -> Kept[Record]:
        """Keep a record among the user's; if its name is taken, with a number behind it.

        Raises:
            NeuralError: it has no name, or the disk refuses.
        """
        name = self._named(record.name)
        taken, count = {kept.record.name for kept in self.kept}, 1
        while name in taken:
            count += 1
            name = f"{self._named(record.name)} {count}"
        path = self._free_path(name)
        self.write(replace(record, name=name, share=1.0), path)
        self._refresh()
        return next(kept for kept in self.kept if kept.path == path)

    def add_file(self, path: Path, lengths: Mapping[str, int]) -> Kept[Record]:
        """Keep a copy of somebody's. lengths: of codes, by the spaces of the networks that are at
        hand, the usual one first.

        Raises:
            NeuralError: it is none, or not for a network at hand, or the disk refuses.
        """
        record = self.load(path)
        if record.space not in lengths:
            raise CardError(
                f"{path.name} was read by {record.space or 'an unknown network'}, whose "
                f"{self.noun}s cannot be used here: those of {next(iter(lengths), 'none')} can."
            )
        if record.length != lengths[record.space]:
            raise CardError(
                f"{path.name} is damaged: its code has {record.length} numbers, not "
                f"{lengths[record.space]}."
            )
        return self.save(record)

    def rename(self, kept: Kept[Record], name: str) -> None:
        """Call one of the user's something else.

        Raises:
            NeuralError: the name is empty, or the disk refuses.
        """
        assert kept.is_own
        self.write(replace(kept.record, name=self._named(name)), kept.path)
        self._refresh()

    def remove(self, kept: Kept[Record]) -> None:
        """Delete one of the user's.

        Raises:
            NeuralError: the disk refuses.
        """
        assert kept.is_own
        try:
            kept.path.unlink(missing_ok=True)
        except OSError as problem:
            raise NeuralError(f"{kept.path.name} cannot be removed: {_reason(problem)}.") from None
        self._refresh()

    def write(self, record: Record, path: Path) -> None:
        """Write a record to a file, whole or not at all; its folder is there, or the user's own.

        Raises:
            NeuralError: the disk refuses.
        """
        try:
            if path.parent == self._own:
                path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as file:
                file.write(self.dump(record).encode())
        except OSError as problem:
            raise NeuralError(f"The {self.noun} could not be saved: {_reason(problem)}.") from None

    def _refresh(self) -> None:
        self._read()
        self.changed.emit()

    def _read(self) -> None:
        found, problems = [], []
        for folder in self._folders:
            for path in sorted(folder.glob(f"*{self.suffix}")):
                try:
                    found.append(Kept(self.load(path), path, folder == self._own))
                except CardError as problem:
                    problems.append(str(problem))
        own = sorted((kept for kept in found if kept.is_own), key=lambda kept: kept.record.name)
        self.kept = (*(kept for kept in found if not kept.is_own), *own)
        self.problems = tuple(problems)

    def _free_path(self, name: str) -> Path:
        stem = NOT_IN_FILE_NAMES.sub("-", name).strip("-")[:LONGEST_FILE_NAME] or self.noun
        path, count = self._own / f"{stem}{self.suffix}", 1
        while path.exists():
            count += 1
            path = self._own / f"{stem}-{count}{self.suffix}"
        return path

    def _named(self, name: str) -> str:
        if not name.strip():
            raise NeuralError(f"A {self.noun} needs a name.")
        return name.strip()


def _reason(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()
