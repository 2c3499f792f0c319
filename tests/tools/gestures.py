"""Gestures and small documents for the tests of tools."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from editor.document.document import Document
from editor.tools.base import PointerEvent, Tool
from editor.workspace import Workspace


def events(*points, **keys):
    """Pointer events at ``points``, ``(x, y)`` or ``(x, y, pressure)``."""
    return [
        PointerEvent(p[0], p[1], screen=(p[0], p[1]), pressure=p[2] if len(p) > 2 else 1.0, **keys)
        for p in points
    ]


def drag(tool: Tool, workspace: Workspace, *points, **keys):
    """Press at the first point, move along the others, release; returns every outline shown."""
    return play(tool, workspace, events(*points, **keys))


def play(tool: Tool, workspace: Workspace, samples):
    """The gesture with these samples, the first one the press."""
    assert tool.refusal(workspace) is None
    gesture = tool.drag(workspace, samples[0])
    outlines = [next(gesture)]
    for sample in samples[1:]:
        outlines.append(gesture.send(sample))
    try:
        gesture.send(None)
    except StopIteration:
        return outlines
    raise AssertionError("the gesture goes on after the release")


def abandon(tool: Tool, workspace: Workspace, *points, **keys):
    """Press, move, and then Escape."""
    samples = events(*points, **keys)
    gesture = tool.drag(workspace, samples[0])
    next(gesture)
    for sample in samples[1:]:
        gesture.send(sample)
    gesture.close()


def held(samples, start, **keys):
    """``samples`` with keys held from the one at ``start`` on."""
    return [s if i < start else replace(s, **keys) for i, s in enumerate(samples)]


def picture(w=320, h=280, dtype=np.uint8, seed=0):
    """An opaque document of noise with one layer."""
    full = np.iinfo(dtype).max
    pixels = np.random.default_rng(seed).integers(0, full, (h, w, 4), dtype=dtype, endpoint=True)
    pixels[..., 3] = full
    return Document.from_pixels(pixels)


def opened(document: Document | None = None) -> Workspace:
    workspace = Workspace()
    workspace.add(document or picture())
    return workspace


def pixels(workspace: Workspace):
    """The active document's target, on its canvas."""
    document = workspace.document
    return document.target.read(document.rect)


def selected(workspace: Workspace):
    """The selection on the canvas, ``(h, w)``."""
    document = workspace.document
    return document.selection.read(document.rect)[..., 0]
