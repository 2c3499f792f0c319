"""The sample photograph: one of scikit-image's, which come with that package (demo extra)."""

from __future__ import annotations

from pathlib import Path

import skimage
from PIL import Image, ImageDraw

ROCKET = [
    (308, 118), (334, 118), (348, 160), (350, 330), (352, 406), (290, 406), (296, 330), (300, 160),
]  # fmt: skip
"""An outline, a little generous, around what is to go from the sample."""


def sample_photo() -> Path:
    """A rocket on its pad in the evening (SpaceX, public domain), 640 x 427."""
    return Path(skimage.__file__).parent / "data" / "rocket.jpg"


def sample_mask() -> Image.Image:
    """White on the rocket, ``L``, 640 x 427."""
    mask = Image.new("L", (640, 427))
    ImageDraw.Draw(mask).polygon(ROCKET, fill=255)
    return mask
