"""Train an upscaler, for twice or four times the size.

The network sees a photograph made smaller, and learns to give back the photograph: the average
error of the pixels, and of the spectrum, which asks for sharpness. A second run from there makes
crisp weights: of pictures that are also blurred, noisy and compressed, with a critic, its features
and a perceptual distance: ``--start FIRST --set degraded=0.5 --set adversarial=0.01 …``.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from neural.card import ModelCard, Port
from neural.training import command, crops, degrade, export_restore, loop, run
from neural.training.losses import PerceptualDistance
from neural.training.nets.critic import PatchCritic, hinge, matched, pleased
from neural.training.nets.upscale import SCALES, Blended, UpscaleNet

LUMA = (65.481, 128.553, 24.966)  # BT.601, to levels of 255; the offset of 16 does not matter here

TILE = 192  # px: takes 0.2 GB, so that a giant result needs less than three times its own (R19)
CRISP_DATA = (
    " The crisp weights were trained with a perceptual loss as well, which uses SqueezeNet 1.1 "
    "(MIT) with the heads of LPIPS 0.1 (BSD-2-Clause)."
)


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    scale: int = 2
    channels: int = 48
    depth: int = 6  # blocks: 0.4 M weights once folded
    size: int = 48  # px of a small crop; 64 on a GPU
    count: int = 8  # crops of a batch; 64 on a GPU
    shrunk: float = 0.6  # of the batches, from photos of half the size, free of JPEG's traces
    spectrum: float = 0.05  # weight of the error of the spectrum
    degraded: float = 0.0  # of the pictures, made small as cameras and web pages do
    perceptual: float = 0.0  # weight of the perceptual distance
    adversarial: float = 0.0  # of the critic's opinion; above 0 there is a critic
    features: float = 0.0  # of the difference to the photo that the critic sees
    color: float = 0.0  # of the error of the result made small again
    critic_width: int = 64


def build(c: Config) -> UpscaleNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    net = UpscaleNet(c.scale, c.channels, c.depth)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def folded(state: dict[str, Any]) -> UpscaleNet:
    """The averaged network of a checkpoint, as it is shipped."""
    return run.averaged(build(Config(**state["config"])), state).fold()


def export(folder: Path, models: Path, name: str, crisp: Path | None = None) -> ModelCard:
    """Write the averaged network of a run, folded, as a model into ``models``.

    crisp: a run that went on from that one with a perceptual loss. Both go into the model, which
    then has an amount for an input: 0 is faithful, 1 crisp, and in between the weights are mixed.

    Raises:
        ValueError: PyTorch and ONNX Runtime do not agree, or the two networks differ in shape.
    """
    state = run.load(folder)
    net = folded(state)
    kind = export_restore.Kind(
        task="upscale",
        title=f"Upscale ×{net.scale}",
        script="neural.training.train_upscale",
        inputs=(Port("image", "image", 3),),
        multiple_of=1,
        scale=net.scale,
        tile=TILE,
        bytes_per_pixel=2700,  # 2400 at ×2, 3100 at ×4: how the process grew
    )
    if crisp is None:
        return export_restore.write(net, kind, state, models, name)
    other = run.load(crisp)
    kind = replace(
        kind, inputs=(*kind.inputs, Port("amount", "amount", 1)), data=kind.data + CRISP_DATA
    )
    both = Blended(net, folded(other))
    state = {**state, "step": state["step"] + other["step"], "revision": other["revision"]}
    return export_restore.write(both, kind, state, models, name)


def small(large: Tensor, times: int) -> Tensor:
    """The photo that the network gets to see, in steps of 1 / 255 as a file has them."""
    return (degrade.shrunk(large, times) * 255).round() / 255


def worn(rng: Generator, large: Tensor, times: int) -> Tensor:
    """The photo as a camera and a web page would have it: blurred, small, noisy, compressed."""
    image = degrade.shrunk(degrade.blurred(rng, large, 0.3 * times, 0.8 * times), times)
    level = degrade.log_uniform(rng, len(large), 0.5 / 255, 6 / 255)
    image = degrade.gaussian(rng, image, level).clamp(0, 1)
    packed = degrade.jpeg(image, degrade.uniform(rng, len(large), 55, 95))
    return (degrade.chosen(rng, 0.7, packed, image) * 255).round() / 255


def luma_psnr(result: Tensor, truth: Tensor, border: int) -> Tensor:
    """PSNR in dB of the brightness of each picture, ``(n,)``, without ``border`` px all around.

    Of 8-bit values, on the scale of BT.601, as papers on upscaling have it.
    """
    weights = torch.tensor(LUMA, device=result.device)[:, None, None] / 255
    inner = (..., slice(border, -border), slice(border, -border))
    rounded = (result.clamp(0, 1) * 255).round() / 255
    error = ((rounded - truth) * weights).sum(1)[inner]
    return -10 * (error.square().mean((1, 2)) + 1e-10).log10()


def validate(net: loop.Call, photos: Tensor, scale: int) -> tuple[loop.Scores, loop.Rows]:
    """PSNR in dB of the network and of bicubic interpolation, and a contact sheet of both."""
    image = small(photos, scale)
    result = torch.cat([net(part) for part in image.split(4)])
    plain = F.interpolate(image, scale_factor=float(scale), mode="bicubic")
    scores = {
        "psnr": float(luma_psnr(result, photos, scale).mean()),
        "psnr_bicubic": float(luma_psnr(plain, photos, scale).mean()),
    }
    return scores, [list(x[:6].cpu()) for x in (photos, plain, result)]


class Task(loop.Task):
    """Faithful upscaling, for ``neural.training.loop``."""

    def __init__(self, c: Config, data: loop.Data) -> None:
        if c.scale not in SCALES:
            raise run.Unfit(f"scale is one of {SCALES}")
        if c.perceptual and data.perceptual is None:
            raise run.Unfit("the perceptual distance needs its weights: --perceptual DIR")
        self.c, self.net = c, build(c)
        self.critic = PatchCritic(3, c.critic_width) if c.adversarial else None
        self.model = f"upscale-x{c.scale}"
        self.pool = data.crops
        self.side = c.size * c.scale
        centers = crops.centers(data.held_out, 16, 2 * self.side)
        self.checks = F.avg_pool2d(centers, 2).to(data.device)
        self.distance: PerceptualDistance | None = None
        if data.perceptual is not None:
            self.distance = PerceptualDistance(data.perceptual).to(data.device)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Small pictures, and the large ones they are from."""
        c = self.c
        shrink = 1 + int(np.random.default_rng((c.seed, step)).random() < c.shrunk)
        if self.side * shrink > self.pool.smallest:
            shrink = 1
        large = self.pool.draw(rng, c.count, self.side, shrink)
        image = small(large, c.scale)
        if c.degraded:
            image = degrade.chosen(rng, c.degraded, worn(rng, large, c.scale), image)
        return image, large

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """Absolute difference of pixels and of the spectrum; looks, if they are asked for."""
        c, (image, large) = self.c, batch
        result = net(image.contiguous(memory_format=torch.channels_last)).float()
        difference = result - large
        spectrum = torch.fft.rfft2(difference, norm="ortho").abs().mean()
        loss = difference.abs().mean() + c.spectrum * spectrum
        if c.color:
            with torch.autocast(image.device.type, enabled=False):
                loss = loss + c.color * degrade.shrunk(difference, c.scale, cut=False).abs().mean()
        if c.perceptual and self.distance is not None:
            everywhere = torch.ones_like(large[:, :1])
            loss = loss + c.perceptual * self.distance(result, large, everywhere).mean()
        if critic is not None:
            with torch.no_grad():
                wanted = critic(large)
            got = critic(result)
            loss = loss + c.adversarial * pleased(got[-1]) + c.features * matched(wanted, got)
        return loss, result

    def critic_loss(self, critic: loop.Call, batch: loop.Batch, result: Tensor) -> Tensor:
        """Photos above 1, results below -1."""
        return hinge(critic(batch[1])[-1], critic(result)[-1])

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB of the network and of bicubic interpolation; the perceptual distance."""
        scores, rows = validate(net, self.checks, self.c.scale)
        if self.distance is not None:
            result = torch.cat([net(x) for x in small(self.checks, self.c.scale).split(4)])
            everywhere = torch.ones_like(self.checks[:, :1])
            scores["perceptual"] = float(self.distance(result, self.checks, everywhere).mean())
        return scores, rows


SMOKE = Config(channels=8, depth=2, size=16, count=4, shrunk=0.5, checkpoint_minutes=60)
SCRIPT = loop.Script("upscale", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
