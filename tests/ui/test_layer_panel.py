import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLineEdit

from editor.document.adjustment import add_adjustment
from editor.document.blend import BlendMode
from editor.document.commands import AddLayer, RemoveLayer, SetProperty
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.document.layer import LayerGroup
from editor.document.lut import Lut
from editor.ui.layer_model import Column
from editor.ui.layer_panel import LayerPanel
from editor.workspace import Workspace

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
RECIPE = {
    "operation": "inpaint",
    "parameters": {"seed": 41, "strength": 0.5},
    "model": "inpaint-3",
    "version": "1.0.0",
    "sha256": "a3" * 32,
    "provider": "CPUExecutionProvider",
    "seconds": 1.234,
    "notes": ["Ran in tiles of 256 px because memory was short."],
}


@pytest.fixture
def workspace():
    """Bottom to top: photo (all red), group(inside), result with mask and recipe."""
    red = np.zeros((64, 96, 4), np.uint8)
    red[:] = 255, 0, 0, 255
    document = Document.from_pixels(red, "photo")
    group, result = LayerGroup("group"), document.new_layer("Inpaint · seed 41")
    group.insert(0, document.new_layer("inside"))
    result.mask, result.recipe = document.new_mask(), RECIPE
    document.root.insert(1, group)
    document.root.insert(2, result)
    workspace = Workspace()
    workspace.add(document)
    return workspace


@pytest.fixture
def panel(qtbot, workspace):
    panel = LayerPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(300, 400)
    panel.show()
    return panel


def node(panel, name):
    return next(n for n in panel.model.document.root.walk() if n.name == name)


def press(qtbot, panel, name, column=Column.NAME, at=None, click=None):
    """Click in a cell: in its middle, or ``at`` pixels from its top left corner."""
    cell = panel.tree.visualRect(panel.model.index_of(node(panel, name), column))
    place = cell.center() if at is None else cell.topLeft() + QPoint(*at)
    (click or qtbot.mouseClick)(panel.tree.viewport(), LEFT, pos=place)


def test_choosing_a_row_makes_its_layer_active_and_back(qtbot, panel, workspace):
    document = workspace.document
    assert panel.tree.currentIndex() == panel.model.index_of(document.active)
    press(qtbot, panel, "inside")
    assert document.active.name == "inside"
    document.activate(node(panel, "photo"))
    assert panel.tree.currentIndex().data() == "photo"
    qtbot.keyClick(panel.tree, Key.Key_Up)
    assert document.active.name == "inside"


def test_pressing_the_mask_edits_it_and_pressing_the_pixels_does_not(qtbot, panel, workspace):
    press(qtbot, panel, "Inpaint · seed 41", at=(60, 20))
    assert workspace.document.edits_mask
    press(qtbot, panel, "Inpaint · seed 41", at=(20, 20))
    assert workspace.document.active.name == "Inpaint · seed 41"
    assert not workspace.document.edits_mask


@pytest.mark.parametrize(("column", "key"), [(Column.EYE, "visible"), (Column.LOCK, "locked")])
def test_the_eye_and_the_lock_switch_without_choosing_the_row(qtbot, panel, workspace, column, key):
    document = workspace.document
    before, active = getattr(node(panel, "inside"), key), document.active
    press(qtbot, panel, "inside", column)
    assert getattr(node(panel, "inside"), key) is not before
    assert document.active is active
    press(qtbot, panel, "inside", column, click=qtbot.mouseDClick)
    assert getattr(node(panel, "inside"), key) is before
    document.history.go_to(0)
    assert getattr(node(panel, "inside"), key) is before


def drag(panel, name, target, fraction):
    """Drop the layer called ``name`` at a fraction of the height of another one's row."""
    data = panel.model.mimeData([panel.model.index_of(node(panel, name))])
    cell = panel.tree.visualRect(panel.model.index_of(node(panel, target)))
    place = QPointF(cell.center().x(), cell.top() + fraction * cell.height())
    facts = (Qt.DropAction.MoveAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    panel.tree.dragEnterEvent(QDragEnterEvent(place.toPoint(), *facts))
    panel.tree.dragMoveEvent(QDragMoveEvent(place.toPoint(), *facts))
    panel.tree.dropEvent(QDropEvent(place, *facts))


def test_a_layer_is_dragged_above_below_and_into(panel, workspace):
    root, group = workspace.document.root, node(panel, "group")
    drag(panel, "photo", "Inpaint · seed 41", 0.1)
    assert [n.name for n in root.children] == ["group", "Inpaint · seed 41", "photo"]
    drag(panel, "photo", "group", 0.5)
    assert [n.name for n in group.children] == ["inside", "photo"]
    drag(panel, "photo", "inside", 0.9)
    assert [n.name for n in group.children] == ["photo", "inside"]
    drag(panel, "photo", "Inpaint · seed 41", 0.6)
    assert [n.name for n in root.children] == ["group", "photo", "Inpaint · seed 41"]
    workspace.document.history.go_to(0)
    assert [n.name for n in root.children] == ["photo", "group", "Inpaint · seed 41"]


def test_space_hides_the_current_layer(qtbot, panel, workspace):
    qtbot.keyClick(panel.tree, Key.Key_Space)
    assert not workspace.document.active.visible


def test_a_double_click_renames(qtbot, panel, workspace):
    press(qtbot, panel, "photo")
    press(qtbot, panel, "photo", at=(100, 20), click=qtbot.mouseDClick)
    editor = panel.tree.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "sky")
    qtbot.keyClick(editor, Key.Key_Return)
    qtbot.waitUntil(lambda: workspace.document.root.children[0].name == "sky")
    workspace.document.history.undo()
    assert workspace.document.root.children[0].name == "photo"


