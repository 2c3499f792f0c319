"""Everything that can be done by menu or key, in menu order."""

from editor.actions.base import Action, Menu
from editor.actions.edit import EDIT, KEYS
from editor.actions.file import FILE
from editor.actions.filter import FILTER
from editor.actions.help import HELP
from editor.actions.image import IMAGE
from editor.actions.layer import LAYER
from editor.actions.neural import NEURAL
from editor.actions.select import SELECT
from editor.actions.view import VIEW

__all__ = ["ACTIONS", "KEYS", "MENUS"]

MENUS: tuple[Menu, ...] = (
    Menu("&File", FILE),
    Menu("&Edit", EDIT),
    Menu("&Image", IMAGE),
    Menu("&Layer", LAYER),
    Menu("&Select", SELECT),
    Menu("Fil&ter", FILTER),
    Menu("&Neural", NEURAL),
    Menu("&View", VIEW),
    Menu("&Help", HELP),
)

ACTIONS: tuple[Action, ...] = (*(each for menu in MENUS for each in menu.actions), *KEYS)
