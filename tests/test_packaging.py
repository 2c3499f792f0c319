"""What the bundles are made from: entries, scripts, licenses. The bundles themselves are tested by
``make package-test``."""

from __future__ import annotations

import configparser
import importlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from defusedxml import ElementTree
from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from editor import formats, release
from editor.looks import Looks
from neural.engine import shipped_models
from tests.neural.graphs import install_style

ROOT = Path(__file__).parents[1]
PACKAGING = ROOT / "packaging"
LINUX = PACKAGING / "linux"
APP_ID = "io.github.pentimento.Pentimento"
TYPES = {".jpg": "jpeg", ".tif": "tiff", ".ora": "openraster"}


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(LINUX / f"{APP_ID}.desktop")
    return parser["Desktop Entry"]


def test_the_desktop_entry_opens_every_kind_of_file_that_can_be_read():
    entry = desktop_entry()
    assert entry["Exec"] == "pentimento %F"
    assert entry["Icon"] == APP_ID
    names = {TYPES.get(suffix, suffix.removeprefix(".")) for suffix in formats.READABLE}
    assert {f"image/{name}" for name in names} <= set(entry["MimeType"].split(";"))


def test_the_looks_are_made_from_the_pictures_that_are_named(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGING))
    import looks

    install_style(tmp_path / "models")
    groups = {"Paintings": {"1-a": "Á – The “Sea”"}, "Photo": {"2-b": "Dusk", "1-a": "Dawn"}}
    monkeypatch.setattr(looks, "GROUPS", groups)
    folders = [tmp_path / name for name in groups]
    for number, (folder, names) in enumerate(zip(folders, groups.values(), strict=True)):
        folder.mkdir()
        for stem in names:
            Image.new("RGB", (80, 60), (51 * number, 102, 255)).save(folder / f"{stem}.png")
    out = tmp_path / "looks"
    out.mkdir()
    (out / "07-old.look").write_text("")
    looks.main([*map(str, folders), "--models", str(tmp_path / "models"), "--out", str(out)])
    assert [path.name for path in sorted(out.iterdir())] == [
        "01-a-the-sea.look",
        "02-dusk.look",
        "03-dawn.look",
    ]
    kept = Looks(out, tmp_path / "own").kept
    assert [(each.record.group, each.record.name) for each in kept] == [
        ("Paintings", "Á – The “Sea”"),
        ("Photo", "Dusk"),
        ("Photo", "Dawn"),
    ]
    assert kept[1].record.code == pytest.approx((0.2, 0.4, 1.0), abs=1e-4)


def test_the_window_belongs_to_the_desktop_entry():
    assert f'setDesktopFileName("{APP_ID}")' in (ROOT / "editor" / "app.py").read_text()


def test_software_centers_find_the_desktop_entry_and_this_version():
    component = ElementTree.parse(LINUX / f"{APP_ID}.metainfo.xml").getroot()
    assert component.findtext("id") == APP_ID
    assert component.findtext("launchable") == f"{APP_ID}.desktop"
    assert component.findtext("provides/binary") == "pentimento"
    newest = component.find("releases/release")
    assert newest is not None
    assert newest.get("version") == release.version()


def test_ora_files_are_known_by_their_name_and_their_first_bytes():
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    kind = ElementTree.parse(LINUX / "pentimento-mime.xml").getroot().find("m:mime-type", space)
    assert kind.get("type") == "image/openraster"
    assert kind.find("m:glob", space).get("pattern") == "*.ora"
    matches = kind.iter(f"{{{space['m']}}}match")
    assert [m.get("value") for m in matches][1:] == ["mimetype", "image/openraster"]


def test_the_windows_installer_takes_its_version_from_outside_and_needs_no_administrator():
    script = (PACKAGING / "windows" / "pentimento.iss").read_text()
    assert "#ifndef Version" in script
    assert "AppVersion={#Version}" in script
    assert "PrivilegesRequired=lowest" in script
    assert set(re.findall(r"Root: (\w+);", script)) == {"HKCU"}
    offered = set(re.findall(r'SupportedTypes"; ValueType: string; ValueName: "(\.\w+)"', script))
    assert offered == set(formats.READABLE) - {".ora"}


