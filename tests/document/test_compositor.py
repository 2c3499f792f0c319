import threading

import numpy as np
import pytest

from editor.document.blend import BlendMode
from editor.document.commands import (
    AddLayer,
    MoveLayer,
    RemoveLayer,
    Reshape,
    SetProperty,
    edit_pixels,
)
from editor.document.compositor import Compositor
from editor.document.document import Document
from editor.document.geometry import Coord, Rect, Size
from editor.document.layer import AdjustmentLayer, Layer, LayerGroup, Mask
from editor.document.tiles import TileGrid
from tests.document.building import (
    MODES,
    noise,
    random_document,
    random_layer,
    random_lut,
    random_mask,
    random_rect,
)
from tests.document.reference import adjust_pixel, composite_pixel

DEPTHS = [np.uint8, np.uint16]


@pytest.fixture
def compositor_of():
    made = []

    def make(document, **options):
        made.append(Compositor(document, **options))
        return made[-1]

    yield make
    for compositor in made:
        compositor.close()


def fresh(document, rect, level=0):
    """What a compositor that knows nothing yet makes of ``document``, on one thread."""
    compositor = Compositor(document, threads=1)
    try:
        return compositor.render(rect, level)
    finally:
        compositor.close()


def assert_near(got, want, levels=1.01):
    """Equal but for rounding: which layers were merged first may decide a tie.

    Colors are compared as far as they show, that is premultiplied.
    """
    assert got.dtype == want.dtype
    assert got.shape == want.shape
    full = np.iinfo(got.dtype).max
    got, want = got.astype(float), want.astype(float)
    for pixels in (got, want):
        pixels[..., :3] *= pixels[..., 3:] / full
    assert np.abs(got - want).max(initial=0) <= levels


def pixel_by_the_book(nodes, x, y, full):
    """Straight RGBA in 0..1 of one pixel by the W3C's formulas, groups isolated, in float64."""
    result = [0.0, 0.0, 0.0, 0.0]
    spot = Rect(x, y, 1, 1)
    for node in nodes:
        if not node.visible:
            continue
        weight = node.opacity
        if node.mask is not None and node.mask.enabled:
            weight *= float(node.mask.grid.read(spot)[0, 0, 0] / full)
        if isinstance(node, AdjustmentLayer):
            result = adjust_pixel(result, node.lut.table, weight, node.mode)
            continue
        if isinstance(node, LayerGroup):
            pixel = pixel_by_the_book(node.children, x, y, full)
        else:
            pixel = (node.pixels.read(spot)[0, 0] / full).tolist()
        alpha = pixel[3] * weight
        result = composite_pixel(result, pixel[:3], alpha, node.mode)
    return result


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("seed", range(6))
def test_a_picture_is_what_the_w3c_s_formulas_say(seed, dtype, compositor_of):
    rng = np.random.default_rng(seed)
    document = random_document(rng, dtype=dtype, nodes=12)
    got = compositor_of(document).render(document.rect) / document.full
    worst = 0.0
    for _ in range(300):
        x, y = int(rng.integers(0, document.size.w)), int(rng.integers(0, document.size.h))
        *want, alpha = pixel_by_the_book(document.root.children, x, y, document.full)
        pixel = got[y, x]
        away = [abs(a - b) * alpha for a, b in zip(pixel[:3], want, strict=True)]
        worst = max(worst, *away, abs(pixel[3] - alpha))
    assert worst * document.full <= (0.52 if dtype == np.uint8 else 2)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_a_document_with_one_layer_renders_byte_identical(dtype, compositor_of):
    rng = np.random.default_rng(0)
    pixels = noise(rng, Rect(0, 0, 700, 300), dtype=dtype)
    document = Document.from_pixels(pixels)
    compositor = compositor_of(document)
    np.testing.assert_array_equal(compositor.render(document.rect), pixels)
    layer = document.active
    document.root.remove(layer)
    document.root.insert(0, LayerGroup("group", [layer]))
    document.touch(None, document.rect)
    np.testing.assert_array_equal(compositor.render(document.rect), pixels)


