"""Take the noise out of a picture."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from neural.image import Box, Image, Mask, from_nchw, to_nchw
from neural.noise import noise_level
from neural.operations.base import Network
from neural.progress import Progress
from neural.tiling import tiled

AUTO = -1.0
SIDES = 8  # four turns, each as it is and mirrored
CONTEXT_PX = 128  # more than the network looks, and enough to measure the noise in


@dataclass(frozen=True)
class Denoise:
    """Remove noise of a known or a measured strength."""

    task: ClassVar[str] = "denoise"
    title: ClassVar[str] = "Denoise"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = False
    mask_is_strength: ClassVar[bool] = True
    adjusts: ClassVar[bool] = False

    strength: float = field(
        default=AUTO,
        metadata={
            "label": "Noise level",
            "min": AUTO,
            "max": 100.0,
            "step": 1.0,
            "decimals": 0,
            "least": "auto",
            "help": "How strong the noise is, in levels of 255; auto measures it. Higher is "
            "smoother; 12 to 16 also takes the blocks of a strong JPEG compression away. A gray "
            "mask removes that much less in its place.",
        },
    )

    best: bool = field(
        default=False,
        metadata={
            "label": "Best quality",
            "help": "Looks at the picture from all eight sides: a little cleaner, 8 times slower.",
        },
    )

    def context(self, hole: Box, width: int, height: int) -> Box:
        """The hole with 128 px around it."""
        return hole.grown(CONTEXT_PX, width, height)

    def local(self, whole: Callable[[], Image]) -> Self:
        """The same, once the noise is measured in all of the picture."""
        return self if self.strength >= 0 else replace(self, strength=noise_level(whole()) * 255)

    def __call__(self, network: Network, image: Image, mask: Mask, progress: Progress) -> Image:
        """Remove noise as strong as ``strength`` times the mask says, place by place.

        The mask drives the network: half a mask asks for half the noise level, it does not mix the
        result with the original. Tiles without any come back as they are. A gray image stays gray.
        """
        level = self.strength / 255
        if self.strength < 0:
            level = noise_level(image)
            progress.note(f"The noise level was measured as {level * 255:.1f} of 255.")
        levels = mask.clip(0, 1) * np.float32(level)
        sides = range(SIDES if self.best else 1)

        def run(part: Image) -> Image:
            if not part[..., 3].any():
                return part[..., :3]
            found = [_turned_back(once(_turned(part, side)), side) for side in sides]
            return found[0] if len(found) == 1 else np.mean(found, axis=0, dtype=np.float32)

        def once(part: Image) -> Image:
            feeds = {"image": to_nchw(part[..., :3]), "noise_map": to_nchw(part[..., 3])}
            return from_nchw(network.run(feeds, progress.token)[0])

        seen = np.concatenate([image, levels[..., None]], axis=-1)
        result = tiled(seen, run, network.card.geometry, progress).clip(0, 1)
        if (image == image[..., :1]).all():
            result[:] = result.mean(axis=-1, keepdims=True)
        return result


def _turned(part: Image, side: int) -> Image:
    """``part`` as seen from one of ``SIDES``; the first is as it is."""
    turned = np.rot90(part, side // 2)
    return turned[:, ::-1] if side % 2 else turned


def _turned_back(part: Image, side: int) -> Image:
    return np.rot90(part[:, ::-1] if side % 2 else part, -(side // 2))
