"""What an enlarged picture keeps of the one it was made from: colors, alpha, its looks."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from neural.errors import BadOutput
from neural.image import Image, Mask

RADIUS_PX = 4
REACH_PX = 2 * RADIUS_PX + 1  # how far what is here looks: two means, and a line between pixels
FLAT = 0.5 / 255  # a step that rounding hides
ALIKE = 0.9  # correlation: pictures of the same thing have 0.99
EVEN = 0.02  # standard deviation: a picture of hardly more than noise need not be alike


def averaged_down(image: Image, scale: int) -> Image:
    """The mean of each ``scale`` × ``scale`` px of an ``(h, w, c)``."""
    h, w, channels = image.shape
    blocks = image.reshape(h // scale, scale, w // scale, scale, channels)
    return blocks.mean(axis=3).mean(axis=1)


def with_colors_of(large: Image, small: Image, scale: int) -> Image:
    """``large`` with the colors that ``small`` has on average over a few px.

    Only what is as smooth as that is added, so no detail comes or goes; at the border both pictures
    are taken to go on. small: ``(h, w, 3)``; large: ``(h * scale, w * scale, 3)``, 0..1.
    """
    drift = small - averaged_down(large, scale)
    for axis in (0, 1, 0, 1):
        drift = _mean_along(drift, axis)
    size = large.shape[1], large.shape[0]
    for c in range(drift.shape[2]):
        plane = Pillow.fromarray(np.ascontiguousarray(drift[..., c]))
        large[..., c] += np.asarray(plane.resize(size, Pillow.Resampling.BILINEAR))
    return large.clip(0, 1)


def alpha_within(large: Mask, small: Mask, scale: int) -> Mask:
    """``large`` held between the least and the most that ``small`` has within a pixel (R9)."""
    low, high = _around(small[..., None], 1)
    return large.clip(_repeated(low, scale)[..., 0], _repeated(high, scale)[..., 0])


def with_flats_of(large: Image, small: Image, scale: int) -> Image:
    """``large``, but as flat as ``small`` where that is flat (R7).

    Held within what ``small`` has 2 px around, and as much again to both sides, so that edges may
    be sharpened; where all is of one color there, nothing is left to make up.
    """
    low, high = _around(small, 2)
    slack = high - low + np.float32(FLAT)
    return large.clip(_repeated(low - slack, scale), _repeated(high + slack, scale))


class Likeness:
    """Gathers, part by part, how much a result looks like what it was made from."""

    def __init__(self) -> None:
        self._count = 0
        self._sums: NDArray[np.float64] = np.zeros(2)
        self._products: NDArray[np.float64] = np.zeros((2, 2))

    def add(self, result: Image, source: Image) -> None:
        """Two parts of the same size."""
        both = np.stack([result.ravel(), source.ravel()]).astype(np.float64)
        self._count += both.shape[1]
        self._sums += both.sum(axis=1)
        self._products += both @ both.T

    def check(self, name: str) -> None:
        """Refuse a result that is another picture (R24); ``name`` is the network's.

        Raises:
            BadOutput: it is.
        """
        mean = self._sums / max(self._count, 1)
        covariance = self._products / max(self._count, 1) - np.outer(mean, mean)
        made, given = np.sqrt(covariance.diagonal().clip(0))
        if given > EVEN and covariance[0, 1] < ALIKE * made * given:
            raise BadOutput(f"{name} gave a picture that does not look like the one it was given.")


def _mean_along(image: Image, axis: int) -> Image:
    """The mean over ``RADIUS_PX`` px to both sides along one axis of an ``(h, w, c)``."""
    width = 2 * RADIUS_PX + 1
    pad = [(0, 0)] * 3
    pad[axis] = (RADIUS_PX + 1, RADIUS_PX)
    sums = np.pad(image, pad, "edge").cumsum(axis, dtype=np.float64).swapaxes(0, axis)
    return ((sums[width:] - sums[:-width]) / width).swapaxes(0, axis).astype(np.float32)


def _around(image: Image, radius: int) -> tuple[Image, Image]:
    """The least and the most within ``radius`` px of each pixel of an ``(h, w, c)``, each way."""
    h, w = image.shape[:2]
    padded = np.pad(image, ((radius, radius), (radius, radius), (0, 0)), "edge")
    found = []
    for most in (np.minimum, np.maximum):
        rows = most.reduce([padded[y : y + h] for y in range(2 * radius + 1)])
        found.append(most.reduce([rows[:, x : x + w] for x in range(2 * radius + 1)]))
    return found[0], found[1]


def _repeated(plane: Image, scale: int) -> Image:
    return plane.repeat(scale, axis=0).repeat(scale, axis=1)
