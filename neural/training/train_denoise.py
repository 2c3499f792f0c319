"""Train the denoiser.

The network sees a photograph with noise and a map of how strong that noise is, and learns to give
back the photograph. Crops are cut and made noisy on the device, so that a graphics card is never
waiting; the rate follows the clock, so that a run of any length ends well. A run that was cut goes
on with ``--resume``.
"""

import argparse
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neural.card import Metric, ModelCard, Port
from neural.training import crops, data, degrade, export_restore, run
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
class Config:
    """Everything that shapes a run. A checkpoint carries it."""

    seed: int = 7
    widths: tuple[int, ...] = (40, 80, 128)  # channels at 1/2, 1/4 and 1/8 of the resolution:
    depths: tuple[int, ...] = (2, 2, 2)  # 1.2 M weights; (64, 128, 256), (3, 3, 4) on a GPU: 7 M
    size: int = 96  # px of a crop
    count: int = 14  # crops of a batch: fits the cache of one core; 64 of 128 px on a GPU
    shrunk: float = 0.3  # of the batches, from photos of half the size, free of JPEG's traces
    most: float = 75.0  # of 255, the strongest noise
    varying: float = 0.2  # of the pictures, with noise that changes from place to place
    camera: float = 0.25  # of the pictures, with noise as in files from cameras
    partial: float = 0.25  # of the pictures, told less than there is, and asked to leave the rest
    rate: float = 1e-3  # AdamW, at its highest
    least_rate: float = 1e-6
    warm_up: float = 0.02  # of the run
    clip: float = 0.5  # gradient norm
    average: float = 0.999  # decay of the weights that are shipped
    checkpoint_minutes: float = 5.0


def build(c: Config) -> DenoiseNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    (half, quarter, eighth), (fine, middle, coarse) = c.widths, c.depths
    net = DenoiseNet((half, quarter, eighth), (fine, middle, coarse))
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str, metrics: tuple[Metric, ...] = ()) -> ModelCard:
    """Write the averaged network of a run as a model into ``models``."""
    state = run.load(folder)
    net = build(Config(**state["config"]))
    net.load_state_dict(state["average"])
    plain = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    return export_restore.write(plain, KIND, state, models, name, metrics)


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


def loss_of(
    net: Callable[[Tensor, Tensor], Tensor], image: Tensor, level: Tensor, target: Tensor
) -> Tensor:
    """Charbonnier's smooth absolute difference."""
    layout = torch.channels_last
    with torch.autocast(image.device.type, torch.bfloat16):
        result = net(image.contiguous(memory_format=layout), level)
    return ((result.float() - target).square() + 1e-6).sqrt().mean()


@torch.no_grad()
def validate(net: DenoiseNet, photos: Tensor, sheet: Path) -> dict[str, float]:
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
    run.sheet(sheet, rows)
    return scores


