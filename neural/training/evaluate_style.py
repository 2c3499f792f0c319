"""Measure style transfer, every photo in every look, and draw the contact sheet.

Content is the structural similarity of brightness to the photo. The style distance is that of the
losses: relative distances of means and covariances of SqueezeNet features, in sum over five
depths; the shallow and the deep half are given as well. A result is recognized if, of all looks,
the one it was given is the nearest by that distance. Unrest is what there is to see where a photo
is plain, as skies and walls are. Never give photos or looks that were trained on, but for
single-style networks, which are about one look.
"""

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image as Pillow

from neural import looks
from neural.card import Metric, dump, load
from neural.image import Image, Mask, looked_up, resize
from neural.operations.restyle import Restyle
from neural.operations.style import LUMA, Style
from neural.progress import CancelToken, Progress
from neural.session import Session
from neural.training import data, evaluation, run, train_adain
from neural.training.looks import Moments, Statistics, away, moments
from neural.training.metrics import ssim
from neural.training.nets.adain import TAP

COUNT = 12  # photos and looks
SIDE = 384  # px, the shorter side of what is measured
SHOWN = 240  # px, the sides of a picture on the sheet
PLACE = 32  # px, the sides of a place that may be plain
PLAIN = 3 / 255  # deviation of brightness there from a plane, up to which it is

Method = Callable[[Image], Callable[[Image], Image]]
"""From a picture with a look to what gives photos that look; all ``(h, w, 3)``, 0..1, sRGB."""


class Score(NamedTuple):
    """Means over all pairs; ``recognized`` is the share of them, ``unrest`` a mean over all plain
    places, in 1/255, 0 if there are none.
    """

    ssim: float
    style: float
    shallow: float
    deep: float
    recognized: float
    unrest: float
    seconds_per_mp: float


def network(painter: Session, reader: Session) -> Method:
    """Style transfer as the editor runs it, on a picture as it is."""

    def taken_from(style: Image) -> Callable[[Image], Image]:
        seen = looks.to_read(style)
        code = reader.run({"image": seen}, CancelToken())[0]
        return _painted(painter, looks.from_read(code, seen, "look", painter.card.space))

    return taken_from


def _painted(painter: Session, look: looks.Look) -> Callable[[Image], Image]:
    operation = Style((look,), stroke=1)
    return lambda photo: operation(painter, photo, _everywhere(photo), Progress())


def colors_only(style: Image) -> Callable[[Image], Image]:
    """The tones and colors of the look, without strokes, as the editor gives them."""
    no_code = np.zeros((1, 1, 1, 1), np.float32)
    operation = Restyle((looks.from_read(no_code, looks.to_read(style), "look", ""),))
    return lambda photo: looked_up(photo, operation(None, photo, _everywhere(photo), Progress()))


def unchanged(style: Image) -> Callable[[Image], Image]:
    """The photo itself."""
    return lambda photo: photo


def baseline(folder: Path, perceptual: Path) -> Method:
    """AdaIN, from its run."""
    state = run.load(folder)
    net = train_adain.build(train_adain.Config(**state["config"]), perceptual).eval()
    net.load_state_dict(state["average"])

    statistics = Statistics(perceptual)

    def paint(photo: Image, look: Moments) -> Image:
        with torch.no_grad():
            return _image(net(_tensor(photo), look))

    def taken_from(style: Image) -> Callable[[Image], Image]:
        with torch.no_grad():
            look = moments(statistics.features(_tensor(style))[TAP])
        return partial(paint, look=look)

    return taken_from


class Measure:
    """Compares results with photos and looks, each of which is measured once."""

    def __init__(
        self, photos: Sequence[Image], styles: Sequence[Image], statistics: Statistics
    ) -> None:
        self._photos, self._styles, self._statistics = photos, styles, statistics
        layers = zip(*(self._layers(style) for style in styles), strict=True)
        self._wanted = [Moments(*map(torch.cat, zip(*layer, strict=True))) for layer in layers]

    def score(self, method: Method) -> tuple[Score, list[list[Image]]]:
        """The mean score of one method, and its pictures, a row for each look."""
        rows, stirred, pictures = [], [], []
        for i, style in enumerate(self._styles):
            paint, row = method(style), []
            for j, photo in enumerate(self._photos):
                began = time.perf_counter()
                result = paint(photo)
                pace = (time.perf_counter() - began) * 1e6 / photo[..., 0].size
                found = self._of_photos[j] if result is photo else self._layers(result)
                pairs = zip(found, self._wanted, strict=True)
                off = np.array([away(a, wanted).numpy() for a, wanted in pairs])
                own, is_nearest = off[:, i], int(off.sum(0).argmin()) == i
                gray, before = ((x @ LUMA)[..., None] for x in (result, photo))
                likeness = ssim(gray, before, np.ones(photo.shape[:2], bool))
                parts = own.sum(), own[:2].sum(), own[2:].sum()
                stirred.append(deviations(gray)[deviations(before) < PLAIN])
                rows.append((likeness, *parts, is_nearest, pace))
                row.append(result)
            pictures.append(row)
        *means, pace = np.mean(rows, axis=0).tolist()
        stirs = np.concatenate(stirred)
        unrest = 255 * float(stirs.sum()) / max(len(stirs), 1)
        return Score(*(*means, unrest, pace)), pictures

    @cached_property
    def _of_photos(self) -> list[list[Moments]]:
        return [self._layers(photo) for photo in self._photos]

    def _layers(self, image: Image) -> list[Moments]:
        with torch.no_grad():
            return [moments(x) for x in self._statistics.features(_tensor(image))]


