"""What several actions do with pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from editor.actions.base import Clip
from editor.color import converted
from editor.document.commands import TileEdit
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import EMPTY, Rect
from editor.document.layer import Layer, LayerGroup, Node
from editor.document.tiles import Pixels, TileGrid
from editor.formats.base import to_8_bits


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


def composited(
    document: Document, nodes: Sequence[Layer | LayerGroup], rect: Rect | None = None
) -> TileGrid:
    """What ``nodes``, bottom to top and in no tree, look like together; ``rect`` limits it."""
    alone = Document(document.size, document.dtype, document.metadata)
    for node in nodes:
        alone.root.insert(len(alone.root.children), node)
    if rect is None:
        rect = EMPTY
        for each in alone.root.walk():
            rect = rect.union(each.pixels.bounds() if isinstance(each, Layer) else EMPTY)
    merged = TileGrid(4, document.dtype)
    compositor = Compositor(alone)
    for coord in rect.tiles():
        part = coord.rect.intersect(rect)
        merged.write(part, compositor.render(part))
    compositor.close()
    return merged
