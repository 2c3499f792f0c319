"""Pictures that are dropped on the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from editor.actions import file
from editor.actions.base import Shell
from editor.document.document import Document, Source
from editor.ui.drops import UNREADABLE, dropped_files, dropped_image
from editor.ui.qimage import from_qimage

Point = tuple[float, float]


class Incoming:
    """Opens what is dropped, or adds it around a point of the active document as layers."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell

    def open(self, data: QMimeData) -> None:
        """Open whatever pictures were dropped."""
        paths, image = dropped_files(data), dropped_image(data)
        if paths:
            self.files(paths, (0.0, 0.0), opens=True)
        elif image is not None:
            self.image(image, (0.0, 0.0), opens=True)
        else:
            self._shell.workspace.say(UNREADABLE)

    def files(self, paths: Sequence[Path], point: Point, opens: bool) -> None:
        """Take files; they are opened if ``opens``, or if there is nothing to add them to."""
        if opens or self._shell.workspace.active is None:
            file.open_paths(self._shell, paths)
        else:
            file.place_paths(self._shell, paths, *point)

    def image(self, image: QImage, point: Point, opens: bool) -> None:
        """Take a picture that came as pixels, such as one from a browser."""
        document = Document.from_pixels(from_qimage(image), "Dropped")
        document.source = Source(title="Dropped")
        if opens or self._shell.workspace.active is None:
            document.history.mark_clean(None)
            self._shell.workspace.add(document)
        else:
            active = self._shell.workspace.document
            file.place_documents(self._shell, active, [document], *point)
