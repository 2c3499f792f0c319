"""The pages of the explorer: what is around, sliders, and what was kept."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.points import Points
from editor.shelf import Kept
from editor.ui.exploring import GRID, Exploring, same
from editor.ui.number import NumberEditor
from editor.ui.point_button import PointButton, PointGrid
from editor.ui.prose import Prose
from editor.ui.theme import SPACE
from neural.latent import Point, name_of
from neural.operations.generate import Generate

SLIDER = {"min": -1.0, "max": 1.0, "unit": "%"}
NO_SLIDERS = "This model has no sliders."
NONE_KEPT = "None yet. The heart above keeps what is chosen."


class Page(QWidget):
    """One of several; ``wanted`` is what is to be drawn for it."""

    @property
    def wanted(self) -> list[Generate]:
        return []

    def show_all(self) -> None:
        """Show what there is now, as far as it is drawn."""
        raise NotImplementedError


class SamplesPage(Page):
    """What is around: a click chooses, with Ctrl or Shift it is mixed in. ``kept(point)`` and
    ``exported(point)``: it is to be.
    """

    kept = Signal(object)
    exported = Signal(object)

    def __init__(self, exploring: Exploring) -> None:
        super().__init__()
        self._exploring = exploring
        self.title = Prose(dim=True)
        self.grid = PointGrid([self._button(i) for i in range(GRID)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addWidget(self.grid)
        column.addWidget(self.title)

    @property
    def wanted(self) -> list[Generate]:
        """What is around."""
        return self._exploring.samples

    def show_all(self) -> None:
        """Show what is drawn of them."""
        exploring, samples = self._exploring, self._exploring.samples
        center = exploring.center
        first, last = samples[0].seed, samples[-1].seed
        title = f"Seeds {first} to {last}" if center is None else f"Neighbors of {center.name}"
        self.title.say(title)
        for button, sample in zip(self.grid.buttons, samples, strict=True):
            sketch = exploring.sketches.of(sample)
            name = name_of(sample.seed, sample.words)
            if center is not None:
                name = f"{center.name}, towards seed {sample.seed}"
            button.show_picture(sketch.image if sketch is not None else None, name)
            points = sketch.points if sketch is not None else ()
            chosen = any(same(points[0], each) for each in exploring.points) if points else False
            button.setChecked(chosen)

    def _button(self, number: int) -> PointButton:
        button = PointButton()
        button.chosen.connect(lambda mixes: self._choose(number, mixes))
        button.menu_asked.connect(lambda at: self._popup(number, at))
        return button

    def _choose(self, number: int, mixes: bool) -> None:
        sample = self._exploring.samples[number]
        if mixes:
            self._exploring.toggle(sample)
        else:
            self._exploring.choose(sample)

    def _popup(self, number: int, at: QPoint) -> None:
        sketch = self._exploring.sketches.of(self._exploring.samples[number])
        if sketch is not None:
            menu = self.menu(sketch.points[0])
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(at)

    def menu(self, point: Point) -> QMenu:
        """What can be done with one."""
        menu, exploring = QMenu(self), self._exploring
        menu.addAction("Mix in, or take out", lambda: exploring.toggle_point(point))
        current = exploring.current()
        if current is not None:
            menu.addAction("Take its shape", lambda: exploring.cross(point, current))
            menu.addAction("Take its surface", lambda: exploring.cross(current, point))
        menu.addSeparator()
        menu.addAction("Keep…", lambda: self.kept.emit(point))
        menu.addAction("Export…", lambda: self.exported.emit(point))
        return menu


class SlidersPage(Page):
    """A bar for each direction that the model has a name for."""

    def __init__(self, exploring: Exploring) -> None:
        super().__init__()
        self._exploring = exploring
        self.bars: dict[str, NumberEditor] = {}
        self._empty = Prose(NO_SLIDERS, dim=True)
        self.reset = QPushButton("Center all")
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(3 * SPACE)
        self._form.setVerticalSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addWidget(self._empty)
        column.addLayout(self._form)
        column.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self.reset.clicked.connect(exploring.center_sliders)

    def show_all(self) -> None:
        """Show how far each is moved."""
        mapping = self._exploring.mapping
        names = [slider.name for slider in mapping.sliders] if mapping is not None else []
        if list(self.bars) != names:
            self._fill(names)
        amounts, is_drawn = self._exploring.amounts, self._exploring.current() is not None
        for name, bar in self.bars.items():
            bar.show_value(amounts.get(name, 0.0))
            bar.setEnabled(is_drawn)
        self._empty.setVisible(not names)
        self.reset.setVisible(bool(names))
        self.reset.setEnabled(any(amounts.values()))

    def _fill(self, names: list[str]) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self.bars = {}
        for name in names:
            bar = NumberEditor(0.0, float, SLIDER)
            bar.setAccessibleName(name)
            bar.edited.connect(partial(self._exploring.slide, name))
            self._form.addRow(QLabel(name), bar)
            self.bars[name] = bar


class KeptPage(Page):
    """Points that were kept, of the space that is explored. Signals: ``renamed(kept)`` and
    ``removed(kept)`` are to be; ``exported(point)``; ``imported(paths)``:
    of files, none if they are to be asked for.
    """

    renamed = Signal(object)
    removed = Signal(object)
    exported = Signal(object)
    imported = Signal(list)

    def __init__(self, points: Points, exploring: Exploring) -> None:
        super().__init__()
        self._points, self._exploring = points, exploring
        self._shown: list[Kept[Point]] = []
        self._empty = Prose(NONE_KEPT, dim=True)
        self.bring = QToolButton()
        self.bring.setText("Import…")
        self.bring.setToolTip(
            "Add points that somebody shared: .latent files, also by dropping them"
        )
        self.bring.clicked.connect(lambda: self.imported.emit([]))
        self.grid = PointGrid()
        head = QHBoxLayout()
        head.addWidget(self._empty, 1)
        head.addStretch(0)
        head.addWidget(self.bring)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self.grid)
        column.addStretch(1)

    @property
    def wanted(self) -> list[Generate]:
        """What is to be drawn."""
        return [Generate((kept.record,)) for kept in self._of_space()]

    def show_all(self) -> None:
        """Show what is drawn of them."""
        kept = self._of_space()
        if kept != self._shown:
            self._shown = kept
            self.grid.fill([self._button(each) for each in kept])
        self._empty.say("" if kept else NONE_KEPT)
        for button, each in zip(self.grid.buttons, kept, strict=True):
            sketch = self._exploring.sketches.of(Generate((each.record,)))
            button.show_picture(sketch.image if sketch is not None else None, each.record.name)
            button.setChecked(any(same(each.record, point) for point in self._exploring.points))

    def _of_space(self) -> list[Kept[Point]]:
        drawing = self._exploring.drawing
        space = drawing.space if drawing is not None else ""
        return [kept for kept in self._points.kept if kept.record.space == space]

    def _button(self, kept: Kept[Point]) -> PointButton:
        button = PointButton()
        button.chosen.connect(lambda mixes: self._choose(kept.record, mixes))
        button.menu_asked.connect(lambda at: self._popup(kept, at))
        return button

    def _choose(self, point: Point, mixes: bool) -> None:
        if mixes:
            self._exploring.toggle_point(point)
        else:
            self._exploring.go_to(point)

    def _popup(self, kept: Kept[Point], at: QPoint) -> None:
        menu = self.menu(kept)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self, kept: Kept[Point]) -> QMenu:
        """What can be done with one."""
        menu = QMenu(self)
        menu.addAction("Mix in, or take out", lambda: self._exploring.toggle_point(kept.record))
        menu.addAction("Export…", lambda: self.exported.emit(kept.record))
        if kept.is_own:
            menu.addSeparator()
            menu.addAction("Rename…", lambda: self.renamed.emit(kept))
            menu.addAction("Remove", lambda: self.removed.emit(kept))
        return menu
