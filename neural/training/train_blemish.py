"""Train the network that finds scratches and dust.

It is shown photographs with damage drawn on them, and without, and says of each pixel whether it is
bright damage, or dark. Wires, twigs and lettering are in the photographs themselves.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from neural.blemishes import COUNTED
from neural.card import ModelCard, Port
from neural.training import augment, command, crops, export_restore, loop, run, scratches
from neural.training.nets.blemish import KINDS, MULTIPLE_OF, BlemishNet, Likely

KIND = export_restore.Kind(
    task="blemish",
    title="Scratches and dust",
    script="neural.training.train_blemish",
    inputs=(Port("image", "image", 3),),
    output=Port("likely", "mask", KINDS, one_means="hole"),
    multiple_of=MULTIPLE_OF,
)
MIRRORED = 3  # one in so many batches continues as pictures do at their borders


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    half: int = 32  # channels at 1/2, 1/4 and 1/8 of the resolution
    quarter: int = 64
    eighth: int = 96
    size: int = 192  # px of a crop, a multiple of 16
    count: int = 8
    drawn: int = 1500  # pictures of damage, used flipped and turned
    whole: float = 0.3  # of the crops have no bright damage, and as many no dark one
    shrunk: float = 0.4  # of the batches, from photos of half the size
    rate: float = 1e-3
    clip: float = 1.0


def build(c: Config) -> BlemishNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    net = BlemishNet(c.half, c.quarter, c.eighth)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    net = run.averaged(build(Config(**state["config"])), state)
    return export_restore.write(Likely(net), KIND, state, models, name)


def unlike(logits: Tensor, shown: Tensor) -> Tensor:
    """How wrong an answer is: cross entropy, and how far it is from covering the damage.

    logits, shown: ``(n, KINDS, h, w)``; how much of the damage is to be seen.
    """
    sure = ((shown > scratches.SEEN) | (shown < scratches.UNSEEN)).float()
    wanted = (shown > scratches.SEEN).float()
    weight = sure * (1 + (COUNTED - 1) * wanted)
    entropy = F.binary_cross_entropy_with_logits(logits, wanted, weight)
    likely = torch.sigmoid(logits) * sure
    both = (likely * wanted).sum((0, 2, 3))
    dice = 2 * (both + 1) / ((likely + wanted * sure).sum((0, 2, 3)) + 2)
    return entropy + 0.2 * (1 - dice).mean()


def mirrored(x: Tensor) -> Tensor:
    """With its outer part replaced by a mirror image, as the borders of pictures are continued:
    what ends there looks thin, and is none the less no scratch.
    """
    around = x.shape[3] // 8
    inside = x[..., around:-around, around:-around]
    return F.pad(inside, (around,) * 4, mode="reflect")


class Task(loop.Task):
    """Finding damage, for ``neural.training.loop``."""

    model = "blemish"

    def __init__(self, c: Config, given: loop.Data) -> None:
        self.c, self.net, self.pool = c, build(c), given.crops
        bank = scratches.bank(np.random.default_rng(c.seed), c.drawn, c.size)
        self.bank = torch.from_numpy(bank).to(given.device)
        photos = crops.centers(given.held_out, 24, 2 * c.size).to(given.device)
        other = scratches.bank(np.random.default_rng(c.seed + 1), 2 * len(photos), 2 * c.size)
        opacity = torch.from_numpy(other).to(given.device).float() / 255
        rng = Generator(given.device).manual_seed(99)
        self.checks = scratches.damaged(
            rng, scratches.aged(rng, photos), opacity.view(-1, KINDS, *opacity.shape[1:])
        )

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Pictures, and how much damage shows in them."""
        c, device = self.c, self.bank.device
        shrink = 1 + int(np.random.default_rng((c.seed, step)).random() < c.shrunk)
        image = self.pool.draw(rng, c.count, c.size, min(shrink, self.pool.smallest // c.size))
        which = torch.randint(len(self.bank), (c.count, KINDS), generator=rng, device=device)
        there = torch.rand(c.count, KINDS, 1, 1, generator=rng, device=device) >= c.whole
        opacity = augment.turned(rng, self.bank[which].float() / 255 * there)
        image, shown = scratches.damaged(rng, scratches.aged(rng, image), opacity)
        if step % MIRRORED == 0:
            image, shown = mirrored(image), mirrored(shown)
        return image, shown

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """``unlike``."""
        image, shown = batch
        logits = net(image.contiguous(memory_format=torch.channels_last))
        return unlike(logits, shown), logits

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """How much of the damage is found, and how much of what is found is damage, where it is
        likelier than not; pictures, what is there, and what is found.
        """
        images, shown = self.checks
        likely = torch.cat([torch.sigmoid(net(image)) for image in images.split(4)])
        wanted, found = shown > scratches.SEEN, likely > 0.5
        right = (found & (shown > scratches.UNSEEN)).sum()
        scores = {
            "recall": float((found & wanted).sum() / wanted.sum().clamp(min=1)),
            "precision": float(right / found.sum().clamp(min=1)),
        }

        def colored(mask: Tensor) -> Tensor:
            return torch.cat([mask.float(), mask[:1].float() * 0], 0).cpu()

        rows = [
            [image.cpu(), colored(w), colored(f)]
            for image, w, f in zip(images[:12], wanted[:12], likely[:12], strict=True)
        ]
        return scores, rows


SMOKE = Config(
    half=8, quarter=8, eighth=8, size=48, count=2, drawn=8, shrunk=0, checkpoint_minutes=60
)
SCRIPT = loop.Script("blemish", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
