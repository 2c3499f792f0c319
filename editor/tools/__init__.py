"""The tools, in toolbox order."""

from editor.tools.base import Tool
from editor.tools.brush import BrushTool, CloneTool, EraserTool, MaskBrushTool
from editor.tools.crop import CropTool
from editor.tools.fill import FillTool, GradientTool
from editor.tools.heal import HealTool
from editor.tools.move import MoveTool
from editor.tools.select import EllipseTool, LassoTool, RectangleTool, WandTool
from editor.tools.view import HandTool, PickerTool, ZoomTool

TOOLS: tuple[type[Tool], ...] = (
    MaskBrushTool,
    BrushTool,
    EraserTool,
    CloneTool,
    HealTool,
    FillTool,
    GradientTool,
    PickerTool,
    RectangleTool,
    EllipseTool,
    LassoTool,
    WandTool,
    MoveTool,
    CropTool,
    HandTool,
    ZoomTool,
)
