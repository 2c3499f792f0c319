"""R46: no work is lost, and what is left of a crash never gets into the way of a start."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest

from editor import paths
from editor.autosave import Autosave
from editor.document.adjustment import add_adjustment
from editor.document.commands import edit_pixels
from editor.document.document import Document, Source
from editor.document.geometry import Rect
from editor.document.lut import Lut, lattice
from tests.formats.samples import assert_same, assert_same_grid, noise, rich


def painted(document, value=7):
    """``document`` after one stroke on its active layer."""
    layer = document.active
    before = layer.pixels.snapshot()
    layer.pixels.write(Rect(0, 0, 20, 20), np.full((20, 20, 4), value, document.dtype))
    document.history.push(edit_pixels(document, "Stroke", layer, layer.pixels, before), done=True)
    return document


def picture(title="photo.jpg"):
    document = Document.from_pixels(noise(np.uint8, 50, 60))
    document.source = Source(paths.state() / title, title)
    return document


@pytest.fixture
def start():
    """Starts programs that end with the test."""
    started = []

    def start():
        started.append(Autosave())
        return started[-1]

    yield start
    for each in started:
        each.close()


def die(autosave):
    """What the system does when a program is killed: it lets go of the lock."""
    autosave._lock.close()


def files():
    return sorted(each.name for each in (paths.state() / "autosave").rglob("*") if each.is_file())


def test_a_changed_document_comes_back_untitled_after_a_crash(start):
    crashed = start()
    document = painted(picture())
    crashed.prepare(document)()
    die(crashed)
    (back,) = start().recover().documents
    assert back.source.path is None
    assert back.source.title == "photo.jpg"
    assert not back.history.is_clean
    assert_same_grid(back.active.pixels, document.active.pixels)


def test_layers_masks_and_selection_come_back(start):
    crashed, document = start(), painted(rich(np.uint16))
    crashed.prepare(document)()
    die(crashed)
    (back,) = start().recover().documents
    assert [node.name for node in back.root.walk()] == [node.name for node in document.root.walk()]
    assert_same_grid(back.selection, document.selection)


def test_an_adjustment_comes_back_and_is_not_drawn_for_others(start):
    """What it shows would be as large as the photo, every minute."""
    crashed, document = start(), painted(picture())
    add_adjustment(document, Lut(1 - lattice(2)), "Negative")
    crashed.prepare(document)()
    (path,) = crashed._folder.glob("*.ora")
    with zipfile.ZipFile(path) as archive:
        sizes = [each.file_size for each in archive.infolist() if "data/" in each.filename]
    assert min(sizes) < 200 < max(sizes)
    assert len(sizes) == 2
    die(crashed)
    (back,) = start().recover().documents
    assert_same(back.snapshot(), document.snapshot())


def test_an_unchanged_document_is_not_written(start):
    autosave, document = start(), picture()
    assert autosave.prepare(document) is None
    painted(document)
    autosave.prepare(document)()
    assert autosave.prepare(document) is None


def test_another_edit_after_undo_is_a_change(start):
    autosave, document = start(), painted(picture(), 7)
    autosave.prepare(document)()
    document.history.undo()
    painted(document, 8)
    assert autosave.prepare(document) is not None


def test_the_copy_is_of_the_moment_when_it_was_prepared(start):
    crashed, document = start(), painted(picture(), 7)
    write = crashed.prepare(document)
    painted(document, 8)
    write()
    die(crashed)
    (back,) = start().recover().documents
    assert (back.active.pixels.read(Rect(0, 0, 20, 20)) == 7).all()


def test_a_saved_document_leaves_nothing(start):
    autosave, document = start(), painted(picture())
    autosave.prepare(document)()
    document.history.mark_clean(document.history.position)
    assert autosave.prepare(document) is None
    autosave.close()
    assert files() == ["keeper"]


def test_a_document_dropped_while_it_is_written_leaves_nothing(start):
    autosave, document = start(), painted(picture())
    write = autosave.prepare(document)
    autosave.drop(document)
    write()
    autosave.close()
    assert files() == ["keeper"]


def test_a_running_program_keeps_its_copies(start):
    running = start()
    running.prepare(painted(picture()))()
    assert start().leftovers() == ()


def test_a_second_crash_before_anything_was_done_loses_nothing(start):
    first = start()
    first.prepare(painted(picture()))()
    die(first)
    second = start()
    assert len(second.recover().documents) == 1
    die(second)
    assert start().leftovers() == ("photo.jpg",)


def test_what_was_not_asked_for_waits_for_the_next_start(start):
    crashed = start()
    crashed.prepare(painted(picture()))()
    die(crashed)
    start().close()
    assert start().leftovers() == ("photo.jpg",)


def test_what_is_forgotten_is_gone(start):
    crashed = start()
    crashed.prepare(painted(picture()))()
    die(crashed)
    after = start()
    after.forget()
    after.close()
    assert start().leftovers() == ()


def test_a_title_may_be_anything(start):
    titles = ["../../etc/passwd", "Ünïcødé 图.png", "a" * 400, "", "x\0y", "50 % off.png"]
    crashed = start()
    for title in titles:
        document = painted(Document.from_pixels(noise(np.uint8, 5, 5)))
        document.source = Source(None, title)
        crashed.prepare(document)()
    die(crashed)
    found = start().leftovers()
    assert set(found) == {*titles[:2], "a" * 60, "Untitled", *titles[4:]}


def test_damaged_copies_are_set_aside_and_the_others_come_back(start):
    crashed = start()
    for title in ("good.png", "cut short.png", "nonsense.png", "empty.png"):
        crashed.prepare(painted(picture(title)))()
    die(crashed)
    for path in (paths.state() / "autosave").rglob("*.ora"):
        if "cut" in path.name:
            path.write_bytes(path.read_bytes()[:-100])
        elif "nonsense" in path.name:
            path.write_bytes(b"nonsense")
        elif "empty" in path.name:
            path.write_bytes(b"")
    recovered = start().recover()
    assert [document.source.title for document in recovered.documents] == ["good.png"]
    assert len(recovered.notes) == 3
    assert len(list((paths.state() / "autosave" / "damaged").iterdir())) == 3
    assert len(start().leftovers()) == 0


def test_a_full_disk_keeps_the_copy_before(start, monkeypatch):
    crashed, document = start(), painted(picture(), 7)
    crashed.prepare(document)()
    painted(document, 8)
    write = crashed.prepare(document)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full_disk)
        with pytest.raises(OSError, match="No space"):
            write()
    assert crashed.prepare(document) is not None
    die(crashed)
    (back,) = start().recover().documents
    assert (back.active.pixels.read(Rect(0, 0, 20, 20)) == 7).all()


def test_a_start_does_not_fail_where_nothing_can_be_written(start):
    paths.state().parent.mkdir(parents=True, exist_ok=True)
    paths.state().write_text("a file where the folder should be")
    autosave = start()
    assert autosave.problem.startswith("Nothing is autosaved: ")
    assert autosave.leftovers() == ()
    assert autosave.recover().documents == ()
    assert autosave.prepare(painted(picture())) is None


def full_disk(handle):
    raise OSError(28, "No space left on device")


def test_stray_files_and_folders_do_not_stop_a_start(start):
    root = paths.state() / "autosave"
    (root / "folder" / "inside.ora").mkdir(parents=True)
    (root / "note.txt").write_text("hello")
    (root / "old").mkdir()
    (root / "old" / ".x.part").write_bytes(b"half")
    assert start().recover().notes == ("“Untitled” could not be recovered: its copy is damaged.",)


KILLED = """
import os, random, signal, sys, time
import numpy as np
from editor.autosave import Autosave
from editor.document.document import Document
from tests.test_autosave import painted
from editor.document.geometry import Rect

