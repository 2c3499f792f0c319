"""Finding scratches and dust: what is thin or small, and stands out from all around it."""

from __future__ import annotations

from functools import reduce

import numpy as np
from numpy.typing import NDArray

from editor.document.tiles import Pixels
from editor.paint.brush import Plane

Found = NDArray[np.bool_]

AROUND = 6
"""So many widths around it a blemish is compared with, for how rough the picture is there."""

FLOOR = 0.06
"""Roughness that every picture is taken to have: nothing fainter than a part of it is found."""

STRICTEST, LOOSEST = 20.0, 3.0
"""How many times stronger than its surroundings a blemish is, at no and at full sensitivity."""

WEAKER = 0.45
"""What hangs together with a blemish belongs to it from this part of the strength on."""


def blemishes(
    pixels: Pixels, width: int, sensitivity: float, *, dark: bool = True, bright: bool = True
) -> Found:
    """Where a picture has scratches and dust, ``(h, w)``.

    pixels: ``(h, w, 4)``, uint8 or uint16. width: in pixels, of the widest that is looked for.
    sensitivity: 0..1. An opening takes away what is bright and no wider, a closing what is dark
    (Serra, Image Analysis and Mathematical Morphology, 1982); what they took is compared with
    what they take all around, so that a rough picture is not full of blemishes. It is a proposal:
    wires, twigs and lettering are thin as well.
    """
    whole = np.float32(1 / np.iinfo(pixels.dtype).max)
    taken = np.zeros(pixels.shape[:2], np.float32)
    for sign in (1,) * bright + (-1,) * dark:
        planes = (pixels[..., channel] * (sign * whole) for channel in range(3))
        # dust and scratches have no color of their own: they stand out in every channel
        least = reduce(np.minimum, (p - _highest(_lowest(p, width), width) for p in planes))
        np.maximum(taken, least, out=taken)
    rough = np.maximum(_mean(taken, AROUND * width), np.float32(FLOOR / LOOSEST))
    wanted = STRICTEST * (LOOSEST / STRICTEST) ** sensitivity
    strength = taken / (rough * np.float32(wanted))
    found = strength > 1
    weaker = strength > WEAKER
    for _ in range(4 * width):
        grown = _wider(found) & weaker
        if np.array_equal(grown, found):
            break
        found = grown
    # its blurred edge belongs to it
    return _highest(found.astype(np.float32), max(1, width // 4) * 2) > 0


def _highest(plane: Plane, width: int) -> Plane:
    """The highest value within a square of about ``width + 1`` pixels a side."""
    return -_lowest(-plane, width)


def _lowest(plane: Plane, width: int) -> Plane:
    """The lowest one: rows, then columns, in steps that double."""
    reach = (width + 1) // 2
    for axis in (0, 1):
        wide = np.pad(plane, [(reach, reach) if a == axis else (0, 0) for a in (0, 1)], mode="edge")
        lines = np.moveaxis(wide, axis, 0)
        span = 1
        while span < 2 * reach + 1:
            step = min(span, 2 * reach + 1 - span)
            lines = np.minimum(lines[:-step], lines[step:])
            span += step
        plane = np.moveaxis(lines, 0, axis)
    return plane


def _mean(plane: Plane, reach: int) -> Plane:
    """The mean within ``reach`` pixels each way, the border repeated."""
    for axis in (0, 1):
        pad = [(reach + 1, reach) if a == axis else (0, 0) for a in (0, 1)]
        sums = np.moveaxis(np.pad(plane, pad, mode="edge"), axis, 0).cumsum(0, dtype=np.float64)
        span = 2 * reach + 1
        plane = np.moveaxis((sums[span:] - sums[:-span]) / span, 0, axis).astype(np.float32)
    return plane


def _wider(found: Found) -> Found:
    wide = np.pad(found, 1)
    rows = wide[:-2] | wide[1:-1] | wide[2:]
    return rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]
