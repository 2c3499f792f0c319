"""Actions on the canvas: size, crop, turning, flipping."""

import dataclasses

import numpy as np
import pytest

from editor.actions.image import IMAGE, proportional
from editor.document.geometry import Size
from editor.paint.transform import Filter
from tests.actions.shell import FakeShell, photo, select


def run(shell, name):
    next(each for each in IMAGE if each.id == f"image.{name}").run(shell)


def pixels(shell):
    document = shell.workspace.document
    return document.active.pixels.read(document.rect)


@pytest.fixture
def shell():
    return FakeShell(photo())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("turn-right", lambda p: np.rot90(p, -1)),
        ("turn-left", lambda p: np.rot90(p)),
        ("turn-over", lambda p: np.rot90(p, 2)),
        ("flip-across", lambda p: p[:, ::-1]),
        ("flip-down", lambda p: p[::-1]),
    ],
)
def test_turning_and_flipping_move_pixels_and_selection_alike(shell, name, change):
    document = shell.workspace.document
    select(document, 10, 20, 30, 40)
    before, selected = pixels(shell), document.selection.read(document.rect)
    run(shell, name)
    np.testing.assert_array_equal(pixels(shell), change(before))
    np.testing.assert_array_equal(document.selection.read(document.rect), change(selected))
    document.history.undo()
    np.testing.assert_array_equal(pixels(shell), before)


def test_crop_cuts_to_the_selection(shell):
    document = shell.workspace.document
    select(document, 10, 20, 30, 40)
    before = pixels(shell)
    run(shell, "crop")
    assert document.size == (30, 40)
    np.testing.assert_array_equal(pixels(shell), before[20:60, 10:40])


@pytest.mark.parametrize(("anchor", "x", "y"), [("center", 50, 30), ("top left", 0, 0)])
def test_a_larger_canvas_keeps_the_picture_at_its_anchor(shell, anchor, x, y):
    before = pixels(shell)
    shell.answers["form"] = lambda v: dataclasses.replace(v, width=400, height=260, anchor=anchor)
    run(shell, "canvas-size")
    assert shell.workspace.document.size == (400, 260)
    np.testing.assert_array_equal(pixels(shell)[y : y + 200, x : x + 300], before)


def test_resizing_keeps_proportions_if_asked(shell):
    shell.answers["form"] = lambda v: dataclasses.replace(v, width=150, filter=Filter.NEAREST)
    before = pixels(shell)
    run(shell, "size")
    assert shell.workspace.document.size == (150, 100)
    shell.workspace.document.history.undo()
    np.testing.assert_array_equal(pixels(shell), before)


@pytest.mark.parametrize(
    ("new", "want"),
    [(Size(150, 200), (150, 100)), (Size(300, 100), (150, 100)), (Size(600, 10), (600, 400))],
)
def test_the_side_that_was_changed_decides(new, want):
    assert proportional(Size(300, 200), new) == want


def test_a_gigantic_size_is_refused_with_a_sentence(shell):
    shell.answers["form"] = lambda v: dataclasses.replace(v, width=30000, height=30000)
    run(shell, "canvas-size")
    assert shell.workspace.document.size == (300, 200)
    assert "megapixels" in shell.said[0]


def test_extending_asks_for_margins_in_percent_or_pixels(shell):
    def percent(form):
        return dataclasses.replace(form, left=10, top=0, right=25, bottom=5)

    shell.answers["form"] = percent
    run(shell, "extend")
    assert shell.calls == [("extend_canvas", (30, 0, 75, 10))]
    shell.answers["form"] = lambda form: dataclasses.replace(percent(form), unit="pixels")
    run(shell, "extend")
    assert shell.calls[1:] == [("extend_canvas", (10, 0, 25, 5))]


def test_extending_by_more_than_a_quarter_is_refused_in_a_sentence(shell):
    shell.answers["form"] = lambda form: dataclasses.replace(form, top=26)
    run(shell, "extend")
    assert not shell.calls
    assert shell.said == ["At most 25% can be added on each side: 50 px top."]


def test_extending_by_nothing_does_nothing(shell):
    shell.answers["form"] = lambda form: dataclasses.replace(form, left=0, right=0)
    run(shell, "extend")
    assert not shell.calls
