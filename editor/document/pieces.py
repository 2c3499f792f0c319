"""What the layer tree puts on one tile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from editor.document.blend import BlendMode
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Node
from editor.document.lut import Lut
from editor.document.tiles import Tile, TileGrid, full_scale

Area = tuple[slice, slice]
"""Rows and columns of a tile."""

Fetch = Callable[[TileGrid], Tile | None]
"""Finds the tile of a grid at one place and level; ``None`` if nothing is stored there."""

Key = tuple[Any, ...]

Source: TypeAlias = "Tile | tuple[Piece, ...] | Lut | None"


class Piece(NamedTuple):
    """One node on one tile.

    key: equal for pieces that look the same, as long as the sources and masks of both are alive.
    source: the node's pixels, what its children put there, the table of an adjustment, or ``None``
    if it shows nothing. mask: a tile of one channel. focus: whether it is the active node or a
    group around it; such a piece is there even when it shows nothing, since it parts what is below
    from what is above.
    """

    key: Key
    source: Source
    mask: Tile | None
    opacity: float
    mode: BlendMode
    focus: bool

    @property
    def is_plain(self) -> bool:
        """Whether its pixels come as they are: no blending, fading or masking."""
        return self.mode is BlendMode.NORMAL and self.opacity == 1 and self.mask is None

    @property
    def is_alone(self) -> bool:
        """Whether it looks the same whatever is below it, which only shows through."""
        return self.mode is BlendMode.NORMAL and not isinstance(self.source, Lut)


def key_of(pieces: Iterable[Piece]) -> Key:
    return tuple(piece.key for piece in pieces)


def pieces_of(group: LayerGroup, fetch: Fetch, path: frozenset[int]) -> tuple[Piece, ...]:
    """What the children of ``group`` put on the tile that ``fetch`` finds, bottom to top.

    path: identities of the active node and the groups around it. A plain group of Normal layers is
    replaced by its layers, which gives the same picture; an adjustment keeps to its group.
    """
    pieces: list[Piece] = []
    for node in group.children:
        piece = _piece(node, fetch, path)
        if piece is not None:
            pieces.extend(_opened(piece))
    return tuple(pieces)


def _piece(node: Node, fetch: Fetch, path: frozenset[int]) -> Piece | None:
    source: Source = None
    mask: Tile | None = None
    focus = id(node) in path
    if node.visible and node.opacity > 0:
        if isinstance(node, LayerGroup):
            source = pieces_of(node, fetch, path) or None
        elif isinstance(node, Layer):
            source = fetch(node.pixels)
        elif isinstance(node, AdjustmentLayer):
            source = node.lut
        if node.mask is not None and node.mask.enabled:
            grid = node.mask.grid
            mask = fetch(grid)
            if mask is None and grid.fill == 0:
                source = None
    if source is None and not focus:
        return None
    content = key_of(source) if isinstance(source, tuple) else id(source)
    key = content, id(mask), node.opacity, node.mode
    return Piece(key, source, mask, node.opacity, node.mode, focus)


def _opened(piece: Piece) -> Sequence[Piece]:
    children = piece.source
    if not isinstance(children, tuple) or not piece.is_plain:
        return (piece,)
    if not all(child.is_alone for child in children):
        return (piece,)
    is_active_itself = piece.focus and not any(child.focus for child in children)
    return (piece,) if is_active_itself else children


def covers(piece: Piece, area: Area) -> bool:
    """Whether nothing shows through ``piece``."""
    source = piece.source
    if not isinstance(source, np.ndarray) or not piece.is_plain:
        return False
    alpha, full = source[3, *area], full_scale(source.dtype)
    return bool(alpha[0, 0] == full and alpha.min() == full)


def visible(pieces: Sequence[Piece], area: Area) -> Sequence[Piece]:
    """``pieces`` without those hidden by an opaque one above them."""
    for index in range(len(pieces) - 1, 0, -1):
        if covers(pieces[index], area):
            return pieces[index:]
    return pieces


def changed_part(old: Sequence[Piece], new: Sequence[Piece], area: Area) -> Area | None:
    """The part of ``area`` where ``new`` may look different from ``old``, ``None`` if no part.

    Where only pixels changed they are compared, so that undoing a thin stroke, which is told in
    whole tiles, draws little more than the stroke.
    """
    if len(old) != len(new):
        return area
    parts: list[Area] = []
    for before, after in zip(old, new, strict=True):
        if before.key != after.key:
            part = _changed_source(before, after, area)
            if part is not None:
                parts.append(part)
    if not parts:
        return None
    rows, columns = zip(*parts, strict=True)
    return _around(rows), _around(columns)


def _changed_source(before: Piece, after: Piece, area: Area) -> Area | None:
    old, new = before.source, after.source
    if before.key[1:] != after.key[1:]:
        return area
    if isinstance(old, tuple) and isinstance(new, tuple):
        return changed_part(old, new, area)
    if not isinstance(old, np.ndarray) or not isinstance(new, np.ndarray):
        return area
    differs = (old[:, *area] != new[:, *area]).any(0)
    rows, columns = np.flatnonzero(differs.any(1)), np.flatnonzero(differs.any(0))
    if not rows.size:
        return None
    top, left = area[0].start, area[1].start
    return (
        slice(top + int(rows[0]), top + int(rows[-1]) + 1),
        slice(left + int(columns[0]), left + int(columns[-1]) + 1),
    )


def _around(spans: Iterable[slice]) -> slice:
    spans = tuple(spans)
    return slice(min(span.start for span in spans), max(span.stop for span in spans))
