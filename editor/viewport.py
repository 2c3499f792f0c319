"""Where the document is on the screen."""

from __future__ import annotations

import math
from dataclasses import dataclass

STEPS = (
    1 / 16,
    1 / 12,
    1 / 8,
    1 / 6,
    1 / 4,
    1 / 3,
    1 / 2,
    2 / 3,
    1,
    1.5,
    2,
    3,
    4,
    6,
    8,
    12,
    16,
    24,
    32,
)
"""Zoom steps of the keyboard, 6.25 % to 3200 %, the habit of other editors."""

Vector = tuple[float, float]


@dataclass
class Viewport:
    """Zoom, rotation, mirroring and pan.

    ``zoom`` is *device* pixels per document pixel, so 1 shows each pixel once on any screen.
    ``rotation`` is clockwise in degrees. ``pan`` is where the document's origin lies in the view,
    in device pixels. All screen positions here are device pixels from the view's top left corner.
    """

    zoom: float = 1.0
    rotation: float = 0.0
    mirrored: bool = False
    pan: Vector = (0.0, 0.0)

    def to_screen(self, x: float, y: float) -> Vector:
        a, b, c, d = self._matrix()
        return a * x + c * y + self.pan[0], b * x + d * y + self.pan[1]

    def to_document(self, x: float, y: float) -> Vector:
        a, b, c, d = self._matrix()
        x, y = x - self.pan[0], y - self.pan[1]
        det = a * d - b * c
        return (d * x - c * y) / det, (a * y - b * x) / det

    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """``(m11, m12, m21, m22, dx, dy)`` as QTransform takes it."""
        return (*self._matrix(), *self.pan)

    def zoom_about(self, zoom: float, x: float, y: float) -> None:
        """Zoom, keeping what is under the screen position ``x, y`` there.

        Not beyond the first and last of ``STEPS``; a large picture that fits only at less stays so.
        """
        zoom = min(max(zoom, min(STEPS[0], self.zoom)), STEPS[-1])
        self._keep(x, y, zoom=zoom)

    def step_about(self, steps: int, x: float, y: float) -> None:
        """Zoom in (or out, if negative) to the next of ``STEPS``."""
        zoom = self.zoom
        for _ in range(abs(steps)):
            if steps > 0:
                zoom = next((s for s in STEPS if s > zoom * 1.001), STEPS[-1])
            else:
                zoom = next((s for s in reversed(STEPS) if s < zoom * 0.999), min(STEPS[0], zoom))
        self._keep(x, y, zoom=zoom)

    def rotate_about(self, degrees: float, x: float, y: float) -> None:
        """Set the rotation, keeping what is under ``x, y`` there."""
        self._keep(x, y, rotation=(degrees + 180) % 360 - 180)

    def mirror_about(self, x: float, y: float) -> None:
        """Flip the view left to right about ``x, y``."""
        self._keep(x, y, mirrored=not self.mirrored)

    def fit(self, size: tuple[int, int], view: tuple[float, float], margin: float = 16) -> None:
        """Show the whole document, centered, at 100 % at most."""
        w, h = size
        cosine, sine = self._turn()
        across = abs(w * cosine) + abs(h * sine)
        down = abs(w * sine) + abs(h * cosine)
        room = max(view[0] - 2 * margin, 1), max(view[1] - 2 * margin, 1)
        self.zoom = min(room[0] / across, room[1] / down, 1.0)
        self.center(size, view)

    def center(self, size: tuple[int, int], view: tuple[float, float]) -> None:
        """Put the document's middle in the middle of the view."""
        self.pan = (0.0, 0.0)
        x, y = self.to_screen(size[0] / 2, size[1] / 2)
        self.pan = view[0] / 2 - x, view[1] / 2 - y

    def scroll(self, dx: float, dy: float) -> None:
        self.pan = self.pan[0] + dx, self.pan[1] + dy

    def _turn(self) -> Vector:
        angle = math.radians(self.rotation)
        return math.cos(angle), math.sin(angle)

    def _matrix(self) -> tuple[float, float, float, float]:
        cosine, sine = self._turn()
        flip = -1.0 if self.mirrored else 1.0
        z = self.zoom
        return flip * z * cosine, z * sine, -flip * z * sine, z * cosine

    def _keep(self, x: float, y: float, **changes: float | bool) -> None:
        anchor = self.to_document(x, y)
        for key, value in changes.items():
            setattr(self, key, value)
        now = self.to_screen(*anchor)
        self.scroll(x - now[0], y - now[1])
