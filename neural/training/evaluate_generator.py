"""Measure a generator against the pictures that it learned from, and draw its contact sheets.

KID is of SqueezeNet's features and a thousandth in the table (``distances``): beside it stands that
of the pictures held out, the best that can be hoped for. Diversity is the mean perceptual distance
of two pictures. A generator that knows its pictures by heart makes ones that are nearer to them
than the pictures held out are; the second sheet shows samples over the nearest picture of each.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from neural.card import Metric, dump, load
from neural.training import data, pictures, run, samples, train_gan
from neural.training.distances import Features, kid, nearest

SHOWN = samples.SHEET**2
SEED = 0  # of the first sample


class Score(NamedTuple):
    """Of samples, with what the pictures themselves have."""

    kid_squeezenet: float
    kid_held_out: float
    diversity: float
    diversity_pictures: float
    nearest: float  # mean perceptual distance to the nearest picture
    nearest_held_out: float


def score(
    made: Tensor, real: Tensor, held_out: Tensor, features: Features, pairs: int
) -> tuple[Score, Tensor]:
    """And the number of the nearest picture of each sample. All ``(n, 3, h, w)``, 0..1."""
    known, known_places = features.pooled(real), features.placed(real)
    near = nearest(features.placed(made), known_places)
    near_held_out = nearest(features.placed(held_out), known_places)
    found = Score(
        kid(features.pooled(made), known),
        kid(features.pooled(held_out), known),
        features.diversity(made, pairs),
        features.diversity(real, pairs),
        float(features.between(made, real[near]).mean()),
        float(features.between(held_out, real[near_held_out]).mean()),
    )
    return found, near


def seen(files: list[Path], side: int, channels: int) -> Tensor:
    """Pictures as the generator learned them, on white, ``(n, 3, side, side)``, 0..1."""
    with tempfile.TemporaryDirectory() as folder:
        photos = data.pack(files, Path(folder) / "packed.u8", 4)
        found = pictures.squares(photos, side, channels).float() / 255
        del photos
    return samples.on_white(found)


def main(argv: list[str] | None = None) -> None:
    """Print the table and draw the sheets; with ``--write``, keep the figures in the card."""
    parser = argparse.ArgumentParser(
        prog="pentimento-train evaluate generator", description=__doc__
    )
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--set", type=Path, required=True, metavar="DIR", dest="folder")
    parser.add_argument("--perceptual", type=Path, required=True, metavar="DIR")
    parser.add_argument("--count", type=int, default=512, metavar="N", help="samples")
    parser.add_argument("--truncation", type=float, default=1.0, help="1 is none")
    parser.add_argument("--words", default="", help="of all samples, with spaces between")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="of seeds 0 to 63")
    parser.add_argument("--near", type=Path, metavar="PNG", help="of samples and nearest pictures")
    parser.add_argument("--write", type=Path, metavar="CARD", help="into a model's card")
    args = parser.parse_args(argv)
    net, known, c = train_gan.restored(args.run)
    asked = args.words.split()
    if unknown := [word for word in asked if word not in known]:
        parser.error(f"it does not know {', '.join(unknown)}")
    files, held_out_files = data.listed([args.folder])
    if len(held_out_files) < 2:
        parser.error(f"{args.folder} has too few pictures: two of them are to be held out")
    real, held_out = (seen(each, net.sides[-1], c.channels) for each in (files, held_out_files))
    features = Features(args.perceptual)
    described = pictures.described(args.folder)
    theirs = [described.get(path.name, frozenset()) for path in files]
    count = max(SHOWN, args.count)
    if asked:
        weights = pictures.marked([frozenset(asked)], known).float().expand(count, -1)
    else:
        weights = samples.told(pictures.marked(theirs, known), count)
    short = torch.full((1, 1), args.truncation)
    made = samples.drawn(
        lambda latent, words: net(latent, words, short),
        samples.latents(range(SEED, SEED + count), c.latent),
        weights,
    )
    found, near = score(made, real, held_out, features, count)
    print(f"{count} samples against {len(real)} pictures, {len(held_out)} held out")
    print("                 samples  pictures")
    print(f"KID (x1000)    {found.kid_squeezenet * 1e3:9.2f} {found.kid_held_out * 1e3:9.2f}")
    print(f"diversity      {found.diversity:9.3f} {found.diversity_pictures:9.3f}")
    print(f"nearest        {found.nearest:9.3f} {found.nearest_held_out:9.3f}")
    if args.sheet:
        run.sheet(args.sheet, samples.rows(made[:SHOWN]))
    if args.near:
        run.sheet(args.near, beside(made[:SHOWN], real[near[:SHOWN]]))
    if args.write:
        card = load(args.write)
        dataset = f"{args.folder.name}, {count} samples"
        row = Metric(dataset, f"truncation {args.truncation:g}", found._asdict())
        rest = (each for each in card.metrics if each.dataset != dataset)
        args.write.write_text(dump(replace(card, metrics=(row, *rest))))


def beside(made: Tensor, real: Tensor) -> list[list[Tensor]]:
    """Rows of samples, each over a row of pictures."""
    pairs = zip(samples.rows(made), samples.rows(real), strict=True)
    return [row for pair in pairs for row in pair]


if __name__ == "__main__":
    main()
