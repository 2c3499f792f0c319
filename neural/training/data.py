"""Photographs as training data: packed once into one file, cut into crops after that."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

HELD_OUT_EVERY = 20
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")


class Entry(NamedTuple):
    """Where one photo lies in the packed file."""

    name: str
    offset: int
    h: int
    w: int


@dataclass(frozen=True)
class Photos:
    """Decoded photos in one memory-mapped file, ``uint8`` sRGB ``(h, w, channels)`` each."""

    pixels: NDArray[np.uint8]
    entries: tuple[Entry, ...]
    channels: int = 3

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, index: int) -> Pixels:
        entry = self.entries[index]
        end = entry.offset + entry.h * entry.w * self.channels
        return self.pixels[entry.offset : end].reshape(entry.h, entry.w, self.channels)

    @property
    def fingerprint(self) -> str:
        """Names and sizes, hashed: tells in a checkpoint which photos it has seen."""
        return hashlib.sha256(repr(self.entries).encode()).hexdigest()[:16]


def listed(folders: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Image files of ``folders`` for training and, every twentieth by name, for validation."""
    train: list[Path] = []
    held_out: list[Path] = []
    for folder in folders:
        files = sorted(p for p in folder.iterdir() if p.suffix.lower() in SUFFIXES)
        for i, path in enumerate(files):
            (held_out if i % HELD_OUT_EVERY == 0 else train).append(path)
    return train, held_out


class Source(NamedTuple):
    """A folder, and which of all that are listed are from there."""

    folder: Path
    photos: slice
    held_out: slice


def sources(folders: Sequence[Path]) -> tuple[Source, ...]:
    """Where each of the files is from that ``listed`` gives."""
    found, photos, held_out = [], 0, 0
    for folder in folders:
        some, others = map(len, listed([folder]))
        both = slice(photos, photos + some), slice(held_out, held_out + others)
        found.append(Source(folder, *both))
        photos, held_out = photos + some, held_out + others
    return tuple(found)


def pack(files: Sequence[Path], packed: Path, channels: int = 3) -> Photos:
    """Open ``packed``, after decoding ``files`` into it if it holds anything else."""
    index = packed.with_suffix(".json")
    names = [path.name for path in files]
    if not index.exists() or [row[0] for row in json.loads(index.read_text())] != names:
        packed.parent.mkdir(parents=True, exist_ok=True)
        entries, offset = [], 0
        with packed.open("wb") as out:
            for path in files:
                pixels = read(path, channels)
                entries.append(Entry(path.name, offset, *pixels.shape[:2]))
                offset += out.write(pixels.tobytes())
        index.write_text(json.dumps(entries))
    entries = [Entry(*row) for row in json.loads(index.read_text())]
    return Photos(np.memmap(packed, np.uint8, mode="r"), tuple(entries), channels)


def read(path: Path, channels: int = 3) -> Pixels:
    """Decode one image to sRGB ``(h, w, 3)``; transparency is put on white, or kept as the last of
    four channels.
    """
    with Image.open(path) as image:
        rgba = image.convert("RGBA")
    if channels == 4:
        return np.asarray(rgba)
    white = Image.new("RGBA", rgba.size, "white")
    return np.asarray(Image.alpha_composite(white, rgba).convert("RGB"))


def crop(rng: np.random.Generator, photo: Pixels, size: int, shrink: int) -> Pixels:
    """A random ``size`` × ``size`` crop of ``photo`` after shrinking it ``shrink`` times.

    Shrinking averages squares of pixels. Crops are flipped at random and, one in eight, turned by
    90° (buildings and horizons are level far more often than not).
    """
    side = size * shrink
    h, w = photo.shape[:2]
    if min(h, w) < side:
        return crop(rng, photo, size, shrink - 1)
    y, x = int(rng.integers(0, h - side + 1)), int(rng.integers(0, w - side + 1))
    part = photo[y : y + side, x : x + side]
    if shrink > 1:
        squares = part.reshape(size, shrink, size, shrink, 3).astype(np.uint16)
        part = (squares.sum((1, 3)) // shrink**2).astype(np.uint8)
    if rng.random() < 0.5:
        part = part[:, ::-1]
    if rng.random() < 0.125:
        part = part.swapaxes(0, 1)
    return part
