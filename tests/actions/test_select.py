"""The Select menu."""

import dataclasses

import numpy as np
import pytest

from editor.actions.select import SELECT
from neural.engine import Engine, shipped_models
from tests.actions.shell import FakeShell, photo, select


def run(shell, name):
    next(each for each in SELECT if each.id == f"select.{name}").run(shell)


def selected(shell):
    document = shell.workspace.document
    return document.selection.read(document.rect)[..., 0]


@pytest.fixture(params=[np.uint8, np.uint16])
def shell(request):
    shell = FakeShell(photo(dtype=request.param))
    select(shell.workspace.document, 100, 50, 40, 30)
    return shell


def test_all_none_and_invert(shell):
    full = shell.workspace.document.full
    run(shell, "invert")
    assert np.count_nonzero(selected(shell) == full) == 300 * 200 - 40 * 30
    run(shell, "all")
    assert (selected(shell) == full).all()
    run(shell, "none")
    assert shell.workspace.document.selection.is_empty
    shell.workspace.document.history.go_to(0)
    assert np.count_nonzero(selected(shell)) == 40 * 30


@pytest.mark.parametrize(("name", "w", "h"), [("grow", 60, 50), ("shrink", 20, 10)])
def test_grow_and_shrink_move_every_edge(shell, name, w, h):
    shell.answers["form"] = lambda v: dataclasses.replace(v, radius=10)
    run(shell, name)
    bounds = shell.workspace.document.selection.content_bounds()
    assert bounds.size == (w, h)


def test_feathering_makes_edges_soft(shell):
    shell.answers["form"] = lambda v: dataclasses.replace(v, radius=6.0)
    run(shell, "feather")
    values = selected(shell)[65, 80:160].astype(int)
    assert 0 < values[20] < shell.workspace.document.full
    assert (np.diff(values[:40]) >= 0).all()


def test_changing_ones_mind_changes_nothing(shell):
    for name in ("grow", "shrink", "feather"):
        run(shell, name)
    assert not shell.workspace.document.history.can_undo


def test_scratches_are_proposed_as_the_selection_within_what_is_selected():
    document = photo()
    pixels = np.full((200, 300, 4), 128, np.uint8)
    pixels[..., 3] = 255
    pixels[20:180, 50:52, :3] = pixels[20:180, 250:252, :3] = 255
    document.active.pixels.write(document.rect, pixels)
    shell = FakeShell(document)
    shell.engine = Engine([shipped_models()], "cpu")
    shell.workspace.choose_tool("brush")
    shell.answers["form"] = lambda form: form
    run(shell, "blemishes")
    selected = document.selection.read(document.rect)[..., 0]
    assert (selected[20:180, 50:52] == 255).all()
    assert (selected[20:180, 250:252] == 255).all()
    assert selected.mean() < 20
    assert shell.workspace.tool_id == "mask", "to be looked over"
    assert "Ctrl+Enter" in shell.said[-1]
    document.history.undo()
    select(document, 0, 0, 150, 200)
    run(shell, "blemishes")
    selected = document.selection.read(document.rect)[..., 0]
    assert selected[:, :150].any()
    assert not selected[:, 150:].any()


def test_a_clean_picture_is_said_to_be_clean():
    document = photo()
    document.active.pixels.write(document.rect, np.full((200, 300, 4), 255, np.uint8))
    shell = FakeShell(document)
    shell.engine = Engine([shipped_models()], "cpu")
    shell.answers["form"] = lambda form: form
    run(shell, "blemishes")
    assert document.selection.is_empty
    assert shell.said[-1].startswith("No scratches or dust were found")
