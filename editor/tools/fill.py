"""Bucket and gradient."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from editor.paint.coverage import cover
from editor.paint.gradient import Form, lay_gradient
from editor.tools.base import Drag, PointerEvent, Tool
from editor.tools.surface import Surface
from editor.tools.target import Target, cannot_paint
from editor.workspace import Workspace


@dataclass(frozen=True)
class FillOptions(Surface):
    """What is filled, and how densely."""

    opacity: float = field(
        default=1.0,
        metadata={"label": "Opacity", "min": 0.01, "max": 1.0, "step": 0.05, "unit": "%"},
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
        target = Target.of(workspace.document)
        before, canvas = target.grid.snapshot(), target.document.rect
        inside = self.options.around(workspace, press)
        if inside is not None:
            touched = cover(
                target.grid,
                canvas,
                inside * np.float32(self.options.opacity),
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
            target.touch(canvas)
            raise
        target.push("Fill", before)


class GradientTo(StrEnum):
    """Where a gradient from the foreground color ends."""

    BACKGROUND = "background"
    NOTHING = "nothing"


@dataclass(frozen=True)
class GradientOptions:
    """The course of a gradient."""

    form: Form = field(default=Form.LINEAR, metadata={"label": "Form"})
    to: GradientTo = field(default=GradientTo.BACKGROUND, metadata={"label": "Foreground to"})
    opacity: float = field(
        default=1.0,
        metadata={"label": "Opacity", "min": 0.01, "max": 1.0, "step": 0.05, "unit": "%"},
    )
    reverse: bool = field(default=False, metadata={"label": "Reverse"})


class GradientTool(Tool):
    """Blends two colors along the line that is drawn; Shift keeps it to steps of 45 degrees."""

    id = "gradient"
    name = "Gradient"
    icon = "mdi6.gradient-horizontal"
    shortcut = "G"
    options: GradientOptions

    def __init__(self) -> None:
        self.options = GradientOptions()

    def refusal(self, workspace: Workspace) -> str | None:
        return cannot_paint(workspace)

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        start = end = press.x, press.y
        while (sample := (yield (start, end))) is not None:
            end = _in_steps(start, (sample.x, sample.y)) if sample.shift else (sample.x, sample.y)
        if end == start:
            return
        options, target = self.options, Target.of(workspace.document)
        first = target.paint(workspace.foreground)
        fades = options.to is GradientTo.NOTHING
        last = first if fades else target.paint(workspace.background)
        if options.reverse:
            start, end = end, start
        before = target.grid.snapshot()
        changed = lay_gradient(
            target.grid,
            target.document.rect,
            start,
            end,
            (first, last),
            form=options.form,
            opacity=options.opacity,
            fades=fades,
            selection=target.selection,
            alpha_locked=target.alpha_locked,
        )
        target.touch(changed)
        target.push(self.name, before)


def _in_steps(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """``end`` turned about ``start`` to the nearest multiple of 45 degrees."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length, angle = math.hypot(dx, dy), round(math.atan2(dy, dx) / (math.pi / 4)) * math.pi / 4
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)
