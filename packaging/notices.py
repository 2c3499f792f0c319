"""The licenses of everything in the bundle, as one text for the About dialog."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from editor import release
from places import BUNDLE, ROOT

QT = """Qt and PySide6 are used under the GNU Lesser General Public License, version 3. They lie
beside this program as shared libraries, which you may replace by your own. Their sources are at
https://download.qt.io, the notices of what is inside Qt itself (ICU among it) at
https://doc.qt.io/qt-6/licenses-used-in-qt.html; the text of the license, and of the one that it
refers to, follows."""

ICON_FONT = """This font comes with QtAwesome and is under the Apache License 2.0; its text is
above, under pentimento."""


def licenses() -> str:
    """Python, the packages, Qt, the models, the system's libraries, the program that starts it."""
    parts = [
        release.installed_licenses(),
        section("Material Design Icons 6", ICON_FONT),
        section("Qt", QT, *(texts("LGPL-3.0.txt", "GPL-3.0.txt"))),
        section(f"Python {sys.version.split()[0]}", python_license()),
        release.of_package(metadata.distribution("pyinstaller")),
    ]
    if sys.platform == "linux":
        parts += system_licenses()
    return "\n".join(parts)


def section(title: str, *paragraphs: str) -> str:
    return "\n".join([release.RULE, title, release.RULE, *(f"\n{p}\n" for p in paragraphs)])


def texts(*names: str) -> list[str]:
    return [(ROOT / "packaging" / "licenses" / name).read_text("utf-8") for name in names]


def python_license() -> str:
    """Wherever this Python has it: beside its modules, in its folder, or where Debian puts it."""
    minor = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for path in (
        Path(re.__file__).parents[1] / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path("/usr/share/doc") / minor / "copyright",
    ):
        if path.is_file():
            return path.read_text("utf-8")
    sys.exit("The license of Python was not found.")


def system_licenses() -> list[str]:
    """Of each Debian package whose library was taken into the bundle, its copyright file."""
    files = (BUNDLE / "_internal").glob("*.so*")
    taken = [path.name for path in files if not path.is_symlink()]
    names = [name for name in taken if not name.startswith("libpython")]
    answer = subprocess.run(
        ["dpkg", "-S", *(f"*/{name}" for name in names)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,  # the libraries of Python packages are in none
    )
    packages = {
        line.split(":")[0]
        for line in answer.stdout.splitlines()
        if line.split(" ")[-1].startswith(("/lib/", "/usr/lib/x86_64-linux-gnu/"))
    }
    return [
        section(f"{name}, from Debian or a relative", path.read_text("utf-8", "replace"))
        for name in sorted(packages)
        if (path := Path("/usr/share/doc") / name / "copyright").is_file()
    ]
