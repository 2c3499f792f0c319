"""Comparing pictures with approved ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GOLDEN = Path(__file__).parent / "golden"
OUTPUT = Path(__file__).parent / "output"


def assert_golden(name: str, got: NDArray[Any], worst: float = 1, mean: float = 0.05) -> None:
    """Compare ``got`` with ``golden/<name>.png``.

    got: ``(h, w)`` or ``(h, w, channels)``, uint8 or uint16 (compared at 8 bits).
    worst, mean: the largest and the average difference of a channel allowed, in levels of 255. On
    failure *got*, *want* and *diff x 8* are left in ``tests/output``. With ``UPDATE_GOLDEN=1`` in
    the environment ``got`` becomes the approved picture: look at it, over white and over black.
    """
    picture = got if got.dtype == np.uint8 else np.rint(got / 257).astype(np.uint8)
    picture = picture[..., 0] if picture.ndim == 3 and picture.shape[2] == 1 else picture
    path = GOLDEN / f"{name}.png"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        Image.fromarray(picture).save(path, optimize=True)
        return
    assert path.exists(), f"no golden image {path.name}: make it with UPDATE_GOLDEN=1"
    with Image.open(path) as image:
        want = np.asarray(image)
    assert picture.shape == want.shape, f"{name} is {picture.shape}, not {want.shape}"
    diff = np.abs(picture.astype(np.int16) - want)
    if diff.max(initial=0) <= worst and diff.mean() <= mean:
        return
    OUTPUT.mkdir(exist_ok=True)
    magnified = np.minimum(diff * 8, 255).astype(np.uint8)
    if magnified.ndim == 3 and magnified.shape[2] == 4:
        magnified[..., 3] = 255
    for kind, pixels in {"got": picture, "want": want, "diff": magnified}.items():
        Image.fromarray(pixels).save(OUTPUT / f"{name}-{kind}.png")
    y, x, *_ = np.unravel_index(int(diff.argmax()), diff.shape)
    raise AssertionError(
        f"{name} differs by {diff.max()} at x={x}, y={y} ({picture[y, x]}, not {want[y, x]}), "
        f"by {diff.mean():.3f} on average; see {OUTPUT}"
    )
