"""Train the plainest generator there is, to learn from: DCGAN, without words and transparency.

``train_gan`` is what is shipped; this is the same in few lines.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor

from neural.card import ModelCard
from neural.training import command, loop, pictures, run, samples
from neural.training.adversarial import RULES
from neural.training.nets.dcgan import PlainCritic, PlainGenerator


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    side: int = 64
    width: int = 64
    latent: int = 100
    count: int = 64
    rate: float = 2e-4
    momentum: float = 0.5
    clip: float = 10.0
    publish: bool = False


def build(c: Config) -> PlainGenerator:
    """The generator of a configuration, its weights as DCGAN's start."""
    torch.manual_seed(c.seed)
    net = PlainGenerator(c.side, c.width, c.latent, 3)
    for name, parameter in net.named_parameters():
        if name.endswith("weight"):
            torch.nn.init.normal_(parameter, std=0.02)
    return net


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """It is there to be read and never shipped."""
    raise run.Unfit("A plain generator cannot be exported; pentimento-train gan makes models.")


class Task(loop.Task):
    """Plain generating, for ``neural.training.loop``."""

    model = "dcgan"

    def __init__(self, c: Config, given: loop.Data) -> None:
        self.c, self.net = c, build(c)
        self.critic = PlainCritic(c.side, c.width, 3)
        self.pool = pictures.load(given.photos, given.folders, (), c.side, 3, given.device)
        self.latents = samples.latents(range(samples.SHEET**2), c.latent)[:, 0].to(given.device)
        few = torch.arange(len(self.latents), device=given.device) % len(self.pool)
        self.spread = samples.spread(self.pool.floats(few))

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Pictures and latents."""
        real, _ = self.pool.draw(rng, self.c.count, 0.5, 0)
        shape = (self.c.count, self.c.latent)
        return real, torch.randn(shape, generator=rng, device=real.device)

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """Results should be taken for pictures."""
        assert critic is not None
        made = net(batch[1])
        return RULES["non-saturating"].generator(critic(made)), made

    def critic_loss(self, critic: loop.Call, batch: loop.Batch, result: Tensor) -> Tensor:
        """Pictures and results should be told apart."""
        return RULES["non-saturating"].critic(critic(batch[0]), critic(result))

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """How far results are spread, of the pictures' own spread; and seeds 0 to 63."""
        made = net(self.latents).float()
        return {"spread": samples.spread(made) / self.spread}, samples.rows(made)


SMOKE = Config(side=16, width=4, latent=8, count=4, checkpoint_minutes=60)
SCRIPT = loop.Script("dcgan", Config, SMOKE, Task, export, channels=4)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