def test_the_windows_version_has_four_numbers(monkeypatch):
    monkeypatch.syspath_prepend(str(PACKAGING))
    import assets

    text = assets.version_resource("1.2.3")
    assert "filevers=(1, 2, 3, 0)" in text
    assert 'StringStruct("ProductVersion", "1.2.3")' in text


def test_the_commands_of_the_project_come_with_its_wheel():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel == {"packages": ["editor", "neural", "resources"]}
    for entry in project["project"]["scripts"].values():
        module, function = entry.split(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_every_package_that_is_required_is_found_with_its_license():
    required = [need for need in metadata.requires("pentimento") or () if "extra ==" not in need]
    names = {re.split(r"[<>=;\[ ]", need)[0].lower().replace("_", "-") for need in required}
    found = {d.metadata["Name"].lower().replace("_", "-") for d in release.distributions()}
    assert names | {"pentimento", "shiboken6"} <= found
    assert found & {"onnxruntime", "onnxruntime-gpu"}
    text = release.installed_licenses()
    for package in release.distributions():
        assert f"{package.metadata['Name']} {package.version}: " in text
        assert f"{package.version}: see below" not in text


def test_the_licenses_of_a_bundle_are_read_from_its_own_text(tmp_path, monkeypatch):
    (tmp_path / "licenses.txt").write_text("as built", "utf-8")
    monkeypatch.setattr(release.resources, "files", lambda package: tmp_path)
    assert release.licenses() == "as built"


def test_no_model_tells_where_it_was_made():
    for path in shipped_models().glob("*.onnx"):
        assert not re.search(rb"/(home|root|work|usr|tmp)/|\.py\b|site-packages", path.read_bytes())


@pytest.mark.parametrize("background", ["white", "black"])
@pytest.mark.parametrize("size", [16, 512])
def test_the_icon_stands_out_on_light_and_on_dark(qapp, size, background):
    """Both strokes are there, and differ from the background and from each other."""
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white if background == "white" else Qt.GlobalColor.black)
    back = image.pixelColor(0, 0)
    painter = QPainter(image)
    renderer = QSvgRenderer(str(ROOT / "resources" / "icons" / "pentimento.svg"))
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    earlier = image.pixelColor(round(size * 0.33), round(size * 0.8))
    later = image.pixelColor(round(size * 0.84), round(size * 0.4))
    for one, other in ((earlier, back), (later, back), (earlier, later)):
        channels = zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)
        assert max(abs(a - b) for a, b in channels) > 80


def test_the_wordmark_is_drawn_without_fonts(qapp):
    path = ROOT / "resources" / "icons" / "wordmark.svg"
    assert QSvgRenderer(str(path)).isValid()
    assert not re.search("<text|font", path.read_text())


@pytest.mark.skipif(sys.platform != "linux", reason="a script for Linux")
def test_installing_for_one_user_works_under_any_name_and_leaves_nothing_after(tmp_path):
    unpacked, home = tmp_path / "unpacked", tmp_path / 'a & b | 100% $HOME "ö"'
    shutil.copytree(LINUX, unpacked)
    (unpacked / f"{APP_ID}.png").touch()
    (unpacked / "pentimento").mkdir()
    program = unpacked / "pentimento" / "pentimento"
    program.write_text("#!/bin/sh\necho started\n")
    program.chmod(0o755)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home)}

    def run(*command: str | Path) -> str:
        done = subprocess.run(
            command, env=environment, cwd=unpacked, capture_output=True, text=True, check=True
        )
        return done.stdout

    for _ in range(2):  # the second time over the first
        run("sh", "install.sh")
    assert run(home / ".local" / "bin" / "pentimento") == "started\n"
    data = home / ".local" / "share"
    (line,) = (
        line
        for line in (data / "applications" / f"{APP_ID}.desktop").read_text().splitlines()
        if line.startswith("Exec=")
    )
    quoted = re.fullmatch(r'Exec="(.*)" %F', line)
    assert quoted is not None
    once = quoted[1].replace("\\\\", "\\")  # the value of a key, then the quoted argument
    argument = re.sub(r"\\(.)", r"\1", once).replace("%%", "%")
    assert Path(argument) == data / "pentimento-app" / "pentimento"
    run("sh", data / "pentimento-app" / "uninstall.sh")
    assert list(home.rglob("*entimento*")) == []
