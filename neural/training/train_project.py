"""Train the network that finds a picture's place in the space of a generator by heart.

It sees what the generator draws of codes, and the pictures that codes were learned of, and tells
the code. ``--bank RUN`` names the run of the generator (``train_bank``).
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator as Random
from torch import Tensor
from torch.nn import functional as F

from neural.card import ModelCard
from neural.training import augment, command, loop, pictures, run, samples
from neural.training import train_bank as banks
from neural.training.export_generator import Space
from neural.training.nets.bank import Bank
from neural.training.nets.vae import Encoder


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    bank: str = ""  # the folder of the generator's run
    widths: tuple[int, ...] = (16, 32, 64, 128, 192, 256)  # at 128, 64, … 4 px
    count: int = 16
    shown: float = 0.5  # of a batch: pictures; the rest is drawn
    near: float = 0.3  # of another code, at most, in what is drawn
    rate: float = 1e-3
    clip: float = 1.0


def generator(c: Config) -> tuple[Bank, banks.Config]:
    """The generator, and the settings of its run."""
    folder = Path(c.bank)
    state, known = run.load(folder), torch.load(folder / banks.KNOWN, weights_only=True)
    settings = banks.Config(**state["config"])
    return run.averaged(banks.build(settings, len(known)), state).requires_grad_(False), settings


def build(c: Config, code: int, channels: int) -> Encoder:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    net = Encoder(c.widths, code, channels)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``, as
    ``Space.write_projection`` does.
    """
    state = run.load(folder)
    c = Config(**state["config"])
    bank, settings = generator(c)
    net = run.averaged(build(c, settings.code, settings.channels), state)
    space = Space(
        "neural.training.train_project",
        settings.latent,
        settings.code,
        bank.generator.sides[-1],
        settings.channels,
        terms=settings.terms,
    )
    return space.write_projection(net, state, models, name)


class Task(loop.Task):
    """Finding places, for ``neural.training.loop``."""

    model = "project"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if not (Path(c.bank) / run.CHECKPOINT).exists():
            raise run.Unfit("say whose space it is: --bank RUN")
        self.c, device = c, given.device
        bank, settings = generator(c)
        self.bank = bank.to(device)
        self.codes = self.bank.codes
        self.net = build(c, settings.code, settings.channels)
        described = pictures.words_of(given.photos, given.folders)
        wanted = pictures.having(described, settings.only)
        if len(wanted) != len(self.codes):
            raise run.Unfit(f"the run knows {len(self.codes)} pictures, and here are {len(wanted)}")
        side, channels = bank.generator.sides[-1], settings.channels
        pool = pictures.load(given.photos, given.folders, (), side, channels, device)
        self.pool = pool.some(wanted)
        names = [entry.name for entry in given.held_out.entries]
        told = {k: v for folder in given.folders for k, v in pictures.described(folder).items()}
        held = pictures.having([told.get(name, frozenset()) for name in names], settings.only)
        squares = pictures.squares(given.held_out, side, channels)[held]
        self.checks = squares.to(device).float() / 255

    def draw(self, rng: Random, step: int) -> loop.Batch:
        """Pictures, and their codes: some were learned of them, of the others they are drawn."""
        c, device = self.c, self.codes.device
        shown = round(c.count * c.shown)
        which = torch.randint(len(self.codes), (2, c.count), generator=rng, device=device)
        share = c.near * torch.rand(c.count, 1, generator=rng, device=device)
        share[:shown] = 0
        codes = torch.lerp(self.codes[which[0]], self.codes[which[1]], share)
        with torch.no_grad():
            drawn = self.bank.generator.drawn(codes[shown:, None].expand(-1, 2, -1))
        picture = torch.cat([self.pool.floats(which[0, :shown]), drawn.float().clamp(0, 1)])
        place = torch.rand(c.count, 2, generator=rng, device=device)
        return augment.moved(picture, (place + 1.5) / 4), codes

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """How far codes are off."""
        picture, codes = batch
        found, _ = net(picture)
        return F.mse_loss(found, codes), picture

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB of held-out pictures and of what is drawn of their codes; both in a sheet."""
        checks = self.checks[: samples.SHEET]
        found, _ = net(checks)
        made = self.bank.generator.drawn(found[:, None].expand(-1, 2, -1)).float().clamp(0, 1)
        mse = (made - checks).square().mean((1, 2, 3))
        rows = [list(samples.on_white(each).cpu()) for each in (checks, made)]
        return {"psnr": float((-10 * (mse + 1e-10).log10()).mean())}, rows


SMOKE = Config(widths=(8, 8, 8, 12, 16), count=4, checkpoint_minutes=60)
SCRIPT = loop.Script("project", Config, SMOKE, Task, export, channels=4)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--bank", type=Path, metavar="RUN")
    args, rest = parser.parse_known_args(argv)
    if args.bank is not None:
        rest += ["--set", f"bank={str(args.bank.absolute())!r}"]
    command.main(SCRIPT, rest, __doc__ or "")


if __name__ == "__main__":
    main()
