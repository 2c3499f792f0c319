"""The strokes of the healing brush: one job after the other, each fills one of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial

from editor import retouch
from editor.document.commands import SetProperty, Several, edit_pixels
from editor.document.geometry import Size
from editor.document.history import Command
from editor.jobs import Job, JobRunner
from editor.paint.coverage import cover
from editor.retouch import Healed
from editor.workspace import Workspace, Wound
from neural.engine import Engine
from neural.operations.inpaint import Inpaint

NAME = "Healing brush stroke"

WhenFree = Callable[[Callable[[], None]], None]
"""Calls something as soon as no gesture is under way, which may be at once."""


class Healer:
    """Fills what the healing brush covers, in the order of the strokes.

    A stroke begins only when the one before it is in its layer, so that it sees the answer; each
    is one step in the history, and none comes in the middle of a gesture, which may be painting on
    the same pixels. Stopping the job drops all that wait.
    """

    def __init__(
        self, workspace: Workspace, runner: JobRunner, engine: Engine, when_free: WhenFree
    ) -> None:
        self._workspace, self._runner, self._engine = workspace, runner, engine
        self._when_free = when_free
        self._waiting: deque[Wound] = deque()  # the first one is being filled
        self._job: Job | None = None
        workspace.heal_asked.connect(self._on_asked)
        runner.failed.connect(self._on_failed)
        runner.cancelled.connect(self._on_cancelled)

    def _on_asked(self, wound: Wound) -> None:
        self._waiting.append(wound)
        if len(self._waiting) == 1:
            self._begin()

    def _begin(self) -> None:
        """Submit the job for the stroke that has waited longest."""
        wound = self._waiting[0]
        if not self._is_there(wound):
            self._end()
            return
        document = wound.view.document
        snapshot = document.snapshot(wound.layer)
        fill = partial(self._fill, wound, document.size)
        self._job = Job(
            "Healing brush",
            lambda progress: retouch.healed(
                Inpaint(),
                snapshot,
                wound.mask,
                self._engine,
                progress,
                all_layers=wound.all_layers,
            ),
            lambda answer: self._when_free(lambda: fill(answer)),
        )
        self._runner.submit(self._job)

    def _end(self) -> None:
        """The stroke that has waited longest waits no more; the next one begins."""
        self._job = None
        wound = self._waiting.popleft()
        wound.view.unmark(wound)
        if self._waiting:
            self._begin()

    def _is_there(self, wound: Wound) -> bool:
        """Whether its layer is still in an open document."""
        view = wound.view
        nodes = view.document.root.walk() if view in self._workspace.views else ()
        return any(node is wound.layer for node in nodes)

    def _fill(self, wound: Wound, size: Size, answer: Healed) -> None:
        """Put the answer into the layer, if that is where it was."""
        if self._is_there(wound) and wound.view.document.size == size:
            _put(wound, answer)
        else:
            self._workspace.say("The layer is not what it was: heal it once more.")
        self._end()

    def _on_failed(self, job: Job, sentence: str) -> None:
        if job is self._job:
            self._end()

    def _on_cancelled(self, job: Job) -> None:
        if job is self._job:
            while len(self._waiting) > 1:
                wound = self._waiting.pop()
                wound.view.unmark(wound)
            self._end()


def _put(wound: Wound, answer: Healed) -> None:
    """Paint the answer into the layer, as one step if it changes anything."""
    document, layer = wound.view.document, wound.layer
    before = layer.pixels.snapshot()
    locked = layer.alpha_locked or not wound.all_layers
    cover(layer.pixels, answer.rect, answer.alpha, answer.colors, alpha_locked=locked)
    edit = edit_pixels(document, NAME, layer, layer.pixels, before)
    if not edit.changes:
        return
    commands: list[Command] = [edit]
    if layer.recipe is None:  # files say that a network had a part in them
        layer.recipe = answer.recipe
        commands.append(SetProperty(document, layer, "recipe", layer.recipe, NAME, was=None))
    document.history.push(Several(NAME, commands), done=True)
    document.touch(layer, answer.rect)
    document.layers_changed.emit()
