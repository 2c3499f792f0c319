"""``Engine``: hands out networks, runs operations on them, and answers for the result."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from time import perf_counter
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from neural.account import Account, Generated, Result
from neural.card import ModelCard
from neural.errors import BadOutput, ModelMissing, NeuralError, OutOfMemory
from neural.image import Box, Image, Mask
from neural.latent import space_knowing
from neural.library import Library, Model
from neural.operations.base import Generating, Resizing, Retouching
from neural.operations.parameters import space_of
from neural.progress import Progress
from neural.session import CPU, Device, Session

T = TypeVar("T")

MAPPING, PROJECTION = "map", "project"
"""The tasks of networks that find codes of latents, and points of pictures."""


@dataclass(frozen=True)
class Availability:
    """The card that a task would use, or a sentence saying why there is none."""

    card: ModelCard | None
    reason: str = ""


@dataclass(frozen=True)
class Status:
    """For the status bar: what ran last, how fast, and why not CUDA if that was asked for."""

    provider: str
    ms_per_megapixel: float
    why_not_cuda: str


def shipped_models() -> Path:
    """The folder of models that come with the program."""
    return Path(str(resources.files("resources"))) / "models"


class Engine:
    """Finds models, keeps sessions within a budget, runs operations.

    ``run`` and ``unload`` belong to one thread at a time; the rest may be asked from any.
    """

    def __init__(
        self, folders: Iterable[Path], device: Device = "auto", memory_mb: int = 2048
    ) -> None:
        """folders: where models are, the shipped ones first. memory_mb: for idle sessions."""
        self.library = Library(folders)
        self.device: Device = device
        self.status: Status | None = None
        self._memory_mb = memory_mb
        self._sessions: OrderedDict[tuple[str, Device], Session] = OrderedDict()

    def availability(self, task: str, model: str | None = None) -> Availability:
        """Whether a task can be run, without loading anything."""
        try:
            return Availability(self.library.find(task, model).card)
        except ModelMissing as problem:
            return Availability(None, str(problem))

    def run(
        self,
        operation: Retouching,
        image: Image,
        mask: Mask,
        progress: Progress,
        model: str | None = None,
    ) -> Result:
        """Run an operation; pixels where the mask is 0 come back exactly as they were.

        image: float32 ``(h, w, 3)``, 0..1, sRGB. mask: float32 ``(h, w)``, 1 is to be replaced.
        model: a card's id, else the preferred one. A network that fails on the graphics card, for
        want of memory or with a result that is no picture, is run again on the CPU, with a note.

        Raises:
            NeuralError: no model, no memory, nothing in the mask; the message is for the user.
            Cancelled
        """
        started = perf_counter()
        if not mask.any():
            raise NeuralError("The mask is empty: there is nothing to replace.")
        models = []
        if operation.needs_network:
            models = [self.library.find(operation.task, model, space_of(operation))]

        def work(sessions: Sequence[Session]) -> Image:
            network: Any = sessions[0] if sessions else None
            return _checked(operation(network, image, mask, progress))

        answer, account = self._done(models, work, image.shape, started, progress)
        answer, changed = _kept_outside(answer, image, mask)
        return Result(**vars(account), image=answer, changed_outside=changed)

    def ask(
        self,
        card: ModelCard,
        question: Callable[[Session], NDArray[np.float32]],
        shape: tuple[int, ...],
        progress: Progress,
    ) -> NDArray[np.float32]:
        """What one network says, which makes no picture; see ``reading``.

        question: puts it to the network, and says how far it is. shape: (height, width, …) of what
        it is about. A network that fails on the graphics card is asked again on the CPU, with a
        note.

        Raises:
            NeuralError: no memory; the message is for the user.
            Cancelled
        """

        def work(sessions: Sequence[Session]) -> NDArray[np.float32]:
            return _checked(question(sessions[0]))

        answer, _ = self._done(self._of([card]), work, shape, perf_counter(), progress)
        progress(1.0)
        return answer

    def generate(
        self, operation: Generating, progress: Progress, model: str | None = None
    ) -> Generated:
        """Run an operation that makes a picture out of nothing.

        model: the card's id of what is to draw, else ``generator`` chooses.

        Raises:
            NeuralError: no model, no memory, too large; the message is for the user.
            Cancelled
        """
        started = perf_counter()
        drawing = self.generator(operation, model)
        models = self._of(operation.sources(drawing, self._cards()))
        side = operation.side(drawing)
        drawn, account = self._done(
            models,
            lambda sessions: operation(sessions, progress),
            (side, side),
            started,
            progress,
        )
        return Generated(**vars(account), image=_checked(drawn.image), points=drawn.points)

    def generator(self, operation: Generating, model: str | None = None) -> ModelCard:
        """What is to draw: by its card's id, or whose points they are, or who knows the words; of
        several, who knows the most words.

        Raises:
            ModelMissing
        """
        maps = [card for card in self._cards() if card.task == MAPPING]
        maps.sort(key=lambda card: len(card.words), reverse=True)
        space = space_of(operation) or space_knowing(operation.words, maps)
        space = space or next((card.space for card in maps), "")
        return self.library.find(operation.task, model, space).card

    def projection(self, space: str) -> ModelCard | None:
        """The card of what finds the points of pictures in a space; ``None`` if nothing does."""
        of_space = (card for card in self._cards() if card.space == space)
        return next((card for card in of_space if card.task == PROJECTION), None)

    def resize(
        self,
        operation: Resizing,
        picture: NDArray[Any],
        write: Callable[[Box, Image], object],
        progress: Progress,
        model: str | None = None,
    ) -> Account:
        """Run an operation that resizes; its result is handed over in parts, never as a whole.

        picture: ``(h, w, 4)``, uint8 or uint16, straight alpha, sRGB. write: takes a box of the new
        picture and what belongs there, float32 ``(box.h, box.w, 4)``, 0..1; a pixel may come twice,
        and does if a graphics card failed. model: as in ``run``; without one the operation chooses,
        and may run more than one.

        Raises:
            NeuralError: no model, no memory, too large; the message is for the user.
            Cancelled
        """
        started = perf_counter()
        models = self.chosen(operation, picture.shape[:2], model)

        def work(sessions: Sequence[Session]) -> None:
            for box, part in operation(sessions, picture, progress):
                write(box, part)

        _, account = self._done(models, work, picture.shape, started, progress)
        return account

    def _done(
        self,
        models: Sequence[Model],
        work: Callable[[Sequence[Session]], T],
        shape: tuple[int, ...],
        started: float,
        progress: Progress,
    ) -> tuple[T, Account]:
        """``work`` with the sessions of ``models``, again on the CPU if a graphics card fails."""
        sessions = [self._session(model, self.device) for model in models]
        why_not_cuda = sessions[0].why_not_cuda if sessions else ""
        if why_not_cuda and self.device == "cuda":
            progress.note(f"Ran on the CPU. {why_not_cuda}")
        loaded = perf_counter()
        try:
            answer = work(sessions)
        except (OutOfMemory, BadOutput) as problem:
            if _provider(sessions) == CPU:
                raise
            progress.note(f"{problem} It was run again on the CPU.")
            sessions = [self._session(model, "cpu") for model in models]
            why_not_cuda = sessions[0].why_not_cuda
            loaded = perf_counter()
            answer = work(sessions)
        ended = perf_counter()
        pace = (ended - loaded) * 1e9 / (shape[0] * shape[1])
        provider = _provider(sessions)
        self.status = Status(provider, pace, why_not_cuda)
        cards = tuple({model.card.id: model.card for model in models}.values())
        notes = tuple(progress.notes)
        return answer, Account(cards, provider, ended - started, pace, notes)

    def chosen(
        self, operation: Resizing, size: tuple[int, ...], model: str | None = None
    ) -> list[Model]:
        """What would be run on a picture of a size, (height, width), one after the other.

        Raises:
            NeuralError: no model, or it cannot be made that large.
        """
        usable = self.library.usable(operation.task, model)
        cards = operation.chosen([each.card for each in usable], size[0], size[1])
        return self._of(cards)

    def _cards(self) -> list[ModelCard]:
        """Those of all models that can be used, the preferred ones first."""
        return [model.card for model in self.library.models if not model.problem]

    def _of(self, cards: Iterable[ModelCard]) -> list[Model]:
        return [next(m for m in self.library.models if m.card == card) for card in cards]

    def unload(self) -> None:
        """Give back the memory of all sessions."""
        self._sessions.clear()

    def _session(self, model: Model, device: Device) -> Session:
        """The loaded network; the least recently used ones go when the budget is exceeded."""
        key = model.card.sha256, device
        if key not in self._sessions:
            data = self.library.read(model)
            try:
                self._sessions[key] = Session(model.card, data, device)
            except ModelMissing as problem:
                self.library.disable(model, str(problem))
                raise
        self._sessions.move_to_end(key)
        while len(self._sessions) > 1 and self._held_mb() > self._memory_mb:
            self._sessions.popitem(last=False)
        return self._sessions[key]

    def _held_mb(self) -> float:
        """Weights in memory: stored in 16 bits, held in 32."""
        return sum(session.card.bytes * 2 for session in self._sessions.values()) / (1 << 20)


def _provider(sessions: Sequence[Session]) -> str:
    """What runs; numpy runs on the CPU."""
    return sessions[0].provider if sessions else CPU


def _checked(answer: NDArray[np.float32]) -> NDArray[np.float32]:
    """The answer, if every value is a number."""
    if not (np.isfinite(answer.min()) and np.isfinite(answer.max())):
        raise BadOutput("The operation gave values that are not numbers.")
    return answer


def _kept_outside(answer: Image, image: Image, mask: Mask) -> tuple[Image, int]:
    """The answer with the image's own pixels where the mask is 0, and how many differ there."""
    if answer.shape != image.shape:
        return answer, 0
    outside: NDArray[np.bool_] = mask == 0
    kept = np.where(outside[..., None], image, answer)
    return kept, int(np.count_nonzero((kept != image).any(axis=-1) & outside))
