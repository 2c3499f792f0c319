"""Train the structure network of inpainting.

The network learns to correct a smooth fill of random holes in photographs; what it cannot know,
fine texture, is copied from the photo by ``neural.texture`` afterwards. So the losses ask for the
right color and structure first. In a second run a critic, features and a perceptual distance ask
for edges as crisp as a photo has them: ``--start FIRST --set adversarial=0.01 …``.
"""

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from neural.card import Metric, ModelCard, Port
from neural.training import augment, command, data, export_restore, loop, masks, run
from neural.training.losses import PerceptualDistance, dissimilarity, in_hole, pyramid_l1
from neural.training.nets.critic import PatchCritic, hinge, matched, pleased
from neural.training.nets.inpaint import MULTIPLE_OF, InpaintNet

KIND = export_restore.Kind(
    task="inpaint",
    title="Inpaint (photo)",
    script="neural.training.train_inpaint",
    inputs=(Port("image", "image", 3), Port("mask", "mask", 1, one_means="hole")),
    multiple_of=MULTIPLE_OF,
    tiling="never",
    source="compositeWithTrainedAlgorithmicMedia",
    data=export_restore.PHOTOGRAPHS
    + " The perceptual loss uses SqueezeNet 1.1 (MIT) with the heads of LPIPS 0.1 (BSD-2-Clause).",
)

HOLE_PX = 192  # the side that holes are drawn at


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    half: int = 32  # channels at 1/2, 1/4 and 1/8 of the resolution: cheap where it is large
    quarter: int = 96
    eighth: int = 256
    sizes: tuple[tuple[int, int, float], ...] = (  # crop px, pictures, share of the batches
        (128, 8, 0.7),
        (192, 4, 0.2),
        (256, 2, 0.1),
    )
    shrinks: tuple[tuple[int, float], ...] = (  # times, share of the batches; a deep hole is
        (1, 0.4),  # shown to the network small, so that it learns outlines, not grain
        (2, 0.35),
        (4, 0.25),
    )
    holes: int = 1024  # drawn once, used flipped and turned
    structure: float = 0.15  # weight of structural dissimilarity beside the color error
    perceptual: float = 0.0  # of the perceptual distance
    adversarial: float = 0.0  # of the critic's opinion; above 0 there is a critic
    features: float = 0.0  # of the difference to the photo that the critic sees
    known: float = 0.1  # of the known pixels, which the hole's border must meet
    critic_width: int = 48


SMOKE = Config(
    half=8,
    quarter=16,
    eighth=16,
    sizes=((64, 2, 1.0),),
    shrinks=((1, 1.0),),
    holes=8,
    critic_width=4,
    checkpoint_minutes=60,
)


def build(c: Config) -> InpaintNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    net = InpaintNet(c.half, c.quarter, c.eighth)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str, metrics: tuple[Metric, ...] = ()) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    net = build(Config(**state["config"]))
    net.load_state_dict(state["average"])
    plain = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return export_restore.write(plain, KIND, state, models, name, metrics)


def validation_set(photos: data.Photos, count: int, size: int) -> tuple[Tensor, Tensor]:
    """Fixed crops with fixed free-form holes of 5 to 20 %; every other one at half resolution.

    Returns images ``(n, 3, size, size)``, 0..1, and masks ``(n, 1, size, size)``.
    """
    images, holes = [], []
    for i in range(min(count, len(photos))):
        rng = np.random.default_rng((99, i))
        image = data.crop(rng, photos[i * len(photos) // count], size, 1 + i % 2).copy()
        images.append(torch.from_numpy(image).permute(2, 0, 1).float() / 255)
        holes.append(torch.from_numpy(masks.free_form(rng, size, size, 0.05, 0.2)).float()[None])
    return torch.stack(images), torch.stack(holes)


class Task(loop.Task):
    """Inpainting, for ``neural.training.loop``."""

    model = "inpaint"

    def __init__(self, c: Config, given: loop.Data) -> None:
        if c.perceptual and given.perceptual is None:
            raise run.Unfit("the perceptual distance needs its weights: --perceptual DIR")
        self.c, self.net = c, build(c)
        self.critic = PatchCritic(4, c.critic_width) if c.adversarial else None
        self.pool = given.crops
        rng = np.random.default_rng(c.seed)
        self.holes = torch.from_numpy(masks.bank(rng, c.holes, HOLE_PX)).to(given.device)
        images, holes = validation_set(given.held_out, 32, min(256, 2 * c.sizes[0][0]))
        self.checks = images.to(given.device), holes.to(given.device)
        self.distance: PerceptualDistance | None = None
        if given.perceptual is not None:
            self.distance = PerceptualDistance(given.perceptual).to(given.device)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Photos and masks, 1 in the hole."""
        c, chance = self.c, np.random.default_rng((self.c.seed, step))
        size, count, _ = c.sizes[chance.choice(len(c.sizes), p=[share for *_, share in c.sizes])]
        times, shares = zip(*c.shrinks, strict=True)
        shrink = min(int(chance.choice(times, p=shares)), self.pool.smallest // size)
        image = self.pool.draw(rng, count, size, shrink)
        which = torch.randint(len(self.holes), (count,), generator=rng, device=rng.device)
        holes = augment.turned(rng, self.holes[which][:, None].float())
        return image, (F.interpolate(holes, (size, size), mode="bilinear") > 0.5).float()

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """Color, structure and, if asked for, looks; the result has the photo around the hole."""
        c, (image, mask) = self.c, batch
        result = net(image.contiguous(memory_format=torch.channels_last), mask).float()
        loss = pyramid_l1(result, image, mask) + c.known * in_hole((result - image).abs(), 1 - mask)
        whole = torch.where(mask > 0, result, image)
        loss = loss + c.structure * dissimilarity(whole, image, mask)
        if self.distance is not None and c.perceptual:
            loss = loss + c.perceptual * self.distance(whole, image, mask)
        total = loss.mean()
        if critic is not None:
            with torch.no_grad():
                wanted = critic(torch.cat([image, mask], 1))
            got = critic(torch.cat([whole, mask], 1))
            where = F.interpolate(mask, got[-1].shape[2:], mode="area")
            total = total + c.adversarial * pleased(got[-1], where)
            total = total + c.features * matched(wanted, got, mask)
        return total, whole

    def critic_loss(self, critic: loop.Call, batch: loop.Batch, result: Tensor) -> Tensor:
        """Patches that touch the hole are results, all others are photo."""
        image, mask = batch
        real, fake = (critic(torch.cat([x, mask], 1))[-1] for x in (image, result))
        return hinge(real, fake, F.interpolate(mask, fake.shape[2:], mode="area"))

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB and perceptual distance in the holes; photo, hole and result."""
        images, holes = self.checks
        rows: loop.Rows = []
        psnr, distance = [], []
        for image, mask in zip(images.split(1), holes.split(1), strict=True):
            result = torch.where(mask > 0, net(image, mask).clamp(0, 1), image)
            mse = in_hole((result - image).square(), mask).item()
            psnr.append(-10 * math.log10(mse + 1e-10))
            if self.distance is not None:
                distance.append(self.distance(result, image, mask).item())
            if len(rows) < 12:
                rows.append([image[0].cpu(), (image * (1 - mask))[0].cpu(), result[0].cpu()])
        scores = {"psnr": float(np.mean(psnr))}
        if distance:
            scores["perceptual"] = float(np.mean(distance))
        return scores, rows


SCRIPT = loop.Script("inpaint", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
