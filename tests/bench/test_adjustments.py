"""What an adjustment costs on a photograph of 24 megapixels."""

import numpy as np
import pytest

from editor.document.adjustment import add_adjustment
from editor.document.compositor import KEPT, Compositor
from editor.document.document import Document
from editor.document.geometry import TILE, Coord, Rect, Size
from editor.document.lut import Lut, lattice
from editor.formats import load, save
from tests.bench.conftest import VIEW, Painter, tiles

pytestmark = pytest.mark.bench

SIZE = Size(6000, 4000)
LOOK = Lut(lattice(33) ** np.array([0.8, 1.0, 1.2], np.float32))


def photo(dtype=np.uint8):
    document = Document(SIZE, dtype)
    layer = document.new_layer("photo")
    made = [
        tile.astype(dtype) * (np.iinfo(dtype).max // 255)
        for tile in tiles(np.random.default_rng(0), 8, opaque=True)
    ]
    for place, coord in enumerate(document.rect.tiles()):
        layer.pixels.put(coord, made[place % 8])
    document.root.insert(0, layer)
    document.activate(layer)
    return document


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16], ids=["8 bits", "16 bits"])
def test_a_table_on_interleaved_pixels(benchmark, dtype):
    """Budget: 2 s at 8 bits, on one thread."""
    document = photo(dtype)
    pixels = document.root.children[0].pixels.read(document.rect)
    np.empty(KEPT, np.uint8)  # as in the program, where there always is a compositor
    benchmark.pedantic(lambda: LOOK.apply(pixels), rounds=3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16], ids=["8 bits", "16 bits"])
@pytest.mark.parametrize("adjusted", [False, True], ids=["photo", "adjusted"])
def test_first_render_of_all_pixels(benchmark, dtype, adjusted):
    """Budget: 2 s at 8 bits, on two threads; and what the photo alone takes."""
    document = photo(dtype)
    if adjusted:
        add_adjustment(document, LOOK, "Look")
    compositors = []

    def start():
        for compositor in compositors:
            compositor.close()
        compositors[:] = [Compositor(document)]
        return (), {}

    benchmark.pedantic(lambda: compositors[0].render(document.rect), setup=start, rounds=3)
    compositors[0].close()


def test_a_step_of_the_strength_slider(benchmark):
    """Budget: 100 ms for a window of 1600 x 1000."""
    document = photo()
    layer = add_adjustment(document, LOOK, "Look")
    compositor = Compositor(document)
    compositor.render(VIEW)
    turns = iter(range(10_000))

    def step():
        layer.opacity = 0.2 + next(turns) % 60 / 100
        document.touch(layer, document.rect)
        compositor.render(VIEW)

    benchmark.pedantic(step, rounds=20)
    compositor.close()


def test_one_pointer_sample_below_an_adjustment(benchmark):
    """Budget: 8 ms with a 64 px brush."""
    document = photo()
    add_adjustment(document, LOOK, "Look")
    document.activate(document.root.children[0])
    compositor = Compositor(document)
    compositor.render(VIEW)
    hand = Painter(document, 64)
    benchmark.pedantic(lambda: compositor.render(hand.sample()), rounds=300, warmup_rounds=10)
    compositor.close()


def test_saving_an_adjusted_photo_and_opening_it(benchmark, tmp_path):
    """No budget: it happens in the background. What others see is drawn for it."""
    document = photo()
    add_adjustment(document, LOOK, "Look")

    def there_and_back():
        save(document.snapshot(), tmp_path / "large.ora")
        return load(tmp_path / "large.ora")

    back = benchmark.pedantic(there_and_back, rounds=1)
    spot = Rect(*Coord(3, 3).rect[:2], TILE, TILE)
    want = document.root.children[0].pixels.read(spot)
    np.testing.assert_array_equal(back.root.children[0].pixels.read(spot), want)
