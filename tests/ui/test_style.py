"""Pictures are dropped, and a photo takes on their look: in the real window, with real events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import app as application
from editor import paths
from editor.app import App
from editor.document.document import Document
from editor.document.geometry import Rect
from editor.jobs import JobRunner
from editor.ui import dialogs
from editor.ui.drop_view import PLACES, TAKES_LOOK
from editor.ui.layer_model import LayerModel
from editor.ui.look_pictures import LookPictures
from editor.ui.main_window import MainWindow
from editor.ui.qimage import from_qimage
from editor.ui.style_wells import EMPTY, Well
from editor.ui.styling import TOO_MANY, Styling
from neural.looks import Look, dump, load
from tests.neural.graphs import install_style
from tests.ui.hands import CTRL, LEFT, NONE, SHIFT

COPY = Qt.DropAction.CopyAction
Key = Qt.Key
RUN_MS = 60_000
RED = (200, 40, 30)
COLORS = {"red": RED, "green": (30, 180, 60), "blue": (20, 60, 210), "gold": (220, 180, 40)}
WAVE = Look("Wave", "look-1", (0.1, 0.2, 0.4), (0.3, 0.4, 0.5, *(0.01,) * 9), "Prints")
DUSK = Look("Dusk", "look-1", (0.4, 0.2, 0.1), (0.5, 0.4, 0.3, *(0.01,) * 9), "Photo looks")


@pytest.fixture
def window(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MainWindow]:
    """With a gray document of 300 x 200, tiny networks, and two looks that come with it."""
    install_style(tmp_path / "models")
    looks = tmp_path / "looks"
    looks.mkdir()
    for number, look in enumerate((WAVE, DUSK)):
        (looks / f"{number}.look").write_text(dump(look))
    monkeypatch.setattr(application, "shipped_models", lambda: tmp_path / "models")
    monkeypatch.setattr(application, "shipped_looks", lambda: looks)
    app = App(qapp)
    app.window.resize(1200, 900)
    with qtbot.waitActive(app.window):
        app.window.show()
        app.window.activateWindow()
    random = np.random.default_rng(0)
    pixels = random.integers(60, 200, (200, 300, 4), np.uint8)
    pixels[..., 3] = 255
    app.window.workspace.add(Document.from_pixels(pixels))
    app.window.workspace.choose_tool("hand")
    app.window.show_operation("style")
    yield app.window
    app.window.workspace.document.history.mark_clean(None)
    app.window.quit()
    app.close()


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Plain pictures: red, green, blue, gold."""
    for name, color in COLORS.items():
        Image.new("RGB", (64, 48), color).save(tmp_path / f"{name}.png")
    return [tmp_path / f"{name}.png" for name in COLORS]


@pytest.fixture
def said(window: MainWindow) -> list[str]:
    said: list[str] = []
    window.workspace.said.connect(said.append)
    return said


@pytest.fixture
def reported(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    reported: list[str] = []
    monkeypatch.setattr(dialogs, "report", lambda parent, sentence: reported.append(sentence))
    return reported


def styling(window: MainWindow) -> Styling:
    return window.neural_panel.style_editor.styling


def wells(window: MainWindow) -> list[Well]:
    return window.neural_panel.style_editor.wells.wells


def names(window: MainWindow) -> list[str]:
    return [look.name for look in styling(window).looks]


def files(*given: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in given])
    return data


def drag(target, data, held=NONE) -> QDragEnterEvent:
    enter = QDragEnterEvent(target.rect().center(), COPY, data, LEFT, held)
    enter.ignore()
    QApplication.sendEvent(target, enter)
    return enter


def drop(target, data, held=NONE) -> bool:
    """Drag in and let go, as the system does; whether it was taken."""
    if not drag(target, data, held).isAccepted():
        return False
    event = QDropEvent(QPointF(target.rect().center()), COPY, data, LEFT, held)
    QApplication.sendEvent(target, event)
    return event.isAccepted()


