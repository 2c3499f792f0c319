"""What looks look like: a scene of ours, painted by the network while it has nothing to do."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from importlib import resources
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from editor import paths
from editor.jobs import Job, JobRunner
from editor.ui.qimage import from_qimage, to_qimage
from neural.engine import Engine
from neural.looks import Look
from neural.operations.style import Style
from neural.progress import Progress

PAUSE_MS = 400
"""After another job came in between."""


def scene() -> QImage:
    """The picture that is painted; drawn by ``packaging/scene.py``."""
    path = Path(str(resources.files("resources"))) / "looks" / "scene.png"
    return QImage(str(path))


class LookPictures(QObject):
    """Pictures of looks: what they were read off, if that was just now, or else the scene.

    Made one after the other on ``runner``, which gives way to real work, and kept on the disk for
    as long as neither network nor look change. ``ready(look)``: there is one more.
    """

    ready = Signal(object)

    def __init__(self, engine: Engine, runner: JobRunner, parent: QObject | None = None) -> None:
        """runner: beside that of the engine, for this alone."""
        super().__init__(parent)
        self._engine, self._runner = engine, runner
        self._known: dict[str, QImage] = {}
        self._wanted: dict[str, Look] = {}
        self._failed: set[str] = set()
        self._making = ""  # the key of what is painted, or was last
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._make_next)
        runner.cancelled.connect(lambda job: self._timer.start(PAUSE_MS))
        runner.failed.connect(self._on_failed)

    def put(self, look: Look, picture: QImage) -> None:
        """Show this one, until the program ends."""
        self._known[_key(look)] = picture

    def of(self, look: Look, soon: bool = False) -> QImage | None:
        """The picture of a look, ``None`` as long as there is none: ``ready`` will tell. soon: it
        is painted before those that others wait for."""
        key = _key(look)
        if key not in self._known and key not in self._failed:
            picture = self._from_disk(key)
            if picture is None:
                first = {key: look} if soon else {}
                self._wanted = {**first, **self._wanted, key: look}
                self._timer.start(0)
            else:
                self._known[key] = picture
        return self._known.get(key)

    def _make_next(self) -> None:
        card = self._engine.availability(Style.task).card
        if not self._wanted or self._runner.jobs or card is None:
            return
        key, look = next(iter(self._wanted.items()))
        self._making = key
        work = partial(_painted, self._engine, replace(look, share=1.0))
        self._runner.submit(Job(f"Picture of {look.name}", work, partial(self._keep, key, look)))

    def _keep(self, key: str, look: Look, picture: QImage) -> None:
        self._known[key] = picture
        self._wanted.pop(key, None)
        path = self._path(key)
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(str(path))  # if it cannot be kept, it is painted again the next time
        self.ready.emit(look)
        self._timer.start(0)

    def _on_failed(self, job: Job, sentence: str) -> None:
        """A look that cannot be painted has no picture; the others come."""
        self._failed.add(self._making)
        del self._wanted[self._making]
        self._timer.start(0)

    def _from_disk(self, key: str) -> QImage | None:
        path = self._path(key)
        picture = QImage(str(path)) if path is not None and path.exists() else QImage()
        return None if picture.isNull() else picture

    def _path(self, key: str) -> Path | None:
        card = self._engine.availability(Style.task).card
        return paths.cache() / "looks" / f"{card.sha256[:16]}-{key}.png" if card else None


def _key(look: Look) -> str:
    """Of what a look is, whatever it is called."""
    facts = repr((look.space, look.code, look.palette))
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def _painted(engine: Engine, look: Look, progress: Progress) -> QImage:
    pixels = from_qimage(scene())
    image = pixels[..., :3] * np.float32(1 / 255)
    everywhere = np.ones(image.shape[:2], np.float32)
    result = engine.run(Style((look,)), image, everywhere, progress).image
    pixels[..., :3] = np.rint(result * 255)
    return to_qimage(pixels).copy()
