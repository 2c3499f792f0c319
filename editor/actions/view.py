"""The View menu."""

from __future__ import annotations

from collections.abc import Callable

from editor.actions.base import Action, Shell, always
from editor.viewport import Viewport
from editor.workspace import Workspace

TURN = 15.0
"""Degrees of one step of rotation."""


def fit(shell: Shell) -> None:
    """Show the whole picture."""
    document = shell.workspace.document
    shell.workspace.viewport.fit(document.size, shell.view_size())
    shell.workspace.viewport_changed.emit()


def _about_middle(change: Callable[[Viewport, float, float], None]) -> Callable[[Shell], None]:
    """An action that changes the viewport about the middle of the view."""

    def run(shell: Shell) -> None:
        w, h = shell.view_size()
        change(shell.workspace.viewport, w / 2, h / 2)
        shell.workspace.viewport_changed.emit()

    return run


def _toggles(part: str) -> Callable[[Shell], None]:
    return lambda shell: shell.toggle(part)


def _shows(part: str) -> Callable[[Shell], bool]:
    return lambda shell: shell.is_on(part)


def _is_mirrored(shell: Shell) -> bool:
    return shell.workspace.active is not None and shell.workspace.viewport.mirrored


def _panel(part: str, title: str, *, first: bool = False) -> Action:
    return Action(
        f"view.{part}",
        title,
        (),
        _toggles(part),
        always,
        checked=_shows(part),
        begins_group=first,
    )


def _is_turned(workspace: Workspace) -> bool:
    return workspace.active is not None and workspace.viewport.rotation != 0


def _neighbor(by: int) -> Callable[[Shell], None]:
    """Make the next document, or the one before, the active one; round and round."""

    def run(shell: Shell) -> None:
        workspace = shell.workspace
        assert workspace.active is not None
        index = workspace.views.index(workspace.active) + by
        workspace.activate(workspace.views[index % len(workspace.views)])

    return run


def _are_several(workspace: Workspace) -> bool:
    return len(workspace.views) > 1


VIEW = (
    Action(
        "view.zoom-in",
        "Zoom in",
        ("Ctrl+=", "Ctrl++"),
        _about_middle(lambda viewport, x, y: viewport.step_about(1, x, y)),
    ),
    Action(
        "view.zoom-out",
        "Zoom out",
        ("Ctrl+-",),
        _about_middle(lambda viewport, x, y: viewport.step_about(-1, x, y)),
    ),
    Action("view.fit", "Fit to window", ("Ctrl+0",), fit),
    Action(
        "view.actual",
        "100 %",
        ("Ctrl+1",),
        _about_middle(lambda viewport, x, y: viewport.zoom_about(1.0, x, y)),
    ),
    Action(
        "view.turn-left",
        "Turn left",
        ("Ctrl+[",),
        _about_middle(lambda v, x, y: v.rotate_about(v.rotation - TURN, x, y)),
        begins_group=True,
    ),
    Action(
        "view.turn-right",
        "Turn right",
        ("Ctrl+]",),
        _about_middle(lambda v, x, y: v.rotate_about(v.rotation + TURN, x, y)),
    ),
    Action(
        "view.upright",
        "Reset rotation",
        ("Shift+R",),
        _about_middle(lambda viewport, x, y: viewport.rotate_about(0.0, x, y)),
        _is_turned,
    ),
    Action(
        "view.mirror",
        "Mirror view",
        ("Shift+H",),
        _about_middle(lambda viewport, x, y: viewport.mirror_about(x, y)),
        checked=_is_mirrored,
    ),
    Action(
        "view.compare",
        "Compare before and after",
        ("Y",),
        _toggles("compare"),
        checked=_shows("compare"),
        begins_group=True,
    ),
    Action(
        "view.canvas-only",
        "Canvas only",
        ("Tab",),
        _toggles("canvas-only"),
        checked=_shows("canvas-only"),
        begins_group=True,
    ),
    Action(
        "view.full-screen",
        "Full screen",
        ("F11",),
        _toggles("full-screen"),
        always,
        checked=_shows("full-screen"),
    ),
    Action(
        "view.next",
        "Next picture",
        ("Ctrl+Tab", "Ctrl+PgDown"),
        _neighbor(1),
        _are_several,
        begins_group=True,
    ),
    Action(
        "view.previous",
        "Previous picture",
        ("Ctrl+Shift+Tab", "Ctrl+PgUp"),
        _neighbor(-1),
        _are_several,
    ),
    _panel("neural", "Neural", first=True),
    _panel("layers", "Layers"),
    _panel("color", "Color"),
    _panel("history", "History"),
    _panel("jobs", "Jobs"),
)
