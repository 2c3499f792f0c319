"""What evaluations share: the model, the pictures, and the card that keeps what was found."""

import argparse
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

from neural.card import Metric, ModelCard, dump, load
from neural.image import Image
from neural.session import Session
from neural.training import data


def session(models: Path, name: str) -> Session:
    """A model of a folder, on the CPU."""
    card = load(models / f"{name}.json")
    return Session(card, (models / card.file).read_bytes(), "cpu")


def parser(task: str, about: str | None) -> argparse.ArgumentParser:
    """The options of ``pentimento-train evaluate TASK``, to which a task may add."""
    found = argparse.ArgumentParser(prog=f"pentimento-train evaluate {task}", description=about)
    found.add_argument("--model", required=True, metavar="ID")
    found.add_argument("--models", type=Path, default=Path("resources/models"))
    found.add_argument("--set", type=Path, required=True, metavar="DIR", dest="folder")
    found.add_argument("--held-out", action="store_true", help="every twentieth picture only")
    found.add_argument("--limit", type=int, default=0, metavar="N", help="pictures at most")
    found.add_argument("--write", action="store_true", help="into the card")
    return found


@dataclass(frozen=True)
class Evaluation:
    """What those options say."""

    args: argparse.Namespace

    @property
    def path(self) -> Path:
        """Of the card."""
        return Path(self.args.models) / f"{self.args.model}.json"

    @cached_property
    def card(self) -> ModelCard:
        return load(self.path)

    @cached_property
    def model(self) -> Session:
        """On the CPU."""
        return session(self.args.models, self.args.model)

    @cached_property
    def pictures(self) -> list[Image]:
        """Of the set, or every twentieth, which training leaves alone."""
        train, held_out = data.listed([self.args.folder])
        files = held_out if self.args.held_out else sorted(train + held_out)
        files = files[:: -(-len(files) // self.args.limit)] if self.args.limit else files
        return [data.read(path).astype(np.float32) / np.float32(255) for path in files]

    @property
    def dataset(self) -> str:
        """What the set is called in tables."""
        part = ", held out" if self.args.held_out else ""
        return f"{self.args.folder.name}{part} ({len(self.pictures)})"

    def keep(self, rows: Iterable[Metric]) -> None:
        """Write ``rows`` into the card in place of what it says of this set, if that is wanted."""
        if self.args.write:
            others = (each for each in self.card.metrics if each.dataset != self.dataset)
            self.path.write_text(dump(replace(self.card, metrics=(*rows, *others))))
