"""How the program looks: palette and style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QPalette,
)
from PySide6.QtWidgets import QApplication

from editor.ui.icons import pictures

Choice = Literal["system", "dark", "light"]

SPACE = 4
"""Every margin and gap is a multiple of this, in logical pixels."""


@dataclass(frozen=True)
class Shades:
    """The colors of one theme: neutral greys, so that they do not tint how a photo is seen."""

    window: str  # panels, bars
    field: str  # what is typed into or chosen from
    raised: str  # buttons
    hover: str
    line: str  # between parts
    surround: str  # around the picture
    text: str
    dim: str
    faint: str  # disabled
    accent: str
    on_accent: str
    chosen: str  # a chosen row or tool: the accent, quietly


DARK = Shades(
    window="#2c2c2c",
    field="#232323",
    raised="#3a3a3a",
    hover="#454545",
    line="#1d1d1d",
    surround="#1f1f1f",
    text="#dedede",
    dim="#9c9c9c",
    faint="#666666",
    accent="#4d8ff5",
    on_accent="#ffffff",
    chosen="#38506f",
)

LIGHT = Shades(
    window="#f1f1f1",
    field="#ffffff",
    raised="#ffffff",
    hover="#e3e3e3",
    line="#d2d2d2",
    surround="#c9c9c9",
    text="#1f1f1f",
    dim="#6b6b6b",
    faint="#a8a8a8",
    accent="#2a6fe0",
    on_accent="#ffffff",
    chosen="#cfe0fa",
)


def apply(choice: Choice) -> None:
    """Give the application its look; may be called again at any time.

    "system" follows what the desktop prefers, dark where it does not say.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    system = QGuiApplication.styleHints().colorScheme()
    dark = choice == "dark" or (choice == "system" and system != Qt.ColorScheme.Light)
    shades = DARK if dark else LIGHT
    if app.style().name() != "fusion":
        app.setStyle("fusion")
        app.setFont(_font())
    app.setPalette(_palette(shades))
    app.setStyleSheet(_sheet(shades))


