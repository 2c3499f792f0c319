import dataclasses
import math

import numpy as np
import pytest

from editor.paint.brush import Brush, Dabs, dab


@pytest.mark.parametrize("diameter", [10, 64, 255])
def test_a_hard_dab_covers_the_area_of_its_circle(diameter):
    area = math.pi * (diameter / 2) ** 2
    assert dab(diameter, 1.0).sum() == pytest.approx(area, rel=0.03)


@pytest.mark.parametrize("hardness", [0.0, 0.3, 0.8, 1.0])
@pytest.mark.parametrize("diameter", [1, 7.5, 40, 300])
def test_a_dab_is_round_and_fades_from_the_middle_out(diameter, hardness):
    plane = dab(diameter, hardness)
    np.testing.assert_allclose(plane, plane.T, atol=1e-6)
    np.testing.assert_allclose(plane, plane[::-1, ::-1], atol=1e-6)
    middle = plane[len(plane) // 2, len(plane) // 2 :]
    assert middle[0] == 1
    assert (np.diff(middle) <= 0).all()
    assert plane[0].max() == plane[:, -1].max() == 0, "the plane is large enough"


def test_a_dab_moves_by_parts_of_a_pixel():
    still, moved = dab(20, 1.0), dab(20, 1.0, 0.25, -0.5)
    at = np.arange(len(still)) - len(still) // 2
    assert (moved * at).sum() / moved.sum() == pytest.approx(0.25, abs=0.02)
    assert (moved * at[:, None]).sum() / moved.sum() == pytest.approx(-0.5, abs=0.02)


def test_the_middle_of_a_dab_is_where_the_pointer_is():
    left, top, plane = Dabs(1.0).at(10.5, 20.5, 5)
    reach = len(plane) // 2
    assert (left + reach, top + reach) == (10, 20)
    np.testing.assert_allclose(plane, plane[::-1, ::-1], atol=1e-6)


def test_dabs_are_remembered():
    dabs = Dabs(0.5)
    assert dabs.at(10.5, 10.5, 40)[2] is dabs.at(200.5, 9.5, 40)[2]


def test_pressure_changes_what_its_switches_say():
    brush = Brush(size=100, spacing=0.1, size_by_pressure=True, opacity_by_pressure=True)
    assert brush.diameter(0.5) == 50
    assert brush.ceiling(0.5) == 0.5
    assert brush.step(0.5) == 5
    brush = dataclasses.replace(brush, size_by_pressure=False, opacity_by_pressure=False)
    assert brush.diameter(0.5) == 100
    assert brush.ceiling(0.5) == 1


def test_every_setting_of_a_brush_describes_itself():
    for setting in dataclasses.fields(Brush):
        assert setting.metadata["label"]
        if isinstance(setting.default, float):
            assert setting.metadata["min"] <= setting.default <= setting.metadata["max"]
