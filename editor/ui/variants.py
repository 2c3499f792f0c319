"""Variants of a result: made one after the other, looked at in place, one or all of them kept.

Where a lot is replaced they are drafts at first. They are made in full after that, one by one, and
what is kept is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QRectF

from editor import retouch
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.drafts import Draft, Drafts
from editor.inference import Origin, place, place_all, submit_draft, submit_full
from editor.jobs import Job, JobRunner
from editor.preview import Preview, with_layer
from editor.retouch import Retouched
from editor.ui.canvas import CanvasView
from editor.ui.contact_sheet import ContactSheet
from editor.ui.qimage import for_screen
from editor.workspace import Workspace
from neural.engine import Engine
from neural.operations.base import Retouching

MARGIN = 0.15
"""Of the hole's longer side, shown around it in a thumbnail."""


class Variants(QObject):
    """Runs operations that differ in a seed, and offers their results on a contact sheet."""

    def __init__(
        self, workspace: Workspace, runner: JobRunner, engine: Engine, canvas: CanvasView
    ) -> None:
        super().__init__(canvas)
        self.sheet = ContactSheet(canvas)
        self._workspace, self._runner, self._engine = workspace, runner, engine
        self._canvas = canvas
        self._jobs: list[Job] = []
        self._origin: Origin | None = None
        self._asked: Sequence[Retouching] = ()
        self._snapshot: Document | None = None
        self._model: str | None = None
        self._kept: list[Job] = []
        self._drafts: dict[int, Draft] = {}
        self._pointed = -1
        self.sheet.pointed.connect(self._show)
        self.sheet.chosen.connect(self._keep)
        self.sheet.mixed.connect(self._keep_all)
        self.sheet.closed.connect(self.close)
        runner.failed.connect(self._on_ended)
        runner.cancelled.connect(self._on_ended)
        workspace.active_changed.connect(self.close)

    @property
    def is_open(self) -> bool:
        """Whether there are any to choose from, or will be."""
        return self._origin is not None

    def begin(self, operations: Sequence[Retouching], titles: list[str], model: str | None) -> None:
        """Make one variant with each operation, on what is selected in the active document."""
        self.close()
        origin = self._origin = Origin.of(self._workspace.document)
        screen = self._canvas.screen_shown
        assert screen is not None
        hole = origin.document.selection.content_bounds()
        ratio = self._canvas.devicePixelRatioF()
        box = screen.device_box(hole)
        hides = QRectF(box.topLeft() / ratio, box.size() / ratio).toAlignedRect()
        self.sheet.begin(titles, hides)
        snapshot = origin.document.snapshot(origin.node)  # of all of them, whatever is done now
        self._asked, self._snapshot, self._model = operations, snapshot, model
        drafts = Drafts(snapshot.snapshot(), self._engine, model)
        for number, operation in enumerate(operations):
            found = partial(self._found, number)
            self._jobs.append(submit_draft(drafts, self._runner, operation, found))

    def close(self) -> None:
        """Take the sheet away; what is not made yet is not made any more."""
        jobs, self._jobs = self._jobs, []
        self._origin = self._snapshot = None
        self._drafts.clear()
        self._pointed = -1
        self._canvas.show_preview(None)
        self.sheet.hide()
        for job in jobs:
            job.token.cancel()

    def _found(self, number: int, draft: Draft) -> None:
        self._drafts[number] = draft
        margin = round(MARGIN * max(draft.rect.size)) + 1
        picture = self._with(draft, draft.rect.grow(margin)).picture
        pixels = retouch.visible(picture, picture.rect)
        self.sheet.fill(number, for_screen(pixels, picture.metadata.profile))
        if number == self._pointed:
            self._show(number)
        if draft.answer is None:
            job = self._submit(number, partial(self._finished, number), quiet=True)
            self._jobs.append(job)

    def _finished(self, number: int, answer: Retouched) -> None:
        self._found(number, Draft(answer.layer, answer.rect, answer))

    def _submit(self, number: int, apply: Callable[[Retouched], None], *, quiet: bool) -> Job:
        """Make one in full, of what there was when all began."""
        assert self._snapshot is not None
        return submit_full(
            self._snapshot,
            self._runner,
            self._engine,
            self._asked[number],
            self._model,
            apply,
            quiet=quiet,
        )

    def _with(self, draft: Draft, rect: Rect) -> Preview:
        """What ``rect`` looks like with one of them in place, as the document is now."""
        assert self._origin is not None
        document = self._origin.document
        part = rect.intersect(document.rect)
        snapshot = document.snapshot(self._origin.node)
        return Preview(with_layer(snapshot, draft.layer, part), part, part)

    def _show(self, number: int) -> None:
        """Show a variant in place, or none."""
        self._pointed = number
        draft = self._drafts.get(number)
        if draft is None:
            self._canvas.show_preview(None)
        elif self._canvas.show_preview(self._with(draft, draft.rect)):
            self._canvas.uncover()

    def _keep(self, number: int) -> None:
        self._make([number], lambda origin, answers: place(self._workspace, origin, answers[0]))

    def _keep_all(self, number: int) -> None:
        numbers = sorted(self._drafts)
        on = numbers.index(number)
        self._make(numbers, lambda origin, answers: place_all(self._workspace, origin, answers, on))

    def _make(self, numbers: Sequence[int], put: Callable[[Origin, list[Retouched]], None]) -> None:
        """Put some where they belong, once they are made in full; until then the first of them is
        shown as it is.
        """
        origin, drafts = self._origin, [self._drafts[number] for number in numbers]
        assert origin is not None
        shown = self._with(drafts[0], drafts[0].rect)
        answers = {n: draft.answer for n, draft in zip(numbers, drafts, strict=True)}

        def put_all() -> None:
            found = [answer for answer in answers.values() if answer is not None]
            if len(found) == len(answers):
                self._canvas.show_preview(None)
                put(origin, found)

        def made(number: int, answer: Retouched) -> None:
            answers[number] = answer
            put_all()

        missing = [number for number, answer in answers.items() if answer is None]
        self._kept = [self._submit(n, partial(made, n), quiet=False) for n in missing]
        self.close()
        self._canvas.show_preview(shown)
        put_all()

    def _on_ended(self, job: Job, *_: str) -> None:
        """One could not be made, or was stopped: then the others are not wanted either."""
        if job in self._jobs:
            self.close()
        elif job in self._kept:
            self._canvas.show_preview(None)
