"""One picture being edited."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from editor.document.geometry import Rect, Size
from editor.document.history import History
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask, Node
from editor.document.signal import Signal
from editor.document.tiles import Pixels, TileGrid


@dataclass(frozen=True)
class Metadata:
    """What a file says beside its pixels, kept as bytes and written back as it came.

    profile: ICC profile of the pixel values, ``None`` means sRGB. exif: TIFF-style EXIF block with
    the orientation already set to 1. xmp: XMP packet. dpi: resolution across and down. texts: pairs
    of keyword and text, as a PNG file has them.
    """

    profile: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    dpi: tuple[float, float] | None = None
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Source:
    """The file a document came from; the path is ``None`` for a document that has none.

    notes: sentences for the user, what opening the file could not keep.
    """

    path: Path | None = None
    title: str = "Untitled"
    notes: tuple[str, ...] = ()


class Document:
    """Size, layer tree, selection and history of one picture.

    Pixel values stay in the color space of the file they came from (``metadata.profile``), so
    opening and saving changes no byte; only the screen converts. ``dtype`` is uint8 or uint16 for
    every grid in the document. The selection is one channel, full scale is selected; an empty
    selection grid means that nothing limits editing.

    Signals, all emitted after the state is consistent:

    - ``changed(node, rect)``: pixels, mask or a visible property of ``node`` changed what
      ``rect`` looks like; ``None`` for the node means the tree itself, or more than one node.
    - ``layers_changed()``: nodes came, went, moved or had a property changed.
    - ``active_changed()``: another node is active, or its mask instead of its pixels.
    - ``selection_changed(rect)``; ``resized()``; ``saved_as()`` for a new ``source``.
    """

    def __init__(
        self, size: Size, dtype: DTypeLike = np.uint8, metadata: Metadata | None = None
    ) -> None:
        self.size = size
        self.dtype = np.dtype(dtype)
        self.metadata = metadata or Metadata()
        self.source = Source()
        self.root = LayerGroup("root")
        self.selection = TileGrid(1, self.dtype)
        self.history = History()
        self.changed: Signal[[Node | None, Rect]] = Signal()
        self.layers_changed: Signal[[]] = Signal()
        self.active_changed: Signal[[]] = Signal()
        self.selection_changed: Signal[[Rect]] = Signal()
        self.resized: Signal[[]] = Signal()
        self.saved_as: Signal[[]] = Signal()
        self._active: Node | None = None
        self._edits_mask = False

    @classmethod
    def from_pixels(
        cls, pixels: Pixels, name: str = "Background", metadata: Metadata | None = None
    ) -> Document:
        """A document with one layer. pixels: ``(h, w, 4)``, uint8 or uint16, straight alpha."""
        h, w, _ = pixels.shape
        document = cls(Size(w, h), pixels.dtype, metadata)
        layer = Layer(name, TileGrid.from_pixels(pixels))
        document.root.insert(0, layer)
        document._active = layer
        return document

    @property
    def rect(self) -> Rect:
        """The canvas."""
        return Rect(0, 0, *self.size)

    @property
    def full(self) -> int:
        """The largest value of a channel: 255 or 65535."""
        return int(np.iinfo(self.dtype).max)

    @property
    def active(self) -> Node | None:
        return self._active

    @property
    def edits_mask(self) -> bool:
        """Whether painting goes to the active node's mask; an adjustment has nothing else."""
        node = self._active
        if node is None or node.mask is None:
            return False
        return self._edits_mask or isinstance(node, AdjustmentLayer)

    def activate(self, node: Node | None, *, mask: bool = False) -> None:
        """Make ``node`` (or its mask) what tools work on."""
        if node is not self._active or mask != self._edits_mask:
            self._active, self._edits_mask = node, mask
            self.active_changed.emit()

    @property
    def target(self) -> TileGrid | None:
        """The grid that painting tools change: the active layer's pixels, or a mask."""
        node = self._active
        if self.edits_mask:
            assert node is not None
            assert node.mask is not None
            return node.mask.grid
        return node.pixels if isinstance(node, Layer) else None

    def new_layer(self, name: str) -> Layer:
        """An empty layer of this document's depth, not yet in the tree."""
        return Layer(name, TileGrid(4, self.dtype))

    def new_mask(self) -> Mask:
        """A mask that shows everything, not yet on a layer."""
        return Mask.reveal_all(self.dtype)

    def place_above_active(self) -> tuple[LayerGroup, int]:
        """Where a new node goes: the group and the index directly above the active node."""
        node = self._active
        if node is None or node.parent is None:
            return self.root, len(self.root.children)
        return node.parent, node.parent.index(node) + 1

    def touch(self, node: Node | None, rect: Rect) -> None:
        """Say that ``rect`` looks different because of ``node``."""
        self.changed.emit(node, rect)

    def snapshot(self, active: Node | None = None) -> Document:
        """A copy that shares every tile, for saving or inference on another thread.

        It has no listeners and an empty history; ``active`` in it is the copy of the active node,
        or else of the one given.
        """
        chosen = active or self._active
        copy = Document(self.size, self.dtype, self.metadata)
        copy.source = self.source
        copy.root = self.root.snapshot()
        copy.selection = self.selection.snapshot()
        pairs = zip(self.root.walk(), copy.root.walk(), strict=True)
        copy._active = next((twin for node, twin in pairs if node is chosen), None)
        copy._edits_mask = self._edits_mask and chosen is self._active
        return copy
