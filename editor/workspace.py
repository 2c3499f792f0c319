"""What is open and what is chosen."""

from __future__ import annotations

from dataclasses import dataclass, field

from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Layer
from editor.document.signal import Signal
from editor.document.tiles import TileGrid
from editor.viewport import Viewport

Color = tuple[float, float, float]
"""Red, green, blue, 0..1, sRGB."""

BLACK: Color = (0.0, 0.0, 0.0)
WHITE: Color = (1.0, 1.0, 1.0)


@dataclass(eq=False)
class View:
    """An open document and where it is on the screen.

    compositor: renders the document. original: the document as it was when it was opened.
    wounds: strokes of the healing brush that are not filled yet, shown as a film;
    ``wounds_changed(rect)`` tells where.
    """

    document: Document
    viewport: Viewport = field(default_factory=Viewport)
    compositor: Compositor = field(init=False)
    original: Document = field(init=False)
    wounds: list[Wound] = field(default_factory=list, init=False)
    wounds_changed: Signal[[Rect]] = field(default_factory=Signal, init=False)

    def __post_init__(self) -> None:
        self.compositor = Compositor(self.document)
        self.original = self.document.snapshot()

    def mark(self, wound: Wound) -> None:
        """Show ``wound`` from now on."""
        self.wounds.append(wound)
        self.wounds_changed.emit(wound.mask.bounds())

    def unmark(self, wound: Wound) -> None:
        """Show it no more."""
        self.wounds.remove(wound)
        self.wounds_changed.emit(wound.mask.bounds())


@dataclass(frozen=True, eq=False)
class Wound:
    """What a stroke of the healing brush covers of ``layer``, and is to be filled.

    mask: one channel, full scale is replaced. all_layers: it is filled from what is visible up to
    the layer, not from the layer alone.
    """

    view: View
    layer: Layer
    mask: TileGrid
    all_layers: bool


class Workspace:
    """Open documents, the active one, the two colors, the active tool.

    Signals: ``opened(view)``, ``closed(view)``, ``active_changed()``, ``tool_changed()``,
    ``colors_changed()``, ``viewport_changed()`` (of the active view), ``said(text)``: a sentence
    for the status line, and ``heal_asked(wound)``: a stroke of the healing brush wants filling.
    """

    def __init__(self) -> None:
        self.views: list[View] = []
        self.foreground: Color = BLACK
        self.background: Color = WHITE
        self.tool_id = "mask"
        self.opened: Signal[[View]] = Signal()
        self.closed: Signal[[View]] = Signal()
        self.active_changed: Signal[[]] = Signal()
        self.tool_changed: Signal[[]] = Signal()
        self.colors_changed: Signal[[]] = Signal()
        self.viewport_changed: Signal[[]] = Signal()
        self.said: Signal[[str]] = Signal()
        self.heal_asked: Signal[[Wound]] = Signal()
        self._active: View | None = None

    @property
    def active(self) -> View | None:
        return self._active

    @property
    def document(self) -> Document:
        """The active document; only for code that runs when there is one."""
        assert self._active is not None
        return self._active.document

    @property
    def viewport(self) -> Viewport:
        """The active document's; only for code that runs when there is one."""
        assert self._active is not None
        return self._active.viewport

    def add(self, document: Document) -> View:
        """Open ``document`` and make it active."""
        view = View(document)
        self.views.append(view)
        self.opened.emit(view)
        self.activate(view)
        return view

    def activate(self, view: View | None) -> None:
        if view is not self._active:
            self._active = view
            self.active_changed.emit()

    def close(self, view: View) -> None:
        """Close ``view``; its neighbor becomes active. Nothing is asked or saved here."""
        index = self.views.index(view)
        del self.views[index]
        if view is self._active:
            self.activate(self.views[min(index, len(self.views) - 1)] if self.views else None)
        self.closed.emit(view)
        view.compositor.close()

    def choose_tool(self, tool_id: str) -> None:
        if tool_id != self.tool_id:
            self.tool_id = tool_id
            self.tool_changed.emit()

    def set_colors(self, foreground: Color, background: Color) -> None:
        if (foreground, background) != (self.foreground, self.background):
            self.foreground, self.background = foreground, background
            self.colors_changed.emit()

    def say(self, text: str) -> None:
        """Show ``text`` in the status line."""
        self.said.emit(text)
