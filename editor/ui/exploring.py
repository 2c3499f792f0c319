"""A walk through the space of a generator: where it is, what is around, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor.ui.sketches import Sketches
from neural import latent
from neural.card import ModelCard
from neural.engine import Engine
from neural.errors import NeuralError
from neural.latent import Point, crossed, moved, word_weights
from neural.operations.generate import MOST_POINTS, Generate

GRID = 12
"""Samples at a time."""

NEAR = 0.4
"""How far neighbors are moved towards another seed."""

USUAL = Generate().truncation

TOO_MANY = f"At most {MOST_POINTS} points can be mixed."
NOT_YET = "This picture is not drawn yet."


@dataclass(frozen=True)
class Place:
    """Where a walk is.

    points: what is chosen, before sliders; none stands for that of ``seed``. amounts: of the
    sliders, by name. center: whose neighbors are around; without one, seeds are, from ``first``.
    """

    points: tuple[Point, ...] = ()
    seed: int = 0
    amounts: tuple[tuple[str, float], ...] = ()
    center: Point | None = None
    first: int = 0


class Exploring(QObject):
    """``changed()``: anything is another. ``chosen()``: the user chose what is to be drawn.
    ``said(sentence)``: why not.
    """

    changed = Signal()
    chosen = Signal()
    said = Signal(str)

    def __init__(self, engine: Engine, sketches: Sketches, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self.sketches = engine, sketches
        self.words, self._meant = "", ""  # the latter: the last of them that are all known
        self.truncation = USUAL
        self.drawing: ModelCard | None = None
        self.mapping: ModelCard | None = None
        self._place = Place()
        self._path: list[Place] = []

    # What there is.

    @property
    def points(self) -> tuple[Point, ...]:
        """Those chosen, with their shares, where the sliders have moved them."""
        if self.mapping is None:
            return self._place.points
        amounts = dict(self._place.amounts)
        return tuple(moved(each, amounts, self.mapping) for each in self._place.points)

    @property
    def amounts(self) -> dict[str, float]:
        """How far each slider is moved, of those that are."""
        return dict(self._place.amounts)

    @property
    def center(self) -> Point | None:
        """Whose neighbors the samples are."""
        return self._place.center

    @property
    def can_go_back(self) -> bool:
        return bool(self._path)

    def problem(self) -> str:
        """Why nothing can be drawn with these words; empty if it can."""
        if self.mapping is None or not self.mapping.words:
            return ""
        try:
            word_weights(self.words, self.mapping)
        except NeuralError as problem:
            return str(problem)
        return ""

    def filled_in(self, operation: Generate) -> Generate:
        """The operation with what is chosen."""
        points = self.points
        if points:
            return replace(operation, points=points, seed=0, words="", truncation=USUAL)
        said: dict[str, Any] = {"words": self._meant, "truncation": self.truncation}
        return replace(operation, points=(), seed=self._place.seed, **said)

    @property
    def live(self) -> Generate:
        """What is chosen, as large as it is drawn."""
        return self.filled_in(Generate())

    @property
    def samples(self) -> list[Generate]:
        """What is around: seeds, or neighbors."""
        place = self._place
        points = (place.center,) if place.center is not None else ()
        usual = Generate(points, 0, self._meant, self.truncation, NEAR if points else 0.0)
        return [replace(usual, seed=place.first + i) for i in range(GRID)]

    # What the user does.

    def use(self, drawing: ModelCard | None) -> None:
        """Explore the space of another generator; points of the last one mean nothing there."""
        if drawing == self.drawing:
            return
        maps = {model.card.id: model.card for model in self._engine.library.of_task("map")}
        before, self.drawing = self.drawing, drawing
        self.mapping = maps.get(drawing.space) if drawing is not None else None
        self.sketches.use(drawing.id if drawing is not None else None)
        if before is None or drawing is None or before.space != drawing.space:
            self._place, self._path = Place(), []
        knows = self.mapping is not None and bool(self.mapping.words)
        self._meant = self.words if knows and not self.problem() else ""
        self.changed.emit()

    def say(self, words: str) -> None:
        """Show what these words give; what is not known, or half typed, changes nothing yet."""
        self.words = words
        if self.problem():
            self.changed.emit()
        else:
            self._meant = words
            self._map_again()

    def truncate(self, amount: float) -> None:
        """Stay nearer to the usual, or go further away."""
        self.truncation = amount
        self._map_again()

    def choose(self, sample: Generate) -> None:
        """Have this one, and its neighbors around it."""
        sketch = self.sketches.of(sample)
        if sketch is None:
            self.said.emit(NOT_YET)
        else:
            self.go_to(sketch.points[0])

    def go_to(self, point: Point) -> None:
        """Have a point, and its neighbors around it."""
        self._step(
            replace(self._place, points=(replace(point, share=1.0),), amounts=(), center=point)
        )

    def new_seeds(self) -> None:
        """The next seeds, around what they are around now."""
        self._place = replace(self._place, first=self._place.first + GRID)
        self.changed.emit()

    def leave(self) -> None:
        """Samples of seeds again; what is chosen stays."""
        self._step(replace(self._place, center=None))

    def back(self) -> None:
        """Where the walk was before the last step."""
        if self._path:
            self._place = self._path.pop()
            self._tell()

    def toggle(self, sample: Generate) -> None:
        """Mix one more in, or take it out if it is there."""
        sketch = self.sketches.of(sample)
        if sketch is None:
            self.said.emit(NOT_YET)
        else:
            self.toggle_point(sketch.points[0])

    def toggle_point(self, point: Point) -> None:
        """The same with a point."""
        now = self._now()
        others = [each for each in now if not same(each, point)]
        if len(others) == len(now):
            others.append(point)
        if len(others) > MOST_POINTS:
            self.said.emit(TOO_MANY)
        elif others:
            self._step(replace(self._place, points=_evenly(others), amounts=()))

    def remove(self, place: int) -> None:
        """Take one out of several."""
        others = [each for i, each in enumerate(self._place.points) if i != place]
        self._step(replace(self._place, points=_evenly(others)))

    def mix(self, shares: Sequence[float]) -> None:
        """Let each count as much as its share."""
        pairs = zip(self._place.points, shares, strict=True)
        points = tuple(replace(point, share=round(share, 4)) for point, share in pairs)
        self._place = replace(self._place, points=points)
        self._tell()

    def cross(self, coarse: Point, fine: Point) -> None:
        """Have the shape of one and the surface of another."""
        both = crossed(coarse, fine)
        self._step(replace(self._place, points=(both,), amounts=()))

    def slide(self, name: str, amount: float) -> None:
        """Move along a slider: 1 is far."""
        points = self._place.points or self._now()
        if points:
            amounts = {**self.amounts, name: amount}
            self._place = replace(self._place, points=points, amounts=tuple(amounts.items()))
            self._tell()

    def center_sliders(self) -> None:
        self._place = replace(self._place, amounts=())
        self._tell()

    def current(self) -> Point | None:
        """What is chosen as one point, if it is drawn."""
        now = self.points or self._now()
        return latent.blended(now, "Mix") if len(now) > 1 else next(iter(now), None)

    def _now(self) -> tuple[Point, ...]:
        """What is chosen; of a seed, if it is drawn."""
        sketch = self.sketches.of(self.live)
        return self.points or (sketch.points if sketch is not None else ())

    def _map_again(self) -> None:
        """Words or truncation are others: what came of a seed comes of it again."""
        place, points = self._place, self._place.points
        if len(points) == 1 and points[0].seed is not None and not place.amounts:
            place = replace(place, points=(), seed=points[0].seed)
        self._place = replace(place, center=None)
        self._tell()

    def _step(self, place: Place) -> None:
        self._path.append(self._place)
        self._place = place
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()
        self.chosen.emit()


def same(one: Point, other: Point) -> bool:
    """Whether two are the same place, whatever they are called and however much they count."""
    return (one.space, one.coarse, one.fine) == (other.space, other.coarse, other.fine)


def _evenly(points: Sequence[Point]) -> tuple[Point, ...]:
    return tuple(replace(each, share=round(1 / len(points), 4)) for each in points)
