"""Walks through the space of a generator, in the real window, with real events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import app as application
from editor import paths
from editor.app import App
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.ui import dialogs
from editor.ui.explorer import Explorer
from editor.ui.exploring import GRID, Exploring
from editor.ui.main_window import MainWindow
from editor.ui.neural_panel import NO_VARIANTS
from editor.ui.qimage import from_qimage
from neural.latent import Point, dump, load
from neural.operations.generate import Generate
from neural.progress import Progress
from neural.record import decode
from tests.neural.graphs import CARD, doubled, install, install_generator
from tests.ui.hands import CTRL, LEFT
from tests.ui.looks import drop, files

Key = Qt.Key
WAIT_MS = 30_000
SAMPLES, MIX, SLIDERS, KEPT = range(4)


@pytest.fixture
def models(tmp_path: Path) -> Path:
    folder = tmp_path / "models"
    install_generator(folder, projects=True, date="2026-02-01")
    install_generator(folder, "tile", channels=3, words=False, wraps=True)
    geometry = replace(CARD.geometry, scale=2, halo_px=2)
    install(folder, doubled(), id="upscale-x2", task="upscale", geometry=geometry)
    return folder


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, models: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """Shows the task Generate, and nothing is open."""
    monkeypatch.setattr(application, "shipped_models", lambda: models)
    app = App(qapp)
    app.window.resize(1200, 900)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    app.window.show_operation("generate")
    yield app.window
    for view in app.window.workspace.views:
        view.document.history.mark_clean(None)
    app.window.quit()
    app.close()


@pytest.fixture
def white(window: MainWindow) -> Document:
    """A white document of 120 x 80."""
    document = Document.from_pixels(np.full((80, 120, 4), 255, np.uint8))
    window.workspace.add(document)
    return document


def view(window: MainWindow) -> Explorer:
    return window.neural_panel.explorer.view


def exploring(window: MainWindow) -> Exploring:
    return window.neural_panel.explorer.exploring


def drawn(qtbot: QtBot, window: MainWindow) -> None:
    """All that is wanted is there."""
    shown = view(window)

    def is_drawn() -> bool:
        wanted = [exploring(window).live, *shown.samples.wanted]
        return all(exploring(window).sketches.of(each) is not None for each in wanted)

    shown.tabs.setCurrentIndex(SAMPLES)
    qtbot.waitUntil(is_drawn, timeout=WAIT_MS)


def click(window: MainWindow, number: int, held: Qt.KeyboardModifier | None = None) -> None:
    button = view(window).samples.grid.buttons[number]
    QTest.mouseClick(button, LEFT, held or Qt.KeyboardModifier.NoModifier)


def colors(window: MainWindow) -> np.ndarray:
    """What the picture of what is chosen shows in its middle."""
    sketch = exploring(window).sketches.of(exploring(window).live)
    return from_qimage(sketch.image)[8, 8].astype(int)


def run(qtbot: QtBot, window: MainWindow) -> dict:
    """Run; the recipe of the layer."""
    with qtbot.waitSignal(window.runner.finished, timeout=WAIT_MS):
        window.neural_panel.buttons.run.click()
    return window.workspace.document.root.children[-1].recipe


def test_samples_are_shown_and_the_first_seed_is_what_a_run_gives(qtbot, window, white):
    drawn(qtbot, window)
    buttons = view(window).samples.grid.buttons
    assert all(button.has_picture for button in buttons)
    assert [button.accessibleName() for button in buttons[:2]] == ["Seed 0", "Seed 1"]
    assert view(window).samples.title.text() == f"Seeds 0 to {GRID - 1}"
    recipe = run(qtbot, window)
    assert decode(Generate, recipe["parameters"], "recipe") == Generate()
    assert [node.name for node in white.root.children] == ["Background", "Seed 0"]
    white.history.undo()
    assert [node.name for node in white.root.children] == ["Background"]


def test_a_click_shows_neighbors_and_there_is_a_way_back(qtbot, window, white):
    drawn(qtbot, window)
    assert not view(window).back.isEnabled()
    click(window, 3)
    drawn(qtbot, window)
    assert view(window).samples.title.text() == "Neighbors of Seed 3"
    (point,) = exploring(window).points
    assert point.seed == 3
    here = np.array(point.coarse)
    near = [exploring(window).sketches.of(each).points[0] for each in exploring(window).samples]
    assert all(np.abs(np.array(each.coarse) - here).max() < 1.5 for each in near)
    assert window.neural_panel.preview.switch.isChecked(), "it is shown on the canvas"
    recipe = run(qtbot, window)
    assert recipe["parameters"]["points"][0]["seed"] == 3
    QTest.mouseClick(view(window).back, LEFT)
    assert view(window).samples.title.text() == f"Seeds 0 to {GRID - 1}"
    assert exploring(window).points == ()
    assert not view(window).back.isEnabled()


def test_home_leaves_the_neighbors_and_dice_give_other_seeds(qtbot, window):
    drawn(qtbot, window)
    click(window, 2)
    QTest.mouseClick(view(window).home, LEFT)
    assert exploring(window).points[0].seed == 2
    QTest.mouseClick(view(window).more, LEFT)
    assert view(window).samples.title.text() == f"Seeds {GRID} to {2 * GRID - 1}"
    drawn(qtbot, window)


def test_words_say_what_is_drawn(qtbot, window, white):
    drawn(qtbot, window)
    before = colors(window)
    view(window).words.setFocus()
    QTest.keyClicks(view(window).words, "red")
    drawn(qtbot, window)
    assert colors(window)[0] > before[0] + 10
    assert view(window).samples.grid.buttons[5].accessibleName() == "Red 5"
    recipe = run(qtbot, window)
    assert recipe["parameters"]["words"] == "red"
    assert white.root.children[-1].name == "Red 0"


def test_a_seed_that_is_chosen_follows_the_words(qtbot, window):
    drawn(qtbot, window)
    click(window, 4)
    QTest.keyClicks(view(window).words, "green")
    drawn(qtbot, window)
    live = exploring(window).live
    assert (live.seed, live.words) == (4, "green")
    assert exploring(window).center is None


def test_an_unknown_word_is_told_of_and_what_was_drawn_stays(qtbot, window, white):
    drawn(qtbot, window)
    panel, words = window.neural_panel, view(window).words
    assert words.placeholderText() == "red green" and "fruits" in words.toolTip()
    QTest.keyClicks(words, "gre")
    assert "near it are green" in panel.why.text() and panel.why.isVisible()
    assert not panel.buttons.run.isEnabled()
    assert view(window).samples.grid.buttons[0].has_picture
    assert exploring(window).live.words == ""
    QTest.keyClicks(words, "en")
    assert panel.why.text() == "" and panel.buttons.run.isEnabled()
    assert exploring(window).live.words == "green"


def test_truncation_brings_samples_together(qtbot, window):
    drawn(qtbot, window)
    bar = view(window).truncation
    wide = [exploring(window).sketches.of(each).points[0] for each in exploring(window).samples]
    QTest.mousePress(bar.lineEdit(), LEFT, pos=QPoint(40, 8))
    QTest.mouseMove(bar.lineEdit(), QPoint(-400, 8))
    QTest.mouseRelease(bar.lineEdit(), LEFT, pos=QPoint(-400, 8))
    drawn(qtbot, window)
    assert exploring(window).truncation == 0
    alike = [exploring(window).sketches.of(each).points[0] for each in exploring(window).samples]
    assert len({point.coarse for point in alike}) == 1 < len({point.coarse for point in wide})


def mixed(qtbot: QtBot, window: MainWindow, *numbers: int) -> None:
    """Choose the first, and mix the others in."""
    drawn(qtbot, window)
    click(window, numbers[0])
    QTest.mouseClick(view(window).home, LEFT)
    for number in numbers[1:]:
        click(window, number, CTRL)


def test_points_are_mixed_on_a_pad_and_the_picture_follows(qtbot, window, white):
    mixed(qtbot, window, 1, 3)
    assert view(window).tabs.tabText(MIX) == "Mix 2"
    view(window).tabs.setCurrentIndex(MIX)
    pad = view(window).mix.pad
    assert pad.isVisible() and pad.shares == (0.5, 0.5)
    seen = []
    exploring(window).sketches.ready.connect(seen.append)
    QTest.mousePress(pad, LEFT, pos=pad.rect().center())
    for x in range(0, pad.width(), 20):
        QTest.mouseMove(pad, QPoint(x, pad.height() // 2))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(pad.width(), pad.height() // 2))
    qtbot.waitUntil(lambda: exploring(window).live in seen, timeout=WAIT_MS)
    assert [point.share for point in exploring(window).points] == [0, 1]
    alone = Generate((replace(exploring(window).points[1], share=1.0),))
    sketch = exploring(window).sketches.of(alone)
    if sketch is not None:
        middle = from_qimage(sketch.image)[8, 8].astype(int)
        np.testing.assert_allclose(colors(window), middle, atol=1)
    recipe = run(qtbot, window)
    assert [point["share"] for point in recipe["parameters"]["points"]] == [0, 1]


def test_a_click_takes_a_point_out_of_the_mix_and_no_more_than_four_go_in(qtbot, window):
    said = []
    window.workspace.said.connect(said.append)
    mixed(qtbot, window, 1, 2, 3, 4)
    click(window, 5, CTRL)
    assert said == ["At most 4 points can be mixed."]
    view(window).tabs.setCurrentIndex(MIX)
    QTest.mouseClick(view(window).mix.wells[0], LEFT)
    assert [point.seed for point in exploring(window).points] == [2, 3, 4]
    assert [point.share for point in exploring(window).points] == [0.3333] * 3


def test_the_shape_of_one_goes_with_the_surface_of_another(qtbot, window):
    mixed(qtbot, window, 1, 3)
    one, other = exploring(window).points
    view(window).tabs.setCurrentIndex(MIX)
    QTest.mouseClick(view(window).mix.cross, LEFT)
    (both,) = exploring(window).points
    assert (both.coarse, both.fine) == (one.coarse, other.fine)
    QTest.mouseClick(view(window).back, LEFT)
    assert len(exploring(window).points) == 2
    menu = view(window).samples.menu(one)
    next(each for each in menu.actions() if each.text() == "Take its surface").trigger()
    assert exploring(window).points[0].fine == one.fine


def test_sliders_have_names_and_move_what_is_chosen(qtbot, window, white):
    drawn(qtbot, window)
    view(window).tabs.setCurrentIndex(SLIDERS)
    bars = view(window).sliders.bars
    assert list(bars) == ["Warmth", "Stripes"]
    before = colors(window)
    bars["Warmth"].edited.emit(1.0)
    qtbot.waitUntil(
        lambda: exploring(window).sketches.of(exploring(window).live) is not None, timeout=WAIT_MS
    )
    after = colors(window)
    assert after[0] > before[0] + 10 and after[2] < before[2] - 10
    assert run(qtbot, window)["parameters"]["points"][0]["seed"] is None
    QTest.mouseClick(view(window).sliders.reset, LEFT)
    assert exploring(window).amounts == {}
    drawn(qtbot, window)
    np.testing.assert_allclose(colors(window), before, atol=1)


def test_what_is_kept_is_there_the_next_time(qtbot, window, monkeypatch, tmp_path):
    drawn(qtbot, window)
    click(window, 2)
    drawn(qtbot, window)
    monkeypatch.setattr(dialogs, "ask_form", lambda *given: replace(given[2], name="Mine"))
    QTest.mouseClick(view(window).heart, LEFT)
    (path,) = paths.points().iterdir()
    assert load(path).name == "Mine" and load(path).seed == 2
    QTest.mouseClick(view(window).back, LEFT)
    view(window).tabs.setCurrentIndex(KEPT)
    (button,) = view(window).kept.grid.buttons
    qtbot.waitUntil(lambda: button.has_picture, timeout=WAIT_MS)
    QTest.mouseClick(button, LEFT)
    assert exploring(window).points[0].name == "Mine"
    assert view(window).kept.grid.buttons[0].isChecked()
    kept = window.neural_panel.explorer.points.kept[0]

    def choose(text: str) -> None:
        menu = view(window).kept.menu(kept)
        next(each for each in menu.actions() if each.text() == text).trigger()

    monkeypatch.setattr(dialogs, "ask_save", lambda *given: tmp_path / "out.latent")
    choose("Export…")
    assert load(tmp_path / "out.latent") == kept.record
    monkeypatch.setattr(dialogs, "confirm", lambda *given: True)
    choose("Remove")
    assert view(window).kept.grid.buttons == ()
    monkeypatch.setattr(dialogs, "ask_open", lambda *given: [tmp_path / "out.latent"])
    QTest.mouseClick(view(window).kept.bring, LEFT)
    assert [each.record.name for each in window.neural_panel.explorer.points.kept] == ["Mine"]


def test_a_point_is_dropped_and_one_of_another_space_is_refused(
    qtbot, window, monkeypatch, tmp_path
):
    drawn(qtbot, window)
    point = Point("Found", "map-disc", (3.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    (tmp_path / "found.latent").write_text(dump(point))
    (tmp_path / "other.latent").write_text(dump(replace(point, space="map-9")))
    assert drop(view(window), files(tmp_path / "found.latent"))
    assert exploring(window).points == (point,)
    assert [path.name for path in paths.points().iterdir()] == ["Found.latent"]
    reported = []
    monkeypatch.setattr(dialogs, "report", lambda parent, sentence: reported.append(sentence))
    assert drop(view(window), files(tmp_path / "other.latent"))
    assert "map-9" in reported[0]


def test_the_active_layer_is_looked_for_in_the_space(qtbot, window):
    pixels = np.full((40, 40, 4), (255, 0, 0, 255), np.uint8)
    window.workspace.add(Document.from_pixels(pixels, "Apple"))
    drawn(qtbot, window)
    with qtbot.waitSignal(window.runner.finished, timeout=WAIT_MS):
        QTest.mouseClick(view(window).locate, LEFT)
    assert exploring(window).points[0].name == "Apple"
    drawn(qtbot, window)
    red = colors(window)
    assert red[0] > 180 > 80 > red[1]
    assert view(window).samples.title.text() == "Neighbors of Apple"


def test_points_rule_where_they_are_painted(qtbot, window, white):
    mixed(qtbot, window, 1, 3)
    one, other = exploring(window).points
    view(window).tabs.setCurrentIndex(MIX)
    QTest.mouseClick(view(window).mix.regions_row.paint, LEFT)
    layer = white.active
    assert layer.name == "Regions" and window.workspace.foreground == (1, 0, 0)
    QTest.mouseClick(view(window).mix.chips[1], LEFT)
    assert window.workspace.foreground == (0, 1, 0)
    half = np.zeros((80, 120, 4), np.uint8)
    half[:, :60], half[:, 60:] = (255, 0, 0, 255), (0, 255, 0, 255)
    layer.pixels.write(white.rect, half)
    white.activate(white.root.children[0])
    with qtbot.waitSignal(window.runner.finished, timeout=WAIT_MS):
        window.neural_panel.buttons.run.click()
    made = next(node for node in white.root.children if node.recipe)
    assert made.recipe["parameters"]["regions"] == "Regions"
    assert not layer.visible
    pixels = made.pixels.read(Rect(20, 0, 80, 80))[40]
    alone = [
        window.engine.generate(Generate((replace(each, share=1.0),)), Progress()).image[8]
        for each in (one, other)
    ]
    np.testing.assert_allclose(pixels[7, :3], alone[0][1, :3] * 255, atol=2)
    np.testing.assert_allclose(pixels[72, :3], alone[1][14, :3] * 255, atol=2)


def test_another_generator_begins_anew_and_only_what_can_repeats(qtbot, window, white):
    drawn(qtbot, window)
    click(window, 2)
    panel = window.neural_panel
    form_field = panel._form.editor("pattern")
    assert not form_field.isVisible()
    panel.model.setCurrentIndex(panel.model.findData("generate-tile"))
    assert exploring(window).points == () and not view(window).back.isEnabled()
    assert not view(window).words.isVisible()
    assert not view(window).locate.isVisible()
    drawn(qtbot, window)
    form_field.click()
    run(qtbot, window)
    pixels = white.root.children[-1].pixels.read(white.rect)
    np.testing.assert_array_equal(pixels[:, :16], pixels[:, 16:32])
    panel.model.setCurrentIndex(panel.model.findData("generate-disc"))
    assert not panel.value.pattern


def test_without_a_document_it_becomes_one(qtbot, window):
    drawn(qtbot, window)
    with qtbot.waitSignal(window.runner.finished, timeout=WAIT_MS):
        QTest.keyClick(window, Key.Key_Return, CTRL)
    assert window.workspace.document.size == (16, 16)
    assert window.workspace.document.source.title == "Seed 0"


def test_it_says_how_large_it_becomes_and_where(window):
    said = window.neural_panel.facts.becomes
    assert said.text() == "16 × 16 px, as a new picture"
    document = Document.from_pixels(np.full((80, 120, 4), 255, np.uint8))
    window.workspace.add(document)
    assert said.text() == "80 × 80 px, as a new layer"
    rect = Rect(10, 10, 40, 30)
    document.selection.write(rect, np.full((30, 40, 1), 255, np.uint8))
    document.selection_changed.emit(rect)
    assert said.text() == "30 × 30 px, in the selection"


def test_a_shortcut_brings_the_explorer_even_with_nothing_open(qtbot, window):
    window.neural_panel.show_operation("denoise")
    assert not view(window).isVisible()
    QTest.keyClick(window, Key.Key_G, CTRL | Qt.KeyboardModifier.AltModifier)
    assert view(window).isVisible()


def test_six_variants_are_what_neighbors_are_for(window, white):
    said = []
    window.workspace.said.connect(said.append)
    window.run_variants()
    assert said == [NO_VARIANTS]


def test_the_arrow_keys_go_from_sample_to_sample(qtbot, window):
    drawn(qtbot, window)
    buttons = view(window).samples.grid.buttons
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Key.Key_Right)
    assert buttons[1].hasFocus()
    QTest.keyClick(buttons[1], Key.Key_Space)
    assert exploring(window).points[0].seed == 1


def test_real_work_comes_first_and_sketches_go_on_after_it(qtbot, window, white):
    QTest.mouseClick(view(window).more, LEFT)
    run(qtbot, window)
    drawn(qtbot, window)


@pytest.fixture
def models_missing(models: Path) -> Path:
    for path in models.glob("generate-*"):
        path.unlink()
    return models


def test_without_a_generator_one_sentence_says_so(models_missing, window):
    assert not view(window).isVisible()
    assert "No model for generate can be used." in window.neural_panel.why.text()
    assert not window.neural_panel.buttons.run.isEnabled()
