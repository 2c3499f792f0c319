"""The questions about what is kept on a shelf: what to call it, and where to write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Generic, TypeVar

from editor.actions.base import Shell
from editor.shelf import Kept, Record, Shelf
from neural.errors import NeuralError

T = TypeVar("T")


@dataclass(frozen=True)
class Naming:
    """What something is to be called."""

    name: str = field(metadata={"label": "Name"})


class Keeping(Generic[Record]):
    """Asks, and then does it or says why not."""

    def __init__(self, shell: Shell, shelf: Shelf[Record]) -> None:
        self._shell, self._shelf = shell, shelf

    def save(self, record: Record) -> None:
        """Keep a record, under a name that is asked for."""
        named = self._shell.ask_form(f"Save {self._shelf.noun}", Naming(record.name))
        if named is not None:
            kept = self._try(lambda: self._shelf.save(replace(record, name=named.name)))
            if kept is not None:
                noun = self._shelf.noun
                self._shell.workspace.say(f"{kept.record.name} is among your own {noun}s now.")

    def rename(self, kept: Kept[Record]) -> None:
        """Call one of the user's something else."""
        named = self._shell.ask_form(f"Rename {self._shelf.noun}", Naming(kept.record.name))
        if named is not None:
            self._try(lambda: self._shelf.rename(kept, named.name))

    def remove(self, kept: Kept[Record]) -> None:
        """Delete one of the user's."""
        name = kept.record.name
        if self._shell.confirm(f"Remove the {self._shelf.noun} “{name}”?", "Remove"):
            self._try(lambda: self._shelf.remove(kept))

    def export(self, record: Record) -> None:
        """Write a record into a file, to share."""
        suffix = self._shelf.suffix
        suggestion = Path(f"{record.name}{suffix}")
        path = self._shell.ask_save(f"Export {self._shelf.noun}", suggestion, (suffix,))
        if path is not None:
            self._try(lambda: self._shelf.write(record, path))

    def bring(self, paths: Sequence[Path], lengths: Mapping[str, int]) -> list[Kept[Record]]:
        """Keep files, and give what has come of them. paths: none, if they are to be asked for.
        lengths: of codes, by the spaces of the networks that are at hand.
        """
        found, problems = [], []
        suffix = self._shelf.suffix
        for path in paths or self._shell.ask_open(f"Import {self._shelf.noun}s", (suffix,)):
            try:
                found.append(self._shelf.add_file(path, lengths))
            except NeuralError as problem:
                problems.append(str(problem))
        if problems:
            self._shell.report(" ".join(problems))
        return found

    def _try(self, change: Callable[[], T]) -> T | None:
        try:
            return change()
        except NeuralError as problem:
            self._shell.report(str(problem))
            return None
