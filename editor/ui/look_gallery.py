"""The looks at hand, as pictures to choose from: the program's, and one's own."""

from __future__ import annotations

from itertools import groupby

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QIcon,
    QKeyEvent,
    QMouseEvent,
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

from editor.looks import Kept, Looks
from editor.ui.blend_pad import draw_covered
from editor.ui.drops import dropped_files
from editor.ui.prose import Prose
from editor.ui.styling import Styling, same
from editor.ui.theme import SPACE
from neural.looks import SUFFIX

Key, Modifier = Qt.Key, Qt.KeyboardModifier

PICTURE = QSize(80, 60)
"""In logical pixels."""

OWN = "Your own"


class LookButton(QToolButton):
    """One look. Signals: ``chosen(mixed)``; ``stepped(across, down)``: an arrow key."""

    chosen = Signal(bool)
    stepped = Signal(int, int)
    menu_asked = Signal(object)

    def __init__(self, kept: Kept) -> None:
        super().__init__()
        self.kept = kept
        self._mixes = False
        self.setObjectName("look")
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        self.setIconSize(PICTURE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        name, width = kept.look.name, PICTURE.width() + 2 * SPACE
        self.setAccessibleName(name)
        self.setToolTip(f"{name}\nCtrl and a click mix it in, or take it out")
        room = PICTURE.width() - 2 * SPACE  # or the button cuts it in the middle
        self.setText(self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, room))
        self.setFixedSize(width, PICTURE.height() + self.fontMetrics().height() + 3 * SPACE)

    def nextCheckState(self) -> None:
        """Pressed: what is checked follows from what is chosen then."""
        self.chosen.emit(self._mixes)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._mixes = _mixes(event.modifiers())
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Key.Key_Left: (-1, 0),
            Key.Key_Right: (1, 0),
            Key.Key_Up: (0, -1),
            Key.Key_Down: (0, 1),
        }
        if event.key() in steps:
            self.stepped.emit(*steps[Key(event.key())])
        elif event.key() in (Key.Key_Space, Key.Key_Return, Key.Key_Enter):
            self.chosen.emit(_mixes(event.modifiers()))
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_asked.emit(event.globalPos())


class LookGrid(QWidget):
    """Buttons in as many columns as there is room for."""

    def __init__(self, buttons: list[LookButton]) -> None:
        super().__init__()
        self.buttons = buttons
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE // 2)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        for number, button in enumerate(buttons):
            button.stepped.connect(lambda dx, dy, at=number: self._step(at, dx, dy))
        self._arrange(3)

    def resizeEvent(self, event: QResizeEvent) -> None:
        each = self.buttons[0].width() + self._grid.spacing()
        self._arrange(max((self.width() + self._grid.spacing()) // each, 1))

    def minimumSizeHint(self) -> QSize:
        """One column is enough."""
        return QSize(self.buttons[0].width(), super().minimumSizeHint().height())

    def _arrange(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            for number, button in enumerate(self.buttons):
                self._grid.addWidget(button, *divmod(number, columns))

    def _step(self, at: int, dx: int, dy: int) -> None:
        to = at + dx + dy * self._columns
        if 0 <= to < len(self.buttons):
            self.buttons[to].setFocus(Qt.FocusReason.OtherFocusReason)


class LookGallery(QWidget):
    """Looks in groups; a click chooses one, with Ctrl or Shift it is mixed in.

    Signals, of one's own looks: ``renamed(kept)``, ``removed(kept)`` are to be; ``exported(kept)``,
    any; ``imported(paths)``: files of looks, empty if they are to be asked for. ``save_asked()``.
    """

    renamed = Signal(object)
    removed = Signal(object)
    exported = Signal(object)
    imported = Signal(list)

    def __init__(self, looks: Looks, styling: Styling) -> None:
        super().__init__()
        self._looks, self._styling = looks, styling
        self.buttons: list[LookButton] = []
        self.setAcceptDrops(True)
        self.bring = QToolButton()
        self.bring.setText("Import…")
        self.bring.setToolTip("Add looks that somebody shared: .look files, also by dropping them")
        self.bring.clicked.connect(lambda: self.imported.emit([]))
        head = QHBoxLayout()
        head.addWidget(QLabel("Looks"), 1)
        head.addWidget(self.bring)
        self._empty = Prose("None yet. Drop a picture above and save its look.", dim=True)
        self._groups = QVBoxLayout()
        self._groups.setSpacing(SPACE)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(head)
        column.addWidget(self._empty)
        column.addLayout(self._groups)
        looks.changed.connect(self._fill)
        styling.changed.connect(self._show_chosen)
        styling.pictures.ready.connect(self._show_pictures)
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_pictures()

    def _fill(self) -> None:
        while (item := self._groups.takeAt(0)) is not None:
            widget = item.widget()
            assert widget is not None
            widget.hide()  # it may take a while to go
            widget.deleteLater()
        self.buttons = []
        for group, members in groupby(self._looks.kept, key=_group):
            buttons = [self._button(kept) for kept in members]
            heading = QLabel(group)
            heading.setObjectName("dim")
            self._groups.addWidget(heading)
            self._groups.addWidget(LookGrid(buttons))
            self.buttons += buttons
        self._empty.setVisible(not self.buttons)
        self._show_chosen()
        self._show_pictures()

    def _button(self, kept: Kept) -> LookButton:
        button = LookButton(kept)
        button.chosen.connect(lambda mixes: self._choose(kept, mixes))
        button.menu_asked.connect(lambda at: self._popup(kept, at))
        return button

    def _choose(self, kept: Kept, mixes: bool) -> None:
        if mixes:
            self._styling.add(kept.look)
        else:
            self._styling.choose([kept.look])

    def _show_chosen(self) -> None:
        for button in self.buttons:
            button.setChecked(any(same(button.kept.look, look) for look in self._styling.looks))

    def _show_pictures(self, look: object = None) -> None:
        """Ask for pictures only while they are to be seen."""
        if not self.isVisible():
            return
        ratio, empty = self.devicePixelRatioF(), self.palette().button().color()
        for button in self.buttons:
            if look is not None and button.kept.look != look:
                continue
            pixmap = QPixmap(PICTURE * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            picture = self._styling.pictures.of(button.kept.look)
            frame = QRectF(0, 0, PICTURE.width(), PICTURE.height())
            draw_covered(painter, frame, picture, empty)
            painter.end()
            button.setIcon(QIcon(pixmap))

    def _popup(self, kept: Kept, at: QPoint) -> None:
        menu = self.menu(kept)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def menu(self, kept: Kept) -> QMenu:
        """What can be done with a look."""
        menu = QMenu(self)
        menu.addAction("Mix in, or take out", lambda: self._styling.add(kept.look))
        menu.addAction("Export…", lambda: self.exported.emit(kept))
        if kept.is_own:
            menu.addSeparator()
            menu.addAction("Rename…", lambda: self.renamed.emit(kept))
            menu.addAction("Remove", lambda: self.removed.emit(kept))
        return menu

    # Files of looks are dropped to be kept.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(path.suffix.lower() == SUFFIX for path in dropped_files(event.mimeData())):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        paths = dropped_files(event.mimeData())
        self.imported.emit([path for path in paths if path.suffix.lower() == SUFFIX])


def _group(kept: Kept) -> str:
    return OWN if kept.is_own else kept.look.group or "More"


def _mixes(held: Qt.KeyboardModifier) -> bool:
    return bool(held & (Modifier.ControlModifier | Modifier.ShiftModifier))
