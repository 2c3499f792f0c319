"""Icons, drawn from a font in the colors of the palette."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from importlib import resources
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QIconEngine,
    QPainter,
    QPalette,
    QPixmap,
)


@cache
def icon(name: str) -> QIcon:
    """The Material Design icon called ``name`` ("mdi6.brush"), in the palette's text color.

    The color is looked up when it is drawn, so an icon follows a change of theme. Each is kept:
    of an icon in a cycle of garbage Python may delete the engine first, which the icon then uses.
    """
    return QIcon(_Glyph(name))


def mark() -> QIcon:
    """The program's own icon."""
    return QIcon(f"{pictures()}/pentimento.svg")


def pictures() -> str:
    """The folder of drawn icons, with forward slashes as style sheets want it."""
    return (Path(str(resources.files("resources"))) / "icons").as_posix()


class _Glyph(QIconEngine):
    """One character of the icon font."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._char = chr(int(_icon_font()[1][name.removeprefix("mdi6.")], 16))

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        palette = QGuiApplication.palette()
        group = QPalette.ColorGroup
        font = QFont(_icon_font()[0])
        font.setPixelSize(min(rect.width(), rect.height()))
        painter.save()
        painter.setFont(font)
        painter.setPen(
            palette.color(
                group.Disabled if mode == QIcon.Mode.Disabled else group.Active,
                QPalette.ColorRole.ButtonText,
            )
        )
        painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, self._char)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        if size.isEmpty():  # a button squeezed by its layout
            return QPixmap()
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap


@cache
def _icon_font() -> tuple[str, dict[str, str]]:
    """The family and the code points by name.

    The font comes with QtAwesome but is read past it: importing that loads a dozen more fonts,
    a quarter of a second at every start.
    """
    spec = importlib.util.find_spec("qtawesome")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    fonts = Path(spec.submodule_search_locations[0]) / "fonts"
    (font,) = fonts.glob("materialdesignicons6-webfont-*.ttf")
    (codes,) = fonts.glob("materialdesignicons6-webfont-charmap-*.json")
    number = QFontDatabase.addApplicationFont(str(font))
    return QFontDatabase.applicationFontFamilies(number)[0], json.loads(codes.read_bytes())
