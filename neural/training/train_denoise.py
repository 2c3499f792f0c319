"""Train the denoiser.

The network sees a photograph with noise and a map of how strong that noise is, and learns to give
back the photograph. Crops are cut and made noisy on the device, so that a graphics card is never
waiting.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Generator, Tensor

from neural.card import ModelCard, Port
from neural.training import command, crops, degrade, export_restore, loop, run
from neural.training.nets.denoise import MULTIPLE_OF, DenoiseNet

KIND = export_restore.Kind(
    task="denoise",
    title="Denoise (photo)",
    script="neural.training.train_denoise",
    inputs=(Port("image", "image", 3), Port("noise_map", "noise_map", 1)),
    multiple_of=MULTIPLE_OF,
)
SIGMAS = (15, 25, 50)  # of 255: what papers report


@dataclass(frozen=True)
class Config(loop.Config):
    """Everything that shapes a run. A checkpoint carries it."""

    widths: tuple[int, ...] = (40, 80, 128)  # channels at 1/2, 1/4 and 1/8 of the resolution:
    depths: tuple[int, ...] = (2, 2, 2)  # 1.2 M weights; (64, 128, 256), (3, 3, 4) on a GPU: 7 M
    size: int = 96  # px of a crop
    count: int = 14  # crops of a batch: fits the cache of one core; 64 of 128 px on a GPU
    shrunk: float = 0.3  # of the batches, from photos of half the size, free of JPEG's traces
    most: float = 75.0  # of 255, the strongest noise
    varying: float = 0.2  # of the pictures, with noise that changes from place to place
    camera: float = 0.25  # of the pictures, with noise as in files from cameras
    partial: float = 0.25  # of the pictures, told less than there is, and asked to leave the rest


def build(c: Config) -> DenoiseNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    (half, quarter, eighth), (fine, middle, coarse) = c.widths, c.depths
    net = DenoiseNet((half, quarter, eighth), (fine, middle, coarse))
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    net = run.averaged(build(Config(**state["config"])), state)
    return export_restore.write(net, KIND, state, models, name)


def noisy(rng: torch.Generator, clean: Tensor, c: Config) -> tuple[Tensor, Tensor, Tensor]:
    """``clean`` ``(n, 3, h, w)`` with noise, its level map ``(n, 1, h, w)``, and the target.

    The level of a camera's noise is what it is on average over the picture, taken a little wrong,
    as a user does. Told a part of the level, the network is asked to remove that part of the noise:
    a brush that paints a level must be able to paint a little of it.
    """
    count, _, size, _ = clean.shape
    level = degrade.levels(rng, count, size, c.most / 255, c.varying)
    white = degrade.gaussian(rng, clean, level)
    found = degrade.camera(rng, clean)
    measured = (found - clean).square().mean((1, 2, 3), keepdim=True).sqrt()
    taken = measured * degrade.log_uniform(rng, count, 0.8, 1.4)
    is_camera = degrade.uniform(rng, count, 0, 1) < c.camera
    image, told = torch.where(is_camera, found, white), torch.where(is_camera, taken, level)
    some = degrade.levels(rng, count, size, 1.0, 0.5)
    part = degrade.chosen(rng, c.partial, some, torch.ones_like(some))
    return image, told * part, clean + (image - clean) * (1 - part)


def validate(net: loop.Call, photos: Tensor) -> tuple[loop.Scores, loop.Rows]:
    """PSNR in dB at each of ``SIGMAS`` and for camera noise, and a contact sheet.

    photos: ``(n, 3, size, size)``, always with the same noise.
    """
    rng = torch.Generator(photos.device).manual_seed(99)
    noises: dict[str, tuple[Tensor, Tensor]] = {}
    for sigma in SIGMAS:
        level = torch.full_like(photos[:, :1], sigma / 255)
        noises[f"psnr_{sigma}"] = degrade.gaussian(rng, photos, level), level
    found = degrade.camera(rng, photos)
    rms = (found - photos).square().mean((1, 2, 3), keepdim=True).sqrt()
    noises["psnr_camera"] = found, rms.expand_as(photos[:, :1])
    scores, rows = {}, [list(photos[:6].cpu())]
    for name, (image, level) in noises.items():
        pairs = zip(image.split(4), level.split(4), strict=True)
        result = torch.cat([net(a, b).clamp(0, 1) for a, b in pairs])
        mse = (result - photos).square().mean((1, 2, 3))
        scores[name] = float((-10 * mse.log10()).mean())
        rows += [list(image[:6].cpu()), list(result[:6].cpu())]
    return scores, rows


class Task(loop.Task):
    """Denoising, for ``neural.training.loop``."""

    model = "denoise"

    def __init__(self, c: Config, data: loop.Data) -> None:
        self.c, self.net = c, build(c)
        self.pool = data.crops
        self.checks = crops.centers(data.held_out, 16, 2 * c.size).to(data.device)

    def draw(self, rng: Generator, step: int) -> loop.Batch:
        """Noisy pictures, their level maps, and what they should become."""
        c = self.c
        shrink = 1 + int(np.random.default_rng((c.seed, step)).random() < c.shrunk)
        return noisy(rng, self.pool.draw(rng, c.count, c.size, shrink), c)

    def loss(
        self, net: loop.Call, critic: loop.Call | None, batch: loop.Batch
    ) -> tuple[Tensor, Tensor]:
        """Charbonnier's smooth absolute difference."""
        image, level, target = batch
        result = net(image.contiguous(memory_format=torch.channels_last), level)
        return ((result.float() - target).square() + 1e-6).sqrt().mean(), result

    def validate(self, net: loop.Call) -> tuple[loop.Scores, loop.Rows]:
        """PSNR in dB at each of ``SIGMAS`` and for camera noise, always the same noise."""
        return validate(net, self.checks)


SMOKE = Config(
    widths=(8, 12, 16), depths=(1, 1, 1), size=32, count=4, shrunk=0.5, checkpoint_minutes=60
)
SCRIPT = loop.Script("denoise", Config, SMOKE, Task, export)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    command.main(SCRIPT, argv, __doc__ or "")


if __name__ == "__main__":
    main()
