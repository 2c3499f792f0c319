import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from neural.engine import Engine, shipped_models
from neural.operations.inpaint import Inpaint
from neural.overlay import estimated, lifted
from neural.progress import Progress

SIDE = 240


def photo(seed=0):
    """Slopes, a few soft blots and fine grain."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(60, 200, (7, 8, 3), np.uint8))
    smooth = np.asarray(coarse.resize((SIDE, SIDE), Image.Resampling.BICUBIC), np.float32) / 255
    return (smooth + 0.01 * rng.standard_normal(smooth.shape)).clip(0, 1).astype(np.float32)


def drawn(kind):
    """How much of each pixel is under the lettering or the logo, with soft edges."""
    large = Image.new("L", (4 * SIDE, 4 * SIDE))
    draw = ImageDraw.Draw(large)
    if kind == "thin":  # strokes of two to three pixels, and hairs
        draw.text((80, 420), "© Sample photo", fill=255, font=ImageFont.load_default(110))
    elif kind == "lettering":
        draw.text((120, 360), "SAMPLE", fill=255, font=ImageFont.load_default(220))
    else:
        draw.ellipse((240, 240, 720, 720), fill=255)
        draw.rectangle((400, 420, 560, 540), fill=0)
    return np.asarray(large.resize((SIDE, SIDE), Image.Resampling.BOX), np.float32) / 255


def rough(cover):
    """A box around it, as somebody would select it."""
    y, x = np.nonzero(cover)
    mask = np.zeros(cover.shape, np.float32)
    mask[max(y.min() - 12, 0) : y.max() + 12, max(x.min() - 12, 0) : x.max() + 12] = 1
    return mask


def laid_on(image, cover, strength, color):
    part = (strength * cover)[..., None]
    mixed = (1 - part) * image + part * np.array(color, np.float32)
    return (np.rint(mixed * 255) / 255).astype(np.float32)


def off(result, truth, mask):
    return float(np.sqrt(((result - truth)[mask > 0] ** 2).mean()))


CASES = [
    ("thin", 0.5, (1, 1, 1)),
    ("lettering", 0.5, (1, 1, 1)),
    ("lettering", 0.35, (0, 0, 0)),
    ("logo", 0.4, (0.9, 0.1, 0.1)),
]


@pytest.mark.parametrize(("kind", "strength", "color"), CASES)
def test_the_color_and_the_strength_are_found(kind, strength, color):
    cover = drawn(kind)
    found = estimated(laid_on(photo(), cover, strength, color), rough(cover) > 0)
    assert found is not None
    assert found.strength == pytest.approx(strength, abs=0.11)
    np.testing.assert_allclose(found.strength * found.color, strength * np.array(color), atol=0.08)


@pytest.mark.parametrize(("kind", "strength", "color"), CASES)
def test_what_was_under_it_comes_back(kind, strength, color):
    """Several times nearer to the truth than anything that only guesses."""
    truth, cover = photo(1), drawn(kind)
    seen, mask = laid_on(truth, cover, strength, color), rough(cover)
    engine = Engine([shipped_models()], "cpu")
    before = seen.copy()
    result = engine.run(Inpaint(removes="overlay"), seen, mask, Progress())
    plain = engine.run(Inpaint(), seen, mask, Progress())
    assert off(result.image, truth, mask) < 0.4 * off(plain.image, truth, mask)
    assert off(result.image, truth, mask) < 0.3 * off(seen, truth, mask)
    assert result.image[mask == 0].tobytes() == before[mask == 0].tobytes()
    assert result.changed_outside == 0


def test_what_hides_everything_is_filled_where_it_is_and_nowhere_else():
    truth, cover = photo(2), drawn("lettering")
    mask = rough(cover)
    found = lifted(laid_on(truth, cover, 0.97, (1, 1, 1)), mask > 0)
    assert found is not None
    _, left = found
    assert left[cover > 0.5].mean() > 0.97
    assert left.sum() < 0.8 * mask.sum()


def test_without_an_overlay_it_says_so_and_fills_everything():
    image, mask = photo(3), rough(drawn("logo"))
    engine = Engine([shipped_models()], "cpu")
    result = engine.run(Inpaint(removes="overlay"), image, mask, Progress())
    plain = engine.run(Inpaint(), image, mask, Progress())
    assert any("No overlay" in note for note in result.notes)
    np.testing.assert_array_equal(result.image, plain.image)


def test_a_soft_mask_takes_part_of_it_off():
    cover = drawn("logo")
    seen, mask = laid_on(photo(4), cover, 0.4, (1, 1, 1)), rough(cover)
    engine = Engine([shipped_models()], "cpu")
    whole = engine.run(Inpaint(removes="overlay"), seen, mask, Progress()).image
    half = engine.run(Inpaint(removes="overlay"), seen, mask * np.float32(0.5), Progress()).image
    np.testing.assert_allclose(half, (seen + whole) / 2, atol=1e-6)
