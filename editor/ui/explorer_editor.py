"""What leads a generator, and the questions it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor import points as finding
from editor.actions.base import Shell
from editor.document.layer import Layer
from editor.jobs import Job, JobRunner
from editor.points import Points
from editor.ui.explorer import Explorer
from editor.ui.exploring import Exploring
from editor.ui.keeping import Keeping
from editor.ui.regions import Regions
from editor.ui.sketches import Sketches
from neural.card import ModelCard
from neural.operations.base import Generating, Operation

NO_LAYER = "First make a layer with pixels the active one."


class ExplorerEditor(QObject):
    """The points of the operation that is shown. ``view`` is laid out by whoever has it.

    ``changed()``: so is what ``filled_in`` gives; ``chosen()``: by the user.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(
        self, shell: Shell, points: Points, runner: JobRunner, sketching: JobRunner
    ) -> None:
        """runner: for networks. sketching: beside it, for pictures of points alone."""
        super().__init__()
        self._shell, self.points, self._runner = shell, points, runner
        sketches = Sketches(shell.engine, sketching, self)
        self.exploring = Exploring(shell.engine, sketches, self)
        self.regions = Regions(shell.workspace, self)
        self.view = Explorer(self.exploring, self.regions, points)
        self._keeping = Keeping(shell, points)
        self.exploring.changed.connect(self.changed)
        self.exploring.chosen.connect(self.chosen)
        self.exploring.said.connect(shell.workspace.say)
        self.regions.changed.connect(self.changed)
        self.view.keep_asked.connect(self._keep_current)
        self.view.point_asked.connect(self._find)
        self.view.samples.kept.connect(self._keeping.save)
        self.view.samples.exported.connect(self._keeping.export)
        self.view.kept.exported.connect(self._keeping.export)
        self.view.kept.imported.connect(self._import)
        self.view.kept.renamed.connect(self._keeping.rename)
        self.view.kept.removed.connect(self._keeping.remove)

    def show_for(self, operation: Operation, drawing: ModelCard | None) -> None:
        """Show what this one takes, with a generator."""
        makes = isinstance(operation, Generating)
        if makes:
            self.exploring.use(drawing)
            space = drawing.space if drawing is not None else ""
            self.view.locate.setVisible(self._shell.engine.projection(space) is not None)
        self.view.setVisible(makes and drawing is not None)

    def filled_in(self, operation: Operation) -> Operation:
        """The operation with what is chosen, if it generates."""
        if not isinstance(operation, Generating):
            return operation
        filled: Any = operation
        filled = self.exploring.filled_in(filled)
        has_regions = len(self.exploring.points) > 1
        drawing = self.exploring.drawing
        return replace(
            filled,
            regions=self.regions.name if has_regions else "",
            pattern=filled.pattern and drawing is not None and drawing.wraps,
        )

    def problem(self, operation: Operation) -> str:
        """Why what is chosen cannot be drawn; empty if it can, or nothing is generated."""
        return self.exploring.problem() if isinstance(operation, Generating) else ""

    def _keep_current(self) -> None:
        current = self.exploring.current()
        if current is not None:
            self._keeping.save(current)

    def _find(self) -> None:
        """Look for the active layer in the space of the generator."""
        view, drawing = self._shell.workspace.active, self.exploring.drawing
        layer = view.document.active if view is not None else None
        if not isinstance(layer, Layer) or drawing is None:
            self._shell.workspace.say(NO_LAYER)
            return
        work = partial(
            finding.of_layer, layer.snapshot(), layer.name, drawing.space, self._shell.engine
        )
        self._runner.submit(Job(f"Find {layer.name}", work, self.exploring.go_to))

    def _import(self, paths: Sequence[Path]) -> None:
        """Keep files of points, and show the last of them."""
        drawing = self.exploring.drawing
        cards = [drawing] if drawing is not None else []
        lengths = {card.space: card.input("codes").channels for card in cards}
        for kept in self._keeping.bring(paths, lengths):
            self.exploring.go_to(kept.record)
