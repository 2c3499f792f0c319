"""Operations as jobs: a snapshot goes out, one command comes back."""

from __future__ import annotations

from functools import partial

from editor import adjust, enlarge, retouch
from editor.adjust import Adjusted
from editor.document.commands import AddLayer
from editor.document.document import Document
from editor.document.geometry import Size
from editor.document.layer import LayerGroup, Node
from editor.enlarge import Resized
from editor.jobs import Job, JobRunner
from editor.retouch import Retouched
from editor.workspace import Workspace
from neural.engine import Account, Engine
from neural.operations.base import Operation, Resizing


def submit(
    workspace: Workspace,
    runner: JobRunner,
    engine: Engine,
    operation: Operation,
    model: str | None = None,
) -> Job:
    """Start ``operation`` on the active document; its selection is the mask.

    The job works on a snapshot, so painting may go on. Its result becomes a layer directly above
    the one that is active now, as one step in the history; the selection stays, to be used again.
    What adjusts makes an adjustment layer there; what resizes opens its result as a new document.
    Everything that can go wrong ends the job with a sentence.
    """
    document = workspace.document
    snapshot = document.snapshot()
    if isinstance(operation, Resizing):
        resizing = operation
        opening = Job(
            operation.title,
            lambda progress: enlarge.apply(resizing, snapshot, engine, progress, model),
            partial(_open, workspace),
        )
        runner.submit(opening)
        return opening
    work = adjust.apply if operation.adjusts else retouch.apply
    retouching = operation
    job = Job(
        operation.title,
        lambda progress: work(retouching, snapshot, engine, progress, model),
        partial(_place, workspace, document, document.active, document.size),
    )
    runner.submit(job)
    return job


def _place(
    workspace: Workspace,
    document: Document,
    source: Node | None,
    size: Size,
    answer: Adjusted | Retouched,
) -> None:
    """Put the answer above ``source``, if it is still there, and say how it went."""
    if all(view.document is not document for view in workspace.views):
        return
    parent, index = _above(document, source)
    layer = answer.layer
    document.history.push(AddLayer(document, layer, parent, index, layer.name))
    sentences = [described(answer), *answer.result.notes]
    if document.size != size:
        sentences.append("The canvas changed meanwhile: move the new layer into its place.")
    workspace.say(" ".join(sentences))


def _open(workspace: Workspace, answer: Resized) -> None:
    """Show the new document, and say how it went."""
    account = answer.account
    workspace.add(answer.document)
    workspace.say(" ".join([f"{answer.document.source.title}: {_ran(account)}", *account.notes]))


def _above(document: Document, source: Node | None) -> tuple[LayerGroup, int]:
    """Where a node directly above ``source`` goes; above the active one if ``source`` is gone."""
    if source is not None and any(node is source for node in document.root.walk()):
        assert source.parent is not None
        return source.parent, source.parent.index(source) + 1
    return document.place_above_active()


def described(answer: Adjusted | Retouched) -> str:
    """What the status line says of a result."""
    changed = f"{answer.changed_outside} px changed outside the mask"
    return f"{answer.layer.name}: {changed}; {_ran(answer.result)}"


def _ran(account: Account) -> str:
    provider = account.provider.removesuffix("ExecutionProvider")
    names = " and ".join(f"{card.name} {card.version}" for card in account.cards)
    return f"{account.seconds:.1f} s on {provider} with {names}."
