"""numpy ⇄ QImage, the only such code, and the color conversion for the screen.

Pixels belong to numpy. A ``QImage`` around them keeps their buffer alive, shares it, and would
write through it even where numpy says read-only: paint into copies.
"""

from __future__ import annotations

import struct
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColorSpace, QColorTransform, QImage

from editor.document.tiles import Pixels

Format = QImage.Format
SRGB = QColorSpace.NamedColorSpace.SRgb


def to_qimage(pixels: Pixels) -> QImage:
    """Wrap ``(h, w, 4)``, uint8 or uint16, straight alpha; copied only if it has gaps."""
    pixels = np.ascontiguousarray(pixels)
    h, w, _ = pixels.shape
    form = Format.Format_RGBA8888 if pixels.dtype == np.uint8 else Format.Format_RGBA64
    return QImage(pixels.data, w, h, pixels.strides[0], form)


def from_qimage(image: QImage) -> Pixels:
    """The pixels of any image in sRGB: ``(h, w, 4)`` straight alpha, the caller's own.

    uint16 if the image has more than 8 bits per channel, otherwise uint8.
    """
    space = image.colorSpace()
    if space.isValid() and space != QColorSpace(SRGB):
        image = image.convertedToColorSpace(QColorSpace(SRGB))
    deep = image.pixelFormat().redSize() > 8
    image = image.convertToFormat(Format.Format_RGBA64 if deep else Format.Format_RGBA8888)
    row = np.frombuffer(image.constBits(), np.uint16 if deep else np.uint8)
    rows = row.reshape(image.height(), -1)[:, : image.width() * 4]
    return rows.reshape(image.height(), image.width(), 4).copy()


def for_screen(pixels: Pixels, profile: bytes | None) -> QImage:
    """What a screen shows of ``pixels``: sRGB, premultiplied, 8 bits, a copy.

    pixels: ``(h, w, 4)``, uint8 or uint16, straight alpha, in the color space of the ICC
    ``profile``; without one, or with one that cannot be used, they are sRGB.
    """
    image = to_qimage(pixels)
    transform = _to_srgb(profile) if profile else None
    if transform is not None:
        # converted in a second step: asked for premultiplied, Qt 6.11 swaps and loses channels
        image = image.colorTransformed(transform)
    return image.convertToFormat(Format.Format_ARGB32_Premultiplied)


@lru_cache(maxsize=16)
def _to_srgb(profile: bytes) -> QColorTransform | None:
    """The conversion from an ICC profile; ``None`` if there is nothing to convert."""
    # A profile says its own size and carries this signature; Qt prints a warning where it does not.
    if len(profile) < 132 or struct.unpack_from(">I", profile)[0] != len(profile):
        return None
    if profile[36:40] != b"acsp":
        return None
    space = QColorSpace.fromIccProfile(QByteArray(profile))
    if not space.isValid() or space.colorModel() != QColorSpace.ColorModel.Rgb:
        return None
    if space == QColorSpace(SRGB):
        return None
    return space.transformationToColorSpace(QColorSpace(SRGB))
