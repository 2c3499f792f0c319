"""Make a picture out of nothing: of a seed, of words, or of points that were found before."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from neural.card import ModelCard
from neural.errors import ModelMissing, NeuralError
from neural.image import (
    Image,
    Tensor,
    averaged,
    extend_edges,
    from_nchw,
    resampled,
    resize,
    to_nchw,
)
from neural.latent import Point, asked, name_of, point_of, stacked, towards
from neural.looks import ruling, shares_of
from neural.operations.base import Drawn, Network
from neural.operations.upscale import LARGEST, Upscale
from neural.progress import CancelToken, Progress

AUTO = 0
MOST_POINTS = 4
LARGEST_PX = 8192
STEPS = round(math.log2(LARGEST)) + 1
SMOOTHLY = 1.3  # times: less than that is enlarged without a network
CLEAR = 0.02  # of alpha: what is nearer to nothing, or to all, than a network can say
SEEN_PX = 2  # how far bicubic looks, in px of the smaller picture
NEAR_PX = 2
TINY = np.float32(1e-6)
FAINT = 1e-3  # of alpha squared, on average: below, there is no color to speak of


@dataclass(frozen=True)
class Generate:
    """Make a picture out of nothing, from a seed and words."""

    task: ClassVar[str] = "generate"
    title: ClassVar[str] = "Generate"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = False

    points: tuple[Point, ...] = field(
        default=(), metadata={"label": "Points", "most": MOST_POINTS, "apart": True}
    )
    seed: int = field(
        default=0,
        metadata={
            "min": 0,
            "max": 2**31 - 1,
            "apart": True,
            "help": "Each gives another picture.",
        },
    )
    words: str = field(
        default="",
        metadata={
            "apart": True,
            "help": "What is to be seen, if the model knows words: red fruit.",
        },
    )
    truncation: float = field(
        default=0.8,
        metadata={
            "min": 0.0,
            "max": 1.0,
            "unit": "%",
            "apart": True,
            "help": "How far from the usual: little is typical and alike, much is varied.",
        },
    )
    variation: float = field(
        default=0.0,
        metadata={
            "min": 0.0,
            "max": 1.0,
            "unit": "%",
            "apart": True,
            "help": "How far the points are moved towards that of the seed.",
        },
    )
    size: int = field(
        default=AUTO,
        metadata={
            "min": AUTO,
            "max": LARGEST_PX,
            "unit": "px",
            "least": "auto",
            "help": "Width and height; auto suits the selection or the canvas, and without either "
            "is what the network draws.",
        },
    )
    pattern: bool = field(
        default=False,
        metadata={
            "label": "Repeat as a pattern",
            "help": "Laid side by side without seams, all over the selection or the canvas, if the "
            "model can.",
        },
    )
    regions: str = field(
        default="",
        metadata={
            "label": "Regions",
            "apart": True,
            "help": "The name of a layer that says where each point rules: red is the first, green "
            "the second, blue the third, yellow the fourth. Where nothing is painted, they mix.",
        },
    )

    map: Image | None = field(default=None, repr=False, compare=False, metadata={"hidden": True})
    is_draft: bool = field(default=False, compare=False, metadata={"hidden": True})

    def placed(self, side: int, map_: Image | None, *, is_draft: bool) -> Self:
        """The same, so large, with a map."""
        return replace(self, size=side, map=map_, is_draft=is_draft)

    def side(self, drawing: ModelCard) -> int:
        """The size asked for, or that of what the network draws."""
        return self.size or _drawn_px(drawing)

    def sources(self, drawing: ModelCard, cards: Sequence[ModelCard]) -> tuple[ModelCard, ...]:
        """What draws, what maps unless there are points, and what enlarges as often as needed."""
        found = [drawing]
        if not self.points or self.variation:
            maps = [card for card in cards if card.task == "map" and card.id == drawing.space]
            if not maps:
                raise ModelMissing(
                    f"{drawing.id} draws from codes of {drawing.space}, which is not installed."
                )
            found += maps
        px = _drawn_px(drawing)
        upscale = self._upscale(drawing)
        if upscale.width > px and not self.is_draft:
            enlarging = [card for card in cards if card.task == Upscale.task]
            if not enlarging:
                raise ModelMissing(f"To be larger than {px} px it needs a model for upscale.")
            found += upscale.chosen(enlarging, px, px)
        return tuple(found)

    def __call__(self, networks: Sequence[Network], progress: Progress) -> Drawn:
        """The picture, and the points that it was drawn from.

        Several points are blended by the network, feature by feature, as much as each rules in its
        place; ``map``, ``(h, w, 3)``, is what the layer of the regions shows of the picture.
        """
        drawing = networks[0]
        mapping = [network for network in networks if network.card.task == "map"]
        enlarging = [network for network in networks if network.card.task == Upscale.task]
        points = self._points(mapping, progress.token)
        for point in points:
            _check(point, drawing.card)
        px = _drawn_px(drawing.card)
        shown = np.zeros((px, px, 0), np.float32) if self.map is None else resize(self.map, px, px)
        feeds = {
            "codes": stacked(points, MOST_POINTS),
            "weights": to_nchw(ruling(shown.clip(0, 1), shares_of(points))),
        }
        progress(0.02)
        image = _cleaned(drawing.run(feeds, progress.token)[0])
        progress(0.1)
        side, wraps = self.side(drawing.card), drawing.card.wraps
        if enlarging:
            image = self._enlarged(image, drawing.card, enlarging, progress.part(0.1, 1.0))
        if image.shape[0] != side:
            if side > px * LARGEST and not self.is_draft:
                progress.note(f"Networks enlarged it {LARGEST:g} times; from there on it is soft.")
            image = _resized(image, side, wraps=wraps)
        progress(1.0)
        return Drawn(image, points)

    def _points(self, mapping: Sequence[Network], token: CancelToken) -> tuple[Point, ...]:
        """Those given, or that of the seed; or between them."""
        if not mapping:
            return self.points
        card = mapping[0].card
        code = mapping[0].run(asked(card, self.seed, self.words, self.truncation), token)[0]
        found = replace(
            point_of(code, name_of(self.seed, self.words), card.id),
            seed=self.seed,
            words=self.words,
            truncation=self.truncation,
        )
        return tuple(towards(each, found, self.variation) for each in self.points) or (found,)

    def _upscale(self, drawing: ModelCard) -> Upscale:
        """As far as networks enlarge; what is nearly as large as they get in fewer steps is made
        smoothly from there, for a quarter of the time.
        """
        px, side = _drawn_px(drawing), self.side(drawing)
        steps = [px << i for i in range(STEPS)]
        near = max((step for step in steps if step <= side), default=px)
        side = near if side <= near * SMOOTHLY else min(side, steps[-1])
        return Upscale(width=side, height=side, wrap=drawing.wraps)

    def _enlarged(
        self, image: Image, drawing: ModelCard, networks: Sequence[Network], progress: Progress
    ) -> Image:
        """Through networks that enlarge, which see no color of what is not there."""
        upscale = self._upscale(drawing)
        seen = _bled(image)
        given = np.rint(seen * np.float32(65535)).astype(np.uint16)
        large = np.empty((upscale.height, upscale.width, 4), np.float32)
        for box, piece in upscale(networks, given, progress):
            large[box.slices] = piece
        return large


def _drawn_px(drawing: ModelCard) -> int:
    """The side of what a network draws."""
    return drawing.geometry.min[0]


def _check(point: Point, card: ModelCard) -> None:
    if point.space != card.space:
        raise NeuralError(
            f"The point {point.name} belongs to {point.space}; {card.name} draws those of "
            f"{card.space}. Choose the model that it was found with."
        )
    if len(point.coarse) != card.input("codes").channels:
        raise NeuralError(f"The point {point.name} is damaged: it has {len(point.coarse)} numbers.")


def _cleaned(answer: Tensor) -> Image:
    """What a network drew as ``(h, w, 4)``, 0..1, straight; what is all but clear is clear."""
    image = from_nchw(answer).clip(0, 1)
    if image.shape[2] == 3:
        return np.concatenate([image, np.ones_like(image[..., :1])], axis=-1)
    alpha = image[..., 3:]
    color = (image[..., :3] / np.maximum(alpha, CLEAR)).clip(0, 1)
    return np.concatenate([color, ((alpha - CLEAR) / (1 - 2 * CLEAR)).clip(0, 1)], axis=-1)


def _bled(image: Image) -> Image:
    """The same to be seen, but the less is there, the more the color is that of what is near."""
    color, there = image[..., :3], image[..., 3:] ** 2
    around = averaged(there, NEAR_PX)
    near = np.asarray(averaged(color * there, NEAR_PX) / np.maximum(around, TINY), np.float32)
    near = extend_edges(near, around[..., 0] > FAINT)
    return np.concatenate([color * there + near * (1 - there), image[..., 3:]], axis=-1)


def _resized(image: Image, side: int, *, wraps: bool) -> Image:
    """Averaged down, or enlarged smoothly; color counts as much as there is of it."""
    h, w = image.shape[:2]
    premultiplied = np.concatenate([image[..., :3] * image[..., 3:], image[..., 3:]], axis=-1)
    around = min(h, math.ceil(SEEN_PX * max(h / side, 1))) if wraps else 0
    padded = np.pad(premultiplied, ((around, around), (around, around), (0, 0)), mode="wrap")
    box = (around, around, around + w, around + h)
    large = resampled(padded, box, side, side)
    large[..., :3] /= np.maximum(large[..., 3:], TINY)
    return large.clip(0, 1, out=large)
