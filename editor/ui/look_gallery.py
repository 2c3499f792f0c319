"""The looks at hand, as pictures to choose from: the program's, and one's own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.looks import Looks
from editor.shelf import Kept
from editor.ui.blend_pad import draw_covered
from editor.ui.drops import dropped_files
from editor.ui.look_button import PICTURE, LookButton, size_of_look
from editor.ui.strip import Strip
from editor.ui.styling import Styling, same
from editor.ui.theme import SPACE
from neural.looks import SUFFIX, Look

GAP = SPACE // 2
OWN = "Your own"


class LookGrid(QWidget):
    """The looks of one group in rows, under its name. By an arrow key: ``reached(button)``;
    ``left(by)``, to what is before (-1) or after (1) it."""

    reached = Signal(object)
    left = Signal(int)

    def __init__(self, title: str, buttons: Sequence[LookButton], last: QWidget | None) -> None:
        """last: what comes after the looks."""
        super().__init__()
        self.buttons = tuple(buttons)
        self._cells = [*buttons, *([last] if last is not None else [])]
        self._columns = 0
        heading = QLabel(title)
        heading.setObjectName("dim")
        self._grid = QGridLayout()
        self._grid.setSpacing(GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(heading)
        column.addLayout(self._grid, 1)
        for number, button in enumerate(buttons):
            button.stepped.connect(lambda dx, dy, at=number: self._step(at, dx, dy))
        self.arrange(1, 1)

    def arrange(self, rows: int, columns: int) -> None:
        """In ``rows`` at most; with fewer if no more than ``columns`` are needed."""
        count = len(self._cells)
        columns = max(math.ceil(count / rows), min(count, columns))
        if columns != self._columns:
            self._columns = columns
            for number, cell in enumerate(self._cells):
                self._grid.addWidget(cell, *divmod(number, columns))

    def reach(self, number: int) -> None:
        """Go to one of its looks; -1 is the last."""
        self.buttons[number].setFocus(Qt.FocusReason.OtherFocusReason)
        self.reached.emit(self.buttons[number])

    def _step(self, at: int, dx: int, dy: int) -> None:
        to = at + dx + dy * self._columns
        if 0 <= to < len(self.buttons):
            self.reach(to)
        else:
            self.left.emit(dx + dy)


class LookGallery(QWidget):
    """Looks in groups; a click chooses one, with Ctrl or Shift it is mixed in.

    A strip with as many rows as there is room for: one is enough. Signals, of one's own looks:
    ``renamed(kept)``, ``removed(kept)`` are to be; ``exported(kept)``, any; ``imported(paths)``:
    files of looks, empty if they are to be asked for.
    """

    renamed = Signal(object)
    removed = Signal(object)
    exported = Signal(object)
    imported = Signal(list)

    def __init__(self, looks: Looks, styling: Styling) -> None:
        super().__init__()
        self._looks, self._styling = looks, styling
        self.buttons: list[LookButton] = []
        self._grids: list[LookGrid] = []
        self.setAcceptDrops(True)
        inside = QWidget()
        self._groups = QHBoxLayout(inside)
        self._groups.setContentsMargins(0, 0, 0, 0)
        self._groups.setSpacing(2 * SPACE)
        self._groups.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self.strip = Strip(inside)
        self._heading_px = self.fontMetrics().height() + GAP
        self.strip.setMinimumHeight(self._heading_px + size_of_look(self).height())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        looks.changed.connect(self._fill)
        styling.changed.connect(self._show_chosen)
        styling.pictures.ready.connect(self._show_pictures)
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_pictures()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def sizeHint(self) -> QSize:
        """One row; more is what is left over."""
        return self.minimumSizeHint()

    def _fill(self) -> None:
        while (item := self._groups.takeAt(0)) is not None:
            widget = item.widget()
            assert widget is not None
            widget.hide()  # it may take a while to go
            widget.deleteLater()
        self.buttons, self._grids = [], []
        own = [kept for kept in self._looks.kept if kept.is_own]
        for title, members in groupby(self._looks.kept[: -len(own) or None], key=_group):
            self._add(title, list(members))
        self._add(OWN, own, self._bring())
        self._arrange()
        self._show_chosen()
        self._show_pictures()

    def _add(self, title: str, members: Sequence[Kept[Look]], last: QWidget | None = None) -> None:
        buttons = [self._button(kept) for kept in members]
        grid = LookGrid(title, buttons, last)
        grid.reached.connect(self.strip.ensureWidgetVisible)
        grid.left.connect(lambda by: self._leave(grid, by))
        self._groups.addWidget(grid)
        self._grids.append(grid)
        self.buttons += buttons

    def _leave(self, grid: LookGrid, by: int) -> None:
        """Go on in the group before or after, at the end that is nearer."""
        grids = [each for each in self._grids if each.buttons]
        to = grids.index(grid) + by
        if 0 <= to < len(grids):
            grids[to].reach(0 if by > 0 else -1)

    def _arrange(self) -> None:
        size = size_of_look(self)
        rows = max((self.height() - self._heading_px) // (size.height() + GAP), 1)
        columns = max(self.width() // (size.width() + GAP), 1)
        for grid in self._grids:
            grid.arrange(rows, columns)

    def _bring(self) -> QToolButton:
        button = QToolButton()
        button.setText("Import…")
        button.setToolTip("Add looks that somebody shared: .look files, also by dropping them")
        button.setFixedSize(size_of_look(self))
        button.clicked.connect(lambda: self.imported.emit([]))
        return button

    def _button(self, kept: Kept[Look]) -> LookButton:
        button = LookButton(kept)
        button.chosen.connect(lambda mixes: self._choose(kept, mixes))
        button.menu_asked.connect(lambda at: self._popup(kept, at))
        return button

    def _choose(self, kept: Kept[Look], mixes: bool) -> None:
        if mixes:
            self._styling.add(kept.record)
        else:
            self._styling.choose([kept.record])

    def _show_chosen(self) -> None:
        for button in self.buttons:
            button.setChecked(any(same(button.kept.record, look) for look in self._styling.looks))
            button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        checked = [button for button in self.buttons if button.isChecked()]
        for button in (checked or self.buttons)[:1]:  # Tab stops here; arrow keys go on
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _show_pictures(self, look: object = None) -> None:
        """Ask for pictures only while they are to be seen."""
        if not self.isVisible():
            return
        ratio, empty = self.devicePixelRatioF(), self.palette().button().color()
        for button in self.buttons:
            if look is not None and button.kept.record != look:
                continue
            pixmap = QPixmap(PICTURE * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            picture = self._styling.pictures.of(button.kept.record)
            frame = QRectF(0, 0, PICTURE.width(), PICTURE.height())
            draw_covered(painter, frame, picture, empty)
            painter.end()
            button.setIcon(QIcon(pixmap))

    def _popup(self, kept: Kept[Look], at: QPoint) -> None:
        menu = self.menu(kept)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self, kept: Kept[Look]) -> QMenu:
        """What can be done with a look."""
        menu = QMenu(self)
        menu.addAction("Mix in, or take out", lambda: self._styling.add(kept.record))
        menu.addAction("Export…", lambda: self.exported.emit(kept))
        if kept.is_own:
            menu.addSeparator()
            menu.addAction("Rename…", lambda: self.renamed.emit(kept))
            menu.addAction("Remove", lambda: self.removed.emit(kept))
        return menu

    # Files of looks are dropped to be kept. Pictures among them are taken as elsewhere.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(path.suffix.lower() == SUFFIX for path in dropped_files(event.mimeData())):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        paths = dropped_files(event.mimeData())
        pictures = [path for path in paths if path.suffix.lower() != SUFFIX]
        if pictures:
            self._styling.read_files(pictures)
        self.imported.emit([path for path in paths if path not in pictures])


def _group(kept: Kept[Look]) -> str:
    return kept.record.group or "More"
