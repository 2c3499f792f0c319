"""Settings survive everything that can be in their file."""

import dataclasses
import json
from pathlib import Path

import pytest

from editor import paths
from editor.settings import Preferences, Settings


@pytest.fixture
def file():
    path = paths.config() / "settings.json"
    path.parent.mkdir(parents=True)
    return path


def test_without_a_file_the_defaults_hold():
    assert Settings.load() == Settings()


def test_what_is_saved_is_loaded():
    preferences = Preferences("light", True, "cuda", 4096, 512, 30)
    settings = Settings(preferences).with_recent(Path("/pictures/Ünïcødé 图.png"))
    settings.save()
    assert Settings.load() == settings


def test_saving_leaves_one_file_in_the_configuration_folder():
    Settings().save()
    Settings().save()
    assert [each.name for each in paths.config().iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "7", '{"preferences": 3, "recent": 4}', "[" * 100_000, "\xff"]
)
def test_a_damaged_file_means_the_defaults(file, text):
    file.write_text(text, encoding="latin-1")
    assert Settings.load() == Settings()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("theme", "pink"),
        ("theme", ["dark"]),
        ("device", None),
        ("memory_mb", -1),
        ("memory_mb", 1e9),
        ("memory_mb", True),
        ("autosave_s", 0),
        ("wheel_scrolls", "yes"),
        ("unknown", 1),
    ],
)
def test_a_bad_value_is_ignored_and_the_good_ones_stay(file, key, value):
    file.write_text(json.dumps({"preferences": {"undo_mb": 128, key: value}}))
    assert Settings.load() == Settings(Preferences(undo_mb=128))


def test_recent_files_that_are_no_paths_are_ignored(file):
    file.write_text(json.dumps({"recent": [1, None, "relative.png", "a\0b", "/a.png"]}))
    assert Settings.load().recent == ("/a.png",)


def test_the_latest_file_comes_first_and_ten_are_kept():
    settings = Settings()
    for number in range(12):
        settings = settings.with_recent(Path(f"/{number}.png"))
    settings = settings.with_recent(Path("/5.png"))
    assert settings.recent[:2] == ("/5.png", "/11.png")
    assert len(settings.recent) == len(set(settings.recent)) == 10


def test_every_default_is_a_value_that_would_be_accepted():
    changed = dataclasses.replace(Preferences(), theme="dark")
    Settings(changed).save()
    assert Settings.load().preferences == changed


@pytest.mark.parametrize(("written", "meant"), [(True, True), (False, False), ("yes", False)])
def test_whether_previews_are_on_is_remembered(file, written, meant):
    file.write_text(json.dumps({"previews": written}))
    assert Settings.load() == Settings(previews=meant)
    Settings(previews=True).save()
    assert Settings.load().previews


def test_a_failed_save_keeps_the_old_file(file, monkeypatch):
    Settings().save()
    before = file.read_bytes()
    monkeypatch.setattr("os.fsync", _full_disk)
    with pytest.raises(OSError, match="No space left"):
        Settings().with_recent(Path("/a.png")).save()
    assert file.read_bytes() == before
    assert [each.name for each in paths.config().iterdir()] == ["settings.json"]


def _full_disk(handle):
    raise OSError(28, "No space left on device")
