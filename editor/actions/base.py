"""What an action is: one menu entry; and what it may ask of the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from editor.document.tiles import Pixels
from editor.extend import Margins
from editor.filters import Filter
from editor.settings import Settings
from editor.tools.base import Tool
from editor.workspace import Workspace
from neural.engine import Engine
from neural.operations.base import Operation
from neural.progress import Progress

T = TypeVar("T")


@dataclass(frozen=True)
class Clip:
    """Pixels on their way through the clipboard, or dropped from another program.

    pixels: ``(h, w, 4)``, uint8 or uint16, straight alpha. origin: where their top left corner was
    in the document they came from, if known. profile: ICC profile, ``None`` is sRGB.
    """

    pixels: Pixels
    origin: tuple[int, int] | None = None
    profile: bytes | None = None


class Shell(Protocol):
    """The window as actions see it. Nothing here waits for a background thread."""

    workspace: Workspace
    settings: Settings
    engine: Engine
    tools: Mapping[str, Tool]

    # Asking. The answer is None, nothing or "cancel" when the user changes their mind.

    def ask_open(self, title: str, suffixes: Sequence[str]) -> list[Path]:
        """Which files to open, such as have one of ``suffixes``."""
        ...

    def ask_save(self, title: str, suggestion: Path, suffixes: Sequence[str]) -> Path | None:
        """Where to save. The answer has one of ``suffixes``; replacing a file was confirmed."""
        ...

    def ask_form(self, title: str, value: T, note: str = "") -> T | None:
        """A changed copy of a dataclass whose fields describe themselves (see ``ui.form``)."""
        ...

    def ask_to_save(self, name: str) -> Literal["save", "discard", "cancel"]:
        """What to do with the unsaved changes of the document called ``name``."""
        ...

    def confirm(self, question: str, yes: str) -> bool:
        """Whether to go on; ``yes`` is what the button says."""
        ...

    def report(self, sentence: str) -> None:
        """Show what went wrong, in a dialog."""
        ...

    # Doing.

    def background(
        self, title: str, work: Callable[[Progress], T], apply: Callable[[T], None]
    ) -> None:
        """Call ``work`` on the thread that reads and writes files, then ``apply`` on this one.

        A ``FormatError`` or ``OSError`` is reported, and ``apply`` not called.
        """
        ...

    def run(self, operation: Operation, model: str | None, *, again: bool = False) -> None:
        """Autosave, then start ``operation`` on the active document as a job; ``again``: on what
        the active layer, which it made, was made of."""
        ...

    def run_current(self) -> None:
        """``run`` with what the neural panel shows."""
        ...

    def extend_canvas(self, margins: Margins) -> None:
        """Autosave, then start to add ``margins`` that go on with the picture, as a job."""
        ...

    def run_variants(self) -> None:
        """``run_current`` six times, with seeds in a row, and offer the results to choose from."""
        ...

    def show_operation(self, task: str) -> None:
        """Make the neural panel show the operation with this task."""
        ...

    def show_filter(self, kind: type[Filter]) -> None:
        """Ask for the parameters of a filter, show what it would do, and start it at OK."""
        ...

    def cancel_jobs(self) -> None:
        """Stop the neural job that is running, and those that wait; if there are none, put away a
        preview, or else the comparison."""
        ...

    def is_busy(self) -> bool:
        """Whether a neural job is running or waiting."""
        ...

    def clipboard(self) -> Clip | None:
        """The picture on the clipboard."""
        ...

    def clipboard_files(self) -> list[Path]:
        """The files that were copied in a file manager; they count more than a picture of them."""
        ...

    def set_clipboard(self, clip: Clip) -> None:
        """Offer a picture to other programs, and to ``clipboard``."""
        ...

    def view_size(self) -> tuple[float, float]:
        """The canvas on the screen, in device pixels."""
        ...

    def options_changed(self) -> None:
        """A tool's options were replaced by an action: show them."""
        ...

    def apply_settings(self, settings: Settings) -> None:
        """Put ``settings`` into effect and keep them."""
        ...

    def toggle(self, part: str) -> None:
        """Show or hide a part of the window: "canvas-only", "full-screen", the id of a dock; or
        "compare", what was before."""
        ...

    def is_on(self, part: str) -> bool:
        """Whether ``toggle`` would switch that part off."""
        ...

    def find_action(self) -> None:
        """Open the list in which actions are found by typing."""
        ...

    def about(self) -> None:
        """Say what this program is."""
        ...

    def quit(self) -> None:
        """Close the window; nothing is asked any more."""
        ...


Text = str | Callable[[Workspace], str]


def always(workspace: Workspace) -> bool:
    """Enabled whatever is open."""
    return True


def with_document(workspace: Workspace) -> bool:
    """Enabled when a document is open."""
    return workspace.active is not None


@dataclass(frozen=True)
class Action:
    """One menu entry.

    text: as the menu shows it, a function if it changes ("Undo Brush stroke"). shortcuts: in Qt's
    portable spelling, the first is shown. begins_group: a line is drawn above it.
    """

    id: str
    text: Text
    shortcuts: tuple[str, ...]
    run: Callable[[Shell], Any]
    enabled: Callable[[Workspace], bool] = with_document
    checked: Callable[[Shell], bool] | None = None
    begins_group: bool = False

    def label(self, workspace: Workspace) -> str:
        """The text right now."""
        return self.text if isinstance(self.text, str) else self.text(workspace)


@dataclass(frozen=True)
class Menu:
    """A menu and its actions, top to bottom."""

    title: str
    actions: tuple[Action, ...]
