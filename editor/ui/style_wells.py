"""The wells that take the looks: pictures are dropped, pasted or chosen there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QEnterEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from editor.ui import drops
from editor.ui.blend_pad import draw_covered
from editor.ui.clipboard import offered
from editor.ui.prose import Prose
from editor.ui.regions import CHIP, Chip, Regions
from editor.ui.styling import Styling
from editor.ui.theme import SPACE
from editor.ui.tips import plain
from neural.looks import MOST_LOOKS, Look

Key = Qt.Key
EMPTY = "Drop a picture here,\nor pick a look below"
READING = "Reading…"
SIDE = 52  # of a well, in logical pixels


class Well(QWidget):
    """One look, or room for one. Signals: ``pressed()``, to choose a file; ``cleared()``;
    ``pasted()``; ``dropped(data)``; ``kept()``, to save the look.

    Its chip has the color in which it is painted where the look rules.
    """

    pressed = Signal()
    cleared = Signal()
    pasted = Signal()
    kept = Signal()
    dropped = Signal(object)

    def __init__(self, place: int) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._look: Look | None = None
        self._picture: QImage | None = None
        self._text = ""
        self._is_over = False
        self.clear = QToolButton(self)
        self.clear.setText("✕")
        self.clear.setObjectName("clear")
        self.clear.setFixedSize(18, 18)
        self.clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Delete does the same
        self.clear.setCursor(Qt.CursorShape.ArrowCursor)
        self.clear.clicked.connect(self.cleared)
        self.clear.hide()
        self.chip = Chip(place, self)
        self.chip.hide()

    def show_look(self, look: Look | None, picture: QImage | None, text: str) -> None:
        """A look and its picture, or what an empty well says; without text it is a small one."""
        self._look, self._picture, self._text = look, picture, text
        name = f"Look: {look.name}" if look is not None else "Empty well for a look"
        self.setAccessibleName(name)
        self.setToolTip(
            plain(f"{look.name}\nClick or drop to replace it, Delete to take it out")
            if look is not None
            else "Drop, paste or click to choose a picture whose look is taken"
        )
        out = f"Take {look.name} out" if look is not None else ""
        self.clear.setToolTip(plain(out))
        self.clear.setAccessibleName(out)
        self.clear.setVisible(look is not None and (self.underMouse() or self.hasFocus()))
        wide = QSizePolicy.Policy.Expanding if look is None and text else QSizePolicy.Policy.Fixed
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    minimumSizeHint = sizeHint

    def resizeEvent(self, event: QEvent) -> None:
        self.clear.move(self.width() - self.clear.width() - 2, 2)
        self.chip.move(2, self.height() - CHIP - 2)

    # The hand.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and inside:
            self.pressed.emit()

    def event(self, event: QEvent) -> bool:
        """Take Paste and Delete before the shortcuts of the window do."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_ours = event.key() in (Key.Key_Delete, Key.Key_Backspace) and self._look is not None
            if is_ours or event.matches(QKeySequence.StandardKey.Paste):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif event.key() in (Key.Key_Delete, Key.Key_Backspace) and self._look is not None:
            self.cleared.emit()
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self.pressed.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu(self) -> QMenu:
        """What can be done with it."""
        menu = QMenu(self)
        menu.addAction("Choose a picture…", self.pressed.emit)
        menu.addAction("Paste", self.pasted.emit)
        if self._look is not None:
            menu.addAction("Save look…", self.kept.emit)
            menu.addAction("Take out", self.cleared.emit)
        return menu

    def enterEvent(self, event: QEnterEvent) -> None:
        self.clear.setVisible(self._look is not None)

    def leaveEvent(self, event: QEvent) -> None:
        self.clear.setVisible(self._look is not None and self.hasFocus())

    # Drag and drop.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if drops.is_picture(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_over(False)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.dropped.emit(event.mimeData())

    def _show_over(self, on: bool) -> None:
        self._is_over = on
        self.update()

    # The eye.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame, palette = QRectF(self.rect()).adjusted(1, 1, -1, -1), self.palette()
        marked = self._is_over or self.hasFocus()
        color = (palette.highlight() if marked else palette.placeholderText()).color()
        if self._look is not None:
            draw_covered(painter, frame, self._picture, palette.button().color())
            painter.setPen(QPen(color, 2) if marked else QPen(palette.mid().color(), 1))
        else:
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self._text or "+")
            painter.setPen(QPen(color, 2 if self._is_over else 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, SPACE, SPACE)
        painter.end()


class StyleWells(QWidget):
    """A well for each look and one more.

    ``save_asked(look)``: the user wants to keep it. ask_files: which pictures to take looks off.
    """

    save_asked = Signal(object)

    def __init__(
        self, styling: Styling, regions: Regions, ask_files: Callable[[], list[Path]]
    ) -> None:
        super().__init__()
        self._styling, self._regions, self._ask_files = styling, regions, ask_files
        self.wells = [Well(place) for place in range(MOST_LOOKS)]
        self.name = Prose(dim=True)
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACE)
        for place, well in enumerate(self.wells):
            row.addWidget(well)
            self._connect(well, place)
        row.addWidget(self.name, 1)
        row.addStretch(0)
        styling.changed.connect(self._follow)
        styling.pictures.ready.connect(self._follow)
        regions.changed.connect(self._follow_regions)
        self._follow()

    def _connect(self, well: Well, place: int) -> None:
        well.pressed.connect(lambda: self._choose_files(place))
        well.cleared.connect(lambda: self._styling.remove(place))
        well.pasted.connect(lambda: self._paste(place))
        well.dropped.connect(lambda data: self._styling.drop(data, place))
        well.kept.connect(lambda: self.save_asked.emit(self._styling.looks[place]))
        well.chip.clicked.connect(lambda: self._regions.paint(place))

    def _choose_files(self, place: int) -> None:
        paths = self._ask_files()
        if paths:
            self._styling.read_files(paths, place)

    def _paste(self, place: int) -> None:
        if drops.is_picture(offered()):
            self._styling.drop(offered(), place)
        else:
            self._styling.said.emit("There is no picture on the clipboard.")

    def _follow(self) -> None:
        looks, reads = self._styling.looks, self._styling.is_reading
        pictures = [self._styling.pictures.of(look, soon=True) for look in looks]
        for place, well in enumerate(self.wells):
            if place < len(looks):
                well.show_look(looks[place], pictures[place], "")
            else:
                text = READING if reads else "" if looks else EMPTY
                well.show_look(None, None, text if place == len(looks) else "")
            well.setVisible(place <= len(looks))
        self._row.setStretch(0, 0 if looks else 1)
        self.name.say(looks[0].name if len(looks) == 1 else "")
        self.name.setVisible(len(looks) == 1)
        self._follow_regions()

    def _follow_regions(self) -> None:
        """The colors are shown while there is a map that they are painted on."""
        looks, place = self._styling.looks, self._regions.place
        is_on = self._regions.is_wanted and self._regions.layer is not None
        for number, (well, look) in enumerate(zip(self.wells, looks, strict=False)):
            well.chip.show_look(look.name, marked=number == place)
        for number, well in enumerate(self.wells):
            well.chip.setVisible(is_on and number < len(looks))
