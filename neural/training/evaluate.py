"""How good the shipped inpainting is, beside what else there is, on photographs nobody trained on.

Every method sees the same photos with the same free-form holes. Scores count the replaced pixels
alone.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow
from skimage.restoration import inpaint_biharmonic

from neural.card import Metric, dump, load
from neural.engine import Engine
from neural.image import Image
from neural.operations.inpaint import Inpaint
from neural.progress import Progress
from neural.texture import synthesize
from neural.training import data, masks, metrics
from neural.training.losses import PerceptualDistance
from neural.training.nets.blocks import membrane
from neural.training.nets.inpaint import MEMBRANE_LEVELS, MULTIPLE_OF

Hole = NDArray[np.bool_]
Fill = Callable[[Image, Hole], Image]

BANDS = ((0.02, 0.10), (0.10, 0.20), (0.20, 0.30), (0.30, 0.40))  # of the picture's pixels
WHOLE = "Inpaint"  # with its default parameters
RADIUS = 5  # px, what cv2.inpaint looks at around a pixel


class Score(NamedTuple):
    """Of one method; see ``neural.training.metrics`` and ``PerceptualDistance``."""

    psnr: float  # dB, higher is better
    ssim: float  # higher is better
    distance: float  # lower is better
    seconds: float


def opencv(flag: int) -> Fill:
    """``cv2.inpaint``, which works in 8 bits."""

    def fill(image: Image, hole: Hole) -> Image:
        pixels = (image * 255).round().astype(np.uint8)
        found = cv2.inpaint(pixels, hole.astype(np.uint8) * 255, RADIUS, flag)
        return (found / 255).astype(np.float32)

    return fill


def xphoto(name: str, space: str) -> Fill | None:
    """An inpainting of OpenCV's contrib modules in the color space it wants, if they are there."""
    contrib = getattr(cv2, "xphoto", None)
    if contrib is None:
        return None
    flag = getattr(contrib, name)
    there, back = (getattr(cv2, code) for code in (f"COLOR_RGB2{space}", f"COLOR_{space}2RGB"))

    def fill(image: Image, hole: Hole) -> Image:
        pixels = cv2.cvtColor((image * 255).round().astype(np.uint8), there)
        found = np.zeros_like(pixels)
        contrib.inpaint(pixels, (~hole).astype(np.uint8) * 255, found, flag)
        return (cv2.cvtColor(found, back) / 255).astype(np.float32)

    return fill


def biharmonic(image: Image, hole: Hole) -> Image:
    """The surface that bends least, by scikit-image."""
    found = inpaint_biharmonic(image, hole, channel_axis=-1, split_into_regions=True)
    return found.astype(np.float32)


def harmonic(image: Image, hole: Hole) -> Image:
    """The membrane that the network starts from."""
    h, w = hole.shape
    pad = ((0, -h % MULTIPLE_OF), (0, -w % MULTIPLE_OF))
    planes = np.pad(image, (*pad, (0, 0)), mode="reflect").transpose(2, 0, 1)
    keep = np.pad(~hole, pad, mode="reflect").astype(np.float32)
    with torch.no_grad():
        found = membrane(
            torch.from_numpy(np.ascontiguousarray(planes))[None],
            torch.from_numpy(keep)[None, None],
            MEMBRANE_LEVELS,
        )
    return found[0].permute(1, 2, 0).numpy()[:h, :w]


def copies(image: Image, hole: Hole) -> Image:
    """Patches of the photo, guided by the membrane: our texture without our network."""
    return synthesize(image, hole, harmonic(image, hole), 1.0, 0, Progress())


def operation(engine: Engine, model: str, inpaint: Inpaint) -> Fill:
    """The whole operation, as the application runs it."""

    def fill(image: Image, hole: Hole) -> Image:
        return engine.run(inpaint, image, hole.astype(np.float32), Progress(), model).image

    return fill


def methods(engine: Engine, model: str, slow: bool) -> dict[str, Fill]:
    """What is compared, by name."""
    found: dict[str, Fill] = {
        "OpenCV Telea": opencv(cv2.INPAINT_TELEA),
        "OpenCV Navier-Stokes": opencv(cv2.INPAINT_NS),
    }
    if slow:
        found["scikit-image biharmonic"] = biharmonic
        contrib = {
            "OpenCV FSR (fast)": xphoto("INPAINT_FSR_FAST", "BGR"),
            "OpenCV SHIFTMAP": xphoto("INPAINT_SHIFTMAP", "Lab"),
        }
        found |= {name: fill for name, fill in contrib.items() if fill is not None}
    found["harmonic (untrained network)"] = harmonic
    found["copies (untrained network)"] = copies
    found["structure alone (texture 0)"] = operation(engine, model, Inpaint(texture=0.0))
    found[WHOLE] = operation(engine, model, Inpaint())
    return found


