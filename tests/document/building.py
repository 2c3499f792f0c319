"""Small real documents, and everything that makes them what they are, for comparing."""

import numpy as np

from editor.document.blend import BlendMode
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask
from editor.document.lut import Lut, lattice
from editor.document.tiles import TileGrid

MODES = list(BlendMode)
SIZE = Size(600, 400)


def noise(rng, rect, channels=4, dtype=np.uint8):
    """Random pixels, ``(h, w, channels)``; a third of them opaque, a third invisible."""
    full = np.iinfo(dtype).max
    pixels = rng.integers(0, full, (rect.h, rect.w, channels), dtype, endpoint=True)
    if channels == 4:
        kind = rng.integers(0, 3, (rect.h, rect.w))
        pixels[..., 3] = np.where(kind == 0, full, np.where(kind == 1, 0, pixels[..., 3]))
    return pixels


def random_rect(rng, size, most=200):
    """Somewhere on the canvas or a little beyond its edges."""
    w, h = (int(v) for v in rng.integers(1, most, 2))
    x = int(rng.integers(-w // 2, size.w - w // 2))
    y = int(rng.integers(-h // 2, size.h - h // 2))
    return Rect(x, y, w, h)


def random_layer(rng, size, dtype=np.uint8, name="layer"):
    layer = Layer(name, TileGrid(4, dtype))
    for _ in range(int(rng.integers(0, 4))):
        rect = random_rect(rng, size)
        layer.pixels.write(rect, noise(rng, rect, dtype=dtype))
    return dress(rng, layer, size, dtype)


def random_lut(rng, points=5):
    """Bends colors, but nowhere so much that rounding would show."""
    table = lattice(points) + rng.uniform(-0.15, 0.15, (points, points, points, 3))
    return Lut(table.clip(0, 1))


def random_mask(rng, size, dtype=np.uint8):
    mask = Mask.reveal_all(dtype)
    rect = random_rect(rng, size)
    mask.grid.write(rect, noise(rng, rect, 1, dtype))
    return mask


def dress(rng, node, size, dtype):
    """Give ``node`` random properties."""
    node.opacity = float(rng.choice([1.0, 1.0, 0.6, 0.0]))
    node.mode = MODES[rng.integers(0, 16)] if rng.random() < 0.4 else BlendMode.NORMAL
    node.visible = bool(rng.random() < 0.9)
    if rng.random() < 0.3:
        node.mask = random_mask(rng, size, dtype)
        node.mask.enabled = bool(rng.random() < 0.8)
    return node


def random_document(rng, size=SIZE, dtype=np.uint8, nodes=8):
    """A document with a background, layers, adjustments and nested groups."""
    document = Document(size, dtype)
    background = Layer("background", TileGrid(4, dtype))
    pixels = noise(rng, document.rect, dtype=dtype)
    pixels[:, : size.w // 2, 3] = document.full
    background.pixels.write(document.rect, pixels)
    document.root.insert(0, background)
    groups = [document.root]
    for number in range(nodes):
        parent = groups[rng.integers(0, len(groups))]
        kind = rng.random()
        if kind < 0.3:
            node = dress(rng, LayerGroup(f"group {number}"), size, dtype)
            groups.append(node)
        elif kind < 0.5:
            adjustment = AdjustmentLayer(f"adjustment {number}", random_lut(rng))
            node = dress(rng, adjustment, size, dtype)
        else:
            node = random_layer(rng, size, dtype, f"layer {number}")
        lowest = 1 if parent is document.root else 0
        parent.insert(int(rng.integers(lowest, len(parent.children) + 1)), node)
    everything = list(document.root.walk())
    document.activate(everything[rng.integers(0, len(everything))])
    return document


def fingerprint(document):
    """Everything that undo has to bring back; equal for byte-identical documents."""
    return (
        document.size,
        _grid(document.selection),
        tuple(_node(node) for node in document.root.children),
    )


def _grid(grid):
    return (
        grid.fill,
        tuple((coord, grid.tile(coord).tobytes()) for coord in sorted(grid.coords())),
    )


def _node(node):
    return (
        id(node),
        node.name,
        node.visible,
        node.opacity,
        node.mode,
        node.locked,
        repr(node.recipe),
        node.mask and (id(node.mask), node.mask.enabled, _grid(node.mask.grid)),
        _contents(node),
    )


def _contents(node):
    if isinstance(node, Layer):
        return _grid(node.pixels)
    if isinstance(node, AdjustmentLayer):
        return node.lut.table.tobytes()
    return tuple(_node(child) for child in node.children)
