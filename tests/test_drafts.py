"""Drafts: what they are like beside the results that they stand for."""

import numpy as np
import pytest

from editor import retouch
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.drafts import DRAFT_PX, Drafts
from neural.engine import Engine, shipped_models
from neural.errors import NeuralError
from neural.operations.inpaint import Inpaint
from neural.progress import Progress


@pytest.fixture(scope="module")
def engine():
    return Engine([shipped_models()], "cpu")


def stripes(h=300, w=360, dtype=np.uint8):
    """Wide stripes that a hole is filled with without doubt."""
    full = np.iinfo(dtype).max
    pixels = np.full((h, w, 4), full, dtype)
    pixels[..., :3] = np.where(np.arange(w) // 30 % 2, full // 4, full * 3 // 4)[None, :, None]
    return Document.from_pixels(pixels)


def select(document, hole):
    values = np.full((hole.h, hole.w, 1), document.full, document.dtype)
    document.selection.write(hole, values)


def test_what_is_small_is_no_draft(engine):
    document, hole = stripes(), Rect(100, 80, DRAFT_PX, 40)
    select(document, hole)
    draft = Drafts(document.snapshot(), engine)(Inpaint(seed=2), Progress())
    whole = retouch.apply(Inpaint(seed=2), document.snapshot(), engine, Progress())
    assert draft.answer is not None and draft.rect == hole
    np.testing.assert_array_equal(draft.layer.pixels.read(hole), whole.layer.pixels.read(hole))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("hole", [Rect(95, 83, 131, 117), Rect(0, 150, 140, 150)], ids=str)
def test_a_draft_lies_in_its_place_and_looks_like_the_result(engine, hole, dtype):
    document = stripes(dtype=dtype)
    select(document, hole)
    draft = Drafts(document.snapshot(), engine)(Inpaint(), Progress())
    assert draft.answer is None and draft.rect == hole
    made = draft.layer.pixels.read(hole)
    assert made.dtype == dtype and (made[..., 3] == document.full).all()
    assert (draft.layer.mask.grid.read(hole) == document.full).all()
    wanted = document.active.pixels.read(hole)[..., :3] / document.full
    assert np.abs(made[..., :3] / document.full - wanted).mean() < 0.08


def test_several_are_of_one_snapshot_and_differ(engine):
    rng = np.random.default_rng(0)
    grain = rng.integers(0, 256, (75, 90, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    document, hole = (
        Document.from_pixels(np.dstack([grain, np.full((300, 360), 255, np.uint8)])),
        (Rect(90, 80, 150, 120)),
    )
    select(document, hole)
    drafts = Drafts(document.snapshot(), engine)
    first, other, again = (drafts(Inpaint(seed=seed), Progress()) for seed in (0, 1, 0))
    one, two, three = (each.layer.pixels.read(hole) for each in (first, other, again))
    np.testing.assert_array_equal(one, three)
    assert (one != two).any()


def test_without_a_selection_it_says_so(engine):
    with pytest.raises(NeuralError, match="The mask is empty"):
        Drafts(stripes(), engine)(Inpaint(), Progress())
