import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from editor.ui.color_panel import ColorPanel
from editor.workspace import BLACK, WHITE, Workspace

Key = Qt.Key


@pytest.fixture
def workspace():
    return Workspace()


@pytest.fixture
def panel(qtbot, workspace):
    panel = ColorPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(260, 330)
    panel.show()
    return panel


def rounded(color):
    return tuple(round(channel * 255) for channel in color)


def test_it_shows_the_foreground(panel, workspace):
    workspace.set_colors((1.0, 0.5, 0.0), WHITE)
    assert panel.hex.text() == "FF8000"
    assert [channel.box.value() for channel in panel.channels] == [255, 128, 0]
    assert panel.hue.value() == 30


def test_showing_a_color_changes_none(panel, workspace):
    """No feedback: a color finer than the sliders' steps stays exactly what it is."""
    told = []
    fine = (0.12345, 0.54321, 0.98765)
    workspace.set_colors(fine, WHITE)
    workspace.colors_changed.connect(lambda: told.append(workspace.foreground))
    panel.kind.click()
    panel.kind.click()
    panel.hex.editingFinished.emit()
    assert workspace.foreground == fine
    assert told == []


def test_a_press_in_the_square_picks_saturation_and_value(qtbot, panel, workspace):
    workspace.set_colors((1.0, 0.0, 0.0), WHITE)
    square = panel.square
    qtbot.mousePress(square, Qt.MouseButton.LeftButton, pos=square.rect().bottomLeft())
    assert rounded(workspace.foreground) == (0, 0, 0)
    qtbot.mouseMove(square, square.rect().topRight())
    assert rounded(workspace.foreground) == (255, 0, 0)
    assert panel.recent.colors == []
    qtbot.mouseRelease(square, Qt.MouseButton.LeftButton, pos=square.rect().topRight())
    assert [rounded(color) for color in panel.recent.colors] == [(255, 0, 0)]


def test_black_keeps_the_hue_it_was_made_from(panel, workspace):
    workspace.set_colors((0.0, 0.0, 1.0), WHITE)
    panel.square.picked.emit(1.0, 0.0)
    assert workspace.foreground == BLACK
    assert panel.hue.value() == 240
    panel.square.picked.emit(1.0, 1.0)
    assert rounded(workspace.foreground) == (0, 0, 255)


def test_the_hue_of_a_grey_can_be_chosen_before_its_saturation(qtbot, panel, workspace):
    workspace.set_colors((0.5, 0.5, 0.5), WHITE)
    panel.hue.setValue(120)
    assert workspace.foreground == (0.5, 0.5, 0.5)
    panel.square.picked.emit(1.0, 1.0)
    assert rounded(workspace.foreground) == (0, 255, 0)


@pytest.mark.parametrize(("text", "color"), [("ff8000", (255, 128, 0)), ("#09F", (0, 153, 255))])
def test_a_hex_color_is_typed(qtbot, panel, workspace, text, color):
    panel.hex.setFocus()
    panel.hex.selectAll()
    qtbot.keyClicks(panel.hex, text)
    qtbot.keyClick(panel.hex, Key.Key_Return)
    assert rounded(workspace.foreground) == color


def test_nonsense_in_the_hex_field_gives_the_color_back(qtbot, panel, workspace):
    panel.hex.setText("nope")
    panel.hex.editingFinished.emit()
    assert panel.hex.text() == "000000"
    assert workspace.foreground == BLACK


@pytest.mark.parametrize("by_hue", [False, True])
def test_a_box_changes_its_own_component_only(panel, workspace, by_hue):
    workspace.set_colors((0.8, 0.4, 0.2), WHITE)
    panel.kind.setChecked(by_hue)
    panel.channels[0].box.setValue(51)
    r, g, b = workspace.foreground
    if by_hue:
        assert panel.hue.value() == 51
        assert max(r, g, b) == pytest.approx(0.8)
    else:
        assert (r, g, b) == (pytest.approx(0.2), 0.4, 0.2)


def test_sliders_answer_to_the_keyboard(qtbot, panel, workspace):
    qtbot.keyClick(panel.channels[1].slider, Key.Key_Right)
    qtbot.keyClick(panel.channels[1].slider, Key.Key_End)
    assert rounded(workspace.foreground) == (0, 255, 0)
    qtbot.keyClick(panel.square, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert rounded(workspace.foreground) == (0, 230, 0)


def test_the_background_is_edited_once_its_patch_was_clicked(panel, workspace):
    panel.patches.background.click()
    assert panel.hex.text() == "FFFFFF"
    panel.channels[2].box.setValue(0)
    assert (workspace.foreground, rounded(workspace.background)) == (BLACK, (255, 255, 0))


def test_swapping_and_resetting_the_colors(panel, workspace):
    workspace.set_colors((1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    panel.swap.click()
    assert workspace.foreground == (0.0, 0.0, 1.0)
    assert panel.hex.text() == "0000FF"
    panel.reset.click()
    assert (workspace.foreground, workspace.background) == (BLACK, WHITE)


def test_a_recent_color_is_picked_by_mouse_and_by_key(qtbot, panel, workspace):
    for color in ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0)):
        panel.recent.add(color)
    assert panel.recent.colors == [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0)]
    qtbot.mouseClick(panel.recent, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    assert workspace.foreground == (0.0, 1.0, 0.0)
    qtbot.keyClick(panel.recent, Key.Key_Space)
    assert workspace.foreground == (1.0, 0.0, 0.0)


def test_every_control_has_a_name_for_screen_readers(panel):
    controls = [panel.square, panel.hue, panel.hex, panel.kind, panel.swap, panel.reset]
    controls += [panel.recent, panel.patches.foreground, panel.patches.background]
    for channel in panel.channels:
        controls += [channel.slider, channel.box]
    assert all(control.accessibleName() for control in controls)


def test_where_there_is_little_room_the_sliders_make_place(qtbot, workspace):
    frame = QWidget()  # a window of its own would not get smaller than its layout
    qtbot.addWidget(frame)
    panel = ColorPanel(workspace, frame)
    panel.resize(260, 330)
    frame.show()
    assert panel.sliders.isVisible()
    low = panel.minimumSizeHint().height()
    panel.resize(260, low)
    assert not panel.sliders.isVisible() and panel.hex.isVisible() and panel.square.isVisible()
    assert panel.minimumSizeHint().height() == low
    panel.resize(260, 330)
    assert panel.sliders.isVisible()
