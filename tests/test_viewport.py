import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.viewport import STEPS, Viewport

numbers = st.floats(-5000, 5000)
viewports = st.builds(
    Viewport,
    zoom=st.floats(STEPS[0], STEPS[-1]),
    rotation=st.floats(-180, 180),
    mirrored=st.booleans(),
    pan=st.tuples(numbers, numbers),
)


@given(viewports, numbers, numbers)
def test_the_way_to_the_screen_and_back_ends_where_it_began(viewport, x, y):
    assert viewport.to_document(*viewport.to_screen(x, y)) == pytest.approx((x, y), abs=1e-4)


@given(viewports, numbers, numbers)
def test_the_matrix_is_the_way_to_the_screen(viewport, x, y):
    m11, m12, m21, m22, dx, dy = viewport.matrix()
    there = m11 * x + m21 * y + dx, m12 * x + m22 * y + dy
    assert there == pytest.approx(viewport.to_screen(x, y), abs=1e-3)


@pytest.mark.parametrize(
    "move",
    [
        lambda v, x, y: v.zoom_about(v.zoom * 1.3, x, y),
        lambda v, x, y: v.step_about(2, x, y),
        lambda v, x, y: v.step_about(-2, x, y),
        lambda v, x, y: v.rotate_about(v.rotation + 31, x, y),
        lambda v, x, y: v.mirror_about(x, y),
    ],
    ids=["zoom", "step in", "step out", "rotate", "mirror"],
)
@given(viewport=viewports, x=st.floats(0, 2000), y=st.floats(0, 2000))
def test_what_is_under_the_cursor_stays_there(move, viewport, x, y):
    before = viewport.to_document(x, y)
    move(viewport, x, y)
    assert viewport.to_document(x, y) == pytest.approx(before, abs=1e-3)


def test_steps_go_through_whole_zooms_and_stop_at_the_ends():
    viewport = Viewport(zoom=0.9)
    viewport.step_about(1, 0, 0)
    assert viewport.zoom == 1.0
    viewport.step_about(-1, 0, 0)
    assert viewport.zoom == 2 / 3
    viewport.step_about(99, 0, 0)
    assert viewport.zoom == STEPS[-1]
    viewport.step_about(-99, 0, 0)
    assert viewport.zoom == STEPS[0]


def test_zooming_out_of_a_picture_that_fits_at_less_than_any_step_never_zooms_in():
    viewport = Viewport()
    viewport.fit((100_000, 100_000), (1000, 1000))
    fitted = viewport.zoom
    assert fitted < STEPS[0]
    viewport.step_about(-1, 500, 500)
    assert viewport.zoom == fitted
    viewport.zoom_about(fitted / 2, 500, 500)
    assert viewport.zoom == fitted
    viewport.step_about(1, 500, 500)
    assert viewport.zoom == STEPS[0]


@pytest.mark.parametrize("rotation", [0, 90, 30])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_fitted_document_lies_within_the_view_around_its_middle(rotation, mirrored):
    viewport = Viewport(rotation=rotation, mirrored=mirrored)
    w, h = 3000, 1000
    viewport.fit((w, h), (800, 600), margin=16)
    corners = [viewport.to_screen(x, y) for x in (0, w) for y in (0, h)]
    assert min(x for x, _ in corners) >= 16 - 1e-6
    assert max(x for x, _ in corners) <= 784 + 1e-6
    assert min(y for _, y in corners) >= 16 - 1e-6
    assert max(y for _, y in corners) <= 584 + 1e-6
    assert viewport.to_screen(w / 2, h / 2) == pytest.approx((400, 300))


def test_a_small_document_is_not_enlarged_to_fit():
    viewport = Viewport()
    viewport.fit((100, 50), (800, 600))
    assert viewport.zoom == 1.0


def test_scrolling_moves_the_picture_with_the_hand():
    viewport = Viewport(zoom=2.0, rotation=40)
    x, y = viewport.to_screen(10, 20)
    viewport.scroll(7, -3)
    assert viewport.to_screen(10, 20) == pytest.approx((x + 7, y - 3))
