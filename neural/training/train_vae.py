"""Train a variational autoencoder: a latent for every picture, and a picture for every latent.

Blurrier than ``train_gan``, but any picture can be put into its space.
"""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator, Tensor, nn

from neural.card import ModelCard
from neural.training import command, loop, pictures, run, samples
from neural.training.export_generator import Mapping, Space
from neural.training.losses import PerceptualDistance
from neural.training.nets.vae import Autoencoder, Decoder, Encoder


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    widths: tuple[int, ...] = (32, 64, 128, 192, 256, 256)  # at 128, 64, … 4 px; one more for 256
    latent: int = 128
    channels: int = 4
    count: int = 32
    flipped: float = 0.5  # of the pictures
    warm: int = 1000  # steps until the divergence counts in full
    perceptual: float = 0.0  # weight of the perceptual distance
    rate: float = 1e-3
    clip: float = 1.0

    @property
    def side(self) -> int:
        """Of pictures, px."""
        return int(4 * 2 ** (len(self.widths) - 1))


def build(c: Config) -> Autoencoder:
    """The networks of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    return Autoencoder(c.widths, c.latent, c.channels)


class Drawing(nn.Module):
    """A decoder with inputs as a card has them: codes are mixed, not placed, and only their coarse
    half counts.
    """

    def __init__(self, net: Decoder) -> None:
        super().__init__()
        self.net = net

    def forward(self, codes: Tensor, weights: Tensor) -> Tensor:
        shares = weights.mean((2, 3))[:, None]
        return samples.premultiplied(self.net((codes[..., 0] * shares).sum(2)))


class Finding(nn.Module):
    """The mean of an encoder alone."""

    def __init__(self, net: Encoder) -> None:
        super().__init__()
        self.net = net

    def forward(self, picture: Tensor) -> Tensor:
        mean: Tensor = self.net(picture)[0]
        return mean


def shortened(latent: Tensor, told: Tensor | None, truncation: Tensor) -> Tensor:
    """A latent is its own code; with less of it a picture is nearer to the mean."""
    return latent * truncation[..., None]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged networks of a run as models into ``models``: as ``Space.write`` does, and
    the one that projects, which is called ``project`` where ``name`` says ``generate``.
    """
    state = run.load(folder)
    c = Config(**state["config"])
    net = run.averaged(build(c), state)
    for parameter in net.parameters():
        parameter.data = parameter.data.half().float()
    space = Space("neural.training.train_vae", c.latent, c.latent, c.side, c.channels)
    space.write_projection(Finding(net.encoder), state, models, name.replace("generate", "project"))
    mapping = Mapping(nn.Identity(), shortened)
    return space.write(mapping, Drawing(net.decoder), state, models, name)


class Task(loop.Task):
    """Autoencoding, for ``neural.training.loop``."""

    model = "generate"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if c.perceptual and given.perceptual is None:
            raise run.Unfit("the perceptual distance needs its weights: --perceptual DIR")
        self.c, self.net, device = c, build(c), given.device
        self.pool = pictures.load(given.photos, given.folders, (), c.side, c.channels, device)
        held_out = pictures.squares(given.held_out, c.side, c.channels).to(device)
        self.checks = held_out[: 4 * samples.SHEET].float() / 255
        self.latents = samples.latents(range(samples.SHEET * 4), c.latent)[:, 0].to(device)
        self.distance: PerceptualDistance | None = None
        if c.perceptual and given.perceptual is not None:
            self.distance = PerceptualDistance(given.perceptual).to(device)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Pictures, the chances of their latents, and how much the divergence counts."""
        c, device = self.c, self.pool.pixels.device
        real, _ = self.pool.draw(rng, c.count, c.flipped, 0)
        chance = torch.randn(c.count, c.latent, generator=rng, device=device)
        return real, chance, torch.tensor(min(1.0, (step + 1) / c.warm), device=device)

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """The evidence bound, in nats for each value, of normal errors whose variance is the one
        that fits best (Rybkin et al., arXiv:2006.13202), so that nothing need be weighed.
        """
        real, chance, counts = batch
        result, divergence = net(real, chance)
        made = samples.premultiplied(result.float())
        error = (made - real).square().mean()
        total = (error + 1e-6).log() / 2 + counts * divergence.float().mean() / real[0].numel()
        if self.distance is not None:
            here = torch.ones_like(real[:, :1])
            a, b = samples.on_white(made), samples.on_white(real)
            total = total + self.c.perceptual * self.distance(a, b, here).mean()
        return total, made

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB of held-out pictures put in and taken out again, and a contact sheet: these in
        pairs of rows, then seeds.
        """
        assert isinstance(net, Autoencoder)
        real = self.checks
        mean, _ = net.encoder(real)
        made = samples.premultiplied(net.decoder(mean).float())
        seeds = samples.premultiplied(net.decoder(self.latents).float())
        pairs = zip(
            samples.rows(samples.on_white(real)), samples.rows(samples.on_white(made)), strict=True
        )
        sheet = [row for pair in pairs for row in pair] + samples.rows(samples.on_white(seeds))
        mse = (made - real).square().mean((1, 2, 3))
        return {"psnr": float((-10 * (mse + 1e-10).log10()).mean())}, sheet


SMOKE = Config(widths=(8, 8, 12, 16), latent=8, count=4, warm=10, checkpoint_minutes=60)
SCRIPT = loop.Script("vae", Config, SMOKE, Task, export, channels=4)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
