"""Work in the background: one thread, one job after the other, each can be stopped at once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from PySide6.QtCore import QObject, Qt, QThread, Signal, Slot

from editor.document.document import Document
from neural.errors import Cancelled, NeuralError
from neural.progress import CancelToken, Progress

log = logging.getLogger(__name__)

_REPORT_S = 0.03  # reports closer together than a screen shows are dropped


@dataclass(eq=False)
class Job:
    """Something to do there, and what to do with the answer here.

    work: called on the worker thread. apply: called with its answer on the GUI thread. ``fraction``
    and ``text`` are the last report, ``seconds`` the time it has run or, at its end, had run. Of a
    ``quiet`` one nothing is said when it is stopped. ``document``: what the answer is for; there
    is no use for it when that is closed.
    """

    title: str
    work: Callable[[Progress], Any]
    apply: Callable[[Any], None]
    quiet: bool = False
    document: Document | None = None
    token: CancelToken = field(default_factory=CancelToken)
    fraction: float = 0.0
    text: str = ""
    begun: float | None = None
    ended: float | None = None

    @property
    def seconds(self) -> float:
        if self.begun is None:
            return 0.0
        return (self.ended if self.ended is not None else monotonic()) - self.begun


class JobRunner(QObject):
    """Runs jobs on one background thread and tells about them on the thread it lives on.

    A job ends exactly once: ``finished`` after its answer was applied, ``failed`` with a sentence
    for the user, or ``cancelled``. A cancelled job ends at once, even while its work still has a
    moment to go; what that work then answers is dropped.

    A runner beside another one shares its thread and gives way to it: whatever is submitted there
    cancels everything here. It is closed before the other.
    """

    queued = Signal(object)  # Job
    started = Signal(object)
    progressed = Signal(object, float, str)
    finished = Signal(object)
    failed = Signal(object, str)
    cancelled = Signal(object)

    _ask = Signal(object)  # Job, to the worker
    _stop = Signal(object)  # Job, from whichever thread cancelled it

    def __init__(self, parent: QObject | None = None, *, beside: JobRunner | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[Job] = []
        self._is_guest = beside is not None
        self._thread: QThread = beside._thread if beside is not None else QThread()
        self._thread.setObjectName("jobs")
        self._worker = _Worker()
        self._worker.moveToThread(self._thread)
        # bound methods of objects that live on the right thread: Qt queues what crosses
        self._ask.connect(self._worker.work)
        self._stop.connect(self._on_stop, Qt.ConnectionType.QueuedConnection)
        self._worker.began.connect(self._on_began)
        self._worker.reported.connect(self._on_reported)
        self._worker.answered.connect(self._on_answered)
        self._worker.refused.connect(self._on_refused)
        if beside is None:
            self._thread.start()
        else:
            beside.queued.connect(self.cancel_all)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """What runs and waits, in order."""
        return tuple(self._jobs)

    def submit(self, job: Job) -> None:
        """Run ``job`` after those that wait. Stop it with ``job.token.cancel()``."""
        self._jobs.append(job)
        self.queued.emit(job)
        job.token.on_cancel(lambda: self._stop.emit(job))
        self._ask.emit(job)

    def cancel_for(self, document: Document) -> None:
        """Stop what is done for a document that is closed."""
        for job in self.jobs:
            if job.document is document:
                job.token.cancel()

    def cancel_all(self) -> None:
        """Stop everything that runs or waits."""
        for job in self.jobs:
            job.token.cancel()

    def close(self) -> None:
        """Stop everything and wait for the thread, if it is its own. Nothing is told any more."""
        self.blockSignals(True)
        self.cancel_all()
        self._jobs.clear()
        if not self._is_guest:
            self._thread.quit()
            self._thread.wait()

    @Slot(object)
    def _on_stop(self, job: Job) -> None:
        if self._ends(job):
            self.cancelled.emit(job)

    @Slot(object, float)
    def _on_began(self, job: Job, begun: float) -> None:
        if job in self._jobs:
            job.begun = begun
            self.started.emit(job)

    @Slot(object, float, str)
    def _on_reported(self, job: Job, fraction: float, text: str) -> None:
        if job in self._jobs:
            job.fraction, job.text = fraction, text
            self.progressed.emit(job, fraction, text)

    @Slot(object, object)
    def _on_answered(self, job: Job, answer: Any) -> None:
        if job.token.cancelled:
            self._on_stop(job)
        elif self._ends(job):
            job.apply(answer)
            self.finished.emit(job)

    @Slot(object, str)
    def _on_refused(self, job: Job, sentence: str) -> None:
        if job.token.cancelled:
            self._on_stop(job)
        elif self._ends(job):
            self.failed.emit(job, sentence)

    def _ends(self, job: Job) -> bool:
        """Take the job off the list; False if it had ended before."""
        if job not in self._jobs:
            return False
        self._jobs.remove(job)
        job.ended = monotonic()
        return True


class _Worker(QObject):
    """Lives on the background thread."""

    began = Signal(object, float)
    reported = Signal(object, float, str)
    answered = Signal(object, object)
    refused = Signal(object, str)

    @Slot(object)
    def work(self, job: Job) -> None:
        """Do one job; every outcome is a signal."""
        if job.token.cancelled:
            return
        self.began.emit(job, monotonic())
        try:
            answer = job.work(Progress(self._reporter(job), job.token))
        except Cancelled:
            job.token.cancel()  # an operation may stop by itself; this tells the runner
        except (NeuralError, OSError) as problem:
            self.refused.emit(job, str(problem))
        except Exception as problem:
            log.exception("job %s failed", job.title)
            self.refused.emit(job, f"{job.title} failed unexpectedly: {problem!r}")
        else:
            self.answered.emit(job, answer)

    def _reporter(self, job: Job) -> Callable[[float, str], None]:
        last = -_REPORT_S

        def report(fraction: float, text: str) -> None:
            nonlocal last
            now = monotonic()
            if fraction >= 1 or now - last >= _REPORT_S:
                last = now
                self.reported.emit(job, fraction, text)

        return report
