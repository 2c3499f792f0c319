"""What a build needs besides code: icons in all sizes, licences, the Windows version resource."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ROOT = Path(__file__).parents[1]
OUT = ROOT / "build" / "package"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
BUNDLED = (
    "numpy", "pillow", "PySide6-Essentials", "shiboken6", "QtAwesome", "QtPy", "packaging",
    "defusedxml", "onnxruntime", "onnxruntime-gpu", "flatbuffers", "protobuf", "pyinstaller",
)  # fmt: skip

LICENSE_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")

VERSION_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers=({numbers}, 0), prodvers=({numbers}, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("ProductName", "Pentimento"),
      StringStruct("FileDescription", "Pentimento image editor"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("OriginalFilename", "pentimento.exe"),
      StringStruct("LegalCopyright", "Apache License 2.0"),
    ])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ],
)
"""


def icons() -> None:
    """The SVG as PNG files, ``icons/SIZE.png``, and as one ``.ico``."""
    app = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(ROOT / "resources" / "icons" / "pentimento.svg"))
    assert renderer.isValid(), app
    folder = OUT / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        image.save(str(folder / f"{size}.png"))
    largest = Image.open(folder / "256.png")
    largest.save(OUT / "pentimento.ico", sizes=[(s, s) for s in SIZES if s <= 256])


def licenses() -> str:
    """The licence texts of everything in the bundle, from the installed packages themselves."""
    parts = [f"Pentimento\n{'=' * 78}\n{(ROOT / 'LICENSE').read_text()}"]
    python = Path(sys.base_prefix) / "LICENSE.txt"
    if not python.exists():
        python = Path(os.__file__).parent / "LICENSE.txt"
    text = python.read_text() if python.exists() else "Python Software Foundation License Version 2"
    parts.append(f"Python {sys.version.split()[0]}\n{'=' * 78}\n{text}")
    for name in BUNDLED:
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        facts = package.metadata
        keys = ("License-Expression", "License")
        short = next((facts[key] for key in keys if key in facts), "see below")
        head = f"{facts['Name']} {package.version} ({short.splitlines()[0]})"
        files = [
            file
            for file in package.files or []
            if any(
                word in file.name.upper() for word in ("LICENSE", "LICENCE", "COPYING", "NOTICE")
            )
            and file.suffix.lower() in ("", ".txt", ".md", ".rst")
        ]
        texts = [Path(str(file.locate())).read_text("utf-8", "replace") for file in files]
        parts.append("\n".join([head, "=" * 78, *texts]))
    return "\n\n".join(parts)


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    icons()
    (OUT / "licenses.txt").write_text(licenses(), "utf-8")
    version = metadata.version("pentimento")
    numbers = ", ".join([*version.split("."), "0", "0"][:3])
    (OUT / "version.txt").write_text(VERSION_RESOURCE.format(version=version, numbers=numbers))


if __name__ == "__main__":
    main()
