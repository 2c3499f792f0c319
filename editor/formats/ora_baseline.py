"""What other programs see of an OpenRaster layer that they could not show as it is.

The baseline knows neither masks nor adjustments. A masked layer or group becomes a layer with the
mask in its alpha. An adjustment becomes a layer with the colors that it shows at full strength,
whose opacity is the strength still; its alpha is the mask. Over an opaque picture that is right in
Normal mode. Elsewhere it must not add to the alpha below, which is what ``svg:src-atop`` says; a
program that takes that for Normal shows half transparent pixels as too opaque.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from editor.document.blend import BlendMode
from editor.document.document import Document
from editor.document.geometry import EMPTY, Rect
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Node
from editor.document.tiles import Pixels, TileGrid
from editor.formats import ora
from editor.formats.base import Read, flattened


class Picture(NamedTuple):
    """The pixels of ``rect``, straight RGBA, and how they are put over what is below."""

    rect: Rect
    read: Read
    operator: str


@contextmanager
def picture_of(node: Node, document: Document) -> Iterator[Picture]:
    """A masked layer or group of ``document``, or an adjustment, as plain pixels."""
    operator = ora.OPERATORS[node.mode]
    if isinstance(node, Layer):
        yield Picture(used(node.pixels), _through(node.pixels.read, node), operator)
    elif isinstance(node, LayerGroup):
        with flattened(_document_of(node.children, document)) as read:
            yield Picture(document.rect, _through(read, node), operator)
    elif isinstance(node, AdjustmentLayer):
        below = _below(node)
        opaque = any(covers(each, document.rect) for each in below)
        with flattened(_document_of(below, document)) as read:
            shown = _through(_adjusted(read, node), node)
            operator = ora.OPERATORS[BlendMode.NORMAL] if opaque else ora.OPERATORS[BlendMode.ATOP]
            yield Picture(_reach(node, document), shown, operator)


def _document_of(nodes: list[Node], like: Document) -> Document:
    document = Document(like.size, like.dtype)
    document.root = LayerGroup("root", [node.snapshot() for node in nodes])
    return document


def _below(node: Node) -> list[Node]:
    assert node.parent is not None
    return node.parent.children[: node.parent.index(node)]


def _reach(node: AdjustmentLayer, document: Document) -> Rect:
    """Where it may show anything."""
    mask = node.mask
    if mask is None or not mask.enabled or mask.grid.fill:
        return document.rect
    rect = mask.grid.content_bounds().intersect(document.rect)
    return Rect(0, 0, 1, 1) if rect.is_empty else rect


def _adjusted(read: Read, node: AdjustmentLayer) -> Read:
    """``read`` with other colors, opaque wherever there is anything."""

    def adjusted(rect: Rect) -> Pixels:
        pixels = node.lut.apply(read(rect), node.mode)
        pixels[..., 3] = np.where(pixels[..., 3] > 0, np.iinfo(pixels.dtype).max, 0)
        return pixels

    return adjusted


def _through(read: Read, node: Node) -> Read:
    """``read`` with the alpha multiplied by the mask of ``node``, if it has one."""
    if node.mask is None or not node.mask.enabled:
        return read
    mask = node.mask.grid

    def masked(rect: Rect) -> Pixels:
        pixels = read(rect)
        shown: NDArray[Any] = mask.read(rect)[..., 0]
        alpha = pixels[..., 3].astype(np.uint32) * shown + mask.full // 2
        pixels[..., 3] = alpha // mask.full
        return pixels

    return masked


def covers(node: Node, rect: Rect) -> bool:
    """Whether nothing of ``rect`` can be seen through, whatever is above and below ``node``."""
    if not isinstance(node, Layer) or node.mode is BlendMode.ATOP:
        return False
    shown = node.visible and node.opacity == 1 and not (node.mask and node.mask.enabled)
    return shown and is_opaque(node.pixels, rect)


def is_opaque(grid: TileGrid, rect: Rect) -> bool:
    """Whether nothing of ``rect`` can be seen through."""
    for coord in rect.tiles():
        x, y, w, h = rect.intersect(coord.rect).translate(-coord.rect.x, -coord.rect.y)
        if (grid.tile(coord)[3, y : y + h, x : x + w] != grid.full).any():
            return False
    return True


def used(grid: TileGrid) -> Rect:
    """The smallest rectangle around everything that is not ``fill``, colors under zero alpha
    included; one pixel if there is nothing, since a PNG cannot be empty."""
    rect = EMPTY
    for coord in grid.coords():
        differs = (grid.tile(coord) != grid.fill).any(axis=0)
        rows, columns = np.flatnonzero(differs.any(axis=1)), np.flatnonzero(differs.any(axis=0))
        if rows.size:
            left, top = coord.rect.x + int(columns[0]), coord.rect.y + int(rows[0])
            w, h = int(columns[-1] - columns[0]) + 1, int(rows[-1] - rows[0]) + 1
            rect = rect.union(Rect(left, top, w, h))
    return Rect(0, 0, 1, 1) if rect.is_empty else rect
