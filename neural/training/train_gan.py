"""Train a generator of pictures: icons, fruit, anything that a folder is full of.

A critic learns to tell its pictures from those of the folder, both of them damaged alike in passing
(``augment``), since folders are small. If there are words beside the folder (``pictures``), it
learns what they mean. ``--set channels=3`` puts transparent pictures on white.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Generator as Random
from torch import Tensor, nn
from torch.nn import functional as F

from neural.card import ModelCard, Slider
from neural.training import augment, command, loop, pictures, run, samples
from neural.training.adversarial import RULES, gradient_penalty, r1
from neural.training.distances import Features, kid
from neural.training.export_generator import Mapping, Space
from neural.training.nets.gan import Generator
from neural.training.nets.gan_critic import DRAWN, Critic
from neural.training.nets.projected import ProjectedCritic, Projection

WORDS = "words.json"  # in the folder of a run: the words that it knows, in their order
SHOWN = samples.SHEET**2


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    widths: tuple[int, ...] = (288, 288, 256, 192, 128, 64)  # at 4, 8, … 128 px; one more for 256
    latent: int = 128
    vocabulary: int = 512  # words at most; 0 for none
    rare: int = 4  # pictures that a word must have
    meaning: int = 128
    channels: int = 4
    seamless: bool = False
    count: int = 16
    flipped: float = 0.5  # of the pictures
    told: float = 0.6  # of the words of a picture
    mixed: float = 0.2  # of the results, made from two latents
    loss: str = "hinge"  # one of adversarial.RULES
    penalty: float = 0.0  # of slopes: R1, or, for wasserstein, the gradient penalty
    every: int = 4  # steps between penalties
    bounded: bool = True  # a critic with spectral normalization
    range: float = 1.0  # weight of what is not in 0..1
    drawing: float = 1.0  # weight of what the critic draws of pictures
    projected: bool = False  # the critic sees a classifier's features; needs ``--perceptual``
    only: tuple[str, ...] = ()  # pictures with any of these words; all, if there are none
    critic_width: int = 48  # at the full resolution; 96 is good for a projected one
    critic_most: int = 288
    checks: int = 256  # results that are measured
    sliders: int = 6  # of shape, and as many of surface
    rate: float = 2e-4
    momentum: float = 0.0
    clip: float = 10.0


def build(c: Config, words: int) -> Generator:
    """The generator of a configuration that knows so many words, freshly initialized."""
    torch.manual_seed(c.seed)
    net = Generator(
        c.widths,
        latent=c.latent,
        words=words,
        meaning=c.meaning,
        channels=c.channels,
        seamless=c.seamless,
    )
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def restored(folder: Path) -> tuple[Generator, tuple[str, ...], Config]:
    """The averaged generator of a run, with the words that it knows, and its settings. Its weights
    are rounded as they are in the file that is shipped.
    """
    state = run.load(folder)
    c = Config(**state["config"])
    words = tuple(json.loads((folder / WORDS).read_text()))
    net = run.averaged(build(c, len(words)), state)
    for parameter in net.parameters():
        parameter.data = parameter.data.half().float()
    net.settle()
    return net, words, c


class Drawing(nn.Module):
    """What a generator makes of codes, with inputs as a card has them."""

    def __init__(self, net: Generator) -> None:
        super().__init__()
        self.net = net

    def forward(self, codes: Tensor, weights: Tensor) -> Tensor:
        return self.net.drawn(codes.permute(0, 2, 3, 1), weights).clamp(0, 1)


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged generator of a run as models into ``models``, as ``Space.write`` does."""
    net, words, c = restored(folder)
    space = Space(
        "neural.training.train_gan",
        c.latent,
        net.code,
        net.sides[-1],
        c.channels,
        words,
        sliders(net, c.sliders),
        c.seamless,
    )
    return space.write(Mapping(net, net.codes), Drawing(net), run.load(folder), models, name)


@torch.no_grad()
def sliders(net: Generator, count: int) -> tuple[Slider, ...]:
    """The directions of codes that change most what the coarse and what the fine layers do, found
    from their weights alone (Shen and Zhou, arXiv:2007.06600), ``count`` of each.
    """
    rng = torch.Generator().manual_seed(0)
    found = net.codes(torch.randn(1024, 1, net.latent, generator=rng).expand(-1, 2, -1))[:, 0]
    made = []
    parts: tuple[tuple[str, Literal["coarse", "fine"]], ...] = (
        ("Shape", "coarse"),
        ("Surface", "fine"),
    )
    for title, rules in parts:
        styles = [w[:, : found.shape[1]] for w in net.styles(is_fine=rules == "fine")]
        _, _, axes = torch.linalg.svd(torch.cat([F.normalize(w, dim=1) for w in styles]))
        for i, axis in enumerate(axes[:count], 1):
            far = 2 * float((found @ axis).std())
            code = F.pad(far * axis, (0, net.code - len(axis)))
            numbers = tuple(round(float(x), 4) for x in code)
            made.append(Slider(f"{title} {i}", rules, numbers))
    return tuple(made)


