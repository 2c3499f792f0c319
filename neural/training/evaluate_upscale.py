"""Measure an upscaler beside bicubic and Lanczos interpolation.

The small picture is made with MATLAB's bicubic (antialiasing, mirrored borders) and rounded to 8
bits. PSNR is of the brightness of BT.601 alone, SSIM likewise, without ``scale`` px at the border:
as in papers on upscaling, so the figures compare with theirs. A picture is first cut to a multiple
of the scale. A model with crisp weights has a second row, for the other end of its slider. The
perceptual distance is of colors, and lower is better; what is crisp should win there, and lose in
PSNR.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from PIL import Image as Pillow
from torch import Tensor

from neural.card import Metric
from neural.image import Image
from neural.operations.upscale import Upscale
from neural.progress import Progress
from neural.session import Session
from neural.training import evaluation, metrics
from neural.training.losses import PerceptualDistance
from neural.training.train_upscale import LUMA, small

Method = Callable[[Image], Image]


def resampled(scale: int, kind: Pillow.Resampling) -> Method:
    """Pillow's interpolation, in floating point."""

    def run(image: Image) -> Image:
        size = image.shape[1] * scale, image.shape[0] * scale
        planes = [np.asarray(Pillow.fromarray(image[..., c]).resize(size, kind)) for c in range(3)]
        return np.stack(planes, axis=-1)

    return run


def network(model: Session, crisp: float = 0.0) -> Method:
    """An upscaler as the editor runs it."""
    operation = Upscale(float(model.card.geometry.scale), crisp=crisp)

    def run(image: Image) -> Image:
        pixels = np.full((*image.shape[:2], 4), 255, np.uint8)
        pixels[..., :3] = np.rint(image * 255)
        result = np.empty((*operation.size(*image.shape[:2]), 3), np.float32)
        for box, part in operation([model], pixels, Progress()):
            result[box.slices] = part[..., :3]
        return result

    return run


def luma(image: Image) -> Image:
    """Brightness of 8-bit values, ``(h, w, 1)``, on the scale of BT.601, 1 is 255."""
    rounded = np.rint(image.clip(0, 1) * 255) / 255
    return (rounded @ np.array(LUMA)[:, None] / 255).astype(np.float32)


@dataclass(frozen=True)
class Row:
    """The mean over all pictures."""

    psnr_db: float
    ssim: float
    seconds_per_mp: float
    perceptual: float  # NaN if it was not measured

    def values(self) -> dict[str, float]:
        """As a card has them."""
        found = {"psnr_y_db": round(self.psnr_db, 2), "ssim_y": round(self.ssim, 4)}
        if not math.isnan(self.perceptual):
            found["perceptual"] = round(self.perceptual, 4)
        return found


def score(
    method: Method, pictures: list[Image], scale: int, distance: PerceptualDistance | None = None
) -> Row:
    """The mean score of one method."""
    rows = []
    for picture in pictures:
        h, w = (length // scale * scale for length in picture.shape[:2])
        truth = picture[:h, :w]
        image = np.ascontiguousarray(small(_tensor(truth), scale)[0].numpy().transpose(1, 2, 0))
        start = perf_counter()
        result = method(image)
        pace = (perf_counter() - start) * 1e6 / (image.shape[0] * image.shape[1])
        inner = np.zeros((h, w), bool)
        inner[scale:-scale, scale:-scale] = True
        a, b = luma(result), luma(truth)
        apart = math.nan
        if distance is not None:
            with torch.no_grad():
                everywhere = torch.ones(1, 1, h, w)
                apart = float(distance(_tensor(result.clip(0, 1)), _tensor(truth), everywhere))
        rows.append((metrics.psnr(a, b, inner), metrics.ssim(a, b, inner), pace, apart))
    return Row(*(float(x) for x in np.mean(rows, axis=0)))


def _tensor(image: Image) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]


def main(argv: list[str] | None = None) -> None:
    """Print the table; with ``--write``, keep the network's row in the card."""
    parser = evaluation.parser("upscale", __doc__)
    parser.add_argument("--perceptual", type=Path, metavar="DIR", help="weights of the distance")
    args = parser.parse_args(argv)
    given = evaluation.Evaluation(args)
    pictures, dataset, model = given.pictures, given.dataset, given.model
    scale = given.card.geometry.scale
    methods = {
        "bicubic": resampled(scale, Pillow.Resampling.BICUBIC),
        "Lanczos": resampled(scale, Pillow.Resampling.LANCZOS),
        "network": network(model),
    }
    if given.card.has("amount"):
        methods["crisp"] = network(model, 1.0)
    distance = PerceptualDistance(args.perceptual) if args.perceptual is not None else None
    print(f"{dataset}, ×{scale}: PSNR in dB / SSIM of the brightness; perceptual distance;")
    print("seconds per megapixel given")
    found = {}
    for name, method in methods.items():
        found[name] = row = score(method, pictures, scale, distance)
        print(
            f"{name:10}  {row.psnr_db:5.2f} / {row.ssim:.4f}  {row.perceptual:6.4f}"
            f"  {row.seconds_per_mp:6.2f}"
        )
    setting = f"MATLAB bicubic, ×{scale}"
    settings = {"network": setting, "crisp": f"{setting}, crisp"}
    given.keep(
        Metric(dataset, settings[name], row.values())
        for name, row in found.items()
        if name in settings
    )


if __name__ == "__main__":
    main()
