import gc
import random
import weakref

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from editor.document.adjustment import add_adjustment
from editor.document.commands import AddLayer, MoveLayer, RemoveLayer, SetProperty, Several
from editor.document.document import Document
from editor.document.geometry import Size
from editor.document.layer import LayerGroup
from editor.document.lut import Lut
from editor.ui.layer_model import Column, LayerModel

CHECK = Qt.ItemDataRole.CheckStateRole


@pytest.fixture
def document():
    """Bottom to top: a, b, group(c, d), e."""
    document = Document(Size(32, 32))
    for node in ("a", "b", LayerGroup("group"), "e"):
        node = document.new_layer(node) if isinstance(node, str) else node
        document.root.insert(len(document.root.children), node)
    for name in ("c", "d"):
        group = document.root.children[2]
        group.insert(len(group.children), document.new_layer(name))
    document.activate(document.root.children[0])
    return document


def watched_model():
    model = LayerModel()
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


@pytest.fixture
def model(qapp, document):
    model = watched_model()
    model.set_document(document)
    return model


def named(document, name):
    return next(node for node in document.root.walk() if node.name == name)


NOWHERE = QModelIndex()


def shown(model, parent=NOWHERE):
    """What a view sees: names from the top down, groups as (name, [...])."""
    rows = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, Column.NAME, parent)
        inside = shown(model, model.index(row, 0, parent))
        group = isinstance(model.node(index), LayerGroup)
        rows.append((index.data(), inside) if group else index.data())
    return rows


def expected(group):
    return [
        (node.name, expected(node)) if isinstance(node, LayerGroup) else node.name
        for node in reversed(group.children)
    ]


def drop(model, names, row, parent=NOWHERE):
    nodes = [named(model.document, name) for name in names]
    data = model.mimeData([model.index_of(node) for node in nodes])
    move = Qt.DropAction.MoveAction
    allowed = model.canDropMimeData(data, move, row, 0, parent)
    assert model.dropMimeData(data, move, row, 0, parent) is allowed
    return allowed


def test_the_first_row_is_the_top_layer(model):
    assert shown(model) == ["e", ("group", ["d", "c"]), "b", "a"]


def random_step(document, chance):
    """Push one random command, or go somewhere in the history."""
    nodes = list(document.root.walk())
    groups = [document.root, *(node for node in nodes if isinstance(node, LayerGroup))]
    node = chance.choice(nodes) if nodes else None
    group = chance.choice(groups)
    kind = chance.choice(["add", "add", "remove", "move", "move", "wrap", "set", "undo", "redo"])
    if kind == "undo":
        document.history.go_to(document.history.done - chance.randint(1, 4))
    elif kind == "redo":
        document.history.go_to(document.history.done + chance.randint(1, 4))
    elif kind == "add":
        new = document.new_layer("n") if chance.random() < 0.6 else LayerGroup("g")
        at = chance.randint(0, len(group.children))
        document.history.push(AddLayer(document, new, group, at))
    elif node is None:
        return
    elif kind == "remove":
        document.history.push(RemoveLayer(document, node))
    elif kind == "set":
        document.history.push(
            SetProperty(document, node, "name", f"{chance.random():.3f}", "Rename")
        )
    elif kind == "wrap":
        at, parent, outer = node.parent.index(node), node.parent, LayerGroup("wrap")
        steps = [AddLayer(document, outer, parent, at + 1), MoveLayer(document, node, outer, 0)]
        document.history.push(Several("Group", steps))
    elif group is not node and not any(each is node for each in group.ancestors()):
        at = chance.randint(0, len(group.children) - (node.parent is group))
        document.history.push(MoveLayer(document, node, group, at))


@pytest.mark.parametrize(
    ("seed", "steps", "watched"), [(1, 60, True), (2, 60, True), (3, 600, False)]
)
def test_it_follows_any_script_of_edits_and_undo(qapp, document, seed, steps, watched):
    """Qt's own tester watches every signal and aborts at the first wrong one; it is slow."""
    model = watched_model() if watched else LayerModel()
    model.set_document(document)
    chance = random.Random(seed)
    start = shown(model)
    for _ in range(steps):
        random_step(document, chance)
        assert shown(model) == expected(document.root)
    document.history.go_to(0)
    assert shown(model) == start


def test_a_tree_turned_inside_out_at_once_is_followed(model, document):
    """A listener may hear only of the end of several changes."""
    outer, inner = named(document, "group"), LayerGroup("inner")
    outer.insert(0, inner)
    document.layers_changed.emit()
    outer.remove(inner)
    document.root.remove(outer)
    document.root.insert(0, inner)
    inner.insert(0, outer)
    document.layers_changed.emit()
    assert shown(model) == expected(document.root)


