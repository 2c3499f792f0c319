"""Color look-up tables as ``.cube`` files (Adobe, "Cube LUT Specification", version 1.0, 2013).

A file may hold a table of three dimensions or one curve for each channel, for colors between two
corners. What does not fit ``Lut``, which is a cube of at most 65 points from 0 to 1, is resampled,
and that is said. The ``LUT_3D_INPUT_RANGE`` of other writers is understood as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from editor.atomic import replacing
from editor.document.lut import FEWEST, MOST, Lut, lattice
from editor.formats.base import FormatError, Notes

SUFFIX: Final = ".cube"
MAX_BYTES: Final = 128 << 20
MOST_3D: Final = 129
"""Points along an axis that are read; a table of 129 has two million lines."""
MOST_1D: Final = 65536
LEVEL: Final = 1 / 255

Values = NDArray[np.float32]


class Cube(NamedTuple):
    """What is in a file. notes: what could not be kept, as sentences."""

    lut: Lut
    notes: Notes


@dataclass
class _Header:
    """The keywords of a file. sizes: points by number of dimensions."""

    sizes: dict[int, int] = field(default_factory=dict)
    low: tuple[float, ...] = (0.0, 0.0, 0.0)
    high: tuple[float, ...] = (1.0, 1.0, 1.0)


def load(path: Path) -> Cube:
    """The table in the file at ``path``.

    Raises:
        FormatError: it cannot be read, or is none; the message is for the user.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FormatError(f"{path.name} is larger than {MAX_BYTES >> 20} MiB.")
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FormatError(f"{path.name} could not be opened: {reason}.") from error
    return decode(data, path.name)


def decode(data: bytes, name: str) -> Cube:
    """The table in ``data``; ``name`` is for the messages.

    Raises:
        FormatError: it is none.
    """
    lines = data.decode("utf-8-sig", "replace").splitlines()
    lines = [line for line in map(str.strip, lines) if line and not line.startswith("#")]
    start = next((i for i, line in enumerate(lines) if _begins_number(line)), len(lines))
    header = _header(lines[:start], name)
    if len(header.sizes) != 1:
        reason = "has two tables in one" if header.sizes else "does not say how large its table is"
        raise FormatError(f"{name} is no color table that can be read here: it {reason}.")
    ((dimensions, points),) = header.sizes.items()
    most = MOST_3D if dimensions == 3 else MOST_1D
    if not FEWEST <= points <= most:
        raise FormatError(f"{name} has a table of {points} points; from 2 to {most} can be read.")
    values = _values(lines[start:], points**dimensions, name)
    if dimensions == 1:
        return _from_curves(values, header, name)
    table = values.reshape(points, points, points, 3).transpose(2, 1, 0, 3)  # red goes fastest
    return _from_table(table, header, name)


def save(lut: Lut, path: Path) -> None:
    """Write ``lut`` to ``path``, whole or not at all; exact to a 100th of a 16-bit step.

    Raises:
        FormatError: the disk refuses.
    """
    title = "".join(c for c in path.stem if c.isascii() and c.isprintable() and c != '"')
    rows = lut.table.transpose(2, 1, 0, 3).reshape(-1, 3)
    text = "".join(f"{r:.7f} {g:.7f} {b:.7f}\n" for r, g, b in rows.tolist())
    try:
        with replacing(path) as file:
            file.write(f'TITLE "{title}"\nLUT_3D_SIZE {lut.points}\n{text}'.encode())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FormatError(f"{path.name} could not be saved: {reason}.") from error


def _begins_number(line: str) -> bool:
    return line[0].isdigit() or line[0] in "+-."


def _header(lines: Iterable[str], name: str) -> _Header:
    """Keywords that are not known say nothing about the colors, such as who wrote the file."""
    header = _Header()
    for line in lines:
        keyword, *words = line.split()
        try:
            if match := re.fullmatch(r"LUT_([13])D_SIZE", keyword):
                (header.sizes[int(match[1])],) = map(int, words)
            elif keyword == "DOMAIN_MIN":
                header.low = _numbers(words, 3)
            elif keyword == "DOMAIN_MAX":
                header.high = _numbers(words, 3)
            elif re.fullmatch(r"LUT_[13]D_INPUT_RANGE", keyword):
                low, high = _numbers(words, 2)
                header.low, header.high = (low,) * 3, (high,) * 3
        except ValueError:
            raise FormatError(f"{name} is damaged: “{line[:40]}” makes no sense.") from None
    if not all(low < high for low, high in zip(header.low, header.high, strict=True)):
        raise FormatError(f"{name} is damaged: its domain ends before it begins.")
    return header


def _numbers(words: list[str], count: int) -> tuple[float, ...]:
    numbers = tuple(map(float, words))
    if len(numbers) != count or not np.isfinite(numbers).all() or max(map(abs, numbers)) > 1e6:
        raise ValueError(words)
    return numbers


def _values(lines: list[str], count: int, name: str) -> Values:
    """``(count, 3)``, between 0 and 1."""
    if len(lines) != count:
        raise FormatError(f"{name} is damaged: it has {len(lines)} colors and should have {count}.")
    try:
        values = np.loadtxt(lines, np.float64, comments=None, ndmin=2)
    except ValueError:
        values = np.empty(0)
    if values.shape != (count, 3) or not np.isfinite(values).all():
        raise FormatError(f"{name} is damaged: a color in it is not three numbers.")
    return values.clip(0, 1).astype(np.float32)


def _from_curves(curves: Values, header: _Header, name: str) -> Cube:
    """A cube is straight between its points; where that is not enough for a curve, it is said."""
    fine = np.linspace(0, 1, MOST_1D)
    coarse = np.linspace(0, 1, MOST)
    table = lattice(MOST)
    worst = 0.0
    for channel in range(3):
        at = np.linspace(header.low[channel], header.high[channel], len(curves))
        exact = np.interp(fine, at, curves[:, channel])
        kept = np.interp(coarse, at, curves[:, channel])
        worst = max(worst, float(np.abs(np.interp(fine, coarse, kept) - exact).max()))
        axis = [1, 1, 1]
        axis[channel] = MOST
        table[..., channel] = kept.reshape(axis)
    note = f"{name} has steep curves: up to {worst / LEVEL:.1f} levels of 255 were lost."
    return Cube(Lut(table), (note,) if worst > LEVEL / 2 else ())


def _from_table(table: Values, header: _Header, name: str) -> Cube:
    if header == _Header(header.sizes) and len(table) <= MOST:
        return Cube(Lut(table), ())
    points = len(table)
    resampled: NDArray[Any] = table
    for axis in range(3):
        wanted = np.linspace(0, 1, MOST)
        span = header.high[axis] - header.low[axis]
        place = ((wanted - header.low[axis]) / span).clip(0, 1) * (points - 1)
        cell = np.minimum(place.astype(np.intp), points - 2)
        part = (place - cell).astype(np.float32).reshape(-1, *[1] * (3 - axis))
        below, above = (resampled.take(cell + step, axis) for step in (0, 1))
        resampled = below + (above - below) * part
    return Cube(Lut(resampled.clip(0, 1)), (f"{name} was resampled to {MOST} points a side.",))
