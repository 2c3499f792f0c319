"""The Filter menu."""

from __future__ import annotations

from collections.abc import Callable

from editor.actions.base import Action, Shell
from editor.filters import FILTERS, Filter
from editor.tools.target import cannot_paint


def _asks(kind: type[Filter]) -> Callable[[Shell], None]:
    """Ask for the parameters of a filter, if there is anything to filter."""

    def run(shell: Shell) -> None:
        refusal = cannot_paint(shell.workspace)
        if refusal:
            shell.workspace.say(refusal)
        else:
            shell.show_filter(kind)

    return run


FILTER = tuple(
    Action(f"filter.{kind.__name__.lower()}", f"{kind.title}…", (), _asks(kind)) for kind in FILTERS
)
