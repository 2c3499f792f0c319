"""Measure style transfer, every photo in every look, and draw the contact sheet.

Content is the structural similarity of brightness to the photo. The style distance is that of the
losses: relative distances of means and covariances of SqueezeNet features, in sum over five
depths; the shallow and the deep half are given as well. A result is recognized if, of all looks,
the one it was given is the nearest by that distance. Never give photos or looks that were trained
on, but for single-style networks, which are about one look.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from PIL import Image as Pillow

from neural import looks
from neural.card import Metric, dump, load
from neural.image import Image, resize
from neural.operations.style import LUMA, Style
from neural.progress import CancelToken, Progress
from neural.session import Session
from neural.training import data, run, train_adain, train_style
from neural.training.looks import Moments, Statistics, moments
from neural.training.metrics import ssim

COUNT = 12  # photos and looks
SIDE = 384  # px, the shorter side of what is measured
SHOWN = 240  # px, the sides of a picture on the sheet

Method = Callable[[Image, Image], Image]
"""From a photo and a picture with a look, ``(h, w, 3)``, 0..1, sRGB, to the photo in that look."""


class Score(NamedTuple):
    """Means over all pairs; ``recognized`` is the share of them."""

    ssim: float
    style: float
    shallow: float
    deep: float
    recognized: float
    seconds_per_mp: float


def network(painter: Session, reader: Session) -> Method:
    """Style transfer as the editor runs it, on a picture as it is."""

    def paint(photo: Image, style: Image) -> Image:
        seen = looks.to_read(style)
        code = reader.run({"image": seen}, CancelToken())[0]
        look = looks.from_read(code, seen, "look", painter.card.space)
        mask = np.ones(photo.shape[:2], np.float32)
        return Style((look,), stroke=1)(painter, photo, mask, Progress())

    return paint


def colors_only(photo: Image, style: Image) -> Image:
    """The colors of the look, without strokes."""
    found = train_style.in_colors_of(_tensor(photo), _tensor(style))
    return _image(found)


def baseline(folder: Path, perceptual: Path) -> Method:
    """AdaIN, from its run."""
    state = run.load(folder)
    net = train_adain.build(train_adain.Config(**state["config"]), perceptual)
    net.load_state_dict(state["average"])

    def paint(photo: Image, style: Image) -> Image:
        with torch.no_grad():
            return _image(net.eval()(_tensor(photo), _tensor(style)))

    return paint


def score(
    method: Method, photos: Sequence[Image], styles: Sequence[Image], statistics: Statistics
) -> tuple[Score, list[list[Image]]]:
    """The mean score of one method, and its pictures, a row for each look."""
    wanted = [_layers(statistics, style) for style in styles]
    rows, pictures = [], []
    for i, style in enumerate(styles):
        row = []
        for photo in photos:
            began = time.perf_counter()
            result = method(photo, style)
            seconds = time.perf_counter() - began
            found = _layers(statistics, result)
            away = [[_away(a, b) for a, b in zip(found, each, strict=True)] for each in wanted]
            own = away[i]
            every = np.ones(photo.shape[:2], bool)
            gray, before = ((x @ LUMA)[..., None] for x in (result, photo))
            is_nearest = int(np.argmin([sum(each) for each in away])) == i
            pace = seconds * 1e6 / photo[..., 0].size
            likeness = ssim(gray, before, every)
            rows.append((likeness, sum(own), sum(own[:2]), sum(own[2:]), is_nearest, pace))
            row.append(result)
        pictures.append(row)
    return Score(*np.mean(rows, axis=0).tolist()), pictures


def sheet(
    photos: Sequence[Image], styles: Sequence[Image], rows: Sequence[Sequence[Image]]
) -> Pillow.Image:
    """Photos above, looks at the left, and every photo in every look."""
    found = Pillow.new("RGB", (SHOWN * (len(photos) + 1), SHOWN * (len(styles) + 1)), "white")
    for x, photo in enumerate(photos):
        found.paste(_square(photo), ((x + 1) * SHOWN, 0))
    for y, (style, row) in enumerate(zip(styles, rows, strict=True)):
        for x, picture in enumerate((style, *row)):
            found.paste(_square(picture), (x * SHOWN, (y + 1) * SHOWN))
    return found


def main(argv: list[str] | None = None) -> None:
    """Print the table; with ``--write``, keep the network's row in the card."""
    parser = argparse.ArgumentParser(prog="pentimento-train evaluate style", description=__doc__)
    parser.add_argument("--model", required=True, metavar="ID")
    parser.add_argument("--reader", required=True, metavar="ID", help="of looks")
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--set", type=Path, required=True, metavar="DIR", dest="photos")
    parser.add_argument("--looks", type=Path, action="append", required=True, metavar="DIR")
    parser.add_argument("--perceptual", type=Path, required=True, metavar="DIR")
    parser.add_argument("--adain", type=Path, metavar="RUN", help="of the baseline")
    parser.add_argument("--single", action="append", default=[], metavar="ID=PICTURE")
    parser.add_argument("--sheet", type=Path, metavar="PNG")
    parser.add_argument("--write", action="store_true", help="into the card")
    args = parser.parse_args(argv)
    card = load(args.models / f"{args.model}.json")
    reader = _session(args.models, args.reader)
    photos = [_shrunk(data.read(p)) for p in _spread(data.listed([args.photos])[1], COUNT)]
    styles = [_shrunk(data.read(p)) for p in _spread(data.listed(args.looks)[1], COUNT)]
    statistics = Statistics(args.perceptual)
    print(f"{len(photos)} photos x {len(styles)} looks, held out")
    print("method             SSIM  style  shallow  deep  recognized  s per megapixel")
    own = network(_session(args.models, args.model), reader)
    mine, pictures = score(own, photos, styles, statistics)
    print(_line(args.model, mine))
    if args.sheet:
        sheet(photos, styles, pictures).save(args.sheet)
    others: dict[str, Method] = {"photo": lambda photo, style: photo, "colors only": colors_only}
    if args.adain:
        others["AdaIN"] = baseline(args.adain, args.perceptual)
    for name, method in others.items():
        print(_line(name, score(method, photos, styles, statistics)[0]))
    for each in args.single:
        name, _, path = each.partition("=")
        style = [_shrunk(data.read(Path(path)))]
        for model in (args.model, name):
            method = network(_session(args.models, model), reader)
            found, _ = score(method, photos, style, statistics)
            print(_line(f"{model}, {Path(path).stem[:20]}", found))
    if args.write:
        dataset = f"{len(photos)} photos x {len(styles)} looks, held out"
        values = {k: round(v, 3) for k, v in mine._asdict().items() if k != "seconds_per_mp"}
        rest = tuple(row for row in card.metrics if row.dataset != dataset)
        metrics = (Metric(dataset, "strength 1", values), *rest)
        (args.models / f"{card.id}.json").write_text(dump(replace(card, metrics=metrics)))