def work(pipe, value):
    autosave, document = Autosave(), Document.from_pixels(np.zeros((300, 300, 4), np.uint8))
    for left in autosave.recover().documents:
        autosave.drop(left)
    while True:
        value = value % 250 + 1
        painted(document, value)
        autosave.prepare(document)()
        os.write(pipe, bytes([value]))

random.seed(46)
value = 0
for run in range(int(sys.argv[1])):
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        work(write, value)
    os.close(write)
    told = os.read(read, 1) if run % 2 else b""
    time.sleep(random.random() * 0.03)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    told += os.read(read, 1 << 16)
    os.close(read)
    autosave = Autosave()
    recovered = autosave.recover()
    assert not recovered.notes, recovered.notes
    if told:
        (document,) = recovered.documents
        pixels = document.active.pixels.read(Rect(0, 0, 20, 20))
        assert (pixels == pixels[0, 0, 0]).all()
        assert pixels[0, 0, 0] in (told[-1], told[-1] % 250 + 1), (told[-1], pixels[0, 0, 0])
        value = told[-1]
    for document in recovered.documents:
        autosave.drop(document)
    autosave.close()
print("done", value)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and kill -9")
def test_killed_at_any_moment_the_last_good_copy_is_recovered():
    done = subprocess.run(
        [sys.executable, "-c", KILLED, "80"], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("done")
    assert done.stdout != "done 0\n"
