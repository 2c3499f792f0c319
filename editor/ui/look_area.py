"""A panel on which pictures are dropped for their looks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from editor.ui.drops import is_picture


class LookArea(QWidget):
    """``look_dropped(data)``: a picture was dropped on it or on a part that takes none itself."""

    look_dropped = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)

    @property
    def takes_looks(self) -> bool:
        """Whether pictures can be dropped on it now."""
        raise NotImplementedError

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self.takes_looks and is_picture(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.look_dropped.emit(event.mimeData())
