"""Filters on documents: through the selection, as one step, previewed and stopped."""

import numpy as np
import pytest

from editor import filtering, retouch
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import LayerGroup
from editor.filtering import CHANGED, FilterPreview, filtered, submit
from editor.filters import FILTERS, Bilateral, GaussianBlur, Median, NonLocalMeans
from editor.jobs import JobRunner
from editor.workspace import Workspace
from neural.errors import Cancelled, NeuralError
from neural.progress import CancelToken, Progress
from tests.test_retouch import photo

PART = Rect(31, 22, 60, 40)
SOME = (GaussianBlur(3.0), GaussianBlur(17.0), Median(2), Bilateral(), NonLocalMeans(30.0, 5))


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


def document(dtype=np.uint8, selected=None, alpha=None):
    """Noise around a middle gray."""
    pixels = photo(dtype=dtype, alpha=alpha)
    pixels[..., :3] = pixels[..., :3] // 8 + np.iinfo(dtype).max // 8 * 3
    made = Document.from_pixels(pixels)
    if selected is not None:
        mask = np.full((selected.h, selected.w, 1), made.full, dtype)
        mask[:, :10] = made.full // 2
        made.selection.write(selected, mask)
    return made


def run(qtbot, runner, made, filter_):
    """Filter it as the editor does; the pixels of the active layer on the canvas."""
    workspace = Workspace()
    workspace.add(made)
    with qtbot.waitSignal(runner.finished, timeout=20_000):
        submit(workspace, runner, filter_)
    return made.active.pixels.read(made.rect)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("filter_", SOME)
def test_r1_outside_the_selection_every_byte_stays(qtbot, runner, dtype, filter_):
    made = document(dtype, PART)
    before, whole = made.active.pixels.read(made.rect), document(dtype)
    after = run(qtbot, runner, made, filter_)
    everywhere = run(qtbot, runner, whole, filter_)
    outside = made.selection.read(made.rect)[..., 0] == 0
    np.testing.assert_array_equal(after[outside], before[outside])
    rows, columns = slice(PART.y, PART.bottom), slice(PART.x + 10, PART.right)
    close = {"rtol": 0, "atol": made.full / 255}
    np.testing.assert_allclose(
        after[rows, columns].astype(int), everywhere[rows, columns].astype(int), **close
    )
    soft = slice(PART.x, PART.x + 10)
    mixed = (before[rows, soft].astype(int) + everywhere[rows, soft]) / 2
    np.testing.assert_allclose(after[rows, soft].astype(int), mixed, rtol=0, atol=made.full / 100)
    assert (after[rows, columns] != before[rows, columns]).any()


def test_it_is_one_step_that_names_the_filter_and_undoes(qtbot, runner):
    made = document(selected=PART)
    before = made.active.pixels.snapshot()
    run(qtbot, runner, made, Median(2))
    assert [command.name for command in made.history.commands] == ["Median · radius 2 px"]
    made.history.undo()
    assert made.active.pixels.changes_since(before) == {}


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("filter_", SOME)
def test_r9_what_is_transparent_lends_no_color(qtbot, runner, dtype, filter_):
    """A red disk in a layer whose transparent pixels are green: no green at its edge."""
    full = np.iinfo(dtype).max
    pixels = np.zeros((80, 100, 4), dtype)
    pixels[..., 1] = full
    y, x = np.mgrid[:80, :100]
    pixels[np.hypot(x - 50, y - 40) < 25] = (full, 0, 0, full)
    after = run(qtbot, runner, Document.from_pixels(pixels), filter_)
    shown = after[..., 3] > full // 50
    assert shown.sum() > 1900
    assert after[shown][:, 1].max() <= full // 100
    assert after[shown][:, 0].min() >= full - full // 50
    if not filter_.spreads:
        np.testing.assert_array_equal(after[..., 3], pixels[..., 3])


def test_a_locked_transparency_stays(qtbot, runner):
    made = document(alpha=np.random.default_rng(1).integers(0, 256, (120, 150)))
    made.active.alpha_locked = True
    before = made.active.pixels.read(made.rect)
    after = run(qtbot, runner, made, GaussianBlur(3.0))
    np.testing.assert_array_equal(after[..., 3], before[..., 3])
    assert (after[..., :3] != before[..., :3]).mean() > 0.5


def test_the_edge_of_the_canvas_does_not_fade(qtbot, runner):
    after = run(qtbot, runner, document(), GaussianBlur(40.0))
    assert (after[..., 3] == 255).all()
    assert np.ptp(after[..., :3].astype(int)) < 3


