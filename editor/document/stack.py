"""How the pieces of one tile become a picture, and what of it is kept for the next time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from editor.document.blend import (
    BlendMode,
    Planes,
    blend,
    composite,
    over,
    over_premultiplied,
    straight,
)
from editor.document.geometry import TILE
from editor.document.lut import Lut
from editor.document.pieces import Area, Piece, covers, key_of, visible
from editor.document.tiles import Pixels, Tile, full_scale

WHOLE: Area = (slice(0, TILE), slice(0, TILE))


def draw(picture: Planes, pieces: Sequence[Piece], area: Area) -> None:
    """Composite ``pieces``, bottom to top, onto ``picture``: ``(4, h, w)``, premultiplied, the
    ``area`` of the tile."""
    for piece in visible(pieces, area):
        put(picture, piece, area)


def put(picture: Planes, piece: Piece, area: Area) -> None:
    """Composite one piece onto ``picture``, as ``draw`` does."""
    if isinstance(piece.source, tuple):
        inner = np.zeros_like(picture)
        draw(inner, piece.source, area)
        put_group(picture, inner, piece, area)
    elif isinstance(piece.source, Lut):
        _put_lut(picture, piece.source, piece, area)
    elif piece.source is not None:
        _put_tile(picture, piece.source, piece, area)


def _put_tile(picture: Planes, source: Tile, piece: Piece, area: Area) -> None:
    color, alpha = source[:3, *area], source[3, *area]
    full = full_scale(source.dtype)
    if not alpha.any():
        return
    weight: Planes | float = piece.opacity
    if alpha.min() < full:
        weight = alpha * np.float32(piece.opacity / full)
    if piece.mask is not None:
        weight = weight * _coverage(piece.mask, area)
    if piece.mode is BlendMode.NORMAL:
        over(picture, color, weight, 1 / full)
    else:
        composite(picture, color * np.float32(1 / full), weight, piece.mode)


def put_group(picture: Planes, inner: Planes, piece: Piece, area: Area) -> None:
    """Composite the finished picture of a group, ``inner``, with the group's own properties."""
    weight = _weight(piece, area)
    if piece.mode is BlendMode.NORMAL:
        over_premultiplied(picture, inner, weight)
    else:
        composite(picture, straight(inner), inner[3] * weight, piece.mode)


def _put_lut(picture: Planes, lut: Lut, piece: Piece, area: Area) -> None:
    """Change the colors of ``picture``, and of nothing where there is nothing."""
    alpha = picture[3]
    if not alpha.any():
        return
    color = straight(picture) if alpha.min() < 1 else picture[:3]
    adjusted, weight = blend(piece.mode, color, lut.map(color)), _weight(piece, area)
    picture[:3] *= 1 - weight
    picture[:3] += adjusted * (alpha * weight)


def _weight(piece: Piece, area: Area) -> Planes | float:
    """Opacity and mask together, 0..1."""
    return piece.opacity if piece.mask is None else piece.opacity * _coverage(piece.mask, area)


def _coverage(mask: Tile, area: Area) -> Planes:
    return mask[0, *area] * np.float32(1 / full_scale(mask.dtype))


class Stack:
    """The pictures below and above the active node on one tile, each composited once.

    They are kept until one of their pieces changes, so that the cost of a change in the active node
    does not depend on the number of layers. For an active node inside groups there is one such pair
    for each group around it. Adjustments and layers that are not Normal cannot be merged without
    knowing what is below them: they stay as they are, and only what is between them is merged.
    """

    def __init__(self) -> None:
        self._below: tuple[Piece, ...] = ()
        self._above: tuple[Piece, ...] = ()
        self._below_picture: Planes | None = None
        self._above_steps: list[Piece | Planes] = []
        self._inner: Stack | None = None

    @property
    def nbytes(self) -> int:
        pictures = [self._below_picture, *self._above_steps]
        own = sum(p.nbytes for p in pictures if isinstance(p, np.ndarray))
        return own + (self._inner.nbytes if self._inner else 0)

    def draw(self, pieces: tuple[Piece, ...], area: Area) -> Planes:
        """The picture, ``(4, h, w)`` premultiplied, of ``pieces`` in ``area`` of the tile."""
        split = next((i for i, piece in enumerate(pieces) if piece.focus), None)
        if split is None:
            picture = _nothing(area)
            draw(picture, pieces, area)
            return picture
        focus = pieces[split]
        picture = self._draw_below(() if covers(focus, area) else pieces[:split], area)
        if isinstance(focus.source, tuple) and any(child.focus for child in focus.source):
            self._inner = self._inner or Stack()
            put_group(picture, self._inner.draw(focus.source, area), focus, area)
        else:
            put(picture, focus, area)
        self._draw_above(picture, pieces[split + 1 :], area)
        return picture

    def _draw_below(self, pieces: tuple[Piece, ...], area: Area) -> Planes:
        if len(pieces) < 2:
            picture = _nothing(area)
            draw(picture, pieces, area)
            return picture
        if self._below_picture is None or key_of(self._below) != key_of(pieces):
            self._below, self._below_picture = pieces, _whole(pieces)
        return self._below_picture[:, *area].copy()

    def _draw_above(self, picture: Planes, pieces: tuple[Piece, ...], area: Area) -> None:
        if key_of(self._above) != key_of(pieces):
            self._above, self._above_steps = pieces, _merged(pieces)
        for step in self._above_steps:
            if isinstance(step, np.ndarray):
                over_premultiplied(picture, step[:, *area])
            else:
                put(picture, step, area)


def _merged(pieces: Sequence[Piece]) -> list[Piece | Planes]:
    """``pieces`` with every run of those that need not know what is below made into one picture."""
    steps: list[Piece | Planes] = []
    run: list[Piece] = []
    for piece in (*pieces, None):
        if piece is not None and piece.is_alone:
            run.append(piece)
            continue
        steps.extend([_whole(run)] if len(run) > 1 else run)
        run = []
        if piece is not None:
            steps.append(piece)
    return steps


def _whole(pieces: Sequence[Piece]) -> Planes:
    picture = _nothing(WHOLE)
    draw(picture, pieces, WHOLE)
    return picture


def _nothing(area: Area) -> Planes:
    return np.zeros((4, *(part.stop - part.start for part in area)), np.float32)


def finish(pieces: tuple[Piece, ...], stack: Stack, area: Area, result: Pixels) -> None:
    """Write what ``pieces`` look like in ``area`` into ``result``: ``(h, w, 4)``, straight alpha.

    Where one plain piece is all there is to see, its bytes are copied as they are.
    """
    shown = visible([piece for piece in pieces if piece.source is not None], area)
    if not shown:
        result[...] = 0
    elif len(shown) == 1 and shown[0].is_plain and isinstance(shown[0].source, np.ndarray):
        result[...] = shown[0].source[:, *area].transpose(1, 2, 0)
    else:
        _to_pixels(stack.draw(pieces, area), result)


def _to_pixels(picture: Planes, result: Pixels) -> None:
    full = np.float32(full_scale(result.dtype))
    alpha = picture[3]
    color = picture[:3] if alpha.min() == 1 else straight(picture)
    for channel, plane in enumerate((*color, alpha)):
        level = plane * full
        level += 0.5
        result[..., channel] = np.clip(level, 0, full + np.float32(0.5), out=level)
