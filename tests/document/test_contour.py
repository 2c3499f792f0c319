"""A selection at a reduced size, and the line around it."""

from __future__ import annotations

import numpy as np
import pytest

from editor.document.contour import contour, coverage
from editor.document.geometry import Rect
from editor.document.tiles import TileGrid


def edges(inside):
    """The unit edges of a contour, as a set of pairs of points."""
    found = []
    for x0, y0, x1, y1 in contour(inside).tolist():
        dx, dy = np.sign(x1 - x0), np.sign(y1 - y0)
        assert (dx == 0) != (dy == 0)
        for i in range(max(x1 - x0, y1 - y0)):
            found.append((x0 + i * dx, y0 + i * dy, dx))
    assert len(found) == len(set(found))
    return set(found)


def test_a_rectangle_has_four_sides():
    inside = np.zeros((8, 10), bool)
    inside[2:5, 3:9] = True
    assert sorted(contour(inside).tolist()) == sorted(
        [[3, 2, 9, 2], [3, 5, 9, 5], [3, 2, 3, 5], [9, 2, 9, 5]]
    )


def test_nothing_and_everything_have_no_edge():
    assert contour(np.zeros((5, 5), bool)).shape == (0, 4)
    assert contour(np.ones((5, 5), bool)).shape == (0, 4)


def test_every_edge_parts_inside_from_outside():
    inside = np.random.default_rng(0).random((13, 17)) < 0.5
    want = {(x, y, 1) for y in range(1, 13) for x in range(17) if inside[y, x] != inside[y - 1, x]}
    want |= {(x, y, 0) for y in range(13) for x in range(1, 17) if inside[y, x] != inside[y, x - 1]}
    assert edges(inside) == want


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("level", [0, 1, 3, 8])
def test_coverage_is_the_average(dtype, level):
    random = np.random.default_rng(level)
    full = np.iinfo(dtype).max
    pixels = random.integers(0, full, (1024, 1024, 1), dtype, endpoint=True)
    pixels[:256, 256:512] = 0  # not stored
    grid = TileGrid.from_pixels(pixels)
    step = 1 << level
    rect = Rect(-1, 1, 3, 2) if level == 8 else Rect(5, 3, 100, 90)
    blocks = pixels[..., 0].reshape(1024 // step, step, 1024 // step, step)
    whole = np.pad(blocks.mean((1, 3)) / full, 4)
    want = whole[rect.y + 4 : rect.bottom + 4, rect.x + 4 : rect.right + 4]
    np.testing.assert_allclose(coverage(grid, rect, level), want, atol=1e-5)


def test_a_missing_tile_covers_as_much_as_its_fill():
    assert (coverage(TileGrid(1, fill=255), Rect(0, 0, 3, 3)) == 1).all()
