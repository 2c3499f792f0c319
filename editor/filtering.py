"""Filters on what is painted on: through the selection, as one step, with a preview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor import retouch
from editor.document.commands import edit_pixels
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Layer, Node
from editor.document.tiles import Pixels, TileGrid
from editor.filters import Filter, described
from editor.jobs import Job, JobRunner
from editor.preview import LIMIT_PX, OUT_OF_SIGHT, Preview, middle_of
from editor.tools.target import Target
from editor.workspace import Workspace
from neural.errors import NeuralError
from neural.image import reflected
from neural.progress import Progress

BLOCK_PX = 512
"""Side of what is filtered at once: between two of them the work can be stopped."""

CHANGED = "The layer changed meanwhile: filter it once more."


@dataclass(frozen=True)
class Filtered:
    """What a filter made of a grid: the parts that it replaces."""

    parts: tuple[tuple[Rect, Pixels], ...]


def submit(workspace: Workspace, runner: JobRunner, filter_: Filter) -> Job:
    """Start ``filter_`` on the active layer, or its mask; only where nothing refuses to paint.

    The result is one step in the history, named after the filter and its parameters; a layer that
    was painted on meanwhile stays as that made it, and the status line says so.
    """
    document = workspace.document
    target, snapshot = Target.of(document), document.snapshot()
    before = target.grid.snapshot()
    job = Job(
        filter_.title,
        lambda progress: filtered(filter_, snapshot, snapshot.rect, progress),
        partial(_put, workspace, target, before, described(filter_)),
    )
    runner.submit(job)
    return job


def filtered(filter_: Filter, document: Document, part: Rect, progress: Progress) -> Filtered:
    """What ``filter_`` makes of ``part`` of what is painted on.

    Limited to the canvas, whose edge mirrors the picture, and to the selection, which mixes. Where
    that is 0 the very bytes stay, and so does alpha where the layer's transparency is locked.

    Raises:
        NeuralError: nothing is selected here, or there are no pixels.
        Cancelled
    """
    area = area_of(document).intersect(part)
    if area.is_empty:
        raise NeuralError(OUT_OF_SIGHT)
    target, parts = Target.of(document), []
    blocks = list(_blocks(area, filter_.reach))
    for done, block in enumerate(blocks):
        progress(done / len(blocks))
        before = target.grid.read(block)
        after = _filtered(filter_, document, target, block)
        if not document.selection.is_empty:
            after = _mixed(before, after, document.selection.read(block)[..., 0], document.full)
        parts.append((block, after))
    progress(1.0)
    return Filtered(tuple(parts))


class FilterPreview:
    """The ``Maker`` of previews for a filter."""

    def __init__(self, filter_: Filter) -> None:
        self._filter = filter_

    def __call__(self, document: Document, seen: Rect, progress: Progress) -> Preview:
        looked_at = area_of(document).intersect(seen)
        if looked_at.is_empty:
            raise NeuralError(OUT_OF_SIGHT)
        part = middle_of(looked_at, LIMIT_PX)
        after = document.snapshot()
        _write(Target.of(after).grid, filtered(self._filter, document, part, progress))
        pixels = retouch.visible(after, part)
        picture = Document.from_pixels(pixels, metadata=document.metadata)
        is_partial = part != looked_at
        return Preview(picture, part, part if is_partial else seen, is_partial)


def area_of(document: Document) -> Rect:
    """What a filter may change: the canvas, or what is selected of it.

    Raises:
        NeuralError: there is nothing that is painted on.
    """
    if document.target is None:
        raise NeuralError("Choose a layer to filter: what is chosen has no pixels.")
    if document.selection.is_empty:
        return document.rect
    return document.selection.content_bounds().intersect(document.rect)


def _put(
    workspace: Workspace, target: Target, before: TileGrid, name: str, answer: Filtered
) -> None:
    """Put the answer where it was asked for, if that is as it was."""
    document, node = target.document, target.node
    if all(view.document is not document for view in workspace.views):
        return
    if not _is_there(document, node, target.grid) or target.grid.changes_since(before):
        workspace.say(CHANGED)
        return
    _write(target.grid, answer)
    edit = edit_pixels(document, name, node, target.grid, before)
    if edit.changes:
        document.history.push(edit, done=True)
        for rect, _ in answer.parts:
            document.touch(node, rect)
    workspace.say(f"{name}.")


def _is_there(document: Document, node: Node, grid: TileGrid) -> bool:
    if all(each is not node for each in document.root.walk()):
        return False
    pixels = node.pixels if isinstance(node, Layer) else None
    return grid is pixels or (node.mask is not None and grid is node.mask.grid)


def _write(grid: TileGrid, answer: Filtered) -> None:
    for rect, pixels in answer.parts:
        grid.write(rect, pixels)


def _blocks(area: Rect, reach: int) -> Iterator[Rect]:
    """``area`` in parts large enough that little of the work is for what lies around them."""
    side = max(BLOCK_PX, 2 * reach)
    for y in range(area.y, area.bottom, side):
        for x in range(area.x, area.right, side):
            yield Rect(x, y, side, side).intersect(area)


def _filtered(filter_: Filter, document: Document, target: Target, block: Rect) -> Pixels:
    """``block`` of the target, filtered all over."""
    step = filter_.grain
    around = block.grow(filter_.reach)
    around = Rect.from_edges(
        around.x // step * step,
        around.y // step * step,
        -(-around.right // step) * step,
        -(-around.bottom // step) * step,
    )
    pixels = _mirrored(target.grid, around, document.rect)
    full, channels = document.full, target.grid.channels
    if channels == 1:
        window = pixels * np.float32(1 / full)
        return _inside(_levels(filter_(window, full), pixels), around, block)
    if not filter_.spreads:
        image = filter_(retouch.to_network(pixels), full)
        return _inside(retouch.from_network(image, pixels), around, block)
    window = filter_(_premultiplied(pixels, full), full)
    result = _inside(_straight(window, pixels), around, block)
    if target.alpha_locked:
        result[..., 3] = target.grid.read(block)[..., 3]
    return result


def _mirrored(grid: TileGrid, rect: Rect, canvas: Rect) -> Pixels:
    """What is in ``rect``, mirrored where it lies beyond the canvas."""
    rows = reflected(rect.y, rect.bottom, canvas.h)
    columns = reflected(rect.x, rect.right, canvas.w)
    left, top = int(columns.min()), int(rows.min())
    found = grid.read(Rect.from_edges(left, top, int(columns.max()) + 1, int(rows.max()) + 1))
    if found.shape[:2] == (rect.h, rect.w):
        return found
    return found[(rows - top)[:, None], columns - left]


def _straight(window: NDArray[np.float32], like: Pixels) -> Pixels:
    """Premultiplied ``(h, w, 4)`` as straight alpha; the colors of nothing stay what they were."""
    alpha = window[..., 3:].clip(0, 1)
    levels = _levels(np.concatenate([window[..., :3] / np.maximum(alpha, 1e-6), alpha], -1), like)
    nothing = levels[..., 3] == 0
    levels[nothing, :3] = like[nothing, :3]
    return levels


def _levels(window: NDArray[np.float32], like: Pixels) -> Pixels:
    full = np.float32(np.iinfo(like.dtype).max)
    return np.rint(window.clip(0, 1) * full).astype(like.dtype)


def _mixed(before: Pixels, after: Pixels, selection: NDArray[Any], full: int) -> Pixels:
    """``after`` as far as it is selected, ``before`` elsewhere; colors weigh as much as alpha."""
    if (selection == full).all():
        return after
    amount = selection[..., None] * np.float32(1 / full)
    if before.shape[2] == 1:
        one, other = (each * np.float32(1 / full) for each in (before, after))
        mixed = _levels(one * (1 - amount) + other * amount, before)
    else:
        one, other = (_premultiplied(each, full) for each in (before, after))
        mixed = _straight(one * (1 - amount) + other * amount, before)
    mixed = np.where(amount == 1, after, mixed)
    return np.where(amount == 0, before, mixed)


def _premultiplied(pixels: Pixels, full: int) -> NDArray[np.float32]:
    window = pixels * np.float32(1 / full)
    window[..., :3] *= window[..., 3:]
    return window


def _inside(pixels: Pixels, frame: Rect, rect: Rect) -> Pixels:
    """``rect`` out of ``pixels``, which are what is in ``frame``."""
    x, y = rect.x - frame.x, rect.y - frame.y
    return pixels[y : y + rect.h, x : x + rect.w]
