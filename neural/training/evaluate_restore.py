"""Measure a denoiser beside the filters that everybody has.

White Gaussian noise is added in floating point and not cut to 0..1; PSNR and SSIM are over RGB, of
results cut to 0..1. The filters of OpenCV get the strength, of two, that is best on the set; its
non-local means takes 8 bits, so the noise is cut and rounded for it. BM3D is measured if the
package ``bm3d`` is installed, which is free for non-commercial use alone. The noise of cameras is
that of ``neural.training.degrade``, in 8 bits; methods are told what it is on average. Never give a
set that the network was trained on.
"""

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from time import perf_counter
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from neural.card import Metric
from neural.image import Image
from neural.operations.base import Network
from neural.operations.denoise import AUTO, Denoise
from neural.progress import Progress
from neural.training import degrade, evaluation
from neural.training.metrics import psnr, ssim

SIGMAS = (15, 25, 50)  # of 255
CAMERA = 0  # in place of a sigma: the noise of cameras
BLOCK_PX = 16

Method = Callable[[Image, float], Image]
"""From a noisy picture and its level, on the same scale, to a result."""


class Score(NamedTuple):
    """Means over a set."""

    psnr_db: float
    ssim: float
    seconds_per_mp: float


def noisy(clean: Image, sigma: float, seed: int) -> Image:
    """White Gaussian noise of ``sigma`` levels of 255; values leave 0..1."""
    noise = np.random.default_rng(seed).standard_normal(clean.shape, np.float32)
    return clean + noise * np.float32(sigma / 255)


def shot(clean: Image, seed: int) -> Image:
    """What a camera would have stored of ``clean``, cut to multiples of 16 px."""
    tensor = torch.from_numpy(clean.transpose(2, 0, 1).copy())[None]
    found = degrade.camera(torch.Generator().manual_seed(seed), tensor)
    return np.ascontiguousarray(found[0].numpy().transpose(1, 2, 0))


def network(model: Network, *, auto: bool = False) -> Method:
    """A denoiser as the editor runs it, told the level or left to measure it."""

    def run(image: Image, level: float) -> Image:
        operation = Denoise(AUTO if auto else level * 255)
        return operation(model, image, np.ones(image.shape[:2], np.float32), Progress())

    return run


def non_local_means(factor: float) -> Method:
    """OpenCV's, with a filter strength of ``factor`` times the level."""

    def run(image: Image, level: float) -> Image:
        eight = np.rint(image.clip(0, 1) * 255).astype(np.uint8)
        found = cv2.fastNlMeansDenoising(eight, None, level * 255 * factor, 3, 21)
        return np.asarray(found, np.float32) / np.float32(255)

    return run


def bilateral(factor: float) -> Method:
    """OpenCV's, with a color range of ``factor`` times the level."""

    def run(image: Image, level: float) -> Image:
        return np.asarray(cv2.bilateralFilter(image, 9, level * factor, 2.0), np.float32)

    return run


def bm3d(image: Image, level: float) -> Image:
    """Color block matching (Dabov et al., 2007)."""
    from bm3d import bm3d_rgb

    return np.asarray(bm3d_rgb(image.astype(np.float64), level), np.float32)


def methods(model: Network) -> dict[str, Sequence[Method]]:
    """By name; of several, the best one counts."""
    found: dict[str, Sequence[Method]] = {
        "noisy": [lambda image, level: image],
        "bilateral": [bilateral(factor) for factor in (4.0, 6.0)],
        "non-local means": [non_local_means(factor) for factor in (0.75, 1.0)],
    }
    if find_spec("bm3d") is not None:
        found["BM3D"] = [bm3d]
    return found | {"network": [network(model)], "network, auto": [network(model, auto=True)]}


