"""Tooltips that show what they are given."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt

LONG = 100  # characters of a line


def plain(text: str) -> str:
    """A tooltip with ``text`` as it is, also where Qt would take it for HTML; long lines are
    wrapped."""
    lines = text.splitlines()
    if not Qt.mightBeRichText(text) and max(map(len, lines), default=0) <= LONG:
        return text
    return f"<qt>{'<br>'.join(map(escape, lines))}</qt>"