def _line(name: str, s: Score) -> str:
    return (
        f"{name:18} {s.ssim:.3f}  {s.style:5.2f}  {s.shallow:7.2f}  {s.deep:4.2f}"
        f"  {s.recognized:10.0%}  {s.seconds_per_mp:.2f}"
    )


def _session(models: Path, name: str) -> Session:
    card = load(models / f"{name}.json")
    return Session(card, (models / card.file).read_bytes(), "cpu")


def _spread(files: Sequence[Path], count: int) -> list[Path]:
    """``count`` of ``files``, evenly."""
    return [files[i * len(files) // count] for i in range(min(count, len(files)))]


def _shrunk(pixels: data.Pixels) -> Image:
    image = pixels.astype(np.float32) / np.float32(255)
    times = SIDE / min(image.shape[:2])
    h, w = (round(x * times) // 4 * 4 for x in image.shape[:2])
    return resize(image, h, w)


def _square(image: Image) -> Pillow.Image:
    h, w = image.shape[:2]
    side = min(h, w)
    y, x = (h - side) // 2, (w - side) // 2
    pixels = np.rint(image[y : y + side, x : x + side].clip(0, 1) * 255).astype(np.uint8)
    return Pillow.fromarray(pixels).resize((SHOWN, SHOWN), Pillow.Resampling.LANCZOS)


def _layers(statistics: Statistics, image: Image) -> list[Moments]:
    with torch.no_grad():
        return [moments(x) for x in statistics.features(_tensor(image))]


def _away(a: Moments, b: Moments) -> float:
    return float(train_style.away(a, b))


def _tensor(image: Image) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]


def _image(tensor: torch.Tensor) -> Image:
    return np.ascontiguousarray(tensor[0].permute(1, 2, 0).clamp(0, 1).numpy())


if __name__ == "__main__":
    main()
