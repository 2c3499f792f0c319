"""Documents of the size that a photographer has, and the hand that works on them.

Every layer covers the whole canvas and is partly transparent, and one in five is not Normal: no
shortcut for missing, opaque or invisible tiles helps, so real documents are faster than these. To
keep 50 layers of 4096 x 4096 pixels within the memory of a small machine, all are built from the
same few tiles, which the compositor does not notice.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from editor.document.blend import BlendMode
from editor.document.commands import edit_pixels
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import TILE, Rect, Size
from editor.document.layer import Layer
from editor.paint.brush import Brush
from editor.paint.stroke import Stroke

SIDE = 4096
LAYERS = [5, 50]
VIEW = Rect(1000, 1000, 1600, 1000)
"""What a window shows at 100 %."""

UNUSUAL = [BlendMode.MULTIPLY, BlendMode.SCREEN, BlendMode.OVERLAY, BlendMode.SOFT_LIGHT]


def tiles(rng: np.random.Generator, count: int, *, opaque: bool) -> list[np.ndarray]:
    """Smooth color with some grain, as in a photograph."""
    made = []
    y, x = np.mgrid[0:TILE, 0:TILE] / TILE
    for _ in range(count):
        slopes = rng.uniform(-90, 90, (4, 2, 1, 1))
        planes = 128 + slopes[:, 0] * x + slopes[:, 1] * y + rng.normal(0, 4, (4, TILE, TILE))
        tile = planes.clip(0, 255).astype(np.uint8)
        if opaque:
            tile[3] = 255
        made.append(tile)
    return made


def large_document(layers: int, side: int = SIDE) -> Document:
    """An opaque photo, and translucent layers above; the active one is in the middle."""
    rng = np.random.default_rng(layers)
    document = Document(Size(side, side))
    photo, veils = tiles(rng, 8, opaque=True), tiles(rng, 8, opaque=False)
    for number in range(layers):
        layer = document.new_layer(f"layer {number}")
        for place, coord in enumerate(document.rect.tiles()):
            layer.pixels.put(coord, (veils if number else photo)[(place + 3 * number) % 8])
        if number % 5 == 3:
            layer.mode = UNUSUAL[number // 5 % 4]
        document.root.insert(number, layer)
    document.activate(document.root.children[layers // 2])
    return document


@pytest.fixture(params=LAYERS, ids=lambda layers: f"{layers} layers")
def document(request: pytest.FixtureRequest) -> Document:
    return large_document(request.param)


@pytest.fixture
def compositor(document: Document) -> Compositor:
    """One that has rendered what the window shows."""
    compositor = Compositor(document)
    compositor.render(VIEW)
    yield compositor
    compositor.close()


def zigzag(step: int, view: Rect = VIEW) -> itertools.cycle[tuple[int, int]]:
    """A hand's samples, ``step`` pixels apart, over all of ``view``."""
    points = []
    for row, y in enumerate(range(view.y + 150, view.bottom - 150, 40)):
        line = [(x, y) for x in range(view.x + 150, view.right - 150, step)]
        points.extend(line if row % 2 == 0 else reversed(line))
    return itertools.cycle(points)


class Painter:
    """A hand that paints on the active layer of ``document``; every sample lays a dab."""

    def __init__(self, document: Document, size: float) -> None:
        self.document = document
        assert isinstance(document.active, Layer)
        self.layer = document.active
        self.size = size
        self.path = zigzag(max(8, int(size / 8)))
        self.begin()

    def begin(self) -> None:
        brush = Brush(size=self.size)
        self.stroke = Stroke(self.layer.pixels, brush, (0.9, 0.1, 0.1), bounds=self.document.rect)

    def sample(self) -> Rect:
        """One pointer sample; the rectangle that it changed."""
        rect = self.stroke.extend(*next(self.path))
        self.document.touch(self.layer, rect)
        return rect

    def end(self) -> None:
        edit = edit_pixels(
            self.document, "Brush", self.layer, self.layer.pixels, self.stroke.before
        )
        self.document.history.push(edit, done=True)


@pytest.fixture
def painter(document: Document) -> Callable[[float], Painter]:
    return lambda size: Painter(document, size)
