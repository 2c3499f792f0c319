"""The door between a document and a network: pixels out, pixels in, and one new layer.

A document has uint8 or uint16 RGBA with straight alpha; a network sees float32 RGB, 0..1. Alpha is
kept back and put on again. Knows no Qt, so that the command line runs what the editor runs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.document.blend import BlendMode
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import Layer, LayerGroup, Mask, Node
from editor.document.mips import scale_down
from editor.document.tiles import Pixels, TileGrid
from editor.formats.base import flattened
from editor.profiled import shown_of, with_looks_of
from neural.account import Account, Result
from neural.engine import Engine
from neural.errors import NeuralError
from neural.image import Box, Image, extend_edges
from neural.operations.base import Operation, Retouching
from neural.progress import Progress
from neural.record import encode

OVERVIEW_PX = 1024


@dataclass(frozen=True)
class Retouched:
    """What an operation made of a document.

    layer: the result, masked by the mask that was used, with its recipe; not yet in a tree.
    picture: ``(h, w, 4)``, what ``rect`` looks like with the layer, in the document's depth, with
    the alpha from before; where the mask is 0 the very bytes, invisible colors included.
    changed_outside: how many pixels with mask 0 look different with the layer; a real count.
    """

    layer: Layer
    rect: Rect
    picture: Pixels
    result: Result
    changed_outside: int


@dataclass(frozen=True)
class Healed:
    """What an operation made of a part of a layer.

    colors: float32 ``(3, h, w)``, 0..1, for ``rect``. alpha: ``(h, w)``, 0..1, how far they replace
    what is there. recipe: of a layer that was healed here and there, so without parameters: it
    cannot be run again as a whole.
    """

    rect: Rect
    colors: NDArray[np.float32]
    alpha: NDArray[np.float32]
    recipe: dict[str, Any]


def apply(
    operation: Retouching,
    document: Document,
    engine: Engine,
    progress: Progress,
    model: str | None = None,
    part: Rect | None = None,
) -> Retouched:
    """Run ``operation`` on what the active layer and everything below it look like.

    document: a snapshot, which belongs to this call: layers above the active one are hidden in it.
    Its selection is the mask; an operation that needs none works on the whole canvas without it.
    Whatever is selected at all is replaced; how soft the edge is, the mask of the layer says,
    unless the mask is the strength of the operation: then the network has heeded it.
    model: a card's id, else the preferred one. part: it and nothing else is worked on; something
    in it is selected.

    Raises:
        NeuralError: nothing is selected, no model, no memory; the message is for the user.
        Cancelled
    """
    hole = part or to_replace(operation, document)
    context = operation.context(Box(*hole), *document.size)
    seen = Rect(*context)
    hide_above(document)
    here = with_looks_of(placed(operation, document, seen), document)
    before = visible(document, seen)
    mask = _mask(operation, document, seen)
    if not before[..., 3][mask > 0].any():
        raise NeuralError("Everything under the mask is transparent, and would stay so.")
    progress(0.05)
    going = mask > 0
    image = to_network(before, going if operation.needs_mask else None)
    strength = going.astype(np.float32)
    if operation.mask_is_strength:
        strength = mask * np.float32(1 / document.full)
        mask = np.where(mask > 0, mask.dtype.type(document.full), mask)
    result = engine.run(here, image, strength, progress.part(0.05, 0.95), model)
    after = from_network(result.image, before)
    shown = before[..., 3] > 0
    is_solid = bool((before[..., 3][shown & (mask > 0)] == document.full).all())
    if not is_solid:
        after[..., 3] = np.where(shown, document.full, 0)
    layer = Layer(name_of(operation), TileGrid.from_pixels(cut(after, seen, hole), hole.x, hole.y))
    layer.mode = BlendMode.NORMAL if is_solid else BlendMode.ATOP  # nothing gets less transparent
    layer.mask = Mask(TileGrid.from_pixels(cut(mask[..., None], seen, hole), hole.x, hole.y))
    parent, index = document.place_above_active()
    parent.insert(index, layer)
    composite = visible(document, seen)
    outside = mask == 0
    changed = count_changed(before, composite, outside)
    parent.remove(layer)
    layer.recipe = {**recipe_of(operation, result), "changed_outside": changed}
    composite[..., 3] = before[..., 3]
    picture = np.where(outside[..., None], before, composite)
    progress(1.0)
    return Retouched(layer, hole, cut(picture, seen, hole), result, changed)


def healed(
    operation: Retouching,
    document: Document,
    mask: TileGrid,
    engine: Engine,
    progress: Progress,
    *,
    all_layers: bool,
) -> Healed:
    """Run ``operation`` on what ``mask`` covers of the active layer.

    document: a snapshot, which belongs to this call. mask: one channel in the document's depth,
    full scale is replaced. all_layers: the layer is seen as everything up to it looks like, else
    alone. Whatever is covered at all is replaced; how far it is mixed in, the alpha says.

    Raises:
        NeuralError: everything there is transparent, no model, no memory.
        Cancelled
    """
    hole = mask.content_bounds().intersect(document.rect)
    seen = Rect(*operation.context(Box(*hole), *document.size))
    layer = document.active
    assert isinstance(layer, Layer)
    if all_layers:
        hide_above(document)
    before = visible(document, seen) if all_layers else layer.pixels.read(seen)
    covered = mask.read(seen)[..., 0] * (before[..., 3] > 0)
    if not covered.any():
        raise NeuralError("There is nothing to heal: the layer is transparent there.")
    going = mask.read(seen)[..., 0] > 0
    image = to_network(before, going)
    result = engine.run(operation, image, going.astype(np.float32), progress)
    alpha = cut(covered, seen, hole) * np.float32(1 / document.full)
    colors = cut(result.image, seen, hole).transpose(2, 0, 1)
    once = ("parameters", "seconds", "notes")
    recipe = {key: said for key, said in recipe_of(operation, result).items() if key not in once}
    return Healed(hole, colors, alpha, recipe)


def to_network(pixels: Pixels, going: NDArray[np.bool_] | None = None) -> Image:
    """Colors as a network sees them: float32 ``(h, w, 3)``, 0..1.

    pixels: ``(h, w, 4)``, uint8 or uint16, straight alpha. The color of fully transparent pixels
    means nothing; the network sees the colors around them instead, but none of what is ``going``.
    """
    image = pixels[..., :3] * np.float32(1 / np.iinfo(pixels.dtype).max)
    shown = pixels[..., 3] > 0
    if going is None or not (shown & ~going).any():
        return extend_edges(image, shown)
    return np.where(shown[..., None], image, extend_edges(image, shown & ~going))


def from_network(image: Image, like: Pixels) -> Pixels:
    """Colors in the depth of ``like``, ``(h, w, 4)``, with its alpha.

    A value that went through ``to_network`` and was not changed comes back as it was.
    """
    full = np.iinfo(like.dtype).max
    pixels = like.copy()
    pixels[..., :3] = np.rint(np.clip(image, 0, 1) * np.float32(full))
    return pixels


def count_changed(one: Pixels, other: Pixels, where: NDArray[np.bool_]) -> int:
    """How many pixels look different among those of a ``(h, w)`` mask; transparent ones never do.

    one, other: ``(h, w, 4)``, of the same depth.
    """
    shown = (one[..., 3] > 0) | (other[..., 3] > 0)
    return int(np.count_nonzero((one != other).any(axis=-1) & shown & where))


def visible(document: Document, rect: Rect) -> Pixels:
    """``rect`` as it looks: ``(h, w, 4)`` in the document's depth, straight alpha."""
    with flattened(document) as read:
        return read(rect)


