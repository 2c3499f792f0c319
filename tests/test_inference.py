import threading

import numpy as np
import pytest

from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.inference import submit
from editor.jobs import JobRunner
from editor.workspace import Workspace
from neural.engine import Engine
from neural.operations.upscale import Upscale
from tests.neural.graphs import fill, install, slow
from tests.neural.operations import Through
from tests.test_retouch import HOLE, document, photo, upscaler


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def workspace():
    workspace = Workspace()
    workspace.add(document(photo()))
    return workspace


@pytest.fixture
def engine(tmp_path):
    install(tmp_path, fill(0.5), id="fill-1")
    return Engine([tmp_path], "cpu")


def test_a_result_is_a_layer_directly_above_the_active_one_and_one_step_back(
    workspace, runner, engine, qtbot
):
    """R40, R32"""
    edited, said = workspace.document, []
    workspace.said.connect(said.append)
    top = edited.new_layer("top")
    edited.root.insert(1, top)
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, engine, Through(seed=2))
    assert [node.name for node in edited.root.children] == ["Background", "Through · seed 2", "top"]
    assert edited.active is edited.root.children[1]
    assert [command.name for command in edited.history.commands] == ["Through · seed 2"]
    assert said[0].startswith("Through · seed 2: 0 px changed outside the mask; ")
    edited.history.undo()
    assert [node.name for node in edited.root.children] == ["Background", "top"]


def test_the_mask_stays_for_the_next_run(workspace, runner, engine, qtbot):
    """R33"""
    edited = workspace.document
    before = edited.selection.read(edited.rect)
    for seed in (1, 2):
        with qtbot.waitSignal(runner.finished):
            submit(workspace, runner, engine, Through(seed=seed))
    np.testing.assert_array_equal(edited.selection.read(edited.rect), before)
    names = [node.name for node in edited.root.children]
    assert names == ["Background", "Through · seed 1", "Through · seed 2"]


def test_what_is_painted_meanwhile_is_kept(workspace, runner, engine, qtbot):
    edited, gate = workspace.document, threading.Event()

    class Waiting(Through):
        def __call__(self, network, image, mask, progress):
            assert gate.wait(10)
            return super().__call__(network, image, mask, progress)

    submit(workspace, runner, engine, Waiting())
    white = np.full((10, 10, 4), 255, np.uint8)
    edited.active.pixels.write(Rect(0, 0, 10, 10), white)
    edited.selection.write(HOLE, np.zeros((HOLE.h, HOLE.w, 1), np.uint8))
    with qtbot.waitSignal(runner.finished):
        gate.set()
    np.testing.assert_array_equal(edited.root.children[0].pixels.read(Rect(0, 0, 10, 10)), white)
    mask = edited.root.children[1].mask
    assert (mask.grid.read(HOLE) == 255).all()


def test_a_cancelled_run_leaves_document_and_history_as_they_were(
    workspace, runner, tmp_path, qtbot
):
    """R26"""
    install(tmp_path / "slow", slow(400))
    edited = workspace.document
    edited.selection.write(edited.rect, np.full((120, 150, 1), 255, np.uint8))
    before = edited.active.pixels.snapshot()
    job = submit(workspace, runner, Engine([tmp_path / "slow"], "cpu"), Through())
    qtbot.waitUntil(lambda: job.seconds > 0.1)
    with qtbot.waitSignal(runner.cancelled, timeout=300):
        job.token.cancel()
    assert len(edited.root.children) == 1
    assert edited.history.commands == () and not edited.history.can_redo
    assert edited.active.pixels.changes_since(before) == {}


def test_a_missing_model_is_a_sentence_and_changes_nothing(workspace, runner, tmp_path, qtbot):
    """R29"""
    with qtbot.waitSignal(runner.failed) as caught:
        submit(workspace, runner, Engine([tmp_path / "none"], "cpu"), Through())
    assert "No model for inpaint" in caught.args[1]
    assert workspace.document.history.commands == ()


def test_a_result_for_a_layer_that_is_gone_goes_above_the_active_one(
    workspace, runner, engine, qtbot
):
    edited = workspace.document
    gone = edited.new_layer("gone")
    edited.root.insert(1, gone)
    edited.activate(gone)
    submit(workspace, runner, engine, Through())
    edited.root.remove(gone)
    edited.activate(edited.root.children[0])
    with qtbot.waitSignal(runner.finished):
        pass
    assert [node.name for node in edited.root.children] == ["Background", "Through · seed 0"]


def test_a_canvas_that_changed_meanwhile_is_said(workspace, runner, engine, qtbot):
    said = []
    workspace.said.connect(said.append)
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, engine, Through())
        workspace.document.size = Size(100, 100)
    assert said[0].endswith("The canvas changed meanwhile: move the new layer into its place.")


def test_a_result_for_a_closed_document_is_dropped(workspace, runner, engine, qtbot):
    said, edited = [], workspace.document
    workspace.said.connect(said.append)
    other = workspace.add(Document.from_pixels(photo()))
    workspace.activate(workspace.views[0])
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, engine, Through())
        workspace.close(workspace.views[0])
    assert said == [] and len(edited.root.children) == 1
    assert len(other.document.root.children) == 1


def test_a_result_of_another_size_opens_as_a_new_document(workspace, runner, tmp_path, qtbot):
    edited, said = workspace.document, []
    workspace.said.connect(said.append)
    with qtbot.waitSignal(runner.finished):
        submit(workspace, runner, upscaler(tmp_path), Upscale(3.0))
    assert len(workspace.views) == 2
    assert workspace.document.size == Size(450, 360)
    assert workspace.document.source.title == "Untitled 450 × 360"
    assert not edited.history.commands
    assert said[-1].startswith("Untitled 450 × 360: ")
