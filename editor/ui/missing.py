"""What must be there before an operation can be run."""

from __future__ import annotations

from editor import enlarge
from editor.document.document import Document
from neural.engine import Engine
from neural.errors import NeuralError
from neural.looks import Look
from neural.operations.base import Generating, Operation, Resizing
from neural.operations.parameters import most_records, space_of
from neural.operations.style import Style, check_understood

NO_DOCUMENT = "Open a picture first."
NO_MASK = "First paint over what should go."
NO_LOOK = "First choose a look."


def missing(
    operation: Operation, model: str | None, document: Document | None, engine: Engine
) -> str:
    """What is missing to run ``operation`` with ``model``, in a sentence; empty if nothing is."""
    if document is None and not isinstance(operation, Generating):
        return NO_DOCUMENT
    reason = engine.availability(operation.task, model).reason
    if reason and operation.needs_network:
        return reason
    if document is None:
        return ""
    if operation.needs_mask and document.selection.is_empty:
        return NO_MASK
    if needs_look(operation):
        return NO_LOOK
    try:
        if isinstance(operation, Resizing):
            enlarge.size_of(operation, document.size)
        if isinstance(operation, Style):
            card = engine.library.find(operation.task, model, space_of(operation)).card
            for look in operation.looks:
                check_understood(look, card)
    except NeuralError as problem:
        return str(problem)
    return ""


def needs_look(operation: Operation) -> bool:
    """Whether it takes looks and has none."""
    return most_records(operation, Look) > 0 and not getattr(operation, "looks", ())
