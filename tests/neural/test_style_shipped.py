"""What style transfer, as it is shipped, does on pictures made here."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from skimage import data

from editor.looks import Looks, shipped_looks
from neural.engine import Engine, shipped_models
from neural.errors import Cancelled
from neural.image import looked_up
from neural.looks import recoloring
from neural.operations.style import Style
from neural.progress import CancelToken, Progress
from neural.reading import look_of
from neural.session import Session
from tests.golden import assert_golden

FEW = ("Van Gogh – The Starry Night", "Hokusai – The Great Wave", "Halftone", "Blueprint", "Neon")


@pytest.fixture(scope="module")
def engine():
    return Engine([shipped_models()], "cpu")


@pytest.fixture(scope="module")
def painter(engine):
    model = engine.library.find("style")
    return Session(model.card, engine.library.read(model), "cpu")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    return Looks(shipped_looks(), tmp_path_factory.mktemp("own")).kept


def photo(h=192, w=256):
    picture = data.astronaut()[40 : 40 + h, 100 : 100 + w]
    return picture.astype(np.float32) / 255


def painted(painter, image, *looks, **settings):
    mask = np.ones(image.shape[:2], np.float32)
    return Style(looks, **settings)(painter, image, mask, Progress())


def test_there_are_looks_of_each_kind_and_the_network_understands_them(shipped, painter):
    looks = [each.record for each in shipped]
    assert len(looks) >= 24
    of_any = {look.group for look in looks if look.space == painter.card.space}
    alone = {look.group for look in looks if look.space != painter.card.space}
    assert of_any == {"Paintings", "Graphic", "Photo"}
    assert alone == {"Networks of Their Own"}  # each finds its own: test_shipped
    assert len({look.name for look in looks}) == len(looks)


def from_afar(image):
    """Means over 4 × 4 px: dots and hatches become gray."""
    h, w = (side // 4 for side in image.shape)
    return image[: 4 * h, : 4 * w].reshape(h, 4, w, 4).mean((1, 3))


@pytest.mark.parametrize("name", FEW)
def test_a_look_is_more_than_its_colors_and_leaves_the_picture_to_be_seen(shipped, painter, name):
    (look,) = (each.record for each in shipped if each.record.name == name)
    image = photo()
    (change,) = recoloring(image, [look])
    colored = looked_up(image, change.table(33))
    result = painted(painter, image, look)
    assert np.abs(result - colored).mean() > 0.01
    gray, before = (from_afar(x.mean(axis=2)) for x in (result, image))
    assert np.corrcoef(gray.ravel(), before.ravel())[0, 1] > 0.75


def test_tiles_are_what_the_whole_is(shipped, painter):
    """R5, R6"""
    image, look = photo(300, 400), shipped[0].record
    small = replace(painter.card.geometry, preferred_tile=96)
    tiled = SimpleNamespace(card=replace(painter.card, geometry=small), run=painter.run)
    one, other = painted(painter, image, look), painted(tiled, image, look)
    assert np.abs(one - other).max() <= 1 / 255


@pytest.mark.parametrize("name", FEW)
def test_a_plain_picture_stays_plain_up_to_its_border(shipped, painter, name):
    """R7"""
    (look,) = (each.record for each in shipped if each.record.name == name)
    result = painted(painter, np.full((160, 200, 3), 0.6, np.float32), look)
    assert np.ptp(result, axis=(0, 1)).max() <= 1 / 255


def sky(h=192, w=256):
    """Brighter below, with a veil of cloud, and the grain of a camera."""
    y, x = np.mgrid[:h, :w].astype(np.float32)
    veil = 0.03 * np.sin(x / 40 + y / 70)[..., None]
    grain = np.random.default_rng(0).normal(0, 1.2 / 255, (h, w, 3)).astype(np.float32)
    return np.float32([0.3, 0.5, 0.8]) + (0.1 * y / h)[..., None] + veil + grain


@pytest.mark.parametrize("name", FEW)
def test_a_sky_does_not_boil(shipped, painter, name):
    (look,) = (each.record for each in shipped if each.record.name == name)
    image = sky()
    (change,) = recoloring(image, [look])
    strokes = painted(painter, image, look) - looked_up(image, change.table(33))
    assert strokes.std() < 1 / 255


def test_no_strength_is_no_change_and_more_is_more(shipped, painter):
    image, look = photo(), shipped[0].record
    changes = [
        float(np.abs(painted(painter, image, look, strength=s) - image).mean())
        for s in (0.0, 0.3, 0.7, 1.0)
    ]
    assert changes == sorted(changes)
    assert changes[0] == 0


def test_a_look_read_off_a_picture_is_the_look_of_that_picture(engine):
    rng = np.random.default_rng(0)
    noise = rng.random((256, 256, 3), np.float32)
    y, x = np.mgrid[:256, :256]
    stripes = np.repeat(((x + y) % 16 < 8).astype(np.float32)[..., None], 3, 2)
    one, same, other = (
        np.array(look_of(engine, picture, "a", Progress()).code)
        for picture in (noise, noise[::-1], stripes)
    )
    assert np.linalg.norm(one - same) < 0.3 * np.linalg.norm(one - other)


def test_a_picture_in_two_looks_is_as_it_was_approved(shipped, painter):
    named = {each.record.name: each.record for each in shipped}
    starry, wave = (replace(named[name], share=0.5) for name in FEW[:2])
    result = painted(painter, photo(), starry, wave)
    pixels = np.rint(result * 255).astype(np.uint8)
    assert_golden("style-two-looks", pixels, worst=8, mean=0.5)  # sums in another order


def test_the_same_bytes_each_time_on_a_processor(shipped, painter):
    image, look = photo(), shipped[3].record
    first = painted(painter, image, look)
    np.testing.assert_array_equal(first, painted(painter, image, look))


def test_reading_and_painting_can_be_stopped(engine, painter, shipped):
    token = CancelToken()
    token.cancel()
    progress = Progress(token=token)
    with pytest.raises(Cancelled):
        look_of(engine, photo(), "a", progress)
    with pytest.raises(Cancelled):
        Style((shipped[0].record,))(painter, photo(), np.ones((192, 256), np.float32), progress)
