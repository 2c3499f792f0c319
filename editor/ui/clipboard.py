"""Pictures on the clipboard, in and out."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData
from PySide6.QtGui import QGuiApplication

from editor.actions.base import Clip
from editor.ui.drops import dropped_files, dropped_image
from editor.ui.qimage import for_screen, from_qimage

OURS = "application/x-pentimento-clip"
"""Marks what this program put there: within it, depth, position and profile are kept."""


class Clipboard:
    """Other programs are given 8 bits of sRGB with alpha."""

    def __init__(self) -> None:
        self._clip: Clip | None = None
        self._count = 0

    def get(self) -> Clip | None:
        """The picture there is, if there is one."""
        data = offered()
        if self._clip is not None and data.data(OURS) == self._mark():
            return self._clip
        image = dropped_image(data)
        return None if image is None else Clip(from_qimage(image))

    def files(self) -> list[Path]:
        """The files there are, as from a file manager."""
        return dropped_files(offered())

    def put(self, clip: Clip) -> None:
        """Offer ``clip``."""
        self._clip = clip
        self._count += 1
        data = QMimeData()
        data.setImageData(for_screen(clip.pixels, clip.profile))
        data.setData(OURS, self._mark())
        QGuiApplication.clipboard().setMimeData(data)

    def _mark(self) -> QByteArray:
        """Tells this clip from earlier ones, and from those of another run."""
        return QByteArray(f"{id(self)}-{self._count}".encode())


def offered() -> QMimeData:
    """What is on the clipboard; Qt has nothing at all to give before anybody copied anything."""
    data: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return QMimeData() if data is None else data
