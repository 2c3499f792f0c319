"""What the enhancer that is shipped does, on photographs of scikit-image and on drawings."""

import numpy as np
import pytest
from skimage import data
from skimage.color import deltaE_ciede2000, rgb2lab

from editor import adjust
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.lut import Lut
from neural.engine import Engine, shipped_models
from neural.operations.enhance import Enhance
from neural.progress import Progress
from tests.golden import assert_golden

PHOTOS = ("astronaut", "coffee", "rocket")  # well lit; no network was trained on them


@pytest.fixture(scope="module")
def engine():
    return Engine([shipped_models()], "cpu")


def photo(name):
    return getattr(data, name)()


def enhanced(engine, pixels):
    """As the editor shows it, ``(h, w, 3)``, uint8."""
    image = pixels.astype(np.float32) / np.float32(255)
    found = engine.run(Enhance(), image, np.ones(image.shape[:2], np.float32), Progress())
    return Lut(found.image).apply(pixels)


def changed(one, other):
    """The mean CIEDE2000 difference, at every third pixel."""
    return float(deltaE_ciede2000(*(rgb2lab(each[::3, ::3]) for each in (one, other))).mean())


def psnr(one, other):
    return -10 * np.log10(np.square((one.astype(float) - other) / 255).mean())


def in_light(pixels, change):
    """Change linear light, as a lens or a lamp does."""
    light = np.where(pixels <= 10, pixels / 3294.6, ((pixels / 255 + 0.055) / 1.055) ** 2.4)
    light = np.clip(change(light), 0, 1)
    image = np.where(light < 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(image * 255).astype(np.uint8)


DAMAGE = {
    "dark": lambda light: light / 4,
    "hazy": lambda light: light * 0.7 + 0.25,
    "dark and hazy": lambda light: light * 0.3 + 0.06,
}


@pytest.mark.parametrize("name", PHOTOS)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_spoiled_photo_comes_closer_to_what_it_was(engine, name, damage):
    good = photo(name)
    dull = in_light(good, DAMAGE[damage])
    found = enhanced(engine, dull)
    assert psnr(found, good) > psnr(dull, good) + 3
    assert changed(found, good) < 0.8 * changed(dull, good)


@pytest.mark.parametrize("name", PHOTOS)
def test_a_good_photo_is_left_alone(engine, name):
    assert changed(enhanced(engine, photo(name)), photo(name)) < 2


@pytest.mark.parametrize("name", ["camera", "moon", "coins"])
def test_gray_stays_gray(engine, name):
    gray = photo(name)[..., None].repeat(3, -1)
    found = enhanced(engine, gray // 2 + 40)
    assert (found == found[..., :1]).all()
    assert np.ptp(found) > np.ptp(gray // 2 + 40)


def test_one_color_stays_that_color(engine):
    """R7"""
    plain = np.full((50, 70, 3), (200, 30, 40), np.uint8)
    np.testing.assert_array_equal(enhanced(engine, plain), plain)


def test_a_drawing_in_many_shades_keeps_its_white_and_its_black(engine):
    drawing = np.full((200, 300, 3), 255, np.uint8)
    drawing[50:90, 30:100] = (220, 40, 50)
    drawing[110:160, 150:280] = (30, 90, 200)
    drawing[20:40] = 0
    drawing[170:190] = np.linspace(0, 255, 300).astype(np.uint8)[:, None]  # as soft edges have
    found = enhanced(engine, drawing)
    assert found[0, 0].min() >= 250
    assert found[30, 5].max() <= 8
    assert changed(found, drawing) < 2


@pytest.mark.parametrize("name", PHOTOS)
def test_what_grew_brighter_stays_smooth_and_in_order(engine, name):
    """R8: no step of the table turns back along gray, and none is a jump."""
    image = in_light(photo(name), DAMAGE["dark"]).astype(np.float32) / np.float32(255)
    table = engine.run(Enhance(), image, np.ones(image.shape[:2], np.float32), Progress()).image
    places = np.arange(len(table))
    steps = np.diff(table[places, places, places], axis=0)
    assert steps.min() > -1e-3
    assert steps.max() < 8 / len(table)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_outside_the_mask_not_a_byte_changes_and_alpha_never(engine, dtype):
    """R1, R9"""
    full = np.iinfo(dtype).max
    dull = in_light(photo("astronaut")[:200, :256], DAMAGE["dark"])
    pixels = np.empty((200, 256, 4), dtype)
    pixels[..., :3] = dull.astype(dtype) * dtype(full // 255)
    pixels[..., 3] = np.linspace(0, full, 256).astype(dtype)
    document = Document.from_pixels(pixels)
    part = Rect(100, 50, 80, 60)
    document.selection.write(part, np.full((60, 80, 1), full, dtype))
    answer = adjust.apply(Enhance(), document.snapshot(), engine, Progress())
    after = adjust.flat(answer.layer, document)
    outside = document.selection.read(document.rect)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], pixels[outside])
    np.testing.assert_array_equal(after[..., 3], pixels[..., 3])
    assert (after != pixels).any(axis=-1)[~outside].mean() > 0.9
    assert answer.changed_outside == 0


def test_the_colors_under_what_is_transparent_do_not_count(engine):
    pixels = np.full((160, 240, 4), 255, np.uint8)
    pixels[..., :3] = in_light(photo("coffee")[:160, :240], DAMAGE["hazy"])
    pixels[:, 150:, 3] = 0
    tables = []
    for hidden in (0, 90, 255):
        pixels[:, 150:, :3] = hidden
        document = Document.from_pixels(pixels)
        tables.append(adjust.apply(Enhance(), document, engine, Progress()).layer.lut.table)
    np.testing.assert_array_equal(tables[0], tables[1])
    np.testing.assert_array_equal(tables[0], tables[2])


def test_the_same_run_gives_the_same_bytes(engine):
    """R39"""
    dull = in_light(photo("coffee"), DAMAGE["dark"]).astype(np.float32) / np.float32(255)
    whole = np.ones(dull.shape[:2], np.float32)
    one, two = (engine.run(Enhance(), dull, whole, Progress()).image for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_an_enhanced_photo_looks_as_approved(engine):
    dull = in_light(photo("astronaut")[::2, ::2], DAMAGE["dark and hazy"])
    # another machine may round differently, which a network carries a little further
    assert_golden("enhance-2", enhanced(engine, dull), worst=4, mean=0.5)