def dropped(qtbot: QtBot, window: MainWindow, target, data, held=NONE) -> None:
    """Dropped, and read."""
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        assert drop(target, data, held)


def show_looks(qtbot: QtBot, window: MainWindow, pictures: list[Path], count: int) -> None:
    dropped(qtbot, window, wells(window)[0], files(*pictures[:count]))


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
    assert len(names(window)) == 4 and TOO_MANY in said[0]


def test_a_drop_replaces_the_look_of_its_well(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    dropped(qtbot, window, wells(window)[0], files(pictures[3]))
    assert names(window) == ["gold", "green"]
    dropped(qtbot, window, wells(window)[2], files(pictures[2]))
    assert names(window) == ["gold", "green", "blue"]


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


def layers_dragged() -> QMimeData:
    document = Document.from_pixels(np.full((60, 80, 4), 255, np.uint8))
    layer = document.new_layer("blue")
    layer.pixels.write(Rect(0, 0, 80, 60), np.full((60, 80, 4), (0, 0, 255, 255), np.uint8))
    document.root.insert(1, layer)
    model = LayerModel()
    model.set_document(document)
    return model.mimeData([model.index_of(layer)])


@pytest.mark.parametrize("on_canvas", [False, True])
def test_a_layer_of_ours(qtbot, window, on_canvas):
    target = window.canvas if on_canvas else wells(window)[0]
    dropped(qtbot, window, target, layers_dragged())
    np.testing.assert_allclose(styling(window).looks[0].code, (0, 0, 1), atol=0.01)


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


# On the canvas.


def test_a_drop_on_the_canvas_gives_its_look_while_the_task_is_shown(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 2)
    dropped(qtbot, window, window.canvas, files(pictures[2]))
    assert names(window) == ["blue"]
    assert len(window.workspace.document.root.children) == 1


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
    first.visible = False
    with qtbot.waitSignal(window.runner.finished, timeout=RUN_MS):
        window.menus.run("neural.again")
    second, rect = window.workspace.document.active, window.workspace.document.rect
    assert second is not first
    np.testing.assert_array_equal(second.pixels.read(rect), first.pixels.read(rect))


# The pad.


def test_the_pad_mixes_and_is_hidden_with_one_look(qtbot, window, pictures):
    pad = window.neural_panel.style_editor.wells.pad
    show_looks(qtbot, window, pictures, 1)
    assert not pad.isVisible()
    show_looks(qtbot, window, pictures, 4)
    assert pad.isVisible() and pad.shares == (0.25,) * 4
    qtbot.waitUntil(lambda: pad.size().height() == pad.sizeHint().height())  # laid out
    qtbot.mouseClick(pad, LEFT, pos=QPoint(1, 1))
    assert [look.share for look in window.neural_panel.value.looks] == [1, 0, 0, 0]
    assert "red 100%" in pad.accessibleDescription()
    qtbot.waitUntil(lambda: window.previewer.preview is not None, timeout=RUN_MS)


# The gallery.


def gallery(window: MainWindow):
    return window.neural_panel.style_editor.gallery


def button(window: MainWindow, name: str):
    return next(each for each in gallery(window).buttons if each.kept.look.name == name)


def test_a_click_chooses_a_look_and_with_ctrl_it_is_mixed_in(qtbot, window):
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    assert names(window) == ["Wave"] and button(window, "Wave").isChecked()
    assert window.neural_panel.preview.switch.isChecked()
    qtbot.mouseClick(button(window, "Dusk"), LEFT, CTRL)
    assert names(window) == ["Wave", "Dusk"] and button(window, "Dusk").isChecked()
    qtbot.mouseClick(button(window, "Wave"), LEFT, SHIFT)
    assert names(window) == ["Dusk"] and not button(window, "Wave").isChecked()
    qtbot.keyClick(button(window, "Wave"), Key.Key_Space)
    assert names(window) == ["Wave"]


def test_a_fifth_look_is_refused_with_a_sentence(qtbot, window, pictures, said):
    show_looks(qtbot, window, pictures, 4)
    qtbot.mouseClick(button(window, "Wave"), LEFT, CTRL)
    assert len(names(window)) == 4 and said == [TOO_MANY]


def test_pictures_of_looks_are_painted_while_nothing_else_happens_and_kept(qtbot, window):
    pictures = window.neural_panel.style_editor.pictures
    qtbot.waitUntil(lambda: None not in map(pictures.of, (WAVE, DUSK)), timeout=RUN_MS)
    assert pictures.of(WAVE) != pictures.of(DUSK)
    assert len(list((paths.cache() / "looks").glob("*.png"))) == 2
    beside = JobRunner(beside=window.runner)
    again = LookPictures(window.engine, beside)
    assert from_qimage(again.of(WAVE)).tolist() == from_qimage(pictures.of(WAVE)).tolist()
    assert beside.jobs == (), "it was read from the disk"
    beside.close()


def test_a_look_is_saved_renamed_exported_imported_and_removed(
    qtbot, window, pictures, said, reported, monkeypatch, tmp_path
):
    editor = window.neural_panel.style_editor
    show_looks(qtbot, window, pictures, 1)
    monkeypatch.setattr(dialogs, "ask_form", lambda *given: replace(given[2], name="My red"))
    action(wells(window)[0].menu(), "Save look…").trigger()
    assert button(window, "My red").isChecked() and said == ["My red is among your own looks now."]
    monkeypatch.setattr(dialogs, "ask_form", lambda *given: replace(given[2], name="Rust"))
    menu = gallery(window).menu(button(window, "My red").kept)
    action(menu, "Rename…").trigger()
    assert button(window, "Rust").kept.is_own
    monkeypatch.setattr(dialogs, "ask_save", lambda *given: tmp_path / "rust.look")
    action(gallery(window).menu(button(window, "Rust").kept), "Export…").trigger()
    assert load(tmp_path / "rust.look").code == styling(window).looks[0].code
    monkeypatch.setattr(dialogs, "confirm", lambda *given: True)
    action(gallery(window).menu(button(window, "Rust").kept), "Remove").trigger()
    assert [kept.look.name for kept in editor.looks.kept] == ["Wave", "Dusk"]
    assert drop(gallery(window), files(tmp_path / "rust.look"))
    assert button(window, "Rust").kept.is_own
    texts = [each.text() for each in gallery(window).menu(editor.looks.kept[0]).actions()]
    assert "Export…" in texts and "Rename…" not in texts
    (tmp_path / "bad.look").write_text("{}")
    assert drop(gallery(window), files(tmp_path / "bad.look"))
    assert len(reported) == 1 and "bad.look" in reported[0]


def action(menu, text):
    return next(each for each in menu.actions() if each.text() == text)


def test_a_look_file_goes_into_a_well_without_being_read(qtbot, window, tmp_path):
    (tmp_path / "wave.look").write_text(dump(WAVE))
    dropped(qtbot, window, wells(window)[0], files(tmp_path / "wave.look"))
    assert names(window) == ["Wave"] and styling(window).looks[0].code == WAVE.code


def test_everything_is_reached_and_named(qtbot, window, pictures):
    show_looks(qtbot, window, pictures, 3)
    shown = [well for well in wells(window) if well.isVisible()]
    controls = [*shown, window.neural_panel.style_editor.wells.pad, *gallery(window).buttons]
    assert all(each.focusPolicy() & Qt.FocusPolicy.TabFocus for each in controls)
    assert all(each.accessibleName() for each in controls)
    first = gallery(window).buttons[0]
    first.setFocus()
    QApplication.sendEvent(first, QEvent(QEvent.Type.Enter))
    assert "Wave" in first.toolTip()
