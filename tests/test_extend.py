import numpy as np
import pytest

from editor import extend, retouch
from editor.document.document import Document
from editor.extend import Margins
from neural.engine import Engine, shipped_models
from neural.errors import NeuralError
from neural.operations.inpaint import Inpaint
from neural.progress import Progress


@pytest.fixture(scope="module")
def engine():
    return Engine([shipped_models()], "cpu")


def slope(dtype, h=90, w=120):
    full = np.iinfo(dtype).max
    y, x = np.mgrid[:h, :w]
    rgb = np.stack([0.3 + x / 400, 0.4 + y / 400, 0.5 + 0 * x], 2)
    pixels = np.full((h, w, 4), full, dtype)
    pixels[..., :3] = np.rint(rgb * full)
    return pixels


MARGINS = Margins(30, 0, 12, 20)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_picture_stays_and_the_margins_go_on_with_it(engine, dtype):
    """R1, R4"""
    pixels = slope(dtype)
    document = Document.from_pixels(pixels)
    seen = []
    progress = Progress(lambda fraction, text: seen.append(fraction))
    answer = extend.apply(Inpaint(), document.snapshot(), MARGINS, engine, progress)
    assert seen == sorted(seen)
    document.history.push(extend.command(document, MARGINS, answer.layer))
    assert document.size == (162, 110)
    after = retouch.visible(document, document.rect)
    assert after.dtype == dtype
    np.testing.assert_array_equal(after[:90, 30:150], pixels)
    assert (after[..., 3] == document.full).all()
    y, x = np.mgrid[:110, -30:132]
    want = np.stack([0.3 + x / 400, 0.4 + y / 400, 0.5 + 0 * x], 2)
    assert np.abs(after[..., :3] / document.full - want).max() < 0.12
    steps = np.abs(np.diff(after[..., :3] / document.full, axis=1))
    assert steps.max() < 0.03, "no seam"
    assert document.active is answer.layer
    assert answer.layer.recipe["margins"] == [30, 0, 12, 20]


def test_it_is_one_step_back(engine):
    """R36"""
    document = Document.from_pixels(slope(np.uint8))
    answer = extend.apply(Inpaint(), document.snapshot(), MARGINS, engine, Progress())
    document.history.push(extend.command(document, MARGINS, answer.layer))
    after = retouch.visible(document, document.rect)
    document.history.undo()
    assert document.size == (120, 90)
    assert len(document.root.children) == 1
    np.testing.assert_array_equal(retouch.visible(document, document.rect), slope(np.uint8))
    document.history.redo()
    np.testing.assert_array_equal(retouch.visible(document, document.rect), after)


def test_alpha_goes_on_as_it_is_at_the_border(engine):
    """R9"""
    pixels = slope(np.uint8)
    pixels[:, :40, 3] = 0
    pixels[:, 100:, 3] = 128
    document = Document.from_pixels(pixels)
    answer = extend.apply(Inpaint(), document, Margins(20, 0, 20, 0), engine, Progress())
    alpha = answer.layer.pixels.read(document.rect._replace(w=160))[..., 3]
    assert not alpha[:, :140].any()
    assert (alpha[:, 140:] == 128).all()


def test_a_transparent_picture_is_refused_in_a_sentence(engine):
    document = Document.from_pixels(np.zeros((50, 60, 4), np.uint8))
    with pytest.raises(NeuralError, match="transparent"):
        extend.apply(Inpaint(), document, MARGINS, engine, Progress())
