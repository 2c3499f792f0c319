"""Where each look rules: the layer that says so, a row to choose it with, and chips of color."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from editor import regions
from editor.document.document import Document
from editor.document.layer import Layer
from editor.ui.theme import SPACE
from editor.ui.tips import plain
from editor.workspace import Workspace
from neural.looks import REGIONS

NONE = "None"
HELP = (
    "A layer that says where each look rules: in the color that its well shows. Where nothing is "
    "painted, they mix."
)
TOO_FEW = "Choose two looks or more first: then each can have its own places."
NAMES = ("red", "green", "blue", "yellow")
CHIP = 18  # side, in logical pixels


class Regions(QObject):
    """The layer that was chosen to say where each look rules, for as long as it is there.

    ``changed()``: it is another one or called differently, or others can be chosen, or another
    color is in hand.
    """

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._chosen: Layer | None = None
        self._document: Document | None = None
        self.is_wanted = False
        workspace.active_changed.connect(self._show_document)
        workspace.colors_changed.connect(self._tell)
        self._show_document()

    @property
    def layers(self) -> list[Layer]:
        """Those that can be chosen, from top to bottom."""
        return regions.candidates(self._document) if self._document is not None else []

    @property
    def layer(self) -> Layer | None:
        """The chosen one; ``None`` while it is not in the active document."""
        return next((layer for layer in self.layers if layer is self._chosen), None)

    @property
    def name(self) -> str:
        """Of the chosen layer, as operations take it: empty without one."""
        return self.layer.name if self.layer is not None else ""

    @property
    def place(self) -> int | None:
        """Of the look whose color is in hand."""
        color = self._workspace.foreground
        return REGIONS.index(color) if color in REGIONS else None

    def want(self, on: bool) -> None:
        """Whether what is shown takes regions at all."""
        if on != self.is_wanted:
            self.is_wanted = on
            self._tell()

    def choose(self, layer: Layer | None) -> None:
        """Let this one say it from now on."""
        self._chosen = layer
        self.changed.emit()

    def paint(self, place: int) -> None:
        """Take the brush and the color of a look to the chosen layer; without one, make one."""
        if self._document is not None:
            self.choose(regions.paint(self._workspace, self.layer, REGIONS[place]))

    def _show_document(self) -> None:
        if self._document is not None:
            self._document.layers_changed.disconnect(self._tell)
        view = self._workspace.active
        self._document = view.document if view is not None else None
        if self._document is not None:
            self._document.layers_changed.connect(self._tell)
        self._tell()

    def _tell(self) -> None:
        self.changed.emit()


class RegionsRow(QWidget):
    """A box with the layers, and a button to paint on the chosen one."""

    def __init__(self, chosen: Regions) -> None:
        super().__init__()
        self._regions = chosen
        self._layers: list[Layer | None] = []
        self._has_enough = False
        self.label = QLabel("Regions")
        self.box = QComboBox()
        self.box.setAccessibleName("Regions")
        self.box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.paint = QPushButton("Paint regions")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.label)
        row.addSpacing(2 * SPACE)
        row.addWidget(self.box, 1)
        row.addWidget(self.paint)
        self.label.setBuddy(self.box)
        self.box.activated.connect(lambda index: chosen.choose(self._layers[index]))
        self.paint.clicked.connect(lambda: chosen.paint(chosen.place or 0))
        chosen.changed.connect(self._follow)
        self.allow(False)

    def allow(self, has_enough: bool) -> None:
        """Whether there are enough looks for any to rule apart."""
        self._has_enough = has_enough
        self._follow()

    def _follow(self) -> None:
        layers: list[Layer | None] = [None, *self._regions.layers]
        names = [NONE, *(layer.name for layer in layers if layer is not None)]
        if names != [self.box.itemText(i) for i in range(self.box.count())]:
            self.box.clear()
            self.box.addItems(names)
        self._layers = layers
        self.box.setCurrentIndex(layers.index(self._regions.layer))
        for part in (self.box, self.paint):
            part.setEnabled(self._has_enough)
            part.setToolTip(HELP if self._has_enough else TOO_FEW)


class Chip(QToolButton):
    """The color that stands for the look at ``place``; marked while it is in hand."""

    def __init__(self, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._place = place
        self.is_marked = False
        self.setFixedSize(CHIP, CHIP)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_look(self, name: str, marked: bool) -> None:
        """name: of the look."""
        self.is_marked = marked
        said = f"Paint where {name} rules, in {NAMES[self._place]}"
        self.setToolTip(plain(said))
        self.setAccessibleName(said)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(CHIP, CHIP)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        stands_out = self.is_marked or self.hasFocus()
        painter.setPen(QPen(QColor(255, 255, 255), 3 if stands_out else 1))
        painter.setBrush(QColor.fromRgbF(*REGIONS[self._place]))
        painter.drawEllipse(QRectF(self.rect()).adjusted(3, 3, -3, -3))
        painter.end()
