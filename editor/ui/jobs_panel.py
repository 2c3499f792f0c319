"""What runs in the background, what waits, and how the last jobs ended."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.jobs import Job, JobRunner
from editor.ui.icons import icon
from editor.ui.prose import Prose
from editor.ui.theme import SPACE

KEPT = 12
"""How many ended jobs stay listed."""

STEPS = 1000  # of a progress bar


class JobsPanel(QWidget):
    """A row for each job: running, waiting, then ended ones, the latest first.

    A row forgets its job when that has ended, since a job holds on to the document it was for.
    """

    def __init__(self, runner: JobRunner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._rows: dict[Job, JobRow] = {}
        self._ended: list[JobRow] = []
        self.empty = Prose("Nothing is running.", dim=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._list = QVBoxLayout()
        self._list.setContentsMargins(*[2 * SPACE] * 4)
        self._list.setSpacing(3 * SPACE)
        self._list.addStretch(1)
        inside = QWidget()
        inside.setLayout(self._list)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._area = area
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.empty, 1)
        layout.addWidget(area, 1)
        self._clock = QTimer(self)
        self._clock.setInterval(100)
        self._clock.timeout.connect(self._tick)
        runner.queued.connect(self._add)
        runner.started.connect(self._show)
        runner.progressed.connect(self._show)
        runner.finished.connect(self._finish)
        runner.failed.connect(self._fail)
        runner.cancelled.connect(self._cancel)
        for job in runner.jobs:
            self._add(job)
        self._show_which()

    @property
    def rows(self) -> tuple[JobRow, ...]:
        """From top to bottom."""
        return (*self._rows.values(), *self._ended)

    def _add(self, job: Job) -> None:
        row = JobRow(job.title)
        row.cancel.clicked.connect(job.token.cancel)
        self._list.insertWidget(len(self._rows), row)
        self._rows[job] = row
        self._show(job)
        self._show_which()

    def _show(self, job: Job) -> None:
        if (row := self._rows.get(job)) is not None:
            row.show_progress(job)
            if job.begun is not None and not self._clock.isActive():
                self._clock.start()

    def _finish(self, job: Job) -> None:
        self._end(job, f"Done in {spell(job.seconds)}")

    def _fail(self, job: Job, sentence: str) -> None:
        self._end(job, sentence)

    def _cancel(self, job: Job) -> None:
        self._end(job, "Cancelled")

    def _end(self, job: Job, text: str) -> None:
        row = self._rows.pop(job, None)
        if row is None:
            return
        row.show_end(text)
        row.cancel.clicked.disconnect()
        row.cancel.clicked.connect(lambda: self._drop(row))
        self._list.removeWidget(row)
        self._list.insertWidget(len(self._rows), row)
        self._ended.insert(0, row)
        for old in self._ended[KEPT:]:
            self._drop(old)
        if not any(each.begun is not None for each in self._rows):
            self._clock.stop()

    def _drop(self, row: JobRow) -> None:
        self._ended.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()
        self._show_which()

    def _tick(self) -> None:
        for job, row in self._rows.items():
            row.show_progress(job)

    def _show_which(self) -> None:
        self.empty.setVisible(not self.rows)
        self._area.setVisible(bool(self.rows))


class JobRow(QWidget):
    """A title, a bar and a line of text, with a button that stops the job or dismisses the row."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self.name = Prose(title)
        self.cancel = QToolButton()
        self.cancel.setIcon(icon("mdi6.close"))
        self._call_button("Cancel")
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(f"Progress of {title}")
        self.text = Prose(dim=True)
        top = QHBoxLayout()
        top.setSpacing(SPACE)
        top.addWidget(self.name, 1)
        top.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.text)

    def show_progress(self, job: Job) -> None:
        """The bar, what the job says of itself, and its time."""
        self.bar.setValue(round(job.fraction * STEPS))
        if job.begun is None:
            self.text.say("Waiting")
            return
        parts = [job.text, spell(job.seconds), _remaining(job)]
        self.text.say(" · ".join(part for part in parts if part))

    def show_end(self, text: str) -> None:
        self.bar.hide()
        self.text.say(text)
        self._call_button("Dismiss")

    def _call_button(self, word: str) -> None:
        self.cancel.setToolTip(word)
        self.cancel.setAccessibleName(f"{word} {self._title}")


def spell(seconds: float) -> str:
    """A duration as one reads it: "0.4 s", "12 s", "2 min 5 s"."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _remaining(job: Job) -> str:
    """A guess, once there is something to guess from."""
    if job.fraction < 0.05 or job.seconds < 2:
        return ""
    return f"about {spell(max(round(job.seconds * (1 / job.fraction - 1)), 1))} left"
