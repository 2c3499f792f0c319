"""A document made smaller, layer by layer."""

from __future__ import annotations

from editor.document.document import Document
from editor.document.geometry import Coord, Size
from editor.document.layer import Layer
from editor.document.mips import Mips
from editor.document.tiles import TileGrid


def reduced(document: Document, level: int) -> Document:
    """A copy that is halved ``level`` times: its layers, its masks and its selection.

    What is left of odd sizes is cut off, so that no pixel is half beyond the canvas. At level 0 it
    is a snapshot.
    """
    copy = document.snapshot()
    copy.size = Size(document.size.w >> level, document.size.h >> level)
    for node in copy.root.walk():
        if isinstance(node, Layer):
            node.pixels = _halved(node.pixels, level)
        if node.mask is not None:
            node.mask.grid = _halved(node.mask.grid, level)
    copy.selection = _halved(copy.selection, level)
    return copy


def _halved(grid: TileGrid, level: int) -> TileGrid:
    small, mips = TileGrid(grid.channels, grid.dtype, grid.fill), Mips()
    for column, row in {(at.column >> level, at.row >> level) for at in grid.coords()}:
        coord = Coord(column, row)
        small.put(coord, mips.tile(grid, level, coord))
    return small
