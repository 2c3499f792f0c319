"""Train the enhancer.

The network sees a thumbnail of a photograph whose light, white and colors were spoiled, and learns
the table that makes them what they were. Some photographs it sees as they are, and learns to leave
them alone. Where black and white are must be exact: train with ``--precision 32-true``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Generator, Tensor

from neural.card import ModelCard, Port
from neural.training import damage, data, export_restore, loop, run
from neural.training.degrade import to_light, uniform
from neural.training.nets.enhance import SIDE, EnhanceNet, looked_up

KEPT = 192  # px, the sides of the thumbnails that crops are cut from
SMALLEST = 120  # px, the sides of a crop
STEPS = 33  # colors along a side of the table: what .cube files usually have
FEWER_STEPS = 13  # in training: enough for a smooth one
LEAST_MSE = 2e-4  # a result that close (37 dB) is good enough

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

    rate: float = 2e-3
    average: float = 0.998
    widths: tuple[int, ...] = (16, 32, 64, 128)  # channels at 1/2, 1/4, 1/8 and 1/16
    count: int = 32  # pictures of a batch
    stay: float = 0.25  # of them, shown undamaged
    holes: float = 0.15  # of them, transparent but for a box
    precise: float = 0.06  # weight of the logarithm of the squared error, which PSNR is


def build(c: Config, steps: int = FEWER_STEPS) -> EnhanceNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    return EnhanceNet(steps, c.widths)


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    net = build(Config(**state["config"]), STEPS)
    net.load_state_dict(state["average"])
    return export_restore.write(net.eval(), KIND, state, models, name)


@dataclass(frozen=True)
class Thumbnails:
    """Photographs squashed to ``(n, KEPT, KEPT, 3)``, uint8; which may be damaged, which shown."""

    pixels: Tensor
    bright: Tensor  # indices: their light and color are what most people would call right
    whole: Tensor  # indices: all but the flat ones, of which nobody can tell

    def draw(self, rng: Generator, side: int, stay: int, damaged: int) -> Tensor:
        """Random crops, ``(stay + damaged, 3, SIDE, SIDE)``, 0..1, half of them mirrored."""
        device = self.pixels.device

        def chance(*shape: int) -> Tensor:
            return torch.rand(*shape, generator=rng, device=device)

        which = torch.cat(
            [
                self.whole[(chance(stay) * len(self.whole)).long()],
                self.bright[(chance(damaged) * len(self.bright)).long()],
            ]
        )
        steps = torch.arange(side, device=device)
        starts = (chance(2, len(which), 1) * (KEPT - side + 1)).long()
        rows, columns = starts[0] + steps, starts[1] + steps
        columns = torch.where(chance(len(which), 1) < 0.5, columns.flip(1), columns)
        crops = self.pixels[which[:, None, None], rows[:, :, None], columns[:, None, :]]
        return sampled(crops)


def sampled(pixels: Tensor) -> Tensor:
    """``(n, h, w, 3)``, uint8, to ``(n, 3, SIDE, SIDE)``, 0..1, as the operation does it."""
    rows, columns = (
        ((torch.arange(SIDE) + 0.5) * length / SIDE).long().to(pixels.device)
        for length in pixels.shape[1:3]
    )
    return pixels[:, rows[:, None], columns].permute(0, 3, 1, 2).float() / 255


def squashed(photos: Sequence[data.Pixels] | data.Photos) -> Tensor:
    """All photos, ``(n, KEPT, KEPT, 3)``, uint8."""
    found = np.empty((len(photos), KEPT, KEPT, 3), np.uint8)
    for i in range(len(photos)):
        image = Image.fromarray(np.ascontiguousarray(photos[i]))
        found[i] = np.asarray(image.resize((KEPT, KEPT), Image.Resampling.NEAREST))
    return torch.from_numpy(found)


def sorted_out(pixels: Tensor) -> Thumbnails:
    """Thumbnails by what their light says of them.

    A photo whose brightness spans less than half of the range from its darkest hundredth to its
    lightest one is flat: it may be fog, it may be dull, and teaches nothing either way. One that
    is very dark or bright in the middle, has no bright spot or is of one color was meant to be
    so: night, neon, snow, a sunset. It is shown as it is and never damaged.
    """
    image = pixels[:, ::3, ::3].float().flatten(1, 2) / 255
    luma = image @ image.new_tensor((0.299, 0.587, 0.114))
    dark, middle, light = luma.quantile(luma.new_tensor((0.01, 0.5, 0.99)), 1)
    mean = image.mean(1)
    cast = mean.amax(1) - mean.amin(1)
    is_flat = light - dark < 0.5
    is_meant = (middle < 0.1) | (middle > 0.85) | (light < 0.6) | (cast > 0.4)
    return Thumbnails(pixels, (~is_flat & ~is_meant).nonzero()[:, 0], (~is_flat).nonzero()[:, 0])


def boxes(rng: Generator, count: int, share: float) -> Tensor:
    """Masks ``(count, 1, SIDE, SIDE)``, 1 outside of a random box in a ``share`` of them."""
    places = torch.arange(SIDE, device=rng.device) / SIDE
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


def unfolded(tables: Tensor) -> Tensor:
    """What ``EnhanceNet`` gives as ``(n, 3, steps, steps, steps)``."""
    steps = tables.shape[3]
    return tables.reshape(-1, 3, steps, steps, steps)


class Task(loop.Task):
    """Enhancing, for ``neural.training.loop``."""

    model = "enhance"

    def __init__(self, c: Config, given: loop.Data) -> None:
        self.c, self.given, self.net = c, given, build(c)

    @cached_property
    def thumbnails(self) -> Thumbnails:
        return sorted_out(squashed(self.given.photos).to(self.given.device))

    @cached_property
    def checks(self) -> Tensor:
        """The held-out photos, ``(n, 3, SIDE, SIDE)``."""
        return sampled(squashed(self.given.held_out)).to(self.given.device)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Thumbnails, what is transparent of them, and what they should become."""
        c = self.c
        side = int(np.random.default_rng((c.seed, step)).integers(SMALLEST, KEPT + 1))
        stay = round(c.count * c.stay)
        clean = self.thumbnails.draw(rng, side, stay, c.count - stay)
        image = torch.cat([clean[:stay], damage.dulled(rng, clean[stay:])])
        return image, boxes(rng, c.count, c.holes), clean

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """``loss_of`` on a quarter of the pixels."""
        image, mask, clean = batch
        few = slice(None, None, 2)
        result = looked_up(image[..., few, few], unfolded(net(image, mask)))
        keep = 1 - mask[..., few, few]
        return loss_of(result, clean[..., few, few], keep, self.c.precise), result

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """Gain in dB with damage as in training and of other kinds, and what good photos lose."""
        photos = self.checks
        nothing = torch.zeros_like(photos[:, :1])

        def enhanced(image: Tensor) -> Tensor:
            return looked_up(image, unfolded(net(image, nothing)))

        def psnr(image: Tensor) -> Tensor:
            mse = (image - photos).square().mean((1, 2, 3))
            return -10 * mse.clamp(min=1e-6).log10()

        scores, rows = {}, [list(photos[:8].cpu())]
        for name, spoil in (("gain", damage.dulled), ("unseen", damage.dulled_otherwise)):
            dull = spoil(torch.Generator(photos.device).manual_seed(99), photos)
            result = enhanced(dull)
            scores[name] = float((psnr(result) - psnr(dull)).mean())
            rows += [list(dull[:8].cpu()), list(result[:8].cpu())]
        result = enhanced(photos)
        change = (oklab(result) - oklab(photos)).square().sum(1).sqrt()
        scores["change"] = float(change.mean()) * 100
        rows.append(list(result[:8].cpu()))
        return scores, rows


SMOKE = Config(widths=(4, 8, 12, 16), count=6, checkpoint_minutes=60)
SCRIPT = loop.Script("enhance", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    loop.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
