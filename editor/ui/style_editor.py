"""What edits the looks of an operation, and the questions it asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor import formats
from editor.actions.base import Shell
from editor.jobs import JobRunner
from editor.looks import Looks
from editor.ui.blend_pad import BlendPad
from editor.ui.keeping import Keeping
from editor.ui.look_gallery import LookGallery
from editor.ui.look_pictures import LookPictures
from editor.ui.regions import Regions, RegionsRow
from editor.ui.style_wells import StyleWells
from editor.ui.styling import Styling
from neural.looks import SUFFIX, Look
from neural.operations.base import Operation
from neural.operations.parameters import most_records, with_records
from neural.operations.style import Style
from neural.reading import LOOK


class StyleEditor(QObject):
    """The looks of the operation that is shown, and where each rules.

    ``wells``, ``gallery``, ``pad`` and ``regions_row`` are laid out by whoever has them; each is
    there if the operation takes what it is for. ``changed()``: so is what ``filled_in`` gives.
    """

    changed = Signal()

    def __init__(self, shell: Shell, looks: Looks, runner: JobRunner, idle: JobRunner) -> None:
        """runner: for networks. idle: beside it, for the pictures of looks alone."""
        super().__init__()
        self._shell, self.looks = shell, looks
        self.pictures = LookPictures(shell.engine, idle, self)
        self.styling = Styling(shell.engine, runner, self.pictures, self)
        self.regions = Regions(shell.workspace, self)
        self.wells = StyleWells(self.styling, self.regions, self._ask_pictures)
        self.gallery = LookGallery(looks, self.styling)
        self.pad = BlendPad()
        self.regions_row = RegionsRow(self.regions)
        self._keeping = Keeping(shell, looks)
        self._operation: Operation | None = None
        self.pad.mixed.connect(self.styling.mix)
        self.styling.changed.connect(self._follow)
        self.pictures.ready.connect(self._show_mix)
        self.regions.changed.connect(self.changed)
        self.styling.said.connect(shell.workspace.say)
        self.wells.save_asked.connect(self.save)
        self.gallery.renamed.connect(self._keeping.rename)
        self.gallery.removed.connect(self._keeping.remove)
        self.gallery.exported.connect(lambda kept: self._keeping.export(kept.record))
        self.gallery.imported.connect(self._import)

    def show_for(self, operation: Operation) -> None:
        """Show what this one takes."""
        self._operation = operation
        self._follow()

    def filled_in(self, operation: Operation) -> Operation:
        """The operation with the looks, as many as it takes, and their regions, if it does."""
        filled: Any = with_records(
            operation, Look, self.styling.looks[: most_records(operation, Look)]
        )
        return replace(filled, regions=self.regions.name) if has_regions(operation) else filled

    def save(self, look: Look) -> None:
        """Keep a look among the user's own, under a name that is asked for."""
        self._keeping.save(replace(look, group=""))

    def _follow(self) -> None:
        most = most_records(self._operation, Look) if self._operation is not None else 0
        self.wells.setVisible(most > 0)
        self.gallery.setVisible(most > 0)
        self.pad.setVisible(min(most, len(self.styling.looks)) > 1)
        self.regions.want(has_regions(self._operation))
        self.regions_row.setVisible(self.regions.is_wanted)
        self.regions_row.allow(len(self.styling.looks) > 1)
        self._show_mix()
        self.changed.emit()

    def _show_mix(self) -> None:
        looks = self.styling.looks
        if len(looks) > 1:
            names, shares = zip(*((look.name, look.share) for look in looks), strict=True)
            self.pad.show_shares(names, [self.pictures.of(look) for look in looks], shares)

    def _ask_pictures(self) -> list[Path]:
        return self._shell.ask_open("Take the look of", (*formats.READABLE, SUFFIX))

    def _import(self, paths: Sequence[Path]) -> None:
        """Keep files of looks that some network here understands."""
        library = self._shell.engine.library
        readers, painters = (library.of_task(task) for task in (LOOK, Style.task))
        lengths = {model.card.space: model.card.outputs[0].channels for model in readers}
        lengths |= {model.card.space: model.card.input("looks").channels for model in painters}
        self._keeping.bring(paths, lengths)


def has_regions(operation: Operation | None) -> bool:
    """Whether an operation takes a layer that says where each look rules."""
    return hasattr(operation, "regions") and most_records(operation, Look) > 0
