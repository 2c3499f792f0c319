"""Actions as menus, shortcuts and a list to type into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QDialog,
    QHeaderView,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from editor.actions.base import Action, Menu, Shell
from editor.ui.canvas import CanvasView
from editor.ui.theme import SPACE

ROLE = Qt.ItemDataRole.UserRole
ESCAPE, TABS = Qt.Key.Key_Escape, (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
TEXT = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox)


class Menus(QObject):
    """The menu bar and the shortcuts of a window.

    What an action is called, and whether it can be used or is on, is looked up when a menu opens
    and when it is triggered: nothing has to be told when that changes.

    ``running()``: an action was asked for and is about to be carried out.
    """

    running = Signal()

    def __init__(self, window: QWidget, bar: QMenuBar, shell: Shell, menus: Iterable[Menu]) -> None:
        super().__init__(window)
        self._shell = shell
        self._window = window
        self._actions: list[tuple[Action, QAction]] = []
        self._menus: dict[str, QMenu] = {}
        self._shown = tuple(menus)
        for menu in self._shown:
            qmenu = bar.addMenu(menu.title)
            qmenu.aboutToShow.connect(self.refresh)
            qmenu.aboutToHide.connect(self._enable_all)
            self._menus[menu.title] = qmenu
            for action in menu.actions:
                if action.begins_group:
                    qmenu.addSeparator()
                qmenu.addAction(self.add(action))
        self.refresh()
        self._enable_all()

    def add(self, action: Action) -> QAction:
        """Make ``action`` reachable by its shortcuts."""
        qaction = QAction(action.label(self._shell.workspace), self._window)
        qaction.setShortcuts([QKeySequence(text) for text in action.shortcuts])
        qaction.setCheckable(action.checked is not None)
        qaction.triggered.connect(lambda: self.trigger(action))
        self._window.addAction(qaction)
        self._actions.append((action, qaction))
        return qaction

    def menu(self, title: str) -> QMenu:
        """The menu called ``title``."""
        return self._menus[title]

    def insert_menu(self, submenu: QMenu, after: str) -> None:
        """Put ``submenu`` below the action with the id ``after``."""
        title = next(m.title for m in self._shown if any(a.id == after for a in m.actions))
        menu, before = self._menus[title], self.qaction(after)
        submenu.setParent(menu, submenu.windowFlags())
        entries = menu.actions()
        menu.insertMenu(entries[entries.index(before) + 1], submenu)

    def qaction(self, action_id: str) -> QAction:
        """What Qt shows for the action with this id."""
        return next(qaction for action, qaction in self._actions if action.id == action_id)

    def refresh(self) -> None:
        """Show texts, marks and what can be used as they are now."""
        workspace = self._shell.workspace
        for action, qaction in self._actions:
            qaction.setText(action.label(workspace))
            qaction.setEnabled(action.enabled(workspace))
            if action.checked is not None:
                qaction.setChecked(action.checked(self._shell))

    def trigger(self, action: Action) -> None:
        """Run ``action`` if it can be used now."""
        workspace = self._shell.workspace
        self.running.emit()
        if action.enabled(workspace):
            action.run(self._shell)
        else:
            workspace.say(f"“{action.label(workspace).rstrip('…')}” is not possible right now.")

    def run(self, action_id: str) -> None:
        """Run the action with this id if it can be used now."""
        self.trigger(next(action for action, _ in self._actions if action.id == action_id))

    def _enable_all(self) -> None:
        """A disabled QAction is deaf to its shortcut; nobody sees it while no menu is open."""
        for _, qaction in self._actions:
            qaction.setEnabled(True)

    def palette(self) -> Palette:
        """A list of all actions to type into."""
        return Palette(self._window, self, [action for action, _ in self._actions])

    def texts(self, action: Action) -> tuple[str, str]:
        """What an action is called now, and its first shortcut as the user reads it."""
        shortcut = QKeySequence(action.shortcuts[0]) if action.shortcuts else QKeySequence()
        native = QKeySequence.SequenceFormat.NativeText
        return action.label(self._shell.workspace), shortcut.toString(native)

    def can(self, action: Action) -> bool:
        """Whether ``action`` can be used now."""
        return action.enabled(self._shell.workspace)


class RecentMenu(QMenu):
    """The files that were open lately and are still there."""

    def __init__(self, recent: Callable[[], Sequence[Path]], show: Callable[[Path], None]) -> None:
        super().__init__("Open recent")
        self._recent, self._show = recent, show
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        for path in self._recent():
            action = self.addAction(path.name)
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, path=path: self._show(path))
        if self.isEmpty():
            self.addAction("Nothing yet").setEnabled(False)


class Focus(QObject):
    """Keeps keys without Ctrl or Alt for the text field that has the focus, and Tab for whatever
    has it but the canvas.
    """

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        app.focusChanged.connect(self._moved)

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None:
            old.removeEventFilter(self)
        if new is not None and not isinstance(new, CanvasView):
            new.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            held, key = event.modifiers(), event.key()
            command = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
            is_function_key = Qt.Key.Key_F1 <= key <= Qt.Key.Key_F35
            is_typed = isinstance(watched, TEXT) and not is_function_key and key != ESCAPE
            if not held & command and (is_typed or key in TABS):
                event.accept()
                return True
        return False


class Palette(QDialog):
    """Type a few letters, press Enter."""

    def __init__(self, window: QWidget, menus: Menus, actions: list[Action]) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._menus, self._all = menus, actions
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find an action")
        self.list = QTreeWidget()
        self.list.setColumnCount(2)
        self.list.setHeaderHidden(True)
        self.list.setRootIsDecorated(False)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.header().setStretchLastSection(False)
        self.list.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(*[2 * SPACE] * 4)
        layout.setSpacing(2 * SPACE)
        layout.addWidget(self.field)
        layout.addWidget(self.list)
        self.resize(440, 400)
        self.move(window.mapToGlobal(QPoint((window.width() - 440) // 2, window.height() // 8)))
        self.field.textChanged.connect(self._show_matches)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self._show_matches("")
        self.field.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up, Down and Enter in the field are for the list."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                QApplication.sendEvent(self.list, event)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                item = self.list.currentItem()
                if item is not None:
                    self._run(item)
                return True
        return super().eventFilter(watched, event)

    def _show_matches(self, typed: str) -> None:
        words = typed.lower().split()
        self.list.clear()
        for action in self._all:
            text, shortcut = self._menus.texts(action)
            if self._menus.can(action) and all(word in text.lower() for word in words):
                item = QTreeWidgetItem((text, shortcut))
                item.setData(0, ROLE, action)
                item.setSizeHint(0, QSize(0, 6 * SPACE))
                item.setForeground(1, self.palette().placeholderText())
                self.list.addTopLevelItem(item)
        first = self.list.topLevelItem(0)
        if first is not None:
            self.list.setCurrentItem(first)

    def _run(self, item: QTreeWidgetItem) -> None:
        self.close()
        self._menus.trigger(item.data(0, ROLE))
