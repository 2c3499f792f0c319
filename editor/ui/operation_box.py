"""What a network is to do, of all that one can."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from neural.operations import OPERATIONS


class OperationBox(QComboBox):
    """The operations, each with the first sentence about it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Operation")
        for kind in OPERATIONS:
            self.addItem(kind.title, kind.task)
            doc = (kind.__doc__ or "").split("\n")[0]
            self.setItemData(self.count() - 1, doc, Qt.ItemDataRole.ToolTipRole)

    @property
    def task(self) -> str:
        """Of the one that is chosen."""
        task: str = self.currentData()
        return task

    def choose(self, task: str) -> None:
        """The one with this task."""
        self.setCurrentIndex(self.findData(task))
