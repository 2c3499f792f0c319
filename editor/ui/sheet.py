"""Where the pixels of a document go on the screen of another one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QTransform

from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.ui.picture import DEEPEST, Picture, Render
from editor.ui.qimage import for_screen

WAITING = QColor(128, 128, 128)
"""Shown where nothing is rendered yet: calmer than checks that a picture then covers."""

IN_PLACE = QTransform()


@dataclass(frozen=True)
class Sheet:
    """A document that is shown in another one's place, until closed.

    place: from its pixels to those of the other document.
    """

    picture: Picture
    compositor: Compositor
    place: QTransform

    @classmethod
    def of(cls, document: Document, rect: Rect) -> Sheet:
        """``document`` as large as ``rect`` of the other one."""
        compositor = Compositor(document)
        picture = Picture(renderer(compositor, document), document.rect, WAITING)
        scale = QTransform.fromScale(rect.w / document.size.w, rect.h / document.size.h)
        return cls(picture, compositor, scale * QTransform.fromTranslate(rect.x, rect.y))

    def close(self) -> None:
        self.compositor.close()


def renderer(compositor: Compositor, document: Document) -> Render:
    """What a ``Picture`` of ``document`` is made with."""

    def render(rect: Rect, level: int) -> QImage:
        return for_screen(compositor.render(rect, level), document.metadata.profile)

    return render


def level_of(zoom: float) -> int:
    """How often a picture is halved to be no smaller than it is shown."""
    halvings = math.floor(-math.log2(zoom) + 1e-6)
    return min(max(halvings, 0), DEEPEST)


def around(box: QRectF) -> Rect:
    """The whole pixels that ``box`` touches."""
    left, top = math.floor(box.left()), math.floor(box.top())
    return Rect.from_edges(left, top, math.ceil(box.right()), math.ceil(box.bottom()))
