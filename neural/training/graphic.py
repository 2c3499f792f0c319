"""Draw pictures with a graphic look out of photographs: halftone, hatching, mosaic and the like.

Paintings teach style transfer what brushes do; these teach it what printers, engravers and screens
do. Everything is drawn by rule, from a seed.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from neural.training import data

Pixels = NDArray[Any]  # float32, (h, w, 3) or (h, w), sRGB, 0..1
Chance = np.random.Generator

SIDE = 512  # px
INKS = ((26, 26, 46), (178, 34, 52), (12, 76, 138), (20, 90, 60), (90, 40, 110), (40, 30, 24))
PAPERS = ((250, 244, 230), (255, 255, 255), (238, 226, 200), (232, 240, 245), (252, 226, 210))


def halftone(photo: Pixels, rng: Chance) -> Pixels:
    """Dots of one ink on a turned grid, as large as it is dark."""
    pitch, turn = rng.uniform(8, 16), rng.uniform(0, np.pi / 2)
    u, v = _turned(photo, turn)
    wave = (np.cos(u * 2 * np.pi / pitch) + np.cos(v * 2 * np.pi / pitch)) / 4 + 0.5
    return _printed(_step(_gray(photo), wave, 0.12), rng)


def newsprint(photo: Pixels, rng: Chance) -> Pixels:
    """Dots of cyan, magenta and yellow, each on a grid of its own."""
    pitch = rng.uniform(7, 12)
    layers = []
    for i, turn in enumerate((0.26, 1.31, 0.0)):
        u, v = _turned(photo, turn)
        wave = (np.cos(u * 2 * np.pi / pitch) + np.cos(v * 2 * np.pi / pitch)) / 4 + 0.5
        layers.append(_step(photo[..., i], wave, 0.15))
    return np.stack(layers, -1) * _color(PAPERS[0])


def engraving(photo: Pixels, rng: Chance) -> Pixels:
    """Lines that swell where it is dark."""
    pitch, turn = rng.uniform(6, 11), rng.uniform(0, np.pi)
    u, _ = _turned(photo, turn)
    bent = u + 12 * cv2.GaussianBlur(_gray(photo), (0, 0), 6)
    wave = np.cos(bent * 2 * np.pi / pitch) / 2 + 0.5
    return _printed(_step(_gray(photo), wave, 0.2), rng)


def hatching(photo: Pixels, rng: Chance) -> Pixels:
    """One to four layers of pen strokes, crossed, the darker the more."""
    gray, paper = _gray(photo), np.ones(photo.shape[:2], np.float32)
    for level, turn in ((0.75, 0.8), (0.55, 2.3), (0.38, 1.6), (0.2, 0.1)):
        u, _ = _turned(photo, turn + rng.uniform(-0.1, 0.1))
        wobble = 2 * _noise(rng, photo.shape, 24)
        line = np.cos((u + wobble) * 2 * np.pi / 8) > 0.55
        paper[line & (gray + 0.1 * _noise(rng, photo.shape, 4) < level)] = 0
    return _printed(cv2.GaussianBlur(paper, (0, 0), 0.7), rng)


def pencil(photo: Pixels, rng: Chance) -> Pixels:
    """Edges and soft shading of graphite on rough paper."""
    gray = _gray(photo)
    dodge = gray / np.maximum(cv2.GaussianBlur(gray, (0, 0), rng.uniform(4, 9)), 0.02)
    grain = 0.12 * _noise(rng, photo.shape, 1.2)
    found = np.clip(dodge, 0, 1) ** 1.8 * (0.75 + 0.25 * gray) + grain * (1 - gray)
    return np.repeat(np.clip(found, 0, 1)[..., None], 3, 2).astype(np.float32) * _color(PAPERS[0])


def screenprint(photo: Pixels, rng: Chance) -> Pixels:
    """Four flat inks."""
    gray = _gray(cv2.bilateralFilter(photo, 9, 0.2, 9))
    shades = np.array([_color(INKS[rng.integers(len(INKS))]), *_palette(rng, 2), _color(PAPERS[0])])
    order = np.argsort(shades @ (0.3, 0.59, 0.11))
    level = np.clip(np.searchsorted(np.quantile(gray, (0.25, 0.5, 0.75)), gray), 0, 3)
    return shades[order][level].astype(np.float32)


def mosaic(photo: Pixels, rng: Chance) -> Pixels:
    """Small stones of one color each, with mortar between."""
    which, edge = _cells(photo, rng, 900)
    stone = 0.9 + 0.2 * rng.random(which.max() + 1)[which][..., None]
    return _filled(photo, which) * stone * (1 - edge[..., None] * 0.75)


def glass(photo: Pixels, rng: Chance) -> Pixels:
    """Large panes of strong color in lead."""
    which, edge = _cells(photo, rng, 150)
    panes = _saturated(_filled(photo, which), 2.2)
    lead = cv2.dilate(edge, np.ones((5, 5), np.uint8))[..., None]
    return np.clip(panes * 1.15, 0, 1) * (1 - lead)


def points(photo: Pixels, rng: Chance) -> Pixels:
    """Dots of pure color next to each other."""
    canvas = np.tile(_color(PAPERS[2]), (*photo.shape[:2], 1)).astype(np.float32)
    vivid = _saturated(photo, 1.8)
    h, w = photo.shape[:2]
    for _ in range(16000):
        x, y = int(rng.integers(w)), int(rng.integers(h))
        color = np.clip(vivid[y, x] + rng.normal(0, 0.09, 3), 0, 1)
        cv2.circle(canvas, (x, y), int(rng.integers(2, 5)), color.tolist(), -1, cv2.LINE_AA)
    return canvas


def blocks(photo: Pixels, rng: Chance) -> Pixels:
    """Large square pixels in few colors."""
    side = int(rng.integers(8, 17))
    small = cv2.resize(photo, (SIDE // side, SIDE // side), interpolation=cv2.INTER_AREA)
    small = np.round(_saturated(small, 1.4) * 5) / 5
    return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST)


def comic(photo: Pixels, rng: Chance) -> Pixels:
    """Flat colors and black outlines."""
    flat = photo
    for _ in range(4):
        flat = cv2.bilateralFilter(flat, 9, 0.15, 7)
    level = np.round(_saturated(flat, 1.7) * 4) / 4
    return level * (1 - _edges(flat, 1.4))[..., None]


def blueprint(photo: Pixels, rng: Chance) -> Pixels:
    """White lines on blue."""
    line = np.clip(_edges(photo, 1.0) + 0.25 * _edges(photo, 2.5), 0, 1)[..., None]
    ground = np.array([0.05, 0.2, 0.5], np.float32) * (0.9 + 0.2 * _gray(photo)[..., None])
    grid = (np.indices(photo.shape[:2]) % 32 == 0).any(0)[..., None] * 0.12
    return np.clip(ground + grid, 0, 1) * (1 - line) + line * 0.95


def neon(photo: Pixels, rng: Chance) -> Pixels:
    """Glowing outlines in the dark."""
    line = _edges(photo, 1.5)[..., None]
    hue = _saturated(cv2.GaussianBlur(photo, (0, 0), 6), 4.0) + 0.15
    glow = cv2.GaussianBlur((line * hue).astype(np.float32), (0, 0), 5) * 2.2
    return np.clip(0.06 * photo + glow + line * hue, 0, 1)


def watercolor(photo: Pixels, rng: Chance) -> Pixels:
    """Washes that are darker at their rims, on paper."""
    flat = photo
    for _ in range(3):
        flat = cv2.bilateralFilter(cv2.medianBlur(flat, 5), 11, 0.25, 9)
    wash = np.clip(1 - (1 - _saturated(flat, 1.3)) * 0.75, 0, 1)
    rim = cv2.GaussianBlur(_edges(flat, 2.0), (0, 0), 1.2)[..., None] * 0.25
    bloom = 0.06 * _noise(rng, photo.shape, 20)[..., None]
    grain = 0.03 * _noise(rng, photo.shape, 1.5)[..., None]
    return np.clip(wash * (1 - rim) + bloom + grain, 0, 1)


KINDS: tuple[Callable[[Pixels, Chance], Pixels], ...] = (
    halftone,
    newsprint,
    engraving,
    hatching,
    pencil,
    screenprint,
    mosaic,
    glass,
    points,
    blocks,
    comic,
    blueprint,
    neon,
    watercolor,
)


def main(argv: list[str] | None = None) -> None:
    """Draw from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train graphic", description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--each", type=int, default=5, help="pictures of each kind")
    args = parser.parse_args(argv)
    args.out.mkdir(parents=True, exist_ok=True)
    files, _ = data.listed([args.photos])
    rng = np.random.default_rng(7)
    for kind in KINDS:
        for i in range(args.each):
            path = files[rng.integers(len(files))]
            with Image.open(path) as image:
                w, h = image.size
                side = min(w, h)
                box = ((w - side) // 2, (h - side) // 2, (w + side) // 2, (h + side) // 2)
                square = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BOX, box)
            drawn = kind(np.asarray(square, np.float32) / 255, rng)
            pixels = (np.clip(drawn, 0, 1) * 255).round().astype(np.uint8)
            Image.fromarray(pixels).save(args.out / f"{kind.__name__}-{i}.png")
    print(f"{args.out}: {len(KINDS) * args.each} pictures")


