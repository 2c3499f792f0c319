import numpy as np
import pytest

from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.tiles import TileGrid
from editor.healing import Healer
from editor.jobs import JobRunner
from editor.workspace import Workspace, Wound
from neural.engine import Engine, shipped_models


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def engine():
    return Engine([shipped_models()], "cpu")


def slope(dtype, w=160, h=120):
    """A soft slope with a black spot; ``(h, w, 4)``."""
    full = np.iinfo(dtype).max
    y, x = np.mgrid[0:h, 0:w]
    rgb = np.stack([0.3 + x / 500, 0.4 + y / 500, 0.5 + 0 * x], 2)
    rgb[50:62, 70:82] = 0
    pixels = np.full((h, w, 4), full, dtype)
    pixels[..., :3] = np.rint(rgb * full)
    return pixels


SPOT = Rect(67, 47, 18, 18)


def opened(pixels):
    workspace = Workspace()
    workspace.add(Document.from_pixels(pixels))
    return workspace


def ask(workspace, rect=SPOT, *, all_layers=False):
    document = workspace.document
    mask = np.full((rect.h, rect.w, 1), document.full, document.dtype)
    wound = Wound(
        workspace.active, document.active, TileGrid.from_pixels(mask, rect.x, rect.y), all_layers
    )
    workspace.active.mark(wound)
    workspace.heal_asked.emit(wound)
    return wound


def at_once(do):
    do()


def seen(document, rect=None):
    return document.active.pixels.read(rect or document.rect)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_spot_goes_and_nothing_around_it_changes(qtbot, runner, engine, dtype):
    """R1, R4"""
    pixels = slope(dtype)
    workspace = opened(pixels)
    Healer(workspace, runner, engine, at_once)
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        ask(workspace)
    document = workspace.document
    after = seen(document)
    outside = np.ones(after.shape[:2], bool)
    outside[SPOT.y : SPOT.bottom, SPOT.x : SPOT.right] = False
    np.testing.assert_array_equal(after[outside], pixels[outside])
    assert after.dtype == dtype
    y, x = np.mgrid[SPOT.y : SPOT.bottom, SPOT.x : SPOT.right]
    want = np.stack([0.3 + x / 500, 0.4 + y / 500, 0.5 + 0 * x], 2)
    inside = seen(document, SPOT)[..., :3] / document.full
    assert np.abs(inside - want).max() < 0.03
    assert not workspace.active.wounds
    assert [command.name for command in document.history.commands] == ["Healing brush stroke"]
    assert document.active.recipe["operation"] == "inpaint"
    document.history.undo()
    np.testing.assert_array_equal(seen(document), pixels)
    assert document.active.recipe is None
    document.history.redo()
    np.testing.assert_array_equal(seen(document), after)


def test_alpha_stays_as_it_is(qtbot, runner, engine):
    """R9"""
    pixels = slope(np.uint8)
    pixels[:, 74:78, 3] = 0
    pixels[:, 78:80, 3] = 100
    workspace = opened(pixels)
    Healer(workspace, runner, engine, at_once)
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        ask(workspace)
    after = seen(workspace.document)
    np.testing.assert_array_equal(after[..., 3], pixels[..., 3])
    np.testing.assert_array_equal(after[:, 74:78], pixels[:, 74:78])
    assert after[55, 72, :3].min() > 60, "the spot beside it is gone"
    assert after[55, 79, :3].min() > 60


def test_an_empty_layer_takes_the_strokes_when_all_layers_are_seen(qtbot, runner, engine):
    workspace = opened(slope(np.uint8))
    document = workspace.document
    background = seen(document)
    top = document.new_layer("Healing")
    document.root.insert(1, top)
    document.activate(top)
    Healer(workspace, runner, engine, at_once)
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        ask(workspace, all_layers=True)
    assert top.pixels.content_bounds() == SPOT
    assert top.pixels.read(SPOT)[..., :3].min() > 60
    np.testing.assert_array_equal(document.root.children[0].pixels.read(document.rect), background)
    with qtbot.waitSignal(runner.failed) as failed:
        ask(workspace, Rect(10, 10, 5, 5))
    assert "transparent" in failed.args[1]
    assert not workspace.active.wounds


def test_strokes_in_a_row_see_each_other_and_are_a_step_each(qtbot, runner, engine):
    """The second one covers half of the spot and would bring it back, had it not waited."""
    workspace = opened(slope(np.uint8))
    Healer(workspace, runner, engine, at_once)
    left = Rect(67, 47, 9, 18)
    with qtbot.waitSignals([runner.finished] * 2, timeout=60_000):
        ask(workspace, left)
        ask(workspace, Rect(76, 47, 9, 18))
        assert len(workspace.active.wounds) == 2
        assert len(runner.jobs) == 1
    document = workspace.document
    assert len(document.history.commands) == 2
    document.history.undo()
    document.history.undo()
    np.testing.assert_array_equal(seen(document), slope(np.uint8))


def test_stopping_the_job_drops_all_strokes_that_wait(qtbot, runner, engine):
    """R26"""
    workspace = opened(slope(np.uint8))
    Healer(workspace, runner, engine, at_once)
    with qtbot.waitSignal(runner.cancelled):
        ask(workspace)
        ask(workspace)
        runner.cancel_all()
    assert not workspace.active.wounds
    assert not runner.jobs
    assert not workspace.document.history.commands
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        ask(workspace)
    assert len(workspace.document.history.commands) == 1


def test_an_answer_waits_for_the_gesture_under_way(qtbot, runner, engine):
    workspace, later = opened(slope(np.uint8)), []
    Healer(workspace, runner, engine, later.append)
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        ask(workspace)
    assert len(workspace.active.wounds) == 1
    assert not workspace.document.history.commands
    later.pop()()
    assert not workspace.active.wounds
    assert len(workspace.document.history.commands) == 1


def test_a_layer_that_is_gone_is_not_healed(qtbot, runner, engine):
    workspace, said = opened(slope(np.uint8)), []
    workspace.said.connect(said.append)
    document = workspace.document
    layer = document.active
    Healer(workspace, runner, engine, at_once)
    with qtbot.waitSignal(runner.finished, timeout=60_000):
        ask(workspace)
        document.root.remove(layer)
    assert "heal it once more" in said[-1]
    assert not workspace.active.wounds
    assert not document.history.commands
