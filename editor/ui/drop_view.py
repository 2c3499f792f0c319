"""A view of a picture on which others are dropped: to be opened, placed, or for their looks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from editor.ui import drops
from editor.ui.hint import DropHint
from editor.ui.picture_view import PictureView
from editor.workspace import Workspace

Modifier = Qt.KeyboardModifier

TAKES_LOOK = "Drop it here, and the picture takes on its look. Hold Shift to place it as a layer."
PLACES = "Drop it here to place it as a layer."


class DropView(PictureView):
    """Signals: ``files_dropped(paths, point, opens)`` and ``image_dropped(image, point, opens)``:
    something was dropped at ``point`` of the document, to be opened rather than added if ``opens``.
    ``look_dropped(data)``: a picture was dropped whose look is wanted, while ``takes_looks()``.
    """

    files_dropped = Signal(list, tuple, bool)
    image_dropped = Signal(object, tuple, bool)
    look_dropped = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(workspace, parent)
        self.takes_looks: Callable[[], bool] = lambda: False
        self._drop_hint = DropHint(self)
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        reason = drops.refusal(event.mimeData())
        if reason is None or self._is_look(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._show_drop_hint(event)
        elif reason:
            self._workspace.say(reason)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._show_drop_hint(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drop_hint.hide()

    def _is_look(self, event: QDropEvent) -> bool:
        """Whether what is dragged is a picture whose look is wanted, not the picture itself."""
        placed = event.modifiers() & (Modifier.ShiftModifier | Modifier.ControlModifier)
        can = self._workspace.active is not None and self.takes_looks()
        return can and not placed and drops.is_picture(event.mimeData())

    def _show_drop_hint(self, event: QDropEvent) -> None:
        if self._workspace.active is not None and self.takes_looks():
            self._drop_hint.say(TAKES_LOOK if self._is_look(event) else PLACES)

    def dropEvent(self, event: QDropEvent) -> None:
        self._drop_hint.hide()
        if self._is_look(event):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.look_dropped.emit(event.mimeData())
            return
        active = self._workspace.active
        opens = active is None or bool(event.modifiers() & Modifier.ControlModifier)
        point = (0.0, 0.0)
        if active is not None:
            point = active.viewport.to_document(*self.place(event.position()))
        files, image = drops.dropped_files(event.mimeData()), drops.dropped_image(event.mimeData())
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if files:
            self.files_dropped.emit(files, point, opens)
        elif image is not None:
            self.image_dropped.emit(image, point, opens)
        else:
            self._workspace.say(drops.UNREADABLE)
