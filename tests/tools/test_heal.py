import numpy as np

from editor.document.layer import LayerGroup
from editor.tools.heal import HealTool
from tests.tools.gestures import abandon, drag, opened, picture, pixels


def asked(workspace):
    wounds = []
    workspace.heal_asked.connect(wounds.append)
    return wounds


def test_a_stroke_asks_once_when_it_is_released_and_changes_no_pixel_itself():
    workspace = opened(picture())
    wounds, before = asked(workspace), pixels(workspace)
    drag(HealTool(), workspace, (100, 100), (140, 100))
    assert len(wounds) == 1
    mask = wounds[0].mask.read(workspace.document.rect)[..., 0]
    assert mask[100, 100] == mask[100, 140] == 255
    assert mask[100, 200] == 0
    assert wounds[0].layer is workspace.document.active
    assert workspace.active.wounds == wounds, "shown until it is filled"
    np.testing.assert_array_equal(pixels(workspace), before)
    assert not workspace.document.history.commands


def test_escape_leaves_nothing_to_heal():
    workspace = opened(picture())
    wounds = asked(workspace)
    abandon(HealTool(), workspace, (100, 100), (140, 100))
    assert not wounds
    assert not workspace.active.wounds


def test_only_what_is_selected_is_healed():
    document = picture()
    document.selection.write(document.rect._replace(w=100), np.full((280, 100, 1), 255, np.uint8))
    workspace = opened(document)
    wounds, said = asked(workspace), []
    workspace.said.connect(said.append)
    tool = HealTool()
    drag(tool, workspace, (100, 50))
    assert not wounds[0].mask.read(document.rect)[:, 100:].any()
    drag(tool, workspace, (200, 50))
    assert len(wounds) == 1
    assert "where it is selected" in said[-1]


def test_groups_and_masks_are_refused():
    document = picture()
    workspace, tool = opened(document), HealTool()
    document.active.mask = document.new_mask()
    document.activate(document.active, mask=True)
    assert "mask" in tool.refusal(workspace)
    group = LayerGroup("Group")
    document.root.insert(1, group)
    document.activate(group)
    assert "group" in tool.refusal(workspace)
