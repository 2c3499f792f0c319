"""OKLab (Ottosson, 2020): lightness and two opponent colors, even to the eye; from and to sRGB."""

import numpy as np
from numpy.typing import NDArray

Colors = NDArray[np.float64]  # (..., 3)

_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_CONES, _FROM_LAB = np.linalg.inv(_TO_CONES), np.linalg.inv(_TO_LAB)

_KEPT = 0.9  # of the chroma that fits, beyond which it is compressed
_MOST = 64.0  # times: chroma that fits so often is as good as none
_HALVINGS = 30


def from_srgb(colors: NDArray[np.floating]) -> Colors:
    """``(..., 3)``, 0..1, to lightness, 0..1, and a and b, about -0.3..0.3."""
    x = np.asarray(colors, np.float64)
    linear = np.where(x <= 0.04045, x / 12.92, ((x.clip(0) + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _TO_CONES.T) @ _TO_LAB.T


def to_linear(lab: Colors) -> Colors:
    """Linear sRGB; below 0 or above 1 what a screen cannot show."""
    return (lab @ _FROM_LAB.T) ** 3 @ _FROM_CONES.T


def to_srgb(lab: Colors) -> Colors:
    """0..1. Lightness is kept; chroma beyond what fits is compressed smoothly, not cut."""
    lab = np.concatenate([lab[..., :1].clip(0, 1), lab[..., 1:]], axis=-1)
    fits, too_much = np.zeros(lab.shape[:-1]), np.full(lab.shape[:-1], _MOST)
    for _ in range(_HALVINGS):
        middle = (fits + too_much) / 2
        linear = to_linear(_scaled(lab, middle))
        inside = ((linear > -1e-4) & (linear < 1 + 1e-4)).all(axis=-1)
        fits, too_much = np.where(inside, middle, fits), np.where(inside, too_much, middle)
    used = 1 / np.maximum(fits, 1e-6)  # of what fits
    over = (used.clip(_KEPT) - _KEPT) / (1 - _KEPT)
    share = np.where(used > _KEPT, (_KEPT + (1 - _KEPT) * np.tanh(over)) / used, 1.0)
    x = to_linear(_scaled(lab, share)).clip(0, 1)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1 / 2.4) - 0.055)


def _scaled(lab: Colors, share: NDArray[np.float64]) -> Colors:
    return np.concatenate([lab[..., :1], lab[..., 1:] * share[..., None]], axis=-1)
