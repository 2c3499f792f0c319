"""The plainest operation there can be, for tests of what is around operations."""

from dataclasses import dataclass, field
from typing import ClassVar

from neural.image import from_nchw, to_nchw
from neural.tiling import tiled


@dataclass(frozen=True)
class Through:
    """Send the picture (and the mask, if the network wants it) through the network."""

    task: ClassVar[str] = "inpaint"
    title: ClassVar[str] = "Through"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = True
    mask_is_strength: ClassVar[bool] = False
    adjusts: ClassVar[bool] = False
    seed: int = field(default=0, metadata={"label": "Seed", "min": 0, "max": 1000})
    margin_px: int = field(default=16, metadata={"min": 0, "max": 512})

    def context(self, hole, width, height):
        return hole.grown(self.margin_px, width, height)

    def local(self, whole):
        return self

    def __call__(self, network, image, mask, progress):
        if len(network.card.inputs) == 2:
            feeds = {"image": to_nchw(image), "mask": to_nchw(mask)}
            result = from_nchw(network.run(feeds, progress.token)[0])
            progress(1.0)
            return result

        def run(part):
            return from_nchw(network.run({"image": to_nchw(part)}, progress.token)[0])

        return tiled(image, run, network.card.geometry, progress)