def deviations(gray: Image) -> NDArray[np.float32]:
    """How far brightness, ``(h, w, 1)``, is from a plane in each place of it, ``(places,)``."""
    h, w = (side // PLACE for side in gray.shape[:2])
    places = gray[: h * PLACE, : w * PLACE].reshape(h, PLACE, w, PLACE).swapaxes(1, 2)
    flat = places.reshape(h * w, PLACE**2).T
    y, x = np.mgrid[-1 : 1 : PLACE * 1j, -1 : 1 : PLACE * 1j].reshape(2, -1)
    plane = np.linalg.qr(np.stack([np.ones_like(x), x, y], 1).astype(np.float32)).Q
    return np.std(flat - plane @ (plane.T @ flat), axis=0)


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
    parser.add_argument("--count", type=int, default=COUNT, help="of photos, and of looks")
    parser.add_argument("--sheet", type=Path, metavar="PNG")
    parser.add_argument("--write", action="store_true", help="into the card")
    args = parser.parse_args(argv)
    card = load(args.models / f"{args.model}.json")
    reader = evaluation.session(args.models, args.reader)
    photos = [_shrunk(data.read(p)) for p in _spread(data.listed([args.photos])[1], args.count)]
    styles = [_shrunk(data.read(p)) for p in _spread(data.listed(args.looks)[1], args.count)]
    statistics = Statistics(args.perceptual)
    measure = Measure(photos, styles, statistics)
    print(f"{len(photos)} photos x {len(styles)} looks, held out")
    print("method             SSIM  style  shallow  deep  recognized  unrest  s per megapixel")
    own = network(evaluation.session(args.models, args.model), reader)
    mine, pictures = measure.score(own)
    print(_line(args.model, mine), flush=True)
    if args.sheet:
        sheet(photos, styles, pictures).save(args.sheet)
    others: dict[str, Method] = {"photo": unchanged, "colors only": colors_only}
    if args.adain:
        others["AdaIN"] = baseline(args.adain, args.perceptual)
    for name, method in others.items():
        print(_line(name, measure.score(method)[0]), flush=True)
    for each in args.single:
        name, _, path = each.partition("=")
        alone = Measure(photos, [_shrunk(data.read(Path(path)))], statistics)
        single = _painted(
            evaluation.session(args.models, name), looks.load(args.models / f"{name}.look")
        )
        for model, method in ((args.model, own), (name, lambda _, paint=single: paint)):
            found, _ = alone.score(method)
            print(_line(f"{model}, {Path(path).stem[:20]}", found), flush=True)
    if args.write:
        dataset = f"{len(photos)} photos x {len(styles)} looks, held out"
        values = {k: round(v, 3) for k, v in mine._asdict().items() if k != "seconds_per_mp"}
        rest = tuple(row for row in card.metrics if row.dataset != dataset)
        metrics = (Metric(dataset, "strength 1", values), *rest)
        (args.models / f"{card.id}.json").write_text(dump(replace(card, metrics=metrics)))


def _line(name: str, s: Score) -> str:
    return (
        f"{name:18} {s.ssim:.3f}  {s.style:5.2f}  {s.shallow:7.2f}  {s.deep:4.2f}"
        f"  {s.recognized:10.0%}  {s.unrest:6.2f}  {s.seconds_per_mp:.2f}"
    )


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


def _everywhere(photo: Image) -> Mask:
    return np.ones(photo.shape[:2], np.float32)


def _tensor(image: Image) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))[None]


def _image(tensor: torch.Tensor) -> Image:
    return np.ascontiguousarray(tensor[0].permute(1, 2, 0).clamp(0, 1).numpy())


if __name__ == "__main__":
    main()
