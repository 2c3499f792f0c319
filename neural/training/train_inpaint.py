"""Train the structure network of inpainting.

The network learns to correct a smooth fill of random holes in photographs; what it cannot know,
fine texture, is copied from the photo by ``neural.texture`` afterwards. So the losses ask for the
right color and structure first and only a little for looks.
"""

import argparse
import math
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from neural.training import data, masks, run
from neural.training.losses import PerceptualDistance, dissimilarity, in_hole, pyramid_l1
from neural.training.nets.inpaint import InpaintNet


@dataclass(frozen=True)
class Config:
    """Everything that shapes a run. A checkpoint carries it."""

    seed: int = 7
    steps: int = 13_000  # under two hours on one core with bfloat16
    half: int = 32  # channels at 1/2, 1/4 and 1/8 of the resolution: cheap where it is large
    quarter: int = 96
    eighth: int = 192
    sizes: tuple[tuple[int, int, float], ...] = (  # crop px, pictures, share of the batches
        (128, 8, 0.7),
        (192, 4, 0.2),
        (256, 2, 0.1),
    )
    shrinks: tuple[tuple[int, float], ...] = (  # times, share of the crops; a deep hole is
        (1, 0.4),  # shown to the network small, so that it learns outlines, not grain
        (2, 0.35),
        (4, 0.25),
    )
    rate: float = 8e-4  # AdamW
    warm_up: int = 100  # steps
    cool_down: float = 0.3  # of all steps, at the end
    clip: float = 1.0  # gradient norm
    average: float = 0.999  # decay of the weights that are shipped
    structure: float = 0.15  # weight of structural dissimilarity beside the color error
    perceptual: float = 0.0  # looks: cost PSNR and a third of the time; texture is copied later
    known: float = 0.1  # weight of the known pixels, which the hole's border must meet
    bfloat16: bool = True  # arithmetic only; the weights stay float32
    validate_every: int = 500  # steps


SMOKE = Config(
    steps=20,
    half=8,
    quarter=16,
    eighth=16,
    sizes=((64, 2, 1.0),),
    shrinks=((1, 1.0),),
    warm_up=5,
    validate_every=10,
)


class Scores(NamedTuple):
    """Means over the validation set, inside the holes."""

    psnr: float
    perceptual: float


