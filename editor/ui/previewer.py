"""Keeps a preview of what is looked at up to date, and gives way to everything else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from editor.document.document import Document
from editor.document.geometry import EMPTY, Rect
from editor.document.layer import Node
from editor.jobs import Job, JobRunner
from editor.preview import Maker, Preview
from editor.workspace import Workspace

DELAY_MS = 250
"""After the last change: longer than between two clicks at a number, or two notches of a wheel."""


class Previewer(QObject):
    """Runs a ``Maker`` on the active document, anew whenever that or its view has changed.

    A preview stays until the next one is there, unless what lies under it has changed. ``preview``
    is there or not, ``fraction`` is how far the next one is, ``None`` if none is coming, and
    ``sentence`` says what came in its way. ``changed``: any of these.
    """

    changed = Signal()

    def __init__(
        self,
        workspace: Workspace,
        runner: JobRunner,
        rest_of_jobs: JobRunner,
        seen: Callable[[], Rect],
        parent: QObject | None = None,
    ) -> None:
        """runner: beside ``rest_of_jobs``, and for previews alone. seen: what is looked at."""
        super().__init__(parent)
        self.preview: Preview | None = None
        self.fraction: float | None = None
        self.sentence = ""
        self._workspace, self._runner, self._others = workspace, runner, rest_of_jobs
        self._seen = seen
        self._wanted: dict[object, Maker] = {}
        self._maker: Maker | None = None
        self._document: Document | None = None
        self._snapshot: Document | None = None
        self._asked_for = EMPTY
        self._rests = False
        self._timer = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._timer.timeout.connect(self._start)
        runner.progressed.connect(self._on_progress)
        runner.failed.connect(self._on_failed)
        rest_of_jobs.queued.connect(self._on_others)
        for ended in (rest_of_jobs.finished, rest_of_jobs.failed, rest_of_jobs.cancelled):
            ended.connect(self._on_others)
        workspace.active_changed.connect(self._follow)
        workspace.viewport_changed.connect(self._on_viewport_changed)
        self._follow()

    def show(self, owner: object, maker: Maker | None) -> None:
        """Keep up what ``maker`` makes for ``owner``; ``None`` ends that.

        Of several owners, the one that came last is served.
        """
        if maker is None:
            self._wanted.pop(owner, None)
        else:
            self._wanted[owner] = maker
        maker = next(reversed(self._wanted.values()), None)
        if maker is not self._maker:
            self._maker, self._rests = maker, False
            if maker is None:
                self._drop()
            self._ask()

    @property
    def served(self) -> object:
        """Whose preview is shown, or will be."""
        return next(reversed(self._wanted), None)

    @property
    def is_busy(self) -> bool:
        """Whether a preview is there or coming."""
        return self.preview is not None or self.fraction is not None

    def rest(self) -> None:
        """Show nothing until another maker or another selection is there."""
        self._rests = True
        self._drop()
        self._ask()

    def _ask(self) -> None:
        """Make a new one soon, if there is anything to make it with."""
        self._runner.cancel_all()
        self._timer.stop()
        wanted = self._maker is not None and self._document is not None and not self._rests
        self.fraction, self.sentence = 0.0 if wanted else None, ""
        if wanted:
            self._timer.start()
        self.changed.emit()

    def _start(self) -> None:
        if self._others.jobs or self._maker is None or self._document is None:
            return
        if self._snapshot is None:
            self._snapshot = self._document.snapshot()
        self._asked_for = self._seen()
        work = partial(self._maker, self._snapshot, self._asked_for)
        self._runner.submit(Job("Preview", work, self._show))

    def _show(self, preview: Preview) -> None:
        self.preview, self.fraction = preview, None
        if preview.better is not None and self._snapshot is not None:
            self.fraction = 0.0
            work = partial(preview.better, self._snapshot, self._asked_for)
            self._runner.submit(Job("Preview", work, self._show))
        self.changed.emit()

    def _drop(self) -> None:
        """What lies under it is not what it was."""
        self.preview, self._snapshot = None, None

    # What happens elsewhere.

    def _on_progress(self, job: Job, fraction: float, text: str) -> None:
        self.fraction = fraction
        self.changed.emit()

    def _on_failed(self, job: Job, sentence: str) -> None:
        self.preview, self.fraction, self.sentence = None, None, sentence
        self.changed.emit()

    def _on_others(self, *_: object) -> None:
        """Another job came or went: begin again with what it cut off."""
        if self.fraction is not None:
            self._ask()

    def _follow(self) -> None:
        """Another document is active, or none."""
        if self._document is not None:
            self._document.changed.disconnect(self._on_changed)
            self._document.resized.disconnect(self._on_resized)
            self._document.active_changed.disconnect(self._on_active_changed)
            self._document.selection_changed.disconnect(self._on_selection_changed)
        view = self._workspace.active
        self._document = document = view.document if view is not None else None
        if document is not None:
            document.changed.connect(self._on_changed)
            document.resized.connect(self._on_resized)
            document.active_changed.connect(self._on_active_changed)
            document.selection_changed.connect(self._on_selection_changed)
        self._drop()
        self._ask()

    def _on_changed(self, node: Node | None, rect: Rect) -> None:
        self._drop()
        self._ask()

    def _on_resized(self) -> None:
        self._drop()
        self._ask()

    def _on_active_changed(self) -> None:
        self._snapshot = None
        self._ask()

    def _on_selection_changed(self, rect: Rect) -> None:
        self._snapshot, self._rests = None, False
        self._ask()

    def _on_viewport_changed(self) -> None:
        seen = self._seen()
        made = self.preview if self.fraction is None else None
        if seen != self._asked_for and not (made is not None and made.holds.contains(seen)):
            self._ask()
