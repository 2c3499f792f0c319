"""Train a generator by heart: a code for every picture of a folder, and one network to draw them.

No critic can be fooled by a network this small in an hour without a graphics card; what is between
the codes of pictures is new, what is at them is not. Words are those of ``pictures``.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator as Random
from torch import Tensor

from neural.card import ModelCard, Slider
from neural.training import command, loop, pictures, run, samples
from neural.training.export_generator import PICTURES, Mapping, Space
from neural.training.losses import PerceptualDistance
from neural.training.nets.bank import Bank, Between
from neural.training.nets.gan import Generator
from neural.training.train_gan import WORDS, Drawing

KNOWN = "bank.pt"  # in the folder of a run: which words each picture has


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    widths: tuple[int, ...] = (256, 256, 192, 96, 48, 24)  # at 4, 8, … 128 px
    code: int = 192
    latent: int = 48  # numbers that say what a seed is near to
    vocabulary: int = 512  # words at most; 0 for none
    rare: int = 3  # pictures that a word must have
    only: tuple[str, ...] = ()  # pictures with any of these words; all, if there are none
    channels: int = 4
    seamless: bool = False
    count: int = 16
    noise: float = 0.2  # in codes, whose numbers are about 1
    color: float = 1.0
    perceptual: float = 1.0
    sliders: tuple[str, ...] = tuple(f"Direction {i}" for i in range(1, 9))  # their names
    terms: str = PICTURES  # what the pictures are, and their license, for the card
    rate: float = 1e-3
    clip: float = 1.0


def build(c: Config, count: int) -> Bank:
    """The network of a configuration, freshly initialized, for ``count`` pictures."""
    torch.manual_seed(c.seed)
    net = Generator(c.widths, latent=c.code // 2, channels=c.channels, seamless=c.seamless)
    return Bank(net, count).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged networks of a run as models into ``models``, as ``Space.write`` does."""
    state, words = run.load(folder), tuple(json.loads((folder / WORDS).read_text()))
    c = Config(**state["config"])
    known = torch.load(folder / KNOWN, weights_only=True)
    bank = run.averaged(build(c, len(known)), state)
    for parameter in bank.parameters():
        parameter.data = parameter.data.half().float()
    between = Between(bank.codes.detach(), known, c.latent)
    space = Space(
        "neural.training.train_bank",
        c.latent,
        c.code,
        bank.generator.sides[-1],
        c.channels,
        words,
        sliders(between, c.sliders),
        c.seamless,
        c.terms,
    )
    mapping = Mapping(between, between.forward)
    return space.write(mapping, Drawing(bank.generator), state, models, name)


def sliders(between: Between, names: tuple[str, ...]) -> tuple[Slider, ...]:
    """The first principal components of the codes, by names that they are given."""
    return tuple(
        Slider(name, "all", tuple(round(2 * float(x), 4) for x in axis))
        for name, axis in zip(names, between.axes, strict=False)
    )


class Task(loop.Task):
    """Learning by heart, for ``neural.training.loop``."""

    model = "generate"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if given.perceptual is None:
            raise run.Unfit("the perceptual distance needs its weights: --perceptual DIR")
        self.c, device = c, given.device
        described = pictures.words_of(given.photos, given.folders)
        wanted = pictures.having(described, c.only)
        known = pictures.vocabulary([described[i] for i in wanted], c.rare, c.vocabulary)
        self.net = net = build(c, len(wanted))
        side = net.generator.sides[-1]
        pool = pictures.load(given.photos, given.folders, known, side, c.channels, device)
        self.pool = pool.some(wanted)
        given.packed.with_name(WORDS).write_text(json.dumps(known))
        torch.save(self.pool.words.cpu(), given.packed.with_name(KNOWN))
        self.distance = PerceptualDistance(given.perceptual).to(device)
        self.latents = samples.latents(range(samples.SHEET * 4), c.latent).to(device)

    def draw(self, rng: Random, step: int) -> loop.Batch:
        """Numbers of pictures, these, noise for their codes, and what is behind them."""
        c, device = self.c, self.pool.pixels.device
        which = torch.randint(len(self.pool), (c.count,), generator=rng, device=device)
        noise = c.noise * torch.randn(c.count, c.code, generator=rng, device=device)
        behind = torch.rand(c.count, 3, 1, 1, generator=rng, device=device)
        return which, self.pool.floats(which), noise, behind

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """How far the pictures are off, in color and to the eye."""
        which, real, noise, behind = batch
        made = net(which, noise).float()
        a, b = samples.before(made, behind), samples.before(real, behind)
        off = self.distance(a, b, torch.ones_like(a[:, :1])).mean()
        total = self.c.perceptual * off + self.c.color * (made - real).abs().mean()
        return total, made

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB of pictures it was shown, and a contact sheet: some of these, then seeds."""
        assert isinstance(net, Bank)
        which = torch.arange(samples.SHEET * 4, device=self.latents.device)
        which = which * len(self.pool) // len(which)
        made = net(which, torch.zeros(1, self.c.code, device=which.device)).float().clamp(0, 1)
        mse = (made - self.pool.floats(which)).square().mean((1, 2, 3))
        between = Between(net.codes, self.pool.words, self.c.latent)
        whole = torch.ones(len(self.latents), 1, device=which.device)
        seeds = net.generator.drawn(between(self.latents, None, whole)).float().clamp(0, 1)
        sheet = samples.on_white(torch.cat([made, seeds]))
        return {"psnr": float((-10 * (mse + 1e-10).log10()).mean())}, samples.rows(sheet)


SMOKE = Config(widths=(16, 16, 12, 8, 8), code=16, latent=4, rare=1, count=4, checkpoint_minutes=60)
SCRIPT = loop.Script("bank", Config, SMOKE, Task, export, channels=4)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
