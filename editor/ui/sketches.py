"""What generators draw, at its own size, for the screen: one after the other, kept for a while."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from editor.jobs import Job, JobRunner
from editor.ui.qimage import for_screen
from neural.engine import Engine
from neural.latent import Point
from neural.operations.generate import Generate
from neural.progress import Progress

MOST = 512
"""That are kept: of 128 px, 32 MiB."""

PAUSE_MS = 50
"""After another job came in between."""


@dataclass(frozen=True)
class Sketch:
    """A picture, and the points that it was drawn from."""

    image: QImage
    points: tuple[Point, ...]


class Sketches(QObject):
    """Sketches of operations, made on ``runner``, which gives way to real work.

    ``ready(operation)``: there is one more. ``failed(sentence)``: one cannot be made.
    """

    ready = Signal(object)
    failed = Signal(str)

    def __init__(self, engine: Engine, runner: JobRunner, parent: QObject | None = None) -> None:
        """runner: beside that of the engine, for this alone."""
        super().__init__(parent)
        self._engine, self._runner = engine, runner
        self._model: str | None = None
        self._known: OrderedDict[Generate, Sketch] = OrderedDict()
        self._refused: set[Generate] = set()
        self._wanted: tuple[Generate, ...] = ()
        self._making: Generate | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._make_next)
        runner.cancelled.connect(lambda job: self._timer.start(PAUSE_MS))
        runner.failed.connect(self._on_failed)

    def use(self, model: str | None) -> None:
        """Draw with another model; what the last one drew is forgotten."""
        if model != self._model:
            self._model, self._wanted = model, ()
            self._known.clear()
            self._refused.clear()
            self._runner.cancel_all()

    def of(self, operation: Generate) -> Sketch | None:
        """The sketch of an operation, ``None`` as long as there is none."""
        return self._known.get(operation)

    def want(self, operations: Sequence[Generate]) -> None:
        """Make these, in this order, and nothing else; what is being made is finished first."""
        self._wanted = tuple(operations)
        self._make_next()

    def _make_next(self) -> None:
        missing = (
            each for each in self._wanted if each not in self._known and each not in self._refused
        )
        operation = next(missing, None)
        if operation is None or self._runner.jobs:
            return
        work = partial(_drawn, self._engine, operation, self._model)
        keep = partial(self._keep, operation, self._model)
        self._making = operation
        self._runner.submit(Job(f"Sketch of {operation.title}", work, keep))

    def _keep(self, operation: Generate, model: str | None, sketch: Sketch) -> None:
        if model == self._model:
            self._known[operation] = sketch
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            self.ready.emit(operation)
        self._timer.start(0)

    def _on_failed(self, job: Job, sentence: str) -> None:
        """What cannot be drawn is left out; the others come."""
        if self._making is not None:
            self._refused.add(self._making)
        self.failed.emit(sentence)
        self._timer.start(0)


def _drawn(engine: Engine, operation: Generate, model: str | None, progress: Progress) -> Sketch:
    result = engine.generate(operation, progress, model)
    pixels = np.rint(result.image * 255).astype(np.uint8)
    return Sketch(for_screen(pixels, None), result.points)
