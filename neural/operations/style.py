"""Give a picture the look of others."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from neural.card import ModelCard
from neural.errors import NeuralError
from neural.image import (
    Box,
    Image,
    Mask,
    Tensor,
    from_nchw,
    looked_up,
    pad_to,
    resampled,
    resize,
    round_up,
    to_nchw,
)
from neural.looks import MOST_LOOKS, Look, recoloring, ruling, shares_of, stacked
from neural.operations.base import Network
from neural.operations.fields import LOOKS, STRENGTH, check_looks
from neural.progress import Progress
from neural.tiling import tiled
from neural.whitenoise import white_noise

AUTO = 0
WORKED_PX = 1280  # the longer side of a picture that strokes of size 1 suit
NEAR = 64  # px that matter to a pixel
POINTS = 17  # of the tables of colors, a side
MEASURED_PX = 512  # the longer side of the picture whose statistics are taken
LUMA = np.array([0.299, 0.587, 0.114], np.float32)  # BT.601


@dataclass(frozen=True)
class Whole:
    """What a part must know of the whole picture: a thumbnail, how much it was shrunk, and a
    thumbnail of the map, if there is one.
    """

    thumbnail: Image
    shrink: int
    map: Image | None = None


@dataclass(frozen=True)
class Style:
    """Repaint a picture in the look of another, or of several."""

    task: ClassVar[str] = "style"
    title: ClassVar[str] = "Style"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = False
    mask_is_strength: ClassVar[bool] = True
    adjusts: ClassVar[bool] = False

    looks: tuple[Look, ...] = field(default=(), metadata=LOOKS)
    strength: float = field(
        default=1.0,
        metadata={
            **STRENGTH,
            "help": "How much of its own look the picture gives up. A gray mask takes that much "
            "less in its place.",
        },
    )
    stroke: int = field(
        default=AUTO,
        metadata={
            "label": "Stroke size",
            "min": AUTO,
            "max": 8,
            "least": "auto",
            "help": "How many times as large strokes are; auto suits the size of the picture.",
        },
    )
    keep_colors: bool = field(
        default=False,
        metadata={
            "label": "Keep the colors",
            "help": "Takes the strokes and the light of the look, and the colors of the picture.",
        },
    )

    regions: str = field(
        default="",
        metadata={
            "label": "Regions",
            "apart": True,
            "help": "The name of a layer that says where each look rules: red is the first, green "
            "the second, blue the third, yellow the fourth. Where nothing is painted, they mix.",
        },
    )

    map: Image | None = field(default=None, repr=False, compare=False, metadata={"hidden": True})
    whole: Whole | None = field(default=None, repr=False, compare=False, metadata={"hidden": True})
    at: tuple[int, int] = field(
        default=(0, 0), repr=False, compare=False, metadata={"hidden": True}
    )

    def context(self, hole: Box, width: int, height: int) -> Box:
        """Everything, as its statistics are needed; once they are known, what is near."""
        if self.whole is None:
            return Box(0, 0, width, height)
        return hole.grown(NEAR * self.whole.shrink, width, height)

    def grain(self, width: int, height: int) -> int:
        """How much the picture is shrunk for the network."""
        return self.stroke or max(round(max(width, height) / WORKED_PX), 1)

    def reduced(self, times: int, width: int, height: int) -> Self:
        """With strokes that much smaller, if they can be."""
        return replace(self, stroke=max(round(self.grain(width, height) / times), 1))

    def local(self, whole: Callable[[], Image]) -> Self:
        """The same, once it has seen all of the picture."""
        return replace(self, whole=self._seen(whole()), map=None)

    def __call__(self, network: Network, image: Image, mask: Mask, progress: Progress) -> Image:
        """Repaint as much as ``strength`` times the mask says, place by place.

        ``at``, (x, y), is where the image lies in the picture that ``whole`` is of. The picture is
        given the colors of the looks, and the network adds their strokes; where the mask is 0 it
        stays as it is. ``map``, ``(h, w, 3)``, is what the layer of the regions shows of this
        image, on black; it drives the network as well. Of a picture that is shrunk, so that strokes
        become larger, the finest detail is put back in the end.
        """
        check_looks(self.looks)
        for look in self.looks:
            check_understood(look, network.card)
        whole = self.whole or self._seen(image)
        shares = shares_of(self.looks)
        codes = stacked(self.looks, MOST_LOOKS)
        tables = [each.table(POINTS) for each in recoloring(whole.thumbnail, self.looks)]

        def painted(part: Image, known: Tensor) -> tuple[Image, Tensor]:
            """part: colors, how much of the looks there shall be, the map if any, and noise."""
            colors, level, noise = part[..., :3], part[..., 3:4], part[..., -1:]
            weights = ruling(part[..., 4:-1], shares)
            near = (1 - level) * colors
            for i, table in enumerate(tables):
                near += level * weights[..., i : i + 1] * looked_up(colors, table)
            feeds = {
                "image": to_nchw(near),
                "looks": codes,
                "weights": to_nchw(weights),
                "statistics": known,
                "noise": to_nchw(noise),
            }
            result, used = network.run(feeds, progress.token)
            return near + level * (from_nchw(result) - near), used

        count = network.card.input("statistics").channels
        everywhere = np.full(whole.thumbnail.shape[:2], self.strength, np.float32)
        seen = _together(whole.thumbnail, everywhere, whole.map)
        _, known = painted(_with_noise(seen), np.zeros((1, count, 1, 2), np.float32))
        levels = mask.clip(0, 1) * np.float32(self.strength)
        h, w = image.shape[:2]
        tall, wide = (round_up(x, whole.shrink) for x in (h, w))
        small = _together(image, levels, self.map)
        if whole.shrink > 1:
            small = pad_to(small, whole.shrink)  # so that a part is shrunk as the whole is
            sides = tall // whole.shrink, wide // whole.shrink
            small = resampled(small, (0, 0, wide, tall), *sides).clip(0, 1)
        geometry = replace(network.card.geometry, tiling="safe")
        strewn = _with_noise(small, *(place // whole.shrink for place in self.at))
        result = tiled(strewn, lambda part: painted(part, known)[0], geometry, progress)
        if whole.shrink > 1:
            frame = (0, 0, *small.shape[1::-1])
            lost = image - resampled(small[..., :3], frame, tall, wide)[:h, :w]
            result = resampled(result, frame, tall, wide)[:h, :w] + _luma(lost)
        if self.keep_colors:
            result = image + _luma(result - image)
        return np.where(levels[..., None] > 0, result, image).clip(0, 1)

    def _seen(self, image: Image) -> Whole:
        h, w = image.shape[:2]
        longer, k = max(h, w), self.grain(w, h)
        times = min(1.0, MEASURED_PX * k / longer) / k
        th, tw = (max(round_up(round(x * times), 4), 16) for x in (h, w))
        shown = None if self.map is None else resize(self.map, th, tw)
        return Whole(resize(image, th, tw), k, shown)


def check_understood(look: Look, card: ModelCard) -> None:
    """Believe no look to be for this network.

    Raises:
        NeuralError: it was read by another one, or is damaged.
    """
    if look.space != card.space:
        raise NeuralError(
            f"The look {look.name} was read by {look.space or 'an unknown network'}; {card.name} "
            f"understands those of {card.space}. Choose another model, or read it off its picture "
            "again."
        )
    if len(look.code) != card.input("looks").channels:
        raise NeuralError(
            f"The look {look.name} is damaged: its code has {len(look.code)} numbers."
        )


def _luma(image: Image) -> Image:
    """``(h, w, 3)`` to ``(h, w, 1)``."""
    return np.asarray(image @ LUMA, np.float32)[..., None]


def _with_noise(image: Image, x: int = 0, y: int = 0) -> Image:
    """With the noise of the places from (x, y) on as another channel: where strokes may begin."""
    h, w = image.shape[:2]
    return np.concatenate([image, white_noise(Box(x, y, w, h))[..., None]], axis=-1)


def _together(image: Image, levels: Mask, map_: Image | None) -> Image:
    return np.concatenate([image, levels[..., None], *([] if map_ is None else [map_])], axis=-1)
