"""Measure a generator against the pictures that it learned from, and draw its contact sheets.

KID is of SqueezeNet's features and a thousandth in the table (``distances``): beside it stands that
of the pictures held out, the best that can be hoped for. Diversity is the mean perceptual distance
of two pictures. A generator that knows its pictures by heart makes ones that are nearer to them
than the pictures held out are; the second sheet shows samples over the nearest picture of each.
"""

import argparse
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from neural.card import Metric, dump
from neural.errors import NeuralError
from neural.latent import asked, word_weights
from neural.progress import CancelToken
from neural.session import Session
from neural.training import data, evaluation, pictures, run, samples
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


def seen(files: Sequence[Path], side: int, channels: int) -> Tensor:
    """Pictures as the generator learned them, on white, ``(n, 3, side, side)``, 0..1."""
    with tempfile.TemporaryDirectory() as folder:
        photos = data.pack(list(files), Path(folder) / "packed.u8", 4)
        found = pictures.squares(photos, side, channels).float() / 255
        del photos
    return samples.on_white(found)


def drawn(
    mapping: Session, drawing: Session, seeds: Iterable[int], words: Tensor, truncation: float
) -> Tensor:
    """What models make of seeds, with weights of words, ``(n, words)``, each: on white,
    ``(n, 3, side, side)``.
    """
    places = drawing.card.input("weights").channels
    side = drawing.card.geometry.preferred_tile
    weights = np.full((1, places, side, side), 1 / places, np.float32)
    found = []
    for seed, told in zip(seeds, words.numpy(), strict=True):
        feeds = asked(mapping.card, seed, "", truncation)
        if "words" in feeds:
            feeds["words"] = told[None, :, None, None].astype(np.float32)
        (code,) = mapping.run(feeds, CancelToken())
        codes = code.repeat(places, 2)
        found.append(drawing.run({"codes": codes, "weights": weights}, CancelToken())[0])
    return samples.on_white(torch.from_numpy(np.concatenate(found)))


def main(argv: list[str] | None = None) -> None:
    """Print the table and draw the sheets; with ``--write``, keep the figures in the card."""
    parser = argparse.ArgumentParser(
        prog="pentimento-train evaluate generator", description=__doc__
    )
    parser.add_argument("--model", required=True, metavar="ID")
    parser.add_argument("--models", type=Path, default=Path("resources/models"))
    parser.add_argument("--set", type=Path, required=True, metavar="DIR", dest="folder")
    parser.add_argument("--only", default="", metavar="WORDS", help="pictures with any of these")
    parser.add_argument("--perceptual", type=Path, required=True, metavar="DIR")
    parser.add_argument("--count", type=int, default=512, metavar="N", help="samples")
    parser.add_argument("--truncation", type=float, default=1.0, help="1 is none")
    parser.add_argument("--words", metavar="WORDS", help="of all samples; else of some picture")
    parser.add_argument("--sheet", type=Path, metavar="PNG", help="of seeds 0 to 63")
    parser.add_argument("--near", type=Path, metavar="PNG", help="of samples and nearest pictures")
    parser.add_argument("--write", action="store_true", help="into the card")
    args = parser.parse_args(argv)
    drawing = evaluation.session(args.models, args.model)
    mapping = evaluation.session(args.models, drawing.card.space)
    known = mapping.card.words
    described = pictures.described(args.folder)
    lists = []
    for files in data.listed([args.folder]):
        theirs = [described.get(path.name, frozenset()) for path in files]
        which = pictures.having(theirs, tuple(args.only.split()))
        lists.append(([files[i] for i in which], [theirs[i] for i in which]))
    (files, words), (held_out_files, _) = lists
    if len(held_out_files) < 2:
        parser.error(f"{args.folder} has too few pictures: two of them are to be held out")
    side, channels = drawing.card.geometry.preferred_tile, drawing.card.outputs[0].channels
    real, held_out = (seen(each, side, channels) for each in (files, held_out_files))
    features = Features(args.perceptual)
    count = max(SHOWN, args.count)
    if args.words is None:
        told = samples.told(pictures.marked(words, known), count)
    else:
        try:
            weights = word_weights(args.words, mapping.card)[:, :, 0, 0]
        except NeuralError as problem:
            parser.error(str(problem))
        told = torch.from_numpy(weights).expand(count, -1)
    made = drawn(mapping, drawing, range(SEED, SEED + count), told, args.truncation)
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
        dataset = f"{args.folder.name}, {count} samples"
        values = {key: round(value, 4) for key, value in found._asdict().items()}
        row = Metric(dataset, f"truncation {args.truncation:g}", values)
        rest = (each for each in drawing.card.metrics if each.dataset != dataset)
        path = args.models / f"{args.model}.json"
        path.write_text(dump(replace(drawing.card, metrics=(row, *rest))))


def beside(made: Tensor, real: Tensor) -> list[list[Tensor]]:
    """Rows of samples, each over a row of pictures."""
    pairs = zip(samples.rows(made), samples.rows(real), strict=True)
    return [row for pair in pairs for row in pair]


if __name__ == "__main__":
    main()
