"""Opening, saving, exporting, closing: nothing is lost without being asked."""

import dataclasses

import numpy as np
import pytest

from editor.actions import file
from editor.actions.edit import fill
from editor.document.geometry import Rect
from editor.formats import load
from editor.formats import save as write
from tests.actions.shell import FakeShell, photo


@pytest.fixture
def shell():
    return FakeShell(photo())


def test_a_new_picture_is_as_asked_for():
    shell = FakeShell()
    shell.answers["form"] = lambda v: dataclasses.replace(v, width=30, height=20, depth=16)
    file.new(shell)
    document = shell.workspace.document
    assert document.size == (30, 20)
    assert document.dtype == np.uint16
    assert (document.active.pixels.read(document.rect) == 65535).all()
    assert document.history.is_clean


def test_a_new_picture_may_be_transparent():
    shell = FakeShell()
    shell.answers["form"] = lambda v: dataclasses.replace(v, background="transparent")
    file.new(shell)
    assert shell.workspace.document.active.pixels.is_empty


def test_opening_shows_the_picture_and_remembers_it(tmp_path):
    path = tmp_path / "Ünïcødé 图.png"
    write(photo(), path)
    shell = FakeShell()
    shell.answers["open"] = [path]
    file.open_files(shell)
    assert shell.workspace.document.size == (300, 200)
    assert shell.settings.recent == (str(path),)
    file.open_files(shell)
    assert len(shell.workspace.views) == 1


def test_a_bad_file_is_one_sentence_and_the_others_open(tmp_path):
    bad, good = tmp_path / "bad.png", tmp_path / "good.png"
    bad.write_bytes(b"\x89PNG\r\n\x1a\n broken")
    write(photo(), good)
    shell = FakeShell()
    file.open_paths(shell, [bad, good])
    assert len(shell.workspace.views) == 1
    assert "bad.png" in shell.said[0]


def test_saving_a_photo_asks_for_an_ora_and_then_saves_there(shell, tmp_path):
    document = shell.workspace.document
    fill(shell)
    shell.answers["save"] = tmp_path / "work.ora"
    file.save(shell)
    assert document.history.is_clean
    assert document.source.path == tmp_path / "work.ora"
    shell.answers.clear()
    fill(shell)
    file.save(shell)
    loaded = load(tmp_path / "work.ora")
    np.testing.assert_array_equal(
        loaded.active.pixels.read(loaded.rect), document.active.pixels.read(document.rect)
    )
    assert [kind for kind, _ in shell.asked] == ["save"]


def test_painting_during_a_save_leaves_the_document_modified(shell, tmp_path):
    """The clean mark belongs to the state of the snapshot."""
    document = shell.workspace.document
    background = shell.background

    def later(title, work, apply):
        fill(shell)
        background(title, work, apply)

    shell.background = later
    shell.answers["save"] = tmp_path / "work.ora"
    file.save(shell)
    assert not document.history.is_clean


def test_a_failed_save_is_reported_and_leaves_the_document_modified(shell, tmp_path):
    fill(shell)
    shell.answers["save"] = tmp_path / "missing" / "work.ora"
    file.save(shell)
    assert not shell.workspace.document.history.is_clean
    assert "work.ora" in shell.said[0]


def test_exporting_says_what_is_lost_and_does_not_count_as_saving(shell, tmp_path):
    document = shell.workspace.document
    fill(shell)
    document.active.opacity = 0.5
    shell.answers["save"] = tmp_path / "flat.jpg"
    shell.answers["form"] = lambda options: dataclasses.replace(options, quality=50)
    file.export(shell)
    assert load(tmp_path / "flat.jpg").size == (300, 200)
    assert "flattened" in shell.said[-1]
    assert not document.history.is_clean


def test_closing_a_changed_document_asks(shell, tmp_path):
    fill(shell)
    file.close(shell)
    assert len(shell.workspace.views) == 1
    shell.answers["to_save"] = "save"
    file.close(shell)  # and then no name is given
    assert len(shell.workspace.views) == 1
    shell.answers["save"] = tmp_path / "work.ora"
    file.close(shell)
    assert not shell.workspace.views
    assert (tmp_path / "work.ora").exists()


def test_what_is_painted_while_a_closing_document_is_saved_is_not_lost(shell, tmp_path):
    fill(shell)
    background = shell.background

    def painted_meanwhile(title, work, apply):
        shell.workspace.document.history.undo()
        shell.answers["to_save"] = "cancel"
        background(title, work, apply)

    shell.background = painted_meanwhile
    shell.answers |= {"to_save": "save", "save": tmp_path / "work.ora"}
    file.close(shell)
    assert [kind for kind, _ in shell.asked] == ["to_save", "save", "to_save"]
    assert len(shell.workspace.views) == 1


def test_quitting_closes_one_after_the_other_and_stops_when_cancelled():
    shell = FakeShell(photo(name="a"), photo(name="b"))
    for view in shell.workspace.views:
        shell.workspace.activate(view)
        fill(shell)
    shell.answers["to_save"] = "discard"
    answer = shell.ask_to_save
    shell.ask_to_save = lambda name: answer(name) if name == "b" else "cancel"
    file.quit_program(shell)
    assert [view.document.source.title for view in shell.workspace.views] == ["a"]
    assert ("quit", None) not in shell.calls
    shell.ask_to_save = answer
    file.quit_program(shell)
    assert ("quit", None) in shell.calls


def test_dropped_files_become_layers_in_one_step(shell, tmp_path):
    paths = [tmp_path / "a.png", tmp_path / "b.png"]
    for path in paths:
        write(photo(60, 40), path)
    file.place_paths(shell, paths, 100.0, 80.0)
    document = shell.workspace.document
    names = [node.name for node in document.root.children]
    assert names == ["Background", "a", "b"]
    assert document.active.pixels.content_bounds() == Rect(70, 60, 60, 40)
    document.history.undo()
    assert len(document.root.children) == 1


def test_a_dropped_picture_larger_than_the_canvas_is_made_smaller(shell, tmp_path):
    write(photo(900, 300), tmp_path / "wide.png")
    file.place_paths(shell, [tmp_path / "wide.png"], 150.0, 100.0)
    bounds = shell.workspace.document.active.pixels.content_bounds()
    assert bounds == Rect(0, 50, 300, 100)
    assert "smaller" in shell.said[-1]
