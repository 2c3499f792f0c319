"""The command line that every training script has."""

import argparse
import math
from pathlib import Path

import torch
from lightning_fabric import Fabric

from neural.training import loop, run

SMOKE_STEPS = 20


def main(script: loop.Script, argv: list[str] | None, about: str) -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(prog=f"pentimento-train {script.name}", description=about)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, default=Path("runs") / script.name)
    parser.add_argument("--minutes", type=float, default=math.inf, help="of the whole run")
    parser.add_argument("--steps", type=int, default=0, help="instead of minutes")
    parser.add_argument("--sitting", type=float, default=math.inf, help="minutes until a pause")
    parser.add_argument("--resume", type=Path, metavar="RUN", help="go on with a run")
    parser.add_argument("--start", type=Path, metavar="RUN", help="begin with its weights")
    parser.add_argument("--perceptual", type=Path, metavar="DIR", help="weights of the distance")
    parser.add_argument("--smoke", action="store_true", help="twenty steps of a tiny network")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="Config")
    parser.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda"))
    parser.add_argument("--devices", type=int, default=1, help="processes of each machine")
    parser.add_argument("--nodes", type=int, default=1, help="machines")
    parser.add_argument(
        "--precision", default="bf16-mixed", choices=("bf16-mixed", "16-mixed", "32-true")
    )
    parser.add_argument("--threads", type=int, default=1, help="on a CPU")
    args = parser.parse_args(argv)
    c = script.smoke if args.smoke else script.config()
    if args.resume is not None:
        c = script.config(**run.load(args.resume)["config"])
    try:
        c = run.overridden(c, args.set)
    except (ValueError, SyntaxError) as problem:
        parser.error(str(problem))
    is_short = args.smoke and math.isinf(args.minutes)
    steps = args.steps or (SMOKE_STEPS if is_short else 0)
    if not steps and math.isinf(args.minutes):
        parser.error("say how long: --minutes N or --steps N")
    out = args.resume or args.out
    if (out / run.CHECKPOINT).exists() and args.resume is None:
        parser.error(f"{out} has a run: --resume {out} goes on with it")
    torch.set_num_threads(args.threads)
    torch.backends.cudnn.benchmark = True  # batches are of few sizes
    is_many = args.devices * args.nodes > 1
    fabric = Fabric(
        accelerator=args.device,
        devices=args.devices,
        num_nodes=args.nodes,
        strategy="ddp" if is_many else "auto",
        precision=args.precision,
    )
    fabric.launch()
    try:
        loop.train(
            script,
            c,
            out,
            args.data,
            loop.Length(args.minutes, steps, args.sitting),
            fabric=fabric,
            resume=args.resume is not None,
            start=args.start,
            perceptual=args.perceptual,
        )
    except run.Unfit as problem:
        parser.error(str(problem))
