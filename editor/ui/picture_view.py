"""A widget that shows the active document: all of the canvas that is only looking."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from time import perf_counter

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPolygonF, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from editor.document.geometry import EMPTY, Rect
from editor.preview import Preview
from editor.ui import overlays
from editor.ui.comparison import Comparison
from editor.ui.screen import Screen
from editor.workspace import View, Workspace

PATIENCE_S = 0.030
"""Rendering for one repaint stops here, and goes on between events."""

SLICE_S = 0.012
"""How long it goes on before the next event gets its turn."""

FEW = 12
"""More parts than these are painted faster as the one box around them (measured)."""

MARCH_MS = 120
"""Between two steps of the marching ants."""

IN_SIGHT = 48
"""Device pixels of the picture that stay in the view however far it is moved."""

Vector = tuple[float, float]


class PictureView(QWidget):
    """Shows ``workspace.active`` through its viewport.

    Positions are device pixels, as in ``Viewport``, unless called logical. Repaints are of what
    changed only, and never wait long for pixels. ``shows_film``: the selection is a film over the
    picture instead of marching ants around it.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shows_film = False
        self._workspace = workspace
        self._screens: dict[View, Screen] = {}
        self._size = self.view_size  # at the last resize
        self._worker = QTimer(self, singleShot=True, interval=0)
        self._worker.timeout.connect(self._work)
        self._march = QTimer(self, interval=MARCH_MS)
        self._march.timeout.connect(self._on_march)
        self._comparison = Comparison(self)
        self._comparison.handle.dragged.connect(self._drag_line)
        self._comparison.handle.stepped.connect(self._step_line)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        workspace.closed.connect(self._on_closed)
        workspace.active_changed.connect(self.on_active_changed)
        workspace.viewport_changed.connect(self.on_viewport_changed)

    @property
    def screen_shown(self) -> Screen | None:
        """The active document on this widget."""
        view = self._workspace.active
        if view is None:
            return None
        if view not in self._screens:
            self._screens[view] = Screen(
                view, partial(self._on_changed, view), partial(self._on_resized, view)
            )
            view.viewport.fit(view.document.size, self.view_size)
        return self._screens[view]

    @property
    def view_size(self) -> Vector:
        """This widget in device pixels."""
        ratio = self.devicePixelRatioF()
        return self.width() * ratio, self.height() * ratio

    @property
    def middle(self) -> Vector:
        """Of the view."""
        w, h = self.view_size
        return w / 2, h / 2

    def fit(self) -> None:
        """Show the whole document."""
        view = self._workspace.active
        if view is not None:
            view.viewport.fit(view.document.size, self.view_size)
            self._workspace.viewport_changed.emit()

    def show_original(self, on: bool) -> None:
        """Show the document as it was when it was opened, or as it is."""
        screen = self.screen_shown
        if screen is not None and screen.shows_original != on:
            screen.show_original(on)
            self.update()

    def show_preview(self, preview: Preview | None) -> bool:
        """Show ``preview`` over the active document, or nothing; whether that is another one."""
        shown, is_new = self.screen_shown, False
        for screen in self._screens.values():
            wanted = preview if screen is shown else None
            if screen.preview is not wanted:
                screen.show_preview(wanted)
                is_new = True
        if is_new:
            self._place_line()
            self.update()
        return is_new

    @property
    def compares(self) -> bool:
        """Whether what was before is shown beside what there is, or would be."""
        return self._comparison.on

    def compare(self, on: bool) -> None:
        """Begin or end that: before and after a preview, or else as opened and now."""
        self._comparison.set_on(on)
        self._place_line()
        self.update()
        if on:
            self._comparison.handle.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def seen(self) -> Rect:
        """The pixels of the active document that are to be seen; empty if nothing is open."""
        screen = self.screen_shown
        return screen.seen(QRectF(0, 0, *self.view_size)) if screen is not None else EMPTY

    def update_areas(self, areas: Iterable[QRectF]) -> None:
        """Repaint parts of the view."""
        region, ratio, origin = QRegion(), self.devicePixelRatioF(), self._origin()
        for area in areas:
            box = area.translated(origin)
            logical = QRectF(box.topLeft() / ratio, box.bottomRight() / ratio)
            region += QRegion(logical.toAlignedRect())
        self.update(region)

    def place(self, position: QPointF) -> Vector:
        """A logical position of the widget in device pixels of the view."""
        place = position * self.devicePixelRatioF() - self._origin()
        return place.x(), place.y()

    def paint_over(self, painter: QPainter, screen: Screen) -> None:
        """Paint what belongs over the picture, in device pixels."""

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:  # closed even after an error: Qt crashes otherwise
            painter.fillRect(event.rect(), self.palette().color(QPalette.ColorRole.Dark))
            screen = self.screen_shown
            if screen is not None:
                self._paint_screen(painter, screen, event.region())

    def _paint_screen(self, painter: QPainter, screen: Screen, region: QRegion) -> None:
        ratio = self.devicePixelRatioF()
        painter.scale(1 / ratio, 1 / ratio)
        painter.translate(self._origin())
        parts = list(region) if region.rectCount() <= FEW else [region.boundingRect()]  # type: ignore[call-overload]
        areas = [
            QRectF(QPointF(*self.place(box.topLeft())), QPointF(*self.place(box.bottomRight())))
            for box in map(QRectF, parts)
        ]
        deadline, split = perf_counter() + PATIENCE_S, self._comparison.split
        screen.paint(painter, areas, ratio, deadline, film=self.shows_film, split=split)
        if screen.shows_original:
            overlays.draw_label(painter, "Original", self.palette(), ratio)
        else:
            if self._shows_ants(screen):
                screen.paint_ants(painter, QRectF(0, 0, *self.view_size), ratio)
                if not self._march.isActive():
                    self._march.start()
            if screen.preview is not None and screen.preview.is_partial:
                frame = QPolygonF(QRectF(*screen.preview.rect))
                overlays.draw_outline(painter, screen.to_device.map(frame), ratio)
            self._comparison.draw(painter, self.palette())
            self.paint_over(painter, screen)
        if not screen.is_ready:
            self._worker.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._follow_size()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.DevicePixelRatioChange:  # moved to another screen
            self._follow_size()
        return super().event(event)

    def _follow_size(self) -> None:
        """Keep a document fitted that was; of others, keep the middle."""
        (old_w, old_h), (w, h) = self._size, self.view_size
        self._size = w, h
        for view in self._screens:
            viewport, fitted = view.viewport, replace(view.viewport)
            fitted.fit(view.document.size, (old_w, old_h))
            if viewport.zoom == fitted.zoom:
                viewport.fit(view.document.size, (w, h))
            else:
                viewport.scroll((w - old_w) / 2, (h - old_h) / 2)
        if self._workspace.active is not None:
            self._workspace.viewport_changed.emit()

    def _shows_ants(self, screen: Screen) -> bool:
        return not self.shows_film and not screen.view.document.selection.is_empty

    def _work(self) -> None:
        screen = self.screen_shown
        if screen is not None:
            done = screen.work(perf_counter() + SLICE_S)
            self.update_areas(screen.device_box(rect) for rect in done)

    def _on_march(self) -> None:
        screen = self.screen_shown
        if screen is not None and self.isVisible() and self._shows_ants(screen):
            self.update_areas(screen.march())
        else:
            self._march.stop()

    # What happened elsewhere.

    def on_active_changed(self) -> None:
        if self.screen_shown is not None:
            self._workspace.viewport_changed.emit()
        self._place_line()
        self.update()

    def on_viewport_changed(self) -> None:
        self._keep_in_sight()
        self._place_line()
        self.update()

    def _on_closed(self, view: View) -> None:
        screen = self._screens.pop(view, None)
        if screen is not None:
            screen.close()

    def _on_changed(self, view: View, rect: Rect) -> None:
        if view is self._workspace.active:
            self.update_areas([self._screens[view].device_box(rect)])

    def _on_resized(self, view: View) -> None:
        view.viewport.fit(view.document.size, self.view_size)
        if view is self._workspace.active:
            self._workspace.viewport_changed.emit()

    # Where things are.

    def _origin(self) -> QPointF:
        """How far the view's first whole device pixel is from the widget's corner: at a fractional
        scale the widget may begin within a pixel, which would blur everything."""
        corner = QPointF(self.mapTo(self.window(), QPoint(0, 0))) * self.devicePixelRatioF()
        return QPointF(corner.toPoint()) - corner

    def _keep_in_sight(self) -> None:
        """Put the picture on whole device pixels, and some of it within the view."""
        screen = self.screen_shown
        if screen is None:
            return
        viewport, (w, h) = screen.view.viewport, self.view_size
        box = screen.to_device.mapRect(QRectF(*screen.view.document.rect))
        dx = max(IN_SIGHT - box.right(), 0) + min(w - IN_SIGHT - box.left(), 0)
        dy = max(IN_SIGHT - box.bottom(), 0) + min(h - IN_SIGHT - box.top(), 0)
        viewport.pan = round(viewport.pan[0] + dx), round(viewport.pan[1] + dy)

    # Before and after.

    def _place_line(self) -> None:
        shown, wanted = self.screen_shown, self._comparison.with_original
        for screen in self._screens.values():
            screen.compare(wanted and screen is shown)
        preview = shown.preview if shown is not None else None
        box = None
        if shown is not None and preview is not None:
            box = shown.to_device.mapRect(QRectF(*preview.rect))
        elif shown is not None and wanted:
            both = shown.view.document.rect.union(shown.view.original.rect)
            box = shown.to_device.mapRect(QRectF(*both))
        if box is not None:
            box = box.intersected(QRectF(0, 0, *self.view_size))
        self._comparison.place(box, self._origin(), previews=preview is not None)

    def _drag_line(self, x: float) -> None:
        self._comparison.drag(self.place(QPointF(x, 0))[0])
        self._place_line()
        self.update()

    def _step_line(self, by: float) -> None:
        self._comparison.step(by)
        self._place_line()
        self.update()
