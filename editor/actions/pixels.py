"""What several actions do with pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from editor.actions.base import Clip
from editor.color import converted
from editor.document.commands import TileEdit
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Layer, Node
from editor.document.tiles import Pixels, TileGrid
from editor.formats.base import to_8_bits
from editor.paint.transform import every_grid, moved


def edited(document: Document, name: str, node: Node, grid: TileGrid, after: TileGrid) -> TileEdit:
    """The edit that makes ``grid`` (pixels or mask of ``node``) like ``after``; not done yet."""

    def notify(rect: Rect) -> None:
        document.touch(node, rect)

    return TileEdit(name, grid, after.changes_since(grid), notify)


def selected(document: Document, grid: TileGrid, rect: Rect) -> Pixels:
    """``rect`` of an RGBA grid, as transparent as it is not selected."""
    pixels = grid.read(rect)
    if not document.selection.is_empty:
        selection = document.selection.read(rect)[..., 0].astype(np.uint32)
        pixels[..., 3] = (pixels[..., 3] * selection + document.full // 2) // document.full
    return pixels


def fitted(document: Document, clip: Clip) -> Pixels:
    """The pixels of ``clip`` in the depth and the color space of ``document``.

    Between different color spaces they are exact to 8 bits.
    """
    pixels, own = clip.pixels, document.metadata.profile
    if clip.profile != own:
        pixels = to_8_bits(pixels)
        colors = converted(np.ascontiguousarray(pixels[..., :3]), clip.profile, own)
        pixels = np.concatenate([colors, pixels[..., 3:]], axis=2)
    if pixels.dtype == document.dtype:
        return pixels
    return to_8_bits(pixels) if document.dtype == np.uint8 else pixels * np.uint16(257)


def composited(document: Document, nodes: Sequence[Node]) -> TileGrid:
    """What ``nodes``, bottom to top and in no tree, look like together; also beyond the canvas.

    The nodes are used up: give it snapshots.
    """
    alone = Document(document.size, document.dtype, document.metadata)
    for node in nodes:
        alone.root.insert(len(alone.root.children), node)
    everything = alone.rect
    for each in alone.root.walk():
        if isinstance(each, Layer):
            everything = everything.union(each.pixels.bounds())
    # a compositor renders the canvas only: make it as large as what there is
    x, y = everything.x, everything.y
    for grid in every_grid(alone):
        grid.replace(moved(grid, -x, -y))
    alone.size = everything.size
    merged = TileGrid(4, document.dtype)
    compositor = Compositor(alone, budget=1 << 26)  # every tile is drawn once only
    for coord in alone.rect.tiles():
        part = coord.rect.intersect(alone.rect)
        merged.write(part, compositor.render(part))
    compositor.close()
    return moved(merged, x, y)
