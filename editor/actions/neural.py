"""The Neural menu."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from editor.actions.base import Action, Shell, always, with_document
from editor.document.layer import Node
from editor.workspace import Workspace
from neural.errors import CardError
from neural.operations import OPERATIONS
from neural.operations.base import Generating, Operation, Resizing
from neural.record import decode

SHORTCUTS = {"generate": ("Ctrl+Alt+G",)}


def run_again(shell: Shell) -> None:
    """Repeat what made the active layer: same model, parameters and seed (R39)."""
    recipe = _recipe(shell.workspace)
    assert recipe is not None
    kind = _kind(recipe)
    if kind is None:
        shell.report(f"This version has no operation called “{recipe['operation']}”.")
        return
    try:
        operation = decode(kind, recipe["parameters"], "How it was made")
    except CardError as problem:
        shell.report(str(problem))
        return
    shell.run(operation, recipe.get("model"), again=True)


def _recipe(workspace: Workspace) -> dict[str, Any] | None:
    node: Node | None = workspace.document.active if workspace.active else None
    return node.recipe if node is not None else None


def _kind(recipe: dict[str, Any]) -> type[Operation] | None:
    return next((each for each in OPERATIONS if each.task == recipe["operation"]), None)


def _was_made(workspace: Workspace) -> bool:
    """And may be made again: what a picture was resized from is not in its document."""
    recipe = _recipe(workspace)
    if recipe is None or "parameters" not in recipe:
        return False
    kind = _kind(recipe)
    return kind is None or not isinstance(kind(), Resizing)


def _shows(kind: type[Operation]) -> Callable[[Shell], None]:
    return lambda shell: shell.show_operation(kind.task)


NEURAL = (
    Action(
        "neural.run",
        "Run",
        ("Ctrl+Return", "Ctrl+Enter"),
        lambda shell: shell.run_current(),
        always,  # what makes a picture out of nothing needs none
    ),
    Action(
        "neural.variants",
        "Six variants to choose from",
        ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
        lambda shell: shell.run_variants(),
    ),
    Action("neural.again", "Run again as this layer was made", (), run_again, _was_made),
    Action("neural.cancel", "Cancel", ("Esc",), lambda shell: shell.cancel_jobs(), always),
    *(
        Action(
            f"neural.{kind.task}",
            kind.title,
            SHORTCUTS.get(kind.task, ()),
            _shows(kind),
            always if isinstance(kind(), Generating) else with_document,
            begins_group=i == 0,
        )
        for i, kind in enumerate(OPERATIONS)
    ),
)
