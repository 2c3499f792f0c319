"""Choosing the two colors that are painted with."""

from __future__ import annotations

import colorsys

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from editor.ui.color_patches import Patches, Recent, hexadecimal
from editor.ui.color_widgets import Channel, GradientSlider, SaturationValue
from editor.ui.icons import icon
from editor.ui.theme import SPACE
from editor.workspace import BLACK, WHITE, Color, Workspace

RGB = (("R", "Red", 255), ("G", "Green", 255), ("B", "Blue", 255))
HSV = (("H", "Hue", 360), ("S", "Saturation", 100), ("V", "Value", 100))
"""Letter, name and largest value of each slider."""


class ColorPanel(QWidget):
    """A square of saturation and value, a bar of hue, sliders, a hex field, recent colors.

    One of the two colors is being edited, the foreground unless the other patch was clicked.
    The panel keeps hue and saturation of its own, since a grey has no hue to be read from. Where
    there is little room, it does without the sliders.
    """

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._hsv = colorsys.rgb_to_hsv(*workspace.foreground)
        self.square = SaturationValue()
        self.hue = GradientSlider(Qt.Orientation.Vertical, 360)
        self.hue.setAccessibleName("Hue")
        self.hue.set_colors([QColor.fromHsv(i * 60 % 360, 255, 255) for i in range(7)])
        self.patches = Patches()
        self.swap = _button("mdi6.swap-horizontal", "Swap foreground and background (X)")
        self.reset = _button("mdi6.circle-half-full", "Black and white (D)")
        self.hex = QLineEdit()
        self.hex.setAccessibleName("Hexadecimal color")
        self.hex.setToolTip("Color as RRGGBB")
        self.hex.setMaximumWidth(76)
        self.kind = QToolButton()
        self.kind.setCheckable(True)
        self.kind.setToolTip("Sliders for red, green and blue, or hue, saturation and value")
        self.kind.setAccessibleName("Sliders for hue, saturation and value")
        self.channels = [Channel() for _ in range(3)]
        self.recent = Recent()
        self._lay_out()
        self.square.picked.connect(lambda s, v: self._pick_hsv((self._hsv[0], s, v)))
        self.hue.valueChanged.connect(self._pick_hue)
        self.patches.chosen.connect(self._follow)
        self.swap.clicked.connect(self._swap)
        self.reset.clicked.connect(lambda: self._workspace.set_colors(BLACK, WHITE))
        self.hex.editingFinished.connect(self._pick_hex)
        self.kind.toggled.connect(self._follow)
        for channel in self.channels:
            channel.edited.connect(self._pick_channels)
            channel.slider.sliderReleased.connect(self._remember)
            channel.box.editingFinished.connect(self._remember)
        self.recent.picked.connect(self._pick)
        self.square.released.connect(self._remember)
        self.hue.sliderReleased.connect(self._remember)
        workspace.colors_changed.connect(self._follow)
        self._follow()

    @property
    def color(self) -> Color:
        """The color that is being edited."""
        w = self._workspace
        return w.background if self.patches.edits_background else w.foreground

    def _lay_out(self) -> None:
        field = QHBoxLayout()
        field.setSpacing(2 * SPACE)
        field.addWidget(self.square, 1)
        field.addWidget(self.hue)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(self.swap)
        column.addWidget(self.reset)
        sign = QLabel("#")
        sign.setBuddy(self.hex)
        row = QHBoxLayout()
        row.setSpacing(SPACE)
        row.addWidget(self.patches)
        row.addLayout(column)
        row.addStretch(1)
        row.addWidget(self.kind)
        row.addWidget(sign)
        row.addWidget(self.hex)
        self.sliders = QWidget()
        grid = QGridLayout(self.sliders)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * SPACE)
        grid.setVerticalSpacing(SPACE)
        for i, channel in enumerate(self.channels):
            grid.addWidget(channel.label, i, 0)
            grid.addWidget(channel.slider, i, 1)
            grid.addWidget(channel.box, i, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        layout.setSpacing(2 * SPACE)
        layout.addLayout(field, 1)
        layout.addLayout(row)
        layout.addWidget(self.sliders)
        layout.addWidget(self.recent)

    def minimumSizeHint(self) -> QSize:
        """Without the sliders."""
        size = super().minimumSizeHint()
        return size - QSize(0, 0 if self.sliders.isHidden() else self._of_sliders)

    @property
    def _of_sliders(self) -> int:
        """The height that they need."""
        return self.sliders.sizeHint().height() + 2 * SPACE

    def resizeEvent(self, event: QResizeEvent) -> None:
        room = self.height() - self.minimumSizeHint().height()
        for part in (self.sliders, self.kind):
            part.setVisible(room >= self._of_sliders)

    # Showing.

    def _follow(self) -> None:
        color = self.color
        if not _same(colorsys.hsv_to_rgb(*self._hsv), color):
            h, s, v = colorsys.rgb_to_hsv(*color)
            kept_h, kept_s, _ = self._hsv
            self._hsv = (h if s > 0 else kept_h, s if v > 0 else kept_s, v)
        h, s, v = self._hsv
        self.square.show_hsv(h, s, v)
        self.hue.setValue(round(h * 360))
        self.patches.show_colors(self._workspace.foreground, self._workspace.background)
        if not self.hex.hasFocus() or not self.hex.isModified():
            self.hex.setText(hexadecimal(color))
        by_hue = self.kind.isChecked()
        self.kind.setText("HSV" if by_hue else "RGB")
        values = self._hsv if by_hue else color
        for i, channel in enumerate(self.channels):
            stops = [_with(values, i, step / 6) for step in range(7)]
            colors = [colorsys.hsv_to_rgb(*stop) if by_hue else stop for stop in stops]
            facts = (HSV if by_hue else RGB)[i]
            channel.show_value(facts, values[i], [QColor.fromRgbF(*c) for c in colors])

    # Picking.

    def _pick(self, color: Color) -> None:
        w = self._workspace
        if self.patches.edits_background:
            w.set_colors(w.foreground, color)
        else:
            w.set_colors(color, w.background)

    def _pick_hsv(self, hsv: Color) -> None:
        self._hsv, before = hsv, self.color
        self._pick(colorsys.hsv_to_rgb(*hsv))
        if self.color == before:
            self._follow()  # the hue of a grey is none of its color

    def _pick_hue(self, value: int) -> None:
        _, s, v = self._hsv
        if value != round(self._hsv[0] * 360):
            self._pick_hsv((value / 360, s, v))

    def _pick_channels(self) -> None:
        values = self._hsv if self.kind.isChecked() else self.color
        a, b, c = (each.over(now) for each, now in zip(self.channels, values, strict=True))
        if self.kind.isChecked():
            self._pick_hsv((a, b, c))
        else:
            self._pick((a, b, c))

    def _pick_hex(self) -> None:
        color = QColor.fromString("#" + self.hex.text().strip().removeprefix("#"))
        self.hex.setModified(False)
        if color.isValid() and hexadecimal(self.color) != hexadecimal(_rgb(color)):
            self._pick(_rgb(color))
            self._remember()
        else:
            self.hex.setText(hexadecimal(self.color))

    def _swap(self) -> None:
        self._workspace.set_colors(self._workspace.background, self._workspace.foreground)

    def _remember(self) -> None:
        self.recent.add(self.color)


def _button(name: str, help_text: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setToolTip(help_text)
    button.setAccessibleName(help_text)
    return button


def _with(values: Color, i: int, value: float) -> Color:
    a, b, c = (value if j == i else now for j, now in enumerate(values))
    return a, b, c


def _same(a: Color, b: Color) -> bool:
    return max(abs(x - y) for x, y in zip(a, b, strict=True)) < 1e-6


def _rgb(color: QColor) -> Color:
    return color.redF(), color.greenF(), color.blueF()
