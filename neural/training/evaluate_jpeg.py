"""Measure what the denoiser leaves of the blocks of JPEGs.

Photographs are stored by libjpeg with halved color at three qualities and denoised at fixed levels.
Blocks: how much larger steps across the borders of 8 × 8 px are than those inside, less that of the
photograph itself, in percent; 0 is as it was. Never give a set that the network was trained on.
"""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image as Pillow

from neural.image import Image
from neural.operations.base import Network
from neural.operations.denoise import Denoise
from neural.progress import Progress
from neural.training import evaluation
from neural.training.metrics import psnr, ssim

QUALITIES = (10, 20, 40)
LEVELS = (0, 8, 12, 16)  # of 255; at 0 the JPEG is left as it is
BLOCK_PX = 8


class Score(NamedTuple):
    psnr_db: float
    ssim: float
    blocks: float


def stored(image: Image, quality: int) -> Image:
    """``image`` as a JPEG file has it."""
    file = io.BytesIO()
    eight = np.rint(image * 255).astype(np.uint8)
    Pillow.fromarray(eight).save(file, "JPEG", quality=quality, subsampling="4:2:0")
    return np.asarray(Pillow.open(file), np.float32) / np.float32(255)


def steps(image: Image) -> float:
    """Steps across the borders of blocks, as many times as large as those inside."""
    across = inside = 0.0
    for axis in (0, 1):
        found = np.abs(np.diff(image, axis=axis)).mean((1 - axis, 2))
        borders = np.arange(found.size) % BLOCK_PX == BLOCK_PX - 1
        across, inside = across + found[borders].mean(), inside + found[~borders].mean()
    return float(across / inside)


def scored(model: Network, image: Image, quality: int, level: float) -> Score:
    """Of one photograph."""
    result = stored(image, quality)
    every = np.ones(image.shape[:2], np.float32)
    if level:
        result = Denoise(level)(model, result, every, Progress()).clip(0, 1)
    more = 100 * (steps(result) - steps(image))
    return Score(psnr(result, image, every > 0), ssim(result, image, every > 0), more)


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    given = evaluation.Evaluation(evaluation.parser("jpeg", __doc__).parse_args(argv))
    print(f"{given.dataset}\n\n| JPEG quality | level | PSNR dB | SSIM | blocks |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for quality in QUALITIES:
        for level in LEVELS:
            each = [scored(given.model, image, quality, level) for image in given.pictures]
            found = Score(*(float(x) for x in np.mean(each, axis=0)))
            cells = f"{found.psnr_db:.2f} | {found.ssim:.4f} | {found.blocks:+.0f} %"
            print(f"| {quality} | {level or '–'} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
