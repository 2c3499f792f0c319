"""Adjustments as a user handles them: from a file, to a file, and like any other layer."""

import numpy as np
import pytest

from editor.actions.file import place_paths
from editor.document.adjustment import add_adjustment
from editor.document.blend import BlendMode
from editor.document.layer import AdjustmentLayer, Layer
from editor.document.lut import Lut, lattice
from editor.formats import cube
from editor.tools.target import cannot_paint
from tests.actions.shell import FakeShell, photo, select
from tests.actions.test_layer import enabled, looks, run, shape
from tests.document.building import fingerprint, random_lut

NEGATIVE = Lut(1 - lattice(2))


@pytest.fixture(params=[np.uint8, np.uint16])
def shell(request):
    return FakeShell(photo(dtype=request.param))


@pytest.fixture
def adjusted(shell):
    add_adjustment(shell.workspace.document, random_lut(np.random.default_rng(1)), "Warm")
    return shell


def saved(tmp_path, name, lut=NEGATIVE):
    cube.save(lut, tmp_path / f"{name}.cube")
    return tmp_path / f"{name}.cube"


def test_a_table_from_a_file_is_one_step_above_the_active_layer(shell, tmp_path):
    before, document = looks(shell), shell.workspace.document
    shell.answers["open"] = [saved(tmp_path, "Negative")]
    run(shell, "adjustment-from-file")
    assert shell.asked == [("open", (".cube",))]
    assert shape(document) == ["Background", "Negative"]
    np.testing.assert_array_equal(looks(shell), NEGATIVE.apply(before))
    assert shell.said == ["Added Negative.cube."]
    document.history.undo()
    assert shape(document) == ["Background"]


def test_a_table_changes_only_what_is_selected(shell, tmp_path):
    before = looks(shell)
    select(shell.workspace.document, 10, 20, 30, 40)
    shell.answers["open"] = [saved(tmp_path, "Negative")]
    run(shell, "adjustment-from-file")
    want = before.copy()
    want[20:60, 10:40] = NEGATIVE.apply(before)[20:60, 10:40]
    np.testing.assert_array_equal(looks(shell), want)


def test_asking_and_changing_one_s_mind_does_nothing(shell):
    run(shell, "adjustment-from-file")
    assert not shell.workspace.document.history.can_undo


def test_a_broken_file_is_reported_and_adds_nothing(shell, tmp_path):
    (tmp_path / "bad.cube").write_text("LUT_3D_SIZE 2\n")
    shell.answers["open"] = [saved(tmp_path, "good"), tmp_path / "bad.cube"]
    run(shell, "adjustment-from-file")
    assert shell.said == ["bad.cube is damaged: it has 0 colors and should have 8."]
    assert not shell.workspace.document.history.can_undo


def test_dropped_tables_become_adjustments_and_pictures_layers(shell, tmp_path):
    from editor import formats

    formats.save(photo(20, 10), tmp_path / "cat.png")
    files = [tmp_path / "cat.png", saved(tmp_path, "One"), saved(tmp_path, "Two")]
    place_paths(shell, files, 50, 50)
    kinds = {node.name: type(node) for node in shell.workspace.document.root.children}
    assert kinds == {
        "Background": Layer,
        "One": AdjustmentLayer,
        "Two": AdjustmentLayer,
        "cat": Layer,
    }


@pytest.mark.parametrize("mode", [BlendMode.NORMAL, BlendMode.LUMINOSITY, BlendMode.SCREEN])
def test_what_is_exported_shows_the_same_elsewhere(adjusted, tmp_path, mode):
    document = adjusted.workspace.document
    before = document.root.children[0].pixels.read(document.rect)
    document.active.opacity, document.active.mode = 0.3, mode
    document.touch(document.active, document.rect)
    adjusted.answers["save"] = tmp_path / "out.cube"
    run(adjusted, "export-lut")
    got = cube.load(tmp_path / "out.cube").lut.apply(before).astype(float)
    away = np.abs(got - looks(adjusted)) * 255 / document.full
    # between the points of a table what other modes do is only approximated
    assert away.max() <= (1 if mode is BlendMode.NORMAL else 4)
    assert away.mean() < 0.2
    assert adjusted.said == ["Exported out.cube."]


def test_that_a_mask_is_not_exported_is_said(adjusted, tmp_path):
    document = adjusted.workspace.document
    document.active.mask.grid.write(document.rect, np.zeros((200, 300, 1), document.dtype))
    adjusted.answers["save"] = tmp_path / "out.cube"
    run(adjusted, "export-lut")
    assert "Its mask is not in it" in adjusted.said[0]


def test_only_an_adjustment_can_be_exported(adjusted):
    assert enabled(adjusted, "export-lut")
    run(adjusted, "below")
    assert not enabled(adjusted, "export-lut")
    assert enabled(adjusted, "adjustment-from-file")


@pytest.mark.parametrize("name", ["merge-down", "flatten"])
def test_merging_and_flattening_bake_it_in(adjusted, name):
    document, before = adjusted.workspace.document, looks(adjusted)
    start = fingerprint(document)
    run(adjusted, name)
    (layer,) = document.root.children
    assert isinstance(layer, Layer)
    np.testing.assert_array_equal(layer.pixels.read(document.rect), before)
    np.testing.assert_array_equal(looks(adjusted), before)
    document.history.undo()
    assert fingerprint(document) == start


def test_nothing_is_merged_into_an_adjustment(adjusted):
    run(adjusted, "new")
    start = fingerprint(adjusted.workspace.document)
    run(adjusted, "merge-down")
    assert fingerprint(adjusted.workspace.document) == start
    assert adjusted.said == ["“Warm” has no pixels: merge it down first, or change places."]


def test_a_duplicate_shares_the_table_and_adjusts_once_more(adjusted):
    document, before = adjusted.workspace.document, looks(adjusted)
    select(document, 0, 0, 5, 5)  # what is selected of a layer does not matter here
    run(adjusted, "duplicate")
    copy, original = document.active, document.root.children[1]
    assert (copy.name, copy.lut, copy.mask.grid.fill) == ("Warm copy", original.lut, document.full)
    assert (looks(adjusted) != before).any()


def test_it_is_moved_renamed_and_deleted_like_a_layer(adjusted):
    document = adjusted.workspace.document
    start, before = fingerprint(document), looks(adjusted)
    run(adjusted, "lower")
    assert shape(document) == ["Warm", "Background"]
    assert (looks(adjusted) == document.root.children[1].pixels.read(document.rect)).all()
    run(adjusted, "raise")
    run(adjusted, "delete")
    assert shape(document) == ["Background"]
    document.history.go_to(1)
    assert fingerprint(document) == start
    np.testing.assert_array_equal(looks(adjusted), before)


def test_alone_in_a_group_it_would_show_nothing_and_that_is_said(adjusted):
    start = fingerprint(adjusted.workspace.document)
    run(adjusted, "group")
    assert fingerprint(adjusted.workspace.document) == start
    assert adjusted.said[0].startswith("An adjustment alone in a group would show nothing")


def test_without_a_mask_painting_is_refused_with_a_sentence(adjusted):
    assert cannot_paint(adjusted.workspace) is None
    run(adjusted, "remove-mask")
    assert cannot_paint(adjusted.workspace) == (
        "“Warm” has no pixels: add a mask to paint where it shows."
    )
    run(adjusted, "add-mask")
    assert cannot_paint(adjusted.workspace) is None
