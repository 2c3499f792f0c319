"""Make the network that finds the place of a picture in the space of a generator by heart.

Nothing is learned: the features of a network that reads looks (``train_look``) say which of the
pictures that the generator knows look alike, and their codes are mixed. A network trained to tell
codes from pictures came nearer to unseen icons in decibels, and nearer to none to the eye.
"""

import argparse
import tempfile
from pathlib import Path

import torch

from neural.card import ModelCard
from neural.training import data, run, train_bank, train_look, train_style
from neural.training.export_generator import Space
from neural.training.nets.bank import Finder

CELLS = 4  # each way, for pictures of things


def export(
    bank_run: Path, look_run: Path, folder: Path, cells: int, models: Path, name: str
) -> ModelCard:
    """Write the network as a model into ``models``, as ``Space.write_projection`` does.

    bank_run: of the generator. look_run: whose features are compared. folder: the pictures that
    the generator was shown. cells: each way; 1 for textures.

    Raises:
        Unfit: these are not those pictures.
    """
    bank, c = train_bank.known(bank_run)
    look = run.load(look_run)
    features = run.averaged(train_look.build(train_look.Config(**look["config"])), look)
    files, _ = data.listed([folder])
    with tempfile.TemporaryDirectory() as place:
        photos = data.pack(files, Path(place) / "packed.u8", 4)
        pixels, _ = train_bank.shown(c, photos, [folder])
        del photos
    if len(pixels) != len(bank.codes):
        raise run.Unfit(f"the run knows {len(bank.codes)} pictures, and here are {len(pixels)}")
    codes = bank.codes.detach()
    with torch.no_grad():
        parts = [bank.generator.drawn(part[:, None].expand(-1, 2, -1)) for part in codes.split(8)]
    known = torch.cat([pixels.float() / 255, *parts]).clamp(0, 1)
    finder = Finder(features, known, codes, cells)
    for numbers in (*finder.parameters(), *finder.buffers()):
        numbers.data = numbers.data.half().float()
    side = bank.generator.sides[-1]
    photos = look["data"]["photos"] + look["data"]["held_out"]
    terms = f"{c.terms} For its features: {train_style.PICTURES.format(photos=photos)}"
    space = Space("neural.training.projection", c.latent, c.code, side, c.channels, terms=terms)
    return space.write_projection(finder, run.load(bank_run), models, name)


def main(argv: list[str] | None = None) -> None:
    """Make it from the command line."""
    parser = argparse.ArgumentParser(prog="pentimento-train project", description=__doc__)
    parser.add_argument("--bank", type=Path, required=True, metavar="RUN", help="the generator's")
    parser.add_argument("--look", type=Path, required=True, metavar="RUN", help="of train_look")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="what it knows")
    parser.add_argument("--cells", type=int, default=CELLS, metavar="N", help="1 for textures")
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--name", default="project-1", metavar="ID")
    args = parser.parse_args(argv)
    try:
        card = export(args.bank, args.look, args.data, args.cells, args.models, args.name)
    except run.Unfit as problem:
        parser.error(str(problem))
    print(f"{args.models / card.file}: {card.bytes / 2**20:.2f} MiB")


if __name__ == "__main__":
    main()