def score(method: Method, pictures: Iterable[Image], sigma: float) -> Score:
    """The mean score of one method at one level, or on the noise of cameras."""
    rows = []
    for seed, picture in enumerate(pictures):
        clean = picture
        if sigma == CAMERA:
            clean = picture[: picture.shape[0] // 16 * 16, : picture.shape[1] // 16 * 16]
            image = shot(clean, seed)
            level = float(np.sqrt(np.square(image - clean).mean()))
        else:
            image, level = noisy(clean, sigma, seed), sigma / 255
        start = perf_counter()
        result = method(image, level).clip(0, 1)
        pace = (perf_counter() - start) * 1e6 / (clean.shape[0] * clean.shape[1])
        every = np.ones(clean.shape[:2], bool)
        rows.append((psnr(result, clean, every), ssim(result, clean, every), pace))
    return Score(*(float(x) for x in np.mean(rows, axis=0)))


class Kept(NamedTuple):
    """What is left of the noise of cameras, and of the edges, as parts of 1."""

    noise: float  # deviation in flat patches, of what it was
    edges: float  # gradient across the edges of the photo, of what it should be


def kept(method: Method, pictures: Iterable[Image]) -> Kept:
    """Means over a set. Flat is the calmest tenth of blocks of 16 × 16 px, an edge the steepest
    fiftieth of all pixels; a gradient counts as far as it goes in the direction of the photo's.
    """
    rows = []
    for seed, picture in enumerate(pictures):
        h, w = (length // BLOCK_PX * BLOCK_PX for length in picture.shape[:2])
        clean = picture[:h, :w]
        image = shot(clean, seed)
        result = method(image, float(np.sqrt(np.square(image - clean).mean()))).clip(0, 1)
        uneven = _blocks(clean)
        flat = uneven <= np.quantile(uneven, 0.1)
        noise = _blocks(result - clean)[flat].mean() / _blocks(image - clean)[flat].mean()
        truth, found = (np.asarray(np.gradient(x, axis=(0, 1))) for x in (clean, result))
        steepness = np.square(truth).sum((0, 3))
        edge = steepness >= np.quantile(steepness, 0.98)
        rows.append((noise, float((found * truth).sum((0, 3))[edge].sum() / steepness[edge].sum())))
    return Kept(*(float(x) for x in np.mean(rows, axis=0)))


def _blocks(image: Image) -> NDArray[np.float64]:
    """The standard deviation in each block, mean over channels."""
    h, w = (length // BLOCK_PX for length in image.shape[:2])
    blocks = image.reshape(h, BLOCK_PX, w, BLOCK_PX, 3)
    return np.asarray(blocks.std((1, 3), dtype=np.float64).mean(-1))


def table(
    model: Network, pictures: Sequence[Image], only: Sequence[str] = ()
) -> dict[str, list[Score]]:
    """A score at each of ``SIGMAS`` and for cameras, by name of the method, or of some."""
    return {
        name: [
            max(score(method, pictures, sigma) for method in variants)
            for sigma in (*SIGMAS, CAMERA)
        ]
        for name, variants in methods(model).items()
        if not only or name in only
    }


def main(argv: list[str] | None = None) -> None:
    """Print the table; with ``--write``, keep the network's row in the card."""
    parser = evaluation.parser("denoise", __doc__)
    parser.add_argument("--only", action="append", default=[], metavar="METHOD")
    args = parser.parse_args(argv)
    given = evaluation.Evaluation(args)
    pictures, dataset, model = given.pictures, given.dataset, given.model
    levels = ", ".join(map(str, SIGMAS))
    print(f"{dataset}: PSNR in dB / SSIM at sigma {levels}, of cameras; s per megapixel")
    found = table(model, pictures, args.only)
    for name, scores in found.items():
        cells = "  ".join(f"{s.psnr_db:5.2f} / {s.ssim:.4f}" for s in scores)
        print(f"{name:16}  {cells}  {scores[1].seconds_per_mp:6.2f}")
    real = {name: kept(methods(model)[name][0], pictures) for name in found}
    print("Of the noise of cameras in flat patches, and of the gradient at edges, remain:")
    for name, (noise, edges) in real.items():
        print(f"{name:16}  {noise:6.1%}  {edges:6.1%}")
    if "network" in found:
        rows = [
            Metric(
                dataset,
                f"white noise, sigma {sigma}" if sigma else "noise of cameras",
                {"psnr_db": round(s.psnr_db, 2), "ssim": round(s.ssim, 4)},
            )
            for sigma, s in zip((*SIGMAS, CAMERA), found["network"], strict=True)
        ]
        values = {key: round(value, 3) for key, value in real["network"]._asdict().items()}
        rows.append(Metric(dataset, "noise of cameras, what remains", values))
        given.keep(rows)


if __name__ == "__main__":
    main()
