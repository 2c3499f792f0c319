"""A shell without a window: real documents and tools, answers given in advance."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from editor import formats
from editor.actions.base import Clip
from editor.document.document import Document
from editor.settings import Settings
from editor.tools import TOOLS
from editor.workspace import Workspace
from neural.engine import Engine
from neural.progress import Progress


class FakeShell:
    """Answers are taken from ``answers`` by the name of the question; what was asked is in
    ``asked``, what was said or reported in ``said``. Work in the background is done at once."""

    def __init__(self, *documents: Document) -> None:
        self.workspace = Workspace()
        self.settings = Settings()
        self.engine = Engine([])
        self.tools = {tool.id: tool() for tool in TOOLS}
        self.answers: dict[str, object] = {}
        self.asked: list[tuple[str, object]] = []
        self.said: list[str] = []
        self.calls: list[tuple[str, object]] = []
        self.clip: Clip | None = None
        self.files: list[Path] = []
        self.workspace.said.connect(self.said.append)
        for document in documents:
            self.workspace.add(document)

    def _answer(self, name, question):
        self.asked.append((name, question))
        return self.answers.get(name)

    def ask_open(self, title, suffixes):
        return self._answer("open", suffixes) or []

    def ask_save(self, title, suggestion, suffixes):
        return self._answer("save", suggestion)

    def ask_form(self, title, value, note=""):
        change = self._answer("form", value)
        return change(value) if change else None

    def ask_to_save(self, name):
        return self._answer("to_save", name) or "cancel"

    def confirm(self, question, yes):
        return bool(self._answer("confirm", question))

    def report(self, sentence):
        self.said.append(sentence)

    def background(self, title, work, apply):
        try:
            answer = work(Progress())
        except formats.FormatError as problem:
            self.report(str(problem))
        else:
            apply(answer)

    def run(self, operation, model, *, again=False):
        self.calls.append(("run again" if again else "run", (operation, model)))

    def run_current(self):
        self.calls.append(("run_current", None))

    def extend_canvas(self, margins):
        self.calls.append(("extend_canvas", margins))

    def run_variants(self):
        self.calls.append(("run_variants", None))

    def show_operation(self, task):
        self.calls.append(("show_operation", task))

    def show_filter(self, kind):
        self.calls.append(("show_filter", kind))

    def cancel_jobs(self):
        self.calls.append(("cancel_jobs", None))

    def is_busy(self):
        return False

    def clipboard(self):
        return self.clip

    def clipboard_files(self):
        return self.files

    def set_clipboard(self, clip):
        self.clip = clip

    def view_size(self):
        return 400.0, 300.0

    def options_changed(self):
        self.calls.append(("options_changed", None))

    def apply_settings(self, settings):
        self.settings = settings

    def toggle(self, part):
        self.calls.append(("toggle", part))

    def is_on(self, part):
        return False

    def find_action(self):
        self.calls.append(("find_action", None))

    def about(self):
        self.calls.append(("about", None))

    def quit(self):
        self.calls.append(("quit", None))


def photo(w=300, h=200, dtype=np.uint8, name="photo.png", path: Path | None = None) -> Document:
    """A document with one opaque layer of noise."""
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, np.iinfo(dtype).max, (h, w, 4), dtype, endpoint=True)
    pixels[..., 3] = np.iinfo(dtype).max
    document = Document.from_pixels(pixels)
    document.source = type(document.source)(path, name)
    return document


def select(document: Document, x: int, y: int, w: int, h: int) -> None:
    """Select a box, without a step in the history."""
    from editor.document.geometry import Rect

    document.selection.write(Rect(x, y, w, h), np.full((h, w, 1), document.full, document.dtype))
