"""How noisy a picture is, without knowing what it would look like without the noise."""

import numpy as np
from numpy.typing import NDArray

from neural.image import Image

BLOCK_PX = 8
CALMEST = 0.1  # of all blocks: the ones that noise alone, hardly texture, makes uneven
CALM_RATIO = 0.9034  # how uneven those are in white noise of 1, measured on 10 000 blocks of it
COARSE = 0.9  # of what a picture of half the size tells: texture is stronger there
ENOUGH = 0.05  # of all blocks, to trust the ones where nothing is cut off


def noise_level(image: Image) -> float:
    """The standard deviation of the noise in ``(h, w, 3)``, 0..1, on the same scale.

    Each pixel's difference from its row and its column (Immerkær, 1996) is white noise in flat
    places and on straight edges. Its strength is taken from the calmest tenth of 8×8 blocks, so
    texture is not mistaken for noise. Noise that is coarse, or has gone through JPEG, hides from
    such differences; so the picture is measured at half its size as well, where white noise is half
    as strong, and the larger answer counts. It says rather too little than too much.

    Blocks that reach black or white are left out if there are others, since noise is cut off
    there. Blocks of one color are painted over and tell nothing either, unless they are most of the
    picture: then it is a drawing, and clean.
    """
    return max(_level(image), COARSE * 2 * _level(_halved(image)))


def _level(image: Image) -> float:
    """Of noise that differs from pixel to pixel."""
    bands = range(0, image.shape[0] - BLOCK_PX, BLOCK_PX)  # band by band: little memory
    found = np.concatenate([np.zeros((3, 0)), *(_blocks(image[y : y + 9]) for y in bands)], axis=1)
    uneven, is_flat, is_cut = found[0], found[1] > 0, found[2] > 0
    if 2 * is_flat.sum() >= uneven.size:
        return 0.0
    whole = ~is_flat & ~is_cut
    alive = uneven[whole if whole.mean() > ENOUGH else ~is_flat]
    return float(np.sqrt(np.quantile(alive, CALMEST)) / CALM_RATIO)


def _halved(image: Image) -> Image:
    """The mean of 2×2 pixels."""
    h, w = (length // 2 * 2 for length in image.shape[:2])
    rows = image[0:h:2] + image[1:h:2]
    return (rows[:, 0:w:2] + rows[:, 1:w:2]) * np.float32(0.25)


def _blocks(band: Image) -> NDArray[np.float64]:
    """For each block of 9 rows ``(9, w, 3)``: its mean square difference, whether it is of one
    color, and whether it reaches black or white; ``(3, blocks)``.
    """
    count = (band.shape[1] - 1) // BLOCK_PX
    band = band[:, : count * BLOCK_PX + 1]
    step = (band[1:, 1:] - band[1:, :-1] - band[:-1, 1:] + band[:-1, :-1]) / 2
    squares = np.square(step, dtype=np.float64).reshape(BLOCK_PX, count, BLOCK_PX, 3)
    colors = band[1:, 1:].reshape(BLOCK_PX, count, BLOCK_PX, 3)
    is_flat = (colors == colors[:1, :, :1]).all(axis=(0, 2, 3))
    is_cut = ((colors <= 0) | (colors >= 1)).any(axis=(0, 2, 3))
    return np.stack([squares.mean(axis=(0, 2, 3)), is_flat, is_cut])
