"""White noise that every place has for itself, whatever part of a picture is looked at."""

import numpy as np
from numpy.typing import NDArray

from neural.image import Box

PARTS = 4  # 16 bits each, whose sum is nearly normal (Irwin and Hall)
DEVIATION = (PARTS / 12) ** 0.5


def white_noise(box: Box) -> NDArray[np.float32]:
    """``(h, w)``, mean 0, deviation 1, nearly normal; a hash of each place, so the same everywhere.

    The hash is the finalizer of SplitMix64 (Steele et al., Fast Splittable Pseudorandom Number
    Generators, 2014).
    """
    y, x = (np.arange(a, a + n).astype(np.uint64) for a, n in ((box.y, box.h), (box.x, box.w)))
    z = ((y[:, None] << np.uint64(32)) + x) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    parts = z.view(np.uint16).reshape(box.h, box.w, PARTS)
    total = parts.sum(-1, dtype=np.float32) / np.float32(1 << 16)
    return np.asarray((total - PARTS / 2) / DEVIATION, np.float32)
