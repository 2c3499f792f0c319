"""The classical filters, as OpenCV has them.

A filter is a frozen dataclass that describes its parameters to a form. It is called with a window
of pixels, float32 ``(h, w, c)``, 0..1, and gives as many. One that ``spreads`` sees one channel, or
four: colors multiplied by alpha, and alpha (R9). One that does not sees the colors alone, one
channel or three, and alpha stays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Window = NDArray[np.float32]

FINE = 4.0
"""A blur of so many pixels or more looks the same when it is made of a smaller picture."""

KERNELS = 4
"""At so many deviations to either side, OpenCV ends a Gaussian of 32 bits."""

ABSOLUTE = 1.25
"""What makes as much of a difference by absolute values as by squares (measured on white noise)."""

WINDOWS_BYTES = 1 << 26
"""Of the windows that are sorted at once."""


def _number(
    default: float, ends: tuple[float, float], unit: str, about: str, step: float = 1.0
) -> Any:
    """A parameter, as a form shows it."""
    shown = {"step": step, "decimals": 0 if step >= 1 else 1, "unit": unit, "help": about}
    return field(default=default, metadata={"min": ends[0], "max": ends[1], **shown})


class Filter(Protocol):
    """What can be done to pixels."""

    title: ClassVar[str]
    spreads: ClassVar[bool]  # see above

    @property
    def reach(self) -> int:
        """How many pixels around it a pixel depends on."""
        ...

    @property
    def grain(self) -> int:
        """Windows begin and end at multiples of this."""
        ...

    def __call__(self, window: Window, full: int) -> Window:
        """The window filtered; what lies within ``reach`` of its edges means nothing.

        full: the largest value of a channel of the picture, 255 or 65535.
        """
        ...


@dataclass(frozen=True)
class GaussianBlur:
    """Blur, the same in all directions."""

    title: ClassVar[str] = "Gaussian blur"
    spreads: ClassVar[bool] = True

    radius: float = _number(
        4.0,
        (0.1, 250.0),
        "px",
        "The standard deviation: two thirds of the light come from within it.",
        step=0.5,
    )

    @property
    def grain(self) -> int:
        return 1 << max(math.floor(math.log2(self.radius / FINE)), 0)

    @property
    def reach(self) -> int:
        return math.ceil(KERNELS * self.radius) + 2 * self.grain

    def __call__(self, window: Window, full: int) -> Window:
        cv2 = _opencv()
        h, w, c = window.shape
        small = self.radius / self.grain
        if self.grain == 1:
            blurred = cv2.GaussianBlur(window, (0, 0), small)
        else:
            # averaging blocks and enlarging them linearly blurs by a quarter of a block's square
            size, deviation = (w // self.grain, h // self.grain), math.sqrt(small**2 - 0.25)
            reduced = cv2.resize(window, size, interpolation=cv2.INTER_AREA)
            reduced = cv2.GaussianBlur(reduced, (0, 0), deviation)
            blurred = cv2.resize(reduced, (w, h), interpolation=cv2.INTER_LINEAR)
        return np.asarray(blurred, np.float32).reshape(h, w, c)


@dataclass(frozen=True)
class Median:
    """Take the middle one of the values around: dust and single wrong pixels go, edges stay."""

    title: ClassVar[str] = "Median"
    spreads: ClassVar[bool] = True
    grain: ClassVar[int] = 1

    radius: int = _number(
        1, (1, 10), "px", "Of the square around each pixel. What is smaller than half of it goes."
    )

    @property
    def reach(self) -> int:
        return self.radius

    def __call__(self, window: Window, full: int) -> Window:
        cv2 = _opencv()
        side = 2 * self.radius + 1
        levels = np.rint(window * np.float32(full)).astype(np.uint8 if full == 255 else np.uint16)
        has_it = full == 255 or side <= 5  # OpenCV, which takes no larger ones of 16 bits
        middle = cv2.medianBlur(levels, side) if has_it else _middle(levels, side)
        return np.asarray(middle, np.float32).reshape(window.shape) / np.float32(full)


@dataclass(frozen=True)
class Bilateral:
    """Blur, but only among similar colors: surfaces become smooth, edges stay."""

    title: ClassVar[str] = "Bilateral"
    spreads: ClassVar[bool] = False
    grain: ClassVar[int] = 1

    radius: float = _number(3.0, (0.5, 15.0), "px", "The standard deviation of the blur.", step=0.5)
    tones: float = _number(
        25.0, (1.0, 150.0), "", "How different colors may be to be mixed, in levels of 255."
    )

    @property
    def reach(self) -> int:
        return max(round(1.5 * self.radius), 1) + 1

    def __call__(self, window: Window, full: int) -> Window:
        cv2 = _opencv()
        side = 2 * (self.reach - 1) + 1
        smooth = cv2.bilateralFilter(window, side, self.tones / 255, self.radius)
        return np.asarray(smooth, np.float32).reshape(window.shape)


@dataclass(frozen=True)
class NonLocalMeans:
    """Average patches that look alike, wherever they are nearby (Buades et al., 2005)."""

    title: ClassVar[str] = "Non-local means"
    spreads: ClassVar[bool] = False
    grain: ClassVar[int] = 1

    strength: float = _number(
        10.0,
        (1.0, 60.0),
        "",
        "How different patches may be, in levels of 255. About the level of the noise.",
    )
    search: int = _number(
        10,
        (3, 17),
        "px",
        "How far around like patches are looked for. The time goes with its square.",
    )

    PATCH: ClassVar[int] = 7

    @property
    def reach(self) -> int:
        return self.search + self.PATCH // 2

    def __call__(self, window: Window, full: int) -> Window:
        cv2 = _opencv()
        # of 16 bits, OpenCV compares patches by absolute differences only
        deep = full > 255
        norm, scale = (cv2.NORM_L1, ABSOLUTE * full / 255) if deep else (cv2.NORM_L2, 1.0)
        levels = np.rint(window * np.float32(full)).astype(np.uint16 if deep else np.uint8)
        h = [self.strength * scale] * window.shape[2]
        clean = cv2.fastNlMeansDenoising(levels, h, None, self.PATCH, 2 * self.search + 1, norm)
        return np.asarray(clean, np.float32).reshape(window.shape) / np.float32(full)


FILTERS: tuple[type[Filter], ...] = (GaussianBlur, Median, Bilateral, NonLocalMeans)
"""In the order of the menu."""


def described(filter_: Filter) -> str:
    """Its name with its parameters: "Gaussian blur · radius 4 px"."""
    values: Any = filter_
    parts = []
    for each in fields(values):
        unit = each.metadata.get("unit", "")
        parts.append(f"{each.name} {getattr(values, each.name):g} {unit}".rstrip())
    return " · ".join([filter_.title, *parts])


def _opencv() -> Any:
    """OpenCV, which takes a while to load, so only when it is needed."""
    import cv2

    return cv2


def _middle(levels: NDArray[np.uint16], side: int) -> NDArray[np.uint16]:
    """The median of the square around each pixel; edges are repeated."""
    by = side // 2
    result = np.empty_like(levels)
    around = np.pad(levels, ((by, by), (by, by), (0, 0)), "edge")
    rows = max(WINDOWS_BYTES // (levels.shape[1] * side * side * 2), 1)
    for c in range(levels.shape[2]):
        squares = sliding_window_view(around[..., c], (side, side))
        for y in range(0, levels.shape[0], rows):
            flat = squares[y : y + rows].reshape(-1, levels.shape[1], side * side)
            middle = side * side // 2
            result[y : y + rows, :, c] = np.partition(flat, middle, axis=-1)[..., middle]
    return result
