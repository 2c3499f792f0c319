"""A stroke: dabs gathered into one coverage, painted over the pixels as they were."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from editor.document.geometry import EMPTY, TILE, Coord, Rect
from editor.document.tiles import TileGrid
from editor.paint.brush import Brush, Dabs, Plane
from editor.paint.coverage import Paint, limited, mix, planes_of, replace_part, slices

Sample = tuple[float, float, float, float]
"""x, y, pressure, and how far the pen leans: 0 upright, 1 flat."""


@dataclass(frozen=True)
class Copy:
    """Paint that is other pixels: what ``grid`` shows ``dx`` and ``dy`` pixels further on."""

    grid: TileGrid
    dx: int
    dy: int

    def at(self, rect: Rect) -> tuple[Plane, Plane | float]:
        """The values, ``(channels, h, w)``, and how much of each pixel they cover."""
        planes = planes_of(self.grid, rect.translate(self.dx, self.dy))
        planes = planes * np.float32(1 / self.grid.full)
        return (planes[:3], planes[3]) if self.grid.channels == 4 else (planes, 1.0)


CORNER = math.radians(60)
"""A path that turns more than this between two samples has a corner there."""


class Stroke:
    """One gesture of a brush on one grid.

    Every pixel is computed from ``before``, the grid at the start, and the coverage that all dabs
    so far add up to: opacity is a ceiling, and overlapping dabs add no rounding error. A pixel is
    covered as much as the dab that covers it most; ``flow`` says how fast it gets there.

    grid: RGBA, or one channel. paint: as many values as the grid has color channels (one for a mask
    or a selection), other pixels to copy, or ``None`` to erase. bounds: nothing is painted outside.
    selection: limits the stroke unless ``None``.
    """

    def __init__(
        self,
        grid: TileGrid,
        brush: Brush,
        paint: Paint | Copy,
        *,
        bounds: Rect | None = None,
        selection: TileGrid | None = None,
        alpha_locked: bool = False,
    ) -> None:
        self.grid = grid
        self.before = grid.snapshot()
        self._brush = brush
        self._paint = paint
        self._bounds = bounds
        self._selection = selection
        self._alpha_locked = alpha_locked
        self._dabs = Dabs(brush.hardness)
        self._coverage: dict[Coord, Plane] = {}
        self._last: Sample | None = None
        self._chord = 0j
        self._gap = 0.0
        self._touched = EMPTY

    def extend(self, x: float, y: float, pressure: float = 1.0, lean: float = 0.0) -> Rect:
        """Go on to ``x, y`` in document pixels; returns the rectangle that changed."""
        stamped: dict[Coord, Rect] = {}
        for sample in self._samples_to((x, y, pressure, lean)):
            self._stamp(sample, stamped)
        changed = EMPTY
        for coord, rect in stamped.items():
            if self._apply(coord, rect):
                changed = changed.union(rect)
        self._touched = self._touched.union(changed)
        return changed

    def revert(self) -> Rect:
        """Put everything back; returns the rectangle that the stroke had changed."""
        self.grid.replace(self.before)
        return self._touched

    def avoids(self, grid: TileGrid) -> bool:
        """Whether it covers something, and nothing where the last channel of ``grid`` is not 0."""
        return bool(self._coverage) and not any(
            ((plane > 0) & (grid.tile(coord)[-1] > 0)).any()
            for coord, plane in self._coverage.items()
        )

    def _samples_to(self, end: Sample) -> Iterator[Sample]:
        """Where dabs go between the last sample and ``end``, pressure and lean changing evenly."""
        start, self._last = self._last, end
        if start is None:
            yield end
            self._gap = self._brush.step(*end[2:])
            return
        chord = complex(end[0] - start[0], end[1] - start[1])
        length = abs(chord)
        bulge, self._chord = _bulge(self._chord, chord), chord or self._chord
        along = self._gap
        while along <= length:
            t = along / length
            at = complex(*start[:2]) + chord * t + bulge * (4 * t * (1 - t))
            pressure = start[2] + (end[2] - start[2]) * t
            lean = start[3] + (end[3] - start[3]) * t
            yield at.real, at.imag, pressure, lean
            along += self._brush.step(pressure, lean)
        self._gap = along - length

    def _stamp(self, sample: Sample, stamped: dict[Coord, Rect]) -> None:
        """Add one dab to the coverage, and the parts of tiles it reaches to ``stamped``."""
        x, y, pressure, lean = sample
        left, top, plane = self._dabs.at(x, y, self._brush.diameter(pressure, lean))
        frame = Rect(left, top, len(plane), len(plane))
        ceiling, flow = self._brush.ceiling(pressure), np.float32(self._brush.flow)
        if ceiling < 1:
            plane = plane * np.float32(ceiling)
        rect = frame if self._bounds is None else frame.intersect(self._bounds)
        for coord in rect.tiles():
            part = coord.rect.intersect(rect)
            if coord not in self._coverage:
                self._coverage[coord] = np.zeros((TILE, TILE), np.float32)
            covered = self._coverage[coord][slices(part, coord.rect)]
            wanted = plane[slices(part, frame)]
            if flow < 1:
                covered += flow * np.maximum(wanted - covered, 0)
            else:
                np.maximum(covered, wanted, out=covered)
            stamped[coord] = stamped.get(coord, EMPTY).union(part)

    def _apply(self, coord: Coord, rect: Rect) -> bool:
        """Paint ``rect`` of a tile anew; says whether that changed a pixel."""
        part = slices(rect, coord.rect)
        alpha = self._coverage[coord][part] * np.float32(self._brush.opacity)
        alpha = limited(alpha, self._selection, coord, part)
        old = self.before.tile(coord)[:, *part]
        paint = self._paint
        if isinstance(paint, Copy):
            paint, covers = paint.at(rect)
            alpha = alpha * covers
        new = mix(old, alpha, paint, alpha_locked=self._alpha_locked)
        return replace_part(self.grid, coord, part, new)


def _bulge(before: complex, chord: complex) -> complex:
    """How far the middle of a path along ``chord`` lies beside it; x and y as one number.

    The path bends as it turned between the chord ``before`` and this one, so that quick curves with
    few samples stay round. Corners stay corners, and a chord much shorter than this one, whose
    direction is mostly rounding, bends nothing.
    """
    if not (before and chord):
        return 0j
    turn = cmath.phase(chord / before)
    if abs(turn) > CORNER:
        return 0j
    ratio = abs(before) / abs(chord)
    bend = turn * min(2 / (1 + ratio), ratio)
    return -1j * chord * math.tan(bend / 2) / 4
