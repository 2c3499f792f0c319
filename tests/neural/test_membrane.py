import numpy as np
import pytest

from neural.membrane import membrane


def bent(field):
    wide = np.pad(field, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = wide[2:, 1:-1] + wide[:-2, 1:-1] + wide[1:-1, 2:] + wide[1:-1, :-2]
    return around - 4 * field


@pytest.mark.parametrize("size", [(40, 60), (61, 33), (5, 9), (3, 40), (1, 1), (150, 400)])
def test_the_field_has_the_curvature_asked_for(size):
    h, w = size
    y, x = np.mgrid[:h, :w]
    hole = np.hypot((y - h / 2) / h, (x - w / 2) / w) < 0.45
    want = np.where(hole, np.cos(y / 9) + np.sin(x / 7), 0)[..., None].astype(np.float32)
    found = membrane(hole, bent(want))
    assert not found[~hole].any()
    assert np.abs(found - want).max() < 0.02 * max(np.abs(want).max(), 1)


def test_nothing_flows_across_the_border_of_the_picture():
    hole = np.zeros((32, 32), bool)
    hole[:, :16] = True
    source = np.zeros((32, 32, 1), np.float32)
    source[:, 15] = -1.0  # the known side is one brighter
    found = membrane(hole, source)
    np.testing.assert_allclose(found[:, :16], 1, atol=0.02)


@pytest.mark.parametrize("rows", [63, 64, 65])
@pytest.mark.parametrize("end", ["top", "bottom"])
def test_a_margin_of_any_depth_is_solved(rows, end):
    """Where the edge of the hole falls on the coarser grids makes no difference."""
    hole = np.zeros((rows + 1, 300), bool)
    hole[slice(0, rows) if end == "top" else slice(1, None)] = True
    y, x = np.mgrid[: rows + 1, :300]
    want = np.where(hole, 1 + np.cos(y / 29) * np.sin(x / 23) / 2, 0)[..., None].astype(np.float32)
    assert np.abs(membrane(hole, bent(want)) - want).max() < 0.02
