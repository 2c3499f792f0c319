"""``pentimento --selftest``: does this installation work, from file to network to window?"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic, perf_counter

import numpy as np

from editor import adjust, enlarge, formats, generate, looks, retouch
from editor.cli.console import Failure
from editor.cli.retouching import engine
from editor.document.commands import AddLayer
from editor.document.document import Document
from editor.document.tiles import Pixels
from editor.filters import FILTERS
from editor.formats import FormatError
from editor.tools.base import PointerEvent, Tool
from editor.tools.brush import BrushTool, MaskBrushTool
from editor.workspace import Workspace
from neural.errors import NeuralError
from neural.image import resize
from neural.library import verify
from neural.looks import Look
from neural.operations import OPERATIONS
from neural.operations.base import Generating, Operation, Resizing, Retouching
from neural.operations.parameters import most_records, with_records
from neural.progress import Progress

SIDE = 192
STROKE = ((40.0, 150.0), (90.0, 140.0), (150.0, 155.0))
MASKED = ((70.0, 70.0), (100.0, 80.0), (120.0, 75.0))
ALIKE = 16.0  # levels of 255, on average: what a change of size may cost a grainy picture
PATIENCE_S = 30.0
FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
WINDOWS_FOLDERS = ("APPDATA", "LOCALAPPDATA")


def run() -> int:
    """Go through everything once, in folders of its own; the user's files are not touched.

    Prints one line for each step, with the seconds it took. Returns 0.

    Raises:
        Failure: a step did not do what it should; the message says which.
    """
    with _own_folders() as folder:
        trial = Trial(folder)
        steps: list[tuple[str, Callable[[], str]]] = [
            ("models", trial.check_models),
            ("open a photo", trial.open_photo),
            ("draw a stroke", trial.draw),
            *((f"run {kind.task}", partial(trial.run_operation, kind)) for kind in OPERATIONS),
            ("filter", trial.run_filters),
            ("save and reopen", trial.save_and_reopen),
            ("show the window", trial.show),
        ]
        for name, step in steps:
            began = perf_counter()
            try:
                fact = step()
            except (Failure, FormatError, NeuralError, OSError, ImportError) as problem:
                raise Failure(f"The self-test failed at “{name}”: {problem}") from problem
            print(f"{perf_counter() - began:6.2f} s  {name}: {fact}", flush=True)
    print("selftest: sound")
    return 0


class Trial:
    """One picture on its way through the program. The steps are taken in order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engine = engine()
        self._workspace = Workspace()

    def check_models(self) -> str:
        """Every file has its card's hash and shapes, and gives the card's known answer."""
        library = self._engine.library
        if library.problems:
            raise Failure(" ".join(library.problems))
        for model in library.models:
            verify(model.card, model.path, Progress())
        return ", ".join(model.card.id for model in library.models)

    def open_photo(self) -> str:
        path = self._folder / "Fötö 图.png"
        formats.save(Document.from_pixels(_waves()), path)
        self._workspace.add(formats.load(path))
        _expect(np.array_equal(self._seen(), _waves()), "the pixels are not those of the file")
        return f"{SIDE} × {SIDE}"

    def draw(self) -> str:
        """Paint with the brush, undo and redo that, and paint the mask for what follows."""
        history = self._workspace.document.history
        before = self._seen()
        _drag(BrushTool(), self._workspace, STROKE)
        drawn = self._seen()
        history.undo()
        _expect(np.array_equal(self._seen(), before), "undo did not put the pixels back")
        history.redo()
        _expect(np.array_equal(self._seen(), drawn), "redo did not draw the stroke again")
        _drag(MaskBrushTool(), self._workspace, MASKED)
        changed = int(np.count_nonzero((drawn != before).any(axis=-1)))
        _expect(changed > 0, "no pixel changed")
        return f"{changed} px"

    def run_operation(self, kind: type[Operation]) -> str:
        """Once through the engine, with the parameters that it has by itself; a look, if it wants
        any, is that of the negative of the picture.
        """
        operation = kind()
        if most_records(operation, Look):
            negative = Document.from_pixels(self._seen() ^ np.array([255, 255, 255, 0], np.uint8))
            look = looks.of_document(negative, "Negative", self._engine, Progress())
            operation = with_records(operation, Look, [look])
        if isinstance(operation, Generating):
            return self._generate(operation)
        if isinstance(operation, Resizing):
            return self._resize(operation)
        return self._retouch(operation)

    def _generate(self, operation: Generating) -> str:
        """A picture out of nothing, in which there is something."""
        if not self._engine.library.of_task(operation.task):
            return "no generator is installed"
        document, result = generate.of_nothing(operation, self._engine, Progress())
        made = retouch.visible(document, document.rect)
        _expect(len(np.unique(made[made[..., 3] > 0], axis=0)) > 1, "the picture is empty")
        w, h = document.size
        return f"{w} × {h}, {result.cards[0].id} on {result.provider}"

    def _resize(self, operation: Resizing) -> str:
        """Into a picture of another size that looks like this one."""
        before = self._seen()
        answer = enlarge.apply(
            operation, self._workspace.document.snapshot(), self._engine, Progress()
        )
        made = retouch.visible(answer.document, answer.document.rect)
        w, h = answer.document.size
        _expect((w, h) != (SIDE, SIDE), "the picture is as large as before")
        _expect(bool((made[..., 3] == 255).all()), "the picture is transparent in places")
        back = resize(made[..., :3].astype(np.float32), SIDE, SIDE)
        apart = float(np.abs(back - before[..., :3]).mean())
        _expect(apart < ALIKE, "the picture looks different")
        return f"{w} × {h}, {answer.account.cards[0].id} on {answer.account.provider}"

    def _retouch(self, operation: Retouching) -> str:
        """Into a new layer; outside the mask every byte is as before."""
        document = self._workspace.document
        before = self._seen()
        work = adjust.apply if operation.adjusts else retouch.apply
        answer = work(operation, document.snapshot(), self._engine, Progress())
        parent, index = document.place_above_active()
        document.history.push(AddLayer(document, answer.layer, parent, index, operation.title))
        outside = document.selection.read(document.rect)[..., 0] == 0
        after = self._seen()
        changed = np.count_nonzero((after != before).any(axis=-1) & outside)
        _expect(changed == 0, f"{changed} px changed outside the mask")
        inside = int(np.count_nonzero((after != before).any(axis=-1)))
        _expect(inside > 0, "nothing changed inside the mask")
        result = answer.result
        names = "".join(f", {card.id} on {result.provider}" for card in result.cards)
        return f"{inside} px inside, 0 px outside the mask{names}"

    def run_filters(self) -> str:
        """Each of them on what is seen, whose colors they change, and not all too much."""
        before = retouch.to_network(self._seen())
        for kind in FILTERS:
            apart = 255 * float(np.abs(kind()(before, 255) - before).mean())
            _expect(0 < apart < ALIKE, f"“{kind.title}” made something else of the picture")
        return ", ".join(kind.title for kind in FILTERS)

    def save_and_reopen(self) -> str:
        document, path = self._workspace.document, self._folder / "picture.ora"
        formats.save(document, path)
        reopened = formats.load(path)
        names = [node.name for node in document.root.walk()]
        _expect([node.name for node in reopened.root.walk()] == names, "layers are missing")
        seen = retouch.visible(reopened, reopened.rect)
        _expect(np.array_equal(seen, self._seen()), "the picture looks different")
        return f"{len(reopened.root.children)} layers"

    def show(self) -> str:
        """The editor's own window with the file in it, until it has been painted."""
        from PySide6.QtWidgets import QApplication

        from editor.app import App, has_display

        if not has_display():
            raise Failure("there is no display to open the window on.")
        application = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(application, QApplication)
        app = App(application)
        try:
            app.window.show()
            app.window.open([self._folder / "picture.ora"])
            end = monotonic() + PATIENCE_S
            while not (app.workspace.views and app.window.windowHandle().isExposed()):
                _expect(monotonic() < end, "it did not open the picture")
                application.processEvents()
            application.processEvents()
            shown = app.window.canvas.grab().toImage()
            colors = {shown.pixel(x, shown.height() // 2) for x in range(0, shown.width(), 4)}
            _expect(len(colors) > SIDE // 16, "it shows no picture")
        finally:
            app.close()
        return f"{app.window.width()} × {app.window.height()}, {application.platformName()}"

    def _seen(self) -> Pixels:
        """What the document looks like, ``(h, w, 4)``."""
        document = self._workspace.document
        return retouch.visible(document, document.rect)


@contextmanager
def _own_folders() -> Iterator[Path]:
    """A folder to work in, where settings, models and autosaves of the user's own would be too."""
    names = WINDOWS_FOLDERS if sys.platform == "win32" else FOLDERS
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="pentimento-") as temporary:
        folder = Path(temporary)
        os.environ.update({name: str(folder / name) for name in names})
        try:
            yield folder
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _waves() -> Pixels:
    """Waves of color with a little grain, ``(SIDE, SIDE, 4)``, opaque."""
    y, x = np.mgrid[:SIDE, :SIDE]
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    for channel, length in enumerate((9, 14, 23)):
        pixels[..., channel] = 127 + 80 * np.sin((x + channel * y) / length)
    pixels[..., :3] += np.random.default_rng(0).integers(0, 20, (SIDE, SIDE, 3), np.uint8)
    return pixels


def _drag(tool: Tool, workspace: Workspace, points: Sequence[tuple[float, float]]) -> None:
    """Press, move along, release."""
    if refusal := tool.refusal(workspace):
        raise Failure(refusal)
    press, *moves = [PointerEvent(x, y) for x, y in points]
    gesture = tool.drag(workspace, press)
    next(gesture)
    for move in moves:
        gesture.send(move)
    try:
        gesture.send(None)
    except StopIteration:
        return
    raise Failure("the stroke did not end.")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Failure(f"{otherwise}.")
