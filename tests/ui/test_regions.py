"""Each look gets places of its own, painted on a layer: in the real window."""

from __future__ import annotations

import numpy as np
import pytest

from editor.document.commands import RemoveLayer, SetProperty
from editor.document.document import Document
from editor.ui.main_window import MainWindow
from editor.ui.regions import NONE, TOO_FEW
from editor.workspace import BLACK, WHITE
from neural.looks import REGIONS
from tests.ui.hands import CTRL, LEFT, Mouse
from tests.ui.looks import RUN_MS, button, gallery, wells

RED, GREEN, BLUE, YELLOW = REGIONS


@pytest.fixture
def window(qtbot, style_window: MainWindow) -> MainWindow:
    """With two looks chosen, and no preview."""
    qtbot.mouseClick(button(style_window, "Wave"), LEFT)
    qtbot.mouseClick(button(style_window, "Dusk"), LEFT, CTRL)
    style_window.neural_panel.preview.switch.click()
    return style_window


def row(window: MainWindow):
    return window.neural_panel.style_editor.regions_row


def offered(window: MainWindow) -> list[str]:
    box = row(window).box
    return [box.itemText(i) for i in range(box.count())]


def chips(window: MainWindow) -> list[bool]:
    return [well.chip.isVisible() for well in wells(window)]


def test_one_click_makes_a_layer_to_paint_on_and_brings_brush_and_color(qtbot, window):
    document = window.workspace.document
    assert chips(window) == [False] * 4
    qtbot.mouseClick(row(window).paint, LEFT)
    layer = document.root.children[-1]
    assert (layer.name, layer.opacity) == ("Regions", 0.5)
    assert document.active is layer
    assert window.workspace.tool_id == "brush"
    assert (window.workspace.foreground, window.workspace.background) == (RED, WHITE)
    assert window.neural_panel.value.regions == row(window).box.currentText() == "Regions"
    assert chips(window) == [True, True, False, False]
    assert len(document.history.commands) == 1
    window.menus.run("edit.undo")
    assert [node.name for node in document.root.children] == ["Background"]
    assert window.neural_panel.value.regions == "" and row(window).box.currentText() == NONE
    assert chips(window) == [False] * 4
    window.menus.run("edit.redo")
    assert window.neural_panel.value.regions == "Regions" and chips(window)[0]


def test_a_second_click_on_a_chip_takes_the_color_of_that_look(qtbot, window):
    qtbot.mouseClick(row(window).paint, LEFT)
    document = window.workspace.document
    document.activate(document.root.children[0])
    window.workspace.choose_tool("hand")
    qtbot.mouseClick(wells(window)[1].chip, LEFT)
    assert window.workspace.foreground == GREEN and window.workspace.tool_id == "brush"
    assert document.active.name == "Regions" and len(document.root.children) == 2
    assert [well.chip.is_marked for well in wells(window)[:2]] == [False, True]
    assert wells(window)[1].chip.accessibleName() == "Paint where Dusk rules, in green"
    qtbot.mouseClick(row(window).paint, LEFT)
    assert window.workspace.foreground == GREEN, "it is the color of a look already"
    window.workspace.set_colors(BLACK, WHITE)
    assert not any(well.chip.is_marked for well in wells(window))


def test_looks_rule_where_they_are_painted(qtbot, window):
    view = window.workspace.active
    document, viewport = view.document, view.viewport

    def paint(x):
        mouse = Mouse(window.canvas)
        mouse.drag([viewport.to_screen(x, y) for y in range(0, 201, 5)])

    window.tools["brush"].options = type(window.tools["brush"].options)(size=120)
    qtbot.mouseClick(row(window).paint, LEFT)
    paint(20)
    qtbot.mouseClick(wells(window)[1].chip, LEFT)
    paint(280)
    layer = document.active
    assert layer.pixels.read(document.rect)[100, 20].tolist() == [255, 0, 0, 255]
    assert layer.pixels.read(document.rect)[100, 280].tolist() == [0, 255, 0, 255]
    assert len(document.history.commands) == 3
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.run")
    assert document.active.recipe["parameters"]["regions"] == "Regions"
    assert not layer.visible, "or it would lie over the result"
    result = view.compositor.render(document.rect).astype(int)
    cold = (result[..., 2] - result[..., 0]).mean(0)
    wave, mixed, dusk = cold[:60].mean(), cold[130:170].mean(), cold[240:].mean()
    assert wave > mixed + 10 > dusk + 20
    qtbot.mouseClick(row(window).paint, LEFT)
    assert layer.visible and document.active is layer and len(document.history.commands) == 5
    window.menus.run("edit.undo")
    assert not layer.visible


def test_the_box_follows_the_layers(qtbot, window):
    document = window.workspace.document
    assert offered(window) == [NONE, "Background"]
    window.menus.run("layer.new")
    assert offered(window) == [NONE, "Layer 1", "Background"]
    layer = document.active
    row(window).box.setCurrentIndex(1)
    row(window).box.activated.emit(1)
    assert window.neural_panel.value.regions == "Layer 1"
    document.history.push(SetProperty(document, layer, "name", "Where", "Rename layer"))
    assert offered(window) == [NONE, "Where", "Background"]
    assert window.neural_panel.value.regions == row(window).box.currentText() == "Where"
    document.history.push(RemoveLayer(document, layer))
    assert offered(window) == [NONE, "Background"]
    assert window.neural_panel.value.regions == "" and row(window).box.currentText() == NONE
    window.menus.run("edit.undo")
    assert window.neural_panel.value.regions == row(window).box.currentText() == "Where"


def test_a_slider_does_not_bring_back_what_was_chosen_before(qtbot, window):
    qtbot.mouseClick(row(window).paint, LEFT)
    window.menus.run("edit.undo")
    window.neural_panel._form.editor("strength").setValue(0.5)
    assert (window.neural_panel.value.regions, window.neural_panel.value.strength) == ("", 0.5)


def test_a_layer_of_one_document_is_none_of_another(qtbot, window):
    qtbot.mouseClick(row(window).paint, LEFT)
    first = window.workspace.active
    window.workspace.add(Document.from_pixels(np.full((20, 30, 4), 255, np.uint8), "Other"))
    assert offered(window) == [NONE, "Other"] and window.neural_panel.value.regions == ""
    window.workspace.activate(first)
    assert window.neural_panel.value.regions == "Regions"
    window.workspace.close(first)
    window.workspace.close(window.workspace.active)
    assert offered(window) == [NONE]
    qtbot.mouseClick(row(window).paint, LEFT)  # there is nothing to paint on, and no harm
    assert window.workspace.active is None


def test_a_single_look_has_no_places_of_its_own_and_says_so(qtbot, window):
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    assert not row(window).paint.isEnabled() and not row(window).box.isEnabled()
    assert row(window).paint.toolTip() == TOO_FEW
    qtbot.mouseClick(button(window, "Dusk"), LEFT, CTRL)
    assert row(window).paint.isEnabled() and row(window).paint.toolTip() != TOO_FEW


def test_only_style_has_regions(qtbot, window):
    panel = window.neural_panel
    qtbot.mouseClick(row(window).paint, LEFT)
    assert row(window).isVisible()
    window.show_operation("restyle")
    assert not row(window).isVisible() and gallery(window).isVisible()
    assert chips(window) == [False] * 4
    assert [look.name for look in panel.value.looks] == ["Wave", "Dusk"]
    window.show_operation("denoise")
    assert not gallery(window).isVisible() and not panel.style_editor.pad.isVisible()