@pytest.mark.parametrize("dtype", DEPTHS)
def test_opaque_pixels_keep_their_bytes_wherever_the_layers_above_are_transparent(
    dtype, compositor_of
):
    """R1: a result layer changes no byte outside its mask."""
    rng = np.random.default_rng(1)
    pixels = noise(rng, Rect(0, 0, 600, 300), dtype=dtype)
    pixels[..., 3] = np.iinfo(dtype).max
    document = Document.from_pixels(pixels)
    hole = Rect(200, 100, 150, 90)
    for number, mode in enumerate((BlendMode.NORMAL, BlendMode.HUE, BlendMode.SOFT_LIGHT)):
        layer = Layer(mode, TileGrid(4, dtype))
        layer.pixels.write(hole, noise(rng, hole, dtype=dtype))
        layer.mode = mode
        document.root.insert(number + 1, layer)
    result = compositor_of(document).render(document.rect)
    outside = np.ones((300, 600), bool)
    outside[hole.y : hole.bottom, hole.x : hole.right] = False
    np.testing.assert_array_equal(result[outside], pixels[outside])
    assert (result[~outside] != pixels[~outside]).any()


def test_nothing_renders_transparent(compositor_of):
    document = Document(Size(300, 300))
    assert not compositor_of(document).render(document.rect).any()
    document.root.insert(0, document.new_layer("empty"))
    assert not compositor_of(document).render(Rect(-9, -9, 400, 400)).any()


def test_an_empty_rectangle_renders_to_an_empty_array(compositor_of):
    compositor = compositor_of(random_document(np.random.default_rng(0)))
    assert compositor.render(Rect(5, 5, 0, 7)).shape == (7, 0, 4)
    assert compositor.render(Rect(5, 5, -2, 7)).shape == (7, 0, 4)


def test_beyond_the_canvas_there_is_nothing(compositor_of):
    document = Document(Size(300, 10))
    layer = document.new_layer("large")
    rect = Rect(-40, -300, 600, 600)
    layer.pixels.write(rect, noise(np.random.default_rng(0), rect))
    document.root.insert(0, layer)
    want = np.zeros((600, 600, 4), np.uint8)
    want[300:310, 40:340] = layer.pixels.read(document.rect)
    np.testing.assert_array_equal(compositor_of(document).render(rect), want)
    assert not compositor_of(document).render(Rect(300, 0, 50, 10)).any()


@pytest.mark.parametrize("hide", ["visible", "opacity", "mask"])
def test_a_hidden_layer_does_not_show(hide, compositor_of):
    rng = np.random.default_rng(0)
    document = Document.from_pixels(noise(rng, Rect(0, 0, 300, 300)))
    want = compositor_of(document).render(document.rect)
    layer = document.new_layer("hidden")
    layer.pixels.write(document.rect, noise(rng, document.rect))
    if hide == "visible":
        layer.visible = False
    elif hide == "opacity":
        layer.opacity = 0.0
    else:
        layer.mask = Mask(TileGrid(1, fill=0))
    document.root.insert(1, layer)
    np.testing.assert_array_equal(compositor_of(document).render(document.rect), want)


def test_a_switched_off_mask_hides_nothing(compositor_of):
    rng = np.random.default_rng(0)
    document = Document.from_pixels(noise(rng, Rect(0, 0, 300, 300)))
    want = compositor_of(document).render(document.rect)
    document.active.mask = Mask(TileGrid(1, fill=0), enabled=False)
    np.testing.assert_array_equal(compositor_of(document).render(document.rect), want)


def test_a_group_is_composited_on_its_own(compositor_of):
    """Multiply inside a group must not reach what is below the group."""
    color = np.full((20, 20, 4), 128, np.uint8)
    color[..., 3] = 255
    document = Document.from_pixels(color)
    layer = Layer("multiply", TileGrid.from_pixels(color))
    layer.mode = BlendMode.MULTIPLY
    document.root.insert(1, LayerGroup("group", [layer]))
    assert (compositor_of(document).render(document.rect) == color).all()


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_threads_makes_the_same_picture(threads, compositor_of):
    document = random_document(np.random.default_rng(2), Size(900, 900), nodes=12)
    got = compositor_of(document, threads=threads).render(document.rect)
    np.testing.assert_array_equal(got, fresh(document, document.rect))


@pytest.mark.parametrize("level", [0, 1])
@pytest.mark.parametrize("threads", [1, 3])
def test_asking_tile_by_tile_makes_the_same_picture(threads, level, compositor_of):
    document = random_document(np.random.default_rng(8), Size(1100, 700), nodes=12)
    compositor, whole = compositor_of(document, threads=threads), Rect(0, 0, 1100, 700)
    for size in (whole.size, Size(800, 700)):
        document.history.push(Reshape(document, "Crop", size, []))
        for coord in whole.tiles():
            got = compositor.render(coord.rect, level)
            np.testing.assert_array_equal(got, fresh(document, coord.rect, level))


