"""Sees to it that no work is lost: copies of what changed, and their recovery."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

from editor.autosave import Autosave
from editor.jobs import Job, JobRunner
from editor.workspace import View, Workspace
from neural.progress import Progress


class Safekeeping(QObject):
    """Writes copies of changed documents on the thread for files (R46)."""

    def __init__(
        self, workspace: Workspace, disk: JobRunner, autosave: Autosave, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace, self._disk, self._autosave = workspace, disk, autosave
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.save_now)
        workspace.opened.connect(self._on_opened)
        workspace.closed.connect(lambda view: autosave.drop(view.document))

    def every(self, seconds: int) -> None:
        """Save so often from now on."""
        self._timer.start(seconds * 1000)

    def save_now(self) -> None:
        """Start to write a copy of every document that changed since its last one."""
        if self._autosave.problem is not None:
            self._workspace.say(self._autosave.problem)
        for view in self._workspace.views:
            write = self._autosave.prepare(view.document)
            if write is not None:
                title = view.document.source.title
                self._disk.submit(Job(f"Autosave {title}", _work(write, title), self._tell))

    @property
    def found(self) -> tuple[str, ...]:
        """The titles of the documents that an earlier run left behind."""
        return self._autosave.leftovers()

    def recover(self) -> None:
        """Open what was left behind, untitled."""
        recovered = self._autosave.recover()
        for document in recovered.documents:
            self._workspace.add(document)
        for note in recovered.notes:
            self._workspace.say(note)

    def forget(self) -> None:
        """Delete what was left behind."""
        self._autosave.forget()

    def _tell(self, problem: str) -> None:
        """Nothing is lost yet: a sentence in the status line will do."""
        if problem:
            self._workspace.say(problem)

    def _on_opened(self, view: View) -> None:
        view.document.saved_as.connect(partial(self._on_saved, view))

    def _on_saved(self, view: View) -> None:
        if view.document.history.is_clean:
            self._autosave.drop(view.document)


def _work(write: Callable[[], None], title: str) -> Callable[[Progress], str]:
    """A job that writes a copy and answers why it could not, if it could not."""

    def work(progress: Progress) -> str:
        try:
            write()
        except OSError as problem:
            return f"No copy of “{title}” could be kept: {problem.strerror}."
        return ""

    return work
