"""The page of the explorer on which points are mixed, crossed, and given places of their own."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from editor.ui.blend_pad import BlendPad
from editor.ui.explorer_pages import Page
from editor.ui.exploring import Exploring
from editor.ui.point_button import PointButton
from editor.ui.prose import Prose
from editor.ui.regions import Chip, Regions, RegionsRow
from editor.ui.theme import SPACE
from neural.operations.generate import MOST_POINTS, Generate

WELL = 44  # side, in logical pixels
OUT = "Click to take it out of the mix"
HOW = "Ctrl and a click on pictures mixes up to four of them, here with one another."


class MixPage(Page):
    """Up to four points, a pad between them, and the layer that says where each rules."""

    def __init__(self, exploring: Exploring, regions: Regions) -> None:
        super().__init__()
        self._exploring, self._regions = exploring, regions
        self._how = Prose(HOW, dim=True)
        self.wells = [PointButton(WELL) for _ in range(MOST_POINTS)]
        self.chips = [Chip(place, well) for place, well in enumerate(self.wells)]
        self.pad = BlendPad()
        self.pad.setAccessibleName("Blend of the points")
        self.cross = QPushButton("Shape of the first, surface of the second")
        self.regions_row = RegionsRow(regions)
        wells = QHBoxLayout()
        wells.setSpacing(SPACE)
        for place, (well, chip) in enumerate(zip(self.wells, self.chips, strict=True)):
            wells.addWidget(well)
            chip.move(1, WELL - chip.height() - 1)
            well.chosen.connect(lambda mixes, at=place: exploring.remove(at))
            chip.clicked.connect(lambda checked=False, at=place: regions.paint(at))
        wells.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * SPACE)
        column.addWidget(self._how)
        column.addLayout(wells)
        for part in (self.pad, self.cross, self.regions_row):
            column.addWidget(part)
        self.pad.mixed.connect(exploring.mix)
        self.cross.clicked.connect(lambda: exploring.cross(*exploring.points[:2]))

    @property
    def wanted(self) -> list[Generate]:
        """Each point alone."""
        return [Generate((point,)) for point in self._exploring.points]

    def show_all(self) -> None:
        """Show what is mixed, and how."""
        points, wanted = self._exploring.points, self.wanted
        is_mixed = len(points) > 1
        self._how.setVisible(not is_mixed)
        for part in (self.pad, self.cross, self.regions_row):
            part.setVisible(is_mixed)
        self.regions_row.allow(is_mixed)
        images = []
        for place, (well, chip) in enumerate(zip(self.wells, self.chips, strict=True)):
            well.setVisible(is_mixed and place < len(points))
            if place < len(points):
                sketch = self._exploring.sketches.of(wanted[place])
                images.append(sketch.image if sketch is not None else None)
                well.show_picture(images[-1], points[place].name, OUT)
                chip.show_look(points[place].name, marked=place == self._regions.place)
                chip.setVisible(self._regions.layer is not None)
        if is_mixed:
            names, shares = zip(*((point.name, point.share) for point in points), strict=True)
            self.pad.show_shares(names, images, shares)
