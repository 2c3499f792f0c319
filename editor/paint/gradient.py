"""Gradients between two colors."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np

from editor.document.geometry import EMPTY, Rect
from editor.document.tiles import TileGrid
from editor.paint.brush import Plane
from editor.paint.coverage import cover

Point = tuple[float, float]


class Form(StrEnum):
    """Where the colors change: along a line, or outward from its start."""

    LINEAR = "linear"
    RADIAL = "radial"


def progress(rect: Rect, start: Point, end: Point, form: Form) -> Plane:
    """How far each pixel of ``rect`` is from ``start`` to ``end``, 0..1, ``(rect.h, rect.w)``."""
    x = np.arange(rect.x, rect.right, dtype=np.float32)[None, :] + np.float32(0.5 - start[0])
    y = np.arange(rect.y, rect.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - start[1])
    dx, dy = end[0] - start[0], end[1] - start[1]
    square = np.float32(max(dx * dx + dy * dy, 1e-6))
    if form is Form.LINEAR:
        t = (x * np.float32(dx) + y * np.float32(dy)) / square
    else:
        t = np.sqrt((x * x + y * y) / square)
    return np.clip(t, 0, 1)


def lay_gradient(
    grid: TileGrid,
    canvas: Rect,
    start: Point,
    end: Point,
    colors: tuple[Sequence[float], Sequence[float]],
    *,
    form: Form = Form.LINEAR,
    opacity: float = 1.0,
    fades: bool = False,
    selection: TileGrid | None = None,
    alpha_locked: bool = False,
) -> Rect:
    """Paint ``canvas`` from the first color at ``start`` to the second at ``end``.

    colors: one value for each color channel, 0..1. With ``fades`` the coverage ends at nothing.
    At 8 bits noise of almost half a level to either side, the same every time, hides the steps and
    leaves the plain ends plain. Returns what changed.
    """
    first, last = (np.asarray(c, np.float32)[:, None, None] for c in colors)
    changed, random = EMPTY, np.random.default_rng(0)
    amplitude = np.float32(0.99 / 255 if grid.dtype == np.uint8 else 0)
    for coord in canvas.tiles():
        here = coord.rect.intersect(canvas)
        t = progress(here, start, end, form)
        paint = first + (last - first) * t
        paint += (random.random(t.shape, np.float32) - np.float32(0.5)) * amplitude
        alpha = (1 - t if fades else np.ones_like(t)) * np.float32(opacity)
        changed = changed.union(
            cover(grid, here, alpha, paint, selection=selection, alpha_locked=alpha_locked)
        )
    return changed
