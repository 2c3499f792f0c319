"""Draw the picture on which the app shows what looks do: ``resources/looks/scene.png``.

Sky, sun, hills, a house, trees and water by rule, four times as large as it is kept, so that edges
are smooth; a little noise and shading, since networks find nothing to paint on in flat areas.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SCENE = Path(__file__).parents[1] / "resources" / "looks" / "scene.png"
SIZE = 192, 144
TIMES = 4
SEED = 7
HORIZON = 0.62  # where the water begins, of the height

Color = tuple[int, int, int]
Points = list[tuple[float, float]]


def main() -> int:
    """Draw and keep it."""
    SCENE.parent.mkdir(exist_ok=True)
    image = drawn().resize(SIZE, Image.Resampling.LANCZOS)
    image.quantize(256, dither=Image.Dither.NONE).convert("RGB").save(SCENE, optimize=True)
    print(SCENE)
    return 0


def drawn() -> Image.Image:
    """The scene, ``TIMES`` as large."""
    w, h = SIZE[0] * TIMES, SIZE[1] * TIMES
    random = np.random.default_rng(SEED)
    image = gradient(w, h, (86, 142, 205), (247, 214, 178))
    sun(image, w * 0.73, h * 0.27, h * 0.075)
    clouds(image, random)
    for base, rise, color in (
        (0.50, 0.16, (128, 148, 178)),
        (0.56, 0.13, (92, 128, 122)),
        (0.62, 0.10, (88, 134, 72)),
    ):
        hill(image, random, h * base, h * rise, color)
    water(image, h * HORIZON)
    meadow(image, h)
    house(image, w * 0.20, h * 0.78, h * 0.20)
    for x, y, size in ((0.60, 0.86, 0.34), (0.76, 0.93, 0.42), (0.91, 0.84, 0.28)):
        tree(image, random, w * x, h * y, h * size)
    return grained(image, random)


def gradient(w: int, h: int, top: Color, bottom: Color) -> Image.Image:
    """The sky."""
    t = np.linspace(0, 1, h)[:, None, None] ** 1.2
    colors = np.asarray(top) * (1 - t) + np.asarray(bottom) * t
    return Image.fromarray(np.broadcast_to(np.rint(colors), (h, w, 3)).astype(np.uint8))


def sun(image: Image.Image, x: float, y: float, radius: float) -> None:
    """A disc in a glow."""
    glow = Image.new("L", image.size)
    ImageDraw.Draw(glow).ellipse(around(x, y, radius * 2), fill=150)
    image.paste((255, 236, 196), mask=glow.filter(ImageFilter.GaussianBlur(radius)))
    ImageDraw.Draw(image).ellipse(around(x, y, radius), fill=(255, 244, 214))


def clouds(image: Image.Image, random: np.random.Generator) -> None:
    """Soft heaps of discs."""
    w, h = image.size
    soft = Image.new("L", image.size)
    draw = ImageDraw.Draw(soft)
    for x, y, size in ((0.22, 0.18, 0.05), (0.48, 0.12, 0.035), (0.90, 0.13, 0.03)):
        for _ in range(14):
            dx, dy = random.normal(0, (size * 1.6, size * 0.3))
            draw.ellipse(around(w * (x + dx), h * (y + dy), h * size * 0.7), fill=210)
    image.paste((255, 250, 244), mask=soft.filter(ImageFilter.GaussianBlur(h * 0.012)))


def hill(
    image: Image.Image, random: np.random.Generator, base: float, rise: float, color: Color
) -> None:
    """A line of three waves, and what is below it, darker downward."""
    w, h = image.size
    x = np.linspace(0, 1, 200)
    waves = np.zeros(200)
    for n in (1, 2, 4):
        waves += np.sin(2 * np.pi * (x * n * random.uniform(0.8, 1.3) + random.uniform())) / n
    line = base - rise * (waves - waves.min()) / np.ptp(waves)
    points = [(a * w, b) for a, b in zip(x, line, strict=True)]
    mask = Image.new("L", image.size)
    ImageDraw.Draw(mask).polygon([*points, (w, h), (0, h)], fill=255)
    shade = np.linspace(1.12, 0.8, h)[:, None, None]
    colors = np.broadcast_to(np.clip(np.asarray(color) * shade, 0, 255), (h, w, 3))
    image.paste(Image.fromarray(colors.astype(np.uint8)), mask=mask)


def water(image: Image.Image, horizon: float) -> None:
    """What is above, upside down, bluer, and broken by ripples."""
    h = image.size[1]
    pixels = np.asarray(image).astype(np.float64)
    rows = np.arange(int(horizon), h)
    depth = (rows - horizon) / (h - horizon)
    mirrored = (2 * horizon - rows - 1 + np.sin(rows * 0.55) * 5 * depth).astype(int).clip(0)
    lake = pixels[mirrored] * 0.62 + np.asarray((40, 78, 104)) * 0.38
    lake *= (1 + 0.07 * np.sin(rows * 0.9 / (0.4 + depth)))[:, None, None]
    pixels[rows] = lake
    image.paste(Image.fromarray(pixels.clip(0, 255).astype(np.uint8)))


def meadow(image: Image.Image, h: int) -> None:
    """The near bank, from the left and along the bottom."""
    w = image.size[0]
    x = np.linspace(0, 1, 120)
    line = 0.72 + 0.20 * np.tanh((x - 0.42) * 5) * 0.5 + 0.06 + 0.012 * np.sin(x * 17)
    points: Points = [(a * w, b * h) for a, b in zip(x, line, strict=True)]
    draw = ImageDraw.Draw(image)
    for lower, color in ((0.0, (126, 160, 74)), (0.05, (98, 138, 62)), (0.12, (72, 112, 52))):
        draw.polygon([*((a, b + lower * h) for a, b in points), (w, h), (0, h)], fill=color)


def house(image: Image.Image, x: float, ground: float, size: float) -> None:
    """Walls in light and shade, a roof, a chimney, a door and two windows."""
    draw, half = ImageDraw.Draw(image), size * 0.55
    top, ridge = ground - size * 0.62, ground - size * 1.15
    draw.rectangle((x + half * 0.3, ridge - size * 0.05, x + half * 0.52, top), fill=(120, 70, 60))
    draw.rectangle((x - half, top, x + half, ground), fill=(240, 226, 200))
    draw.rectangle((x + half * 0.35, top, x + half, ground), fill=(206, 188, 164))
    eaves: Points = [(x - half * 1.18, top), (x + half * 1.18, top)]
    draw.polygon([*eaves, (x + half * 0.6, ridge), (x - half * 0.6, ridge)], fill=(186, 74, 56))
    draw.rectangle((x - half * 0.16, ground - size * 0.36, x + half * 0.14, ground), (96, 62, 48))
    for left in (-0.74, 0.52):
        box = (x + half * left, top + size * 0.14, x + half * (left + 0.3), top + size * 0.34)
        draw.rectangle(box, fill=(70, 98, 122), outline=(250, 246, 236), width=TIMES)


def tree(image: Image.Image, random: np.random.Generator, x: float, y: float, size: float) -> None:
    """A trunk under leaves that are lighter toward the sun."""
    draw = ImageDraw.Draw(image)
    wide = size * 0.05
    trunk: Points = [(x - wide, y), (x + wide, y), (x + wide / 2, y - size), (x, y - size)]
    draw.polygon(trunk, fill=(88, 62, 46))
    for color, shift in (((44, 84, 48), 0.0), ((70, 118, 58), -0.05), ((122, 160, 76), -0.11)):
        for _ in range(60):
            dx, dy = random.normal(0, size * 0.12, 2).clip(-0.2 * size, 0.2 * size)
            at = x + dx - shift * size * 0.6, y - size * 0.78 + dy + shift * size
            draw.ellipse(around(*at, size * 0.05), fill=color)


def around(x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The box of a disc."""
    return x - radius, y - radius, x + radius, y + radius


def grained(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """With soft noise, as in a photograph."""
    w, h = image.size
    noise: NDArray[np.float64] = random.normal(0, 9, (h // 2, w // 2, 1))
    noise = noise.repeat(2, axis=0).repeat(2, axis=1)
    pixels = np.asarray(image) + noise
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


if __name__ == "__main__":
    sys.exit(main())
