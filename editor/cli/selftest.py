"""``pentimento --selftest``: does this installation work, from file to network to window?"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import numpy as np

from editor import formats
from editor.cli.console import Failure
from editor.document.document import Document
from neural.operations import OPERATIONS

SIDE = 192
PATIENCE_S = 30.0


def run(main: Callable[[Sequence[str]], int]) -> int:
    """Check the models, run every operation on a picture of our own, show the result in the editor.

    main: the command line, which is what is tested. Settings and autosaves of the user are not
    touched. Returns the exit status.
    """
    with tempfile.TemporaryDirectory(prefix="pentimento-") as temporary:
        folder = Path(temporary)
        for purpose in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{purpose}_HOME"] = str(folder / purpose.lower())
        photo, mask = _pictures(folder)
        commands: list[Sequence[str]] = [["models", "verify"]]
        results = [folder / f"{kind.task}.ora" for kind in OPERATIONS]
        for kind, result in zip(OPERATIONS, results, strict=True):
            commands.append(
                ["apply", kind.task, str(photo), "--mask", str(mask), "-o", str(result)]
            )
        for command in commands:
            if status := main(command):
                return status
        _show(results)
    print("selftest: sound")
    return 0


def _pictures(folder: Path) -> tuple[Path, Path]:
    """Waves with a little grain, and a disk over their middle."""
    y, x = np.mgrid[:SIDE, :SIDE]
    pixels = np.full((SIDE, SIDE, 4), 255, np.uint8)
    for channel, length in enumerate((9, 14, 23)):
        pixels[..., channel] = 127 + 80 * np.sin((x + channel * y) / length)
    pixels[..., :3] += np.random.default_rng(0).integers(0, 20, (SIDE, SIDE, 3), np.uint8)
    disk = np.hypot(x - SIDE / 2, y - SIDE / 2) < SIDE / 6
    mask = np.where(disk[..., None], 255, (0, 0, 0, 255)).astype(np.uint8)
    paths = folder / "photo.png", folder / "mask.png"
    for path, picture in zip(paths, (pixels, mask), strict=True):
        formats.save(Document.from_pixels(picture), path)
    return paths


def _show(files: Sequence[Path]) -> None:
    """Open ``files`` in the editor's window and close it again."""
    from PySide6.QtWidgets import QApplication

    from editor.app import App, has_display

    if not has_display():
        raise Failure("There is no display to open the window on.")
    application = QApplication(sys.argv[:1])
    app = App(application)
    try:
        app.window.show()
        app.window.open(list(files))
        end = monotonic() + PATIENCE_S
        while len(app.workspace.views) < len(files):
            if monotonic() > end:
                raise Failure("The window did not open the pictures.")
            application.processEvents()
        application.processEvents()
        shown = app.window.grab().toImage()
        if shown.isNull() or not app.window.isVisible():
            raise Failure("The window shows nothing.")
    finally:
        app.close()
