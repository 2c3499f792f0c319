import numpy as np
import pytest

from editor.document.document import Document
from editor.document.geometry import Coord, Rect
from editor.workspace import Workspace


def document(value=100):
    return Document.from_pixels(np.full((20, 30, 4), value, np.uint8))


@pytest.fixture
def workspace():
    workspace = Workspace()
    yield workspace
    for view in list(workspace.views):
        workspace.close(view)


def test_an_opened_document_is_active(workspace):
    told = []
    workspace.opened.connect(lambda view: told.append(("opened", workspace.active)))
    workspace.active_changed.connect(lambda: told.append(("active", workspace.active)))
    view = workspace.add(document())
    assert told == [("opened", None), ("active", view)]
    assert workspace.document is view.document
    assert workspace.viewport is view.viewport


def test_a_view_renders_its_document_and_keeps_the_original(workspace):
    view = workspace.add(document(100))
    layer = view.document.active
    spot = Rect(3, 4, 2, 2)
    assert (view.compositor.render(spot) == 100).all()
    layer.pixels.write(spot, np.full((2, 2, 4), 255, np.uint8))
    view.document.touch(layer, spot)
    assert (view.compositor.render(spot) == 255).all()
    original = view.original.root.children[0]
    assert (original.pixels.tile(Coord(0, 0))[:, :20, :30] == 100).all()


def test_closing_the_active_document_activates_its_neighbor(workspace):
    views = [workspace.add(document()) for _ in range(3)]
    workspace.activate(views[1])
    workspace.close(views[1])
    assert workspace.active is views[2]
    workspace.close(views[2])
    assert workspace.active is views[0]
    workspace.close(views[0])
    assert workspace.active is None


def test_a_closed_view_no_longer_listens_to_its_document(workspace):
    view, closed = workspace.add(document()), []
    workspace.closed.connect(closed.append)
    workspace.close(view)
    assert closed == [view]
    before = view.compositor.render(view.document.rect)
    view.document.active.pixels.put(Coord(0, 0), None)
    view.document.touch(view.document.active, view.document.rect)
    np.testing.assert_array_equal(view.compositor.render(view.document.rect), before)


def test_choosing_what_is_chosen_already_is_not_told(workspace):
    told = []
    workspace.tool_changed.connect(lambda: told.append(workspace.tool_id))
    workspace.colors_changed.connect(lambda: told.append(workspace.foreground))
    workspace.choose_tool("brush")
    workspace.choose_tool("brush")
    workspace.set_colors((1.0, 0.0, 0.0), workspace.background)
    workspace.set_colors((1.0, 0.0, 0.0), workspace.background)
    assert told == ["brush", (1.0, 0.0, 0.0)]