def test_dragging_the_opacity_is_one_step(qtbot, panel, workspace):
    bar, document = panel.opacity.lineEdit(), workspace.document
    y = bar.height() // 2
    for start in (60, 40):
        qtbot.mousePress(bar, LEFT, pos=QPoint(start, y))
        for x in range(start, start - 30, -5):
            qtbot.mouseMove(bar, QPoint(x, y))
        qtbot.mouseRelease(bar, LEFT, pos=QPoint(start - 30, y))
    assert [c.name for c in document.history.commands] == ["Layer opacity"] * 2
    assert document.active.opacity < 0.7
    document.history.go_to(0)
    assert document.active.opacity == 1.0
    assert panel.opacity.value() == 100


def test_turning_the_wheel_or_typing_quickly_is_one_step(qtbot, panel, workspace):
    panel.opacity.setFocus()
    panel.opacity.selectAll()
    qtbot.keyClicks(panel.opacity, "42")
    assert panel.opacity.text() == "42 %"
    for _ in range(3):
        qtbot.keyClick(panel.opacity, Key.Key_Up)
    assert workspace.document.active.opacity == pytest.approx(0.45)
    assert len(workspace.document.history.commands) == 1


def test_a_saved_document_is_unsaved_after_more_of_the_same_gesture(panel, workspace):
    history = workspace.document.history
    panel.opacity.edited.emit(0.5)
    history.mark_clean(history.position)
    panel.opacity.edited.emit(0.4)
    assert not history.is_clean
    assert len(history.commands) == 1


def test_another_layer_or_step_in_between_begins_a_new_step(panel, workspace):
    document = workspace.document
    panel.opacity.edited.emit(0.5)
    document.history.push(SetProperty(document, document.active, "visible", False, "Hide layer"))
    panel.opacity.edited.emit(0.4)
    document.activate(node(panel, "inside"))
    panel.opacity.edited.emit(0.3)
    assert len(document.history.commands) == 4


def test_the_mode_is_shown_and_set(qtbot, panel, workspace):
    document = workspace.document
    assert panel.mode.currentText() == "Normal"
    index = panel.mode.findText("Soft light")
    panel.mode.setCurrentIndex(index)
    panel.mode.activated.emit(index)
    assert document.active.mode is BlendMode.SOFT_LIGHT, "and no string like it"
    panel.grab()
    document.history.undo()
    assert panel.mode.currentText() == "Normal"


def test_all_modes_are_offered_once(panel):
    offered = [panel.mode.itemData(i) for i in range(panel.mode.count())]
    assert sorted(mode for mode in offered if mode is not None) == sorted(BlendMode)


def test_showing_a_layer_is_no_step(panel, workspace):
    document = workspace.document
    layer = document.new_layer("new")
    layer.opacity, layer.mode, layer.alpha_locked = 0.333, BlendMode.HUE, True
    document.history.push(AddLayer(document, layer, document.root, 0))
    assert (panel.opacity.value(), panel.mode.currentText()) == (33, "Hue")
    assert panel.alpha_lock.isChecked()
    assert layer.opacity == 0.333
    assert len(document.history.commands) == 1


def test_locking_transparency_is_a_step(panel, workspace):
    panel.alpha_lock.click()
    assert workspace.document.active.alpha_locked
    workspace.document.history.undo()
    assert not panel.alpha_lock.isChecked()


def test_buttons_ask_for_actions_that_are_possible(qtbot, panel, workspace):
    with qtbot.waitSignal(panel.asked) as asked:
        panel.buttons["layer.new"].click()
    assert asked.args == ["layer.new"]
    assert panel.buttons["layer.add-mask"].isEnabled()
    workspace.document.activate(node(panel, "Inpaint · seed 41"))
    assert not panel.buttons["layer.add-mask"].isEnabled()


def test_removing_the_current_row_chooses_no_other_than_the_document_does(panel, workspace):
    document = workspace.document
    document.activate(node(panel, "inside"))
    document.history.push(RemoveLayer(document, node(panel, "group")))
    assert document.active.name == "photo"
    assert panel.tree.currentIndex().data() == "photo"
    document.history.undo()
    assert document.active.name == "inside"
    assert panel.tree.currentIndex().data() == "inside"


