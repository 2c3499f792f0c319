import gc
import weakref
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from editor import paths
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.inference import submit
from editor.jobs import JobRunner
from editor.looks import Looks
from editor.points import Points
from editor.ui.explorer_editor import ExplorerEditor
from editor.ui.missing import NO_MASK
from editor.ui.neural_panel import NeuralPanel
from editor.ui.preview_bar import PreviewBar
from editor.ui.previewer import Previewer
from editor.ui.style_editor import StyleEditor
from editor.workspace import Workspace
from neural.engine import Engine
from neural.operations.inpaint import Inpaint
from neural.operations.upscale import Upscale
from tests.actions.shell import FakeShell
from tests.neural.graphs import CARD, doubled, fill, install, lit

HOLE = Rect(40, 40, 24, 16)


def picture():
    return Document.from_pixels(np.full((128, 160, 4), 200, np.uint8))


def select(document, rect=HOLE):
    document.selection.write(rect, np.full((rect.h, rect.w, 1), 255, np.uint8))
    document.selection_changed.emit(rect)


@pytest.fixture
def models(tmp_path):
    install(tmp_path, fill(0.5), id="fill-1", name="Fill", date="2026-02-02")
    install(tmp_path, fill(0.2), id="fill-0", name="Old fill", date="2026-01-01")
    return tmp_path


@pytest.fixture
def workspace():
    workspace = Workspace()
    workspace.add(picture())
    return workspace


@pytest.fixture
def runs():
    return []


@pytest.fixture
def runner(qapp):
    runner = JobRunner()
    yield runner
    runner.close()


@pytest.fixture
def bar(workspace, runner):
    beside = JobRunner(beside=runner)
    seen = Rect(0, 0, 160, 128)
    yield PreviewBar(Previewer(workspace, beside, runner, lambda: seen))
    beside.close()


@pytest.fixture
def make_panel(qtbot, workspace, runs, bar, runner, tmp_path):
    """A panel around an engine, not yet shown."""
    idle, sketching = (JobRunner(beside=runner) for _ in range(2))

    def make(engine):
        shell = FakeShell()
        shell.workspace, shell.engine = workspace, engine
        style = StyleEditor(shell, Looks(tmp_path / "looks", paths.looks()), runner, idle)
        explorer = ExplorerEditor(shell, Points(paths.points()), runner, sketching)

        def run(*given):
            runs.append(given)

        panel = NeuralPanel(workspace, engine, run, bar, style, explorer)
        qtbot.addWidget(panel)
        return panel

    yield make
    idle.close()
    sketching.close()


@pytest.fixture
def panel(make_panel, models):
    panel = make_panel(Engine([models], "cpu"))
    panel.resize(260, 330)
    panel.show()
    return panel


def test_r34_it_runs_when_asked_and_never_because_a_mask_was_painted(panel, workspace, runs):
    select(workspace.document)
    select(workspace.document, Rect(80, 80, 8, 8))
    assert runs == []
    panel.buttons.run.click()
    panel.run_current()
    assert runs == [(Inpaint(), "fill-1")] * 2


def test_without_a_mask_it_says_what_to_do(panel, workspace, runs):
    said = []
    workspace.said.connect(said.append)
    assert panel.why.text() == NO_MASK
    assert not panel.buttons.run.isEnabled()
    panel.run_current()
    assert (runs, said) == ([], [NO_MASK])
    select(workspace.document)
    assert not panel.why.isVisible()
    assert panel.buttons.run.isEnabled()


def test_r35_it_brings_the_brush_for_the_mask(panel, workspace):
    workspace.choose_tool("brush")
    assert panel.paint.isVisible()
    panel.paint.click()
    assert workspace.tool_id == "mask"
    assert not panel.paint.isVisible()
    workspace.choose_tool("hand")
    panel.show_operation("inpaint")
    assert workspace.tool_id == "mask"


def test_without_a_document_it_asks_for_one(panel, workspace):
    workspace.close(workspace.active)
    assert panel.why.text() == "Open a picture first."
    assert not panel.buttons.run.isEnabled()


