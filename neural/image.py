"""The array convention of everything in ``neural``, and what is done to such arrays.

An image is float32 ``(h, w, 3)``, 0..1, sRGB, no alpha. A mask is float32 ``(h, w)``, 1 is to be
replaced. A tensor is float32 ``(1, c, h, w)``, as ONNX Runtime takes and gives it. A table is
float32 ``(n, n, n, 3)``, 0..1, sRGB: what becomes of the color ``[r, g, b] / (n - 1)``.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

Image = NDArray[np.float32]
Mask = NDArray[np.float32]
Tensor = NDArray[np.float32]
Table = NDArray[np.float32]


class Box(NamedTuple):
    """A rectangle of pixels, half open: columns ``x .. x + w``, rows ``y .. y + h``."""

    x: int
    y: int
    w: int
    h: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """What cuts the box out of an ``(h, w, ...)`` array."""
        return slice(self.y, self.y + self.h), slice(self.x, self.x + self.w)

    def times(self, scale: int) -> "Box":
        """The same place in a picture ``scale`` times as large."""
        return Box(self.x * scale, self.y * scale, self.w * scale, self.h * scale)

    def grown(self, by: int, width: int, height: int) -> "Box":
        """The box with ``by`` more pixels on each side, kept inside ``width`` × ``height``."""
        left, top = max(self.x - by, 0), max(self.y - by, 0)
        right, bottom = min(self.x + self.w + by, width), min(self.y + self.h + by, height)
        return Box(left, top, right - left, bottom - top)


def bounds(mask: NDArray[Any]) -> Box | None:
    """The smallest box around everything above 0 in an ``(h, w)`` mask; None if it is empty."""
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return None
    columns = np.flatnonzero(mask[rows[0] : rows[-1] + 1].any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    return Box(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)


def lattice(n: int) -> Table:
    """The table of ``n`` steps that changes nothing."""
    axis = np.linspace(0, 1, n, dtype=np.float32)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def looked_up(image: Image, table: Table) -> Image:
    """Colors ``(h, w, 3)``, 0..1, through a table, trilinearly."""
    n = len(table)
    # the three values of a point as one of 16 bytes, so that they are fetched at once
    points = np.pad(table.reshape(-1, 3), ((0, 0), (0, 1))).view(np.complex128)[:, 0]
    place = image.reshape(-1, 3).T.clip(0, 1) * np.float32(n - 1)
    cell = np.minimum(np.floor(place), n - 2)
    part = place - cell
    corner = ((cell[0] * n + cell[1]) * n + cell[2]).astype(np.intp)
    found = np.zeros((len(corner), 4), np.float32)
    for r, g, b in np.ndindex(2, 2, 2):
        red, green, blue = (x if k else 1 - x for x, k in zip(part, (r, g, b), strict=True))
        fetched = points.take(corner + ((r * n + g) * n + b))
        found += (red * green * blue)[:, None] * fetched.view(np.float32).reshape(-1, 4)
    return found[:, :3].reshape(image.shape)


def to_nchw(image: Image | Mask) -> Tensor:
    """``(h, w, c)`` or ``(h, w)`` to ``(1, c, h, w)``, contiguous."""
    planes = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
    return np.ascontiguousarray(planes[None], dtype=np.float32)


def from_nchw(tensor: Tensor) -> Image:
    """``(1, c, h, w)`` to ``(h, w, c)``."""
    return np.ascontiguousarray(tensor[0].transpose(1, 2, 0))


def round_up(length: int, multiple_of: int) -> int:
    """The smallest multiple that is not below ``length``."""
    return -(-length // multiple_of) * multiple_of


def reflected(start: int, stop: int, length: int) -> NDArray[np.intp]:
    """Indices ``start .. stop`` into an axis of ``length``, mirrored at both ends without repeating
    the border pixel, as often as needed.
    """
    period = max(2 * (length - 1), 1)
    steps = np.arange(start, stop, dtype=np.intp) % period
    return np.minimum(steps, period - steps) if length > 1 else np.zeros_like(steps)


def pad_to(image: Image, multiple_of: int, minimum: tuple[int, int] = (1, 1)) -> Image:
    """Mirror an ``(h, w)`` or ``(h, w, c)`` array to the right and below.

    Both sides become multiples of ``multiple_of`` and at least ``minimum``, given as (h, w).
    The original is the result's top left corner.
    """
    h, w = image.shape[:2]
    rows = reflected(0, round_up(max(h, minimum[0]), multiple_of), h)
    columns = reflected(0, round_up(max(w, minimum[1]), multiple_of), w)
    return np.ascontiguousarray(image[rows[:, None], columns])


def resize(image: Image | Mask, height: int, width: int) -> Image:
    """Resample an ``(h, w)`` or ``(h, w, c)`` array: area-averaged bicubic, edges clamped.

    Bicubic overshoots at edges, so the result is clipped to the range the input had.
    """
    h, w = image.shape[:2]
    if (h, w) == (height, width):
        return image
    planes = image[..., None] if image.ndim == 2 else image
    result = resampled(planes, (0, 0, w, h), height, width).clip(image.min(), image.max())
    return result[..., 0] if image.ndim == 2 else result


def resampled(
    image: Image, box: tuple[float, float, float, float], height: int, width: int
) -> Image:
    """A part of ``(h, w, c)`` as ``(height, width, c)``: area-averaged bicubic, which overshoots.

    box: left, top, right, bottom, in fractions of px. What lies around it counts as well, so that
    parts are what they are in the whole.
    """
    scaled = [
        np.asarray(
            Pillow.fromarray(np.ascontiguousarray(image[..., c])).resize(
                (width, height), Pillow.Resampling.BICUBIC, box=box
            )
        )
        for c in range(image.shape[2])
    ]
    return np.stack(scaled, axis=-1)


def averaged(planes: Image | Mask, reach: int) -> Image:
    """The mean within ``reach`` pixels each way, ``(h, w)`` or ``(h, w, c)``, edges repeated."""
    side = 2 * reach + 1
    for axis in (0, 1):
        pad = [(reach + 1, reach) if each == axis else (0, 0) for each in range(planes.ndim)]
        sums = np.pad(planes, pad, mode="edge").cumsum(axis=axis, dtype=np.float64)
        ends = np.moveaxis(sums, axis, 0)
        planes = np.moveaxis((ends[side:] - ends[:-side]) / side, 0, axis).astype(np.float32)
    return planes


def extend_edges(image: Image, known: NDArray[np.bool_]) -> Image:
    """Fill the unknown pixels with the colors of the known ones nearest to them, smoothly.

    Averages known pixels into ever coarser levels and comes back down, so every unknown pixel
    gets the finest level that knows anything. Where nothing is known at all, the image is
    returned as it is. Known pixels keep their exact values.
    """
    if known.all() or not known.any():
        return image
    coarse = extend_edges(*_halved(image, known.astype(np.float32)[..., None]))
    h, w = image.shape[:2]
    above = np.repeat(np.repeat(coarse, 2, axis=0), 2, axis=1)[:h, :w]
    return np.where(known[..., None], image, above)


def spread(image: Image, known: NDArray[np.bool_], steps: int) -> tuple[Image, NDArray[np.bool_]]:
    """Give unknown pixels the mean of their known neighbors, ``steps`` pixels far; and what is
    known then.
    """
    h, w = known.shape
    for _ in range(steps):
        weight = known.astype(np.float32)[..., None]
        around = np.pad(np.concatenate([image * weight, weight], axis=-1), ((1, 1), (1, 1), (0, 0)))
        rows = around[:h] + around[1 : h + 1] + around[2:]
        total = rows[:, :w] + rows[:, 1 : w + 1] + rows[:, 2:]
        count = total[..., 3]
        new = ~known & (count > 0)
        image = np.where(new[..., None], total[..., :3] / np.maximum(count, 1)[..., None], image)
        known = known | new
    return image, known


def _halved(image: Image, weight: NDArray[np.float32]) -> tuple[Image, NDArray[np.bool_]]:
    """The mean of the known pixels in each 2×2 block, and which blocks have any."""
    h, w = image.shape[:2]
    pad = ((0, h % 2), (0, w % 2), (0, 0))

    def blocks(plane: NDArray[np.float32]) -> NDArray[np.float32]:
        p: NDArray[np.float32] = np.pad(plane, pad)
        return p[0::2, 0::2] + p[1::2, 0::2] + p[0::2, 1::2] + p[1::2, 1::2]

    total = blocks(weight)
    mean = blocks(image * weight)
    mean /= np.maximum(total, 1)
    return mean, total[..., 0] > 0
