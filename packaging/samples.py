"""The sample photograph: one of scikit-image's, which come with that package (demo extra)."""

from __future__ import annotations

from pathlib import Path

import skimage
from PIL import Image, ImageDraw

SHUTTLE = [
    (388, 0), (432, 0), (446, 36), (458, 60), (462, 190), (470, 214), (462, 284),
    (372, 284), (372, 268), (394, 262), (394, 240), (348, 232), (346, 214), (372, 176),
    (378, 90), (386, 70),
]  # fmt: skip
"""An outline, a little generous, around the model of a space shuttle in the sample."""


def sample_photo() -> Path:
    """A portrait of Eileen Collins (NASA, public domain), 512 x 512."""
    return Path(skimage.__file__).parent / "data" / "astronaut.png"


def sample_mask() -> Image.Image:
    """White on the shuttle, ``L``, 512 x 512."""
    mask = Image.new("L", (512, 512))
    ImageDraw.Draw(mask).polygon(SHUTTLE, fill=255)
    return mask
