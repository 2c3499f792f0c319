"""Layers that are being dragged: within the tree by key, to other programs as a picture."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QMetaType, QMimeData
from PySide6.QtGui import QImage

from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import EMPTY
from editor.document.layer import Layer, Node
from editor.ui.qimage import for_screen

MIME = f"application/x-pentimento-layers-{os.getpid()}"
"""The keys of nodes, which mean something to this process only."""

NAME = "application/x-pentimento-layer-name"

PICTURE = "application/x-qt-image"
"""What Qt offers to other programs as PNG and whatever else it can write."""


class DraggedLayers(QMimeData):
    """``keys`` for the tree; the name of ``node``, and a picture of it alone, made when somebody
    asks for it."""

    def __init__(self, keys: Iterable[int], document: Document, node: Node) -> None:
        super().__init__()
        self.setData(MIME, b" ".join(str(key).encode() for key in sorted(keys)))
        self.setData(NAME, node.name.encode())
        self._document, self._node = document, node

    def formats(self) -> list[str]:
        return [*super().formats(), PICTURE]

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in self.formats()

    def retrieveData(self, mimetype: str, preferred: QMetaType | QMetaType.Type) -> Any:
        if mimetype == PICTURE:
            return picture_of(self._document, self._node)
        return super().retrieveData(mimetype, preferred)


def picture_of(document: Document, node: Node) -> QImage:
    """What ``node`` looks like alone, cut to what is in it; sRGB, 8 bits, with alpha."""
    alone = Document(document.size, document.dtype, document.metadata)
    copy = node.snapshot()
    copy.visible = True
    alone.root.insert(0, copy)
    box = node.pixels.content_bounds() if isinstance(node, Layer) else document.rect
    box = box.intersect(document.rect)
    compositor = Compositor(alone)
    pixels = compositor.render(document.rect if box == EMPTY else box)
    compositor.close()
    return for_screen(pixels, document.metadata.profile)
