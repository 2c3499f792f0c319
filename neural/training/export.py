"""Turn a training run into a shipped model: an ONNX file and its card."""

import argparse
from pathlib import Path

from neural.training import (
    run,
    train_bank,
    train_blemish,
    train_denoise,
    train_encoder,
    train_enhance,
    train_gan,
    train_inpaint,
    train_look,
    train_style,
    train_upscale,
    train_vae,
)

SCRIPTS = {
    script.name: script
    for script in (
        train_inpaint.SCRIPT,
        train_denoise.SCRIPT,
        train_upscale.SCRIPT,
        train_enhance.SCRIPT,
        train_blemish.SCRIPT,
        train_style.SCRIPT,
        train_look.SCRIPT,
        train_gan.SCRIPT,
        train_vae.SCRIPT,
        train_bank.SCRIPT,
        train_encoder.SCRIPT,
    )
}


def main(argv: list[str] | None = None) -> None:
    """Export a run from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train export", description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--crisp", type=Path, metavar="RUN", help="for the other end of a slider")
    parser.add_argument("--name", metavar="ID", help="inpaint-1 and so on, if not given")
    args = parser.parse_args(argv)
    task = run.load(args.run)["task"]
    name = args.name or f"{task}-1"
    if args.crisp is None:
        card = SCRIPTS[task].export(args.run, args.models, name)
    elif task == "upscale":
        card = train_upscale.export(args.run, args.models, name, crisp=args.crisp)
    else:
        parser.error("--crisp is for upscalers")
    print(f"{args.models / card.file}: {card.bytes / 2**20:.2f} MiB, {card.cost.params} weights")
    print(f"Next: pentimento-train evaluate {task} --help")


if __name__ == "__main__":
    main()
