"""Variants of a result: made one after the other, looked at in place, one or all of them kept.

Where a lot is replaced they are drafts at first. They are made in full after that, one by one, and
what is kept is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QRectF

from editor import retouch
from editor.document.geometry import Rect
from editor.drafts import Draft, Drafts
from editor.inference import Origin, place, place_all, submit_at, submit_draft
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
        self._model: str | None = None
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
        self._asked, self._model = operations, model
        drafts = Drafts(origin.document.snapshot(origin.node), self._engine, model)
        for number, operation in enumerate(operations):
            found = partial(self._found, number)
            self._jobs.append(submit_draft(drafts, self._runner, operation, found))

    def close(self) -> None:
        """Take the sheet away; what is not made yet is not made any more."""
        jobs, self._jobs, self._origin = self._jobs, [], None
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
        if draft.answer is None and self._origin is not None:
            finished = partial(self._finished, number)
            self._jobs.append(self._submit(self._origin, number, finished, quiet=True))

    def _finished(self, number: int, answer: Retouched) -> None:
        self._found(number, Draft(answer.layer, answer.rect, answer))

    def _submit(
        self,
        origin: Origin,
        number: int,
        apply: Callable[[Retouched], None],
        *,
        quiet: bool = False,
    ) -> Job:
        """Make one in full."""
        operation = self._asked[number]
        return submit_at(
            origin, self._runner, self._engine, operation, self._model, apply, quiet=quiet
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
        """Put some where they belong, once they are made in full."""
        origin, drafts = self._origin, self._drafts.copy()
        assert origin is not None
        self.close()
        answers = {n: drafts[n].answer for n in numbers}

        def made(number: int, answer: Retouched) -> None:
            answers[number] = answer
            found = [each for each in answers.values() if each is not None]
            if len(found) == len(answers):
                put(origin, found)

        missing = [number for number, answer in answers.items() if answer is None]
        for number in missing:
            self._submit(origin, number, partial(made, number))
        if not missing:
            put(origin, [each for each in answers.values() if each is not None])

    def _on_ended(self, job: Job, *_: str) -> None:
        """One could not be made, or was stopped: then the others are not wanted either."""
        if job in self._jobs:
            self.close()
