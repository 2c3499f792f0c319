"""Color look-up tables: any color to any other, smoothly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from editor.document.blend import BlendMode, Planes, blend
from editor.document.tiles import Pixels, full_scale

FEWEST: Final = 2
MOST: Final = 65
"""Points along one axis; 65 are the largest in common use, and take 3.3 MB."""

BAND_PX: Final = 1 << 16
"""Pixels interpolated at once: as many as a tile has, few enough for the cache."""


@dataclass(frozen=True, eq=False)
class Lut:
    """What becomes of each color, given at ``points`` evenly spaced values of each channel.

    table: ``(n, n, n, 3)``, indexed ``[r, g, b]``, values in 0..1 in the document's color space;
    kept as read-only float32. Two tables are the same if they are the same object, as tiles are.

    Raises:
        ValueError: another shape, a value outside of 0..1 or not a number.
    """

    table: NDArray[np.float32]
    _corners: NDArray[Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        table = np.array(self.table, np.float32, order="C")
        n = len(table) if table.ndim else 0
        if table.shape != (n, n, n, 3) or not FEWEST <= n <= MOST:
            raise ValueError(f"A table is (n, n, n, 3) with n in 2..65, not {table.shape}.")
        if not (table.min() >= 0 and table.max() <= 1):
            raise ValueError("A table holds numbers from 0 to 1.")
        table.flags.writeable = False
        # the three values of a point as one of 16 bytes, so that they are fetched at once
        padded = np.zeros((n**3, 4), np.float32)
        padded[:, :3] = table.reshape(-1, 3)
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "_corners", padded.view(np.complex128)[:, 0])

    @classmethod
    def identity(cls, points: int = 33) -> Lut:
        """The table that changes nothing."""
        return cls(lattice(points))

    @property
    def points(self) -> int:
        return len(self.table)

    def map(self, color: Planes) -> Planes:
        """What becomes of ``color``: ``(3, ...)``, float32, 0..1; a fresh array of that shape.

        Interpolates in tetrahedra (Kasson, Nin, Plouffe and Hafner, "Performing color space
        conversions with three-dimensional linear interpolation", Journal of Electronic Imaging
        4(3), 1995): four points instead of eight, and grays stay gray where the table keeps them.
        """
        n = self.points
        red, green, blue = place = color.reshape(3, -1) * np.float32(n - 1)
        np.clip(place, 0, n - 1, out=place)  # rounding may have left values a little outside
        cell = np.minimum(np.floor(place), n - 2)  # float32 counts the points of a table exactly
        place -= cell
        corner = ((cell[0] * n + cell[1]) * n + cell[2]).astype(np.intp)
        # from the darkest corner of a cell to the lightest one, the largest channel first
        order = (red >= green) * np.uint8(4)
        order += (green >= blue) * np.uint8(2)
        order += red >= blue
        first, second, last = _steps(n)
        low, high = np.minimum(red, green), np.maximum(red, green)
        middle = np.maximum(low, np.minimum(high, blue))
        np.minimum(low, blue, out=low)
        np.maximum(high, blue, out=high)
        result = np.zeros_like(place)
        for step, weight in (
            (0, 1 - high),
            (first.take(order), high - middle),
            (second.take(order), middle - low),
            (last, low),
        ):
            found = self._corners.take(corner + step, mode="clip").view(np.float32).reshape(-1, 4)
            for channel in range(3):
                result[channel] += found[:, channel] * weight
        return result.reshape(color.shape)

    def apply(self, pixels: Pixels, mode: BlendMode = BlendMode.NORMAL) -> Pixels:
        """``pixels``, ``(h, w, 3 or 4)``, uint8 or uint16, with other colors; alpha as it was.

        mode: how the new colors meet the old ones.
        """
        full = full_scale(pixels.dtype)
        result = pixels.copy()
        rows = max(BAND_PX // max(pixels.shape[1], 1), 1)
        for top in range(0, len(pixels), rows):
            band = slice(top, top + rows)
            planes = pixels[band, :, :3].transpose(2, 0, 1) * np.float32(1 / full)
            levels = blend(mode, planes, self.map(planes)) * np.float32(full)
            result[band, :, :3] = np.rint(levels, out=levels).transpose(1, 2, 0)
        return result

    def faded(self, strength: float, mode: BlendMode = BlendMode.NORMAL) -> Lut:
        """One table for what this one shows when it is mixed by ``strength``, 0..1, and ``mode``
        over the color that it was given. Modes other than Normal, which are not straight between
        its points, get as many points as there can be."""
        points = self.points if mode is BlendMode.NORMAL else MOST
        before = np.ascontiguousarray(lattice(points).transpose(3, 0, 1, 2)).reshape(3, -1, 1)
        mixed = before + (blend(mode, before, self.map(before)) - before) * np.float32(strength)
        return Lut(mixed.clip(0, 1).reshape(3, points, points, points).transpose(1, 2, 3, 0))


def lattice(points: int) -> NDArray[np.float32]:
    """``(points, points, points, 3)``, float32: the color at each point of a table."""
    axis = np.linspace(0, 1, points, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def _steps(n: int) -> tuple[NDArray[np.intp], NDArray[np.intp], int]:
    """How far the second, third and last corner of a tetrahedron are from the first.

    The former two by ``4 * (r >= g) + 2 * (g >= b) + (r >= b)``: one step along the largest
    channel, then one along the middle one; two of the eight cases cannot be.
    """
    red, green, blue = n * n, n, 1
    largest = [blue, blue, green, green, blue, red, green, red]
    smallest = [red, green, red, blue, green, green, red, blue]
    everything = red + green + blue
    return (
        np.array(largest, np.intp),
        np.array([everything - each for each in smallest], np.intp),
        everything,
    )
