"""The layers of the active document."""

from __future__ import annotations

from time import monotonic
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.actions.base import Action
from editor.actions.layer import LAYER
from editor.document.blend import BlendMode
from editor.document.commands import SetProperty
from editor.document.document import Document
from editor.document.layer import Layer, Mask, Node
from editor.ui.icons import icon
from editor.ui.layer_delegate import BOX, mode_name
from editor.ui.layer_model import Column, LayerModel
from editor.ui.layer_view import LayerView
from editor.ui.number import NumberEditor
from editor.ui.recipe import RecipeDialog
from editor.ui.theme import SPACE
from editor.ui.thumbnails import Thumbnails
from editor.workspace import Workspace

Mode = BlendMode

MODES = (
    (Mode.NORMAL, Mode.ATOP),
    (Mode.DARKEN, Mode.MULTIPLY, Mode.COLOR_BURN),
    (Mode.LIGHTEN, Mode.SCREEN, Mode.COLOR_DODGE),
    (Mode.OVERLAY, Mode.SOFT_LIGHT, Mode.HARD_LIGHT),
    (Mode.DIFFERENCE, Mode.EXCLUSION),
    (Mode.HUE, Mode.SATURATION, Mode.COLOR, Mode.LUMINOSITY),
)
"""By what they do: nothing, darken, lighten, add contrast, compare, take parts of the color."""

BUTTONS = (
    ("layer.new", "mdi6.plus"),
    ("layer.group", "mdi6.folder-plus-outline"),
    ("layer.add-mask", "mdi6.circle-box-outline"),
    ("layer.duplicate", "mdi6.content-copy"),
    ("layer.merge-down", "mdi6.arrow-collapse-down"),
    ("layer.delete", "mdi6.trash-can-outline"),
)

ONE_GESTURE_S = 1.0
"""Changes of the opacity closer together than this are one step, as when a wheel is turned."""


