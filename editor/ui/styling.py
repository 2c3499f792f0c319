"""The looks that a picture is to take on: where they come from, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QImage

from editor import formats, retouch
from editor import looks as kept
from editor.document.document import Document
from editor.formats import FormatError
from editor.jobs import Job, JobRunner
from editor.retouch import OVERVIEW_PX
from editor.ui.blend_pad import place_of, shares_at
from editor.ui.drops import UNREADABLE, dropped_files, dropped_image, dropped_name
from editor.ui.look_pictures import LookPictures
from editor.ui.qimage import for_screen, from_qimage
from neural import looks
from neural.engine import Engine
from neural.errors import NeuralError
from neural.looks import MOST_LOOKS, SUFFIX, Look, shares_of
from neural.progress import Progress

PICTURE_PX = 256
"""Of what is shown of a picture that a look was read off."""

APART = "Looks of a network of their own cannot be mixed with others."
TOO_MANY = f"At most {MOST_LOOKS} looks can be mixed."


@dataclass(frozen=True)
class Read:
    """A look, and a small picture of what it was read off, if that was a picture."""

    look: Look
    picture: QImage | None


Source = Callable[[Progress], Read]
"""Gives a look on the job thread. Raises ``NeuralError``, ``FormatError`` or ``Cancelled``."""


class Styling(QObject):
    """Up to four looks and their shares.

    ``changed()``: they are others, or being read; ``chosen(looks)``: the user chose these.
    ``said(sentence)``: something of what was dropped could not be used.
    """

    changed = Signal()
    chosen = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        engine: Engine,
        runner: JobRunner,
        pictures: LookPictures,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.pictures = pictures
        self.looks: tuple[Look, ...] = ()
        self._engine, self._runner = engine, runner
        self._job: Job | None = None
        for ended in (runner.finished, runner.failed, runner.cancelled):
            ended.connect(self._on_ended)

    @property
    def is_reading(self) -> bool:
        """Whether looks are being read off pictures."""
        return self._job is not None

    def choose(self, chosen: Sequence[Look]) -> None:
        """Have these, each as much as the others."""
        self._blend([replace(look, share=1.0) for look in chosen])

    def add(self, look: Look) -> None:
        """Mix one more in, as much as the others on average, or take it out if it is there."""
        others = [each for each in self.looks if not same(each, look)]
        if len(others) < len(self.looks):
            self._blend(others)
        elif len(others) < MOST_LOOKS:
            self._blend([*others, replace(look, share=self._usual_share)])
        else:
            self.said.emit(TOO_MANY)

    def remove(self, place: int) -> None:
        self._blend([look for i, look in enumerate(self.looks) if i != place])

    def mix(self, shares: Sequence[float]) -> None:
        """Let each count as much as its share."""
        self._take(_with_shares(self.looks, shares))

    @property
    def _usual_share(self) -> float:
        return 1 / max(len(self.looks), 1)

    def _blend(self, chosen: Sequence[Look]) -> None:
        """Have these with the shares that they have among one another, as far as a pad can show
        them, whatever is being read; or say why they cannot be mixed."""
        if len({look.space for look in chosen}) > 1:
            self.said.emit(APART)
            self.changed.emit()
            return
        self._stop_reading()
        shares: Sequence[float] = [1.0] * len(chosen)
        if len(chosen) > 1:
            shares = shares_at(len(chosen), *place_of(shares_of(chosen).tolist()))
        self._take(_with_shares(chosen, shares))

    # What is dropped or pasted.

    def drop(self, data: QMimeData, place: int | None = None) -> None:
        """Take the looks of dropped pictures. place: of the first of them; without one they take
        the place of all."""
        paths, image = dropped_files(data), dropped_image(data)
        if paths:
            self.read_files(paths, place)
        elif image is not None:
            name = dropped_name(data)
            self._read([partial(self._of_image, image, name)], name, place)
        else:
            self.said.emit(UNREADABLE)

    def read_files(self, paths: Sequence[Path], place: int | None = None) -> None:
        """Take the looks of files, be they looks or pictures."""
        title = paths[0].name if len(paths) == 1 else f"{len(paths)} pictures"
        self._read([partial(self._of_file, path) for path in paths], title, place)

    def _read(self, sources: Sequence[Source], title: str, place: int | None) -> None:
        self._stop_reading()
        room = MOST_LOOKS - (place or 0)
        if len(sources) > room:
            self.said.emit(f"{TOO_MANY} Pictures left out: {len(sources) - room}.")
        work = partial(_all_read, sources[:room])
        job = Job(f"Read the look of {title}", work, partial(self._place, place))
        self._job = job
        self._runner.submit(job)
        self.changed.emit()

    def _stop_reading(self) -> None:
        """What was asked for last is what counts."""
        if self._job is not None:
            self._job.quiet = True
            self._job.token.cancel()
            self._job = None

    def _place(self, place: int | None, answer: tuple[list[Read], list[str]]) -> None:
        read, problems = answer
        for each in read:
            if each.picture is not None:
                self.pictures.put(each.look, each.picture)
        found = tuple(each.look for each in read)
        self._job = None
        if place is None:
            self.choose(found)
        else:
            shares = [look.share for look in self.looks[place:]]
            shares += [self._usual_share] * len(found)
            found = _with_shares(found, shares[: len(found)])
            self._blend([*self.looks[:place], *found, *self.looks[place + len(found) :]])
        if problems:
            self.said.emit(" ".join(problems))

    def _on_ended(self, job: Job) -> None:
        if job is self._job:
            self._job = None
            self.changed.emit()

    def _take(self, chosen: tuple[Look, ...]) -> None:
        self.looks = chosen
        self.changed.emit()
        self.chosen.emit(chosen)

    def _of_file(self, path: Path, progress: Progress) -> Read:
        if path.suffix.lower() == SUFFIX:
            return Read(looks.load(path), None)
        document = formats.load_small(path, OVERVIEW_PX, progress.part(0, 0.6))
        return self._of_document(document, path.stem, progress.part(0.6, 1))

    def _of_image(self, image: QImage, name: str, progress: Progress) -> Read:
        small = image
        if max(image.width(), image.height()) > 2 * OVERVIEW_PX:
            small = _scaled(image, OVERVIEW_PX)
        document = Document.from_pixels(from_qimage(small))
        return self._of_document(document, name, progress)

    def _of_document(self, document: Document, name: str, progress: Progress) -> Read:
        look = kept.of_document(document, name, self._engine, progress)
        seen = for_screen(retouch.overview(document), document.metadata.profile)
        return Read(look, _scaled(seen, PICTURE_PX))


def same(one: Look, other: Look) -> bool:
    """Whether two are the same, whatever they are called and however much they count."""
    return (one.space, one.code, one.palette) == (other.space, other.code, other.palette)


def _with_shares(looks: Sequence[Look], shares: Sequence[float]) -> tuple[Look, ...]:
    """The looks, each counting as much as its share."""
    pairs = zip(looks, shares, strict=True)
    return tuple(replace(look, share=round(share, 4)) for look, share in pairs)


def _all_read(sources: Sequence[Source], progress: Progress) -> tuple[list[Read], list[str]]:
    """What could be read, and sentences about what could not.

    Raises:
        NeuralError: nothing could be read.
    """
    read, problems = [], []
    for i, source in enumerate(sources):
        try:
            read.append(source(progress.part(i / len(sources), (i + 1) / len(sources))))
        except (NeuralError, FormatError) as problem:
            problems.append(str(problem))
    if not read:
        raise NeuralError(" ".join(problems))
    return read, problems


def _scaled(image: QImage, side: int) -> QImage:
    return image.scaled(
        side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
