"""The explorer: a picture of what is chosen, and ways to find another one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.points import Points
from editor.ui.drops import dropped_files
from editor.ui.explorer_mix import MixPage
from editor.ui.explorer_pages import KeptPage, Page, SamplesPage, SlidersPage
from editor.ui.exploring import GRID, Exploring
from editor.ui.icons import icon
from editor.ui.number import NumberEditor
from editor.ui.point_button import PointButton
from editor.ui.regions import Regions
from editor.ui.theme import SPACE
from neural.latent import SUFFIX
from neural.operations.generate import Generate
from neural.operations.parameters import parameters

LIVE = 84  # side, in logical pixels
EXAMPLES, NAMED, A_LINE = 2, 60, 10  # words: in the empty field, in its tooltip, in a line of that
MIX = "Mix"
NEIGHBORS = "Click for its neighbors"


class Explorer(QWidget):
    """Shows ``exploring`` and lets it be led. ``keep_asked()``, ``point_asked()``: of what is
    chosen to be kept, and for the point of the active layer.
    """

    keep_asked = Signal()
    point_asked = Signal()

    def __init__(self, exploring: Exploring, regions: Regions, points: Points) -> None:
        super().__init__()
        self.exploring, self.regions = exploring, regions
        self._drawn: set[Generate] = set()  # what was live since the picture was last up to date
        self.live = PointButton(LIVE)
        self.words = QLineEdit()
        self.truncation = NumberEditor(exploring.truncation, float, _metadata("truncation"))
        self.back = _tool("mdi6.arrow-left", "Back to where you were before")
        self.heart = _tool("mdi6.heart-outline", "Keep what is chosen")
        self.locate = _tool("mdi6.image-search-outline", "Find what is most like the active layer")
        self.home = _tool("mdi6.home-outline", "Leave the neighbors: samples of seeds again")
        self.more = _tool("mdi6.dice-multiple-outline", f"New seeds: {GRID} others")
        self.tabs = QTabBar()
        self.samples, self.sliders = SamplesPage(exploring), SlidersPage(exploring)
        self.mix, self.kept = MixPage(exploring, regions), KeptPage(points, exploring)
        self._pages: dict[str, Page] = {
            "Samples": self.samples,
            MIX: self.mix,
            "Sliders": self.sliders,
            "Kept": self.kept,
        }
        self.setAcceptDrops(True)
        self._lay_out()
        self._connect()
        points.changed.connect(self.follow)
        exploring.changed.connect(self.follow)
        exploring.sketches.ready.connect(self._on_ready)
        exploring.sketches.failed.connect(exploring.said)
        regions.changed.connect(self._show_page)

    def showEvent(self, event: QShowEvent) -> None:
        self.follow()

    def hideEvent(self, event: QHideEvent) -> None:
        self.exploring.sketches.want([])

    def _lay_out(self) -> None:
        self.words.setClearButtonEnabled(True)
        self.truncation.setToolTip(_metadata("truncation")["help"])
        self._facts = facts = QFormLayout()
        facts.setHorizontalSpacing(2 * SPACE)
        facts.setVerticalSpacing(SPACE)
        for name, editor in (("Words", self.words), ("Truncation", self.truncation)):
            editor.setAccessibleName(name)
            facts.addRow(QLabel(name), editor)
        tools = QHBoxLayout()
        tools.setSpacing(SPACE)
        for button in (self.back, self.home, self.more, self.heart, self.locate):
            tools.addWidget(button)
        tools.addStretch(1)
        beside = QVBoxLayout()
        beside.setSpacing(SPACE)
        beside.addLayout(facts)
        beside.addStretch(1)
        beside.addLayout(tools)
        top = QHBoxLayout()
        top.setSpacing(2 * SPACE)
        top.addWidget(self.live, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addLayout(top)
        column.addWidget(self.tabs)
        for title, page in self._pages.items():
            self.tabs.addTab(title)
            column.addWidget(page)

    def _connect(self) -> None:
        exploring = self.exploring
        self.words.textEdited.connect(exploring.say)
        self.truncation.edited.connect(exploring.truncate)
        self.back.clicked.connect(exploring.back)
        self.heart.clicked.connect(self.keep_asked)
        self.locate.clicked.connect(self.point_asked)
        self.live.chosen.connect(self._show_neighbors)
        self.home.clicked.connect(exploring.leave)
        self.more.clicked.connect(self._show_more)
        self.tabs.currentChanged.connect(self._turn)

    # Files of points are dropped to be kept.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _points_of(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.kept.imported.emit(_points_of(event))

    # Showing.

    def follow(self) -> None:
        """Show what is chosen, and have drawn what is to be seen."""
        exploring = self.exploring
        known = exploring.mapping.words if exploring.mapping is not None else ()
        self._facts.setRowVisible(self.words, bool(known))
        self.words.setPlaceholderText(" ".join(known[:EXAMPLES]))
        self.words.setToolTip("\n".join((_metadata("words")["help"], *_lines(known))))
        if self.words.text() != exploring.words:
            self.words.setText(exploring.words)
        self.truncation.show_value(exploring.truncation)
        self.back.setEnabled(exploring.can_go_back)
        self.home.setEnabled(exploring.center is not None)
        self._show_live()
        self._show_page()
        if not self.isVisible() or exploring.drawing is None:
            return
        self._drawn.add(exploring.live)
        exploring.sketches.want([exploring.live, *self._page.wanted])

    @property
    def _page(self) -> Page:
        return list(self._pages.values())[self.tabs.currentIndex()]

    def _turn(self) -> None:
        """To another page; the focus stays here, or what gets it would be scrolled to."""
        self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)
        self.follow()

    def _show_page(self) -> None:
        count = len(self.exploring.points)
        self.tabs.setTabText(list(self._pages).index(MIX), f"{MIX} {count}" if count > 1 else MIX)
        self.regions.want(count > 1)
        for page in self._pages.values():
            page.setVisible(page is self._page)
        self._page.show_all()

    def _show_more(self) -> None:
        self.tabs.setCurrentIndex(0)
        self.exploring.new_seeds()

    def _show_neighbors(self) -> None:
        current = self.exploring.current()
        if current is not None:
            self.exploring.go_to(current)

    def _show_live(self) -> None:
        sketch = self.exploring.sketches.of(self.exploring.live)
        if sketch is not None:
            self._drawn.clear()
            self._show_image(sketch.image)
        elif self.exploring.drawing is None:
            self._show_image(None)
        self.heart.setEnabled(self.exploring.current() is not None)

    def _show_image(self, image: QImage | None) -> None:
        current = self.exploring.current()
        name = current.name if current is not None else "What is chosen"
        self.live.show_picture(image, name, NEIGHBORS)

    def _on_ready(self, operation: Generate) -> None:
        """A sketch is there: also of where a drag just was, as long as there is no later one."""
        sketch = self.exploring.sketches.of(operation)
        if operation in self._drawn and sketch is not None:
            self._show_image(sketch.image)
        self._show_live()
        self._page.show_all()


def _tool(name: str, said: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setToolTip(said)
    button.setAccessibleName(said)
    return button


def _points_of(event: QDropEvent) -> list[Path]:
    return [path for path in dropped_files(event.mimeData()) if path.suffix.lower() == SUFFIX]


def _metadata(name: str) -> dict[str, Any]:
    """How a parameter is edited."""
    found = next(each for each in parameters(Generate) if each.name == name)
    return {"min": found.min, "max": found.max, "unit": "%", "help": found.help}


def _lines(words: Sequence[str]) -> list[str]:
    """The first words in lines."""
    shown, more = words[:NAMED], ["…"] if len(words) > NAMED else []
    return [" ".join(shown[i : i + A_LINE]) for i in range(0, len(shown), A_LINE)] + more
