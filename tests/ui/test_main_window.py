"""The window with all its real parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from threading import Event

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QDockWidget, QLabel
from pytestqt.qtbot import QtBot

from editor.actions.base import Clip
from editor.actions.edit import copy, fill, paste_in_place
from editor.app import App
from editor.document.geometry import Rect
from editor.document.lut import Lut, lattice
from editor.formats import cube, load, save
from editor.jobs import Job
from editor.ui import dialogs
from editor.ui.hint import DROP, ENLARGE, GENERATE, PAINT, RUN, Hint
from editor.ui.layer_panel import LayerPanel
from editor.ui.menus import RecentMenu
from tests.actions.shell import photo, select
from tests.ui.hands import Mouse


@pytest.fixture
def app(qapp: QApplication, qtbot: QtBot) -> Iterator[App]:
    app = App(qapp)
    app.window.resize(1200, 800)
    app.window.show()
    with qtbot.waitActive(app.window):
        app.window.activateWindow()
    yield app
    app.window.quit()
    app.close()


@pytest.fixture
def window(app):
    return app.window


@pytest.fixture
def picture(tmp_path) -> Path:
    path = tmp_path / "photo.png"
    save(photo(), path)
    return path


def open_picture(qtbot, window, path):
    with qtbot.waitSignal(window._disk.finished):
        window.open([path])


def drop(target, paths, at=None, modifiers=Qt.KeyboardModifier.NoModifier):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = at or target.rect().center()
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, modifiers)
    QApplication.sendEvent(target, QDragEnterEvent(at, *args))
    QApplication.sendEvent(target, QDropEvent(QPointF(at), *args))


def test_it_starts_with_the_mask_brush_and_a_start_page(window):
    """R35: the brush for masks is in the hand from the start."""
    assert window.workspace.tool_id == "mask"
    assert window.start_page.isVisible()
    assert not window.canvas.isVisible()


def test_opening_a_file_shows_it_in_a_tab(qtbot, window, picture):
    open_picture(qtbot, window, picture)
    assert window.canvas.isVisible()
    assert window.tabs.tabText(0) == "photo.png"
    assert window.windowTitle().startswith("photo.png")
    fill(window)
    assert window.tabs.tabText(0) == "photo.png •"
    window.workspace.document.history.undo()
    assert window.tabs.tabText(0) == "photo.png"


def test_tabs_and_workspace_agree_on_what_is_active(window):
    for name in ("a", "b", "c"):
        window.workspace.add(photo(name=name))
    assert window.tabs.currentIndex() == 2
    window.tabs.setCurrentIndex(0)
    assert window.workspace.document.source.title == "a"
    window.workspace.close(window.workspace.views[0])
    assert [window.tabs.tabText(i) for i in range(window.tabs.count())] == ["b", "c"]
    assert window.tabs.currentIndex() == 0


def test_a_tab_is_dragged_to_another_place_and_stays_the_active_one(window):
    views = [window.workspace.add(photo(name=name)) for name in ("a", "b", "c")]
    a, b, c = views
    window.workspace.activate(a)
    window.tabs.moveTab(0, 2)
    assert window.workspace.views == [b, c, a]
    assert window.workspace.active is a
    window.tabs.moveTab(0, 1)
    assert window.workspace.views == [c, b, a]
    assert window.workspace.active is a
    assert [window.tabs.tabText(i) for i in range(3)] == ["c", "b", "a"]


def test_ctrl_tab_goes_round_the_pictures(qtbot, window):
    first, second = (window.workspace.add(photo(name=name)) for name in ("a", "b"))
    for want in (first, second):
        qtbot.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        assert window.workspace.active is want


def test_closing_the_window_with_changes_asks(window, monkeypatch):
    window.workspace.add(photo())
    fill(window)
    asked = []
    monkeypatch.setattr(dialogs, "ask_to_save", lambda *a: asked.append(a) or "cancel")
    assert not window.close()
    assert asked
    monkeypatch.setattr(dialogs, "ask_to_save", lambda *a: "discard")
    window.close()
    assert not window.isVisible()


def test_saving_happens_in_the_background_and_cleans(qtbot, window, tmp_path, monkeypatch):
    path = tmp_path / "work.ora"
    monkeypatch.setattr(dialogs, "ask_save", lambda *a: path)
    window.workspace.add(photo())
    fill(window)
    with qtbot.waitSignal(window._disk.finished):
        window.menus.run("file.save")
    assert window.workspace.document.history.is_clean
    assert load(path).size == (300, 200)


def test_a_file_that_is_no_picture_is_one_sentence_in_a_dialog(
    qtbot, window, tmp_path, monkeypatch
):
    path = tmp_path / "text.png"
    path.write_text("hello")
    said = []
    monkeypatch.setattr(dialogs, "report", lambda parent, sentence: said.append(sentence))
    open_picture(qtbot, window, path)
    assert len(said) == 1
    assert "text.png" in said[0]
    assert not window.workspace.views


def test_files_dropped_on_the_canvas_become_layers(qtbot, window, picture):
    window.workspace.add(photo(600, 400))
    with qtbot.waitSignal(window._disk.finished):
        drop(window.canvas, [picture])
    document = window.workspace.document
    assert [node.name for node in document.root.children] == ["Background", "photo"]
    assert len(document.history.commands) == 1


def test_a_dropped_color_table_becomes_an_adjustment(qtbot, window, picture, tmp_path):
    open_picture(qtbot, window, picture)
    cube.save(Lut(1 - lattice(2)), tmp_path / "Negative.cube")
    document, view = window.workspace.document, window.workspace.active
    before = view.compositor.render(document.rect)
    with qtbot.waitSignal(window._disk.finished):
        drop(window.canvas, [tmp_path / "Negative.cube"])
    assert [node.name for node in document.root.children] == ["Background", "Negative"]
    np.testing.assert_array_equal(
        view.compositor.render(document.rect)[..., :3], 255 - before[..., :3]
    )


def test_ctrl_drop_and_drops_beside_the_canvas_open(qtbot, window, picture, tmp_path):
    window.workspace.add(photo(600, 400))
    with qtbot.waitSignal(window._disk.finished):
        drop(window.canvas, [picture], modifiers=Qt.KeyboardModifier.ControlModifier)
    assert len(window.workspace.views) == 2
    other = tmp_path / "other.png"
    save(photo(), other)
    with qtbot.waitSignal(window._disk.finished):
        drop(window, [other], QPoint(5, 5))
    assert len(window.workspace.views) == 3


def test_copied_pixels_are_on_the_systems_clipboard_with_alpha(window):
    window.workspace.add(photo())
    document = window.workspace.document
    document.active.pixels.write(Rect(0, 0, 4, 4), np.full((4, 4, 4), [255, 0, 0, 128], np.uint8))
    select(document, 0, 0, 4, 4)
    copy(window)
    image = QGuiApplication.clipboard().image()
    assert image.size().toTuple() == (4, 4)
    assert image.pixelColor(1, 1).getRgb() == (255, 0, 0, 128)


def test_sixteen_bits_survive_the_clipboard(window):
    window.workspace.add(photo(dtype=np.uint16))
    document = window.workspace.document
    before = document.active.pixels.read(document.rect)
    copy(window)
    paste_in_place(window)
    np.testing.assert_array_equal(document.active.pixels.read(document.rect), before)


def test_what_another_program_copied_is_pasted(window):
    window.workspace.add(photo())
    window.set_clipboard(Clip(np.full((2, 2, 4), 9, np.uint8)))
    image = QImage(8, 6, QImage.Format.Format_RGBA8888)
    image.fill(Qt.GlobalColor.green)
    QGuiApplication.clipboard().setImage(image)
    clip = window.clipboard()
    assert clip is not None
    assert clip.pixels.shape == (6, 8, 4)
    assert (clip.pixels == [0, 255, 0, 255]).all()


def copy_files(*paths):
    """As a file manager does, which may offer a picture of their icon as well."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    icon = QImage(8, 8, QImage.Format.Format_RGBA8888)
    icon.fill(Qt.GlobalColor.white)
    data.setImageData(icon)
    QGuiApplication.clipboard().setMimeData(data)