def overview(document: Document) -> Pixels:
    """All of it as it looks, halved until its longest side is 1024 px at most."""
    level, rect = 0, document.rect
    while max(rect.w, rect.h) > OVERVIEW_PX:
        level += 1
        rect = scale_down(document.rect, level)
    compositor = Compositor(document, budget=1 << 26)
    try:
        return compositor.render(rect, level)
    finally:
        compositor.close()


def map_of(operation: Operation, document: Document) -> Layer | None:
    """The layer that an operation takes for a map of its ``regions``, if it wants one.

    Raises:
        NeuralError: there is no such layer.
    """
    name = getattr(operation, "regions", "")
    if not name:
        return None
    for node in document.root.walk():
        if isinstance(node, Layer) and node.name == name:
            return node
    raise NeuralError(f"There is no layer called {name} to say what rules where.")


def placed(operation: Retouching, document: Document, rect: Rect) -> Retouching:
    """The operation, told where ``rect`` is, if it matters, and what its map shows there, if it has
    one. That is no part of the picture, and is hidden in ``document``.
    """
    given: Any = operation
    if hasattr(operation, "at"):
        given = replace(given, at=(rect.x, rect.y))
    if layer := map_of(operation, document):
        layer.visible = False
        given = replace(given, map=shown_of(layer.pixels.read(rect), document))
    return given


