"""Make a picture larger."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from neural.card import ModelCard
from neural.errors import NeuralError
from neural.fidelity import (
    REACH_PX,
    Likeness,
    alpha_within,
    averaged_down,
    with_colors_of,
    with_flats_of,
)
from neural.image import Box, Image, from_nchw, resampled, to_nchw
from neural.operations.base import Network
from neural.progress import CancelToken, Progress
from neural.tiling import Piece, pieces

LARGEST = 8.0
TIMES = 3  # networks one after the other, at most: ×2 alone gets to 8 so
SEEN = 2.5  # px of the result: half a pixel of rounding, and two that bicubic looks far

HALO_PX = 2 * REACH_PX  # tiles with that around them differ from the whole by 0.001 of 255
CONTEXT_PX = 64  # more than two networks look
SIDE = {"min": 0, "max": 30000, "unit": "px", "least": "by scale"}


@dataclass(frozen=True)
class Upscale:
    """Enlarge the whole picture, with what a network knows of edges and textures."""

    task: ClassVar[str] = "upscale"
    title: ClassVar[str] = "Upscale"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = False

    scale: float = field(
        default=2.0,
        metadata={
            "label": "Scale",
            "min": 1.1,
            "max": LARGEST,
            "step": 0.1,
            "decimals": 2,
            "unit": "×",
            "help": "How many times as wide and as high.",
        },
    )
    crisp: float = field(
        default=0.0,
        metadata={
            "label": "Crisp",
            "min": 0.0,
            "max": 1.0,
            "unit": "%",
            "input": "amount",
            "help": "From faithful, the likeliest picture, to crisp: sharp as a photo, with detail "
            "that is made up.",
        },
    )
    width: int = field(
        default=0,
        metadata={
            **SIDE,
            "help": "Of the result, instead of a scale; the height follows if it is not given.",
        },
    )
    height: int = field(
        default=0,
        metadata={
            **SIDE,
            "help": "Of the result, instead of a scale; the width follows if it is not given.",
        },
    )
    keep_colors: bool = field(
        default=True,
        metadata={
            "help": "A few px of the picture keep their color on average; what is flat stays flat."
        },
    )
    wrap: bool = field(
        default=False,
        metadata={
            "label": "Wrap edges",
            "help": "For a texture that is laid side by side: it still fits itself afterwards.",
        },
    )

    def context(self, part: Box, width: int, height: int) -> Box:
        """The part with 64 px around it."""
        return part.grown(CONTEXT_PX, width, height)

    def local(self, part: Box, width: int, height: int) -> Self:
        """What makes of a part alone what this makes of it, but for edges that wrap."""
        h, w = self.size(height, width)
        w, h = round(part.w * w / width), round(part.h * h / height)
        return replace(self, width=w, height=h, wrap=False)

    def size(self, height: int, width: int) -> tuple[int, int]:
        """The height and width asked for.

        Raises:
            NeuralError: it would be smaller, or more than 8 times as large.
        """
        across = self.width / width if self.width else 0.0
        down = self.height / height if self.height else 0.0
        h = self.height or round(height * (across or self.scale))
        w = self.width or round(width * (down or self.scale))
        if h < height or w < width:
            raise NeuralError(f"{w} × {h} px is smaller than the picture, {width} × {height} px.")
        if max(h / height, w / width) > LARGEST:
            raise NeuralError(f"{w} × {h} px is more than {LARGEST:g} times as large.")
        return h, w

    def chosen(self, cards: Sequence[ModelCard], height: int, width: int) -> tuple[ModelCard, ...]:
        """Those that reach the size with the least work, and what is too much of it averaged away.

        The work is what all networks see; each sees what the ones before it made.
        """
        h, w = self.size(height, width)
        enlarging = [card for card in cards if card.geometry.scale > 1]
        runs = [run for n in range(1, TIMES + 1) for run in product(enlarging, repeat=n)]
        enough = [run for run in runs if _reach(run) * height >= h and _reach(run) * width >= w]
        if not enough:
            raise NeuralError(f"No model for upscale gets to {w} × {h} px.")
        return min(enough, key=lambda run: (_work(run), _reach(run)))

    def __call__(
        self, networks: Sequence[Network], picture: NDArray[Any], progress: Progress
    ) -> Iterator[Piece]:
        """The picture as large as asked for, tile by tile.

        What is transparent or opaque all around stays so; elsewhere alpha goes through the network
        as a gray picture.

        Raises:
            BadOutput: what a network made does not look like what it was given.
        """
        cards = [network.card for network in networks]
        if self.crisp and not all(card.has("amount") for card in cards):
            progress.note("The model has no crisp weights: the result is the faithful one.")
        size = self.size(*picture.shape[:2])
        ends = [_work(cards[: i + 1]) / _work(cards) for i in range(len(cards))]
        for network, start, end in zip(networks[:-1], [0.0, *ends], ends, strict=False):
            picture = self._whole(network, picture, progress.part(start, end))
        last = progress.part([0.0, *ends][-2], 1.0)
        yield from self._pieces(networks[-1], picture, size, last)

    def _whole(
        self, network: Network, picture: NDArray[Any], progress: Progress
    ) -> NDArray[np.uint16]:
        """Once through a network, for another one to go on with."""
        h, w = (length * network.card.geometry.scale for length in picture.shape[:2])
        made = np.empty((h, w, 4), np.uint16)
        for box, piece in self._pieces(network, picture, (h, w), progress):
            made[box.slices] = np.rint(piece * np.float32(65535))
        return made

    def _pieces(
        self, network: Network, picture: NDArray[Any], size: tuple[int, int], progress: Progress
    ) -> Iterator[Piece]:
        """Once through a network, then averaged down to ``size``."""
        geometry, likeness = network.card.geometry, Likeness()
        to_one = np.float32(1 / np.iinfo(picture.dtype).max)
        is_gray = all((picture[..., c] == picture[..., 0]).all() for c in (1, 2))

        def run(part: NDArray[Any]) -> Image:
            if not part[..., 3].any():
                sides = (length * geometry.scale for length in part.shape[:2])
                return np.zeros((*sides, 4), np.float32)
            large = self._enlarged(network, part * to_one, likeness, progress.token)
            if is_gray:
                large[..., :3] = large[..., :3].mean(axis=-1, keepdims=True)
            return large

        fit = Fit(picture.shape[:2], geometry.scale, size)
        seen = replace(geometry, halo_px=max(geometry.halo_px, HALO_PX))
        for piece in pieces(picture, run, seen, progress, beyond=fit.beyond, wraps=self.wrap):
            yield fit(*piece)
        likeness.check(network.card.name)

    def _enlarged(
        self, network: Network, part: Image, likeness: Likeness, token: CancelToken
    ) -> Image:
        """A part ``(h, w, 4)``, 0..1, through a network."""
        scale = network.card.geometry.scale
        amount = np.full((1, 1, 1, 1), self.crisp, np.float32)

        def large(image: Image) -> Image:
            feeds = {"image": to_nchw(image), "amount": amount}
            return from_nchw(network.run(feeds, token)[0]).clip(0, 1)

        colors, alpha = part[..., :3], part[..., 3]
        found = large(colors)
        likeness.add(averaged_down(found, scale), colors)
        if self.keep_colors:
            found = with_colors_of(with_flats_of(found, colors, scale), colors, scale)
        result = np.empty((*found.shape[:2], 4), np.float32)
        result[..., :3], result[..., 3] = found, alpha[0, 0]
        if (alpha != alpha[0, 0]).any():
            grown = large(alpha[..., None].repeat(3, axis=-1)).mean(axis=-1)
            result[..., 3] = alpha_within(grown, alpha, scale)
        return result


class Fit:
    """From tiles of a picture enlarged by whole times to parts of the size that is wanted."""

    def __init__(self, given: tuple[int, ...], scale: int, wanted: tuple[int, int]) -> None:
        """given, wanted: (height, width), before and after."""
        self._given, self._scale, self._wanted = given, scale, wanted
        shrinks = [scale * g / w for g, w in zip(given, wanted, strict=True)]
        self._is_exact = shrinks == [1.0, 1.0]
        self.beyond = 0 if self._is_exact else math.ceil(SEEN * max(shrinks) / scale)
        """What ``resampled`` looks at around a tile, in px before."""

    def __call__(self, box: Box, part: Image) -> Piece:
        """``box`` in the result, from a tile and what is ``beyond`` it."""
        if self._is_exact:
            return box.times(self._scale), part
        top, bottom, *rows = self._along(0, box.y, box.h)
        left, right, *columns = self._along(1, box.x, box.w)
        place = Box(left, top, right - left, bottom - top)
        source = columns[0], rows[0], columns[1], rows[1]
        return place, resampled(part, source, place.h, place.w).clip(0, 1)

    def _along(self, axis: int, start: int, length: int) -> tuple[int, int, float, float]:
        """Where a tile begins and ends in the result, and where that is in its part."""
        given, wanted = self._given[axis], self._wanted[axis]
        ends = [(2 * at * wanted + given) // (2 * given) for at in (start, start + length)]
        before = (start - self.beyond) * self._scale
        first, last = (at * given * self._scale / wanted - before for at in ends)
        return ends[0], ends[1], first, last


def _reach(cards: Sequence[ModelCard]) -> int:
    """How many times as large it gets."""
    return math.prod(card.geometry.scale for card in cards)


def _work(cards: Sequence[ModelCard]) -> int:
    """Pixels that the networks see, for each that is given: a network sees all that the ones before
    it made.
    """
    return sum(_reach(cards[:i]) ** 2 for i in range(len(cards)))
