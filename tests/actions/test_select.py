"""The Select menu."""

import dataclasses

import numpy as np
import pytest

from editor.actions.select import SELECT
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