class Judge:
    """Scores results against the photo they came from."""

    def __init__(self, perceptual: Path) -> None:
        self._distance = PerceptualDistance(perceptual)

    @torch.no_grad()
    def score(self, result: Image, truth: Image, hole: Hole, seconds: float) -> Score:
        """Round ``result`` to 8 bits, as it would be saved, and compare."""
        saved = ((result.clip(0, 1) * 255).round() / 255).astype(np.float32)
        mask = torch.from_numpy(hole[None, None]).float()
        distance = self._distance(_tensor(saved), _tensor(truth), mask).item()
        return Score(
            metrics.psnr(saved, truth, hole), metrics.ssim(saved, truth, hole), distance, seconds
        )


def _tensor(image: Image) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]


def compared(
    files: list[Path], fills: dict[str, Fill], judge: Judge, sheets: Path | None
) -> dict[str, dict[str, Score]]:
    """Mean scores: band of hole sizes → method → score. The last band is all of them together."""
    rows: dict[str, dict[str, list[Score]]] = {}
    for low, high in BANDS:
        band = f"{low:.0%} to {high:.0%}"
        for i, path in enumerate(files):
            truth = (data.read(path) / 255).astype(np.float32)
            h, w = truth.shape[:2]
            hole = masks.free_form(np.random.default_rng((99, i)), h, w, low, high)
            cut = np.where(hole[..., None], np.float32(0), truth)
            pictures = [np.where(hole[..., None], np.float32(1), truth)]
            for name, fill in fills.items():
                start = time.perf_counter()
                result = fill(cut, hole)
                score = judge.score(result, truth, hole, time.perf_counter() - start)
                rows.setdefault(band, {}).setdefault(name, []).append(score)
                pictures.append(result)
            print(f"\r{band}: {i + 1} of {len(files)}", end="", flush=True)
            if sheets is not None:
                sheet = np.concatenate([*pictures, truth], axis=1).clip(0, 1) * 255
                Pillow.fromarray(sheet.round().astype(np.uint8)).save(
                    sheets / f"{path.stem}-{round(low * 100)}.png"
                )
        print()
    together = f"{BANDS[0][0]:.0%} to {BANDS[-1][1]:.0%}"
    rows[together] = {
        name: [score for found in rows.values() for score in found[name]] for name in fills
    }
    return {
        band: {name: _mean(scores) for name, scores in found.items()}
        for band, found in rows.items()
    }


def _mean(scores: list[Score]) -> Score:
    return Score(*(float(np.mean(column)) for column in zip(*scores, strict=True)))


def table(found: dict[str, dict[str, Score]]) -> str:
    """The scores as Markdown."""
    lines = [
        "| holes | method | PSNR dB | SSIM | distance | s |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for band, scores in found.items():
        for name, s in scores.items():
            lines.append(
                f"| {band} | {name} | {s.psnr:.2f} | {s.ssim:.4f} | {s.distance:.4f} "
                f"| {s.seconds:.2f} |"
            )
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> None:
    """Compare from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train evaluate inpaint", description=__doc__)
    parser.add_argument("--model", required=True, metavar="ID")
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--set", type=Path, required=True, metavar="DIR", dest="folder")
    parser.add_argument("--held-out", action="store_true", help="only every fortieth picture")
    parser.add_argument("--limit", type=int, default=0, metavar="N", help="pictures at most")
    parser.add_argument(
        "--slow",
        action="store_true",
        help="with what takes its time: scikit-image's biharmonic and, where OpenCV's contrib "
        "modules are installed, FSR and SHIFTMAP",
    )
    parser.add_argument(
        "--method", action="append", default=[], metavar="NAME", help="these alone, as in the table"
    )
    parser.add_argument("--perceptual", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--sheets", type=Path, metavar="DIR", help="write every result as a picture"
    )
    parser.add_argument("--write", action="store_true", help="into the card")
    args = parser.parse_args(argv)
    train, held_out = data.listed([args.folder])
    # every other one is for choosing settings, and is not reported on
    files = held_out[1::2] if args.held_out else sorted(train + held_out)
    files = files[:: -(-len(files) // args.limit)] if args.limit else files
    dataset = f"{args.folder.name}{', held out' if args.held_out else ''} ({len(files)})"
    if args.sheets:
        args.sheets.mkdir(parents=True, exist_ok=True)
    engine = Engine([args.models], device="cpu")
    fills = methods(engine, args.model, args.slow)
    if unknown := set(args.method) - fills.keys():
        parser.error(f"{', '.join(unknown)}: there are {', '.join(fills)}")
    fills = {name: fills[name] for name in args.method or fills}
    if args.write and WHOLE not in fills:
        parser.error(f"the card is about {WHOLE}: --method {WHOLE}")
    found = compared(files, fills, Judge(args.perceptual), args.sheets)
    print(f"{dataset}\n\n{table(found)}")
    if args.write:
        path = args.models / f"{args.model}.json"
        card = load(path)
        rows = tuple(
            Metric(
                dataset,
                f"free-form holes of {band}",
                {
                    "psnr_db": round(scores[WHOLE].psnr, 2),
                    "ssim": round(scores[WHOLE].ssim, 4),
                    "distance": round(scores[WHOLE].distance, 4),
                },
            )
            for band, scores in found.items()
        )
        others = tuple(each for each in card.metrics if each.dataset != dataset)
        path.write_text(dump(replace(card, metrics=(*rows, *others))))