def test_a_mask_that_is_painted_on_is_what_is_filtered(qtbot, runner):
    made = document()
    layer = made.active
    layer.mask = made.new_mask()
    layer.mask.grid.write(Rect(0, 0, 75, 120), np.zeros((120, 75, 1), np.uint8))
    made.activate(layer, mask=True)
    before = layer.pixels.snapshot()
    run(qtbot, runner, made, GaussianBlur(5.0))
    row = layer.mask.grid.read(Rect(0, 60, 150, 1))[0, :, 0].astype(int)
    assert row[0] == 0 and row[-1] == 255 and 100 < row[74] < 156 and (np.diff(row) >= 0).all()
    assert layer.pixels.changes_since(before) == {}


@pytest.mark.parametrize("filter_", SOME)
def test_a_preview_is_what_comes_of_it_there(qtbot, runner, filter_):
    made = document(selected=Rect(10, 5, 120, 100))
    top = made.new_layer("top")
    top.pixels.write(Rect(40, 40, 5, 5), np.full((5, 5, 4), 255, np.uint8))
    made.root.insert(1, top)
    before = made.active.pixels.snapshot()
    seen = Rect(37, 33, 50, 41)
    shown = FilterPreview(filter_)(made.snapshot(), seen, Progress())
    assert shown.rect == seen and made.active.pixels.changes_since(before) == {}
    run(qtbot, runner, made, filter_)
    later = retouch.visible(made, seen).astype(int)
    previewed = retouch.visible(shown.picture, shown.picture.rect).astype(int)
    assert np.abs(later - previewed).max() <= 1


def test_blocks_meet_without_a_seam(monkeypatch):
    whole = filtered(GaussianBlur(9.0), document(), Rect(0, 0, 150, 120), Progress())
    monkeypatch.setattr(filtering, "BLOCK_PX", 37)
    cut = filtered(GaussianBlur(9.0), document(), Rect(0, 0, 150, 120), Progress())
    assert len(whole.parts) == 1 and len(cut.parts) > 1
    ((_, expected),) = whole.parts
    for rect, pixels in cut.parts:
        there = expected[rect.y : rect.bottom, rect.x : rect.right]
        assert np.abs(pixels.astype(int) - there).max() <= 1


def test_it_stops_between_blocks(monkeypatch):
    monkeypatch.setattr(filtering, "BLOCK_PX", 20)
    token, done = CancelToken(), []

    def report(fraction, text):
        done.append(fraction)
        if fraction > 0.3:
            token.cancel()

    with pytest.raises(Cancelled):
        filtered(Median(1), document(), Rect(0, 0, 150, 120), Progress(report, token))
    assert 0.3 < done[-1] < 0.5


def test_a_layer_painted_on_meanwhile_keeps_what_was_painted(qtbot, runner):
    made, said = document(), []
    workspace = Workspace()
    workspace.add(made)
    workspace.said.connect(said.append)
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, Median(1))
        made.active.pixels.write(Rect(0, 0, 5, 5), np.zeros((5, 5, 4), np.uint8))
    assert said == [CHANGED] and made.history.commands == ()


def test_a_closed_document_is_left_alone(qtbot, runner):
    made, workspace = document(), Workspace()
    workspace.add(made)
    before = made.active.pixels.snapshot()
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, Median(1))
        workspace.close(workspace.active)
    assert made.active.pixels.changes_since(before) == {}


def test_nothing_to_filter_is_a_sentence():
    made = document(selected=PART)
    with pytest.raises(NeuralError, match="out of sight"):
        FilterPreview(Median())(made, Rect(0, 0, 10, 10), Progress())
    group = LayerGroup("group")
    made.root.insert(1, group)
    made.activate(group)
    with pytest.raises(NeuralError, match="Choose a layer"):
        FilterPreview(Median())(made, made.rect, Progress())


@pytest.mark.parametrize("kind", FILTERS)
@pytest.mark.parametrize("size", [Size(1, 1), Size(3, 200), Size(200, 2)])
def test_the_smallest_pictures_are_pictures(kind, size):
    made = Document.from_pixels(photo(size.h, size.w))
    ((rect, pixels),) = filtered(kind(), made, made.rect, Progress()).parts
    assert rect == made.rect and pixels.shape == (size.h, size.w, 4)
    assert (pixels[..., 3] == 255).all()
