"""The Help menu."""

from editor.actions.base import Action, always

HELP = (
    Action(
        "help.find", "Find an action…", ("F1", "Ctrl+Shift+P"), lambda s: s.find_action(), always
    ),
    Action("help.about", "About Pentimento", (), lambda shell: shell.about(), always),
)
