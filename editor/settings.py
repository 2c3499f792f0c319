"""What a user chose once and for all, kept as JSON in the configuration folder."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from editor import paths
from editor.atomic import replacing

MAX_RECENT = 10


@dataclass(frozen=True)
class Preferences:
    """What the Preferences dialog shows; the fields describe themselves to the form."""

    theme: Literal["system", "dark", "light"] = field(
        default="system", metadata={"label": "Theme", "choices": ("system", "dark", "light")}
    )
    wheel_scrolls: bool = field(
        default=False,
        metadata={
            "label": "Wheel scrolls",
            "help": "The wheel moves the picture, and zooms with Ctrl. Otherwise it zooms.",
        },
    )
    device: Literal["auto", "cpu", "cuda"] = field(
        default="auto",
        metadata={
            "label": "Networks run on",
            "choices": ("auto", "cpu", "cuda"),
            "help": "Auto takes the graphics card if it works. The status bar names what is used.",
        },
    )
    memory_mb: int = field(
        default=2048,
        metadata={
            "label": "Memory for networks",
            "min": 256,
            "max": 65536,
            "step": 256,
            "unit": "MB",
            "help": "Large pictures are worked on in parts that need no more than this.",
        },
    )
    undo_mb: int = field(
        default=1024,
        metadata={
            "label": "Memory for undo",
            "min": 64,
            "max": 65536,
            "step": 64,
            "unit": "MB",
            "help": "For each picture. The oldest steps go first.",
        },
    )
    autosave_s: int = field(
        default=60,
        metadata={
            "label": "Autosave every",
            "min": 10,
            "max": 3600,
            "step": 10,
            "unit": "s",
            "help": "Changed pictures are kept this often, to be recovered after a crash.",
        },
    )


@dataclass(frozen=True)
class Settings:
    """Preferences, the files opened last, the latest first, and whether previews are on.

    A value: changing one makes another, which is then saved.
    """

    preferences: Preferences = field(default_factory=Preferences)
    recent: tuple[str, ...] = ()
    previews: bool = False

    @classmethod
    def load(cls) -> Settings:
        """As they were saved; what is missing or makes no sense is as on the first day."""
        try:
            data = json.loads(_path().read_bytes())
        except (OSError, ValueError, RecursionError):
            return cls()
        if not isinstance(data, dict):
            return cls()
        recent = data.get("recent")
        names = [each for each in recent if _is_path(each)] if isinstance(recent, list) else []
        previews = data.get("previews") is True
        return cls(_preferences(data.get("preferences")), tuple(names[:MAX_RECENT]), previews)

    def save(self) -> None:
        """Keep them.

        Raises:
            OSError: the folder cannot be written; what was saved before stays.
        """
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(json.dumps(dataclasses.asdict(self), indent=4).encode())

    def with_recent(self, path: Path) -> Settings:
        """These settings with ``path`` as the file opened last."""
        name = str(path.absolute())
        rest = [each for each in self.recent if each != name]
        return dataclasses.replace(self, recent=(name, *rest)[:MAX_RECENT])


def _path() -> Path:
    return paths.config() / "settings.json"


def _preferences(data: Any) -> Preferences:
    """The preferences in ``data``, of which nothing is believed."""
    if not isinstance(data, dict):
        return Preferences()
    hints = get_type_hints(Preferences)
    good = {
        each.name: data[each.name]
        for each in dataclasses.fields(Preferences)
        if each.name in data and _fits(data[each.name], hints[each.name], each.metadata)
    }
    return Preferences(**good)


def _fits(value: Any, hint: Any, metadata: Any) -> bool:
    """Whether ``value`` is of the type, among the choices and within the range of a field."""
    if choices := get_args(hint):
        return value in choices
    if type(value) is not hint:
        return False
    return hint is not int or metadata["min"] <= value <= metadata["max"]


def _is_path(value: Any) -> bool:
    with contextlib.suppress(ValueError, TypeError):
        return isinstance(value, str) and Path(value).is_absolute() and "\0" not in value
    return False
