"""Two themes and icons that follow them."""

import gc
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPalette

from editor.tools import TOOLS
from editor.ui import icons, theme
from editor.ui.qimage import from_qimage


def luminance(color: QColor) -> float:
    def linear(c):
        return c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4

    r, g, b = (linear(c) for c in (color.redF(), color.greenF(), color.blueF()))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """As the W3C's accessibility guidelines define it."""
    high, low = sorted((luminance(QColor(a)), luminance(QColor(b))), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("shades", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_text_can_be_read(shades):
    for ground in (shades.window, shades.field, shades.raised):
        assert contrast(shades.text, ground) >= 7
        assert contrast(shades.dim, ground) >= 4
    assert contrast(shades.text, shades.chosen) >= 4.5


@pytest.mark.parametrize("shades", [theme.DARK, theme.LIGHT], ids=["dark", "light"])
def test_what_surrounds_a_photo_is_gray(shades):
    for name in (shades.window, shades.surround, shades.field):
        color = QColor(name)
        assert color.red() == color.green() == color.blue()


def test_icons_take_the_color_of_the_theme(qapp):
    icon = icons.icon("mdi6.brush")
    for choice, shades in (("light", theme.LIGHT), ("dark", theme.DARK)):
        theme.apply(choice)
        pixels = from_qimage(icon.pixmap(QSize(32, 32)).toImage())
        solid = pixels[pixels[..., 3] == 255][:, :3]
        assert len(solid) > 20
        assert (solid == QColor(shades.text).getRgb()[:3]).all()


def test_icons_in_a_cycle_of_garbage_are_drawn_again(qapp):
    holder = SimpleNamespace(icon=icons.icon("mdi6.brush"))
    holder.me = holder
    drawn = from_qimage(holder.icon.pixmap(QSize(32, 32)).toImage())
    del holder
    gc.collect()
    assert (from_qimage(icons.icon("mdi6.brush").pixmap(QSize(32, 32)).toImage()) == drawn).all()
    assert drawn[..., 3].any()


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.id)
def test_every_tool_has_a_glyph(qapp, tool):
    pixels = from_qimage(icons.icon(tool.icon).pixmap(QSize(20, 20)).toImage())
    assert pixels[..., 3].any()


def test_the_palette_is_what_other_widgets_go_by(qapp):
    theme.apply("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.DARK.window)
    theme.apply("light")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.LIGHT.window)
