"""Measure an upscaler beside bicubic and Lanczos interpolation.

The small picture is made with MATLAB's bicubic (antialiasing, mirrored borders) and rounded to 8
bits. PSNR is of the brightness of BT.601 alone, SSIM likewise, without ``scale`` px at the border:
as in papers on upscaling, so the figures compare with theirs. A picture is first cut to a multiple
of the scale.
"""

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from PIL import Image as Pillow

from neural.card import Metric, dump, load
from neural.image import Image
from neural.operations.upscale import Upscale
from neural.progress import Progress
from neural.session import Session
from neural.training import metrics
from neural.training.evaluate_restore import Score, pictures_of
from neural.training.train_upscale import LUMA, small

Method = Callable[[Image], Image]


def resampled(scale: int, kind: Pillow.Resampling) -> Method:
    """Pillow's interpolation, in floating point."""

    def run(image: Image) -> Image:
        size = image.shape[1] * scale, image.shape[0] * scale
        planes = [np.asarray(Pillow.fromarray(image[..., c]).resize(size, kind)) for c in range(3)]
        return np.stack(planes, axis=-1)

    return run


def network(model: Session) -> Method:
    """An upscaler as the editor runs it."""
    scale = float(model.card.geometry.scale)
    return lambda image: Upscale(scale)(
        model, image, np.ones(image.shape[:2], np.float32), Progress()
    )


def luma(image: Image) -> Image:
    """Brightness of 8-bit values, ``(h, w, 1)``, on the scale of BT.601, 1 is 255."""
    rounded = np.rint(image.clip(0, 1) * 255) / 255
    return (rounded @ np.array(LUMA)[:, None] / 255).astype(np.float32)


def score(method: Method, pictures: list[Image], scale: int) -> Score:
    """The mean score of one method."""
    rows = []
    for picture in pictures:
        h, w = (length // scale * scale for length in picture.shape[:2])
        truth = picture[:h, :w]
        tensor = torch.from_numpy(np.ascontiguousarray(truth.transpose(2, 0, 1)))[None]
        image = np.ascontiguousarray(small(tensor, scale)[0].numpy().transpose(1, 2, 0))
        start = perf_counter()
        result = method(image)
        pace = (perf_counter() - start) * 1e6 / (image.shape[0] * image.shape[1])
        inner = np.zeros((h, w), bool)
        inner[scale:-scale, scale:-scale] = True
        a, b = luma(result), luma(truth)
        rows.append((metrics.psnr(a, b, inner), metrics.ssim(a, b, inner), pace))
    return Score(*(float(x) for x in np.mean(rows, axis=0)))


def main(argv: list[str] | None = None) -> None:
    """Print the table; with ``--write``, keep the network's row in the card."""
    parser = argparse.ArgumentParser(prog="pentimento-train evaluate upscale", description=__doc__)
    parser.add_argument("--model", required=True, metavar="ID")
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--set", type=Path, required=True, metavar="DIR", dest="folder")
    parser.add_argument("--held-out", action="store_true", help="every twentieth picture only")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="pictures at most")
    parser.add_argument("--write", action="store_true", help="into the card")
    args = parser.parse_args(argv)
    path = args.models / f"{args.model}.json"
    card = load(path)
    scale = card.geometry.scale
    pictures = pictures_of(args.folder, held_out=args.held_out, limit=args.limit)
    dataset = f"{args.folder.name}{', held out' if args.held_out else ''} ({len(pictures)})"
    found = {
        "bicubic": score(resampled(scale, Pillow.Resampling.BICUBIC), pictures, scale),
        "Lanczos": score(resampled(scale, Pillow.Resampling.LANCZOS), pictures, scale),
        "network": score(
            network(Session(card, (args.models / card.file).read_bytes(), "cpu")), pictures, scale
        ),
    }
    print(f"{dataset}, ×{scale}: PSNR in dB / SSIM of the brightness; s per megapixel given")
    for name, s in found.items():
        print(f"{name:10}  {s.psnr_db:5.2f} / {s.ssim:.4f}  {s.seconds_per_mp:6.2f}")
    if args.write:
        best = found["network"]
        values = {"psnr_y_db": round(best.psnr_db, 2), "ssim_y": round(best.ssim, 4)}
        row = Metric(dataset, f"MATLAB bicubic, ×{scale}", values)
        others = tuple(each for each in card.metrics if each.dataset != dataset)
        path.write_text(dump(replace(card, metrics=(row, *others))))


if __name__ == "__main__":
    main()
