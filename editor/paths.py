"""Where a user's files are kept: the XDG folders, or their counterparts on Windows."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP = "pentimento" if sys.platform != "win32" else "Pentimento"


def config() -> Path:
    """Settings."""
    return _folder("XDG_CONFIG_HOME", ".config", "APPDATA")


def data() -> Path:
    """Models, brushes and keymaps of the user's own."""
    return _folder("XDG_DATA_HOME", ".local/share", "LOCALAPPDATA")


def state() -> Path:
    """Autosaves, window state, logs. Never purged by the system, as a cache is."""
    return _folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA", "state")


def cache() -> Path:
    """What can be made again."""
    return _folder("XDG_CACHE_HOME", ".cache", "LOCALAPPDATA", "cache")


def models() -> Path:
    """Imported models."""
    return data() / "models"


def looks() -> Path:
    """Looks that were saved."""
    return data() / "looks"


def points() -> Path:
    """Points of generators that were saved."""
    return data() / "points"


def _folder(variable: str, default: str, windows: str, inside: str = "") -> Path:
    """Our folder in the one that the environment names; it need not exist. Relative paths in an
    XDG variable are to be ignored, says the specification.
    """
    if sys.platform == "win32":
        return Path(os.environ[windows]) / APP / inside
    named = Path(os.environ.get(variable, ""))
    return (named if named.is_absolute() else Path.home() / default) / APP
