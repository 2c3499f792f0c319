import sys
from pathlib import Path

import pytest

from editor import paths

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="XDG folders")


def test_every_folder_follows_its_variable(monkeypatch, tmp_path):
    for kind in ("config", "data", "state", "cache"):
        monkeypatch.setenv(f"XDG_{kind.upper()}_HOME", str(tmp_path / kind))
        assert getattr(paths, kind)() == tmp_path / kind / "pentimento"
    assert paths.models() == tmp_path / "data" / "pentimento" / "models"
    assert paths.looks() == tmp_path / "data" / "pentimento" / "looks"


@pytest.mark.parametrize("value", [None, "", "relative/folder"])
def test_without_a_usable_variable_the_defaults_hold(monkeypatch, value):
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        if value is None:
            monkeypatch.delenv(f"XDG_{kind}_HOME")
        else:
            monkeypatch.setenv(f"XDG_{kind}_HOME", value)
    home = Path.home()
    assert paths.config() == home / ".config" / "pentimento"
    assert paths.data() == home / ".local" / "share" / "pentimento"
    assert paths.state() == home / ".local" / "state" / "pentimento"
    assert paths.cache() == home / ".cache" / "pentimento"


def test_asking_creates_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    paths.models()
    assert list(tmp_path.iterdir()) == []
