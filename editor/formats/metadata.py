"""What a picture file says beside its pixels: read from Pillow, and set upright."""

from __future__ import annotations

import math
import re
import struct

from PIL import ExifTags, Image

from editor.document.document import Metadata
from editor.formats.base import BROKEN

ORIENTATION = ExifTags.Base.Orientation.value
DIRECTORIES = (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo)
EXIF_HEADER = b"Exif\x00\x00"

TIFF_LAYOUT = {254, 255, *range(256, 260), 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281}
TIFF_LAYOUT |= {282, 283, 284, 296, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 338, 339}
TIFF_LAYOUT |= {347, 512, 513, 514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532}
TIFF_LAYOUT |= {700, 33723, 34377, 34675}
"""Tags of a TIFF file that describe how its pixels are stored, or that ``Metadata`` holds apart."""

NOT_FOR_PEOPLE = ("XML:", "Raw profile type ")
"""What keywords begin with under which PNG files hide XMP and EXIF data."""

XMP_ORIENTATION = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)[2-8]")


def read(image: Image.Image) -> tuple[int, Metadata]:
    """The EXIF orientation of a loaded image, 1..8, and its metadata with the orientation 1."""
    info = image.info
    orientation = 1
    exif: bytes | None = None
    try:
        tags = image.getexif()
        orientation = tags.get(ORIENTATION, 1)
        exif = _tiff_exif(tags) if image.format == "TIFF" else info.get("exif")
    except BROKEN:
        exif = None
    xmp = _xmp(image)
    metadata = Metadata(
        profile=info.get("icc_profile") or None,
        exif=upright(exif) if exif else None,
        xmp=XMP_ORIENTATION.sub(rb"\g<1>1", xmp) if xmp else None,
        dpi=_dpi(info.get("dpi")),
        texts=_texts(image),
    )
    return (orientation if orientation in range(1, 9) else 1), metadata


def _xmp(image: Image.Image) -> bytes | None:
    tags = getattr(image, "tag_v2", {})
    packet = image.info.get("xmp") or tags.get(ExifTags.Base.XMLPacket.value)
    return packet if isinstance(packet, bytes) else None


def _texts(image: Image.Image) -> tuple[tuple[str, str], ...]:
    """Those of a PNG file that are for people: title, author, comment."""
    texts = getattr(image, "text", {}).items() if image.format == "PNG" else ()
    return tuple((key, str(text)) for key, text in texts if not key.startswith(NOT_FOR_PEOPLE))


def upright(exif: bytes) -> bytes:
    """The TIFF block of ``exif`` with its orientation set to 1 in place, all else untouched."""
    block = bytearray(exif.removeprefix(EXIF_HEADER))
    order = {b"II": "<", b"MM": ">"}.get(bytes(block[:2]))
    if order is None or len(block) < 10:
        return bytes(block)
    (start,) = struct.unpack_from(order + "I", block, 4)
    if start + 2 > len(block):
        return bytes(block)
    (count,) = struct.unpack_from(order + "H", block, start)
    for entry in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind = struct.unpack_from(order + "HH", block, entry)
        if tag == ORIENTATION and kind in (3, 4):  # some write a long where a short belongs
            struct.pack_into(order + {3: "H", 4: "I"}[kind], block, entry + 8, 1)
    return bytes(block)


def _tiff_exif(tags: Image.Exif) -> bytes | None:
    """The tags of a TIFF file that say something about the picture, as an EXIF block."""
    kept = Image.Exif()
    kept.endian = "<"
    for tag, value in tags.items():
        if tag not in TIFF_LAYOUT and tag not in (*DIRECTORIES, ORIENTATION):
            kept[tag] = value
    directories = {tag: tags.get_ifd(tag) for tag in DIRECTORIES}
    for tag, directory in directories.items():
        kept.get_ifd(tag).update(directory)
    keep_letters(kept)
    return kept.tobytes() if len(kept) or any(directories.values()) else None


def keep_letters(tags: Image.Exif) -> None:
    """Turn texts with more than ASCII back into bytes, of which Pillow would make question marks.

    It reads every text as Latin-1, whatever it is.
    """
    for directory in (tags, *(tags.get_ifd(tag) for tag in DIRECTORIES)):
        for tag, value in list(directory.items()):
            if isinstance(value, str) and not value.isascii():
                directory[tag] = value.encode("latin-1", errors="replace")


def _dpi(value: object) -> tuple[float, float] | None:
    """``value`` if it is a resolution one can believe."""
    try:
        across, down = (float(each) for each in value)  # type: ignore[attr-defined]
    except BROKEN:
        return None
    good = all(math.isfinite(each) and 1 <= each <= 1e6 for each in (across, down))
    return (across, down) if good else None
