"""The View and Neural menus, and what holds for all actions."""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

import pytest

from editor.actions import ACTIONS, MENUS
from editor.actions import neural as neural_menu
from editor.actions.neural import NEURAL
from editor.actions.view import VIEW
from editor.tools import TOOLS
from tests.actions.shell import FakeShell, photo


def action(name):
    return next(each for each in ACTIONS if each.id == name)


def test_no_two_actions_or_tools_share_a_shortcut():
    keys = Counter(key.lower() for each in ACTIONS for key in each.shortcuts)
    keys.update(key.lower() for tool in TOOLS for key in tool.shortcut.split("; ") if key)
    assert [key for key, count in keys.items() if count > 1] == []


def test_ids_are_unique_and_begin_with_their_menu():
    ids = [each.id for each in ACTIONS]
    assert len(ids) == len(set(ids))
    for menu in MENUS:
        prefix = menu.title.replace("&", "").lower()
        assert all(each.id.startswith(f"{prefix}.") for each in menu.actions)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("file.save", ("Ctrl+S",)),
        ("file.export", ("Ctrl+Shift+E",)),
        ("edit.redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
        ("edit.paste-in-place", ("Ctrl+Shift+V",)),
        ("select.none", ("Ctrl+D", "Ctrl+Shift+A")),
        ("layer.duplicate", ("Ctrl+J",)),
        ("view.fit", ("Ctrl+0",)),
        ("neural.cancel", ("Esc",)),
    ],
)
def test_keys_are_those_that_hands_know(name, keys):
    assert action(name).shortcuts == keys


def test_with_nothing_open_only_what_needs_nothing_is_enabled():
    workspace = FakeShell().workspace
    enabled = {each.id for each in ACTIONS if each.enabled(workspace)}
    assert {"file.new", "file.open", "file.quit", "edit.preferences", "help.find"} <= enabled
    assert not enabled & {"file.save", "edit.undo", "layer.new", "select.all"}


def test_zooming_keeps_the_middle_of_the_view():
    shell = FakeShell(photo())
    viewport = shell.workspace.viewport
    next(each for each in VIEW if each.id == "view.fit").run(shell)
    assert viewport.zoom == 1.0
    middle = viewport.to_document(200, 150)
    for name in ("zoom-in", "turn-right", "mirror", "zoom-out", "zoom-out"):
        action(f"view.{name}").run(shell)
        assert viewport.to_document(200, 150) == pytest.approx(middle)
    assert viewport.zoom == pytest.approx(2 / 3)
    assert viewport.rotation == 15
    assert action("view.mirror").checked(shell)
    action("view.upright").run(shell)
    assert viewport.rotation == 0


@dataclass(frozen=True)
class Blur:
    task: ClassVar[str] = "blur"
    title: ClassVar[str] = "Blur"
    needs_network: ClassVar[bool] = True
    needs_mask: ClassVar[bool] = True
    mask_is_strength: ClassVar[bool] = False
    adjusts: ClassVar[bool] = False
    seed: int = 0
    strength: float = 0.5


def test_a_layer_is_made_again_with_what_made_it(monkeypatch):
    """R39: the recipe of a layer is enough to repeat it."""
    monkeypatch.setattr(neural_menu, "OPERATIONS", (Blur,))
    shell = FakeShell(photo())
    again = next(each for each in NEURAL if each.id == "neural.again")
    assert not again.enabled(shell.workspace)
    shell.workspace.document.active.recipe = {
        "operation": "blur",
        "parameters": {"seed": 5, "strength": 0.25},
        "model": "blur-1",
    }
    assert again.enabled(shell.workspace)
    again.run(shell)
    assert shell.calls == [("run again", (Blur(5, 0.25), "blur-1"))]


def test_what_was_resized_is_not_made_again_of_itself():
    shell = FakeShell(photo())
    recipe = {"operation": "upscale", "parameters": {"scale": 3.0}, "model": "upscale-x4-1"}
    shell.workspace.document.active.recipe = recipe
    again = next(each for each in NEURAL if each.id == "neural.again")
    assert not again.enabled(shell.workspace)


def test_a_recipe_of_an_unknown_operation_is_refused_with_a_sentence():
    shell = FakeShell(photo())
    shell.workspace.document.active.recipe = {"operation": "magic"}
    neural_menu.run_again(shell)
    assert "magic" in shell.said[0]
    assert not shell.calls


def test_a_recipe_with_a_value_that_cannot_be_is_refused_with_a_sentence(monkeypatch):
    monkeypatch.setattr(neural_menu, "OPERATIONS", (Blur,))
    shell = FakeShell(photo())
    recipe = {"operation": "blur", "parameters": {"seed": "many"}, "model": "blur-1"}
    shell.workspace.document.active.recipe = recipe
    neural_menu.run_again(shell)
    assert "seed is a whole number" in shell.said[0]
    assert not shell.calls


def test_escape_cancels_even_with_nothing_open():
    shell = FakeShell()
    cancel = action("neural.cancel")
    assert cancel.enabled(shell.workspace)
    cancel.run(shell)
    assert shell.calls == [("cancel_jobs", None)]
