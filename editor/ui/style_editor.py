"""What edits the looks of an operation, and the questions it asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from editor import formats
from editor.actions.base import Shell
from editor.jobs import JobRunner
from editor.looks import Looks
from editor.shelf import Kept
from editor.ui.blend_pad import BlendPad
from editor.ui.look_gallery import LookGallery
from editor.ui.look_pictures import LookPictures
from editor.ui.regions import Regions, RegionsRow
from editor.ui.style_wells import StyleWells
from editor.ui.styling import Styling
from neural.engine import READER
from neural.errors import NeuralError
from neural.looks import SUFFIX, Look
from neural.operations.base import Operation, most_records, with_records
from neural.operations.style import Style


@dataclass(frozen=True)
class Naming:
    """What a look is to be called."""

    name: str = field(metadata={"label": "Name"})


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
        self._operation: Operation | None = None
        self.pad.mixed.connect(self.styling.mix)
        self.styling.changed.connect(self._follow)
        self.pictures.ready.connect(self._show_mix)
        self.regions.changed.connect(self.changed)
        self.styling.said.connect(shell.workspace.say)
        self.wells.save_asked.connect(self.save)
        self.gallery.renamed.connect(self._rename)
        self.gallery.removed.connect(self._remove)
        self.gallery.exported.connect(self._export)
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
        """Keep a look, under a name that is asked for."""
        named = self._shell.ask_form("Save look", Naming(look.name))
        if named is None:
            return
        kept = replace(look, name=named.name, group="")
        if self._try(lambda: self.looks.save(kept)):
            self._shell.workspace.say(f"{named.name} is among your own looks now.")

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

    def _rename(self, kept: Kept[Look]) -> None:
        named = self._shell.ask_form("Rename look", Naming(kept.record.name))
        if named is not None:
            self._try(lambda: self.looks.rename(kept, named.name))

    def _remove(self, kept: Kept[Look]) -> None:
        if self._shell.confirm(f"Remove the look “{kept.record.name}”?", "Remove"):
            self._try(lambda: self.looks.remove(kept))

    def _export(self, kept: Kept[Look]) -> None:
        suggestion = Path(f"{kept.record.name}{SUFFIX}")
        path = self._shell.ask_save("Export look", suggestion, (SUFFIX,))
        if path is not None:
            self._try(lambda: self.looks.write(kept.record, path))

    def _import(self, paths: Sequence[Path]) -> None:
        paths = paths or self._shell.ask_open("Import looks", (SUFFIX,))
        library = self._shell.engine.library
        spaces = [m.card.space for task in (READER, Style.task) for m in library.of_task(task)]
        problems = []
        for path in paths:
            try:
                self.looks.add_file(path, spaces)
            except NeuralError as problem:
                problems.append(str(problem))
        if problems:
            self._shell.report(" ".join(problems))

    def _try(self, change: Callable[[], object]) -> bool:
        """Make a change to what is kept, or say why not."""
        try:
            change()
        except NeuralError as problem:
            self._shell.report(str(problem))
            return False
        return True


def has_regions(operation: Operation | None) -> bool:
    """Whether an operation takes a layer that says where each look rules."""
    return hasattr(operation, "regions") and most_records(operation, Look) > 0
