"""Files are read and written in the background; what goes wrong with them is an answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from editor.formats import FormatError
from editor.jobs import Job, JobRunner
from neural.progress import Progress

T = TypeVar("T")


class Disk(QObject):
    """Work for the thread of ``runner``; errors are given to ``report`` as sentences."""

    def __init__(self, runner: JobRunner, report: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._runner, self._report = runner, report
        self._then: Callable[[], None] | None = None
        runner.failed.connect(lambda job, sentence: report(sentence))
        for ended in (runner.finished, runner.failed):
            ended.connect(self._look)

    def submit(self, title: str, work: Callable[[Progress], T], apply: Callable[[T], None]) -> None:
        """Call ``work`` on the thread, then ``apply`` on this one.

        A ``FormatError`` or ``OSError`` is reported, and ``apply`` not called.
        """
        self._runner.submit(
            Job(title, lambda progress: _answer(work, progress), lambda a: self._take(a, apply))
        )

    def when_done(self, then: Callable[[], None]) -> None:
        """Call ``then`` once no file is being read or written any more."""
        self._then = then
        self._look()

    def _take(self, answer: Any, apply: Callable[[Any], None]) -> None:
        if isinstance(answer, FormatError):
            self._report(str(answer))
        else:
            apply(answer)

    def _look(self) -> None:
        if self._then is not None and not self._runner.jobs:
            then, self._then = self._then, None
            then()


def _answer(work: Callable[[Progress], T], progress: Progress) -> T | FormatError:
    """What ``work`` gives; a file that cannot be read or written is an answer too."""
    try:
        return work(progress)
    except FormatError as problem:
        return problem
