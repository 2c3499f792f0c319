"""The active layer or group, as actions see it."""

from __future__ import annotations

from editor.actions.base import Shell
from editor.document.document import Document
from editor.document.layer import Node
from editor.tools.target import locked_by
from editor.workspace import Workspace


def active_node(shell: Shell) -> tuple[Document, Node]:
    """The active document and its active node; only where ``has_node``."""
    document = shell.workspace.document
    assert document.active is not None
    return document, document.active


def node_of(workspace: Workspace) -> Node | None:
    """The active node, if there is one."""
    return workspace.document.active if workspace.active else None


def has_node(workspace: Workspace) -> bool:
    """Enabled when there is an active layer or group."""
    return node_of(workspace) is not None


def is_locked(shell: Shell, node: Node) -> bool:
    """Whether ``node`` may not be changed; says why."""
    reason = locked_by(node)
    if reason is not None:
        shell.workspace.say(reason)
    return reason is not None
