"""What a person does with a large picture, until its pixels are ready to be shown."""

import pytest

from editor.document.compositor import Compositor
from editor.document.geometry import Rect
from editor.document.mips import scale_down
from tests.bench.conftest import VIEW

pytestmark = pytest.mark.bench

FIT = 2
"""The level at which 4096 pixels fit into a window."""


@pytest.mark.parametrize("size", [64, 256])
def test_one_pointer_sample(benchmark, compositor, painter, size):
    """Budget: 8 ms with a 64 px brush, with 5 as with 50 layers."""
    hand = painter(size)
    benchmark.pedantic(lambda: compositor.render(hand.sample()), rounds=300, warmup_rounds=10)


@pytest.mark.parametrize("size", [64, 256])
def test_one_pointer_sample_zoomed_out(benchmark, document, compositor, painter, size):
    """Budget: 16 ms; the whole picture is in the window."""
    compositor.render(scale_down(document.rect, FIT), FIT)
    hand = painter(size)

    def sample():
        compositor.render(scale_down(hand.sample(), FIT), FIT)

    benchmark.pedantic(sample, rounds=200, warmup_rounds=5)


def test_the_first_sample_on_a_layer_just_chosen(benchmark, document, compositor, painter):
    """Budget: 50 ms, what a hand does not feel at the start of a stroke."""
    nodes = document.root.children
    turns = iter(range(10_000))

    def choose():
        document.activate(nodes[1 + next(turns) % (len(nodes) - 1)])
        return (painter(64),), {}

    benchmark.pedantic(
        lambda hand: compositor.render(hand.sample()), setup=choose, rounds=20, warmup_rounds=2
    )


def test_undo_of_a_stroke(benchmark, document, compositor, painter):
    """Budget: 16 ms, for a stroke across the window."""
    hand = painter(64)
    for _ in range(160):
        hand.sample()
    hand.end()
    compositor.render(VIEW)
    turns = iter(range(10_000))

    def step():
        history = document.history
        (history.redo if next(turns) % 2 else history.undo)()
        compositor.render(VIEW)

    benchmark.pedantic(step, rounds=40)


def test_first_render_of_a_window(benchmark, document):
    """Budget: 500 ms for five layers."""
    _render_anew(benchmark, document, VIEW, 0, rounds=5)


def test_first_render_of_all_pixels(benchmark, document):
    """Budget: 2 s for five layers."""
    _render_anew(benchmark, document, document.rect, 0, rounds=2)


def test_zooming_out_for_the_first_time(benchmark, document):
    """Budget: 1 s for five layers; every tile of every layer is halved twice."""
    _render_anew(benchmark, document, scale_down(document.rect, FIT), FIT, rounds=2)


def test_zooming_out_again(benchmark, document, compositor):
    """Budget: 16 ms."""
    whole = scale_down(document.rect, FIT)
    compositor.render(whole, FIT)
    benchmark.pedantic(lambda: compositor.render(whole, FIT), rounds=20)


def test_showing_and_hiding_a_layer(benchmark, document, compositor):
    """Budget: 500 ms for five layers: the window is composited anew."""
    layer = document.root.children[1]

    def toggle():
        layer.visible = not layer.visible
        document.touch(layer, document.rect)
        compositor.render(VIEW)

    benchmark.pedantic(toggle, rounds=5)


def _render_anew(benchmark, document, rect: Rect, level: int, rounds: int):
    """Render with a compositor that has seen nothing yet."""
    made = []

    def start():
        for compositor in made:
            compositor.close()
        made[:] = [Compositor(document)]
        return (), {}

    benchmark.pedantic(lambda: made[0].render(rect, level), setup=start, rounds=rounds)
    made[0].close()
