"""What edits the looks of an operation: wells with a pad, a gallery, and the questions they ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject

from editor import formats
from editor import looks as store
from editor.actions.base import Shell
from editor.jobs import JobRunner
from editor.looks import Kept, Looks
from editor.ui.look_gallery import LookGallery
from editor.ui.look_pictures import LookPictures
from editor.ui.style_wells import StyleWells
from editor.ui.styling import Styling
from neural.engine import READER
from neural.errors import NeuralError
from neural.looks import SUFFIX, Look


@dataclass(frozen=True)
class Naming:
    """What a look is to be called."""

    name: str = field(metadata={"label": "Name"})


class StyleEditor(QObject):
    """``wells`` and ``gallery`` are shown by whoever has them; both speak of ``styling``."""

    def __init__(self, shell: Shell, looks: Looks, runner: JobRunner, idle: JobRunner) -> None:
        """runner: for networks. idle: beside it, for the pictures of looks alone."""
        super().__init__()
        self._shell, self.looks = shell, looks
        self.pictures = LookPictures(shell.engine, idle, self)
        self.styling = Styling(shell.engine, runner, self.pictures, self)
        self.wells = StyleWells(self.styling, self._ask_pictures)
        self.gallery = LookGallery(looks, self.styling)
        self.styling.said.connect(shell.workspace.say)
        self.wells.save_asked.connect(self.save)
        self.gallery.renamed.connect(self._rename)
        self.gallery.removed.connect(self._remove)
        self.gallery.exported.connect(self._export)
        self.gallery.imported.connect(self._import)

    def save(self, look: Look) -> None:
        """Keep a look, under a name that is asked for."""
        named = self._shell.ask_form("Save look", Naming(look.name))
        if named is None:
            return
        kept = replace(look, name=named.name, group="")
        if self._try(lambda: self.looks.save(kept)):
            self._shell.workspace.say(f"{named.name} is among your own looks now.")

    def _ask_pictures(self) -> list[Path]:
        return self._shell.ask_open("Take the look of", (*formats.READABLE, SUFFIX))

    def _rename(self, kept: Kept) -> None:
        named = self._shell.ask_form("Rename look", Naming(kept.look.name))
        if named is not None:
            self._try(lambda: self.looks.rename(kept, named.name))

    def _remove(self, kept: Kept) -> None:
        if self._shell.confirm(f"Remove the look “{kept.look.name}”?", "Remove"):
            self._try(lambda: self.looks.remove(kept))

    def _export(self, kept: Kept) -> None:
        suggestion = Path(f"{kept.look.name}{SUFFIX}")
        path = self._shell.ask_save("Export look", suggestion, (SUFFIX,))
        if path is not None:
            self._try(lambda: store.write(kept.look, path))

    def _import(self, paths: Sequence[Path]) -> None:
        paths = paths or self._shell.ask_open("Import looks", (SUFFIX,))
        card = self._shell.engine.availability(READER).card
        problems = []
        for path in paths:
            try:
                self.looks.add_file(path, card.space if card is not None else "")
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
