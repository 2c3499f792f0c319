"""The brush and the shape of one dab."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
"""``(h, w)``, 0..1: how much of each pixel is covered."""

THINNEST_PX = 0.1
"""A dab of no pressure keeps this diameter, so that its shape stays defined; it hardly shows."""

WIDEST = 4.0
"""A pen held flat draws so many times as wide as one held upright, where tilt matters; taste."""

_CACHE_BYTES = 64 << 20


@dataclass(frozen=True)
class Brush:
    """How a stroke looks.

    ``opacity`` is a ceiling for the whole stroke, ``flow`` what each dab adds on the way there.
    """

    size: float = field(
        default=40.0,
        metadata={
            "label": "Size", "min": 1.0, "max": 2000.0, "step": 1.0, "unit": "px", "decimals": 0,
        },
    )  # fmt: skip
    hardness: float = field(
        default=0.8,
        metadata={
            "label": "Hardness", "min": 0.0, "max": 1.0, "step": 0.05, "unit": "%",
            "help": "How far from the middle the brush starts to fade.",
        },
    )  # fmt: skip
    opacity: float = field(
        default=1.0,
        metadata={
            "label": "Opacity", "min": 0.01, "max": 1.0, "step": 0.05, "unit": "%",
            "help": "The most that one stroke can cover.",
        },
    )  # fmt: skip
    flow: float = field(
        default=1.0,
        metadata={
            "label": "Flow", "min": 0.01, "max": 1.0, "step": 0.05, "unit": "%",
            "help": "How fast a stroke reaches its opacity.",
        },
    )  # fmt: skip
    spacing: float = field(
        default=0.1,
        metadata={
            "label": "Spacing", "min": 0.02, "max": 2.0, "step": 0.01, "unit": "%",
            "help": "From one dab to the next, as a part of the size.",
        },
    )  # fmt: skip
    size_by_pressure: bool = field(
        default=True,
        metadata={"label": "Pen size", "help": "The pressure of a pen changes the size."},
    )
    opacity_by_pressure: bool = field(
        default=False,
        metadata={"label": "Pen opacity", "help": "The pressure of a pen changes the opacity."},
    )
    size_by_tilt: bool = field(
        default=False,
        metadata={"label": "Pen tilt", "help": "A pen that leans draws wider, as a pencil does."},
    )

    def diameter(self, pressure: float, lean: float = 0.0) -> float:
        """Of a dab made with ``pressure`` by a pen that leans, 0 upright to 1 flat, in pixels."""
        size = self.size * (1 + (WIDEST - 1) * lean) if self.size_by_tilt else self.size
        return max(size * pressure, THINNEST_PX) if self.size_by_pressure else size

    def ceiling(self, pressure: float) -> float:
        """The coverage, 0..1, that dabs of this ``pressure`` approach."""
        return pressure if self.opacity_by_pressure else 1.0

    def step(self, pressure: float, lean: float = 0.0) -> float:
        """From one dab to the next, in pixels."""
        return max(self.spacing * self.diameter(pressure, lean), 0.5)


def dab(diameter: float, hardness: float, dx: float = 0.0, dy: float = 0.0) -> Plane:
    """The coverage of a round dab, ``(n, n)`` with an odd ``n``.

    dx, dy: where its middle is, from the middle of the central pixel, -0.5..0.5. The edge fades
    over at least one pixel, linearly like the area that a straight edge covers; a wider fade is
    smooth.
    """
    outer = diameter / 2
    width = max(outer * (1 - hardness), 1.0)
    edge = outer + 0.5 / width
    reach = math.ceil(edge + 0.5)
    at = np.arange(-reach, reach + 1, dtype=np.float32)
    distance = np.sqrt(np.square(at - dx)[None, :] + np.square(at - dy)[:, None])
    t = np.clip((edge - distance) / np.float32(width), 0, 1)
    smooth = np.float32(1 - 1 / width)
    return t + smooth * (t * t * (3 - 2 * t) - t)


class Dabs:
    """Dabs made on demand and remembered, up to a budget of memory.

    Diameter and position are rounded, finely enough not to be seen: the larger the dab, the less a
    fraction of a pixel shows.
    """

    def __init__(self, hardness: float) -> None:
        self._hardness = hardness
        self._made: dict[tuple[float, float, float], Plane] = {}
        self._nbytes = 0

    def at(self, x: float, y: float, diameter: float) -> tuple[int, int, Plane]:
        """The dab around ``x, y``, and the pixel where its top left corner goes."""
        parts = 8 if diameter < 32 else 4 if diameter < 256 else 2
        diameter = round(diameter * 8) / 8 if diameter < 32 else float(round(diameter))
        column, dx = _split(x, parts)
        row, dy = _split(y, parts)
        key = diameter, dx, dy
        plane = self._made.get(key)
        if plane is None:
            plane = dab(diameter, self._hardness, dx, dy)
            if self._nbytes > _CACHE_BYTES:
                self._made.clear()
                self._nbytes = 0
            self._made[key] = plane
            self._nbytes += plane.nbytes
        reach = len(plane) // 2
        return column - reach, row - reach, plane


def _split(position: float, parts: int) -> tuple[int, float]:
    """The pixel at ``position`` and the rest from its middle, in whole ``parts`` of a pixel."""
    rounded = round((position - 0.5) * parts) / parts
    pixel = math.floor(rounded + 0.5)
    return pixel, rounded - pixel
