"""Looks that are kept: the shipped ones, and the user's own."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from editor import looks, paths
from editor.color import converted
from editor.document.document import Document, Metadata
from editor.formats import FormatError
from editor.looks import Looks
from neural.engine import Engine, shipped_models
from neural.errors import NeuralError
from neural.looks import Look, dump, load
from neural.progress import Progress
from neural.record import LONGEST_NAME
from tests.formats.profiles import ADOBE_RGB, rgb_profile
from tests.neural.graphs import install_style

WAVE = Look("Under the Wave", "look-1", (0.5, 0.25, 0.1), (0.4, 0.2, 0.0, 0.6, 0.4, 0.2), "Prints")


@pytest.fixture
def kept(tmp_path):
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    for name in ("02-b", "01-z"):
        (shipped / f"{name}.look").write_text(dump(replace(WAVE, name=name[3:])))
    return Looks(shipped, paths.looks())


def names(kept):
    return [each.record.name for each in kept.kept]


def test_a_look_is_the_same_in_whatever_color_space_its_picture_is(tmp_path):
    install_style(tmp_path)
    networks = Engine([tmp_path], "cpu")
    y, x = np.mgrid[:64, :64]
    colors = np.stack([40 + 2 * x, 60 + y + x, 200 - 2 * y], -1).astype(np.uint8)
    picture = np.dstack([colors, np.full_like(x, 255, np.uint8)])
    adobe = rgb_profile("Adobe-like", ADOBE_RGB)
    tagged = np.dstack([converted(colors, None, adobe), picture[..., 3]])
    assert np.abs(tagged.astype(int) - picture).max() > 20
    documents = [
        Document.from_pixels(picture),
        Document.from_pixels(tagged, metadata=Metadata(profile=adobe)),
    ]
    found = [looks.of_document(each, "a", networks, Progress()).palette for each in documents]
    assert np.abs(np.subtract(*found)).mean() < 1 / 255


def test_shipped_looks_come_first_and_in_their_order(kept):
    kept.save(replace(WAVE, name="own"))
    kept.save(replace(WAVE, name="a"))
    assert names(kept) == ["z", "b", "a", "own"]
    assert [each.is_own for each in kept.kept] == [False, False, True, True]


def test_a_saved_look_is_there_the_next_time_and_counts_in_full(kept, tmp_path):
    said = []
    kept.changed.connect(lambda: said.append(names(kept)))
    saved = kept.save(replace(WAVE, share=0.25))
    assert said == [["z", "b", "Under the Wave"]]
    again = Looks(tmp_path / "shipped", paths.looks())
    assert again.kept[-1] == saved
    assert saved.record == WAVE


def test_a_name_that_is_taken_gets_a_number(kept):
    for _ in range(3):
        kept.save(replace(WAVE, name="z"))
    assert names(kept) == ["z", "b", "z 2", "z 3", "z 4"]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "a/b", "波 wave", "...", "x" * 300, "*?:"])
def test_any_name_is_kept_and_stays_in_the_folder(kept, name):
    saved = kept.save(replace(WAVE, name=name))
    assert saved.record.name == name[:LONGEST_NAME]
    assert saved.path.parent == paths.looks()
    assert [path.suffix for path in paths.looks().iterdir()] == [".look"]


def test_own_looks_can_be_renamed_and_removed(kept):
    saved = kept.save(WAVE)
    kept.rename(saved, " Sea ")
    assert names(kept) == ["z", "b", "Sea"]
    assert load(saved.path).name == "Sea"
    kept.remove(kept.kept[-1])
    assert names(kept) == ["z", "b"]
    assert list(paths.looks().iterdir()) == []


def test_a_look_needs_a_name(kept):
    saved = kept.save(WAVE)
    with pytest.raises(NeuralError, match="needs a name"):
        kept.rename(saved, "  ")
    with pytest.raises(NeuralError, match="needs a name"):
        kept.save(replace(WAVE, name=""))
    assert names(kept)[-1] == "Under the Wave"


def test_somebodys_look_is_taken_in_if_it_can_be_used(kept, tmp_path):
    given = tmp_path / "given.look"
    given.write_text(dump(WAVE))
    assert kept.add_file(given, {"look-1": 3}).record == WAVE
    with pytest.raises(NeuralError, match=r"given\.look was read by look-1.*those of look-2 can"):
        kept.add_file(given, {"look-2": 3})
    given.write_text("{}")
    with pytest.raises(NeuralError, match=r"given\.look"):
        kept.add_file(given, {"look-1": 3})
    given.write_text(dump(replace(WAVE, code=(0.5, 0.5))))
    with pytest.raises(NeuralError, match=r"given\.look is damaged.*has 2 numbers, not 3"):
        kept.add_file(given, {"look-1": 3})
    assert names(kept) == ["z", "b", "Under the Wave"]


def test_files_that_are_no_looks_are_told_of_and_hide_nothing(kept, tmp_path):
    kept.save(WAVE)
    (paths.looks() / "broken.look").write_bytes(b"\xff\x00")
    again = Looks(tmp_path / "shipped", paths.looks())
    assert names(again) == ["z", "b", "Under the Wave"]
    assert again.problems == ("broken.look is not a look.",)


def test_a_folder_that_is_not_there_is_not_made_for_an_export(kept, tmp_path):
    with pytest.raises(NeuralError, match=r"The look could not be saved: no such file"):
        kept.write(WAVE, tmp_path / "no such folder" / "wave.look")
    assert not (tmp_path / "no such folder").exists()


def test_a_disk_that_refuses_loses_nothing(kept, monkeypatch):
    saved = kept.save(WAVE)

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(looks.Path, "replace", full)
    with pytest.raises(NeuralError, match="could not be saved: no space left on device"):
        kept.rename(saved, "Sea")
    assert load(saved.path) == WAVE
    assert list(paths.looks().iterdir()) == [saved.path]


def test_a_look_is_read_off_a_file_or_taken_from_it(tmp_path):
    install_style(tmp_path)
    engine = Engine([tmp_path], "cpu")
    colors = np.full((3000, 1500, 3), (255, 51, 0), np.uint8)
    Image.fromarray(colors).save(tmp_path / "Red wall.png")
    (tmp_path / "wave.look").write_text(dump(WAVE))
    read = looks.of_file(tmp_path / "Red wall.png", engine, Progress())
    assert (read.name, read.space) == ("Red wall", "look-1")
    np.testing.assert_allclose(read.code, (1, 0.2, 0), atol=1e-4)
    assert looks.of_file(tmp_path / "wave.look", engine, Progress()) == WAVE
    (tmp_path / "bad.jpg").write_bytes(b"no picture")
    with pytest.raises(FormatError, match=r"bad\.jpg"):
        looks.of_file(tmp_path / "bad.jpg", engine, Progress())


def test_the_looks_that_come_with_the_program_can_be_used():
    shipped = Looks(looks.shipped_looks(), paths.looks())
    assert shipped.problems == ()
    assert len(shipped.kept) >= 24
    assert len(set(names(shipped))) == len(shipped.kept)
    library = Engine([shipped_models()], "cpu").library
    for each in shipped.kept:
        card = library.find("style", None, each.record.space).card
        assert each.record.space == card.space and each.record.group
        assert len(each.record.code) == card.input("looks").channels


def test_what_is_transparent_has_no_look(tmp_path):
    install_style(tmp_path)
    nothing = Document.from_pixels(np.zeros((30, 40, 4), np.uint8))
    with pytest.raises(NeuralError, match="Nothing is transparent"):
        looks.of_document(nothing, "Nothing", Engine([tmp_path], "cpu"), Progress())
