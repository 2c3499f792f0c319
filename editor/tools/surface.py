"""Finding the surface that a click means: what the bucket fills and the wand selects."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer
from editor.document.tiles import TileGrid
from editor.paint.fill import Inside, flooded
from editor.tools.base import PointerEvent
from editor.workspace import Workspace


@dataclass(frozen=True)
class Surface:
    """What counts as the same surface."""

    tolerance: int = field(
        default=32,
        metadata={
            "label": "Tolerance", "min": 0, "max": 255,
            "help": "The largest difference from the color clicked, in levels of 255.",
        },
    )  # fmt: skip
    contiguous: bool = field(
        default=True,
        metadata={"label": "Connected", "help": "Only what hangs together with the pixel clicked."},
    )
    all_layers: bool = field(
        default=False,
        metadata={"label": "Look at all layers", "help": "Find borders in what is visible."},
    )

    def around(self, workspace: Workspace, press: PointerEvent) -> Inside | None:
        """The surface on the canvas, ``(h, w)``; ``None`` for a click beside it."""
        canvas = workspace.document.rect
        x, y = math.floor(press.x), math.floor(press.y)
        if not canvas.contains(Rect(x, y, 1, 1)):
            return None
        grid = self._seen(workspace)
        return flooded(grid, canvas, x, y, self.tolerance / 255, contiguous=self.contiguous)

    def _seen(self, workspace: Workspace) -> TileGrid:
        """Where borders are looked for: groups and adjustments have no pixels of their own, so
        everything is."""
        view = workspace.active
        assert view is not None
        target = view.document.target
        adjusts = isinstance(view.document.active, AdjustmentLayer)
        if target is not None and not adjusts and not self.all_layers:
            return target
        return TileGrid.from_pixels(view.compositor.render(view.document.rect))
