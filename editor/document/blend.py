"""Blend modes: names and formulas of the W3C's *Compositing and Blending Level 1*.

Arithmetic here is on float32 planes in 0..1: colors are ``(3, h, w)``, coverages ``(h, w)`` or one
number for all pixels, and a picture under way is ``(4, h, w)`` with *premultiplied* alpha.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float32]

NEAR: Final = 1e-6
"""Closer than this to 0 or 1 is 0 or 1, a fifteenth of a 16-bit step: where a formula jumps at an
exact value, the rounding of an earlier layer must not decide which side a pixel is on."""


class BlendMode(StrEnum):
    """How a layer's color meets the color below; values are the W3C's own keywords.

    ``ATOP`` is an operator there (Porter and Duff's): as normal, but only where something is, and
    what is half transparent stays so.
    """

    NORMAL = "normal"
    ATOP = "src-atop"
    MULTIPLY = "multiply"
    SCREEN = "screen"
    OVERLAY = "overlay"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    COLOR_DODGE = "color-dodge"
    COLOR_BURN = "color-burn"
    HARD_LIGHT = "hard-light"
    SOFT_LIGHT = "soft-light"
    DIFFERENCE = "difference"
    EXCLUSION = "exclusion"
    HUE = "hue"
    SATURATION = "saturation"
    COLOR = "color"
    LUMINOSITY = "luminosity"


def blend(mode: BlendMode, backdrop: Planes, source: Planes) -> Planes:
    """The W3C's ``B(cb, cs)``: ``source`` meets ``backdrop`` where both are opaque.

    Both ``(3, h, w)``, straight color in 0..1. The result is a fresh array, or ``source`` itself.
    """
    return _FORMULAS[mode](backdrop, source)


def composite(picture: Planes, color: Planes, alpha: Planes | float, mode: BlendMode) -> None:
    """Put ``color`` with coverage ``alpha`` onto ``picture``, in place.

    picture: ``(4, h, w)``, premultiplied. color: ``(3, h, w)``, straight, 0..1. alpha: ``(h, w)``
    or a number. Over a transparent backdrop the color shows as it is, elsewhere it is blended.
    """
    if mode is BlendMode.ATOP:
        picture[:3] *= 1 - alpha
        picture[:3] += color * (alpha * picture[3])
        return
    if mode is not BlendMode.NORMAL:
        mixed = blend(mode, straight(picture), color) - color
        mixed *= picture[3]
        mixed += color
        color = mixed
    over(picture, color, alpha)


def over(picture: Planes, color: NDArray[Any], alpha: Planes | float, scale: float = 1.0) -> None:
    """Put ``color`` with coverage ``alpha`` over ``picture``, in place, without blending.

    picture: ``(4, h, w)``, premultiplied. color: ``(3, h, w)``, straight; times ``scale`` it is in
    0..1, so integers need no copy of their own.
    """
    picture *= 1 - alpha
    picture[3] += alpha
    picture[:3] += color * (alpha * np.float32(scale))


def over_premultiplied(picture: Planes, source: Planes, alpha: Planes | float = 1.0) -> None:
    """Put ``source``, faded by ``alpha``, over ``picture``, in place; both premultiplied."""
    if not (isinstance(alpha, float) and alpha == 1.0):
        source = source * alpha
    picture *= 1 - source[3]
    picture += source


def straight(picture: Planes) -> Planes:
    """The colors, ``(3, h, w)``, of a premultiplied picture; black where nothing is."""
    color = picture[:3] / np.maximum(picture[3], np.float32(1e-12))
    return np.minimum(color, 1, out=color)


def _normal(_backdrop: Planes, source: Planes) -> Planes:
    return source


def _multiply(backdrop: Planes, source: Planes) -> Planes:
    return backdrop * source


def _screen(backdrop: Planes, source: Planes) -> Planes:
    return backdrop + source - backdrop * source


def _overlay(backdrop: Planes, source: Planes) -> Planes:
    return _hard_light(source, backdrop)


def _darken(backdrop: Planes, source: Planes) -> Planes:
    return np.minimum(backdrop, source)


def _lighten(backdrop: Planes, source: Planes) -> Planes:
    return np.maximum(backdrop, source)


def _color_dodge(backdrop: Planes, source: Planes) -> Planes:
    result = backdrop / np.maximum(1 - source, np.float32(NEAR))
    result[source > 1 - NEAR] = 1
    result[backdrop < NEAR] = 0
    return np.minimum(result, 1, out=result)


def _color_burn(backdrop: Planes, source: Planes) -> Planes:
    result = 1 - (1 - backdrop) / np.maximum(source, np.float32(NEAR))
    result[source < NEAR] = 0
    result[backdrop > 1 - NEAR] = 1
    return np.maximum(result, 0, out=result)


def _hard_light(backdrop: Planes, source: Planes) -> Planes:
    twice = source + source
    return np.where(source <= 0.5, backdrop * twice, _screen(backdrop, twice - 1))


def _soft_light(backdrop: Planes, source: Planes) -> Planes:
    polynomial = ((16 * backdrop - 12) * backdrop + 4) * backdrop
    curve = np.where(backdrop <= 0.25, polynomial, np.sqrt(backdrop))
    reach = np.where(source <= 0.5, backdrop - backdrop * backdrop, curve - backdrop)
    return backdrop + (source + source - 1) * reach


def _difference(backdrop: Planes, source: Planes) -> Planes:
    result = backdrop - source
    return np.abs(result, out=result)


def _exclusion(backdrop: Planes, source: Planes) -> Planes:
    return backdrop + source - 2 * backdrop * source


def _hue(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(_set_sat(source, _sat(backdrop)), _lum(backdrop))


def _saturation(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(_set_sat(backdrop, _sat(source)), _lum(backdrop))


def _color(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(source, _lum(backdrop))


def _luminosity(backdrop: Planes, source: Planes) -> Planes:
    return _set_lum(backdrop, _lum(source))


def _lum(color: Planes) -> Planes:
    """``(h, w)``: the W3C's ``Lum``."""
    return 0.3 * color[0] + 0.59 * color[1] + 0.11 * color[2]


def _sat(color: Planes) -> Planes:
    """``(h, w)``: the W3C's ``Sat``."""
    return color.max(0) - color.min(0)


def _set_sat(color: Planes, saturation: Planes) -> Planes:
    """``SetSat``: stretch each pixel so that its channels reach from 0 to ``saturation``."""
    least = color.min(0)
    span = color.max(0) - least
    gray = span < NEAR
    return (color - least) * np.where(gray, 0, saturation / np.where(gray, 1, span))


def _set_lum(color: Planes, luminosity: Planes) -> Planes:
    """``SetLum`` with ``ClipColor``: shift each pixel, then pull it toward gray into 0..1."""
    away = color - _lum(color)
    least, most = luminosity + away.min(0), luminosity + away.max(0)
    pull = np.where(least < 0, luminosity / np.maximum(luminosity - least, np.float32(1e-12)), 1)
    bright = (1 - luminosity) / np.maximum(most - luminosity, np.float32(1e-12))
    away *= np.where(most > 1, bright, pull)
    away += luminosity
    return np.clip(away, 0, 1, out=away)


_FORMULAS: Final[Mapping[BlendMode, Callable[[Planes, Planes], Planes]]] = {
    BlendMode.NORMAL: _normal,
    BlendMode.ATOP: _normal,
    BlendMode.MULTIPLY: _multiply,
    BlendMode.SCREEN: _screen,
    BlendMode.OVERLAY: _overlay,
    BlendMode.DARKEN: _darken,
    BlendMode.LIGHTEN: _lighten,
    BlendMode.COLOR_DODGE: _color_dodge,
    BlendMode.COLOR_BURN: _color_burn,
    BlendMode.HARD_LIGHT: _hard_light,
    BlendMode.SOFT_LIGHT: _soft_light,
    BlendMode.DIFFERENCE: _difference,
    BlendMode.EXCLUSION: _exclusion,
    BlendMode.HUE: _hue,
    BlendMode.SATURATION: _saturation,
    BlendMode.COLOR: _color,
    BlendMode.LUMINOSITY: _luminosity,
}
