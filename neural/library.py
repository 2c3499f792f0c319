"""The models at hand: folders of ``<id>.onnx`` with ``<id>.json``, listed, checked, added to."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from neural import onnxfile, selftest
from neural.card import ModelCard, load
from neural.errors import CardError, ModelMissing
from neural.progress import Progress
from neural.session import Session


@dataclass(frozen=True)
class Model:
    """A card in a folder; ``problem`` is a sentence if it cannot be used, else empty."""

    card: ModelCard
    folder: Path
    problem: str = ""

    @property
    def path(self) -> Path:
        return self.folder / self.card.file


class Library:
    """What is in the model folders. Listing reads cards only; weights are read when wanted."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """folders: the shipped one first; any may be absent."""
        self.folders = tuple(folders)
        self.models: tuple[Model, ...] = ()
        self.problems: tuple[str, ...] = ()  # files that are no model at all
        self.refresh()

    def refresh(self) -> None:
        """Read all cards again."""
        models: dict[str, Model] = {}
        problems = []
        for folder in self.folders:
            claimed, found = set(), []
            for path in sorted(folder.glob("*.json")):
                try:
                    card = load(path)
                except CardError as problem:
                    problems.append(str(problem))
                    continue
                claimed.add(card.file)
                found.append(Model(card, folder, _missing(card, folder)))
            # the newest first, within a folder: it is the one that is used when none is named
            for model in sorted(found, key=lambda m: (m.card.date, m.card.id), reverse=True):
                if model.card.id in models:
                    problems.append(
                        f"{model.card.id} is in {folder} as well and is not used there."
                    )
                else:
                    models[model.card.id] = model
            problems += [
                f"{path.name} has no card and is not used."
                for path in sorted(folder.glob("*.onnx"))
                if path.name not in claimed
            ]
        self.models, self.problems = tuple(models.values()), tuple(problems)

    def of_task(self, task: str) -> tuple[Model, ...]:
        """The models of a task, the preferred one first."""
        return tuple(model for model in self.models if model.card.task == task)

    def usable(self, task: str, model_id: str | None = None) -> tuple[Model, ...]:
        """The models that a task can use, or the one that is named; the preferred one first.

        Raises:
            ModelMissing: there is none, and why.
        """
        candidates = [m for m in self.of_task(task) if model_id in (None, m.card.id)]
        if usable := tuple(model for model in candidates if not model.problem):
            return usable
        what = f"No model for {task}" if model_id is None else f"No model {model_id} for {task}"
        reasons = [model.problem for model in candidates] or list(self.problems)
        if not candidates:
            name = model_id or f"{task}-*"
            reasons.append(f"{name}.onnx and {name}.json are expected in {self.folders[-1]}.")
        raise ModelMissing(" ".join([f"{what} can be used.", *reasons]))

    def find(self, task: str, model_id: str | None = None, space: str = "") -> Model:
        """The model to use: of several the one that understands what is of ``space``, if one does.

        Raises:
            ModelMissing: there is none, and why.
        """
        usable = self.usable(task, model_id)
        return next((model for model in usable if space and model.card.space == space), usable[0])

    def read(self, model: Model) -> bytes:
        """A model's bytes, if they are what its card says and hold nothing but a plain graph.

        Raises:
            ModelMissing: they are not; from then on the model is listed with the problem.
        """
        try:
            return _verified(model.card, model.path)
        except ModelMissing as problem:
            self.disable(model, str(problem))
            raise

    def disable(self, model: Model, problem: str) -> None:
        """Do not offer a model any more, for the reason given."""
        broken = Model(model.card, model.folder, problem)
        self.models = tuple(broken if each == model else each for each in self.models)


def verify(card: ModelCard, path: Path, progress: Progress) -> None:
    """Check a model's file and run its self-test on the CPU.

    Raises:
        ModelMissing: the file is not what the card says, or cannot be loaded.
        BadOutput: it gives other numbers than it should.
    """
    session = Session(card, _verified(card, path), "cpu")
    selftest.check(card, lambda feeds: session.run(feeds, progress.token))


def import_model(file: Path, library: Library, progress: Progress) -> ModelCard:
    """Copy a model into the last folder of ``library``, which is the user's, if it is sound.

    file: the ``.json`` or the ``.onnx``; the other lies beside it. Everything is checked on the
    copy before anything appears in the folder; the card, which makes it a model, comes last.

    Raises:
        NeuralError: the model is refused; the folder is as it was.
        OSError: it could not be copied.
        Cancelled
    """
    card_file = file.with_suffix(".json")
    if not card_file.exists():
        raise CardError(f"{file.name} has no card: {card_file.name} is expected beside it.")
    card = load(card_file)
    *others, folder = library.folders
    if any(model.card.id == card.id and model.folder in others for model in library.models):
        raise ModelMissing(f"A model called {card.id} comes with the program.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".import-", dir=folder) as temporary:
        copy = Path(temporary) / card.file
        if not (source := file.with_name(card.file)).exists():
            raise ModelMissing(f"{card.file} is expected beside {card_file.name}.")
        if source.stat().st_size != card.bytes:
            raise ModelMissing(_mismatch(card, f"it has {source.stat().st_size} bytes"))
        shutil.copyfile(source, copy)
        progress(0.3, "checking")
        verify(card, copy, progress)
        progress(0.9, "installing")
        card_copy = Path(shutil.copyfile(card_file, Path(temporary) / card_file.name))
        for each in (copy, card_copy):
            with each.open("rb") as stream:
                os.fsync(stream.fileno())
        copy.replace(folder / card.file)
        card_copy.replace(folder / f"{card.id}.json")
    library.refresh()
    progress(1.0)
    return card


def _verified(card: ModelCard, path: Path) -> bytes:
    if missing := _missing(card, path.parent):
        raise ModelMissing(missing)
    size = path.stat().st_size
    if size != card.bytes:
        raise ModelMissing(_mismatch(card, f"it has {size} bytes"))
    if size > onnxfile.MAX_BYTES:
        raise ModelMissing(f"{card.file} is larger than {onnxfile.MAX_BYTES >> 20} MiB.")
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise ModelMissing(f"{card.file} cannot be read: {problem.strerror}.") from problem
    found = hashlib.sha256(data).hexdigest()
    if found != card.sha256:
        raise ModelMissing(_mismatch(card, f"its sha256 is {found}"))
    onnxfile.check(data, card.file)
    return data


def _missing(card: ModelCard, folder: Path) -> str:
    if (folder / card.file).is_file():
        return ""
    return f"{card.file} (sha256 {card.sha256}) is missing from {folder}."


def _mismatch(card: ModelCard, found: str) -> str:
    return (
        f"{card.file} is damaged or another file: {found}, "
        f"expected {card.bytes} bytes with sha256 {card.sha256}."
    )