def test_a_moved_row_keeps_its_persistent_index(model, document):
    kept = QPersistentModelIndex(model.index_of(named(document, "c")))
    document.history.push(MoveLayer(document, named(document, "c"), document.root, 0))
    assert kept.data() == "c"
    assert (kept.row(), kept.parent().isValid()) == (4, False)
    document.history.undo()
    assert kept.parent().siblingAtColumn(Column.NAME).data() == "group"


def test_a_drop_between_rows_moves_the_layer_there(model, document):
    assert drop(model, ["a"], 1)
    assert shown(model) == ["e", "a", ("group", ["d", "c"]), "b"]
    assert document.history.commands[-1].name == "Move layer"
    document.history.undo()
    assert shown(model) == ["e", ("group", ["d", "c"]), "b", "a"]


def test_a_drop_on_a_group_puts_the_layer_on_top_inside_it(model, document):
    assert drop(model, ["a"], -1, model.index_of(named(document, "group"), 0))
    assert shown(model) == ["e", ("group", ["a", "d", "c"]), "b"]


def test_a_drop_under_all_rows_goes_to_the_bottom(model):
    assert drop(model, ["e"], -1)
    assert shown(model) == [("group", ["d", "c"]), "b", "a", "e"]


def test_several_layers_drop_in_their_order_as_one_step(model, document):
    assert drop(model, ["e", "a", "c"], 1, model.index_of(named(document, "group"), 0))
    assert shown(model) == [("group", ["d", "e", "c", "a"]), "b"]
    assert len(document.history.commands) == 1
    document.history.undo()
    assert shown(model) == ["e", ("group", ["d", "c"]), "b", "a"]


def test_a_layer_dragged_with_the_group_around_it_stays_in_it(model):
    assert drop(model, ["group", "c"], 4)
    assert shown(model) == ["e", "b", "a", ("group", ["d", "c"])]


@pytest.mark.parametrize(("names", "row"), [(["a"], 4), (["b", "a"], 2), (["a"], 3), ([], 0)])
def test_a_drop_that_moves_nothing_is_no_step(model, document, names, row):
    assert not drop(model, names, row)
    assert document.history.commands == ()


def test_a_group_does_not_drop_into_itself(model, document):
    inner = LayerGroup("inner")
    document.history.push(AddLayer(document, inner, named(document, "group"), 0))
    for target in (named(document, "group"), inner):
        assert not drop(model, ["group"], -1, model.index_of(target, 0))


def test_what_another_program_drags_is_refused(model):
    data = QMimeData()
    data.setText("a")
    assert not model.dropMimeData(data, Qt.DropAction.MoveAction, 0, 0, QModelIndex())


@pytest.mark.parametrize(
    ("column", "key", "value", "name"),
    [(Column.EYE, "visible", False, "Hide layer"), (Column.LOCK, "locked", True, "Lock layer")],
)
def test_a_switch_is_one_step(model, document, column, key, value, name):
    node = named(document, "a")
    index = model.index_of(node, column)
    state = Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
    assert model.setData(index, state, CHECK)
    assert getattr(node, key) is value
    assert index.data(CHECK) == state
    assert document.history.commands[-1].name == name
    document.history.undo()
    assert getattr(node, key) is not value


def test_renaming_is_one_step_and_an_empty_name_is_none(model, document):
    index = model.index_of(named(document, "a"))
    assert not model.setData(index, "  ")
    assert not model.setData(index, "a")
    assert model.setData(index, " sky ")
    assert index.data() == "sky"
    assert [command.name for command in document.history.commands] == ["Rename layer"]


def test_a_screen_reader_hears_what_the_icons_show(model, document):
    node = named(document, "a")
    node.mask, node.visible = document.new_mask(), False
    spoken = model.index_of(node).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "a, layer, hidden, with mask"
    assert model.index_of(node, Column.EYE).data(Qt.ItemDataRole.AccessibleTextRole) == "Hidden"
    layer = add_adjustment(document, Lut.identity(2), "Warm")
    spoken = model.index_of(layer).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Warm, adjustment, with mask"


def test_a_document_is_let_go(qapp):
    model = watched_model()
    document = Document(Size(8, 8))
    document.history.push(AddLayer(document, document.new_layer("a"), document.root, 0))
    model.set_document(document)
    gone = weakref.ref(document)
    model.set_document(Document(Size(8, 8)))
    assert shown(model) == []
    del document
    gc.collect()
    assert gone() is None
