"""What a build needs besides code: icons in all sizes and the Windows version resource."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from places import ROOT, VERSION, WORK

SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

VERSION_RESOURCE = """VSVersionInfo(
  ffi=FixedFileInfo(filevers=({numbers}, 0), prodvers=({numbers}, 0)),
  kids=[
    StringFileInfo([StringTable("040904B0", [
      StringStruct("CompanyName", "The Pentimento developers"),
      StringStruct("ProductName", "Pentimento"),
      StringStruct("FileDescription", "Pentimento image editor"),
      StringStruct("FileVersion", "{version}"),
      StringStruct("ProductVersion", "{version}"),
      StringStruct("InternalName", "pentimento"),
      StringStruct("OriginalFilename", "pentimento.exe"),
      StringStruct("LegalCopyright", "Apache License 2.0"),
    ])]),
    VarFileInfo([VarStruct("Translation", [1033, 1200])]),
  ],
)
"""


def icons() -> None:
    """The SVG as PNG files, ``icons/SIZE.png``, and as one ``.ico`` of those that fit in."""
    app = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(ROOT / "resources" / "icons" / "pentimento.svg"))
    assert renderer.isValid(), app
    folder = WORK / "icons"
    folder.mkdir(parents=True, exist_ok=True)
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        image.save(str(folder / f"{size}.png"))
    sizes = [size for size in SIZES if size <= 256]
    pictures = [Image.open(folder / f"{size}.png") for size in sizes]
    pictures[-1].save(
        WORK / "pentimento.ico", sizes=[(s, s) for s in sizes], append_images=pictures[:-1]
    )


def version_resource(version: str) -> str:
    """Four numbers and the name for what Windows shows under "Details"."""
    numbers = ", ".join([*version.split("."), "0", "0"][:3])
    return VERSION_RESOURCE.format(version=version, numbers=numbers)


def main() -> None:
    icons()
    (WORK / "version.txt").write_text(version_resource(VERSION), "utf-8")