def test_r29_a_missing_model_is_named_with_file_and_hash(make_panel, models, workspace):
    engine = Engine([models], "cpu")
    missing = next(model for model in engine.library.models if model.card.id == "fill-1")
    missing.path.unlink()
    engine.library.refresh()
    panel = make_panel(engine)
    select(workspace.document)
    assert panel.model.currentText() == "Old fill"
    assert panel.buttons.run.isEnabled()
    panel.model.setCurrentIndex(panel.model.findText("Fill (not usable)"))
    assert not panel.buttons.run.isEnabled()
    assert missing.card.file in panel.why.text()
    assert missing.card.sha256[:12] in panel.why.text()
    assert missing.card.sha256 in panel.why.toolTip()
    panel.show()
    assert panel.why.minimumSizeHint().width() < 100


def test_r29_no_model_at_all_disables_the_button_only(make_panel, tmp_path, workspace):
    panel = make_panel(Engine([tmp_path / "none"], "cpu"))
    select(workspace.document)
    assert panel.model.currentText() == "None found"
    assert "No model for inpaint" in panel.why.text()
    assert not panel.buttons.run.isEnabled()
    assert panel.operation.isEnabled()


def test_a_model_found_broken_by_a_run_is_offered_no_more(panel, workspace):
    select(workspace.document)
    library = panel._engine.library
    library.disable(library.models[0], "fill-1.onnx is damaged.")
    workspace.document.layers_changed.emit()
    assert panel.model.currentData() == "fill-1"
    assert "fill-1.onnx is damaged." in panel.why.text()


def test_the_chosen_model_and_its_facts(panel, workspace, runs):
    select(workspace.document)
    card = panel._engine.library.models[1].card
    panel.model.setCurrentIndex(1)
    assert panel.facts.networks.text() == f"1.0.0 · 0.0 MB · Apache-2.0 · {card.sha256[:8]}"
    assert card.sha256 in panel.facts.networks.toolTip()
    panel.buttons.run.click()
    assert runs[0][1] == "fill-0"


def test_parameters_come_from_the_operation_and_go_into_the_run(panel, workspace, runs):
    select(workspace.document)
    panel._form.editor("seed").edited.emit(7)
    panel.buttons.run.click()
    assert runs == [(Inpaint(seed=7), "fill-1")]


def test_another_variant_takes_the_next_seed(panel, workspace, runs):
    select(workspace.document)
    panel.buttons.another.click()
    panel.buttons.another.click()
    assert [operation.seed for operation, _ in runs] == [1, 2]
    assert panel._form.value.seed == 2


def test_the_result_line_tells_of_the_active_layer(qtbot, panel, workspace, runner):
    """R1"""
    select(workspace.document)
    with qtbot.waitSignal(runner.finished, timeout=20000):
        submit(workspace, runner, panel._engine, Inpaint(), "fill-1")
    assert panel.facts.result.text().startswith("0 px changed outside the mask · ")
    assert panel.facts.result.text().endswith(" s · CPU")
    workspace.document.activate(workspace.document.root.children[0])
    assert not panel.facts.result.isVisible()


def test_what_would_run_is_offered_as_a_preview_and_only_when_switched_on(
    qtbot, panel, workspace, bar, runs
):
    """R34"""
    previewer = bar._previewer
    select(workspace.document)
    assert not previewer.is_busy
    bar.switch.click()
    qtbot.waitUntil(lambda: previewer.preview is not None, timeout=20_000)
    assert previewer.preview.rect == HOLE
    assert runs == [] and len(workspace.document.root.children) == 1
    panel._form.editor("seed").edited.emit(7)
    assert previewer.is_busy and previewer.fraction is not None
    panel.model.setCurrentIndex(1)
    qtbot.waitUntil(lambda: previewer.fraction is None, timeout=20_000)
    assert previewer.preview is not None
    bar.switch.click()
    assert not previewer.is_busy


