"""Putting a color onto pixels, as far as a plane of coverage says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from editor.document.geometry import EMPTY, Coord, Rect
from editor.document.tiles import Tile, TileGrid
from editor.paint.brush import Plane

Paint = Sequence[float] | NDArray[np.float32] | None
"""One value for each color channel, 0..1, in the color space of the pixels, or a plane of values
for each, ``(channels, h, w)``; ``None`` erases."""

Slices = tuple[slice, slice]


def mix(old: Tile, alpha: Plane, paint: Paint, *, alpha_locked: bool = False) -> Tile:
    """``old`` with ``paint`` over it.

    old: ``(4, h, w)`` with straight alpha, or ``(1, h, w)``, uint8 or uint16. alpha: ``(h, w)``.
    Where alpha is 0 the result is exactly ``old``. The color of a pixel moves toward the paint by
    the paint's share of the alpha that results, so a transparent pixel takes the paint's color as
    it is and soft edges have no dark rim. With ``alpha_locked``, alpha stays and transparent
    pixels stay as they are.
    """
    full = np.iinfo(old.dtype).max
    new = np.empty_like(old)
    if len(old) == 1:
        new[0] = _toward(old[0], 0 if paint is None else full * paint[0], alpha)
        return new
    new[3] = old[3]
    if paint is None:
        new[:3] = old[:3]
        if not alpha_locked:
            new[3] = _toward(old[3], 0, alpha)
        return new
    if alpha_locked:
        share = alpha * (old[3] > 0)
    else:
        total = old[3] * np.float32(1 / full)
        total *= 1 - alpha
        total += alpha
        new[3] = _rounded(total * np.float32(full))
        np.maximum(total, np.float32(1e-6), out=total)
        share = np.divide(alpha, total, out=total)
    for channel in range(3):
        new[channel] = _toward(old[channel], full * paint[channel], share)
    return new


def limited(alpha: Plane, selection: TileGrid | None, coord: Coord, part: Slices) -> Plane:
    """``alpha`` of ``part`` of a tile, as far as it is selected; ``None`` limits nothing."""
    if selection is None:
        return alpha
    return alpha * (selection.tile(coord)[0][part] * np.float32(1 / selection.full))


def replace_part(grid: TileGrid, coord: Coord, part: Slices, new: Tile) -> bool:
    """Put ``new`` into ``part`` of a tile; says whether that changed anything."""
    tile = grid.tile(coord)
    if np.array_equal(tile[:, *part], new):
        return False
    tile = tile.copy()
    tile[:, *part] = new
    grid.put(coord, tile if (tile != grid.fill).any() else None)
    return True


def cover(
    grid: TileGrid,
    rect: Rect,
    alpha: Plane | NDArray[np.bool_],
    paint: Paint,
    *,
    selection: TileGrid | None = None,
    alpha_locked: bool = False,
) -> Rect:
    """Paint ``rect`` of ``grid`` through ``alpha``, ``(rect.h, rect.w)``; returns what changed."""
    changed = EMPTY
    for coord in rect.tiles():
        here = coord.rect.intersect(rect)
        part = slices(here, coord.rect)
        weight = limited(alpha[slices(here, rect)].astype(np.float32), selection, coord, part)
        if not weight.any():
            continue
        old = grid.tile(coord)[:, *part]
        color = paint[:, *slices(here, rect)] if isinstance(paint, np.ndarray) else paint
        new = mix(old, weight, color, alpha_locked=alpha_locked)
        if replace_part(grid, coord, part, new):
            changed = changed.union(here)
    return changed


def planes_of(grid: TileGrid, rect: Rect) -> Tile:
    """A copy of ``rect``, ``(channels, rect.h, rect.w)``."""
    planes = np.full((grid.channels, rect.h, rect.w), grid.fill, grid.dtype)
    for coord in rect.tiles():
        if coord in grid:
            here = coord.rect.intersect(rect)
            planes[:, *slices(here, rect)] = grid.tile(coord)[:, *slices(here, coord.rect)]
    return planes


def slices(rect: Rect, frame: Rect) -> Slices:
    """Where ``rect`` lies in an array that shows ``frame``."""
    x, y = rect.x - frame.x, rect.y - frame.y
    return slice(y, y + rect.h), slice(x, x + rect.w)


def _toward(old: Tile, value: float | Plane, share: Plane) -> Tile:
    """``old`` moved toward ``value`` by ``share``, rounded to the depth of ``old``."""
    plane = np.subtract(value, old, dtype=np.float32)
    plane *= share
    plane += old
    return _rounded(plane).astype(old.dtype)


def _rounded(plane: Plane) -> Plane:
    """Add what makes cutting off the fraction (as casting does) round to the nearest."""
    plane += np.float32(0.5)
    return plane
