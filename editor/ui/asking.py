"""The questions that actions ask of a window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeVar

from PySide6.QtWidgets import QMainWindow

from editor.actions.base import Clip
from editor.settings import Settings
from editor.ui import dialogs
from editor.ui.clipboard import Clipboard

T = TypeVar("T")


class AskingWindow(QMainWindow):
    """The part of ``actions.base.Shell`` that asks: the user, in dialogs, and the clipboard."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self._clipboard = Clipboard()

    def ask_open(self, title: str, suffixes: Sequence[str]) -> list[Path]:
        recent = self.settings.recent
        folder = Path(recent[0]).parent if recent else Path.home()
        return dialogs.ask_open(self, title, folder, suffixes)

    def ask_save(self, title: str, suggestion: Path, suffixes: Sequence[str]) -> Path | None:
        return dialogs.ask_save(self, title, suggestion, suffixes)

    def ask_form(self, title: str, value: T, note: str = "") -> T | None:
        answer: T | None = dialogs.ask_form(self, title, value, note)
        return answer

    def ask_to_save(self, name: str) -> Literal["save", "discard", "cancel"]:
        return dialogs.ask_to_save(self, name)

    def confirm(self, question: str, yes: str) -> bool:
        return dialogs.confirm(self, question, yes)

    def report(self, sentence: str) -> None:
        dialogs.report(self, sentence)

    def clipboard(self) -> Clip | None:
        return self._clipboard.get()

    def clipboard_files(self) -> list[Path]:
        return self._clipboard.files()

    def set_clipboard(self, clip: Clip) -> None:
        self._clipboard.put(clip)
