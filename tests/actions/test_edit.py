"""Undo, clipboard, clearing and filling."""

import numpy as np
import pytest

from editor.actions import edit
from editor.actions.base import Clip
from editor.actions.edit import EDIT, KEYS
from editor.document.geometry import Rect
from editor.document.layer import Layer
from tests.actions.shell import FakeShell, photo, select

BOX = Rect(20, 30, 40, 50)


def action(name):
    return next(each for each in (*EDIT, *KEYS) if each.id == name)


def pixels(document, rect=None):
    return document.active.pixels.read(rect or document.rect)


@pytest.fixture(params=[np.uint8, np.uint16])
def shell(request):
    return FakeShell(photo(dtype=request.param))


def test_copy_and_paste_in_place_give_the_same_pixels(shell):
    document = shell.workspace.document
    select(document, *BOX)
    before = pixels(document, BOX)
    edit.copy(shell)
    assert shell.clip.origin == (BOX.x, BOX.y)
    edit.paste_in_place(shell)
    assert len(document.root.children) == 2
    np.testing.assert_array_equal(pixels(document, BOX), before)
    assert document.active.pixels.content_bounds() == BOX


def test_what_is_half_selected_is_copied_half_transparent(shell):
    document = shell.workspace.document
    half = np.full((BOX.h, BOX.w, 1), document.full // 2, document.dtype)
    document.selection.write(BOX, half)
    edit.copy(shell)
    np.testing.assert_array_equal(shell.clip.pixels[..., 3:], half)


def test_copying_merged_sees_all_layers(shell):
    document = shell.workspace.document
    document.root.children[0].visible = False
    document.touch(None, document.rect)
    edit.copy_merged(shell)
    assert not shell.clip.pixels[..., 3].any()


def test_paste_goes_to_the_middle_of_the_view(shell):
    document = shell.workspace.document
    shell.workspace.viewport.fit(document.size, shell.view_size())
    shell.clip = Clip(np.full((10, 20, 4), document.full, document.dtype))
    edit.paste(shell)
    assert document.active.pixels.content_bounds() == Rect(140, 95, 20, 10)


def test_with_nothing_on_the_clipboard_every_paste_says_so(shell):
    for paste in (edit.paste, edit.paste_in_place, edit.paste_as_image):
        shell.said.clear()
        paste(shell)
        assert shell.said == ["There is no picture on the clipboard."]


@pytest.mark.parametrize(("own", "other"), [(np.uint8, np.uint16), (np.uint16, np.uint8)])
def test_a_clip_of_another_depth_is_converted(own, other):
    shell = FakeShell(photo(dtype=own))
    shell.clip = Clip(np.full((4, 4, 4), np.iinfo(other).max, other), (0, 0))
    edit.paste_in_place(shell)
    pasted = pixels(shell.workspace.document, Rect(0, 0, 4, 4))
    assert pasted.dtype == own
    assert (pasted == np.iinfo(own).max).all()


def test_pasting_without_a_document_makes_one():
    shell = FakeShell()
    shell.clip = Clip(np.full((4, 6, 4), 255, np.uint8))
    edit.paste(shell)
    assert shell.workspace.document.size == (6, 4)
    assert not shell.workspace.document.history.is_clean


def test_an_empty_clipboard_is_said(shell):
    edit.paste(shell)
    assert shell.said == ["There is no picture on the clipboard."]
    assert not shell.workspace.document.history.can_undo


def test_cut_is_one_step_and_undo_puts_the_pixels_back(shell):
    document = shell.workspace.document
    select(document, *BOX)
    before = pixels(document)
    edit.cut(shell)
    assert not pixels(document, BOX)[..., 3].any()
    assert len(document.history.commands) == 1
    document.history.undo()
    np.testing.assert_array_equal(pixels(document), before)


def test_clear_leaves_what_is_not_selected(shell):
    document = shell.workspace.document
    select(document, *BOX)
    before = pixels(document)
    edit.clear(shell)
    after = pixels(document)
    after[BOX.y : BOX.bottom, BOX.x : BOX.right] = before[BOX.y : BOX.bottom, BOX.x : BOX.right]
    np.testing.assert_array_equal(after, before)


def test_fill_paints_the_foreground_color_into_the_selection(shell):
    document = shell.workspace.document
    select(document, *BOX)
    shell.workspace.set_colors((1.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    edit.fill(shell)
    full = document.full
    assert (pixels(document, BOX) == [full, 0, 0, full]).all()


@pytest.mark.parametrize("run", [edit.clear, edit.fill])
def test_a_locked_layer_stays_as_it_is_and_that_is_said(shell, run):
    document = shell.workspace.document
    document.active.locked = True
    before = pixels(document)
    run(shell)
    np.testing.assert_array_equal(pixels(document), before)
    assert "locked" in shell.said[0]


def test_the_menu_names_what_can_be_undone_and_redone(shell):
    document = shell.workspace.document
    undo, redo = action("edit.undo"), action("edit.redo")
    assert not undo.enabled(shell.workspace)
    edit.fill(shell)
    assert undo.label(shell.workspace) == "Undo fill"
    undo.run(shell)
    assert redo.enabled(shell.workspace)
    assert redo.label(shell.workspace) == "Redo fill"
    redo.run(shell)
    assert document.history.done == 1


def test_x_swaps_the_colors(shell):
    shell.workspace.choose_tool("brush")
    edit.swap_colors(shell)
    assert shell.workspace.foreground == (1.0, 1.0, 1.0)


def test_x_makes_the_mask_brush_erase_and_leaves_the_colors():
    """R32: X toggles painting and erasing."""
    shell = FakeShell(photo())
    shell.workspace.choose_tool("mask")
    edit.swap_colors(shell)
    assert shell.tools["mask"].erasing
    assert shell.workspace.foreground == (0.0, 0.0, 0.0)


def test_brush_keys_change_the_active_tool_only(shell):
    """R41: size and hardness are remembered for each tool."""
    shell.workspace.choose_tool("brush")
    eraser = shell.tools["eraser"].options
    size = shell.tools["brush"].options.size
    action("edit.larger").run(shell)
    action("edit.softer").run(shell)
    action("edit.opacity-30").run(shell)
    brush = shell.tools["brush"].options
    assert brush.size > size
    assert (brush.hardness, brush.opacity) == (pytest.approx(0.7), pytest.approx(0.3))
    assert shell.tools["eraser"].options == eraser


def test_the_brush_stays_within_its_range(shell):
    shell.workspace.choose_tool("brush")
    for _ in range(100):
        action("edit.smaller").run(shell)
        action("edit.softer").run(shell)
    assert shell.tools["brush"].options.size == 1
    assert shell.tools["brush"].options.hardness == 0


def test_preferences_take_effect_only_if_accepted(shell):
    edit.preferences(shell)
    assert shell.settings.preferences.theme == "system"
    shell.answers["form"] = lambda value: type(value)(theme="light")
    edit.preferences(shell)
    assert shell.settings.preferences.theme == "light"


def test_copy_of_a_group_says_what_to_do(shell):
    document = shell.workspace.document
    document.activate(None)
    assert not edit.copy(shell)
    assert shell.said
    assert not isinstance(document.active, Layer)
