"""An open document on the screen: its pictures and its selection, kept up to date and painted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPolygonF, QTransform

from editor.document.geometry import Rect
from editor.document.layer import Node
from editor.preview import Preview
from editor.ui import overlays
from editor.ui.picture import Picture, reduce
from editor.ui.sheet import IN_PLACE, WAITING, Sheet, around, level_of, renderer
from editor.workspace import View

NEAREST_FROM = 2.0
"""Zoom from which pixels are shown as squares."""


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
        self._picture = Picture(renderer(view.compositor, document), document.rect, WAITING)
        self._film = Picture(self._render_film, document.rect)
        self._wounds = Picture(self._render_wounds, document.rect)
        self._ants = overlays.Ants()
        self._preview: tuple[Preview, Sheet] | None = None
        self._original: Sheet | None = None
        self._holds_original = self._compares = False
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
        self.show_preview(None)
        self.compare(False)
        self.show_original(False)

    @property
    def shows_original(self) -> bool:
        """Whether the document is painted as it was opened."""
        return self._holds_original

    def show_original(self, on: bool) -> None:
        """Begin or end that; it takes memory only in between."""
        self._holds_original = on
        self._fetch_original()

    @property
    def preview(self) -> Preview | None:
        """What is painted over the document, where it belongs."""
        return self._preview[0] if self._preview is not None else None

    def show_preview(self, preview: Preview | None) -> None:
        """Paint ``preview`` instead of what is there."""
        if self._preview is not None:
            self._preview[1].close()
        self._preview = None
        if preview is not None:
            self._preview = preview, Sheet.of(preview.picture, preview.rect)
        self._fetch_original()

    def compare(self, on: bool) -> None:
        """Paint what was before beside what there is: see ``paint``."""
        self._compares = on
        self._fetch_original()

    def _fetch_original(self) -> None:
        wanted = self._holds_original or (self._compares and self._preview is None)
        if wanted and self._original is None:
            self._original = Sheet.of(self.view.original, self.view.original.rect)
        elif not wanted and self._original is not None:
            self._original.close()
            self._original = None

    @property
    def to_device(self) -> QTransform:
        """From document pixels to device pixels of the view."""
        m11, m12, m21, m22, dx, dy = self.view.viewport.matrix()
        return QTransform(m11, m12, m21, m22, dx, dy)

    @property
    def level(self) -> int:
        """How often the picture is halved to be no smaller than it is shown."""
        return level_of(self.view.viewport.zoom)

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
        split: float | None = None,
    ) -> None:
        """Paint what lies in ``areas``; with ``film``, the selection over it. Wounds always are.

        split: where, from the left, what comes after begins: the preview, or else what there is
        now. Before it is what it is compared with: what there is now, or what was opened. What is
        not ready at ``deadline`` is left to ``work``.
        """
        films: list[Picture] = []
        if not self._holds_original:
            films += [self._film] * film + [self._wounds] * bool(self.view.wounds)
        turned = self.view.viewport.rotation % 90 != 0
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=turned)
        bounds = self._picture.bounds
        if self._holds_original and self._original is not None:
            bounds = self._original.picture.bounds
        for area in areas:
            for part, picture, place in self._sides(area, split):
                painter.setClipRect(part)  # parts overlap, and what is translucent would add up
                canvas, to_device = QRectF(*picture.bounds), place * self.to_device
                if self._preview is not None and picture is self._preview[1].picture:
                    inward = 0.5 / self.view.viewport.zoom / place.m11()  # where both round inward
                    canvas.adjust(inward, inward, -inward, -inward)
                overlays.draw_checkerboard(painter, to_device, canvas, ratio)
                self._paint_picture(painter, picture, part, deadline, place)
            painter.setClipRect(area)
            for each in films:
                self._paint_picture(painter, each, area, deadline)
            if self.view.viewport.zoom >= overlays.GRID_FROM:
                shown = self._shown(area, bounds, self.to_device)
                overlays.draw_grid(painter, self.to_device, shown, self.view.viewport.zoom)
        painter.setClipping(False)
        edge = 0.5 / self.view.viewport.zoom
        border = QRectF(*bounds).adjusted(-edge, -edge, edge, edge)
        overlays.draw_border(painter, self.to_device.map(QPolygonF(border)))

    def _sides(
        self, area: QRectF, split: float | None
    ) -> Iterator[tuple[QRectF, Picture, QTransform]]:
        """What is painted where in ``area``: pictures that hide what is under them."""
        before, after = QRectF(area), QRectF(area)
        if split is not None:
            before.setRight(min(max(split, area.left()), area.right()))
            after.setLeft(before.right())
        original, now = self._original, (self._picture, IN_PLACE)
        if self._holds_original and original is not None:
            yield area, original.picture, original.place
        elif self._preview is not None:
            yield area, *now
            sheet = self._preview[1]
            yield after, sheet.picture, sheet.place
        elif original is not None and split is not None:
            yield before, original.picture, original.place
            yield after, *now
        else:
            yield area, *now

    def paint_ants(self, painter: QPainter, view: QRectF, ratio: float) -> None:
        """Paint the line around the selection."""
        selection, level = self.view.document.selection, self.level
        to_device = self._to_device_at(level)
        self._ants.prepare(
            selection, self._shown(view, reduce(self._picture.bounds, level), to_device), level
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._ants.draw(painter, to_device, ratio)

    def march(self) -> list[QRectF]:
        """Move the ants on; what of the view they cover."""
        return self._ants.march(self._to_device_at(self.level))

    def work(self, deadline: float) -> list[Rect]:
        """Prepare what was not ready; the rectangles of the document that now are."""
        done = []
        for picture, place in self._pictures():
            for rect in picture.work(deadline):
                done.append(around(place.mapRect(QRectF(*rect))))
        return done

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to ``work``."""
        return all(picture.is_complete for picture, _ in self._pictures())

    def _pictures(self) -> list[tuple[Picture, QTransform]]:
        """All there are, and where they belong."""
        own = [(each, IN_PLACE) for each in (self._picture, self._film, self._wounds)]
        sheets = [self._original, self._preview[1] if self._preview is not None else None]
        return own + [(sheet.picture, sheet.place) for sheet in sheets if sheet is not None]

    def _paint_picture(
        self,
        painter: QPainter,
        picture: Picture,
        area: QRectF,
        deadline: float,
        place: QTransform = IN_PLACE,
    ) -> None:
        viewport = self.view.viewport
        zoom = viewport.zoom * place.m11()
        level = level_of(zoom)
        to_device = QTransform.fromScale(1 << level, 1 << level) * place * self.to_device
        part = self._shown(area, reduce(picture.bounds, level), to_device)
        if part.is_empty:
            return
        image = picture.image(part, level, deadline)
        painter.save()
        painter.setTransform(to_device, combine=True)
        is_exact = zoom * (1 << level) == 1 and viewport.rotation % 90 == 0
        is_soft = min(zoom, viewport.zoom) < NEAREST_FROM  # a draft is not shown as pixels
        smooth = is_soft and not is_exact
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=smooth)
        painter.drawImage(part.x, part.y, image)
        painter.restore()

    def _shown(self, area: QRectF, bounds: Rect, to_device: QTransform) -> Rect:
        """The pixels within ``bounds`` that show in ``area``, with one more on every side."""
        return around(to_device.inverted()[0].mapRect(area)).grow(2).intersect(bounds)

    def seen(self, area: QRectF) -> Rect:
        """The pixels of the document of which any part shows in ``area``."""
        box = self.to_device.inverted()[0].mapRect(area)
        return around(box).intersect(self.view.document.rect)

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