def to_tensors(batch: data.Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Image ``(n, 3, h, w)`` 0..1 and mask ``(n, 1, h, w)``, in the layout convolutions like."""
    image = torch.from_numpy(batch.image).to(device).permute(0, 3, 1, 2).float() / 255
    mask = torch.from_numpy(batch.hole).to(device).float()[:, None]
    return image.contiguous(memory_format=torch.channels_last), mask


def loss_of(
    net: InpaintNet, perceptual: PerceptualDistance | None, c: Config, image: Tensor, mask: Tensor
) -> Tensor:
    """The training loss of one batch."""
    with torch.autocast(image.device.type, torch.bfloat16, enabled=c.bfloat16):
        result = net(image, mask)
    loss = pyramid_l1(result, image, mask)
    loss = loss + c.known * in_hole((result - image).abs(), 1 - mask)
    whole = torch.where(mask > 0, result, image)
    loss = loss + c.structure * dissimilarity(whole, image, mask)
    if perceptual is not None and c.perceptual:
        with torch.autocast(image.device.type, torch.bfloat16, enabled=c.bfloat16):
            distance = perceptual(whole, image, mask)
        loss = loss + c.perceptual * distance
    return loss.mean()


def validation_set(photos: data.Photos, count: int, size: int) -> list[data.Batch]:
    """Fixed crops with fixed free-form holes of 5 to 20 %; every other one at half resolution."""
    found = []
    for i in range(min(count, len(photos))):
        rng = np.random.default_rng((99, i))
        image = data.crop(rng, photos[i * len(photos) // count], size, 1 + i % 2).copy()
        hole = masks.free_form(rng, size, size, 0.05, 0.2)
        found.append(data.Batch(image[None], hole[None]))
    return found


@torch.no_grad()
def validate(
    net: InpaintNet,
    perceptual: PerceptualDistance | None,
    batches: list[data.Batch],
    device: torch.device,
    sheet: Path,
) -> Scores:
    """Score ``net`` and write a contact sheet: photo, hole, result."""
    psnr: list[float] = []
    distance: list[float] = []
    rows: list[list[Tensor]] = []
    for batch in batches:
        image, mask = to_tensors(batch, device)
        result = torch.where(mask > 0, net(image, mask).clamp(0, 1), image)
        mse = in_hole((result - image).square(), mask).item()
        psnr.append(-10 * math.log10(mse + 1e-10))
        if perceptual is not None:
            distance.append(perceptual(result, image, mask).item())
        if len(rows) < 12:
            rows.append([image[0].cpu(), (image * (1 - mask))[0].cpu(), result[0].cpu()])
    run.sheet(sheet, rows)
    return Scores(float(np.mean(psnr)), float(np.mean(distance or [math.nan])))


def build(c: Config) -> InpaintNet:
    """The network of a configuration, freshly initialized."""
    torch.manual_seed(c.seed)
    net = InpaintNet(c.half, c.quarter, c.eighth)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def train(
    c: Config,
    out: Path,
    folders: list[Path],
    minutes: float,
    device: torch.device,
    perceptual_folder: Path | None,
) -> Scores:
    """Train until ``c.steps`` or for ``minutes``; go on from the checkpoint in ``out``, if any."""
    out.mkdir(parents=True, exist_ok=True)
    train_files, held_out_files = data.listed(folders)
    photos = data.pack(train_files, out / "train.u8")
    held_out = data.pack(held_out_files, out / "held-out.u8")
    net = build(c).to(device)
    average = run.Average(net, c.average)
    optimizer = torch.optim.AdamW(net.parameters(), c.rate, betas=(0.9, 0.99), weight_decay=1e-4)
    step, clock = 0, run.Clock(minutes)
    if (out / run.CHECKPOINT).exists():
        state = run.load(out)
        net.load_state_dict(state["net"])
        average.weights = state["average"]
        optimizer.load_state_dict(state["optimizer"])
        step, clock.before = state["step"], state["seconds"]
    perceptual = PerceptualDistance(perceptual_folder).to(device) if perceptual_folder else None
    shown = build(c).to(device)
    checks = validation_set(held_out, 32, min(256, 2 * c.sizes[0][0]))
    scores = Scores(math.nan, math.nan)
    losses: list[float] = []
    began, seen = time.monotonic(), 0

    def checkpoint() -> Scores:
        shown.load_state_dict(average.weights)
        scores = validate(shown, perceptual, checks, device, out / "sheet.png")
        run.log(
            out,
            step=step,
            loss=float(np.mean(losses)),
            **{name: score for name, score in scores._asdict().items() if score == score},
            seconds=clock.seconds,
        )
        run.save(
            out,
            {
                "task": "inpaint",
                "config": asdict(c),
                "step": step,
                "seconds": clock.seconds,
                "net": net.state_dict(),
                "average": average.weights,
                "optimizer": optimizer.state_dict(),
                "revision": run.revision(),
                "data": {"photos": len(photos), "fingerprint": photos.fingerprint},
                "scores": scores._asdict(),
            },
        )
        return scores

    while step < c.steps and not clock.is_over:
        # A batch depends on the seed and the step alone, so a resumed run sees the same ones.
        rng = np.random.default_rng((c.seed, step))
        size, count, _ = c.sizes[rng.choice(len(c.sizes), p=[share for *_, share in c.sizes])]
        image, mask = to_tensors(data.batch(rng, photos, count, size, c.shrinks), device)
        for group in optimizer.param_groups:
            group["lr"] = run.rate(step, c.steps, c.rate, c.warm_up, c.cool_down)
        loss = loss_of(net, perceptual, c, image, mask)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), c.clip)
        optimizer.step()
        average.update(net, step)
        step, seen = step + 1, seen + count
        losses = [*losses[-199:], loss.item()]
        if step % 50 == 0:
            pace = (time.monotonic() - began) / seen
            run.say(
                step=step,
                loss=float(np.mean(losses)),
                psnr=scores.psnr,
                perceptual=scores.perceptual,
                images_per_s=1 / pace,
                minutes_left=(c.steps - step) * pace * count / 60,
            )
        if step % c.validate_every == 0:
            scores = checkpoint()
    if step % c.validate_every:
        scores = checkpoint()
    print(f"\n{out}: {step} steps, PSNR {scores.psnr:.2f} dB, distance {scores.perceptual:.4f}")
    print(f"Next: pentimento-train export {out}")
    return scores


def main(argv: list[str] | None = None) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train inpaint", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, default=Path("runs/inpaint"))
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run")
    parser.add_argument("--minutes", type=float, default=math.inf, help="until a pause")
    parser.add_argument("--steps", type=int, default=0, help="of the whole run")
    parser.add_argument("--smoke", action="store_true", help="twenty steps of a tiny network")
    parser.add_argument("--perceptual", type=Path, metavar="DIR", help="weights of the distance")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--threads", type=int, default=1, help="on a CPU")
    args = parser.parse_args(argv)
    out = args.resume or args.out
    if not args.resume and (out / run.CHECKPOINT).exists():
        parser.error(f"{out} holds a run already: go on with --resume {out}, or name another")
    c = SMOKE if args.smoke else Config()
    if args.resume:
        c = Config(**run.load(out)["config"])
    if args.steps:
        c = replace(c, steps=args.steps)
    torch.set_num_threads(args.threads)
    train(c, out, args.data, args.minutes, torch.device(args.device), args.perceptual)


if __name__ == "__main__":
    main()
