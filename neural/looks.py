"""A look: what a picture is painted like, as numbers that a network read off it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neural import oklab
from neural.errors import CardError
from neural.image import Image, Mask, Tensor, from_nchw, resize, round_up, to_nchw
from neural.palette import PARTS, Transport, palette
from neural.record import one_line, read, text

SUFFIX = ".look"
MOST_LOOKS = 4
"""That can be mixed."""

REGIONS = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (1.0, 1.0, 0.0))
"""The color that stands for each look on a map of where they rule: sRGB, 0..1."""

ENOUGH = 100_000  # pixels of a picture, to know its colors
LARGEST = 1000.0  # number of a code; those of shipped looks stay below 10
READ_PX = 256  # a picture is made as large as a square of this side before it is read


@dataclass(frozen=True)
class Look:
    """One look: a code for its strokes, and its palette.

    ``space`` is the card id of the network that read the code, which means nothing to others.
    ``share`` is how much the look counts in a blend.
    """

    name: str
    space: str
    code: tuple[float, ...]
    palette: tuple[float, ...]  # colors in equal parts, sRGB, 0..1, one after the other
    group: str = ""
    share: float = field(default=1.0, metadata={"min": 0.0, "max": 1.0})

    def __post_init__(self) -> None:
        """Believe no file; of a name take what can be shown.

        Raises:
            CardError: the code or the palette is none.
        """
        object.__setattr__(self, "name", one_line(self.name))
        if not self.code:
            raise CardError(f"The code of the look {self.name} has no numbers.")
        if not np.abs(self.code).max() <= LARGEST:
            raise CardError(f"The code of the look {self.name} has numbers beyond ±{LARGEST:g}.")
        numbers = np.array(self.palette)
        if len(numbers) not in range(3, 3 * PARTS + 1, 3):
            raise CardError(f"The look {self.name} has {len(numbers)} numbers for its palette.")
        if not (numbers.min() >= 0 and numbers.max() <= 1):
            raise CardError(f"The palette of the look {self.name} has numbers beyond 0 and 1.")

    @property
    def length(self) -> int:
        """Of its code."""
        return len(self.code)

    @property
    def goals(self) -> NDArray[np.float64]:
        """The palette in OKLab, ``(n, 3)``."""
        return oklab.from_srgb(np.reshape(self.palette, (-1, 3)))

    def __str__(self) -> str:
        """Its name, and what counts: "Under the Wave × 0.5"."""
        return self.name if self.share == 1 else f"{self.name} × {self.share:g}"


def load(path: Path) -> Look:
    """A look from its file.

    Raises:
        CardError: it cannot be read or believed.
    """
    return read(Look, path)


def dump(look: Look) -> str:
    """What to write into a file that ``load`` understands."""
    return text(look)


def to_read(picture: Image) -> Tensor:
    """A picture as the network that reads looks wants it: ``(1, 3, h, w)``, about 256 × 256 px, its
    shape kept as far as multiples of 16 allow. picture: ``(h, w, 3)``, 0..1, sRGB.
    """
    h, w = picture.shape[:2]
    times = READ_PX / (h * w) ** 0.5
    sides = (min(max(round_up(round(x * times) - 8, 16), 64), 1024) for x in (h, w))
    return to_nchw(resize(picture, *sides))


def from_read(answer: Tensor, picture: Tensor, name: str, space: str) -> Look:
    """The look of ``picture``, of which the network called ``space`` read ``answer``,
    ``(1, code, 1, 1)``. Six digits of each number are kept.
    """
    colors = oklab.to_srgb(palette(oklab.from_srgb(from_nchw(picture).reshape(-1, 3))))
    return Look(name, space, _rounded(answer), _rounded(colors, 4))


def recoloring(
    picture: Image, looks: Sequence[Look], weights: Mask | None = None
) -> list[Transport]:
    """For each look what takes the colors of ``picture``, ``(h, w, 3)``, sRGB, to its palette.

    weights: ``(h, w)``, how much each pixel counts; all alike if not given.
    """
    step = math.ceil((picture[..., 0].size / ENOUGH) ** 0.5)
    some = np.s_[::step, ::step]
    colors = oklab.from_srgb(picture[some].reshape(-1, 3))
    counts = np.ones(len(colors)) if weights is None else weights[some].ravel()
    return [Transport.between(colors, counts, look.goals) for look in looks]


class Shared(Protocol):
    """What counts as much among others as its share says."""

    @property
    def share(self) -> float: ...


def shares_of(some: Sequence[Shared]) -> NDArray[np.float32]:
    """How much each of some looks, or points, counts, of 1; where none counts, all do."""
    shares = np.array([each.share for each in some], np.float32)
    return shares / shares.sum() if shares.any() else np.full_like(shares, 1 / len(shares))


def ruling(map_: Image, shares: NDArray[np.float32]) -> Image:
    """How much each of up to 4 looks, or points, rules in each place, ``(h, w, 4)``; together 1.

    map_: ``(h, w, 3)``, 0..1, on black, in the colors of ``REGIONS``; those between them mix. For
    as much as it is dark, and instead of looks that there are not, the shares hold. They do
    everywhere without one, ``(h, w, 0)``.
    """
    usual = np.zeros(4, np.float32)
    usual[: len(shares)] = shares
    if not map_.shape[2]:
        return np.broadcast_to(usual, (*map_.shape[:2], 4))
    red, green, blue = map_[..., 0], map_[..., 1], map_[..., 2]
    yellow = np.minimum(red, green)
    painted = np.stack([red - yellow, green - yellow, blue, yellow], axis=-1)
    painted /= np.maximum(painted.sum(-1, keepdims=True), 1)
    painted[..., len(shares) :] = 0
    return painted + usual * (1 - painted.sum(-1, keepdims=True))


def stacked(looks: Sequence[Look], count: int) -> Tensor:
    """Codes as the repainting network takes them, ``(1, code, 1, count)``; the rest repeat the
    first.

    Raises:
        ValueError: there are none, or more than ``count``.
    """
    if not 0 < len(looks) <= count:
        raise ValueError(f"between 1 and {count} looks, not {len(looks)}")
    codes = [looks[i if i < len(looks) else 0].code for i in range(count)]
    return np.asarray(codes, np.float32).T[None, :, None, :]


def _rounded(numbers: NDArray[Any], digits: int = 6) -> tuple[float, ...]:
    return tuple(float(f"{x:.{digits}g}") for x in numbers.ravel())