def hide_above(document: Document) -> None:
    """Hide what is composited after the active node: it goes on top of the result as well."""
    node: Node | None = document.active
    while node is not None and node.parent is not None:
        group: LayerGroup = node.parent
        for above in group.children[group.index(node) + 1 :]:
            above.visible = False
        node = group


def rewind(operation: Operation, document: Document) -> None:
    """Turn a snapshot back into what ``operation`` was run on when it made the active layer: hide
    that, and select what it is masked with. What is selected is left if it covers the same: it may
    be soft where the mask is not, as it was the strength.
    """
    node = document.active
    assert node is not None
    node.visible = False
    masks = [each.mask.grid for each in (node, *node.ancestors()) if each.mask is not None]
    used = next((mask for mask in masks if not mask.is_empty), None)
    if used is not None:
        mask, selected = (grid.read(document.rect) for grid in (used, document.selection))
        if not np.array_equal(mask > 0, selected > 0):
            document.selection.replace(TileGrid.from_pixels(mask))
    elif not operation.needs_mask:
        document.selection.replace(TileGrid(1, document.dtype))


def name_of(operation: Operation) -> str:
    seed = getattr(operation, "seed", None)
    return operation.title if seed is None else f"{operation.title} · seed {seed}"


def recipe_of(operation: Operation, result: Account) -> dict[str, Any]:
    """What it takes to make the layer again, and what was said about it; JSON values."""
    made: dict[str, Any] = {"operation": operation.task, "parameters": encode(operation)}
    first, *others = [
        {"model": card.id, "version": card.version, "sha256": card.sha256} for card in result.cards
    ] or [{}]
    source = [card.provenance.digital_source_type for card in result.cards]
    return {
        **made,
        **first,
        **({"others": others} if others else {}),
        "digital_source_type": source[0] if source else "algorithmicallyEnhanced",
        "provider": result.provider,
        "seconds": round(result.seconds, 3),
        "notes": list(result.notes),
    }


def to_replace(operation: Retouching, document: Document) -> Rect:
    """The bounds of the mask.

    Raises:
        NeuralError: nothing is selected.
    """
    if document.selection.is_empty and not operation.needs_mask:
        return document.rect
    hole = document.selection.content_bounds().intersect(document.rect)
    if hole.is_empty:
        raise NeuralError("The mask is empty: paint over what is to be replaced.")
    return hole


def _mask(operation: Retouching, document: Document, rect: Rect) -> NDArray[Any]:
    """``(h, w)`` in the document's depth, full scale is to be replaced."""
    if document.selection.is_empty and not operation.needs_mask:
        return np.full((rect.h, rect.w), document.full, document.dtype)
    return document.selection.read(rect)[..., 0]


def cut(pixels: Pixels, frame: Rect, rect: Rect) -> Pixels:
    """``rect`` out of ``pixels``, which are what is in ``frame``."""
    x, y = rect.x - frame.x, rect.y - frame.y
    return pixels[y : y + rect.h, x : x + rect.w]
