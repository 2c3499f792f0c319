"""What can be dropped on the canvas."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from editor.ui.dragged import MIME, NAME

OFFLINE = "That is only a link. Save the picture first, then drop the file."
UNREADABLE = "That is not a picture that can be read."


def dropped_files(data: QMimeData) -> list[Path]:
    """The files among what is dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def dropped_image(data: QMimeData) -> QImage | None:
    """The picture that came along as bytes, as from a browser."""
    image = data.imageData()
    if isinstance(image, QImage) and not image.isNull():
        return image
    for form in data.formats():
        if form.startswith("image/"):
            image = QImage.fromData(data.data(form))
            if not image.isNull():
                return image
    return None


def dropped_name(data: QMimeData) -> str:
    """What such a picture is called: if it is a layer of ours, by its name."""
    return bytes(data.data(NAME).data()).decode() or "Dropped picture"


def refusal(data: QMimeData) -> str | None:
    """Why what is dragged cannot be dropped, as a sentence; empty if it is no picture at all, or a
    layer of ours, which belongs in the tree."""
    if data.hasFormat(MIME):
        return ""
    if is_picture(data):
        return None
    return OFFLINE if data.hasUrls() else ""


def is_picture(data: QMimeData) -> bool:
    """Whether there are files or a picture in what is dragged, be it a layer of ours."""
    return bool(
        dropped_files(data)
        or data.hasImage()
        or any(form.startswith("image/") for form in data.formats())
    )