def _gray(photo: Pixels) -> Pixels:
    return photo @ np.array([0.299, 0.587, 0.114], np.float32)


def _color(levels: tuple[int, ...]) -> Pixels:
    return np.array(levels, np.float32) / 255


def _turned(photo: Pixels, turn: float) -> tuple[Pixels, Pixels]:
    y, x = np.indices(photo.shape[:2], np.float32)
    return x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)


def _noise(rng: Chance, shape: tuple[int, ...], size: float) -> Pixels:
    """Smooth noise of deviation 1."""
    found = cv2.GaussianBlur(rng.standard_normal(shape[:2]).astype(np.float32), (0, 0), size)
    return found / found.std()


def _step(a: Pixels, b: Pixels, soft: float) -> Pixels:
    """1 where ``a`` is more than ``b``, with a soft edge."""
    return np.clip((a - b) / soft + 0.5, 0, 1)


def _printed(paper: Pixels, rng: Chance) -> Pixels:
    """One ink on a paper; ``paper`` is 1 where it stays bare."""
    ink, ground = (_color(t[rng.integers(len(t))]) for t in (INKS, PAPERS))
    return paper[..., None] * ground + (1 - paper[..., None]) * ink


def _palette(rng: Chance, count: int) -> list[Pixels]:
    hsv = np.stack([rng.random(count) * 360, np.full(count, 0.75), rng.uniform(0.5, 0.95, count)])
    return list(cv2.cvtColor(hsv.T[None].astype(np.float32), cv2.COLOR_HSV2RGB)[0])


