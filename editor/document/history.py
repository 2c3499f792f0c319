"""Undo and redo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from editor.document.signal import Signal


class Command(Protocol):
    """A change with an exact inverse. ``nbytes`` is the memory that only undo keeps alive."""

    @property
    def name(self) -> str: ...

    @property
    def nbytes(self) -> int: ...

    def redo(self) -> None: ...

    def undo(self) -> None: ...


@dataclass(frozen=True)
class _Step:
    """A command, what it weighed when it was done, and the name of the state it leads to."""

    command: Command
    nbytes: int
    position: int


class History:
    """Commands in order, and a place among them.

    When the commands together outgrow ``budget`` bytes the oldest are forgotten, but never the
    latest one. ``position`` names the state that the document is in: no two different states ever
    have the same, not even when something was undone and something else done instead.
    """

    def __init__(self, budget: int = 1 << 30) -> None:
        self.budget = budget
        self.changed: Signal[[]] = Signal()
        self._steps: list[_Step] = []
        self._done = 0
        self._first = 0
        self._latest = 0
        self._nbytes = 0
        self._clean: int | None = 0

    @property
    def position(self) -> int:
        return self._steps[self._done - 1].position if self._done else self._first

    @property
    def commands(self) -> tuple[Command, ...]:
        """Everything that can be undone or redone, the oldest first."""
        return tuple(step.command for step in self._steps)

    @property
    def done(self) -> int:
        """How many of ``commands`` are in effect."""
        return self._done

    @property
    def nbytes(self) -> int:
        """The memory that ``commands`` keep alive."""
        return self._nbytes

    @property
    def is_clean(self) -> bool:
        """Whether the document is as it was last saved."""
        return self._clean == self.position

    @property
    def can_undo(self) -> bool:
        return self._done > 0

    @property
    def can_redo(self) -> bool:
        return self._done < len(self._steps)

    def push(self, command: Command, *, done: bool = False) -> None:
        """Do ``command`` (unless it is ``done`` already) and remember it.

        What could be redone is forgotten.
        """
        if not done:
            command.redo()
        self._nbytes -= sum(step.nbytes for step in self._steps[self._done :])
        del self._steps[self._done :]
        self._latest += 1
        self._steps.append(_Step(command, command.nbytes, self._latest))
        self._nbytes += self._steps[-1].nbytes
        self._done += 1
        self._forget_old()
        self.changed.emit()

    def undo(self) -> None:
        if self.can_undo:
            self._done -= 1
            self._steps[self._done].command.undo()
            self.changed.emit()

    def redo(self) -> None:
        if self.can_redo:
            self._steps[self._done].command.redo()
            self._done += 1
            self.changed.emit()

    def go_to(self, done: int) -> None:
        """Undo or redo until ``done`` commands are in effect."""
        while self._done > max(done, 0) and self.can_undo:
            self.undo()
        while self._done < done and self.can_redo:
            self.redo()

    def mark_clean(self, position: int | None) -> None:
        """Say that what was saved is the document at ``position``; ``None``: never saved."""
        self._clean = position
        self.changed.emit()

    def _forget_old(self) -> None:
        while self._nbytes > self.budget and self._done > 1:
            oldest = self._steps.pop(0)
            self._nbytes -= oldest.nbytes
            self._first = oldest.position
            self._done -= 1
