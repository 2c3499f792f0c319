"""The tools, in toolbox order."""

from editor.tools.base import Tool
from editor.tools.brush import BrushTool, EraserTool, MaskBrushTool

TOOLS: tuple[type[Tool], ...] = (MaskBrushTool, BrushTool, EraserTool)