def train(
    c: Config,
    out: Path,
    folders: Sequence[Path],
    *,
    minutes: float = math.inf,
    steps: int = 0,
    sitting: float = math.inf,
    resume: bool = False,
    start: Path | None = None,
    device: torch.device,
    compiled: bool = False,
) -> dict[str, float]:
    """Train for ``minutes``, over all sittings, or for ``steps`` if given; return the last scores.

    sitting: minutes after which this sitting ends with a checkpoint. start: a run whose averaged
    weights to begin with.
    """
    out.mkdir(parents=True, exist_ok=True)
    train_files, held_out_files = data.listed(folders)
    photos = data.pack(train_files, out / "train.u8")
    pool = crops.on_device(photos, out / "train.u8", device)
    held_out = data.pack(held_out_files, out / "held-out.u8")
    checks = crops.centers(held_out, 16, 2 * c.size).to(device)

    net, shown = build(c).to(device), build(c).to(device)
    if start is not None:
        net.load_state_dict(run.load(start)["average"])
    average = run.Average(net, c.average)
    optimizer = torch.optim.AdamW(net.parameters(), c.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    step, clock = 0, run.Clock(sitting)
    if resume:
        state = run.load(out)
        net.load_state_dict(state["net"])
        average.weights = {name: weight.to(device) for name, weight in state["average"].items()}
        optimizer.load_state_dict(state["optimizer"])
        step, clock.before = state["step"], state["seconds"]
    runs = torch.compile(net) if compiled else net
    rng = torch.Generator(device)
    scores: dict[str, float] = {}
    began, first, saved, told, loss_mean = time.monotonic(), step, 0.0, 0.0, math.nan

    def done() -> float:
        return step / steps if steps else clock.seconds / 60 / minutes

    def checkpoint() -> dict[str, float]:
        shown.load_state_dict(average.weights)
        scores = validate(shown.eval(), checks, out / "sheet.png")
        run.log(out, step=step, loss=loss_mean, seconds=clock.seconds, **scores)
        state: dict[str, Any] = {
            "task": "denoise",
            "config": asdict(c),
            "step": step,
            "seconds": clock.seconds,
            "net": net.state_dict(),
            "average": average.weights,
            "optimizer": optimizer.state_dict(),
            "revision": run.revision(),
            "data": {
                "photos": len(photos),
                "held_out": len(held_out),
                "fingerprint": photos.fingerprint,
            },
            "scores": scores,
        }
        run.save(out, state)
        export(out, out, "denoise-latest")
        return scores

    while done() < 1 and not clock.is_over:
        # What a step sees depends on the seed and its number alone.
        rng.manual_seed(c.seed * 1_000_003 + step)
        shrink = 1 + int(np.random.default_rng((c.seed, step)).random() < c.shrunk)
        clean = pool.draw(rng, c.count, c.size, shrink)
        image, level, target = noisy(rng, clean, c)
        for group in optimizer.param_groups:
            group["lr"] = run.annealed(done(), c.rate, c.least_rate, c.warm_up)
        loss = loss_of(runs, image, level, target)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), c.clip)
        optimizer.step()
        average.update(net, step)
        step += 1
        if step % 20 == 0:
            now, value = time.monotonic() - began, loss.item()
            loss_mean = value if math.isnan(loss_mean) else loss_mean + (value - loss_mean) / 10
            if now - told > 10:
                told = now
                left = (
                    now / (step - first) * (steps - step) if steps else minutes * 60 - clock.seconds
                )
                run.say(
                    step=step,
                    loss=loss_mean,
                    images_per_s=(step - first) * c.count / now,
                    minutes_left=left / 60,
                    **scores,
                )
            if now - saved > c.checkpoint_minutes * 60:
                saved, scores = now, checkpoint()
    scores = checkpoint()
    print(f"\n{out}: {step} steps, {', '.join(f'{k} {v:.2f} dB' for k, v in scores.items())}")
    print(f"Next: pentimento-train export {out}")
    return scores


SMOKE = Config(
    widths=(8, 12, 16), depths=(1, 1, 1), size=32, count=4, shrunk=0.5, checkpoint_minutes=60
)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train denoise", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/denoise"))
    parser.add_argument("--minutes", type=float, default=math.inf, help="of the whole run")
    parser.add_argument("--steps", type=int, default=0, help="instead of minutes")
    parser.add_argument("--sitting", type=float, default=math.inf, help="minutes until a pause")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run")
    parser.add_argument("--start", type=Path, metavar="RUN", help="begin with its weights")
    parser.add_argument("--smoke", action="store_true", help="twenty steps of a tiny network")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="Config")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="on a CPU")
    parser.add_argument("--compile", action="store_true")
    args = parser.parse_args(argv)
    c = SMOKE if args.smoke else Config()
    if args.resume is not None:
        c = Config(**run.load(args.resume)["config"])
    try:
        c = run.overridden(c, args.set)
    except (ValueError, SyntaxError) as problem:
        parser.error(str(problem))
    steps = args.steps or (20 if args.smoke else 0)
    if not steps and math.isinf(args.minutes):
        parser.error("say how long: --minutes N or --steps N")
    out = args.resume or args.out
    if (out / run.CHECKPOINT).exists() and args.resume is None:
        parser.error(f"{out} has a run: --resume {out} goes on with it")
    torch.set_num_threads(args.threads)
    torch.backends.cudnn.benchmark = True  # all batches are of one size
    train(
        c,
        out,
        args.data,
        minutes=args.minutes,
        steps=steps,
        sitting=args.sitting,
        resume=args.resume is not None,
        start=args.start,
        device=torch.device(args.device),
        compiled=args.compile,
    )


if __name__ == "__main__":
    main()
