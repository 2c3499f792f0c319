"""Colors between sRGB, in which people choose them, and the color space of a document."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Color = tuple[float, float, float]
"""Red, green, blue, 0..1."""


def to_document(color: Color, profile: bytes | None) -> Color:
    """The values that look like ``color``, which is sRGB, in a document with this ICC profile.

    ``None`` and a profile that cannot be used mean sRGB: the color is returned as it is. Between
    different spaces a channel is exact to 1/255; what the document cannot show becomes the nearest
    color that it can.
    """
    return _convert(color, _transform(profile, to_srgb=False))


def to_srgb(color: Color, profile: bytes | None) -> Color:
    """The sRGB color that looks like ``color``, whose values are those of a document."""
    return _convert(color, _transform(profile, to_srgb=True))


def converted(
    colors: NDArray[np.uint8], source: bytes | None, target: bytes | None
) -> NDArray[np.uint8]:
    """Colors of a document with one ICC profile as those of a document with another.

    colors: ``(h, w, 3)``. They stay as they are where a profile cannot be used.
    """
    if source == target:
        return colors
    for transform in (_transform(source, to_srgb=True), _transform(target, to_srgb=False)):
        if transform is not None:
            colors = np.asarray(transform.apply(Image.fromarray(colors)))
    return colors


def describe(profile: bytes | None) -> str:
    """The name of a color space for people, such as "Adobe RGB (1998)"."""
    if profile is None:
        return "sRGB"
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        name = ImageCms.getProfileDescription(opened).strip()
    except (OSError, ImageCms.PyCMSError):
        return "damaged profile, taken as sRGB"
    return name or "unnamed profile"


@lru_cache(maxsize=16)
def _transform(profile: bytes | None, *, to_srgb: bool) -> ImageCms.ImageCmsTransform | None:
    """``None`` where nothing is to be done."""
    if profile is None:
        return None
    try:
        document = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
        return ImageCms.ImageCmsTransform(
            document if to_srgb else screen,
            screen if to_srgb else document,
            "RGB",
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (OSError, ValueError, ImageCms.PyCMSError):
        return None


def _convert(color: Color, transform: ImageCms.ImageCmsTransform | None) -> Color:
    if transform is None:
        return color
    r, g, b = (round(min(max(each, 0.0), 1.0) * 255) for each in color)
    pixel = transform.apply(Image.new("RGB", (1, 1), (r, g, b))).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    return pixel[0] / 255, pixel[1] / 255, pixel[2] / 255
