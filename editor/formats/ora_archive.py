"""An OpenRaster archive being read: its files, believing nothing that they say of themselves."""

from __future__ import annotations

import os
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from editor.document.geometry import Size
from editor.document.lut import MOST, Lut
from editor.document.tiles import TileGrid
from editor.formats import png, raster
from editor.formats.base import MAX_BYTES, MAX_PIXELS, FormatError, Report, check_size

MAX_EXTRA = 64 << 20
"""Bytes of a profile, of EXIF or XMP data."""
MAX_DIRECTORY = 16 << 20
"""Bytes of the archive's table of contents: some 200 000 files."""
MAX_ALL_PIXELS = 4 * MAX_PIXELS
"""Of all layers and masks together."""
MAX_TABLES = 100 * 12 * MOST**3
"""Bytes of all color tables together: a hundred of the largest."""
MAX_OFFSET = 1_000_000

Json = dict[str, Any]


class _Job(NamedTuple):
    """Pixels to decode. A file that is used in one place many times is decoded once."""

    file: str
    x: int
    y: int
    channels: int
    fill: int


class Archive:
    """The archive, and what was found in it so far."""

    def __init__(self, archive: zipfile.ZipFile, name: str, report: Report) -> None:
        self.name = name
        self._report = report
        self.notes: list[str] = []
        self.profile: bytes | None = None
        self._zip = archive
        self._jobs: dict[_Job, list[TileGrid]] = {}
        self._luts: dict[str, Lut] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def crc(self, name: str) -> int:
        return self._member(name, MAX_BYTES).CRC

    def contents(self, name: str, limit: int) -> bytes:
        """Of a file that has to be there."""
        info = self._member(name, limit)
        with self._zip.open(info) as file:
            return file.read(info.file_size)  # no more is unpacked, should it say too little

    def extra(self, name: str) -> bytes | None:
        return self.contents(name, MAX_EXTRA) if name in self else None

    def header(self, name: str) -> tuple[Size, int]:
        """The size of a PNG, and its bits per channel."""
        with self._zip.open(self._member(name, MAX_BYTES)) as file:
            head = file.read(25)
        if len(head) < 25 or not head.startswith(png.SIGNATURE):
            raise FormatError(f"{self.name} is damaged: {name[:80]} is not a PNG picture.")
        w, h, bits = struct.unpack(">IIB", head[16:25])
        return check_size((w, h), f"{name[:80]} in {self.name}"), bits

    def grid(self, place: Json, channels: int, dtype: DTypeLike, fill: int = 0) -> TileGrid:
        """An empty grid, which ``decode`` will fill with the file at ``place``."""
        job = _Job(str(place["file"]), int(place["x"]), int(place["y"]), channels, fill)
        if max(abs(job.x), abs(job.y)) > MAX_OFFSET:
            raise FormatError(f"{self.name} has a layer too far away from the picture.")
        grid = TileGrid(channels, dtype, fill)
        self._jobs.setdefault(job, []).append(grid)
        return grid

    def lut(self, place: Json) -> Lut:
        """The color table at ``place``; one that is used in many places is read once."""
        name, n = str(place["file"]), int(place["points"])
        if name not in self._luts:
            known = sum(lut.table.nbytes for lut in self._luts.values())
            if not 0 < n <= MOST or known + 12 * n**3 > MAX_TABLES:
                raise FormatError(f"{self.name} has color tables that are too large.")
            values = np.frombuffer(self.contents(name, 12 * n**3), "<f4")
            self._luts[name] = Lut(values.reshape(n, n, n, 3))
        return self._luts[name]

    def forget(self) -> None:
        """Decode nothing of what was asked for."""
        self._jobs.clear()

    def decode(self) -> None:
        """Fill the grids, on all cores."""
        sizes = [self.header(job.file)[0] for job in self._jobs]
        if sum(size.w * size.h for size in sizes) > MAX_ALL_PIXELS:
            limit = MAX_ALL_PIXELS // 1_000_000
            raise FormatError(f"{self.name} has layers of more than {limit} megapixels together.")
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            pending = [pool.submit(self._fill, job, grids) for job, grids in self._jobs.items()]
            try:
                for number, each in enumerate(pending):
                    self._report(number / len(pending))
                    each.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _fill(self, job: _Job, grids: list[TileGrid]) -> None:
        with self._zip.open(self._member(job.file, MAX_BYTES)) as file:
            picture = raster.read(file, f"{job.file[:80]} in {self.name}", ("PNG",))
        pixels = picture.pixels[..., : job.channels]
        if pixels.dtype != grids[0].dtype:
            pixels = pixels.astype(np.uint16) * 257
        decoded = TileGrid.from_pixels(pixels, job.x, job.y, job.fill)
        for grid in grids:
            grid.replace(decoded)
        if job.channels == 4 and self.profile is None:
            self.profile = picture.metadata.profile

    def _member(self, name: str, limit: int) -> zipfile.ZipInfo:
        """A file inside; nothing outside can be named, and nothing is ever unpacked to disk."""
        info = self._zip.NameToInfo.get(name)
        if info is None:
            raise FormatError(f"{self.name} is not complete: {name[:80]} is missing.")
        plain = info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if not plain or info.file_size > limit:
            raise FormatError(f"{self.name} has a part that cannot be read here: {name[:80]}.")
        return info


def check_directory(file: IO[bytes], name: str) -> None:
    """Look at the size of the table of contents, which ``zipfile`` reads without asking."""
    end = file.seek(0, os.SEEK_END)
    file.seek(max(end - 65557, 0))  # the record itself and the longest comment
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise FormatError(f"{name} is damaged or cut short.")
    (size,) = struct.unpack_from("<I", tail, at + 12)
    if size > MAX_DIRECTORY:
        raise FormatError(f"{name} has too many parts.")
