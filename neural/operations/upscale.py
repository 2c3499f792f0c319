"""Make a picture larger."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, Self

import numpy as np

from neural.card import Geometry
from neural.image import Box, Image, Mask, from_nchw, resize, round_up, to_nchw
from neural.operations.base import Network
from neural.progress import Progress
from neural.tiling import tiled

CONTEXT_PX = 64  # more than the network looks


@dataclass(frozen=True)
class Upscale:
    """Enlarge the whole picture, with what a network knows of edges and textures."""

    task: ClassVar[str] = "upscale"
    title: ClassVar[str] = "Upscale"
    needs_mask: ClassVar[bool] = False
    mask_is_strength: ClassVar[bool] = False
    resizes: ClassVar[bool] = True
    adjusts: ClassVar[bool] = False

    scale: float = field(
        default=2.0,
        metadata={
            "label": "Scale",
            "min": 1.1,
            "max": 8.0,
            "step": 0.1,
            "decimals": 2,
            "unit": "×",
            "help": "How many times as wide and as high.",
        },
    )
    wrap: bool = field(
        default=False,
        metadata={
            "label": "Wrap edges",
            "help": "For a texture that is laid side by side: it still fits itself afterwards.",
        },
    )

    def context(self, hole: Box, width: int, height: int) -> Box:
        """The hole with 64 px around it."""
        return hole.grown(CONTEXT_PX, width, height)

    def local(self, whole: Callable[[], Image]) -> Self:
        """The same; only wrapped edges come out a little different."""
        return self

    def __call__(self, network: Network, image: Image, mask: Mask, progress: Progress) -> Image:
        """The whole picture, ``round(h * scale)`` × ``round(w * scale)``; the mask is not asked.

        The network is run as often as it takes to reach the scale, and the result is averaged down
        to the size that was asked for.
        """
        h, w = image.shape[:2]
        step = network.card.geometry.scale
        times = 1
        while step**times < self.scale and step > 1:
            times += 1
        work = [step ** (2 * i) for i in range(times)]  # the second run sees the first one's pixels
        result = image
        for i in range(times):
            stretch = progress.part(sum(work[:i]) / sum(work), sum(work[: i + 1]) / sum(work))
            result = self._enlarged(network, result, stretch)
        result = resize(result, round(h * self.scale), round(w * self.scale))
        return np.clip(result, 0, 1, out=result)

    def _enlarged(self, network: Network, image: Image, progress: Progress) -> Image:
        """Once through the network."""

        def run(part: Image) -> Image:
            return from_nchw(network.run({"image": to_nchw(part)}, progress.token)[0])

        geometry = network.card.geometry
        if not self.wrap:
            return tiled(image, run, geometry, progress)
        h, w = image.shape[:2]
        beyond = _seen(geometry)
        around = np.pad(image, ((beyond, beyond), (beyond, beyond), (0, 0)), "wrap")
        start = beyond * geometry.scale
        result = tiled(around, run, geometry, progress)
        return result[start : start + h * geometry.scale, start : start + w * geometry.scale]


def _seen(geometry: Geometry) -> int:
    return round_up(geometry.halo_px, geometry.multiple_of)
