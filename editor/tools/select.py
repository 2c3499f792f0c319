"""Rectangle, ellipse, lasso and wand: a gesture shows what to select, its release selects it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from editor.document.commands import edit_selection
from editor.document.document import Document
from editor.document.tiles import TileGrid
from editor.paint.selection import Combine, combine, feathered, from_coverage, from_outline
from editor.paint.shapes import Outline, ellipse, rectangle
from editor.tools.base import Drag, PointerEvent, Tool
from editor.tools.surface import Surface
from editor.tools.target import no_document
from editor.workspace import Workspace


@dataclass(frozen=True)
class SelectOptions:
    """How a new shape becomes the selection."""

    how: Combine = field(
        default=Combine.REPLACE,
        metadata={"label": "Mode", "help": "Shift adds, Alt subtracts, both together intersect."},
    )
    feather: float = field(
        default=0.0,
        metadata={
            "label": "Feather", "min": 0.0, "max": 250.0, "step": 1.0, "unit": "px", "decimals": 1,
            "help": "How far the edge fades to either side.",
        },
    )  # fmt: skip


class SelectTool(Tool):
    """What the selection tools have in common.

    Keys held at the press choose what the shape does to the selection: Shift adds, Alt subtracts,
    both intersect. Pressed later they shape it: Shift makes it regular, Alt draws it from its
    middle. A click without a drag deselects, unless it was to add or subtract.
    """

    options: SelectOptions

    def __init__(self) -> None:
        self.options = SelectOptions()

    def refusal(self, workspace: Workspace) -> str | None:
        return no_document(workspace)

    def _how(self, press: PointerEvent) -> Combine:
        if press.shift and press.alt:
            return Combine.INTERSECT
        if press.shift:
            return Combine.ADD
        return Combine.SUBTRACT if press.alt else self.options.how

    def _select_inside(self, document: Document, outline: Outline | None, how: Combine) -> None:
        """Select what lies inside ``outline``; ``None`` is a click that drew nothing."""
        if outline is not None:
            shape = from_outline(outline, document.rect, document.dtype)
            self._select(document, shape, how)
        elif how is Combine.REPLACE:
            _set_selection(document, "Deselect", TileGrid(1, document.dtype))

    def _select(self, document: Document, shape: TileGrid, how: Combine) -> None:
        """Combine ``shape`` with the selection as one step, if that changes anything."""
        if self.options.feather:
            shape = feathered(shape, document.rect, self.options.feather)
        _set_selection(document, self.name, combine(document.selection, shape, how))


class BoxTool(SelectTool):
    """Draws a shape into the box from the press to the pointer."""

    shape: ClassVar[staticmethod[[float, float, float, float], Outline]]

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        outline: Outline | None = None
        keys = LateKeys(press)
        sample: PointerEvent | None = press
        while sample is not None:
            keys.see(sample)
            outline = self._outline(press, sample, regular=keys.shift, centered=keys.alt)
            sample = yield outline
        self._select_inside(workspace.document, outline, self._how(press))

    def _outline(
        self, press: PointerEvent, sample: PointerEvent, *, regular: bool, centered: bool
    ) -> Outline | None:
        """The shape on whole pixels, ``None`` while it has no area."""
        x, y = round(press.x), round(press.y)
        dx, dy = round(sample.x) - x, round(sample.y) - y
        if regular:
            side = max(abs(dx), abs(dy))
            dx, dy = int(math.copysign(side, dx)), int(math.copysign(side, dy))
        if not (dx and dy):
            return None
        left, right = sorted((x - dx if centered else x, x + dx))
        top, bottom = sorted((y - dy if centered else y, y + dy))
        return self.shape(left, top, right, bottom)


class LateKeys:
    """Shift and Alt as pressed after the press: what is held from the start does not count."""

    def __init__(self, press: PointerEvent) -> None:
        self.shift = self.alt = False
        self._old_shift, self._old_alt = press.shift, press.alt

    def see(self, sample: PointerEvent) -> None:
        """Take note of what is held now; a key let go counts when pressed again."""
        self._old_shift = self._old_shift and sample.shift
        self._old_alt = self._old_alt and sample.alt
        self.shift = sample.shift and not self._old_shift
        self.alt = sample.alt and not self._old_alt


class RectangleTool(BoxTool):
    """Selects a box; with Shift it is added, with Alt taken away.

    Pressed during the drag, they make a square, and draw from the middle.
    """

    id = "rect"
    name = "Rectangle select"
    icon = "mdi6.selection"
    shortcut = "M"
    shape = staticmethod(rectangle)


class EllipseTool(BoxTool):
    """Selects an ellipse; with Shift it is added, with Alt taken away.

    Pressed during the drag, they make a circle, and draw from the middle.
    """

    id = "ellipse"
    name = "Ellipse select"
    icon = "mdi6.selection-ellipse"
    shortcut = "Shift+M"
    shape = staticmethod(ellipse)


class LassoTool(SelectTool):
    """Selects what is drawn around; with Shift it is added, with Alt taken away."""

    id = "lasso"
    name = "Lasso"
    icon = "mdi6.lasso"
    shortcut = "L"

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        points = [(press.x, press.y)]
        while (sample := (yield tuple(points))) is not None:
            if (sample.x, sample.y) != points[-1]:
                points.append((sample.x, sample.y))
        outline = tuple(points) if len(points) > 2 else None
        self._select_inside(workspace.document, outline, self._how(press))


@dataclass(frozen=True)
class WandOptions(Surface, SelectOptions):
    """What is selected, and how it becomes the selection."""


class WandTool(SelectTool):
    """Selects the surface under the pointer; with Shift it is added, with Alt taken away."""

    id = "wand"
    name = "Magic wand"
    icon = "mdi6.magic-staff"
    shortcut = "W"
    options: WandOptions

    def __init__(self) -> None:
        self.options = WandOptions()

    def drag(self, workspace: Workspace, press: PointerEvent) -> Drag:
        document, how = workspace.document, self._how(press)
        while (yield None) is not None:
            pass
        inside = self.options.around(workspace, press)
        if inside is None:
            self._select_inside(document, None, how)
        else:
            shape = from_coverage(inside.astype(np.float32), document.rect, document.dtype)
            self._select(document, shape, how)


def _set_selection(document: Document, name: str, selection: TileGrid) -> None:
    """One step in the history, unless it changes nothing."""
    edit = edit_selection(document, name, selection)
    if edit.changes:
        document.history.push(edit)
