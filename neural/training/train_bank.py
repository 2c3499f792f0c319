"""Train a generator by heart: a code for every picture of a folder, and one network to draw them.

No critic can be fooled by a network this small in an hour without a graphics card; what is between
the codes of pictures is new, what is at them is not. Words are those of ``pictures``.

Textures (``--set texture=1``) need not lie as they do in their pictures: what counts are the
statistics of their features at two resolutions (Gatys et al., arXiv:1505.07376), so they are drawn
sharply, and seamlessly, whether their pictures are or not.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Generator as Random
from torch import Tensor
from torch.nn import functional as F

from neural.card import ModelCard, Slider
from neural.training import command, data, looks, loop, pictures, run, samples
from neural.training.export_generator import PICTURES, Mapping, Space
from neural.training.losses import PerceptualDistance
from neural.training.nets.bank import Bank, Between
from neural.training.nets.gan import START, Generator
from neural.training.train_gan import WORDS, Drawing

SCALES = (1, 4)  # how many times textures are made smaller, to be compared
SHIFTS = 8  # px that pictures are moved by, so that no grid of the features is learned
SEEN = 32  # px, the least side that features are of
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
    calm: int = 0  # pictures of the same words at most, those with the least detail; 0 for all
    mirrored: bool = False  # pictures are learned mirrored as well
    channels: int = 4
    seamless: bool = False
    count: int = 16
    noise: float = 0.2  # in codes, whose numbers are about 1
    color: float = 1.0
    perceptual: float = 1.0
    texture: float = 0.0
    grain: int = 0  # learned maps at every side, from which textures are made
    grows: tuple[int, ...] = ()  # steps at which the side doubles, the last time to the whole
    sliders: tuple[str, ...] = tuple(f"Direction {i}" for i in range(1, 9))  # their names
    title: str = "Generate"  # what they are, for users
    terms: str = PICTURES  # what they are, and their license, for the card
    rate: float = 1e-3
    clip: float = 1.0


def build(c: Config, count: int) -> Bank:
    """The network of a configuration, freshly initialized, for ``count`` pictures."""
    torch.manual_seed(c.seed)
    net = Generator(
        c.widths,
        latent=c.code // 2,
        channels=c.channels,
        grain=c.grain,
        seamless=c.seamless,
    )
    return Bank(net, count).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def shown(
    c: Config, photos: data.Photos, folders: Sequence[Path]
) -> tuple[Tensor, list[pictures.Words]]:
    """Of the pictures of ``folders`` those to learn, ``(n, channels, side, side)``, ``uint8``, and
    their words.
    """
    words = pictures.words_of(photos, folders)
    wanted = pictures.having(words, c.only)
    pixels = pictures.squares(photos, START << (len(c.widths) - 1), c.channels)[wanted]
    calm = pictures.calmest(pixels, [words[i] for i in wanted], c.calm)
    pixels, words = pixels[calm], [words[wanted[i]] for i in calm]
    return (torch.cat([pixels, pixels.flip(3)]), words * 2) if c.mirrored else (pixels, words)


def known(folder: Path) -> tuple[Bank, Config]:
    """What a run has learned, averaged, and the settings of the run."""
    state, words = run.load(folder), torch.load(folder / KNOWN, weights_only=True)
    c = Config(**state["config"])
    return run.averaged(build(c, len(words)), state), c


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged networks of a run as models into ``models``, as ``Space.write`` does."""
    state, words = run.load(folder), tuple(json.loads((folder / WORDS).read_text()))
    bank, c = known(folder)
    marked = torch.load(folder / KNOWN, weights_only=True)
    between = Between(bank.codes.detach(), marked, c.latent)
    for numbers in (*bank.parameters(), *between.buffers()):
        numbers.data = numbers.data.half().float()
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
        c.title,
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
        pixels, words = shown(c, given.photos, given.folders)
        named = pictures.vocabulary(words, c.rare, c.vocabulary)
        marked = pictures.marked(words, named)
        self.pool = pictures.Pictures(pixels.to(device), marked.to(device))
        self.net = build(c, len(pixels))
        given.packed.with_name(WORDS).write_text(json.dumps(named))
        torch.save(self.pool.words.cpu(), given.packed.with_name(KNOWN))
        self.distance = PerceptualDistance(given.perceptual).to(device)
        self.statistics = looks.Statistics(given.perceptual).to(device)
        self.latents = samples.latents(range(samples.SHEET * 4), c.latent).to(device)

    def draw(self, rng: Random, step: int) -> loop.Batch:
        """Numbers of pictures, these, noise for their codes, what is behind them, and how far they
        are moved.
        """
        c, device = self.c, self.pool.pixels.device
        which = torch.randint(len(self.pool), (c.count,), generator=rng, device=device)
        noise = c.noise * torch.randn(c.count, c.code, generator=rng, device=device)
        behind = torch.rand(c.count, 3, 1, 1, generator=rng, device=device)
        moved = torch.randint(SHIFTS, (2,), generator=rng, device=device)
        halvings = sum(step < grown for grown in c.grows)
        real = F.avg_pool2d(self.pool.floats(which), 1 << halvings)
        return which, real, noise, behind, moved

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """How far the pictures are off, in color and to the eye."""
        which, real, noise, behind, (down, right) = batch
        c = self.c
        made = net(which, noise, real.shape[-1]).float()
        a, b = samples.before(made, behind), samples.before(real, behind)
        total = c.color * (made - real).abs().mean()
        if c.perceptual:
            shown, wanted = a[..., down:, right:], b[..., down:, right:]
            unlike = self.distance(shown, wanted, torch.ones_like(shown[:, :1]))
            total = total + c.perceptual * unlike.mean()
        if c.texture:
            total = total + c.texture * self._unlike(a, b)
        return total, made

    def _unlike(self, made: Tensor, real: Tensor) -> Tensor:
        """How far textures are apart, and what is not in 0..1."""
        beyond = (made - made.clamp(0, 1)).abs().mean()
        made = made.clamp(0, 1)
        total = looks.colors_apart(made, looks.moments(real)).mean() + beyond
        scales = [scale for scale in SCALES if made.shape[-1] >= SEEN * scale]
        for smaller in scales:
            a, b = (F.avg_pool2d(x, smaller) if smaller > 1 else x for x in (made, real))
            with torch.no_grad():
                wanted = [looks.moments(x) for x in self.statistics.features(b)]
            apart = looks.apart(self.statistics.features(a), wanted)
            total = total + apart.log1p().mean() / len(scales)  # of plain ones it is large
        return total

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB of pictures it was shown, or how unlike they are as textures, and a contact
        sheet: some of these, then seeds.
        """
        assert isinstance(net, Bank)
        which = torch.arange(samples.SHEET * 4, device=self.latents.device)
        which = which * len(self.pool) // len(which)
        made = net(which, torch.zeros(1, self.c.code, device=which.device)).float().clamp(0, 1)
        real = self.pool.floats(which)
        if self.c.texture:
            scores = {"unlike": float(self._unlike(*map(samples.on_white, (made, real))))}
        else:
            mse = (made - real).square().mean((1, 2, 3))
            scores = {"psnr": float((-10 * (mse + 1e-10).log10()).mean())}
        between = Between(net.codes, self.pool.words, self.c.latent)
        whole = torch.ones(len(self.latents), 1, device=which.device)
        seeds = net.generator.drawn(between(self.latents, None, whole)).float().clamp(0, 1)
        sheet = samples.on_white(torch.cat([made, seeds]))
        return scores, samples.rows(sheet)


SMOKE = Config(widths=(16, 16, 12, 8, 8), code=16, latent=4, rare=1, count=4, checkpoint_minutes=60)
SCRIPT = loop.Script("bank", Config, SMOKE, Task, export, channels=4)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