def test_controls_have_names_and_are_reached_with_the_keyboard(panel):
    controls = (
        panel.operation,
        panel.model,
        panel.buttons.run,
        panel.buttons.another,
        panel.preview.switch,
    )
    assert all(control.accessibleName() or control.text() for control in controls)
    assert all(control.focusPolicy() & Qt.FocusPolicy.TabFocus for control in controls)


def test_tab_goes_through_the_panel_from_above_to_below(panel):
    panel.show()
    for task in ("style", "denoise", "style"):
        panel.show_operation(task)
    passed, at = [], panel.operation
    while at.nextInFocusChain() is not panel.operation:
        at = at.nextInFocusChain()
        is_stop = at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.focusProxy() is None
        if is_stop and at.isVisible() and panel.isAncestorOf(at):
            passed.append(at.mapTo(panel, at.rect().center()).y())
    names = [field.accessibleName() for field in panel._form.findChildren(QWidget)]
    assert "Strength" in names and len(passed) > 5
    assert all(one < other + 8 for one, other in pairwise(passed)), "but for what is in a row"


def test_a_closed_document_is_let_go(panel, workspace):
    select(workspace.document)
    gone = weakref.ref(workspace.document)
    workspace.close(workspace.active)
    gc.collect()
    assert gone() is None


@pytest.fixture
def upscaling(panel, models):
    for scale, make in ((2, lit), (4, doubled)):
        geometry = replace(CARD.geometry, scale=scale)
        name = f"Upscale ×{scale}"
        install(models, make(scale), id=f"x{scale}", name=name, task="upscale", geometry=geometry)
    panel._engine.library.refresh()
    panel.show_operation("upscale")
    return panel


def test_r12_what_size_a_picture_becomes_is_seen_before(upscaling, workspace):
    scale, width = upscaling._form.editor("scale"), upscaling._form.editor("width")
    assert upscaling.facts.becomes.text() == "160 × 128 → 320 × 256 px"
    scale.setValue(2.5)
    assert upscaling.facts.becomes.text() == "160 × 128 → 400 × 320 px"
    width.setValue(1000)
    assert upscaling.facts.becomes.text() == "160 × 128 → 1000 × 800 px"
    width.setValue(100)
    assert not upscaling.facts.becomes.isVisible()
    assert "100 × 80 px is smaller than the picture" in upscaling.why.text()
    assert not upscaling.buttons.run.isEnabled()
    upscaling.show_operation("inpaint")
    assert not upscaling.facts.becomes.isVisible()


def test_the_networks_follow_the_size_until_one_is_chosen(upscaling, workspace, runs):
    def cards():
        size = workspace.document.size
        return [card.id for card in upscaling.model.cards(upscaling.value, size)]

    assert upscaling.model.currentText() == "Chosen by size"
    for scale, named in ((2.0, ["x2"]), (3.0, ["x4"]), (8.0, ["x2", "x4"])):
        upscaling._form.editor("scale").setValue(scale)
        assert cards() == named
        assert upscaling.facts.networks.toolTip().count("SHA-256") == len(named)
    assert upscaling.facts.networks.text() == "Upscale ×2, then Upscale ×4"
    upscaling.buttons.run.click()
    assert runs == [(Upscale(8.0), None)]
    upscaling.model.setCurrentIndex(upscaling.model.findText("Upscale ×2"))
    assert cards() == ["x2"]
    upscaling.buttons.run.click()
    assert runs[1] == (Upscale(8.0), "x2")


def test_a_slider_that_the_model_takes_no_notice_of_is_off_and_says_why(upscaling):
    crisp = upscaling._form.editor("crisp")
    assert crisp.isEnabled()
    upscaling._form.editor("scale").setValue(4.0)
    assert not crisp.isEnabled()
    assert crisp.toolTip() == "Upscale ×4 has no crisp weights."
    upscaling._form.editor("scale").setValue(2.0)
    assert crisp.isEnabled() and "faithful" in crisp.toolTip()


def test_r29_without_weights_it_says_which_file_goes_where(panel, models, runs):
    panel.show_operation("upscale")
    assert not panel.buttons.run.isEnabled()
    assert f"upscale-*.onnx and upscale-*.json are expected in {models}" in panel.why.text()
