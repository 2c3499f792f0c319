"""Scratches, hairs and dust as old prints and films have them, drawn by rule."""

import math

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor

from neural.training import degrade

FINE = 4  # times as large as they are shown they are drawn
WIDEST = 5.0  # px, of a scratch
SEEN = 0.08  # of the range: what changes a pixel so much counts as damage
UNSEEN = 0.02  # what changes it less does not; between them either answer is right

Opacity = NDArray[np.uint8]


def drawn(rng: np.random.Generator, side: int) -> Opacity:
    """How opaque damage is, ``(side, side)``, 255 at most: a few scratches, hairs and specks."""
    whole = np.zeros((side, side), np.float32)
    scratches, hairs = rng.poisson(1.2), rng.poisson(0.5)
    specks = rng.poisson(math.exp(rng.uniform(0, 3)))
    for _ in range(scratches):
        length = side * rng.uniform(0.15, 1.5)
        part = _line(rng, side, length, rng.normal(0, 0.02), rng.normal(math.pi / 2, 0.6))
        whole = np.maximum(whole, _faded(rng, part))
    for _ in range(hairs):
        length, bend = rng.uniform(20, 90), rng.normal(0, 0.25)
        whole = np.maximum(whole, _line(rng, side, length, bend, rng.uniform(0, math.tau)))
    if specks:
        whole = np.maximum(whole, _specks(rng, side, specks))
    return np.asarray(whole * 255 + 0.5, np.uint8)


def bank(rng: np.random.Generator, count: int, side: int) -> Opacity:
    """Much damage, ``(count, side, side)``."""
    return np.stack([drawn(rng, side) for _ in range(count)])


def _line(
    rng: np.random.Generator, side: int, length: float, bend: float, heading: float
) -> NDArray[np.float32]:
    steps = max(int(length / 6), 2)
    headings = heading + np.cumsum(bend + rng.normal(0, 0.5 * abs(bend) + 0.01, steps))
    moves = np.stack([np.cos(headings), np.sin(headings)], 1) * length / steps
    start = rng.uniform(0, side, 2) - moves.sum(0) * rng.uniform(0, 0.5)
    points = np.rint((start + np.cumsum(moves, 0)) * FINE).astype(np.int32)
    width = math.exp(rng.uniform(math.log(0.7), math.log(WIDEST)))
    sheet = np.zeros((side * FINE,) * 2, np.uint8)
    cv2.polylines(sheet, [points], False, 255, max(round(width * FINE), 1), cv2.LINE_8)
    return np.asarray(_shrunk(sheet) * rng.uniform(0.35, 1), np.float32)


def _faded(rng: np.random.Generator, line: NDArray[np.float32]) -> NDArray[np.float32]:
    """A scratch is not as deep everywhere, and may be interrupted."""
    low = rng.uniform(-0.5, 1, (6, 6)).astype(np.float32)
    depth = cv2.resize(low, line.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(line * np.clip(depth + rng.uniform(0.2, 1), 0, 1), dtype=np.float32)


def _specks(rng: np.random.Generator, side: int, count: int) -> NDArray[np.float32]:
    sheet = np.zeros((side * FINE,) * 2, np.uint8)
    for _ in range(count):
        x, y = (int(v) for v in rng.uniform(0, side * FINE, 2))
        size = math.exp(rng.uniform(math.log(0.6), math.log(WIDEST))) * FINE / 2
        axes = max(round(size), 1), max(round(size * rng.uniform(0.4, 1)), 1)
        opacity = int(rng.uniform(120, 255))
        cv2.ellipse(sheet, (x, y), axes, rng.uniform(0, 180), 0, 360, opacity, -1)
    return _shrunk(sheet)


def _shrunk(sheet: NDArray[np.uint8]) -> NDArray[np.float32]:
    h, w = (length // FINE for length in sheet.shape)
    small = cv2.resize(sheet, (w, h), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)


def aged(rng: Generator, image: Tensor) -> Tensor:
    """As pictures are that have scratches: four in ten gray or brown, some faded."""
    n = len(image)
    gray = image.mean(1, keepdim=True).expand_as(image)
    tint = 1 - degrade.uniform(rng, n, 0, 0.25) * image.new_tensor((0.0, 0.4, 1.0)).view(1, 3, 1, 1)
    image = degrade.chosen(rng, 0.4, gray * tint, image)
    contrast, lift = degrade.uniform(rng, n, 0.5, 1), degrade.uniform(rng, n, 0, 1)
    return degrade.chosen(rng, 0.4, image * contrast + (1 - contrast) * lift, image)


def damaged(rng: Generator, image: Tensor, opacity: Tensor) -> tuple[Tensor, Tensor]:
    """Pictures with damage, ``(n, 3, h, w)``, 0..1, and how much of it shows, ``(n, 2, h, w)``:
    the bright and the dark.

    image: ``(n, 3, h, w)``. opacity: 0..1, ``(n, 2, h, w)``. Afterwards they are scanned: half of
    them are a little soft, some have grain, some are JPEGs.
    """
    n, shown = len(image), []
    grain = 1 + 0.08 * degrade.coarse(rng, image)
    for kind, (low, high) in enumerate(((0.7, 1.0), (0.0, 0.2))):
        color = degrade.uniform(rng, n, low, high) * grain
        cover = opacity[:, kind : kind + 1]
        after = image + cover * (color.clamp(0, 1) - image)
        difference = (after - image).abs().amax(1, keepdim=True)
        right = (after - image).mean(1, keepdim=True).sign() == (1, -1)[kind]
        shown.append(difference * right)
        image = after
    image = degrade.chosen(rng, 0.5, degrade.blurred(rng, image, 0.3, 0.8), image)
    level = degrade.uniform(rng, n, 0, 12 / 255).expand(-1, 1, *image.shape[2:])
    image = degrade.chosen(rng, 0.5, degrade.gaussian(rng, image, level), image)
    image = degrade.chosen(rng, 0.4, degrade.jpeg(image, degrade.uniform(rng, n, 50, 95)), image)
    return image.clamp(0, 1), torch.cat(shown, 1)
