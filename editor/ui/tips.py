"""Tooltips that show what they are given."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt


def plain(text: str) -> str:
    """A tooltip with ``text`` as it is, also where Qt would take it for HTML."""
    if not Qt.mightBeRichText(text):
        return text
    lines = "<br>".join(escape(text).splitlines())
    return f"<qt>{lines}</qt>"
