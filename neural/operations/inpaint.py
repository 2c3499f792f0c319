"""Take something out of a picture: a network gives the structure, the picture the texture."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from neural.errors import NeuralError
from neural.holes import Part, bridged, depth, hung, parts, wider
from neural.image import Box, Image, Mask, bounds, extend_edges, from_nchw, pad_to, resize, to_nchw
from neural.operations.base import Network
from neural.overlay import lifted
from neural.progress import Progress
from neural.texture import synthesize

Hole = NDArray[np.bool_]

THIN_PX = 4  # a hole nowhere deeper than this is a scratch: a smooth surface is right, and instant
STRUCTURE_PX = 768  # the longest side of what the network sees
DEEP_PX = 64  # a hole deeper than this is shown to the network smaller: none was in its training
MARGIN = 0.75  # of the hole's longer side, around it, for the network to see
SOURCE_MARGIN = 1.5  # and to copy from
LEAST_MARGIN_PX = 64

OBJECT, OVERLAY = "object", "overlay"


@dataclass(frozen=True, eq=False)
class Group:
    """Holes that are filled together, and what is seen of the picture for it."""

    view: Box
    parts: tuple[Part, ...]

    @property
    def area(self) -> int:
        return self.view.w * self.view.h


@dataclass(frozen=True)
class Inpaint:
    """Replace what the mask covers by something that could have been there."""

    task: ClassVar[str] = "inpaint"
    title: ClassVar[str] = "Inpaint"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = True
    mask_is_strength: ClassVar[bool] = False
    adjusts: ClassVar[bool] = False

    removes: str = field(
        default=OBJECT,
        metadata={
            "label": "Removes",
            "choices": (OBJECT, OVERLAY),
            "help": "An object goes with all that is under the mask. An overlay is see-through "
            "lettering or a logo of one color, somewhere under the mask: it is taken off, and the "
            "picture under it comes back.",
        },
    )
    seed: int = field(
        default=0,
        metadata={
            "label": "Seed",
            "min": 0,
            "max": 2**31 - 1,
            "help": "Another number gives another variant; the same one gives the same result.",
        },
    )
    texture: float = field(
        default=0.2,
        metadata={
            "label": "Texture",
            "min": 0.0,
            "max": 1.0,
            "help": "How much of the detail around the hole is copied into it; 0 leaves it soft.",
        },
    )

    def context(self, hole: Box, width: int, height: int) -> Box:
        """The hole with one and a half times its longer side around it, and at least 64 px."""
        return _with_margin(hole, SOURCE_MARGIN, width, height)

    def local(self, whole: Callable[[], Image]) -> None:
        """A hole cannot be filled in part: what it is filled with depends on all of it."""

    def __call__(self, network: Network, image: Image, mask: Mask, progress: Progress) -> Image:
        """Fill everything where ``mask`` is above 0, and mix it in by the mask's value.

        Pixels where the mask is 0 come back as they are, bit for bit. Holes far from each other
        are filled one by one, each from its own surroundings.

        Raises:
            NeuralError: the mask is empty, or nothing is left outside it.
        """
        hole = mask > 0
        if not hole.any():
            raise NeuralError("The mask is empty: paint over what is to go first.")
        if hole.all():
            raise NeuralError("The mask covers everything: leave something to go on from.")
        amount = mask[hole][:, None].clip(0, 1)
        result = self._replaced(network, *self._left(image, hole, progress), progress)
        result[hole] = image[hole] + (result[hole] - image[hole]) * amount
        progress(1.0)
        return result

    def _left(self, image: Image, hole: Hole, progress: Progress) -> tuple[Image, Hole]:
        """The picture without an overlay, if that is to go, and what is then still to fill."""
        if self.removes == OBJECT:
            return image, hole
        found = lifted(image, hole)
        if found is None:
            progress.note("No overlay was found: everything under the mask was replaced.")
            return image, hole
        return found

    def _replaced(self, network: Network, image: Image, hole: Hole, progress: Progress) -> Image:
        """The picture with its holes filled, those far from each other one by one."""
        height, width = hole.shape
        groups = _grouped([Group(self.context(p.box, width, height), (p,)) for p in parts(hole)])
        result = image.copy()
        total, done = sum(group.area for group in groups), 0
        for group in groups:
            stretch = progress.part(done / total, (done + group.area) / total)
            view = group.view
            filled = self._filled(network, image[view.slices], hole[view.slices], stretch)
            for box, own in group.parts:
                here = box._replace(x=box.x - view.x, y=box.y - view.y)
                result[box.slices][own] = filled[here.slices][own]
            done += group.area
        return result

    def _filled(self, network: Network, image: Image, hole: Hole, progress: Progress) -> Image:
        """One crop with its hole filled."""
        if depth(hole, THIN_PX) < THIN_PX:
            return bridged(image, hole, progress)
        box = bounds(hole)
        assert box is not None
        near = _with_margin(box, MARGIN, hole.shape[1], hole.shape[0]).slices
        structure = image.copy()
        found = _structure(network, image[near], hole[near], progress.part(0, 0.4))
        structure[near] = resize(found, *hole[near].shape)
        rest = progress.part(0.4, 1)
        return synthesize(image, hole, structure, self.texture, self.seed, rest).clip(0, 1)


def _with_margin(hole: Box, margin: float, width: int, height: int) -> Box:
    return hole.grown(max(LEAST_MARGIN_PX, math.ceil(margin * max(hole.w, hole.h))), width, height)


def _structure(network: Network, image: Image, hole: Hole, progress: Progress) -> Image:
    """The crop filled by the network, at the size that the network is good at."""
    geometry = network.card.geometry
    h, w = hole.shape
    factor = max(1.0, max(h, w) / STRUCTURE_PX)
    small_hole = resize(hole.astype(np.float32), round(h / factor), round(w / factor))
    factor = max(factor, factor * depth(small_hole > 0.5, STRUCTURE_PX) / DEEP_PX)
    size = max(1, round(h / factor)), max(1, round(w / factor))
    if factor > 1:
        progress.note(f"Structure computed at {size[1]} × {size[0]} px.")
    small = resize(extend_edges(image, ~hole), *size)
    covered = resize(hole.astype(np.float32), *size) > 0.01
    mask = covered.astype(np.float32)
    feeds = {
        "image": to_nchw(pad_to(small, geometry.multiple_of, geometry.min)),
        "mask": to_nchw(pad_to(mask, geometry.multiple_of, geometry.min)),
    }
    progress(0.1)
    found = from_nchw(network.run(feeds, progress.token)[0])[: size[0], : size[1]]
    # The network also answers where it was told: what it is off by there, it is off by inside.
    ring = wider(wider(covered)) & ~covered
    pinned = np.concatenate([small - found, np.ones_like(mask)[..., None]], axis=2)
    found = found + hung(np.where(ring[..., None], pinned, np.float32(0)))
    progress(1.0)
    return np.where(covered[..., None], found, small)


def _grouped(groups: list[Group]) -> list[Group]:
    """Groups joined as long as one run for two is less work than a run for each."""
    left, done = list(groups), list[Group]()
    while left:
        group = left.pop()
        for other in left:
            both = Group(_around(group.view, other.view), group.parts + other.parts)
            if both.area <= 1.2 * (group.area + other.area):
                left.remove(other)
                left += [both, *done]
                done = []
                break
        else:
            done.append(group)
    return done


def _around(a: Box, b: Box) -> Box:
    x, y = min(a.x, b.x), min(a.y, b.y)
    return Box(x, y, max(a.x + a.w, b.x + b.w) - x, max(a.y + a.h, b.y + b.h) - y)