class LayerPanel(QWidget):
    """A tree of layers, the mode and opacity of the active one, and buttons.

    ``asked`` is emitted with the id of an action that a button or the context menu stands for.
    """

    asked = Signal(str)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._document: Document | None = None
        self._last: SetProperty | None = None
        self._last_at = 0.0
        self._drags = False
        self._changing = False
        self.model = LayerModel(self)
        self._thumbnails = Thumbnails(BOX, self)
        self.tree = LayerView(self.model, self._thumbnails)
        self.mode = _mode_box()
        self.alpha_lock = QToolButton()
        self.alpha_lock.setIcon(icon("mdi6.checkerboard"))
        self.alpha_lock.setCheckable(True)
        self.alpha_lock.setToolTip("Keep transparent pixels transparent")
        self.alpha_lock.setAccessibleName("Lock transparency")
        self.opacity = NumberEditor(1.0, float, {"min": 0.0, "max": 1.0, "unit": "%"})
        self.opacity.setAccessibleName("Opacity")
        self.opacity.setToolTip("Opacity")
        self.opacity.lineEdit().installEventFilter(self)
        self.buttons = {name: _button(_action(name), symbol) for name, symbol in BUTTONS}
        self._lay_out()
        self.tree.selectionModel().currentChanged.connect(self._activate)
        self.tree.pressed_in.connect(self._press)
        self.tree.customContextMenuRequested.connect(self._open_menu)
        self.mode.activated.connect(self._set_mode)
        self.opacity.edited.connect(self._set_opacity)
        self.alpha_lock.clicked.connect(self._set_alpha_lock)
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.asked.emit(name))
        workspace.active_changed.connect(self._show_document)
        self._show_document()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(2 * SPACE, 2 * SPACE, SPACE, 2 * SPACE)
        top.setSpacing(SPACE)
        top.addWidget(self.mode, 1)
        top.addWidget(self.opacity, 1)
        top.addWidget(self.alpha_lock)
        bar = QHBoxLayout()
        bar.setContentsMargins(SPACE, SPACE, SPACE, SPACE)
        bar.setSpacing(SPACE)
        for name, button in self.buttons.items():
            if name == "layer.delete":
                bar.addStretch(1)
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(top)
        layout.addWidget(self.tree, 1)
        layout.addLayout(bar)

    # Showing.

    def _show_document(self) -> None:
        if self._document is not None:
            self._document.layers_changed.disconnect(self._follow)
            self._document.active_changed.disconnect(self._follow)
        view = self._workspace.active
        self._document = view.document if view is not None else None
        self._last = None
        self._thumbnails.set_document(self._document)
        self.model.set_document(self._document)
        if self._document is not None:
            self._document.layers_changed.connect(self._follow)
            self._document.active_changed.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        if self._changing:
            return
        node = self._document.active if self._document is not None else None
        index = self.model.index_of(node)
        if index != self.tree.currentIndex():
            self.tree.setCurrentIndex(index)
        self.tree.viewport().update()
        for control in (self.mode, self.opacity, self.alpha_lock):
            control.setEnabled(node is not None)
        for name, button in self.buttons.items():
            button.setEnabled(_action(name).enabled(self._workspace))
        self.alpha_lock.setEnabled(isinstance(node, Layer))
        self.alpha_lock.setChecked(isinstance(node, Layer) and node.alpha_locked)
        self.mode.setCurrentIndex(self.mode.findData(node.mode if node else Mode.NORMAL))
        self.opacity.show_value(node.opacity if node else 1.0)

    # Changing.

    def _activate(self, index: QModelIndex) -> None:
        """The user chose a row; rows that wander while the tree changes are not chosen."""
        node = self.model.node(index)
        if self._document is None or node is None or self.model.updating:
            return
        if node is not self._document.active:
            self._document.activate(node)

    def _press(self, node: Node, zone: str) -> None:
        """Choose between the pixels and the mask, or say how the layer was made."""
        if self._document is None:
            return
        if zone == "mask":
            self._document.activate(node, mask=True)
        elif zone == "pixels":
            self._document.activate(node)
        elif zone == "badge":
            self.show_recipe(node)

    def show_recipe(self, node: Node) -> RecipeDialog:
        """Open everything known about how a neural layer was made."""
        assert node.recipe is not None
        dialog = RecipeDialog(node.name, node.recipe, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.run_again.connect(lambda: self._ask_for(node, "neural.again"))
        dialog.open()
        return dialog

    def _ask_for(self, node: Node, name: str) -> None:
        if self._document is not None and self.model.index_of(node).isValid():
            self._document.activate(node)
            self.asked.emit(name)

    def _set(self, key: str, value: Any, name: str) -> None:
        document = self._document
        if document is None or document.active is None:
            return
        if value != getattr(document.active, key):
            document.history.push(SetProperty(document, document.active, key, value, name))

    def _set_mode(self, index: int) -> None:
        # Qt keeps an item's mode as a plain string
        self._set("mode", Mode(self.mode.itemData(index)), "Blend mode")

    def _set_alpha_lock(self, locked: bool) -> None:
        self._set("alpha_locked", locked, "Lock transparency" if locked else "Unlock transparency")

    def event(self, event: QEvent) -> bool:
        """Delete removes the layer here, not the selected pixels."""
        is_key = event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        if is_key and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Delete:
            if event.type() == QEvent.Type.KeyPress:
                self.asked.emit("layer.delete")
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Know when a drag of the opacity begins and ends."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
            self._drags = event.type() == QEvent.Type.MouseButtonPress
            self._last = None
        return False

    def _set_opacity(self, value: float) -> None:
        """One step for a whole drag, or for keys and wheel turned in quick succession."""
        document = self._document
        if document is None or document.active is None:
            return
        history, last = document.history, self._last
        latest = history.commands[history.done - 1] if history.done else None
        going_on = self._drags or monotonic() - self._last_at < ONE_GESTURE_S
        self._changing = True  # the control already shows the new value
        if last is not None and latest is last and last.node is document.active and going_on:
            history.undo()
        self._last = SetProperty(document, document.active, "opacity", value, "Layer opacity")
        self._last_at = monotonic()
        history.push(self._last)
        self._changing = False
        self._follow()

    # The context menu.

    def _open_menu(self, at: QPoint) -> None:
        node = self.model.node(self.tree.indexAt(at))
        if node is not None:
            menu = self.menu(node)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.tree.viewport().mapToGlobal(at))

    def menu(self, node: Node) -> QMenu:
        """What can be done with ``node``, which is active."""
        menu = QMenu(self)
        menu.addAction("Rename", lambda: self.tree.edit(self.model.index_of(node, Column.NAME)))
        if node.recipe is not None:
            menu.addAction("How it was made…", lambda: self.show_recipe(node))
            menu.addAction("Run again", lambda: self._ask_for(node, "neural.again"))
        if node.mask is not None:
            text = "Disable mask" if node.mask.enabled else "Enable mask"
            menu.addAction(text, lambda: self._switch_mask(node, text))
        menu.addSeparator()
        for action in LAYER:
            if action.checked is None and action.enabled(self._workspace):
                if action.begins_group:
                    menu.addSeparator()
                entry = menu.addAction(action.label(self._workspace))
                entry.triggered.connect(lambda _=False, name=action.id: self._ask_for(node, name))
        return menu

    def _switch_mask(self, node: Node, name: str) -> None:
        mask = node.mask
        if self._document is not None and mask is not None:
            switched = Mask(mask.grid, enabled=not mask.enabled)
            self._document.history.push(SetProperty(self._document, node, "mask", switched, name))


def _mode_box() -> QComboBox:
    box = QComboBox()
    box.setAccessibleName("Blend mode")
    box.setToolTip("Blend mode")
    box.setMaxVisibleItems(len(BlendMode) + len(MODES))
    for modes in MODES:
        if box.count():
            box.insertSeparator(box.count())
        for mode in modes:
            box.addItem(mode_name(mode), mode)
    return box


def _action(name: str) -> Action:
    return next(action for action in LAYER if action.id == name)


def _button(action: Action, symbol: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(symbol))
    text = str(action.text)
    button.setAccessibleName(text)
    if action.shortcuts:
        keys = QKeySequence(action.shortcuts[0]).toString(QKeySequence.SequenceFormat.NativeText)
        text = f"{text} ({keys})"
    button.setToolTip(text)
    return button
