"""Train the encoder of a variational autoencoder whose decoder is a generator by heart.

``--bank RUN`` names the run of the generator (``train_bank``), which stays as it is. Of a picture
the encoder says a normal distribution of codes (Kingma and Welling, arXiv:1312.6114); what the
generator draws of one of them shall look like the picture, and all of them shall be spread as the
codes that the generator knows. It sees these pictures, moved and in other light, and what the
generator draws between them.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator as Random
from torch import Tensor

from neural.card import ModelCard
from neural.training import augment, command, loop, pictures, run, samples, train_bank
from neural.training.export_generator import Space
from neural.training.losses import PerceptualDistance
from neural.training.nets.vae import Encoder
from neural.training.train_vae import Finding


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    bank: str = ""  # the folder of the generator's run
    widths: tuple[int, ...] = (16, 32, 64, 128, 192, 256)  # at 128, 64, … 4 px
    count: int = 16
    shown: float = 0.5  # of a batch: pictures; the rest is drawn
    near: float = 0.5  # of another code, at most, in what is drawn
    light: float = 0.3  # how much brightness, saturation and contrast are changed
    color: float = 1.0
    perceptual: float = 1.0
    known: float = 0.1  # weight of how far codes are from those that are known
    divergence: float = 0.02
    rate: float = 1e-3
    clip: float = 1.0


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
    bank, settings = train_bank.known(Path(c.bank))
    net = run.averaged(build(c, settings.code, settings.channels), state)
    space = Space(
        "neural.training.train_encoder",
        settings.latent,
        settings.code,
        bank.generator.sides[-1],
        settings.channels,
        terms=settings.terms,
    )
    return space.write_projection(Finding(net), state, models, name)


def divergence(mean: Tensor, variance: Tensor, known: Tensor) -> Tensor:
    """Of normal distributions from that of the ``known`` codes, in nats for each number.

    mean, variance: ``(n, code)``, the latter as its logarithm. known: ``(count, code)``.
    """
    middle, spread = known.mean(0), known.var(0)
    away = (variance.exp() + (mean - middle).square()) / spread
    return 0.5 * (away - 1 - variance + spread.log()).mean()


class Task(loop.Task):
    """Encoding, for ``neural.training.loop``."""

    model = "project"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if not (Path(c.bank) / run.CHECKPOINT).exists():
            raise run.Unfit("say whose encoder it is: --bank RUN")
        if given.perceptual is None:
            raise run.Unfit("the perceptual distance needs its weights: --perceptual DIR")
        self.c, device = c, given.device
        bank, settings = train_bank.known(Path(c.bank))
        self.generator = bank.generator.requires_grad_(False).to(device)
        self.codes = bank.codes.detach().to(device)
        self.net = build(c, settings.code, settings.channels)
        pixels, _ = train_bank.shown(settings, given.photos, given.folders)
        if len(pixels) != len(self.codes):
            raise run.Unfit(f"the run knows {len(self.codes)} pictures, and here are {len(pixels)}")
        self.pixels = pixels.to(device)
        side = bank.generator.sides[-1]
        held_out = pictures.squares(given.held_out, side, settings.channels)
        self.checks = held_out[: samples.SHEET].to(device).float() / 255
        self.distance = PerceptualDistance(given.perceptual).to(device)

    def draw(self, rng: Random, step: int) -> loop.Batch:
        """Pictures as they are and as they are seen, codes that they are of or near to, chances of
        codes, and what is behind them.
        """
        c, device = self.c, self.codes.device
        shown = round(c.count * c.shown)
        which = torch.randint(len(self.codes), (2, c.count), generator=rng, device=device)
        share = c.near * torch.rand(c.count, 1, generator=rng, device=device)
        share[:shown] = 0
        codes = torch.lerp(self.codes[which[0]], self.codes[which[1]], share)
        with torch.no_grad():
            drawn = self._drawn(codes[shown:]).clamp(0, 1)
        real = self.pixels[which[0, :shown]].float() / 255
        chance = torch.rand(c.count, augment.CHANCES, generator=rng, device=device)
        picture = augment.lit(torch.cat([real, drawn]), 0.5 + (chance[:, :3] - 0.5) * c.light)
        picture = picture.clamp(0, 1)
        seen = augment.moved(picture, (chance[:, 3:5] + 1.5) / 4)
        noise = torch.randn(codes.shape, generator=rng, device=device)
        return picture, seen, codes, noise, chance[:, :3, None, None]

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """How far the pictures are off, and codes from the known ones and from their spread."""
        c, (picture, seen, codes, noise, behind) = self.c, batch
        mean, variance = net(seen)
        made = self._drawn(mean + (variance / 2).exp() * noise)
        total = c.color * (made - picture).abs().mean()
        a, b = samples.before(made, behind), samples.before(picture, behind)
        unlike = self.distance(a, b, torch.ones_like(a[:, :1])).mean()
        total = total + c.perceptual * unlike + c.known * (mean - codes).square().mean()
        return total + c.divergence * divergence(mean, variance, self.codes), made

    def _drawn(self, codes: Tensor) -> Tensor:
        return self.generator.drawn(codes[:, None].expand(-1, 2, -1)).float()

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB of held-out pictures and of what is drawn of their codes; both in a sheet."""
        mean, _ = net(self.checks)
        made = self._drawn(mean).clamp(0, 1)
        mse = (made - self.checks).square().mean((1, 2, 3))
        rows = [list(samples.on_white(each).cpu()) for each in (self.checks, made)]
        return {"psnr": float((-10 * (mse + 1e-10).log10()).mean())}, rows


SMOKE = Config(widths=(8, 8, 8, 12, 16), count=4, checkpoint_minutes=60)
SCRIPT = loop.Script("encoder", Config, SMOKE, Task, export, channels=4)


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
