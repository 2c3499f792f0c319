"""Undo and redo."""

from __future__ import annotations

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


class History:
    """Commands in order, and a place among them.

    When the commands together outgrow ``budget`` bytes the oldest are forgotten, but never the
    latest one. ``position`` counts every command ever done, so it stays meaningful when old ones
    are forgotten.
    """

    def __init__(self, budget: int = 1 << 30) -> None:
        self.budget = budget
        self.changed: Signal[[]] = Signal()
        self._commands: list[Command] = []
        self._done = 0
        self._forgotten = 0
        self._clean: int | None = 0

    @property
    def position(self) -> int:
        return self._forgotten + self._done

    @property
    def commands(self) -> tuple[Command, ...]:
        """Everything that can be undone or redone, the oldest first."""
        return tuple(self._commands)

    @property
    def done(self) -> int:
        """How many of ``commands`` are in effect."""
        return self._done

    @property
    def is_clean(self) -> bool:
        """Whether the document is as it was last saved."""
        return self._clean == self.position

    @property
    def can_undo(self) -> bool:
        return self._done > 0

    @property
    def can_redo(self) -> bool:
        return self._done < len(self._commands)

    def push(self, command: Command, *, done: bool = False) -> None:
        """Do ``command`` (unless it is ``done`` already) and remember it.

        What could be redone is forgotten.
        """
        if not done:
            command.redo()
        if self._clean is not None and self._clean > self.position:
            self._clean = None
        del self._commands[self._done :]
        self._commands.append(command)
        self._done += 1
        self._forget_old()
        self.changed.emit()

    def undo(self) -> None:
        if self.can_undo:
            self._done -= 1
            self._commands[self._done].undo()
            self.changed.emit()

    def redo(self) -> None:
        if self.can_redo:
            self._commands[self._done].redo()
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
        total = sum(command.nbytes for command in self._commands)
        while total > self.budget and self._done > 1:
            total -= self._commands.pop(0).nbytes
            self._done -= 1
            self._forgotten += 1
