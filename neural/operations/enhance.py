"""Make a dull picture right: its light, its contrast, its white, its colors."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from neural.image import Box, Image, Mask, Table, Tensor, lattice, to_nchw
from neural.operations.base import Network
from neural.operations.fields import OPACITY
from neural.progress import Progress

LITTLE = 0.5  # a pixel that is there for less than this is not looked at, if others are
FEW = 16  # colors: no photograph has so few


@dataclass(frozen=True)
class Enhance:
    """Find the table of colors that sets a picture right, from a thumbnail of it."""

    task: ClassVar[str] = "enhance"
    title: ClassVar[str] = "Enhance"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = False
    mask_is_strength: ClassVar[bool] = False
    adjusts: ClassVar[bool] = True

    strength: float = field(default=1.0, metadata=OPACITY)

    def context(self, hole: Box, width: int, height: int) -> Box:
        """Everything: what is right for a part depends on the whole."""
        return Box(0, 0, width, height)

    def local(self, whole: Callable[[], Image]) -> None:
        """What is right for a part depends on the whole."""

    def __call__(self, network: Network, image: Image, mask: Mask, progress: Progress) -> Table:
        """The whole correction, ``(n, n, n, 3)``, whatever ``strength`` says.

        mask: ``(h, w)``, how much of each pixel is there; what is not there is not looked at. A
        picture in grays gets one curve for all channels, and stays gray. A drawing in a few plain
        colors is left as it is: that they are pale is no fault of the light.
        """
        feeds = thumbnail(image, mask, network.card.geometry.min)
        if _colors(feeds) <= FEW:
            progress.note("There are few colors: it is a drawing, and was left as it is.")
            return lattice(2)
        (found,) = network.run(feeds, progress.token)
        n = found.shape[3]
        table = np.clip(found[0].reshape(3, n, n, n).transpose(1, 2, 3, 0), 0, 1)
        if (image == image[..., :1])[mask > 0].all():
            places = np.arange(n)
            tones = np.maximum.accumulate(table[places, places, places].mean(axis=-1))
            table = np.stack(np.meshgrid(tones, tones, tones, indexing="ij"), axis=-1)
        progress(1.0)
        return np.ascontiguousarray(table, np.float32)


def thumbnail(image: Image, mask: Mask, size: tuple[int, int]) -> dict[str, Tensor]:
    """What the network sees: pixels of ``image``, and 1 in ``mask`` where nothing is. size: (h, w).

    The pixels are those in the middle of the cells of an even grid, as they are: averages would
    lose the darkest and the lightest ones, which tell most of how much a picture was spoiled.
    """
    rows, columns = (
        ((np.arange(count) + 0.5) * length / count).astype(np.intp)
        for count, length in zip(size, image.shape[:2], strict=True)
    )
    places = rows[:, None], columns[None, :]
    hole = mask[places] < min(LITTLE, float(mask.max()))
    return {"image": to_nchw(image[places]), "mask": to_nchw(hole.astype(np.float32))}


def _colors(feeds: dict[str, Tensor]) -> int:
    """How many different colors the network would see."""
    seen = feeds["image"][0][:, feeds["mask"][0, 0] == 0]
    return len(np.unique(seen, axis=1).T)
