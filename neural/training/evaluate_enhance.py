"""Measure an enhancer beside the buttons that everybody has.

Photographs are damaged as no network was trained to undo: other formulas than in training, in the
opposite order (``damage.dulled_otherwise``), and stored in 8 bits. What is gained is the PSNR over
RGB above that of the damaged picture: of all photographs, and of those alone that are well lit by
the rule of training (``train_enhance.sorted_out``), since of a night or a fog nobody can tell how
dark or how flat it was. What a method does to the photographs as they are is the mean CIEDE2000
difference. Results are cut to 8 bits. Never give a set that the network was trained on.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import cv2
import numpy as np
import torch
from PIL import Image as Pillow
from PIL import ImageOps
from skimage.color import deltaE_ciede2000, rgb2lab

from neural.card import Metric
from neural.image import Image, looked_up
from neural.operations.base import Network
from neural.operations.enhance import Enhance
from neural.progress import Progress
from neural.training import damage, evaluation
from neural.training.data import Pixels
from neural.training.metrics import psnr
from neural.training.train_enhance import sorted_out, squashed

Method = Callable[[Pixels], Pixels]
"""From 8 bits to 8 bits, ``(h, w, 3)``."""

SMALL = 512  # px, the longest side that colors are compared at


class Score(NamedTuple):
    """Means over a set; ``worse`` is the share of well lit damaged pictures that lost."""

    psnr_db: float  # of well lit pictures
    gain_db: float
    gain_all_db: float
    worse: float
    de00: float  # of undamaged pictures
    de00_most: float  # of that picture which changed most


def dull(clean: Image, seed: int) -> Pixels:
    """``clean`` with damage that depends on the seed alone."""
    tensor = torch.from_numpy(clean.transpose(2, 0, 1).copy())[None]
    found = damage.dulled_otherwise(torch.Generator().manual_seed(seed), tensor)
    return stored(found[0].permute(1, 2, 0).numpy())


def as_image(pixels: Pixels) -> Image:
    """0..1."""
    return pixels.astype(np.float32) / np.float32(255)


def stored(image: Image) -> Pixels:
    """8 bits."""
    return np.rint(image.clip(0, 1) * 255).astype(np.uint8)


def network(model: Network) -> Method:
    """An enhancer as the editor runs it."""

    def run(pixels: Pixels) -> Pixels:
        image = as_image(pixels)
        table = Enhance()(model, image, np.ones(image.shape[:2], np.float32), Progress())
        return stored(looked_up(image, table))

    return run


def auto_contrast(pixels: Pixels) -> Pixels:
    """Pillow's: each channel stretched from its darkest value to its lightest one."""
    return np.asarray(ImageOps.autocontrast(Pillow.fromarray(pixels)))


def equalized(pixels: Pixels) -> Pixels:
    """OpenCV's histogram equalization, of the brightness alone."""
    ycc = cv2.cvtColor(pixels, cv2.COLOR_RGB2YCrCb)
    ycc[..., 0] = cv2.equalizeHist(np.ascontiguousarray(ycc[..., 0]))
    return np.asarray(cv2.cvtColor(ycc, cv2.COLOR_YCrCb2RGB))


def gray_world(pixels: Pixels) -> Pixels:
    """Gains in linear light that make the mean color gray (Buchsbaum, 1980)."""
    linear = np.where(pixels <= 10, pixels / 3294.6, ((pixels / 255 + 0.055) / 1.055) ** 2.4)
    mean = linear.mean((0, 1))
    linear = (linear * (mean.mean() / np.maximum(mean, 1e-6))).clip(0, 1)
    low = linear <= 0.0031308
    image = np.where(low, linear * 12.92, 1.055 * np.maximum(linear, 1e-8) ** (1 / 2.4) - 0.055)
    return stored(image.astype(np.float32))


def methods(model: Network) -> dict[str, Method]:
    """By name."""
    return {
        "damaged": lambda pixels: pixels,
        "auto-contrast": auto_contrast,
        "equalization": equalized,
        "gray world": gray_world,
        "network": network(model),
    }


def score(method: Method, pictures: Sequence[Image], times: int) -> Score:
    """The mean score of one method; each picture is damaged in ``times`` ways."""
    wholes = [stored(picture) for picture in pictures]
    well_lit = set(sorted_out(squashed(wholes)).bright.tolist())
    rows, changes = [], []
    for i, (clean, whole) in enumerate(zip(pictures, wholes, strict=True)):
        every = np.ones(clean.shape[:2], bool)
        for time in range(times):
            damaged = dull(clean, time * 1000 + i)
            before = psnr(as_image(damaged), clean, every)
            after = psnr(as_image(method(damaged)), clean, every)
            rows.append((i in well_lit, after, after - before))
        changes.append(difference(method(whole), whole))
    lit, after_all, gain_all = np.array(rows).T
    gain = gain_all[lit > 0]
    return Score(
        float(after_all[lit > 0].mean()),
        float(gain.mean()),
        float(gain_all.mean()),
        float((gain < -0.005).mean()),
        float(np.mean(changes)),
        float(np.max(changes)),
    )


def difference(one: Pixels, other: Pixels) -> float:
    """The mean CIEDE2000 difference, at every second pixel each way of a large picture."""
    step = -(-max(one.shape) // SMALL)
    labs = (rgb2lab(pixels[::step, ::step]) for pixels in (one, other))
    return float(deltaE_ciede2000(*labs).mean())


def main(argv: list[str] | None = None) -> None:
    """Print the table; with ``--write``, keep the network's row in the card."""
    parser = evaluation.parser("enhance", __doc__)
    parser.add_argument("--times", type=int, default=3, metavar="N", help="each is damaged")
    args = parser.parse_args(argv)
    given = evaluation.Evaluation(args)
    pictures, dataset = given.pictures, given.dataset
    print(f"{dataset}, each damaged {args.times} times")
    print("method            PSNR dB  gain dB  of all  made worse  undamaged: dE00 mean, most")
    scores = {}
    for name, method in methods(given.model).items():
        scores[name] = found = score(method, pictures, args.times)
        print(
            f"{name:16}  {found.psnr_db:7.2f}  {found.gain_db:7.2f}  {found.gain_all_db:6.2f}"
            f"  {found.worse:10.0%}"
            f"  {found.de00:15.2f}, {found.de00_most:.2f}"
        )
    found = scores["network"]
    gains = {
        "psnr_db": round(found.psnr_db, 2),
        "gain_db": round(found.gain_db, 2),
        "gain_all_db": round(found.gain_all_db, 2),
    }
    given.keep(
        [
            Metric(dataset, "damage unlike that of training", gains),
            Metric(dataset, "as they are", {"de00": round(found.de00, 2)}),
        ]
    )


if __name__ == "__main__":
    main()
