import json
from dataclasses import replace

import pytest

from neural.card import dump
from neural.errors import BadOutput, Cancelled, CardError, ModelMissing
from neural.library import Library, import_model, verify
from neural.progress import Progress
from tests.neural.graphs import CARD, blur, fill, identity, install


@pytest.fixture
def shipped(tmp_path):
    return tmp_path / "shipped"


@pytest.fixture
def own(tmp_path):
    return tmp_path / "own" / "models"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_models_are_listed_without_reading_their_weights(shipped, own):
    install(shipped, identity())
    (shipped / "model.onnx").write_bytes(b"not looked at")
    library = Library([shipped, own])
    assert [model.card.id for model in library.models] == ["model"]
    assert library.find("inpaint").path == shipped / "model.onnx"


def test_the_newest_model_of_a_task_is_preferred_and_any_can_be_named(shipped):
    install(shipped, identity(), id="a-2", date="2026-05-01")
    install(shipped, identity(), id="b-1", date="2026-01-01")
    install(shipped, identity(), id="d-1", date="2026-09-01", task="denoise")
    library = Library([shipped])
    assert library.find("inpaint").card.id == "a-2"
    assert library.find("inpaint", "b-1").card.id == "b-1"
    with pytest.raises(ModelMissing, match="No model d-1 for inpaint"):
        library.find("inpaint", "d-1")


def test_missing_weights_disable_only_their_task_and_say_what_is_expected(shipped):
    """R29"""
    card = install(shipped, identity())
    install(shipped, identity(), id="other", task="denoise")
    (shipped / card.file).unlink()
    library = Library([shipped])
    with pytest.raises(ModelMissing) as caught:
        library.find("inpaint")
    assert card.file in str(caught.value) and card.sha256 in str(caught.value)
    assert library.find("denoise").card.id == "other"


def test_a_broken_card_harms_no_other_and_is_named(shipped):
    """R29"""
    install(shipped, identity())
    (shipped / "bad.json").write_text("{")
    library = Library([shipped])
    assert library.find("inpaint").card.id == "model"
    assert library.problems == ("bad.json is not a JSON file.",)


def test_weights_without_a_card_are_no_model(shipped):
    shipped.mkdir()
    (shipped / "stray.onnx").write_bytes(identity().SerializeToString())
    library = Library([shipped])
    assert library.models == ()
    assert library.problems == ("stray.onnx has no card and is not used.",)


def test_a_model_in_two_folders_is_taken_from_the_first(shipped, own):
    install(shipped, identity())
    install(own, identity())
    library = Library([shipped, own])
    assert [model.folder for model in library.models] == [shipped]
    assert "model is in" in library.problems[0]


def test_a_wrong_checksum_is_found_before_loading_and_disables_the_model(shipped):
    """R29, R31"""
    card = install(shipped, identity())
    data = bytearray((shipped / card.file).read_bytes())
    data[-1] ^= 1
    (shipped / card.file).write_bytes(data)
    library = Library([shipped])
    with pytest.raises(
        ModelMissing, match=f"expected {card.bytes} bytes with sha256 {card.sha256}"
    ):
        library.read(library.find("inpaint"))
    with pytest.raises(ModelMissing, match="damaged or another file"):
        library.find("inpaint")


def test_a_file_of_another_size_is_refused_unread(shipped):
    """R31"""
    card = install(shipped, identity())
    with (shipped / card.file).open("r+b") as stream:
        stream.truncate(1 << 40)
    library = Library([shipped])
    with pytest.raises(ModelMissing, match="it has 1099511627776 bytes"):
        library.read(library.find("inpaint"))


def test_a_model_that_gives_other_numbers_than_its_card_says_fails_its_self_test(shipped):
    card = install(shipped, blur())
    path = shipped / card.file
    verify(card, path, Progress())
    wrong = replace(card.selftest, probe=tuple(p + 0.01 for p in card.selftest.probe))
    with pytest.raises(BadOutput, match="failed its self-test"):
        verify(replace(card, selftest=wrong), path, Progress())


@pytest.mark.parametrize("suffix", [".json", ".onnx"])
def test_importing_copies_the_model_and_its_card(shipped, own, suffix):
    """R28, R30: also into a folder with spaces and other letters."""
    own = own / "Ünïcødé 图 folder"
    card = install(shipped, fill())
    library = Library([own])
    assert import_model(shipped / f"model{suffix}", library, Progress()) == card
    assert names(own) == ["model.json", "model.onnx"]
    assert library.find("inpaint").card == card


def test_importing_again_replaces_the_model(shipped, own):
    """R28"""
    library = Library([own])
    for version in ("1.0.0", "1.1.0"):
        install(shipped, fill(), version=version)
        import_model(shipped / "model.json", library, Progress())
    assert [model.card.version for model in library.models] == ["1.1.0"]


def test_a_model_that_comes_with_the_program_is_not_imported_over(shipped, own, tmp_path):
    install(shipped, fill())
    install(tmp_path / "elsewhere", identity())
    with pytest.raises(ModelMissing, match="A model called model comes with the program"):
        import_model(tmp_path / "elsewhere" / "model.json", Library([shipped, own]), Progress())
    assert not own.exists()


def refuse_import(shipped, own, error, words):
    own.mkdir(parents=True)
    with pytest.raises(error, match=words):
        import_model(shipped / "model.json", Library([own]), Progress())
    assert names(own) == []


def test_importing_a_damaged_model_leaves_nothing(shipped, own):
    """R28"""
    card = install(shipped, fill())
    data = bytearray((shipped / card.file).read_bytes())
    data[len(data) // 2] ^= 1
    (shipped / card.file).write_bytes(data)
    refuse_import(shipped, own, ModelMissing, "its sha256 is")


def test_importing_a_model_that_fails_its_self_test_leaves_nothing(shipped, own):
    """R28"""
    card = install(shipped, fill())
    wrong = replace(card, selftest=replace(card.selftest, seed=8))
    (shipped / "model.json").write_text(dump(wrong))
    refuse_import(shipped, own, BadOutput, "failed its self-test")


def test_importing_weights_without_a_card_is_refused(shipped, own):
    install(shipped, fill())
    (shipped / "model.json").unlink()
    refuse_import(shipped, own, CardError, "cannot be read|has no card")


def test_importing_a_card_without_weights_leaves_nothing(shipped, own):
    """R28"""
    install(shipped, fill())
    (shipped / "model.onnx").unlink()
    refuse_import(shipped, own, ModelMissing, "model.onnx is expected beside model.json")


def test_importing_a_card_of_an_unknown_schema_is_refused(shipped, own):
    install(shipped, fill())
    data = json.loads((shipped / "model.json").read_text())
    (shipped / "model.json").write_text(json.dumps({**data, "schema": 9}))
    refuse_import(shipped, own, CardError, "schema 9 is unknown")


def test_an_interrupted_import_leaves_nothing(shipped, own):
    """R28"""
    install(shipped, fill())
    own.mkdir(parents=True)
    progress = Progress()
    progress.token.cancel()
    with pytest.raises(Cancelled):
        import_model(shipped / "model.json", Library([own]), progress)
    assert names(own) == []


def test_the_default_card_of_these_tests_is_sound():
    assert json.loads(dump(CARD))["id"] == "model"