@pytest.mark.parametrize("level", [1, 2, 4])
def test_a_smaller_level_is_the_average_of_its_pixels(level, compositor_of):
    rng = np.random.default_rng(3)
    rect = Rect(0, 0, 1024, 512)
    pixels = noise(rng, rect)
    small = compositor_of(Document.from_pixels(pixels)).render(Rect(0, 0, 1024 >> level, 64), level)
    step = 1 << level
    values = pixels[: 64 * step].astype(float) / 255
    values[..., :3] *= values[..., 3:]
    want = values[: 512 // step * step].reshape(-1, step, 1024 // step, step, 4).mean((1, 3))
    got = small[: len(want)] / 255
    got[..., :3] *= got[..., 3:]
    assert np.abs(got - want).max() * 255 < 0.8 * level + 0.2


def test_a_photo_of_odd_size_is_complete_at_every_level(compositor_of):
    color = np.full((301, 517, 4), 200, np.uint8)
    color[..., 3] = 255
    compositor = compositor_of(Document.from_pixels(color))
    for level in range(1, 6):
        w, h = 517 >> level, 301 >> level
        assert (compositor.render(Rect(0, 0, w, h), level) == color[0, 0]).all()


def test_a_change_in_one_layer_leaves_the_rest_of_its_tile_alone(compositor_of):
    """Only the rectangle that was told is drawn again: the rest keeps the very bytes it had."""
    rng = np.random.default_rng(4)
    document = random_document(rng, nodes=12)
    layer = document.root.children[0]
    document.activate(layer)
    compositor = compositor_of(document)
    before = compositor.render(document.rect)
    dab = Rect(100, 100, 40, 40)
    layer.pixels.write(dab.grow(30), noise(rng, dab.grow(30)))
    document.touch(layer, dab)
    after = compositor.render(document.rect)
    changed = (after != before).any(-1)
    assert changed[100:140, 100:140].any()
    changed[100:140, 100:140] = False
    assert not changed.any()


def layers_around(dtype, *, in_groups):
    """Three layers below the active one, three above; each of them inside two groups, or none."""
    rng = np.random.default_rng(9)
    document = Document(Size(300, 300), dtype)
    layers = [Layer(f"layer {n}", TileGrid(4, dtype)) for n in range(7)]
    for layer in layers:
        layer.pixels.write(document.rect, noise(rng, document.rect, dtype=dtype))
        layer.opacity = 0.7
    nodes = layers
    if in_groups:
        inner = LayerGroup("inner", layers[1:6])
        outer = LayerGroup("outer", [layers[0], inner, layers[6]])
        inner.opacity = outer.opacity = 0.8
        nodes = [outer]
    for index, node in enumerate(nodes):
        document.root.insert(index, node)
    document.activate(layers[3])
    return document, layers


@pytest.mark.parametrize("in_groups", [False, True])
@pytest.mark.parametrize("dtype", DEPTHS)
def test_what_lies_below_and_above_is_not_read_again(dtype, in_groups, compositor_of):
    """Their tiles are blanked behind the compositor's back, and nobody can tell."""
    document, layers = layers_around(dtype, in_groups=in_groups)
    compositor = compositor_of(document)
    compositor.render(document.rect)
    twin, others = layers_around(dtype, in_groups=in_groups)
    dab = Rect(240, 10, 30, 30)
    for node in (layers[3], others[3]):
        node.pixels.write(dab, np.full((30, 30, 4), document.full // 2, dtype))
    want = fresh(twin, dab)
    for number in (0, 1, 2, 4, 5, 6):
        if in_groups and number in (0, 6):
            continue  # alone in its place, so there was nothing to merge it with
        for coord in layers[number].pixels.coords():
            tile = layers[number].pixels.tile(coord)
            tile.flags.writeable = True
            tile[...] = 0
    document.touch(layers[3], dab)
    assert_near(compositor.render(dab), want)


def test_a_part_that_was_not_asked_for_is_drawn_when_it_is(compositor_of):
    rng = np.random.default_rng(5)
    document = random_document(rng)
    layer = document.root.children[0]
    compositor = compositor_of(document)
    compositor.render(document.rect)
    for rect in (Rect(10, 10, 20, 20), Rect(300, 50, 20, 20)):
        layer.pixels.write(rect, noise(rng, rect))
        document.touch(layer, rect)
    part = Rect(0, 0, 100, 100)
    assert_near(compositor.render(part), fresh(document, part))
    assert_near(compositor.render(document.rect), fresh(document, document.rect))


def test_a_larger_canvas_shows_what_was_beyond_the_old_one(compositor_of):
    """A change told for the old canvas also changed what only the new one shows."""
    rng = np.random.default_rng(6)
    document = random_document(rng)
    layer, around = document.root.children[0], document.rect.grow(200)
    layer.pixels.write(around, noise(rng, around))
    compositor = compositor_of(document)
    compositor.render(document.rect)
    document.history.push(SetProperty(document, layer, "opacity", 0.3, "Opacity"))
    compositor.render(document.rect)
    size = Size(document.size.w + 90, document.size.h + 90)
    document.history.push(Reshape(document, "Enlarge", size, []))
    assert_near(compositor.render(document.rect), fresh(document, document.rect))
    document.history.undo()
    assert_near(compositor.render(document.rect), fresh(document, document.rect))


def test_a_closed_compositor_hears_nothing_and_leaves_no_thread():
    document = random_document(np.random.default_rng(7), Size(900, 900))
    before = threading.active_count()
    compositor = Compositor(document, threads=2)
    compositor.render(document.rect)
    compositor.close()
    assert threading.active_count() == before
    layer = document.root.children[0]
    old = compositor.render(Rect(0, 0, 9, 9))
    layer.pixels.put(Coord(0, 0), None)
    document.touch(layer, document.rect)
    np.testing.assert_array_equal(compositor.render(Rect(0, 0, 9, 9)), old)


def paint(document, rng):
    layers = [node for node in document.root.walk() if isinstance(node, Layer)]
    active = document.active
    layer = active if isinstance(active, Layer) and rng.random() < 0.7 else rng.choice(layers)
    rect = random_rect(rng, document.size, 90)
    masked = layer.mask is not None and rng.random() < 0.4
    grid = layer.mask.grid if masked else layer.pixels
    before = grid.snapshot()
    grid.write(rect, noise(rng, rect, grid.channels, grid.dtype))
    document.touch(layer, rect)
    document.history.push(edit_pixels(document, "Paint", layer, grid, before), done=True)


def change_property(document, rng):
    nodes = list(document.root.walk())
    node = nodes[rng.integers(0, len(nodes))]
    key = rng.choice(["opacity", "mode", "visible", "mask", "name"])
    if isinstance(node, AdjustmentLayer) and rng.random() < 0.4:
        key = "lut"
    value = {
        "opacity": round(float(rng.random()), 2),
        "mode": MODES[rng.integers(0, 16)],
        "visible": not node.visible,
        "mask": random_mask(rng, document.size, document.dtype),
        "name": "renamed",
        "lut": random_lut(rng),
    }[key]
    document.history.push(SetProperty(document, node, key, value, "Change"))


def change_tree(document, rng):
    nodes = list(document.root.walk())
    groups = [document.root, *(node for node in nodes if isinstance(node, LayerGroup))]
    parent, kind = groups[rng.integers(0, len(groups))], rng.integers(0, 3)
    node = nodes[rng.integers(0, len(nodes))]
    index = int(rng.integers(0, len(parent.children) + 1))
    if kind == 0 or len(nodes) < 4:
        new = random_layer(rng, document.size, document.dtype)
        command = AddLayer(document, new, parent, index)
    elif kind == 1:
        command = RemoveLayer(document, node)
    elif parent is not node and node not in parent.ancestors():
        index = int(rng.integers(0, len([n for n in parent.children if n is not node]) + 1))
        command = MoveLayer(document, node, parent, index)
    else:
        return
    document.history.push(command)


def activate(document, rng):
    nodes = list(document.root.walk())
    document.activate(nodes[rng.integers(0, len(nodes))])


def walk_history(document, rng):
    document.history.go_to(document.history.done + int(rng.integers(-4, 3)))


EDITS = [paint, paint, paint, paint, change_property, change_tree, activate, walk_history]


@pytest.mark.parametrize("dtype", DEPTHS)
@pytest.mark.parametrize("budget", [1 << 28, 1 << 21])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_remembered_never_shows(seed, budget, dtype, compositor_of):
    """After any edits, a compositor with full caches agrees with one that starts anew."""
    rng = np.random.default_rng(seed)
    document = random_document(rng, dtype=dtype, nodes=10)
    compositor = compositor_of(document, threads=2, budget=budget)
    for _ in range(40):
        for _ in range(int(rng.integers(1, 4))):
            EDITS[rng.integers(0, len(EDITS))](document, rng)
        level = int(rng.choice([0, 0, 0, 1, 2]))
        size = Size(document.size.w >> level, document.size.h >> level)
        rect = random_rect(rng, size, 300)
        assert_near(compositor.render(rect, level), fresh(document, rect, level))
    assert_near(compositor.render(document.rect), fresh(document, document.rect))