def _saturated(photo: Pixels, times: float) -> Pixels:
    gray = _gray(photo)[..., None]
    return np.clip(gray + (photo - gray) * times, 0, 1)


def _edges(photo: Pixels, width: float) -> Pixels:
    """How much of an edge there is, 0..1."""
    gray = cv2.GaussianBlur(_gray(photo), (0, 0), width)
    size = np.hypot(cv2.Sobel(gray, cv2.CV_32F, 1, 0), cv2.Sobel(gray, cv2.CV_32F, 0, 1))
    return np.clip(size / (np.quantile(size, 0.95) + 1e-4) - 0.25, 0, 1) ** 0.7


def _cells(photo: Pixels, rng: Chance, count: int) -> tuple[NDArray[np.int64], Pixels]:
    """The nearest of random places, for each pixel, and 1 where cells meet."""
    seeds = np.full(photo.shape[:2], 255, np.uint8)
    seeds[tuple(rng.integers(0, SIDE, (2, count)))] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5)
    which = labels.astype(np.int64)
    edge = cv2.morphologyEx(labels.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((2, 2))) > 0
    return which, cv2.GaussianBlur(edge.astype(np.float32), (0, 0), 0.6)


def _filled(photo: Pixels, which: NDArray[np.int64]) -> Pixels:
    """Each cell in its mean color."""
    count = np.bincount(which.ravel())
    sums = [np.bincount(which.ravel(), photo[..., i].ravel()) for i in range(3)]
    return (np.stack(sums, -1) / np.maximum(count, 1)[:, None])[which].astype(np.float32)


if __name__ == "__main__":
    main()
