"""Random holes: strokes, boxes and silhouettes. True is to be replaced."""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Hole = NDArray[np.bool_]


def free_form(
    rng: np.random.Generator, h: int, w: int, low: float, high: float, widest: float = 0.16
) -> Hole:
    """A brushed hole, ``(h, w)``, that covers between ``low`` and ``high`` of the picture.

    Strokes are added until ``low`` is reached; one that would pass ``high`` is thinned. Widths
    follow the picture's size, 4 % to ``widest`` of its shorter side, so that a mask means the same
    at any resolution.
    """
    sheet = Image.new("L", (w, h))
    wanted = rng.uniform(low, high)
    width = min(h, w) * rng.uniform(0.04, widest)
    for _ in range(200):
        trial = sheet.copy()
        _stroke(ImageDraw.Draw(trial), rng, h, w, width * rng.uniform(0.7, 1.3))
        covered = float(np.asarray(trial).mean()) / 255
        if covered > high:
            width = max(width * 0.8, 2)
            continue
        sheet = trial
        if covered >= wanted or covered >= high * 0.97:
            break
    return np.asarray(sheet) > 127


def box(rng: np.random.Generator, h: int, w: int, low: float, high: float) -> Hole:
    """One to four rectangles that together cover roughly ``low`` to ``high``."""
    hole = np.zeros((h, w), bool)
    count = int(rng.integers(1, 5))
    for _ in range(count):
        area = rng.uniform(low, high) * h * w / count
        aspect = math.exp(rng.uniform(-1, 1))
        bh = int(np.clip(math.sqrt(area * aspect), 3, h * 0.8))
        bw = int(np.clip(math.sqrt(area / aspect), 3, w * 0.8))
        y, x = int(rng.integers(0, h - bh + 1)), int(rng.integers(0, w - bw + 1))
        hole[y : y + bh, x : x + bw] = True
    return hole


def silhouette(rng: np.random.Generator, h: int, w: int, low: float, high: float) -> Hole:
    """One or two closed outlines with a few random harmonics, like things one would remove."""
    hole = np.zeros((h, w), bool)
    count = int(rng.integers(1, 3))
    ys, xs = np.mgrid[:h, :w]
    for _ in range(count):
        radius = math.sqrt(rng.uniform(low, high) * h * w / count / math.pi)
        cy, cx = rng.uniform(0.1, 0.9) * h, rng.uniform(0.1, 0.9) * w
        stretch = math.exp(rng.uniform(-0.5, 0.5))
        dy, dx = (ys - cy) * stretch, (xs - cx) / stretch
        angle = np.arctan2(dy, dx)
        outline = np.ones((h, w))
        for k in range(1, 6):
            outline += rng.uniform(0, 0.35) / k * np.cos(k * angle + rng.uniform(0, 2 * math.pi))
        hole |= np.hypot(dy, dx) < radius * outline
    return hole


def mixed(rng: np.random.Generator, h: int, w: int) -> Hole:
    """The training mixture: half strokes, the rest silhouettes and boxes, 3 to 40 %."""
    kind = rng.choice(3, p=[0.5, 0.3, 0.2])
    low = float(rng.choice([0.03, 0.08, 0.18], p=[0.3, 0.4, 0.3]))
    if kind == 0:  # a crop is a piece of a photo, so what is thin there is thick here
        return free_form(rng, h, w, low, low * 2.2, widest=0.35)
    hole = (silhouette, box)[kind - 1](rng, h, w, low, low * 2.2)
    if not hole.any() or hole.mean() > 0.6:
        return free_form(rng, h, w, 0.05, 0.2)
    return hole


def bank(rng: np.random.Generator, count: int, side: int) -> Hole:
    """Many holes of the training mixture, ``(count, side, side)``."""
    return np.stack([mixed(rng, side, side) for _ in range(count)])


def _stroke(
    draw: ImageDraw.ImageDraw, rng: np.random.Generator, h: int, w: int, width: float
) -> None:
    x, y = rng.uniform(0, w), rng.uniform(0, h)
    heading = rng.uniform(0, 2 * math.pi)
    bend = rng.uniform(-0.5, 0.5)
    for _ in range(int(rng.integers(2, 9))):
        step = min(h, w) * rng.uniform(0.04, 0.18)
        heading += bend + rng.normal(0, 0.4)
        x2, y2 = x + step * math.cos(heading), y + step * math.sin(heading)
        draw.line((x, y, x2, y2), fill=255, width=max(1, round(width)))
        r = width / 2
        draw.ellipse((x2 - r, y2 - r, x2 + r, y2 + r), fill=255)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
        x, y = x2, y2
