"""The sample photograph: one of scikit-image's, which come with that package (demo extra)."""

from __future__ import annotations

from pathlib import Path

import skimage
from PIL import Image, ImageDraw

SHUTTLE = [
    (382, 0), (440, 0), (452, 36), (466, 60), (470, 190), (478, 216), (472, 290),
    (360, 290), (360, 238), (340, 238), (340, 208), (364, 172), (372, 90), (380, 60),
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
