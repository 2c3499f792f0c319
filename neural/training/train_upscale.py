"""Train an upscaler, for twice or four times the size.

The network sees a photograph made smaller, and learns to give back the photograph: the average
error of the pixels, and of the spectrum, which asks for sharpness. Everything else is as in
``neural.training.train_denoise``.
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
from torch.nn import functional as F

from neural.card import Metric, ModelCard, Port
from neural.training import crops, data, degrade, export_restore, run
from neural.training.nets.upscale import SCALES, UpscaleNet

LUMA = (65.481, 128.553, 24.966)  # BT.601, to levels of 255; the offset of 16 does not matter here


@dataclass(frozen=True)
class Config:
    """Everything that shapes a run. A checkpoint carries it."""

    seed: int = 7
    scale: int = 2
    channels: int = 48
    depth: int = 6  # blocks: 0.4 M weights once folded
    size: int = 48  # px of a small crop; 64 on a GPU
    count: int = 8  # crops of a batch; 64 on a GPU
    shrunk: float = 0.6  # of the batches, from photos of half the size, free of JPEG's traces
    spectrum: float = 0.05  # weight of the error of the spectrum
    rate: float = 1e-3  # AdamW, at its highest
    least_rate: float = 1e-6
    warm_up: float = 0.02  # of the run
    clip: float = 0.5  # gradient norm
    average: float = 0.999  # decay of the weights that are shipped
    checkpoint_minutes: float = 5.0


def build(c: Config) -> UpscaleNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    net = UpscaleNet(c.scale, c.channels, c.depth)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def export(folder: Path, models: Path, name: str, metrics: tuple[Metric, ...] = ()) -> ModelCard:
    """Write the averaged network of a run, folded, as a model into ``models``."""
    state = run.load(folder)
    net = build(Config(**state["config"]))
    net.load_state_dict(state["average"])
    plain = net.eval().to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    kind = export_restore.Kind(
        task="upscale",
        title=f"Upscale ×{net.scale} (faithful)",
        script="neural.training.train_upscale",
        inputs=(Port("image", "image", 3),),
        multiple_of=1,
        scale=net.scale,
    )
    return export_restore.write(plain.fold(), kind, state, models, name, metrics)


def small(large: Tensor, times: int) -> Tensor:
    """The photo that the network gets to see, in steps of 1 / 255 as a file has them."""
    return (degrade.shrunk(large, times) * 255).round() / 255


def loss_of(c: Config, net: Callable[[Tensor], Tensor], image: Tensor, large: Tensor) -> Tensor:
    """Absolute difference of pixels and of the spectrum."""
    with torch.autocast(image.device.type, torch.bfloat16):
        result = net(image.contiguous(memory_format=torch.channels_last))
    difference = result.float() - large
    spectrum = torch.fft.rfft2(difference, norm="ortho").abs().mean()
    return difference.abs().mean() + c.spectrum * spectrum


def luma_psnr(result: Tensor, truth: Tensor, border: int) -> Tensor:
    """PSNR in dB of the brightness of each picture, ``(n,)``, without ``border`` px all around.

    Of 8-bit values, on the scale of BT.601, as papers on upscaling have it.
    """
    weights = torch.tensor(LUMA, device=result.device)[:, None, None] / 255
    inner = (..., slice(border, -border), slice(border, -border))
    rounded = (result.clamp(0, 1) * 255).round() / 255
    error = ((rounded - truth) * weights).sum(1)[inner]
    return -10 * (error.square().mean((1, 2)) + 1e-10).log10()


@torch.no_grad()
def validate(net: UpscaleNet, photos: Tensor, sheet: Path) -> dict[str, float]:
    """PSNR in dB of the network and of bicubic interpolation, and a contact sheet of both."""
    image = small(photos, net.scale)
    result = torch.cat([net(part) for part in image.split(4)])
    plain = F.interpolate(image, scale_factor=float(net.scale), mode="bicubic")
    run.sheet(sheet, [list(x[:6].cpu()) for x in (photos, plain, result)])
    return {
        "psnr": float(luma_psnr(result, photos, net.scale).mean()),
        "psnr_bicubic": float(luma_psnr(plain, photos, net.scale).mean()),
    }


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

    sitting: minutes after which this sitting ends with a checkpoint. start: a run with whose
    averaged weights to begin, all that fit: one of another scale lends everything but its end.
    """
    out.mkdir(parents=True, exist_ok=True)
    train_files, held_out_files = data.listed(folders)
    photos = data.pack(train_files, out / "train.u8")
    pool = crops.on_device(photos, out / "train.u8", device)
    held_out = data.pack(held_out_files, out / "held-out.u8")
    side = c.size * c.scale
    checks = F.avg_pool2d(crops.centers(held_out, 16, 2 * side), 2).to(device)

    net, shown = build(c).to(device), build(c).to(device)
    if start is not None:
        given, own = run.load(start)["average"], net.state_dict()
        fitting = {k: w for k, w in given.items() if k in own and w.shape == own[k].shape}
        net.load_state_dict(own | fitting)
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
            "task": "upscale",
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
        export(out, out, f"upscale-x{c.scale}-latest")
        return scores

    while done() < 1 and not clock.is_over:
        # What a step sees depends on the seed and its number alone.
        rng.manual_seed(c.seed * 1_000_003 + step)
        shrink = 1 + int(np.random.default_rng((c.seed, step)).random() < c.shrunk)
        if side * shrink > pool.smallest:
            shrink = 1
        large = pool.draw(rng, c.count, side, shrink)
        for group in optimizer.param_groups:
            group["lr"] = run.annealed(done(), c.rate, c.least_rate, c.warm_up)
        loss = loss_of(c, runs, small(large, c.scale), large)
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
    print(f"Next: pentimento-train export {out} --name upscale-x{c.scale}-1")
    return scores


SMOKE = Config(channels=8, depth=2, size=16, count=4, shrunk=0.5, checkpoint_minutes=60)


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train upscale", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/upscale"))
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
    if c.scale not in SCALES:
        parser.error(f"scale is one of {SCALES}")
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
