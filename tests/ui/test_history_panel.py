import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester

from editor.document.commands import AddLayer
from editor.document.document import Document
from editor.document.geometry import Rect, Size
from editor.ui.history_panel import START, HistoryPanel
from editor.workspace import Workspace


@pytest.fixture
def workspace():
    workspace = Workspace()
    workspace.add(Document(Size(16, 16)))
    return workspace


@pytest.fixture
def panel(qtbot, workspace):
    panel = HistoryPanel(workspace)
    qtbot.addWidget(panel)
    QAbstractItemModelTester(
        panel.model, QAbstractItemModelTester.FailureReportingMode.Fatal, panel.model
    )
    panel.resize(260, 300)
    panel.show()
    return panel


def add(document, name):
    document.history.push(AddLayer(document, document.new_layer("a"), document.root, 0, name))


def shown(panel):
    """Names from the top down, with the undone ones in brackets, and the current row."""
    rows = [panel.model.index(i, 0) for i in range(panel.model.rowCount())]
    names = [
        f"({row.data()})" if row.data(Qt.ItemDataRole.ForegroundRole) else row.data()
        for row in rows
    ]
    return names, panel.list.currentIndex().row()


def test_steps_are_listed_as_they_are_done(panel, workspace):
    assert shown(panel) == ([START], 0)
    add(workspace.document, "one")
    add(workspace.document, "two")
    assert shown(panel) == ([START, "one", "two"], 2)


def test_undone_steps_are_dimmed_and_go_when_another_is_done(panel, workspace):
    for name in ("one", "two", "three"):
        add(workspace.document, name)
    workspace.document.history.go_to(1)
    assert shown(panel) == ([START, "one", "(two)", "(three)"], 1)
    add(workspace.document, "other")
    assert shown(panel) == ([START, "one", "other"], 2)


def test_a_click_goes_there_and_back(qtbot, panel, workspace):
    document = workspace.document
    for name in ("one", "two", "three"):
        add(document, name)
    for row in (0, 3, 1):
        place = panel.list.visualRect(panel.model.index(row, 0)).center()
        qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert document.history.done == len(document.root.children) == row
        assert shown(panel)[1] == row


def test_arrow_keys_undo_and_redo(qtbot, panel, workspace):
    add(workspace.document, "one")
    qtbot.keyClick(panel.list, Qt.Key.Key_Up)
    assert workspace.document.history.done == 0
    qtbot.keyClick(panel.list, Qt.Key.Key_Down)
    assert workspace.document.history.done == 1


def test_forgotten_steps_leave_the_list(panel, workspace):
    workspace.document.history.budget = 0
    for name in ("one", "two"):
        layer = workspace.document.new_layer(name)
        layer.pixels.write(Rect(0, 0, 1, 1), np.ones((1, 1, 4), np.uint8))
        command = AddLayer(workspace.document, layer, workspace.document.root, 0, name)
        workspace.document.history.push(command)
    assert shown(panel) == ([START, "two"], 1)


def test_it_follows_the_active_document_and_lets_a_closed_one_go(panel, workspace):
    add(workspace.document, "one")
    gone = weakref.ref(workspace.document)
    first = workspace.active
    workspace.add(Document(Size(8, 8)))
    assert shown(panel) == ([START], 0)
    workspace.activate(first)
    assert shown(panel)[0] == [START, "one"]
    workspace.close(first)
    first = None
    gc.collect()
    assert gone() is None
    workspace.close(workspace.active)
    assert shown(panel) == ([], -1)
