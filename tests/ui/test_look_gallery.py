"""The looks at hand, in the real window: chosen, mixed, kept, shared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication, QScrollArea, QToolButton

from editor import paths
from editor.jobs import JobRunner
from editor.ui import dialogs
from editor.ui.hint import DROP, RUN, RUN_PART, Hint
from editor.ui.look_pictures import LookPictures
from editor.ui.main_window import MainWindow
from editor.ui.qimage import from_qimage
from editor.ui.styling import APART, TOO_MANY
from neural.looks import dump, load
from tests.ui.hands import CTRL, LEFT, NONE, SHIFT, Mouse
from tests.ui.looks import (
    DUSK,
    RUN_MS,
    WAVE,
    action,
    button,
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


@pytest.mark.parametrize(("height", "least"), [(720, 1.0), (700, 0.8)])
def test_looks_are_seen_at_once_in_a_low_window(qtbot, window, height, least):
    window.resize(1280, height)
    area = window.neural_panel.findChild(QScrollArea).viewport()
    first = button(window, "Wave")

    def seen():
        at = QRect(first.mapTo(area, QPoint(0, 0)), first.size())
        return area.rect().intersected(at).height() / first.height()

    qtbot.waitUntil(lambda: area.height() < 250)
    qtbot.waitUntil(lambda: seen() >= least)


def test_they_are_laid_in_more_rows_where_there_is_room(qtbot, window, tmp_path):
    for number in range(8):
        window.neural_panel.style_editor.looks.save(replace(WAVE, name=f"Wave {number}"))

    def rows():
        return len({button(window, f"Wave {i}").y() for i in range(8)})

    window.resize(1200, 700)
    qtbot.waitUntil(lambda: rows() == 1)
    window.resize(1200, 1500)
    qtbot.waitUntil(lambda: rows() > 1)


def wheel(strip, turned: int, held=NONE) -> bool:
    """Turned over the strip; whether the strip took it."""
    at = QPointF(strip.rect().center())
    delta, phase = QPoint(0, turned), Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(at, at, QPoint(), delta, Qt.MouseButton.NoButton, held, phase, False)
    QApplication.sendEvent(strip.viewport(), event)
    return event.isAccepted()


def test_the_strip_goes_on_with_arrows_and_with_the_wheel_and_shift(qtbot, window):
    strip = gallery(window).strip
    bar = strip.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert strip.on.isVisible() and not strip.back.isVisible()
    qtbot.mouseClick(strip.on, LEFT)
    qtbot.waitUntil(lambda: bar.value() == bar.maximum())
    assert strip.back.isVisible() and not strip.on.isVisible()
    assert wheel(strip, 1200, SHIFT) and bar.value() == 0
    wheel(strip, -1200)
    assert bar.value() == 0, "a plain wheel belongs to the panel"


def test_an_arrow_key_goes_to_the_next_look_and_shows_it(qtbot, window):
    for number in range(8):
        window.neural_panel.style_editor.looks.save(replace(WAVE, name=f"Wave {number}"))
    window.resize(1200, 700)
    strip = gallery(window).strip
    button(window, "Wave 0").setFocus()
    for number in range(7):
        qtbot.keyClick(button(window, f"Wave {number}"), Key.Key_Right)
    last = button(window, "Wave 7")
    assert last.hasFocus()
    left = last.mapTo(strip.viewport(), QPoint(0, 0)).x()
    assert 0 <= left <= strip.viewport().width() - last.width()


@pytest.mark.parametrize("height", [700, 1500])
def test_arrow_keys_go_from_group_to_group(qtbot, window, height):
    for number in range(6):
        window.neural_panel.style_editor.looks.save(replace(WAVE, name=f"Wave {number}"))
    window.resize(1200, height)
    own = [button(window, f"Wave {number}") for number in range(6)]
    qtbot.waitUntil(lambda: len({each.y() for each in own}) == (1 if height == 700 else 2))
    button(window, "Wave").setFocus()
    for key, name in (
        (Key.Key_Right, "Dusk"),
        (Key.Key_Right, "Wave 0"),
        (Key.Key_Left, "Dusk"),
        (Key.Key_Down, "Wave 0"),
        (Key.Key_Up, "Dusk"),
        (Key.Key_Up, "Wave"),
        (Key.Key_Up, "Wave"),
        (Key.Key_Left, "Wave"),
    ):
        qtbot.keyClick(window.focusWidget(), key)
        assert window.focusWidget().accessibleName() == name
    own[5].setFocus()
    for key in (Key.Key_Right, Key.Key_Down):
        qtbot.keyClick(own[5], key)
        assert own[5].hasFocus(), "there is none after it"


def test_looks_are_asked_for_by_the_last_button(window, monkeypatch):
    asked = []
    monkeypatch.setattr(dialogs, "ask_open", lambda *given: asked.append(given) or [])
    buttons = gallery(window).findChildren(QToolButton)
    next(each for each in buttons if each.text() == "Import…").click()
    assert len(asked) == 1


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


def test_the_hint_asks_for_a_look_until_there_is_one(qtbot, window):
    hint = window.canvas.findChild(Hint)
    assert hint.isVisible() and hint.text() == DROP
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    assert hint.text() == RUN and not hint.isVisible(), "the hand paints nothing"
    window.workspace.choose_tool("mask")
    assert hint.isVisible()
    mouse = Mouse(window.canvas)
    mouse.drag([(window.canvas.width() / 2 + step, window.canvas.height() / 2) for step in (0, 9)])
    assert hint.isVisible() and hint.text() == RUN_PART
    window.menus.run("edit.undo")
    assert hint.text() == RUN
    qtbot.keyClick(wells(window)[0], Key.Key_Delete)
    assert hint.text() == DROP


def test_a_fifth_look_is_refused_with_a_sentence(qtbot, window, pictures, said):
    show_looks(qtbot, window, pictures, 4)
    qtbot.mouseClick(button(window, "Wave"), LEFT, CTRL)
    assert len(names(window)) == 4 and said == [TOO_MANY]


def test_looks_of_different_networks_are_not_mixed(qtbot, window, pictures, said, tmp_path):
    alone = replace(WAVE, name="Alone", space="single-1")
    window.neural_panel.style_editor.looks.save(alone)
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    qtbot.mouseClick(button(window, "Alone"), LEFT, CTRL)
    assert names(window) == ["Wave"] and said == [APART]
    (tmp_path / "alone.look").write_text(dump(alone))
    for given in ([tmp_path / "alone.look"], [pictures[0], tmp_path / "alone.look"]):
        dropped(qtbot, window, wells(window)[1], files(*given))
        assert names(window) == ["Wave"] and not styling(window).is_reading
    assert said == [APART] * 3
    dropped(qtbot, window, wells(window)[0], files(tmp_path / "alone.look"))
    assert names(window) == ["Alone"]


def test_a_look_that_the_model_does_not_understand_asks_for_another_model(qtbot, window, said):
    window.neural_panel.style_editor.looks.save(replace(WAVE, name="Alone", space="single-1"))
    qtbot.mouseClick(button(window, "Alone"), LEFT)
    panel = window.neural_panel
    assert panel.why.isVisible() and "Choose another model" in panel.why.text()
    assert not panel.buttons.run.isEnabled() and not window.previewer.is_busy
    window.menus.run("neural.run")
    assert said == [panel.why.text()]
    window.show_operation("restyle")
    assert panel.buttons.run.isEnabled(), "its colors can be had"


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


def test_the_picture_of_a_chosen_look_is_painted_first(qtbot, window):
    editor, order = window.neural_panel.style_editor, []
    for number in range(6):
        look = replace(WAVE, name=f"Wave {number}", code=(0.1, 0.2, number / 10))
        editor.looks.save(look)
    editor.pictures.ready.connect(lambda look: order.append(look.name))
    qtbot.mouseClick(button(window, "Wave 5"), LEFT)
    qtbot.waitUntil(lambda: "Wave 5" in order, timeout=RUN_MS)
    assert order.index("Wave 5") < 2, "one may have been under way"
    assert wells(window)[0]._picture is not None


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
    assert [kept.record.name for kept in editor.looks.kept] == ["Wave", "Dusk"]
    assert drop(gallery(window), files(tmp_path / "rust.look"))
    assert button(window, "Rust").kept.is_own
    texts = [each.text() for each in gallery(window).menu(editor.looks.kept[0]).actions()]
    assert "Export…" in texts and "Rename…" not in texts
    (tmp_path / "bad.look").write_text("{}")
    assert drop(gallery(window), files(tmp_path / "bad.look"))
    assert len(reported) == 1 and "bad.look" in reported[0]


def shown(tooltip: str) -> str:
    """What Qt makes of it."""
    if not QtGui.Qt.mightBeRichText(tooltip):
        return tooltip
    document = QTextDocument()
    document.setHtml(tooltip)
    return document.toPlainText()


def test_the_name_under_which_a_look_was_kept_is_said(qtbot, window, said, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_form", lambda *given: replace(given[2], name="My look"))
    qtbot.mouseClick(button(window, "Wave"), LEFT)
    for _ in range(2):
        action(wells(window)[0].menu(), "Save look…").trigger()
    assert said == [f"{name} is among your own looks now." for name in ("My look", "My look 2")]


def test_a_look_is_not_exported_into_a_folder_that_is_not_there(
    window, reported, monkeypatch, tmp_path
):
    monkeypatch.setattr(dialogs, "ask_save", lambda *given: tmp_path / "none" / "wave.look")
    action(gallery(window).menu(button(window, "Wave").kept), "Export…").trigger()
    assert reported == ["The look could not be saved: no such file or directory."]
    assert not (tmp_path / "none").exists()


def test_names_are_shown_as_they_are_and_make_nothing_wider(qtbot, window):
    editor, name = window.neural_panel.style_editor, "<b>Bold</b> & <i>co</i>"
    width = window.neural_panel.minimumSizeHint().width()
    editor.looks.save(replace(WAVE, name=name, code=(1.0, 1.0, 1.0)))
    editor.looks.save(replace(WAVE, name="x" * 5000, code=(0.0, 1.0, 1.0)))
    qtbot.mouseClick(button(window, "x" * 80), LEFT)
    assert window.neural_panel.minimumSizeHint().width() == width
    assert editor.wells.name.text() == "x" * 80
    qtbot.mouseClick(button(window, name), LEFT)
    assert shown(button(window, name).toolTip()).startswith(name + "\n")
    assert shown(wells(window)[0].toolTip()).startswith(name + "\n")
    assert shown(wells(window)[0].clear.toolTip()) == f"Take {name} out"
    assert name in shown(wells(window)[0].chip.toolTip())
    qtbot.mouseClick(button(window, "x" * 80), LEFT, CTRL)
    assert f"{name} 50%" in shown(editor.pad.toolTip())
    assert window.neural_panel.minimumSizeHint().width() == width


@pytest.mark.parametrize("code", ["[]", "[0.1, 0.2]", "[0.1, 0.2, 1e30]", "[0.1, 0.2, NaN]"])
def test_a_damaged_look_is_refused_with_a_sentence(window, reported, tmp_path, code):
    damaged = dump(WAVE).replace("[0.1, 0.2, 0.4]", code)
    (tmp_path / "damaged.look").write_text(damaged)
    assert drop(gallery(window), files(tmp_path / "damaged.look"))
    assert len(reported) == 1 and reported[0].endswith(".")
    assert len(gallery(window).buttons) == 2


def test_the_gallery_is_one_stop_for_tab_at_what_is_chosen(qtbot, window):
    def stops():
        tab = Qt.FocusPolicy.TabFocus
        return [b.kept.record.name for b in gallery(window).buttons if b.focusPolicy() & tab]

    first = gallery(window).buttons[0].kept.record.name
    assert stops() == [first]
    qtbot.mouseClick(button(window, DUSK.name), LEFT)
    assert stops() == [DUSK.name] != [first]
    qtbot.keyClick(button(window, DUSK.name), Key.Key_Left)
    assert button(window, first).hasFocus()