def test_an_action_ends_the_stroke_under_way_first(window):
    """A pen on the canvas and the mouse in a menu: both are steps, and undo leads all the way."""
    window.workspace.add(photo(600, 400))
    document = window.workspace.document
    before = document.active.pixels.read(document.rect)
    window.workspace.choose_tool("brush")
    mouse = Mouse(window.canvas)
    x, y = window.canvas.width() / 2, window.canvas.height() / 2
    mouse.move((x, y))
    mouse.press()
    window.menus.run("edit.fill")
    mouse.move((x + 50, y))
    mouse.release()
    assert [c.name for c in document.history.commands] == ["Brush stroke", "Fill"]
    while document.history.can_undo:
        document.history.undo()
    np.testing.assert_array_equal(document.active.pixels.read(document.rect), before)


def test_an_empty_clipboard_is_a_sentence(window):
    said = []
    window.workspace.said.connect(said.append)
    QGuiApplication.clipboard().setMimeData(None)
    window.menus.run("edit.paste")
    assert said == ["There is no picture on the clipboard."]


def test_files_copied_in_a_file_manager_are_pasted_as_layers(qtbot, window, picture, tmp_path):
    other = tmp_path / "other.png"
    save(photo(40, 30), other)
    window.workspace.add(photo(600, 400))
    copy_files(picture, other)
    with qtbot.waitSignal(window._disk.finished):
        window.menus.run("edit.paste")
    document = window.workspace.document
    assert [node.name for node in document.root.children] == ["Background", "photo", "other"]
    assert len(document.history.commands) == 1


