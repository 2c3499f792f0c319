"""An open document on the screen: its pictures and its selection, kept up to date and painted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPolygonF, QTransform

from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Node
from editor.ui import overlays
from editor.ui.picture import DEEPEST, Picture, Render, reduce
from editor.ui.qimage import for_screen
from editor.workspace import View

NEAREST_FROM = 2.0
"""Zoom from which pixels are shown as squares."""

WAITING = QColor(128, 128, 128)
"""Shown where nothing is rendered yet: calmer than checks that a picture then covers."""


class Screen:
    """Follows one view's document until closed, and paints it in device pixels.

    ``changed(rect)`` is called with what looks different, in document pixels.
    """

    def __init__(
        self, view: View, changed: Callable[[Rect], None], resized: Callable[[], None]
    ) -> None:
        self.view = view
        self._changed, self._resized = changed, resized
        document = view.document
        self._picture = Picture(_renderer(view.compositor, document), document.rect, WAITING)
        self._film = Picture(self._render_film, document.rect)
        self._wounds = Picture(self._render_wounds, document.rect)
        self._ants = overlays.Ants()
        self._original: tuple[Picture, Compositor] | None = None
        document.changed.connect(self._on_changed)
        document.selection_changed.connect(self._on_selection_changed)
        view.wounds_changed.connect(self._on_wounds_changed)
        document.resized.connect(self._on_resized)

    def close(self) -> None:
        document = self.view.document
        document.changed.disconnect(self._on_changed)
        document.selection_changed.disconnect(self._on_selection_changed)
        self.view.wounds_changed.disconnect(self._on_wounds_changed)
        document.resized.disconnect(self._on_resized)
        self.show_original(False)

    @property
    def shows_original(self) -> bool:
        """Whether the document is painted as it was opened."""
        return self._original is not None

    def show_original(self, on: bool) -> None:
        """Begin or end that; it takes memory only in between."""
        if on and self._original is None:
            document = self.view.original
            compositor = Compositor(document)
            picture = Picture(_renderer(compositor, document), document.rect, WAITING)
            self._original = picture, compositor
        elif not on and self._original is not None:
            self._original[1].close()
            self._original = None

    @property
    def to_device(self) -> QTransform:
        """From document pixels to device pixels of the view."""
        m11, m12, m21, m22, dx, dy = self.view.viewport.matrix()
        return QTransform(m11, m12, m21, m22, dx, dy)

    @property
    def level(self) -> int:
        """How often the picture is halved to be no smaller than it is shown."""
        halvings = math.floor(-math.log2(self.view.viewport.zoom) + 1e-6)
        return min(max(halvings, 0), DEEPEST)

    def device_box(self, rect: Rect) -> QRectF:
        """What ``rect`` of the document covers of the view, and a little more."""
        margin = 2 + 2 * self.view.viewport.zoom  # smoothing reaches the neighboring pixels
        return self.to_device.mapRect(QRectF(*rect)).adjusted(-margin, -margin, margin, margin)

    def paint(
        self,
        painter: QPainter,
        areas: Iterable[QRectF],
        ratio: float,
        deadline: float,
        *,
        film: bool,
    ) -> None:
        """Paint what lies in ``areas``; with ``film``, the selection over it. Wounds always are.

        What is not ready at ``deadline`` is left to ``work``.
        """
        picture, _ = self._original or (self._picture, None)
        pictures = [picture]
        if self._original is None:
            pictures += [self._film] * film + [self._wounds] * bool(self.view.wounds)
        painter.setRenderHint(
            QPainter.RenderHint.Antialiasing, on=self.view.viewport.rotation % 90 != 0
        )
        overlays.draw_checkerboard(painter, self.to_device, QRectF(*picture.bounds), ratio)
        for area in areas:
            painter.setClipRect(area)  # the parts overlap, and what is translucent would add up
            for each in pictures:
                self._paint_picture(painter, each, area, deadline)
            if self.view.viewport.zoom >= overlays.GRID_FROM:
                shown = self._shown(area, picture.bounds, 0)
                overlays.draw_grid(painter, self.to_device, shown, self.view.viewport.zoom)
        painter.setClipping(False)
        edge = 0.5 / self.view.viewport.zoom
        around = QRectF(*picture.bounds).adjusted(-edge, -edge, edge, edge)
        overlays.draw_border(painter, self.to_device.map(QPolygonF(around)))

    def paint_ants(self, painter: QPainter, view: QRectF, ratio: float) -> None:
        """Paint the line around the selection."""
        selection, level = self.view.document.selection, self.level
        self._ants.prepare(selection, self._shown(view, self._picture.bounds, level), level)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._ants.draw(painter, self._to_device_at(level), ratio)

    def march(self) -> list[QRectF]:
        """Move the ants on; what of the view they cover."""
        return self._ants.march(self._to_device_at(self.level))

    def work(self, deadline: float) -> list[Rect]:
        """Prepare what was not ready; the rectangles of the document that now are."""
        pictures = [self._picture, self._film, self._wounds, *(self._original or ())[:1]]
        return [rect for picture in pictures for rect in picture.work(deadline)]

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to ``work``."""
        original = self._original is None or self._original[0].is_complete
        films = self._film.is_complete and self._wounds.is_complete
        return self._picture.is_complete and films and original

    def _paint_picture(
        self, painter: QPainter, picture: Picture, area: QRectF, deadline: float
    ) -> None:
        level = self.level
        part = self._shown(area, picture.bounds, level)
        if part.is_empty:
            return
        image = picture.image(part, level, deadline)
        painter.save()
        painter.setTransform(self._to_device_at(level), combine=True)
        viewport = self.view.viewport
        is_exact = viewport.zoom * (1 << level) == 1 and viewport.rotation % 90 == 0
        smooth = viewport.zoom < NEAREST_FROM and not is_exact
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        painter.drawImage(part.x, part.y, image)
        painter.restore()

    def _shown(self, area: QRectF, bounds: Rect, level: int) -> Rect:
        """The pixels of ``level`` that show in ``area``, with one more on every side."""
        box = self._to_device_at(level).inverted()[0].mapRect(area)
        left, top = math.floor(box.left()), math.floor(box.top())
        shown = Rect.from_edges(left, top, math.ceil(box.right()), math.ceil(box.bottom()))
        return shown.grow(2).intersect(reduce(bounds, level))

    def _to_device_at(self, level: int) -> QTransform:
        """From pixels of ``level``."""
        return QTransform.fromScale(1 << level, 1 << level) * self.to_device

    def _render_film(self, rect: Rect, level: int) -> QImage:
        return overlays.mask_image([self.view.document.selection], rect, level)

    def _render_wounds(self, rect: Rect, level: int) -> QImage:
        return overlays.mask_image([wound.mask for wound in self.view.wounds], rect, level)

    def _on_changed(self, node: Node | None, rect: Rect) -> None:
        self._picture.invalidate(rect)
        self._changed(rect)

    def _on_selection_changed(self, rect: Rect) -> None:
        self._film.invalidate(rect)
        self._ants.forget()
        self._changed(rect)

    def _on_wounds_changed(self, rect: Rect) -> None:
        self._wounds.invalidate(rect)
        self._changed(rect)

    def _on_resized(self) -> None:
        bounds = self.view.document.rect
        self._picture.resize(bounds)
        self._film.resize(bounds)
        self._wounds.resize(bounds)
        self._ants.forget()
        self._resized()


def _renderer(compositor: Compositor, document: Document) -> Render:
    def render(rect: Rect, level: int) -> QImage:
        return for_screen(compositor.render(rect, level), document.metadata.profile)

    return render