def test_groups_are_open_until_closed_by_hand(panel, workspace):
    group = panel.model.index_of(node(panel, "group"), 0)
    assert panel.tree.isExpanded(group)
    panel.tree.collapse(group)
    first = workspace.active
    workspace.add(Document(Size(8, 8)))
    workspace.activate(first)
    assert not panel.tree.isExpanded(panel.model.index_of(node(panel, "group"), 0))


def color_at(panel, name, x):
    cell = panel.tree.visualRect(panel.model.index_of(node(panel, name)))
    image = panel.tree.viewport().grab().toImage()
    return image.pixelColor(cell.topLeft() + QPoint(x, cell.height() // 2)).getRgb()[:3]


def test_thumbnails_show_the_pixels_and_follow_a_change(qtbot, panel, workspace):
    photo = workspace.document.root.children[0]
    qtbot.waitUntil(lambda: color_at(panel, "photo", 20) == (255, 0, 0))
    photo.pixels.write(Rect(0, 0, 96, 64), np.full((64, 96, 4), (0, 0, 255, 255), np.uint8))
    workspace.document.touch(photo, workspace.document.rect)
    qtbot.waitUntil(lambda: color_at(panel, "photo", 20) == (0, 0, 255))


def test_a_mask_is_shown_beside_its_layer(qtbot, panel, workspace):
    mask = node(panel, "Inpaint · seed 41").mask
    qtbot.waitUntil(lambda: color_at(panel, "Inpaint · seed 41", 60) == (255, 255, 255))
    mask.grid.write(Rect(0, 0, 96, 64), np.zeros((64, 96, 1), np.uint8))
    workspace.document.touch(None, workspace.document.rect)
    qtbot.waitUntil(lambda: color_at(panel, "Inpaint · seed 41", 60) == (0, 0, 0))


def test_r39_a_neural_layer_tells_how_it_was_made(qtbot, panel):
    index = panel.model.index_of(node(panel, "Inpaint · seed 41"))
    told = index.data(Qt.ItemDataRole.ToolTipRole)
    for fact in (
        "inpaint-3",
        "1.0.0",
        "a3" * 32,
        "Seed: 41",
        "Strength: 0.5",
        "Ran on: CPU",
        "1.2 s",
    ):
        assert fact in told
    dialog = panel.show_recipe(node(panel, "Inpaint · seed 41"))
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == told
    dialog.close()


def test_r39_run_again_asks_for_it_with_the_layer_active(qtbot, panel, workspace):
    dialog = panel.show_recipe(node(panel, "Inpaint · seed 41"))
    with qtbot.waitSignal(panel.asked) as asked:
        dialog.again.click()
    assert asked.args == ["neural.again"]
    assert workspace.document.active.name == "Inpaint · seed 41"


def test_the_context_menu_offers_what_is_possible(qtbot, panel, workspace):
    document = workspace.document
    texts = [action.text() for action in panel.menu(document.active).actions()]
    assert "Rename" in texts
    assert "Run again" not in texts
    document.activate(node(panel, "Inpaint · seed 41"))
    menu = panel.menu(document.active)
    texts = [action.text() for action in menu.actions()]
    assert {"Run again", "How it was made…", "Disable mask", "Apply mask"} <= set(texts)
    menu.actions()[texts.index("Disable mask")].trigger()
    assert not document.active.mask.enabled
    with qtbot.waitSignal(panel.asked) as asked:
        menu.actions()[texts.index("Apply mask")].trigger()
    assert asked.args == ["layer.apply-mask"]


def test_without_a_document_nothing_can_be_changed(panel, workspace):
    workspace.close(workspace.active)
    assert panel.model.rowCount() == 0
    assert not panel.mode.isEnabled()
    assert not any(button.isEnabled() for button in panel.buttons.values())


def test_a_closed_document_is_let_go(qtbot, panel, workspace):
    gone = weakref.ref(workspace.document)
    qtbot.waitUntil(lambda: color_at(panel, "photo", 20) == (255, 0, 0))
    panel.opacity.edited.emit(0.5)
    workspace.close(workspace.active)
    gc.collect()
    assert gone() is None


def test_an_adjustment_has_an_icon_and_its_mask_is_chosen(qtbot, panel, workspace):
    layer = add_adjustment(workspace.document, Lut.identity(2), "Warm")
    qtbot.waitUntil(lambda: color_at(panel, "Warm", 60) == (255, 255, 255))
    cell = panel.tree.visualRect(panel.model.index_of(layer))
    icon = panel.tree.viewport().grab(QRect(cell.left(), cell.top() + 8, 30, 24)).toImage()
    colors = {icon.pixel(x, y) for x in range(icon.width()) for y in range(icon.height())}
    assert len(colors) > 10  # drawn, with smooth edges
    press(qtbot, panel, "Warm", at=(20, 20))
    assert workspace.document.edits_mask
    assert panel.opacity.isEnabled()
    assert not panel.alpha_lock.isEnabled()
