"""Train the baseline that style transfer is compared with: AdaIN, on the same data and losses."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from neural.card import ModelCard
from neural.training import command, loop, run, train_style
from neural.training.known import Known
from neural.training.losses import PerceptualDistance
from neural.training.nets.adain import TAP, AdaIN


@dataclass(frozen=True)
class Config(train_style.Config):
    """As for style transfer."""

    rate: float = 5e-4
    tone: float = 0.0
    publish: bool = False


def build(c: Config, perceptual: Path) -> AdaIN:
    """The network of a configuration, its decoder freshly initialized."""
    torch.manual_seed(c.seed)
    return AdaIN(PerceptualDistance(perceptual))


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """A baseline is measured and never shipped."""
    raise run.Unfit("A baseline cannot be exported; pentimento-train evaluate style takes its run.")


class Task(train_style.Task):
    """The baseline, for ``neural.training.loop``."""

    model = "adain"

    def __init__(self, c: Config, given: loop.Data) -> None:
        super().__init__(c, given)
        assert given.perceptual is not None
        self.net = build(c, given.perceptual)

    def painted(
        self, net: loop.Call, image: Tensor, wanted: Known, noise: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The pictures as they are, and painted; it needs neither codes nor noise."""
        return image, net(image, wanted.layers[0][TAP])


SMOKE = Config(size=80, read_size=64, basis=32, code=8, count=2, checkpoint_minutes=60)
SCRIPT = loop.Script("adain", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
