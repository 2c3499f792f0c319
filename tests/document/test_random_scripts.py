"""R36: whatever was done, undoing all of it brings back the start and redoing all the end."""

import numpy as np
import pytest

from editor.document.adjustment import add_adjustment
from editor.document.commands import (
    AddLayer,
    MoveLayer,
    RemoveLayer,
    Reshape,
    SetProperty,
    Several,
    edit_pixels,
    edit_selection,
)
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask
from editor.document.tiles import TileGrid
from editor.paint.brush import Brush
from editor.paint.stroke import Stroke
from tests.document.building import (
    MODES,
    fingerprint,
    noise,
    random_layer,
    random_lut,
    random_rect,
)

OPERATIONS = 200


class Script:
    """Does random things to ``document``, each of them one step of its history."""

    def __init__(self, document, seed):
        self.document = document
        self.rng = np.random.default_rng(seed)
        self.deeds = [
            *[self.stroke] * 4,
            *[self.stroke_on_mask] * 2,
            *[self.stroke_on_selection] * 2,
            self.fill_rectangle,
            self.select_rectangle,
            self.select_nothing,
            *[self.add_layer] * 2,
            self.add_group,
            self.add_adjustment,
            self.remove_layer,
            *[self.move_layer] * 2,
            *[self.set_property] * 3,
            self.set_mask,
            self.inpaint,
            self.reshape,
            self.shift_layer,
            self.merge,
        ]

    def run(self, count):
        while self.document.history.done < count:
            self.deeds[self.rng.integers(0, len(self.deeds))]()
            if self.rng.random() < 0.1:
                self.document.activate(self.pick(self.nodes))

    @property
    def nodes(self):
        return list(self.document.root.walk())

    @property
    def layers(self):
        return [node for node in self.nodes if isinstance(node, Layer)]

    def pick(self, things):
        return things[self.rng.integers(0, len(things))] if things else None

    def push(self, command, *, done=False):
        self.document.history.push(command, done=done)

    def paint(self, node, grid, color):
        """A stroke of a few samples; every other one on the selection only."""
        document, before = self.document, grid.snapshot()
        brush = Brush(size=float(self.rng.integers(2, 60)), hardness=float(self.rng.random()))
        selection = document.selection if self.rng.random() < 0.5 else None
        if selection is not None and selection.is_empty:
            selection = None
        stroke = Stroke(grid, brush, color, bounds=document.rect, selection=selection)
        for _ in range(3):
            x, y = self.rng.uniform(-20, document.size.w), self.rng.uniform(-20, document.size.h)
            document.touch(node, stroke.extend(x, y, float(self.rng.random())))
        return before

    def stroke(self):
        layer = self.pick(self.layers)
        if layer is not None:
            color = None if self.rng.random() < 0.2 else tuple(self.rng.random(3))
            before = self.paint(layer, layer.pixels, color)
            edit = edit_pixels(self.document, "Brush", layer, layer.pixels, before)
            self.push(edit, done=True)

    def stroke_on_mask(self):
        node = self.pick([node for node in self.nodes if node.mask is not None])
        if node is not None:
            grid = node.mask.grid
            before = self.paint(node, grid, (float(self.rng.random()),))
            self.push(edit_pixels(self.document, "Mask", node, grid, before), done=True)

    def stroke_on_selection(self):
        selection = self.document.selection.snapshot()
        erases = self.rng.random() < 0.3
        self.paint(None, selection, None if erases else (1.0,))
        self.push(edit_selection(self.document, "Mask brush", selection))

    def fill_rectangle(self):
        layer = self.pick(self.layers)
        if layer is not None:
            before, rect = layer.pixels.snapshot(), random_rect(self.rng, self.document.size)
            layer.pixels.write(rect, noise(self.rng, rect, dtype=self.document.dtype))
            edit = edit_pixels(self.document, "Fill", layer, layer.pixels, before)
            self.push(edit, done=True)

    def select_rectangle(self):
        selection = TileGrid(1, self.document.dtype)
        rect = random_rect(self.rng, self.document.size)
        selection.write(rect, noise(self.rng, rect, 1, self.document.dtype))
        self.push(edit_selection(self.document, "Select", selection))

    def select_nothing(self):
        empty = TileGrid(1, self.document.dtype)
        self.push(edit_selection(self.document, "Deselect", empty))

    def place(self, without=None):
        groups = [n for n in self.nodes if isinstance(n, LayerGroup)]
        if without is not None:
            groups = [g for g in groups if g is not without and without not in g.ancestors()]
        parent = self.pick([self.document.root, *groups])
        room = len([child for child in parent.children if child is not without])
        return parent, int(self.rng.integers(0, room + 1))

    def add_layer(self):
        layer = random_layer(self.rng, self.document.size, self.document.dtype)
        self.push(AddLayer(self.document, layer, *self.place()))

    def add_group(self):
        self.push(AddLayer(self.document, LayerGroup("group"), *self.place()))

    def add_adjustment(self):
        recipe = {"operation": "enhance"} if self.rng.random() < 0.5 else None
        add_adjustment(self.document, random_lut(self.rng), "Enhance", recipe)

    def remove_layer(self):
        if len(self.nodes) > 4:
            self.push(RemoveLayer(self.document, self.pick(self.nodes)))

    def move_layer(self):
        node = self.pick(self.nodes)
        if node is not None:
            self.push(MoveLayer(self.document, node, *self.place(without=node)))

    def set_property(self):
        node = self.pick(self.nodes)
        if node is not None:
            own = ["lut"] * 2 if isinstance(node, AdjustmentLayer) else []
            key = self.pick(["opacity", "mode", "visible", "locked", "name", *own])
            value = {
                "opacity": float(self.rng.random()),
                "mode": self.pick(MODES),
                "visible": not node.visible,
                "locked": not node.locked,
                "name": f"name {self.rng.integers(0, 99)}",
                "lut": random_lut(self.rng),
            }[key]
            self.push(SetProperty(self.document, node, key, value, "Change"))

    def set_mask(self):
        node = self.pick(self.nodes)
        if node is not None:
            mask = None if node.mask is not None else Mask.reveal_all(self.document.dtype)
            self.push(SetProperty(self.document, node, "mask", mask, "Mask"))

    def inpaint(self):
        """What a neural operation leaves behind: a layer masked by the mask that it was given."""
        rect, dtype = random_rect(self.rng, self.document.size), self.document.dtype
        layer = Layer("Inpaint (seed 7)", TileGrid(4, dtype))
        layer.pixels.write(rect, noise(self.rng, rect, dtype=dtype))
        layer.mask = Mask(TileGrid(1, dtype, fill=0))
        layer.mask.grid.write(rect, noise(self.rng, rect, 1, dtype))
        layer.recipe = {"operation": "inpaint", "seed": 7}
        place = self.document.place_above_active()
        self.push(AddLayer(self.document, layer, *place, name="Inpaint"))

    def grids(self):
        masks = [(node.mask.grid) for node in self.nodes if node.mask is not None]
        return [self.document.selection, *masks, *(layer.pixels for layer in self.layers)]

    def reshape(self):
        """Flip the whole picture and give the canvas a slightly different size."""
        document, contents = self.document, []
        for grid in self.grids():
            new = TileGrid(grid.channels, grid.dtype, grid.fill)
            new.write(document.rect, grid.read(document.rect)[::-1])
            contents.append((grid, new))
        w, h = (int(v) for v in self.rng.integers(300, 600, 2))
        self.push(Reshape(document, "Flip", Size(w, h), contents))

    def shift_layer(self):
        layer = self.pick(self.layers)
        if layer is not None:
            rect = Rect(0, 0, *self.document.size)
            dx, dy = (int(v) for v in self.rng.integers(-99, 99, 2))
            new = TileGrid(4, self.document.dtype)
            new.write(rect.translate(dx, dy), layer.pixels.read(rect))
            moved = [(layer.pixels, new)]
            self.push(Reshape(self.document, "Move", self.document.size, moved))

    def merge(self):
        """Replace two nodes by one layer in a single step."""
        if len(self.nodes) < 6:
            return
        one = self.pick(self.document.root.children)
        new = random_layer(self.rng, self.document.size, self.document.dtype)
        self.push(
            Several(
                "Merge",
                [
                    AddLayer(self.document, new, self.document.root, 0),
                    RemoveLayer(self.document, one),
                    SetProperty(self.document, new, "opacity", 0.5, "Opacity"),
                ],
            )
        )


