"""Backdrops drawn by rule: clouds, marble, silk and the like, each seamless, from a seed.

They teach a generator what designers put behind things and no photograph shows. A picture goes on
at its opposite edge, because everything in it is periodic: noise is made of whole waves, and
distances are those on a torus.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]  # float32, (SIDE, SIDE, 3) or (SIDE, SIDE), sRGB, 0..1
Chance = np.random.Generator

SIDE = 256  # px
PALETTES = (
    ("10243e", "1f5f8b", "54a4c9", "d9eef2"),
    ("0d3b2e", "2f7d5b", "8fc79a", "eef5dc"),
    ("3a0f2b", "a3245c", "f0739a", "ffe3e0"),
    ("4a1e0a", "b5531c", "f1a33c", "fff0cf"),
    ("1d1136", "5b2f91", "a97be0", "efe4ff"),
    ("101114", "3c4048", "8d939c", "e9eaec"),
    ("5a4632", "a98f6d", "dccbae", "faf5ea"),
    ("053b4a", "0f8a8f", "f2b880", "fbefdf"),
    ("2b1b4d", "c2468e", "ff9a6b", "ffe08a"),
    ("0b1a2f", "17435e", "c9a24a", "f4e3b2"),
    ("d8e7ee", "eaf3f5", "f5e9ec", "fffdf8"),
    ("220a0a", "7a1414", "cc3a2b", "f6c4a8"),
)
"""From dark to pale, as hexadecimal sRGB."""


def clouds(rng: Chance) -> Pixels:
    """Noise of many sizes, soft."""
    return _toned(noise(rng, 1.9), _palette(rng))


def smoke(rng: Chance) -> Pixels:
    """Noise pushed about by noise, mostly dark."""
    u, v = (60 * (noise(rng, 2.4) - 0.5) for _ in range(2))
    return _toned(_moved(noise(rng, 2.0), u, v) ** 1.6, _palette(rng))


def marble(rng: Chance) -> Pixels:
    """Thin veins in a pale stone."""
    vein = 1 - np.abs(2 * noise(rng, 1.8) - 1)
    other = 1 - np.abs(2 * noise(rng, 1.6) - 1)
    depth = np.clip(0.75 * vein**8 + 0.4 * other**14, 0, 1)
    return _toned(1 - depth * rng.uniform(0.6, 1), _palette(rng))


def aurora(rng: Chance) -> Pixels:
    """Few colors that run into each other: a gradient mesh."""
    ground = _toned(noise(rng, 3.4), _palette(rng))
    over = _toned(noise(rng, 3.4), _palette(rng))
    share = _smooth(noise(rng, 3.4), 0.25, 0.75)[..., None]
    return ground * (1 - share) + over * share


def silk(rng: Chance) -> Pixels:
    """Folds with a sheen."""
    u, v = (70 * (noise(rng, 3.0) - 0.5) for _ in range(2))
    y, x = _places()
    across, along = rng.integers(2, 5), rng.integers(-2, 3)
    phase = 2 * np.pi * (across * (x + u) + along * (y + v)) / SIDE
    return _toned(0.5 + 0.5 * np.sin(phase + np.sin(phase)), _palette(rng))


def waves(rng: Chance) -> Pixels:
    """Bands that swing together."""
    y, x = _places()
    count, swings = rng.integers(6, 11), rng.integers(1, 4)
    bent = y + rng.uniform(6, 16) * np.sin(2 * np.pi * swings * x / SIDE) + 14 * noise(rng, 2.8)
    return _toned(0.5 + 0.5 * np.sin(2 * np.pi * count * bent / SIDE), _palette(rng))


def wood(rng: Chance) -> Pixels:
    """Grain along the picture, with fine fibers."""
    y, _ = _places()
    bent = y / SIDE * rng.integers(4, 8) + 2.5 * noise(rng, 2.6, stretch=6)
    rings = (bent % 1) ** 2
    fibers = noise(rng, 0.8, stretch=24)
    return _toned(0.25 + 0.35 * rings + 0.25 * fibers, _palette(rng, PALETTES[6], PALETTES[3]))


def paper(rng: Chance) -> Pixels:
    """Fine grain, lit from the side."""
    relief = noise(rng, 1.2)
    light = relief - np.roll(relief, (1, 1), (0, 1))
    shade = 0.75 + 2.5 * light + 0.05 * (noise(rng, 2.2) - 0.5)
    return _toned(np.clip(shade, 0, 1), _palette(rng))


def bokeh(rng: Chance) -> Pixels:
    """Lights out of focus."""
    colors = _palette(rng)
    found = _toned(0.35 * noise(rng, 3.0), colors)
    for _ in range(60):
        disc = _smooth(rng.uniform(6, 22) - _away(rng), -1.5, 1.5)[..., None]
        glow = 1 - (1 - found) * (1 - 0.8 * colors[rng.integers(1, 4)])
        found = found + disc * rng.uniform(0.15, 0.6) * (glow - found)
    return found


def terrazzo(rng: Chance) -> Pixels:
    """Chips of stone in a pale ground."""
    colors = _palette(rng)
    near, kind = _cells(rng, 170)
    chip = _smooth(near[1] - near[0], 3.0, 4.5) * (kind % 5 < 4)
    shown = colors[kind % 3]
    share = (chip * (0.88 + 0.12 * noise(rng, 1.5)))[..., None]
    return colors[3] * (1 - share) + shown * share


def stones(rng: Chance) -> Pixels:
    """Pebbles side by side, rounded by light."""
    near, kind = _cells(rng, 120)
    body = np.clip((near[1] - near[0]) / 14, 0, 1) ** 0.5
    tint = 0.35 + 0.45 * (kind * 37 % 11) / 10
    return _toned(body * tint + 0.12 * (noise(rng, 1.4) - 0.5), _palette(rng))


def facets(rng: Chance) -> Pixels:
    """Flat shapes of slightly different shades, edge to edge."""
    _, kind = _cells(rng, 90)
    return _toned((kind * 37 % 19) / 18, _palette(rng))


def camouflage(rng: Chance) -> Pixels:
    """Patches of four shades."""
    level = _ranked(noise(rng, 1.9))
    return _palette(rng)[np.clip((level * 4).astype(int), 0, 3)]


def contours(rng: Chance) -> Pixels:
    """Lines of equal height."""
    height = _ranked(noise(rng, 2.8)) * rng.integers(9, 15)
    down, right = height - np.roll(height, 1, 0), height - np.roll(height, 1, 1)
    steep = np.sqrt(down**2 + right**2) + 1e-3
    apart = np.abs((height + 0.5) % 1 - 0.5) / steep
    return _toned(_smooth(apart, 0.6, 1.8), _palette(rng))


def confetti(rng: Chance) -> Pixels:
    """Small bright pieces on a plain ground."""
    colors = _palette(rng)
    ground = 0 if rng.random() < 0.5 else 3
    found = np.broadcast_to(colors[ground], (SIDE, SIDE, 3)).copy()
    others = [i for i in range(4) if i != ground]
    for _ in range(220):
        turn = rng.uniform(0, np.pi)
        y, x = _torus(rng)
        u = np.abs(x * np.cos(turn) + y * np.sin(turn)) - rng.uniform(3, 8)
        v = np.abs(y * np.cos(turn) - x * np.sin(turn)) - rng.uniform(1.5, 4)
        share = _smooth(-np.maximum(u, v), -0.7, 0.7)[..., None]
        found = found * (1 - share) + colors[rng.choice(others)] * share
    return found


def speckles(rng: Chance) -> Pixels:
    """Drops of paint of all sizes."""
    colors = _palette(rng)
    ground = 3 if rng.random() < 0.6 else 0
    found = np.broadcast_to(colors[ground], (SIDE, SIDE, 3)).copy()
    for _ in range(260):
        edge = rng.pareto(2.2) * 1.4 + 0.8
        share = _smooth(min(edge, 11) - _away(rng), -0.8, 0.8)[..., None]
        found = found * (1 - share) + colors[rng.integers(1, 3)] * share
    return found


KINDS: dict[str, Callable[[Chance], Pixels]] = {
    kind.__name__: kind
    for kind in (
        *(clouds, smoke, marble, aurora, silk, waves, wood, paper, bokeh, terrazzo, stones, facets),
        *(camouflage, contours, confetti, speckles),
    )
}


def noise(rng: Chance, falls: float, stretch: float = 1.0) -> Pixels:
    """Periodic noise, 0..1, ``(SIDE, SIDE)``: waves whose strength falls with the power ``falls``
    of their frequency. stretch: how many times as long it is as it is high.
    """
    y, x = np.meshgrid(np.fft.fftfreq(SIDE), np.fft.rfftfreq(SIDE), indexing="ij")
    frequency = np.hypot(y, x * stretch) * SIDE
    frequency[0, 0] = np.inf
    phases = np.exp(2j * np.pi * rng.random(frequency.shape))
    found = np.fft.irfft2(phases * frequency**-falls, (SIDE, SIDE))
    found = (found - found.mean()) / found.std()
    return np.clip(0.5 + found / 5, 0, 1).astype(np.float32)


def _palette(rng: Chance, *among: tuple[str, ...]) -> Pixels:
    """Four colors, ``(4, 3)``, from dark to pale."""
    chosen = (among or PALETTES)[rng.integers(len(among or PALETTES))]
    return np.array([[int(c[i : i + 2], 16) / 255 for i in (0, 2, 4)] for c in chosen], np.float32)


def _toned(level: Pixels, colors: Pixels) -> Pixels:
    """Colors by level, 0..1, from the first to the last."""
    stops = np.linspace(0, 1, len(colors))
    return np.stack([np.interp(level, stops, colors[:, i]) for i in range(3)], -1)


def _smooth(x: Pixels, low: float, high: float) -> Pixels:
    t = np.clip((x - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _ranked(x: Pixels) -> Pixels:
    """0..1, each value as often as the next."""
    return (np.argsort(np.argsort(x, axis=None)) / x.size).reshape(x.shape).astype(np.float32)


def _places() -> tuple[Pixels, Pixels]:
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    return y, x


def _torus(rng: Chance) -> tuple[Pixels, Pixels]:
    """How far each pixel is from a point, down and to the right, the short way around."""
    y, x = (a - rng.uniform(0, SIDE) for a in _places())
    return (y + SIDE / 2) % SIDE - SIDE / 2, (x + SIDE / 2) % SIDE - SIDE / 2


def _away(rng: Chance) -> Pixels:
    return np.hypot(*_torus(rng))


def _moved(x: Pixels, u: Pixels, v: Pixels) -> Pixels:
    """``x`` as it is ``u`` px to the right and ``v`` px below."""
    rows, columns = _places()
    return cv2.remap(
        x, (columns + u) % SIDE, (rows + v) % SIDE, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP
    )


def _cells(rng: Chance, count: int) -> tuple[Pixels, NDArray[np.intp]]:
    """The distances to the nearest and the next of ``count`` points, ``(2, SIDE, SIDE)``, px, and
    the number of the nearest.
    """
    away = np.stack([_away(rng) for _ in range(count)])
    order = np.argpartition(away, 1, axis=0)[:2]
    near = np.take_along_axis(away, order, 0)
    swapped = near[0] > near[1]
    first = np.where(swapped, order[1], order[0])
    return np.sort(near, axis=0), first
