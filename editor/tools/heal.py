"""The healing brush: what is painted over is filled from its surroundings."""

from __future__ import annotations

from dataclasses import dataclass, field

from editor.document.layer import Layer
from editor.document.tiles import TileGrid
from editor.paint.brush import Brush
from editor.paint.stroke import Stroke
from editor.tools.base import Drag, PointerEvent
from editor.tools.brush import StrokeTool
from editor.tools.target import Target, cannot_paint
from editor.workspace import Workspace, Wound


@dataclass(frozen=True)
class HealingBrush(Brush):
    """A brush, and what its strokes are filled from."""

    size: float = field(default=30.0, metadata=Brush.__dataclass_fields__["size"].metadata)
    all_layers: bool = field(
        default=False,
        metadata={
            "label": "Look at all layers",
            "help": "Fill from what is visible up to the active layer, so that an empty layer "
            "can take the strokes; else from the layer's own pixels.",
        },
    )


class HealTool(StrokeTool):
    """Fills what is painted over from its surroundings as soon as the button is released."""

    id = "heal"
    name = "Healing brush"
    icon = "mdi6.bandage"
    shortcut = "J"

    def __init__(self) -> None:
        super().__init__(HealingBrush())

    def refusal(self, workspace: Workspace) -> str | None:
        refusal = cannot_paint(workspace)
        if refusal is None and workspace.document.edits_mask:
            return "Choose the layer instead of its mask: only pixels can be healed."
        return refusal

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        """Mark the stroke, and ask for it to be filled; who fills it pushes the step."""
        view, document = workspace.active, workspace.document
        assert view is not None and isinstance(document.active, Layer)
        wound = Wound(view, document.active, TileGrid(1, document.dtype), self.options.all_layers)
        stroke = Stroke(
            wound.mask,
            self.options,
            (1.0,),
            bounds=document.rect,
            selection=Target.of(document).selection,
        )
        view.mark(wound)
        try:
            yield from self._draw(document, press, stroke, view.wounds_changed.emit)
        except GeneratorExit:
            view.unmark(wound)
            raise
        if wound.mask.is_empty:
            view.unmark(wound)
            workspace.say("Nothing to heal there: paint on the picture, and where it is selected.")
        else:
            workspace.heal_asked.emit(wound)