def test_files_copied_in_a_file_manager_are_opened_where_no_picture_is(qtbot, window, picture):
    copy_files(picture)
    with qtbot.waitSignal(window._disk.finished):
        window.menus.run("edit.paste")
    assert window.workspace.document.source.path == picture


def test_tab_hides_everything_but_the_canvas_and_brings_it_back(qtbot, window):
    window.workspace.add(photo())
    parts = [window.toolbox, window.status, window.tabs, window.neural_panel]
    sizes = [part.size() for part in parts]
    qtbot.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert not any(part.isVisible() for part in parts)
    assert not any(dock.isVisible() for dock in window.findChildren(QDockWidget))
    qtbot.keyClick(window.canvas, Qt.Key.Key_Tab)
    assert all(part.isVisible() for part in parts)
    qtbot.waitUntil(lambda: [part.size() for part in parts] == sizes)


def test_a_tool_is_chosen_by_its_key_and_shows_its_options(qtbot, window):
    window.workspace.add(photo())
    qtbot.keyClick(window.canvas, Qt.Key.Key_B)
    assert window.workspace.tool_id == "brush"
    assert window.toolbox.button("brush").isChecked()
    window.tool_options.form.editor("size").setValue(33)
    assert window.tools["brush"].options.size == 33
    qtbot.keyClick(window.canvas, Qt.Key.Key_BracketRight)
    assert window.tool_options.form.value.size > 33


def test_letters_are_typed_while_a_text_field_has_the_focus(qtbot, window):
    window.workspace.add(photo())
    box = window.tool_options.form.editor("size")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "5b")
    assert window.workspace.tool_id == "mask"
    assert window.tools["mask"].options.size == 5


def test_the_status_line_says_size_depth_and_profile(qtbot, window):
    window.workspace.add(photo(dtype=np.uint16))
    labels = window.status.findChildren(QLabel)
    want = "300 × 200 px  ·  16 bit  ·  sRGB"
    qtbot.waitUntil(lambda: want in [label.text() for label in labels])


def test_preferences_act_on_what_is_open_and_on_what_is_opened_later(window):
    window.workspace.add(photo())
    others = {"undo_mb": 77, "wheel_scrolls": True, "device": "cpu", "theme": "light"}
    preferences = replace(window.settings.preferences, **others)
    window.apply_settings(replace(window.settings, preferences=preferences))
    window.workspace.add(photo())
    budgets = [view.document.history.budget for view in window.workspace.views]
    assert budgets == [77 << 20] * 2
    assert window.canvas.wheel_scrolls and window.engine.device == "cpu"
    assert window.palette().window().color().lightness() > 150
    dark = replace(preferences, theme="dark")
    window.apply_settings(replace(window.settings, preferences=dark))
    assert window.palette().window().color().lightness() < 100


def test_the_first_hint_is_shown_until_something_was_run(window):
    """R35: one sentence for who is here for the first time."""
    window.workspace.add(photo())
    hint = window.canvas.findChild(Hint)
    assert hint.isVisible()
    window.workspace.choose_tool("brush")
    assert not hint.isVisible()
    window.workspace.choose_tool("mask")
    assert hint.isVisible()
    window.runner.submit(Job("a job", lambda progress: None, lambda answer: None))
    assert not hint.isVisible()


def test_the_first_hint_is_about_the_task_that_is_shown(window):
    window.workspace.add(photo())
    hint = window.canvas.findChild(Hint)
    window.show_operation("inpaint")
    assert hint.text() == PAINT
    middle = hint.geometry().center().x()
    window.show_operation("style")
    assert hint.text() == DROP and hint.isVisible()
    assert abs(hint.geometry().center().x() - middle) <= 1
    window.workspace.choose_tool("hand")
    assert hint.isVisible(), "nothing is to be painted"
    for task in ("denoise", "enhance"):
        window.show_operation(task)
        assert hint.text() == RUN and not hint.isVisible()
        window.workspace.choose_tool("mask")
        assert hint.isVisible()
        window.workspace.choose_tool("hand")
    window.show_operation("upscale")
    assert hint.text() == ENLARGE
    window.show_operation("generate")
    assert hint.text() == GENERATE and hint.isVisible()


