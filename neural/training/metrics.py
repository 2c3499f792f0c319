"""How good a result is, on sRGB ``(h, w, 3)``, 0..1, over the pixels that were replaced."""

import math

import numpy as np
from numpy.typing import NDArray

from neural.image import Image

Hole = NDArray[np.bool_]

WINDOW_SIGMA = 1.5  # px; with the constants below, the settings of Wang et al., 2004
WINDOW_RADIUS = 5
K1, K2 = 0.01, 0.03


def psnr(result: Image, truth: Image, hole: Hole) -> float:
    """Peak signal-to-noise ratio in dB over the pixels of ``hole``."""
    error = (result[hole].astype(np.float64) - truth[hole]) ** 2
    return -10 * math.log10(max(float(error.mean()), 1e-10))


def ssim(result: Image, truth: Image, hole: Hole) -> float:
    """Structural similarity (Wang et al., 2004), averaged over channels and pixels of ``hole``."""
    return float(ssim_map(result, truth)[hole].mean())


def ssim_map(a: Image, b: Image) -> NDArray[np.float64]:
    """Structural similarity around each pixel, ``(h, w, 3)``, with Gaussian windows."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    mx, my = _window(x), _window(y)
    vx, vy = _window(x * x) - mx * mx, _window(y * y) - my * my
    covariance = _window(x * y) - mx * my
    c1, c2 = K1**2, K2**2
    above = (2 * mx * my + c1) * (2 * covariance + c2)
    result: NDArray[np.float64] = above / ((mx * mx + my * my + c1) * (vx + vy + c2))
    return result


def _window(planes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian mean around each pixel, borders mirrored with the edge pixel repeated."""
    taps = np.exp(-0.5 * (np.arange(-WINDOW_RADIUS, WINDOW_RADIUS + 1) / WINDOW_SIGMA) ** 2)
    taps /= taps.sum()
    for axis in (0, 1):
        pad = [(0, 0)] * 3
        pad[axis] = (WINDOW_RADIUS, WINDOW_RADIUS)
        padded = np.pad(planes, pad, mode="symmetric")
        length = planes.shape[axis]
        planes = sum(
            (tap * np.take(padded, np.arange(i, i + length), axis) for i, tap in enumerate(taps)),
            start=np.zeros_like(planes),
        )
    return planes
