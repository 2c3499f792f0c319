"""Operations as jobs: a snapshot goes out, one command comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from editor import adjust, enlarge, extend, generate, retouch
from editor.adjust import Adjusted
from editor.document.blend import BlendMode
from editor.document.commands import AddLayer, SetProperty, Several
from editor.document.document import Document
from editor.document.geometry import Size
from editor.document.history import Command
from editor.document.layer import LayerGroup, Mask, Node
from editor.document.tiles import TileGrid
from editor.drafts import Draft, Drafts
from editor.extend import Extended, Margins
from editor.generate import Laid
from editor.jobs import Job, JobRunner
from editor.retouch import Retouched
from editor.workspace import Workspace
from neural.account import Account
from neural.engine import Engine
from neural.operations.base import Generating, Operation, Resizing, Retouching
from neural.progress import Progress


@dataclass(frozen=True)
class Origin:
    """Where a job began, and so where its answer goes: above a node, on a canvas of some size."""

    document: Document
    node: Node | None
    size: Size

    @classmethod
    def of(cls, document: Document) -> Origin:
        return cls(document, document.active, document.size)

    def above(self) -> tuple[LayerGroup, int]:
        """Directly above the node; above the active one if it is gone."""
        node = self.node
        if node is not None and any(each is node for each in self.document.root.walk()):
            assert node.parent is not None
            return node.parent, node.parent.index(node) + 1
        return self.document.place_above_active()


def submit_draft(
    drafts: Drafts, runner: JobRunner, operation: Retouching, apply: Callable[[Draft], None]
) -> Job:
    """Start to make a draft of ``operation``, and give it to ``apply``."""
    work = partial(drafts, operation)
    job = Job(operation.title, work, apply, quiet=True)
    runner.submit(job)
    return job


def submit_full(
    snapshot: Document,
    runner: JobRunner,
    engine: Engine,
    operation: Retouching,
    model: str | None,
    apply: Callable[[Retouched], None],
    *,
    quiet: bool,
) -> Job:
    """Start ``operation`` on ``snapshot``, and give its answer to ``apply`` alone."""
    own = snapshot.snapshot()
    job = Job(
        operation.title,
        lambda progress: retouch.apply(operation, own, engine, progress, model),
        apply,
        quiet=quiet,
    )
    runner.submit(job)
    return job


def place_all(workspace: Workspace, origin: Origin, answers: Sequence[Retouched], on: int) -> None:
    """Put all answers into a group, the one numbered ``on`` at the bottom, the others hidden.

    The group has the mask that was used; each of the others has a mask that hides all of it, to
    paint on, and the one above ``on`` is ready for that.
    """
    document = origin.document
    below, above = answers[on].layer, [a.layer for i, a in enumerate(answers) if i != on]
    group = LayerGroup(f"{len(answers)} variants", [below, *above])
    group.mask, below.mask = below.mask, None
    group.mode = below.mode
    for layer in (below, *above):
        layer.mode = BlendMode.NORMAL  # in a group of its own nothing is below
    for layer in above:
        layer.mask = Mask(TileGrid(1, document.dtype))
    parent, index = origin.above()
    document.history.push(AddLayer(document, group, parent, index, group.name))
    document.activate(above[0], mask=True)
    workspace.say("Paint white on the mask of a variant where it shall show.")


def submit(
    workspace: Workspace,
    runner: JobRunner,
    engine: Engine,
    operation: Operation,
    model: str | None = None,
    *,
    again: bool = False,
) -> Job:
    """Start ``operation`` on the active document; its selection is the mask.

    again: on what the active layer, which it made, was made of, and with its mask.

    The job works on a snapshot, so painting may go on. Its result becomes a layer directly above
    the one that is active now, as one step in the history; the selection stays, to be used again.
    What adjusts makes an adjustment layer there; what resizes opens its result as a new document,
    and so does what makes a picture out of nothing if no document is open. Everything that can go
    wrong ends the job with a sentence.
    """
    document = workspace.document if workspace.active else None
    work, apply = _work(workspace, engine, operation, model, again=again)
    job = Job(operation.title, work, apply, document=document)
    runner.submit(job)
    return job


def _work(
    workspace: Workspace, engine: Engine, operation: Operation, model: str | None, *, again: bool
) -> tuple[Callable[[Progress], Any], Callable[[Any], None]]:
    """What a job for an operation does, and what it does with the answer."""
    if isinstance(operation, Generating) and workspace.active is None:
        return (
            lambda progress: generate.of_nothing(operation, engine, progress, model),
            lambda answer: _open(workspace, *answer),
        )
    snapshot = workspace.document.snapshot()
    if isinstance(operation, Resizing):
        return (
            lambda progress: enlarge.apply(operation, snapshot, engine, progress, model),
            lambda answer: _open(workspace, answer.document, answer.account),
        )

    def work(progress: Progress) -> Adjusted | Laid | Retouched:
        if again:
            retouch.rewind(operation, snapshot)
        if isinstance(operation, Generating):
            return generate.apply(operation, snapshot, engine, progress, model)
        apply = adjust.apply if operation.adjusts else retouch.apply
        return apply(operation, snapshot, engine, progress, model)

    return work, partial(place, workspace, Origin.of(workspace.document))


def submit_extension(
    workspace: Workspace, runner: JobRunner, engine: Engine, operation: Retouching, margins: Margins
) -> Job:
    """Start to make the canvas larger by ``margins``, filled by ``operation``.

    The new size and the layer with the margins, on top of all, are one step in the history.
    """
    document = workspace.document
    snapshot = document.snapshot()
    job = Job(
        extend.NAME,
        lambda progress: extend.apply(operation, snapshot, margins, engine, progress),
        partial(_extend, workspace, document, document.size, margins),
        document=document,
    )
    runner.submit(job)
    return job


def _extend(
    workspace: Workspace, document: Document, size: Size, margins: Margins, answer: Extended
) -> None:
    if all(view.document is not document for view in workspace.views):
        return
    if document.size != size:
        workspace.say("The canvas changed meanwhile: extend it once more.")
        return
    document.history.push(extend.command(document, margins, answer.layer))
    w, h = document.size
    seconds = sum(result.seconds for result in answer.results)
    workspace.say(f"{extend.NAME}: {w} × {h} px now; {seconds:.1f} s.")


def place(workspace: Workspace, origin: Origin, answer: Adjusted | Laid | Retouched) -> None:
    """Put the answer where it belongs, if that is still open, and say how it went."""
    document = origin.document
    if all(view.document is not document for view in workspace.views):
        return
    parent, index = origin.above()
    layer = answer.layer
    steps: list[Command] = [AddLayer(document, layer, parent, index, layer.name)]
    regions = (layer.recipe or {}).get("parameters", {}).get("regions")
    steps += [  # the map would lie over the result
        SetProperty(document, node, "visible", False, layer.name)
        for node in document.root.walk()
        if regions and node.name == regions and node.visible
    ]
    document.history.push(Several(layer.name, steps) if len(steps) > 1 else steps[0])
    sentences = [described(answer), *answer.result.notes]
    if document.size != origin.size:
        sentences.append("The canvas changed meanwhile: move the new layer into its place.")
    workspace.say(" ".join(sentences))


def _open(workspace: Workspace, document: Document, account: Account) -> None:
    """Show the new document, and say how it went."""
    workspace.add(document)
    workspace.say(" ".join([f"{document.source.title}: {_ran(account)}", *account.notes]))


def described(answer: Adjusted | Laid | Retouched) -> str:
    """What the status line says of a result."""
    if isinstance(answer, Laid):
        return f"{answer.layer.name}: {_ran(answer.result)}"
    changed = f"{answer.changed_outside} px changed outside the mask"
    return f"{answer.layer.name}: {changed}; {_ran(answer.result)}"


def _ran(account: Account) -> str:
    provider = account.provider.removesuffix("ExecutionProvider")
    names = " and ".join(f"{card.name} {card.version}" for card in account.cards)
    return f"{account.seconds:.1f} s on {provider}{f' with {names}' if names else ''}."