def _font() -> QFont:
    """The desktop's own font, at a size that leaves room for pictures."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    font.setPointSizeF(min(font.pointSizeF(), 9.5) if font.pointSizeF() > 0 else 9.5)
    return font


def _palette(shades: Shades) -> QPalette:
    role, palette = QPalette.ColorRole, QPalette()
    for key, color in (
        (role.Window, shades.window),
        (role.WindowText, shades.text),
        (role.Base, shades.field),
        (role.AlternateBase, shades.window),
        (role.Text, shades.text),
        (role.PlaceholderText, shades.dim),
        (role.Button, shades.raised),
        (role.ButtonText, shades.text),
        (role.BrightText, shades.on_accent),
        (role.Light, shades.hover),
        (role.Midlight, shades.hover),
        (role.Mid, shades.line),
        (role.Dark, shades.surround),
        (role.Shadow, shades.line),
        (role.Highlight, shades.accent),
        (role.HighlightedText, shades.on_accent),
        (role.Accent, shades.accent),
        (role.Link, shades.accent),
        (role.LinkVisited, shades.accent),
        (role.ToolTipBase, shades.raised),
        (role.ToolTipText, shades.text),
    ):
        palette.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(shades.faint))
    return palette


def _sheet(s: Shades) -> str:
    icons = pictures()
    return f"""
    QMainWindow::separator {{ background: {s.line}; width: 1px; height: 1px; }}
    QToolTip {{
        background: {s.raised}; color: {s.text}; border: 1px solid {s.line}; padding: 4px;
    }}

    QMenuBar {{ background: {s.window}; padding: 2px 4px; border-bottom: 1px solid {s.line}; }}
    QMenuBar::item {{ padding: 4px 8px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {s.hover}; }}
    QMenu {{ background: {s.window}; border: 1px solid {s.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 28px 5px 24px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {s.accent}; color: {s.on_accent}; }}
    QMenu::item:disabled {{ color: {s.faint}; background: transparent; }}
    QMenu::separator {{ height: 1px; background: {s.hover}; margin: 4px 8px; }}

    QDockWidget {{ titlebar-close-icon: none; titlebar-normal-icon: none; }}
    QDockWidget::title {{ background: {s.window}; padding: 7px 8px 5px 8px; }}
    QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: 0; }}

    QLabel#headline {{ font-size: 18pt; font-weight: 300; }}
    QLabel#dim {{ color: {s.dim}; }}
    QLabel#hint {{
        background: {s.raised}; color: {s.text}; border-radius: 10px; padding: 5px 16px;
    }}
    QFrame#contact-sheet {{
        background: {s.window}; border: 1px solid {s.line}; border-radius: 8px;
    }}
    QFrame#contact-sheet QToolButton:focus {{ background: {s.hover}; }}
    QStatusBar {{ background: {s.window}; border-top: 1px solid {s.line}; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QLabel {{ color: {s.dim}; padding: 0 4px; }}

    QTabBar {{ background: {s.window}; qproperty-drawBase: 0; }}
    QTabBar::tab {{ background: transparent; color: {s.dim}; padding: 6px 12px; border: none; }}
    QTabBar::tab:selected {{ color: {s.text}; border-bottom: 2px solid {s.accent}; }}
    QTabBar::tab:hover:!selected {{ color: {s.text}; }}
    QTabBar::close-button {{ image: url("{icons}/close.svg"); border-radius: 3px; }}
    QTabBar::close-button:hover {{ background: {s.hover}; }}

    QToolBar {{ background: {s.window}; border: none; spacing: 2px; padding: 4px; }}
    QToolButton {{ border: none; border-radius: 4px; padding: 4px; background: transparent; }}
    QToolButton:hover {{ background: {s.hover}; }}
    QToolButton:pressed, QToolButton:checked {{ background: {s.chosen}; }}
    QToolButton::menu-indicator {{ image: none; }}

    QToolButton#arrow {{ background: {s.raised}; border: 1px solid {s.line}; padding: 0; }}
    QToolButton#arrow:hover {{ background: {s.hover}; }}

    QPushButton {{
        background: {s.raised}; border: 1px solid {s.line}; border-radius: 4px;
        padding: 5px 14px; min-height: 16px;
    }}
    QPushButton:hover {{ background: {s.hover}; }}
    QPushButton:pressed {{ background: {s.chosen}; }}
    QPushButton:disabled {{ color: {s.faint}; background: {s.window}; }}
    QPushButton:default {{
        background: {s.accent}; color: {s.on_accent}; border-color: {s.accent};
    }}
    QPushButton:flat {{ background: transparent; border: none; }}

    QLineEdit, QComboBox, QPlainTextEdit {{
        background: {s.field}; border: 1px solid {s.line}; border-radius: 4px;
        padding: 2px 6px; min-height: 18px;
        selection-background-color: {s.accent}; selection-color: {s.on_accent};
    }}
    QLineEdit:focus, QComboBox:focus {{ border-color: {s.accent}; }}
    QLineEdit:disabled, QComboBox:disabled {{ color: {s.faint}; }}
    QAbstractSpinBox {{ min-height: 18px; }}
    QAbstractSpinBox QLineEdit {{
        background: transparent; border: none; padding: 0 4px; min-height: 0;
    }}
    QComboBox {{ background: {s.raised}; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url("{icons}/down.svg"); width: 12px; height: 12px; }}
    QComboBox QAbstractItemView {{
        background: {s.window}; border: 1px solid {s.line}; padding: 4px; outline: none;
    }}

    QCheckBox {{ spacing: 6px; }}
    QCheckBox::indicator {{
        width: 14px; height: 14px; border-radius: 4px;
        border: 1px solid {s.faint}; background: {s.field};
    }}
    QCheckBox::indicator:checked {{
        background: {s.accent}; border-color: {s.accent}; image: url("{icons}/check.svg");
    }}
    QCheckBox::indicator:disabled {{ border-color: {s.hover}; }}

    QSlider {{ min-height: 18px; }}
    QSlider::groove:horizontal {{ height: 4px; border-radius: 2px; background: {s.hover}; }}
    QSlider::sub-page:horizontal {{ height: 4px; border-radius: 2px; background: {s.accent}; }}
    QSlider::sub-page:horizontal:disabled {{ background: {s.hover}; }}
    QSlider::handle:horizontal {{
        width: 12px; height: 12px; margin: -4px 0; border-radius: 6px; background: {s.text};
    }}
    QSlider::handle:horizontal:disabled {{ background: {s.faint}; }}

    QProgressBar {{
        background: {s.field}; border: none; border-radius: 3px; height: 6px; max-height: 6px;
    }}
    QProgressBar::chunk {{ background: {s.accent}; border-radius: 3px; }}

    QListView::item {{ padding: 3px 4px; }}
    QAbstractItemView {{ background: {s.field}; border: none; outline: none; }}
    QAbstractItemView::item:selected {{ background: {s.chosen}; color: {s.text}; }}
    QAbstractItemView::item:hover:!selected {{ background: {s.hover}; }}

    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {s.hover}; border-radius: 3px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 24px; }}
    QScrollBar::handle:horizontal {{ min-width: 24px; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    """
