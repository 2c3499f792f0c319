"""Give a picture the colors and the tones of others, and nothing else of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from neural import oklab
from neural.image import Box, Image, Mask, Table, from_nchw, lattice, resize
from neural.looks import Look, recoloring, shares_of, to_read
from neural.operations.fields import LOOKS, OPACITY, check_looks
from neural.progress import Progress

POINTS = 33  # of the table, a side


@dataclass(frozen=True)
class Restyle:
    """Find the table of colors that gives a picture the tones and colors of a look."""

    task: ClassVar[str] = "restyle"
    title: ClassVar[str] = "Restyle (colors only)"
    needs_network: ClassVar[bool] = False
    needs_mask: ClassVar[bool] = False
    mask_is_strength: ClassVar[bool] = False
    adjusts: ClassVar[bool] = True

    looks: tuple[Look, ...] = field(default=(), metadata=LOOKS)
    strength: float = field(default=1.0, metadata=OPACITY)

    def context(self, hole: Box, width: int, height: int) -> Box:
        """Everything: what a part becomes depends on the whole."""
        return Box(0, 0, width, height)

    def local(self, whole: Callable[[], Image]) -> None:
        """What a part becomes depends on the whole."""

    def __call__(self, network: object, image: Image, mask: Mask, progress: Progress) -> Table:
        """The whole change, ``(33, 33, 33, 3)``, whatever ``strength`` says; it takes no network.

        mask: ``(h, w)``, how much of each pixel is there. Several looks are mixed in OKLab.
        """
        check_looks(self.looks)
        small = from_nchw(to_read(image))  # as looks are measured: fine grain is no contrast
        found = recoloring(small, self.looks, resize(mask, *small.shape[:2]))
        colors, shares = oklab.from_srgb(lattice(POINTS)), shares_of(self.looks).tolist()
        made = sum(share * each(colors) for share, each in zip(shares, found, strict=True))
        progress(1.0)
        return oklab.to_srgb(np.asarray(made)).astype(np.float32)