def test_work_is_recovered_untitled_after_a_crash(qtbot, qapp, window, app, monkeypatch):
    """R46: copies are written while the program runs and offered when it did not end well."""
    window.workspace.add(photo(name="lost.png"))
    fill(window)
    with qtbot.waitSignal(window._disk.finished):
        window.safekeeping.save_now()
    app.autosave._lock.close()  # what the system does when a program is killed
    again = App(qapp)
    monkeypatch.setattr(dialogs, "ask_to_recover", lambda parent, titles: titles == ("lost.png",))
    again.window.offer_recovery()
    document = again.workspace.document
    assert document.source.path is None
    assert not document.history.is_clean
    np.testing.assert_array_equal(
        document.active.pixels.read(document.rect),
        window.workspace.document.active.pixels.read(window.workspace.document.rect),
    )
    again.close()


def test_an_action_is_found_by_typing(qtbot, window):
    window.workspace.add(photo())
    palette = window.menus.palette()
    qtbot.keyClicks(palette.field, "new lay")
    assert palette.list.topLevelItemCount() == 1
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert len(window.workspace.document.root.children) == 2


def test_settings_and_places_are_remembered(qtbot, qapp, window, app):
    window.toggle("color")
    assert not window.is_on("color")
    window.apply_settings(window.settings.with_recent(Path("/somewhere/a.png")))
    window.quit()
    again = App(qapp)
    again.window.show()
    assert not again.window.is_on("color")
    assert again.window.settings.recent == ("/somewhere/a.png",)
    again.window.quit()
    again.close()


def test_delete_in_the_layer_panel_removes_the_layer_and_elsewhere_clears(qtbot, window):
    document = window.workspace.add(photo()).document
    window.menus.run("layer.duplicate")
    qtbot.keyClick(window.canvas, Qt.Key.Key_Delete)
    assert [command.name for command in document.history.commands][-1] == "Clear"
    tree = window.findChild(LayerPanel).tree
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Delete)
    assert len(document.root.children) == 1


def test_a_recent_file_is_opened_from_the_menu(qtbot, window, picture):
    window.apply_settings(window.settings.with_recent(picture))
    menu = window.menus.menu("&File").findChild(RecentMenu)
    menu.aboutToShow.emit()
    assert [action.text() for action in menu.actions()] == ["photo.png"]
    with qtbot.waitSignal(window._disk.finished):
        menu.actions()[0].trigger()
    assert window.workspace.document.size == (300, 200)


def test_quitting_waits_for_files_that_are_being_written(qtbot, window, tmp_path, monkeypatch):
    path = tmp_path / "flat.png"
    monkeypatch.setattr(dialogs, "ask_save", lambda *a: path)
    monkeypatch.setattr(dialogs, "ask_form", lambda parent, title, value, note: value)
    window.workspace.add(photo())
    window.menus.run("file.export")
    window.menus.run("file.quit")
    assert window.isVisible()
    with qtbot.waitSignal(window._disk.finished):
        pass
    assert not window.isVisible()
    assert load(path).size == (300, 200)


def test_quitting_during_a_job_asks(qtbot, window, monkeypatch):
    asked = []
    monkeypatch.setattr(dialogs, "confirm", lambda parent, question, yes: asked.append(question))
    release = Event()
    window.runner.submit(Job("long", lambda progress: release.wait(10), lambda answer: None))
    window.menus.run("file.quit")
    release.set()
    assert len(asked) == 1
    assert window.isVisible()


def test_a_copy_that_cannot_be_kept_is_a_sentence_and_no_dialog(qtbot, window, app, monkeypatch):
    reported, said = [], []
    monkeypatch.setattr(dialogs, "report", lambda parent, sentence: reported.append(sentence))
    window.workspace.said.connect(said.append)
    window.workspace.add(photo(name="a.png"))
    fill(window)
    rmtree(app.autosave._folder)
    with qtbot.waitSignal(window._disk.finished):
        window.safekeeping.save_now()
    assert reported == []
    assert "a.png" in said[0]
    fill(window)
    assert window.workspace.document.history.can_undo
