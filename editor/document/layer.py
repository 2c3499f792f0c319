"""Layers, groups, adjustments and masks: plain values in a tree.

Commands change them; ``Document`` tells.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from editor.document.blend import BlendMode
from editor.document.lut import Lut
from editor.document.tiles import TileGrid


class Mask:
    """One channel on a layer: full scale shows, 0 hides.

    The grid's ``fill``, which says what missing tiles do, is full scale or 0.
    """

    def __init__(self, grid: TileGrid, *, enabled: bool = True) -> None:
        self.grid = grid
        self.enabled = enabled

    @classmethod
    def reveal_all(cls, dtype: DTypeLike) -> Mask:
        return cls(TileGrid(1, dtype, fill=int(np.iinfo(np.dtype(dtype)).max)))

    def snapshot(self) -> Mask:
        return Mask(self.grid.snapshot(), enabled=self.enabled)


class Node(ABC):
    """What layers, groups and adjustments have in common.

    ``opacity`` is 0..1. ``locked`` refuses every change of pixels and mask. ``recipe`` says how a
    neural result was made (JSON values only), ``None`` for everything else. ``attributes`` are
    unknown attributes of an OpenRaster file, kept to be written back.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.visible = True
        self.opacity = 1.0
        self.mode = BlendMode.NORMAL
        self.locked = False
        self.mask: Mask | None = None
        self.parent: LayerGroup | None = None
        self.recipe: dict[str, Any] | None = None
        self.attributes: dict[str, str] = {}

    @abstractmethod
    def snapshot(self) -> Node:
        """A copy that shares the tiles and does not belong to any group."""

    def _copy_to(self, other: Node) -> None:
        for key in ("visible", "opacity", "mode", "locked", "recipe"):
            setattr(other, key, getattr(self, key))
        other.attributes = dict(self.attributes)
        other.mask = self.mask.snapshot() if self.mask else None

    def ancestors(self) -> Iterator[LayerGroup]:
        """The groups around this node, the innermost first."""
        group = self.parent
        while group is not None:
            yield group
            group = group.parent

    @property
    def is_locked(self) -> bool:
        """Whether this node or a group around it is locked."""
        return self.locked or any(group.locked for group in self.ancestors())

    @property
    def is_shown(self) -> bool:
        """Whether this node and all groups around it are visible."""
        return self.visible and all(group.visible for group in self.ancestors())


class Layer(Node):
    """Pixels: RGBA with straight alpha, in the document's depth and color space."""

    def __init__(self, name: str, pixels: TileGrid) -> None:
        super().__init__(name)
        self.pixels = pixels
        self.alpha_locked = False

    def snapshot(self) -> Layer:
        copy = Layer(self.name, self.pixels.snapshot())
        self._copy_to(copy)
        copy.alpha_locked = self.alpha_locked
        return copy


class AdjustmentLayer(Node):
    """No pixels: other colors for what is below it in its group, mixed in by opacity and mask.

    Alpha stays as it is, and nothing stays nothing. ``lut`` is in the document's color space.
    """

    def __init__(self, name: str, lut: Lut) -> None:
        super().__init__(name)
        self.lut = lut

    def snapshot(self) -> AdjustmentLayer:
        copy = AdjustmentLayer(self.name, self.lut)
        self._copy_to(copy)
        return copy


class LayerGroup(Node):
    """Children from bottom to top, composited on their own before they meet what is below."""

    def __init__(self, name: str, children: list[Node] | None = None) -> None:
        super().__init__(name)
        self.children: list[Node] = []
        for child in children or []:
            self.insert(len(self.children), child)

    def insert(self, index: int, node: Node) -> None:
        node.parent = self
        self.children.insert(index, node)

    def remove(self, node: Node) -> int:
        """Take ``node`` out; returns the index where it was."""
        index = self.index(node)
        del self.children[index]
        node.parent = None
        return index

    def index(self, node: Node) -> int:
        return next(i for i, child in enumerate(self.children) if child is node)

    def walk(self) -> Iterator[Node]:
        """Every node below this group, bottom to top, a group before its children."""
        for child in self.children:
            yield child
            if isinstance(child, LayerGroup):
                yield from child.walk()

    def snapshot(self) -> LayerGroup:
        copy = LayerGroup(self.name, [child.snapshot() for child in self.children])
        self._copy_to(copy)
        return copy
