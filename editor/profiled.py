"""Between sRGB, in which networks know looks and maps, and the color space of a document."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from editor.color import converted
from editor.document.document import Document
from editor.document.tiles import Pixels
from neural.image import Image
from neural.looks import Look
from neural.operations.parameters import parameters, with_records


def in_srgb(pixels: Pixels, document: Document) -> Pixels:
    """Pixels of a document, ``(h, w, 4)``, straight alpha, as they look in sRGB: in 8 bits, unless
    they are sRGB.
    """
    profile = document.metadata.profile
    if profile is None:
        return pixels
    eight = np.rint(pixels * np.float32(255 / document.full)).astype(np.uint8)
    return np.dstack([converted(eight[..., :3], profile, None), eight[..., 3]])


def shown_of(map_: Pixels, document: Document) -> Image:
    """What a map shows, ``(h, w, 3)``, sRGB, 0..1, on black: its colors count as they look."""
    colors = in_srgb(map_, document)[..., :3]
    full = np.float32(np.iinfo(colors.dtype).max)
    painted = map_[..., 3:] * np.float32(1 / document.full)
    return np.asarray(colors / full * painted, np.float32)


def with_looks_of(operation: Any, document: Document) -> Any:
    """The operation with the palettes of its looks, if it has any, in the values of a document:
    they look there as they do in sRGB.
    """
    profile = document.metadata.profile
    if profile is None or not any(each.kind is Look for each in parameters(operation)):
        return operation
    return with_records(operation, Look, [_in_values_of(look, profile) for look in operation.looks])


def _in_values_of(look: Look, profile: bytes) -> Look:
    colors = np.rint(np.reshape(look.palette, (1, -1, 3)) * 255).astype(np.uint8)
    values = converted(colors, None, profile).ravel() / 255
    return replace(look, palette=tuple(values.tolist()))
