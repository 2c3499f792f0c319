"""Pictures are dropped, and a photo takes on their look: in the real window, with real events."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragLeaveEvent, QDragMoveEvent, QImage
from PySide6.QtWidgets import QApplication

from editor.document.document import Document
from editor.document.geometry import Rect
from editor.document.layer import AdjustmentLayer, LayerGroup, Node
from editor.document.lut import Lut
from editor.ui import dialogs
from editor.ui.drop_view import PLACES, TAKES_LOOK
from editor.ui.drops import UNREADABLE
from editor.ui.layer_model import LayerModel
from editor.ui.main_window import MainWindow
from editor.ui.style_wells import EMPTY
from editor.ui.styling import TOO_MANY
from neural.looks import dump
from tests.ui.hands import CTRL, LEFT, NONE, SHIFT
from tests.ui.looks import (
    COPY,
    RED,
    RUN_MS,
    WAVE,
    button,
    drag,
    drop,
    dropped,
    files,
    gallery,
    names,
    show_looks,
    styling,
    wells,
)

Key = Qt.Key


@pytest.fixture
def window(style_window: MainWindow) -> MainWindow:
    return style_window


def test_the_empty_well_says_what_to_do_and_nothing_can_be_run(window, said):
    well = wells(window)[0]
    assert well._text == EMPTY and well.isVisible()
    assert [each.isVisible() for each in wells(window)] == [True, False, False, False]
    assert not window.neural_panel.buttons.run.isEnabled()
    assert not window.neural_panel.why.isVisible()
    window.menus.run("neural.run")
    assert said == ["First choose a look."]


def test_a_file_dropped_on_a_well_is_read_and_previewed_at_once(qtbot, window, pictures):
    assert not window.neural_panel.preview.switch.isChecked()
    dropped(qtbot, window, wells(window)[0], files(pictures[0]))
    (look,) = styling(window).looks
    assert look.name == "red" and look.share == 1
    np.testing.assert_allclose(look.code, np.array(RED) / 255, atol=0.01)
    assert window.neural_panel.value.looks == (look,)
    assert window.neural_panel.buttons.run.isEnabled()
    qtbot.waitUntil(lambda: window.previewer.preview is not None, timeout=RUN_MS)
    assert window.previewer.preview.holds.contains(window.workspace.document.rect)
    assert window.workspace.document.history.commands == ()
    assert not window.settings.previews, "what was switched on by itself is not remembered"


def test_up_to_four_files_fill_the_wells(qtbot, window, pictures, said, tmp_path):
    dropped(qtbot, window, wells(window)[0], files(*pictures))
    assert names(window) == ["red", "green", "blue", "gold"]
    assert [look.share for look in styling(window).looks] == [0.25] * 4
    assert all(well.isVisible() for well in wells(window)) and said == []
    Image.new("RGB", (9, 9)).save(tmp_path / "fifth.png")
    dropped(qtbot, window, wells(window)[0], files(*pictures, tmp_path / "fifth.png"))
    assert len(names(window)) == 4 and said == [f"{TOO_MANY} Pictures left out: 1."]


def test_pictures_beyond_the_last_well_are_left_out_and_counted(qtbot, window, pictures, said):
    show_looks(qtbot, window, pictures, 4)
    dropped(qtbot, window, wells(window)[1], files(*pictures))
    assert names(window) == ["red", "red", "green", "blue"]
    assert said == [f"{TOO_MANY} Pictures left out: 1."]


def test_a_drop_replaces_the_look_of_its_well(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    dropped(qtbot, window, wells(window)[0], files(pictures[3]))
    assert names(window) == ["gold", "green"]
    dropped(qtbot, window, wells(window)[2], files(pictures[2]))
    assert names(window) == ["gold", "green", "blue"]


def test_a_look_counts_as_much_as_the_one_whose_place_it_takes(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    styling(window).mix((0.7, 0.3))
    dropped(qtbot, window, wells(window)[0], files(pictures[3]))
    assert [(look.name, look.share) for look in styling(window).looks] == [
        ("gold", 0.7),
        ("green", 0.3),
    ]


def test_the_others_share_what_is_left_as_before(qtbot, window):
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    qtbot.mouseClick(button(window, "Dusk"), LEFT, CTRL)
    styling(window).mix((0.7, 0.3))
    styling(window).add(replace(WAVE, name="Third", code=(1.0, 1.0, 1.0)))
    assert [look.share for look in styling(window).looks] == [0.4667, 0.2, 0.3333]
    qtbot.keyClick(wells(window)[2], Key.Key_Delete)
    assert [look.share for look in styling(window).looks] == [0.7, 0.3]
    styling(window).mix((1, 0))
    qtbot.keyClick(wells(window)[0], Key.Key_Delete)
    assert [look.share for look in styling(window).looks] == [1]


def test_four_looks_have_shares_that_the_pad_shows(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 3)
    styling(window).mix((0.7, 0.2, 0.1))
    qtbot.mouseClick(button(window, "Wave"), LEFT, CTRL)
    pad = window.neural_panel.style_editor.pad
    shares = [look.share for look in styling(window).looks]
    assert shares[0] > shares[1] > shares[2] > 0 and sum(shares) == pytest.approx(1, abs=1e-3)
    assert pad.shares == pytest.approx(shares, abs=1e-3)


def test_the_bytes_of_a_picture_from_a_browser(qtbot, window, pictures):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/red.png")])
    data.setData("image/png", pictures[0].read_bytes())
    dropped(qtbot, window, wells(window)[0], data)
    np.testing.assert_allclose(styling(window).looks[0].code, np.array(RED) / 255, atol=0.01)


def test_a_mere_link_is_no_picture(window):
    data = QMimeData()
    data.setUrls([QUrl("https://example.org/red.png")])
    assert not drop(wells(window)[0], data)
    assert not styling(window).is_reading


def dragged(document: Document, node: Node) -> QMimeData:
    document.root.insert(1, node)
    model = LayerModel()
    model.set_document(document)
    return model.mimeData([model.index_of(node)])


def layers_dragged() -> QMimeData:
    document = Document.from_pixels(np.full((60, 80, 4), 255, np.uint8))
    layer = document.new_layer("blue")
    layer.pixels.write(Rect(0, 0, 80, 60), np.full((60, 80, 4), (0, 0, 255, 255), np.uint8))
    return dragged(document, layer)


@pytest.mark.parametrize("on_canvas", [False, True])
def test_a_layer_of_ours(qtbot, window, on_canvas):
    target = window.canvas if on_canvas else wells(window)[0]
    dropped(qtbot, window, target, layers_dragged())
    assert names(window) == ["blue"]
    np.testing.assert_allclose(styling(window).looks[0].code, (0, 0, 1), atol=0.01)


@pytest.mark.parametrize("kind", ["layer", "group", "adjustment"])
def test_a_layer_without_pixels_is_refused_by_its_name(qtbot, window, reported, kind):
    document = Document.from_pixels(np.full((60, 80, 4), 255, np.uint8))
    nodes = {
        "layer": document.new_layer("Haze"),
        "group": LayerGroup("Haze"),
        "adjustment": AdjustmentLayer("Haze", Lut.identity(5)),
    }
    with qtbot.waitSignal(window.runner.failed, timeout=RUN_MS):
        assert drop(wells(window)[0], dragged(document, nodes[kind]))
    assert reported == ["Haze is transparent: there is no look to read."]


def test_a_picture_is_pasted(qtbot, window, said):
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    QApplication.clipboard().setImage(image)
    wells(window)[0].setFocus()
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.keyClick(wells(window)[0], Key.Key_V, CTRL)
    np.testing.assert_allclose(styling(window).looks[0].code, (1, 0, 0), atol=0.01)
    QApplication.clipboard().clear()
    qtbot.keyClick(wells(window)[1], Key.Key_V, CTRL)
    assert said == ["There is no picture on the clipboard."]
    assert len(window.workspace.document.root.children) == 1, "nothing was pasted as a layer"


def test_a_click_and_the_keyboard_open_the_dialog(qtbot, window, pictures, monkeypatch):
    answers = [[pictures[1]], [], [pictures[2]]]
    monkeypatch.setattr(dialogs, "ask_open", lambda *given: answers.pop(0))
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.mouseClick(wells(window)[0], LEFT)
    assert names(window) == ["green"]
    qtbot.mouseClick(wells(window)[0], LEFT)
    assert names(window) == ["green"], "nothing was chosen in the dialog"
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.keyClick(wells(window)[1], Key.Key_Return)
    assert names(window) == ["green", "blue"]


def test_looks_are_taken_out_by_the_cross_and_the_keyboard(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 3)
    wells(window)[1].clear.click()
    assert names(window) == ["red", "blue"]
    assert [look.share for look in styling(window).looks] == [0.5, 0.5]
    qtbot.keyClick(wells(window)[0], Key.Key_Delete)
    assert names(window) == ["blue"] and styling(window).looks[0].share == 1
    qtbot.keyClick(wells(window)[0], Key.Key_Backspace)
    assert names(window) == [] and wells(window)[0]._text == EMPTY
    assert not window.neural_panel.buttons.run.isEnabled()
    qtbot.waitUntil(lambda: not window.previewer.is_busy)


@pytest.mark.parametrize("broken", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n cut short"])
def test_a_broken_file_is_one_sentence_and_nothing_is_lost(
    qtbot, window, pictures, reported, broken, tmp_path
):
    show_looks(qtbot, window, pictures, 2)
    before = styling(window).looks
    path = tmp_path / "broken.png"
    path.write_bytes(broken)
    with qtbot.waitSignal(window.runner.failed, timeout=RUN_MS):
        assert drop(wells(window)[0], files(path))
    assert len(reported) == 1 and reported[0].startswith("broken.png")
    assert styling(window).looks == before and not styling(window).is_reading


def test_a_broken_file_among_others_is_left_out(qtbot, window, pictures, said, tmp_path):
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    dropped(qtbot, window, wells(window)[0], files(pictures[0], path, pictures[1]))
    assert names(window) == ["red", "green"]
    assert len(said) == 1 and said[0].startswith("broken.png")


def test_two_hundred_megapixels_do_not_block_the_window(qtbot, window, tmp_path):
    Image.new("1", (16_000, 12_500), 1).save(tmp_path / "wall.png")
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        assert drop(wells(window)[0], files(tmp_path / "wall.png"))
        assert styling(window).is_reading, "the drop came back before anything was read"
        assert wells(window)[0]._text == "Reading…"
    np.testing.assert_allclose(styling(window).looks[0].code, (1, 1, 1), atol=0.01)


def test_escape_stops_reading(qtbot, window, pictures, said, tmp_path):
    show_looks(qtbot, window, pictures, 1)
    before = styling(window).looks
    Image.new("1", (16_000, 12_500), 1).save(tmp_path / "wall.png")
    with qtbot.waitSignal(window.runner.cancelled, timeout=RUN_MS):
        drop(wells(window)[1], files(tmp_path / "wall.png"))
        qtbot.keyClick(window.canvas, Key.Key_Escape)
    assert styling(window).looks == before and not styling(window).is_reading
    assert said == ["Read the look of wall.png was cancelled."]


def test_a_drop_while_another_is_read_takes_its_place(qtbot, window, pictures, said, tmp_path):
    Image.new("1", (16_000, 12_500), 1).save(tmp_path / "wall.png")
    drop(wells(window)[0], files(tmp_path / "wall.png"))
    dropped(qtbot, window, wells(window)[0], files(pictures[0]))
    assert names(window) == ["red"] and said == []


def test_a_look_that_is_chosen_while_a_picture_is_read_stays(qtbot, window, said, tmp_path):
    Image.new("1", (16_000, 12_500), 1).save(tmp_path / "wall.png")
    drop(wells(window)[0], files(tmp_path / "wall.png"))
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    assert not styling(window).is_reading
    qtbot.waitUntil(lambda: window.runner.jobs == (), timeout=RUN_MS)
    assert names(window) == ["Wave"]
    drop(wells(window)[1], files(tmp_path / "wall.png"))
    qtbot.mouseClick(button(window, "Dusk"), LEFT, CTRL)
    qtbot.waitUntil(lambda: window.runner.jobs == (), timeout=RUN_MS)
    assert names(window) == ["Wave", "Dusk"]
    drop(wells(window)[1], files(tmp_path / "wall.png"))
    qtbot.keyClick(wells(window)[0], Key.Key_Delete)
    qtbot.waitUntil(lambda: window.runner.jobs == (), timeout=RUN_MS)
    assert names(window) == ["Dusk"] and said == []


# On the canvas.


def test_a_drop_on_the_canvas_gives_its_look_while_the_task_is_shown(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    dropped(qtbot, window, window.canvas, files(pictures[2]))
    assert names(window) == ["blue"]
    assert len(window.workspace.document.root.children) == 1


def test_a_drop_anywhere_on_the_form_gives_its_look(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    panel, editor = window.neural_panel, window.neural_panel.style_editor
    number = panel._form.editor("strength").lineEdit()
    data = files(pictures[2])
    data.setText(str(pictures[2]))  # as file managers do
    for target in (editor.pad, editor.wells, editor.gallery, number, panel.facts, panel):
        styling(window).choose([WAVE])
        dropped(qtbot, window, target, data)
        assert names(window) == ["blue"]
        dropped(qtbot, window, target, files(*pictures))
        assert names(window) == ["red", "green", "blue", "gold"]
    assert panel.value.strength == 1 and len(window.workspace.views) == 1


def test_looks_are_kept_and_pictures_taken_if_both_are_dropped(qtbot, window, pictures, tmp_path):
    (tmp_path / "sea.look").write_text(dump(replace(WAVE, name="Sea")))
    dropped(qtbot, window, gallery(window), files(tmp_path / "sea.look", pictures[1]))
    assert button(window, "Sea").kept.is_own and names(window) == ["green"]


def test_the_form_of_another_task_opens_what_is_dropped(qtbot, window, pictures):
    window.show_operation("denoise")
    with qtbot.waitSignal(window._disk.finished):
        assert drop(window.neural_panel.facts, files(pictures[0]))
    assert len(window.workspace.views) == 2 and names(window) == []


@pytest.mark.parametrize("form", ["image/webp", "image/png", "image/svg+xml"])
def test_bytes_that_are_no_picture_are_said(window, said, form):
    data = QMimeData()
    data.setData(form, b"no picture at all")
    for target in (wells(window)[0], window.canvas, window.neural_panel, window.status):
        assert drop(target, data)
    window.show_operation("denoise")
    assert drop(window.canvas, data)
    assert said == [UNREADABLE] * 5
    assert not styling(window).is_reading and len(window.workspace.views) == 1


def test_with_shift_it_is_placed_as_ever(qtbot, window, pictures):
    with qtbot.waitSignal(window._disk.finished):
        assert drop(window.canvas, files(pictures[0]), SHIFT)
    assert [node.name for node in window.workspace.document.root.children][1:] == ["red"]
    assert names(window) == []


def test_another_task_takes_no_looks(qtbot, window, pictures):
    window.show_operation("denoise")
    with qtbot.waitSignal(window._disk.finished):
        assert drop(window.canvas, files(pictures[0]))
    assert names(window) == [] and len(window.workspace.document.root.children) == 2
    assert not drag(window.canvas, layers_dragged()).isAccepted()


def test_the_canvas_says_what_a_drop_will_do(window, pictures):
    hint, at = window.canvas._drop_hint, QPoint(30, 30)
    data = files(pictures[0])
    assert not hint.isVisible()
    assert drag(window.canvas, data).isAccepted()
    assert hint.isVisible() and hint.text() == TAKES_LOOK
    QApplication.sendEvent(window.canvas, QDragMoveEvent(at, COPY, data, LEFT, SHIFT))
    assert hint.text() == PLACES
    QApplication.sendEvent(window.canvas, QDragMoveEvent(at, COPY, data, LEFT, NONE))
    assert hint.text() == TAKES_LOOK
    QApplication.sendEvent(window.canvas, QDragLeaveEvent())
    assert not hint.isVisible()
    window.show_operation("denoise")
    drag(window.canvas, data)
    assert not hint.isVisible()


# Running.


def looks_like(window: MainWindow) -> np.ndarray:
    view = window.workspace.active
    return view.compositor.render(view.document.rect)


def test_a_run_is_one_step_and_only_where_is_selected(qtbot, window, pictures):
    document, before = window.workspace.document, looks_like(window)
    mask = np.zeros((200, 300, 1), np.uint8)
    mask[50:150, 100:200] = 128
    mask[80:120, 120:180] = 255
    document.selection.write(document.rect, mask)
    document.selection_changed.emit(document.rect)
    show_looks(qtbot, window, pictures, 1)
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        qtbot.keyClick(window.canvas, Key.Key_Return, CTRL)
    after = looks_like(window)
    assert [command.name for command in document.history.commands] == ["Style"]
    outside = mask[..., 0] == 0
    np.testing.assert_array_equal(after[outside], before[outside])
    change = np.abs(after.astype(int) - before)[..., :3].mean(-1)
    assert change[80:120, 120:180].mean() > 1.3 * change[55:75, 100:200].mean() > 5
    assert document.active.recipe["parameters"]["looks"][0]["name"] == "red"
    window.menus.run("edit.undo")
    np.testing.assert_array_equal(looks_like(window), before)
    assert names(window) == ["red"], "the look is still in its well"


def test_a_layer_is_made_again_from_its_recipe(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    styling(window).mix((0.25, 0.75))
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.run")
    first = window.workspace.document.active
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.again")
    second, rect = window.workspace.document.active, window.workspace.document.rect
    assert second is not first
    np.testing.assert_array_equal(second.pixels.read(rect), first.pixels.read(rect))


# The pad.


def test_the_pad_mixes_and_is_hidden_with_one_look(qtbot, window, pictures):
    pad = window.neural_panel.style_editor.pad
    show_looks(qtbot, window, pictures, 1)
    assert not pad.isVisible()
    show_looks(qtbot, window, pictures, 4)
    assert pad.isVisible() and pad.shares == (0.25,) * 4
    qtbot.waitUntil(lambda: pad.size().height() == pad.sizeHint().height())  # laid out
    qtbot.mouseClick(pad, LEFT, pos=QPoint(1, 1))
    assert [look.share for look in window.neural_panel.value.looks] == [1, 0, 0, 0]
    assert "red 100%" in pad.accessibleDescription()
    qtbot.waitUntil(lambda: window.previewer.preview is not None, timeout=RUN_MS)


def test_a_look_file_goes_into_a_well_without_being_read(qtbot, window, tmp_path):
    (tmp_path / "wave.look").write_text(dump(WAVE))
    dropped(qtbot, window, wells(window)[0], files(tmp_path / "wave.look"))
    assert names(window) == ["Wave"] and styling(window).looks[0].code == WAVE.code


def test_everything_is_reached_and_named(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 3)
    shown = [well for well in wells(window) if well.isVisible()]
    looks, tab = gallery(window).buttons, Qt.FocusPolicy.TabFocus
    controls = [*shown, window.neural_panel.style_editor.pad]
    assert all(each.focusPolicy() & tab for each in controls)
    assert any(each.focusPolicy() & tab for each in looks)  # and arrow keys reach the others
    controls += looks
    assert all(each.accessibleName() for each in controls)
    first = gallery(window).buttons[0]
    first.setFocus()
    QApplication.sendEvent(first, QEvent(QEvent.Type.Enter))
    assert "Wave" in first.toolTip()
