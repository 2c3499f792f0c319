"""Train the enhancer.

The network is told the facts of a thumbnail of a photograph whose light, white and colors were
spoiled, and learns what makes them what they were. Some photographs it sees as they are, and learns
to leave them alone. Thumbnails are spoiled and counted once, before the first step; after that a
step takes milliseconds. Where black and white are must be exact: use ``--precision 32-true``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor

from neural.card import ModelCard, Port
from neural.training import command, damage, data, export_restore, loop, run
from neural.training.degrade import to_light, uniform
from neural.training.nets.enhance import SIDE, EnhanceNet, Judge, cautious, facts, graded

KEPT = 384  # px, the sides of the thumbnails that crops are cut from
SMALLEST = 288  # px, the sides of a crop
WHOLE = 0.7  # of the crops are the whole picture
SEEN = 128  # px, the sides of what is spoiled: of ``SIDE`` it would take four times as long
STEPS = 33  # colors along a side of the table: what .cube files usually have
PIXELS = 8  # of a thumbnail, each way, that the loss looks at
CHUNK = 32  # thumbnails spoiled at a time, in one order
LEAST_MSE = 5e-5  # a result that close (43 dB) is good enough

KIND = export_restore.Kind(
    task="enhance",
    title="Enhance (photo)",
    script="neural.training.train_enhance",
    inputs=(Port("image", "image", 3), Port("mask", "mask", 1, one_means="hole")),
    output=Port("table", "table", 3),
    multiple_of=SIDE,
    side=SIDE,
    tiling="never",
)

# OKLab (Ottosson, 2020), from linear sRGB
TO_CONES = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
FROM_CONES = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    average: float = 0.998
    width: int = 256  # of the layers
    dropped: float = 0.5  # of what is inside the network, in each step
    count: int = 96  # pictures of a batch
    stock: int = 6144  # spoiled thumbnails, of which batches are drawn
    stay: float = 0.25  # of them, as they are
    holes: float = 0.1  # of them, transparent but for a box
    precise: float = 0.2  # weight of the logarithm of the squared error, which PSNR is


def build(c: Config) -> Judge:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    return Judge(c.width, c.dropped)


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    judge = run.averaged(build(Config(**state["config"])), state)
    return export_restore.write(EnhanceNet(judge, STEPS).eval(), KIND, state, models, name)


@dataclass(frozen=True)
class Thumbnails:
    """Photographs squashed to ``(n, KEPT, KEPT, 3)``, uint8; which may be damaged, which shown."""

    pixels: Tensor
    bright: Tensor  # indices: their light and color are what most people would call right
    whole: Tensor  # indices: all but the flat ones, of which nobody can tell

    def draw(self, rng: Generator, side: int, stay: int, damaged: int) -> Tensor:
        """Random crops, ``(stay + damaged, 3, SEEN, SEEN)``, 0..1, half of them mirrored."""
        device = self.pixels.device

        def chance(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=rng, device=device)

        which = torch.cat(
            [
                self.whole[(chance(stay) * len(self.whole)).long()],
                self.bright[(chance(damaged) * len(self.bright)).long()],
            ]
        )
        starts = (chance(2, len(which), 1) * (KEPT - side + 1)).long()
        rows, columns = starts + middles(side, SEEN).to(device)
        columns = torch.where(chance(len(which), 1) < 0.5, columns.flip(1), columns)
        found = self.pixels[which[:, None, None], rows[:, :, None], columns[:, None, :]]
        return found.permute(0, 3, 1, 2).float() / 255


def middles(length: int, count: int) -> Tensor:
    """Places of the pixels in the middle of even cells, as the operation takes them."""
    return ((torch.arange(count) + 0.5) * length / count).long()


def squashed(photos: Sequence[data.Pixels] | data.Photos, side: int = KEPT) -> Tensor:
    """All photos, ``(n, side, side, 3)``, uint8."""
    found = np.empty((len(photos), side, side, 3), np.uint8)
    for i in range(len(photos)):
        photo = photos[i]
        rows, columns = (middles(length, side).numpy() for length in photo.shape[:2])
        found[i] = photo[rows[:, None], columns]
    return torch.from_numpy(found)


def sorted_out(pixels: Tensor) -> Thumbnails:
    """Thumbnails by what their light says of them.

    A photo whose brightness spans less than half of the range from its darkest hundredth to its
    lightest one is flat: it may be fog, it may be dull, and teaches nothing either way. One that
    is very dark or bright in the middle, has no bright spot or is of one color was meant to be
    so: night, neon, snow, a sunset. It is shown as it is and never damaged.
    """
    image = pixels[:, ::6, ::6].float().flatten(1, 2) / 255
    luma = image @ image.new_tensor((0.299, 0.587, 0.114))
    dark, middle, light = luma.quantile(luma.new_tensor((0.01, 0.5, 0.99)), 1)
    mean = image.mean(1)
    cast = mean.amax(1) - mean.amin(1)
    is_flat = light - dark < 0.5
    is_meant = (middle < 0.1) | (middle > 0.85) | (light < 0.6) | (cast > 0.4)
    return Thumbnails(pixels, (~is_flat & ~is_meant).nonzero()[:, 0], (~is_flat).nonzero()[:, 0])


def boxes(rng: Generator, count: int, share: float) -> Tensor:
    """Masks ``(count, 1, SEEN, SEEN)``, 1 outside of a random box in a ``share`` of them."""
    places = torch.arange(SEEN, device=rng.device) / SEEN
    low = torch.rand(2, count, 1, generator=rng, device=rng.device) * 0.6
    high = low + 0.2 + torch.rand(2, count, 1, generator=rng, device=rng.device) * 0.6
    inside = (places >= low) & (places < high)
    box = inside[0][:, :, None] & inside[1][:, None, :]
    box = box[:, None] | (uniform(rng, count, 0, 1) >= share)
    return 1 - box.float()


def oklab(image: Tensor) -> Tensor:
    """SRGB ``(n, 3, h, w)`` to lightness and two opponent colors, about as different as they look.

    The cube root is made harmless near black.
    """
    cones = torch.einsum("ij,njhw->nihw", image.new_tensor(TO_CONES), to_light(image))
    return torch.einsum("ij,njhw->nihw", image.new_tensor(FROM_CONES), (cones + 1e-4) ** (1 / 3))


def loss_of(result: Tensor, target: Tensor, keep: Tensor, precise: float) -> Tensor:
    """How far ``result`` is from ``target``, ``(n, 3, h, w)``, where ``keep`` is 1.

    The absolute difference in sRGB, the distance in OKLab, and a little of the logarithm of the
    squared error, which asks for precision where precision is possible.
    """

    def mean(values: Tensor) -> Tensor:
        return (values * keep).sum((1, 2, 3)) / (keep.sum((1, 2, 3)) + 1e-6)

    error = result - target
    plain = mean((error.square() + 1e-5).sqrt().mean(1, keepdim=True))
    seen = mean(((oklab(result) - oklab(target)).square().sum(1, keepdim=True) + 1e-6).sqrt())
    squared = mean(error.square().mean(1, keepdim=True))
    return (plain + seen + precise * (squared + LEAST_MSE).log()).mean()


class Stock(NamedTuple):
    """Spoiled thumbnails: what is known of them, and some of their pixels.

    known, ends: as ``facts`` gives them. dull, clean: ``(n, 3, PIXELS, PIXELS)``. keep:
    ``(n, 1, PIXELS, PIXELS)``, 1 where there is something to see.
    """

    known: Tensor
    ends: Tensor
    dull: Tensor
    clean: Tensor
    keep: Tensor


def stocked(rng: Generator, c: Config, thumbnails: Thumbnails) -> Stock:
    """``c.stock`` thumbnails."""
    parts = []
    stay = round(CHUNK * c.stay)
    few = slice(SEEN // PIXELS // 2, None, SEEN // PIXELS)
    for i in range(-(-c.stock // CHUNK)):
        chance = np.random.default_rng((c.seed, i))
        side = KEPT if chance.random() < WHOLE else int(chance.integers(SMALLEST, KEPT + 1))
        clean = thumbnails.draw(rng, side, stay, CHUNK - stay)
        dull = torch.cat([clean[:stay], damage.dulled(rng, clean[stay:])])
        mask = boxes(rng, CHUNK, c.holes)
        pixels = (each[..., few, few] for each in (dull, clean, 1 - mask))
        parts.append(Stock(*facts(dull, mask), *pixels))
    return Stock(*(torch.cat(column)[: c.stock] for column in zip(*parts, strict=True)))


class Task(loop.Task):
    """Enhancing, for ``neural.training.loop``."""

    model = "enhance"

    def __init__(self, c: Config, given: loop.Data) -> None:
        self.c, self.given, self.net = c, given, build(c)

    @cached_property
    def stock(self) -> Stock:
        device = self.given.device
        rng = Generator(device).manual_seed(self.c.seed)
        return stocked(rng, self.c, sorted_out(squashed(self.given.photos).to(device)))

    @cached_property
    def checks(self) -> Tensor:
        """The held-out photos, ``(n, 3, SEEN, SEEN)``."""
        photos = squashed(self.given.held_out, SEEN).permute(0, 3, 1, 2).float() / 255
        return photos.to(self.given.device)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Of the stock."""
        stock = self.stock
        which = torch.randint(len(stock.known), (self.c.count,), generator=rng, device=rng.device)
        return tuple(column[which] for column in stock)

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """``loss_of``."""
        known, ends, dull, clean, keep = batch
        result = graded(dull.flatten(2), net(known), ends).reshape(dull.shape)
        return loss_of(result, clean, keep, self.c.precise), result

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """Gain in dB with damage as in training and of other kinds, and what good photos lose."""
        photos = self.checks
        nothing = torch.zeros_like(photos[:, :1])

        def enhanced(image: Tensor) -> Tensor:
            known, ends = facts(image, nothing)
            return graded(image.flatten(2), cautious(net(known)), ends).reshape(image.shape)

        def psnr(image: Tensor) -> Tensor:
            mse = (image - photos).square().mean((1, 2, 3))
            return -10 * mse.clamp(min=1e-6).log10()

        scores, rows = {}, [list(photos[:8].cpu())]
        for name, spoil in (("gain", damage.dulled), ("unseen", damage.dulled_otherwise)):
            dull = spoil(Generator(photos.device).manual_seed(99), photos)
            result = enhanced(dull)
            scores[name] = float((psnr(result) - psnr(dull)).mean())
            rows += [list(dull[:8].cpu()), list(result[:8].cpu())]
        result = enhanced(photos)
        change = (oklab(result) - oklab(photos)).square().sum(1).sqrt()
        scores["change"] = float(change.mean()) * 100
        rows.append(list(result[:8].cpu()))
        return scores, rows


SMOKE = Config(width=16, count=8, stock=128, checkpoint_minutes=60)
SCRIPT = loop.Script("enhance", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
