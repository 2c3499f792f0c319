"""The network that finds scratches and dust, on a photograph that it never saw."""

import numpy as np
import pytest
from skimage import data
from skimage.draw import line_aa

from neural import blemishes
from neural.engine import Engine, shipped_models
from neural.progress import Progress


@pytest.fixture(scope="module")
def engine():
    return Engine([shipped_models()], "cpu")


def photo():
    """Gray, as old ones are."""
    color = data.astronaut()[40:296, 60:380].astype(np.float32) / 255
    return np.repeat(color.mean(2, keepdims=True), 3, 2)


def scratched(image, value):
    """Three scratches and some dust; where they are."""
    image, where = image.copy(), np.zeros(image.shape[:2], bool)
    for y1, x1, y2, x2 in ((5, 40, 240, 70), (20, 300, 200, 250), (230, 120, 180, 310)):
        for dx in (0, 1):
            y, x, alpha = line_aa(y1, x1 + dx, y2, x2 + dx)
            image[y, x] += alpha[:, None] * (value - image[y, x])
            where[y[alpha > 0.4], x[alpha > 0.4]] = True
    for y, x in ((30, 200), (120, 150), (60, 90), (210, 260), (150, 40)):
        image[y : y + 3, x : x + 3], where[y : y + 3, x : x + 3] = value, True
    return image, where


def near(where):
    wide = np.pad(where, 3)
    h, w = where.shape
    return np.any([wide[y : y + h, x : x + w] for y in range(7) for x in range(7)], axis=0)


@pytest.mark.parametrize("value", [0.95, 0.03])
def test_scratches_and_dust_are_proposed_and_little_else(engine, value):
    image, where = scratched(photo(), value)
    likely = blemishes.likely(engine, image, 6, Progress())
    found = blemishes.proposed(likely, 0.5, Progress())
    assert found[where].mean() > 0.65
    assert (found & ~near(where)).sum() < 0.3 * found.sum()
    other = blemishes.proposed(likely, 0.5, Progress(), bright=value < 0.5, dark=value > 0.5)
    assert other[where].mean() < 0.1, "only what was asked for"


def test_a_clean_photo_is_left_alone(engine):
    likely = blemishes.likely(engine, photo(), 6, Progress())
    assert blemishes.proposed(likely, 0.5, Progress()).mean() < 0.01


def test_tiles_and_the_whole_agree(engine):
    image, _ = scratched(photo(), 0.95)
    wide = np.concatenate([image, image[:, ::-1]], 1)
    one = blemishes.likely(engine, wide, 6, Progress())
    other = blemishes.likely(engine, wide[:, :320], 6, Progress())
    assert np.abs(one[:, :240] - other[:, :240]).max() < 2 / 255
