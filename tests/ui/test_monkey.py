"""A hand that presses anything at any time: nothing crashes, and undo still leads all the way back.

Errors in slots and in ``paintEvent`` fail a test by themselves, as Qt's warnings do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from editor import actions
from editor.app import App
from editor.document.compositor import Compositor
from editor.tools import TOOLS
from editor.ui import dialogs
from editor.ui.layer_panel import LayerPanel
from tests.actions.shell import photo
from tests.ui.hands import ALT, CTRL, LEFT, NONE, RIGHT, SHIFT, Mouse

STEPS = 120
LEFT_OUT = {"file.quit", "help.about", "help.find", "view.full-screen", "neural.run"}
"""Actions that end the test, wait for an answer, or for a network."""

KEYS = [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Backslash, Qt.Key.Key_X]


@pytest.fixture
def app(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """Every dialog is answered at once."""
    monkeypatch.setattr(dialogs, "ask_open", lambda *args: [])
    monkeypatch.setattr(dialogs, "ask_save", lambda *args: None)
    monkeypatch.setattr(dialogs, "ask_form", lambda parent, title, value, note="": value)
    monkeypatch.setattr(dialogs, "ask_to_save", lambda *args: "discard")
    monkeypatch.setattr(dialogs, "confirm", lambda *args: True)
    monkeypatch.setattr(dialogs, "report", lambda *args: None)
    app = App(qapp)
    app.window.resize(1100, 700)
    app.window.show()
    qtbot.waitExposed(app.window)
    yield app
    app.window.quit()
    app.close()


class Monkey:
    """Does one thing after another; what and where is decided by ``seed``."""

    def __init__(self, app: App, seed: int) -> None:
        self._app, self._random = app, random.Random(seed)
        self._mouse = Mouse(app.window.canvas)
        self._actions = [each for each in actions.ACTIONS if each.id not in LEFT_OUT]

    def act(self) -> None:
        todo = (
            self._move,
            self._press,
            self._key,
            self._menu,
            self._blend,
            self._tab,
            self._resize,
            self._wheel,
        )
        self._random.choices(todo, (8, 4, 2, 8, 1, 1, 1, 1))[0]()
        if self._random.random() < 0.7:
            QApplication.processEvents()

    def _place(self) -> tuple[float, float]:
        canvas = self._app.window.canvas
        return self._random.uniform(-9, canvas.width() + 9), self._random.uniform(
            0, canvas.height()
        )

    def _move(self) -> None:
        self._mouse.held = self._random.choice([NONE, NONE, NONE, SHIFT, CTRL, ALT])
        self._mouse.move(*(self._place() for _ in range(self._random.randint(1, 3))))

    def _press(self) -> None:
        button = self._random.choice([LEFT, LEFT, LEFT, RIGHT])
        if self._mouse.buttons:
            self._mouse.release(next(b for b in (LEFT, RIGHT) if self._mouse.buttons & b))
        else:
            self._mouse.press(button)

    def _key(self) -> None:
        QTest.keyClick(self._app.window.canvas, self._random.choice(KEYS))

    def _menu(self) -> None:
        """Whatever a menu, a shortcut or the toolbox can do, also in the middle of a stroke."""
        if self._random.random() < 0.3:
            self._app.workspace.choose_tool(self._random.choice(TOOLS).id)
        else:
            self._app.window.menus.trigger(self._random.choice(self._actions))

    def _blend(self) -> None:
        """Choose a mode and an opacity, as in the layer panel."""
        panel = self._app.window.findChild(LayerPanel)
        assert panel is not None
        panel.opacity.edited.emit(self._random.random())
        modes = [i for i in range(panel.mode.count()) if panel.mode.itemData(i) is not None]
        panel.mode.activated.emit(self._random.choice(modes))

    def _tab(self) -> None:
        """Open, change and close documents."""
        workspace = self._app.workspace
        views, what = workspace.views, self._random.random()
        if len(views) < 2 or (what < 0.3 and len(views) < 4):
            depth = self._random.choice([np.uint8, np.uint16])
            workspace.add(photo(self._random.randint(1, 500), self._random.randint(1, 400), depth))
        elif what < 0.8:
            workspace.activate(self._random.choice(views))
        else:
            workspace.close(self._random.choice(views))

    def _resize(self) -> None:
        self._app.window.resize(self._random.randint(700, 1300), self._random.randint(500, 900))

    def _wheel(self) -> None:
        self._mouse.wheel(self._random.choice([-3, -1, 1, 3]))


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_done_nothing_crashes_and_undo_leads_back(app: App, seed: int) -> None:
    monkey, workspace = Monkey(app, seed), app.workspace
    for _ in range(STEPS):
        monkey.act()
    QApplication.sendEvent(app.window.canvas, QEvent(QEvent.Type.WindowDeactivate))
    for view in workspace.views:
        document = view.document
        done = document.history.done
        seen = view.compositor.render(document.rect)
        while document.history.can_undo:
            document.history.undo()
        original = Compositor(view.original)
        assert document.size == view.original.size
        np.testing.assert_array_equal(
            view.compositor.render(document.rect), original.render(document.rect)
        )
        while document.history.done < done:
            document.history.redo()
        # sums in another order: of 65535 levels, one more or less
        close = 1 if document.dtype == np.uint16 else 0
        again = view.compositor.render(document.rect).astype(int)
        np.testing.assert_allclose(again, seen, rtol=0, atol=close)
