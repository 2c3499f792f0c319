"""The bucket."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from editor.document.geometry import Rect
from editor.document.tiles import TileGrid
from editor.paint.coverage import cover
from editor.paint.fill import flooded
from editor.tools.base import Drag, PointerEvent, Tool
from editor.tools.target import Target, cannot_paint
from editor.workspace import Workspace


@dataclass(frozen=True)
class FillOptions:
    """What counts as the same surface, and how densely it is covered."""

    tolerance: int = field(
        default=32,
        metadata={
            "label": "Tolerance", "min": 0, "max": 255,
            "help": "The largest difference from the color clicked, in levels of 255.",
        },
    )  # fmt: skip
    opacity: float = field(
        default=1.0,
        metadata={"label": "Opacity", "min": 0.01, "max": 1.0, "step": 0.05, "unit": "%"},
    )
    contiguous: bool = field(
        default=True,
        metadata={"label": "Connected", "help": "Only what hangs together with the pixel clicked."},
    )
    all_layers: bool = field(
        default=False,
        metadata={"label": "Look at all layers", "help": "Find borders in what is visible."},
    )


class FillTool(Tool):
    """Fills the surface under the pointer with the foreground color."""

    id = "fill"
    name = "Fill"
    icon = "mdi6.format-color-fill"
    shortcut = "F"
    options: FillOptions

    def __init__(self) -> None:
        self.options = FillOptions()

    def refusal(self, workspace: Workspace) -> str | None:
        return cannot_paint(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        """Fill at the press; put everything back if closed before the release."""
        document = workspace.document
        target = Target.of(document)
        x, y = math.floor(press.x), math.floor(press.y)
        before = target.grid.snapshot()
        if document.rect.contains(Rect(x, y, 1, 1)):
            inside = flooded(
                self._seen(workspace, target.grid),
                document.rect,
                x,
                y,
                self.options.tolerance / 255,
                contiguous=self.options.contiguous,
            )
            alpha = inside * np.float32(self.options.opacity)
            touched = cover(
                target.grid,
                document.rect,
                alpha,
                target.paint(workspace.foreground),
                selection=target.selection,
                alpha_locked=target.alpha_locked,
            )
            target.touch(touched)
        try:
            while (yield None) is not None:
                pass
        except GeneratorExit:
            target.grid.replace(before)
            target.touch(document.rect)
            raise
        target.push("Fill", before)

    def _seen(self, workspace: Workspace, grid: TileGrid) -> TileGrid:
        """Where borders are looked for."""
        if not self.options.all_layers:
            return grid
        view = workspace.active
        assert view is not None
        return TileGrid.from_pixels(view.compositor.render(view.document.rect))