@pytest.mark.parametrize(("seed", "dtype"), [(0, np.uint8), (1, np.uint8), (2, np.uint16)])
def test_undoing_and_redoing_a_random_script_is_byte_identical(seed, dtype):
    """R36."""
    size = Size(500, 400)
    pixels = noise(np.random.default_rng(seed), Rect(0, 0, *size), dtype=dtype)
    document = Document.from_pixels(pixels)
    history = document.history
    script = Script(document, seed)
    states = {0: fingerprint(document)}
    for stop in range(50, OPERATIONS + 1, 50):
        script.run(stop)
        states[stop] = fingerprint(document)
    assert history.done == len(history.commands) == OPERATIONS
    for stop in [*reversed(states), *states, 100, 0, OPERATIONS]:
        history.go_to(stop)
        assert fingerprint(document) == states[stop]
    assert history.done == OPERATIONS
    assert states[0] != states[OPERATIONS]


def test_a_script_undone_to_where_it_was_saved_is_clean():
    """R36: the place in the history is the state, wherever one walks."""
    document = Document.from_pixels(np.full((300, 300, 4), 200, np.uint8))
    script = Script(document, 3)
    script.run(20)
    saved = fingerprint(document)
    document.history.mark_clean(document.history.position)
    script.run(40)
    assert not document.history.is_clean
    document.history.go_to(20)
    assert document.history.is_clean
    assert fingerprint(document) == saved
