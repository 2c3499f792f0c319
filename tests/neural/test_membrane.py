import numpy as np
import pytest

from neural.membrane import membrane


def bent(field):
    wide = np.pad(field, ((1, 1), (1, 1), (0, 0)), mode="edge")
    around = wide[2:, 1:-1] + wide[:-2, 1:-1] + wide[1:-1, 2:] + wide[1:-1, :-2]
    return around - 4 * field


@pytest.mark.parametrize("size", [(40, 60), (61, 33), (5, 9), (3, 40), (1, 1)])
def test_the_field_has_the_curvature_asked_for(size):
    h, w = size
    y, x = np.mgrid[:h, :w]
    hole = np.hypot((y - h / 2) / h, (x - w / 2) / w) < 0.45
    want = np.where(hole, np.cos(y / 9) + np.sin(x / 7), 0)[..., None].astype(np.float32)
    found = membrane(hole, bent(want))
    assert not found[~hole].any()
    assert np.abs(found - want).max() < 0.1 * max(np.abs(want).max(), 1)


def test_nothing_flows_across_the_border_of_the_picture():
    hole = np.zeros((32, 32), bool)
    hole[:, :16] = True
    source = np.zeros((32, 32, 1), np.float32)
    source[:, 15] = -1.0  # the known side is one brighter
    found = membrane(hole, source)
    np.testing.assert_allclose(found[:, :16], 1, atol=0.1)