class Task(loop.Task):
    """Generating, for ``neural.training.loop``."""

    model = "generate"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if c.loss not in RULES:
            raise run.Unfit(f"no loss {c.loss} (there are: {', '.join(RULES)})")
        self.c = c
        described = pictures.words_of(given.photos, given.folders)
        wanted = pictures.having(described, c.only)
        known = pictures.vocabulary([described[i] for i in wanted], c.rare, c.vocabulary)
        given.packed.with_name(WORDS).write_text(json.dumps(known))
        self.net = net = build(c, len(known))
        side, words = net.sides[-1], len(known)
        pool = pictures.load(given.photos, given.folders, known, side, c.channels, given.device)
        self.pool = pool.some(wanted)
        self.projection: Projection | None = None
        if c.projected:
            if given.perceptual is None:
                raise run.Unfit("a projected critic needs --perceptual")
            projection = Projection(given.perceptual, c.critic_width).to(given.device)
            self.projection = projection.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
            every = torch.arange(0, len(self.pool), max(len(self.pool) // 64, 1))
            self.projection.fit(samples.on_white(self.pool.floats(every.to(given.device))))
            critic: nn.Module = ProjectedCritic(c.critic_width, c.critic_width, words)
        else:
            critic = Critic(
                c.channels, side, c.critic_width, c.critic_most, words, bounded=c.bounded
            )
        self.critic = self.judge = critic.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.latents = samples.latents(range(max(SHOWN, c.checks)), c.latent).to(given.device)
        self.told = samples.told(self.pool.words, len(self.latents))
        places = torch.arange(len(self.latents), device=given.device) * len(self.pool)
        self.spread = samples.spread(
            samples.on_white(self.pool.floats(places // len(self.latents)))
        )
        self.features: Features | None = None
        if given.perceptual is not None:
            self.features = Features(given.perceptual).to(given.device)
            parts = self.pool.pixels.split(64)
            self.real = torch.cat(
                [self.features.pooled(samples.on_white(part.float() / 255)) for part in parts]
            )

    def draw(self, rng: Random, step: int) -> loop.Batch:
        """Pictures, the weights of their words, latents, the chances of augmentation, how to mix
        pictures and results, what is behind them, and whether slopes are penalized.
        """
        c, n, device = self.c, self.c.count, self.pool.pixels.device
        real, words = self.pool.draw(rng, n, c.flipped, c.told)
        latent = torch.randn(n, 2, c.latent, generator=rng, device=device)
        chance = torch.rand(2, n, augment.CHANCES, generator=rng, device=device)
        mix = torch.rand(2, n, 1, generator=rng, device=device)
        behind = torch.rand(n, 3, 1, 1, generator=rng, device=device)
        latent[:, 1] = torch.where(mix[0] < c.mixed, latent[:, 1], latent[:, 0])
        return real, words, latent, chance, mix[1], behind, torch.tensor(step % c.every == 0)

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """What the critic thinks of the results, and these, as it saw them."""
        assert critic is not None
        _, words, latent, chance, _, behind, _ = batch
        made = net(latent, words).float()
        beyond = (made - made.clamp(0, 1)).abs().mean()
        if self.c.seamless:
            made = made.roll((made.shape[2] // 2, made.shape[3] // 2), (2, 3))
        made = augment.augmented(made, chance[0])
        if self.projection is not None:
            answer = critic(self.projection(samples.before(made, behind)), words)
        else:
            answer, _ = critic(made, words)
        return RULES[self.c.loss].generator(answer) + self.c.range * beyond, made

    def critic_loss(self, critic: loop.Call, batch: loop.Batch, result: Tensor) -> Tensor:
        """How well pictures and results are told apart, what is drawn of pictures, and slopes."""
        c, (real, words, _, chance, mix, behind, is_penalized) = self.c, batch
        real = augment.augmented(real, chance[1])
        if self.projection is not None:
            with torch.no_grad():
                yes, no = (self.projection(samples.before(each, behind)) for each in (real, result))
            return RULES[c.loss].critic(critic(yes, words), critic(no, words))
        answer, drawn = critic(real, words, draws=True)
        total = RULES[c.loss].critic(answer, critic(result, words)[0])
        small = F.interpolate(real, (DRAWN, DRAWN), mode="area")
        total = total + c.drawing * (drawn.float() - small).abs().mean()
        if c.penalty and is_penalized:
            judge = self.judge  # itself: autograd may not ask what Fabric made of it
            total = total + c.penalty * c.every * (
                gradient_penalty(lambda x: judge(x, words)[0], real, result, mix[..., None, None])
                if c.loss == "wasserstein"
                else r1(lambda x: judge(x, words)[0], real)
            )
        return total

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """How far results are spread, of the pictures' own spread, and KID of SqueezeNet; and
        seeds 0 to 63, with the words of some picture each.
        """
        count = max(SHOWN, self.c.checks)
        made = samples.drawn(net, self.latents[:count], self.told[:count])
        scores = {"spread": samples.spread(made) / self.spread}
        if self.features is not None:
            scores["kid_squeezenet"] = kid(self.features.pooled(made), self.real)
        return scores, samples.rows(made[:SHOWN])


SMOKE = Config(
    widths=(16, 16, 12, 8, 8),
    latent=8,
    meaning=8,
    rare=1,
    count=4,
    critic_width=4,
    critic_most=16,
    checks=64,
    penalty=1.0,
    checkpoint_minutes=60,
)
SCRIPT = loop.Script("gan", Config, SMOKE, Task, export, channels=4)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
