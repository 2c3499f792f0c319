"""Write pictures of textures and backdrops as a folder, with words for each, to train a generator.

Some are drawn by rule (``backdrops``), the others cut from photographs and paintings where
``textures.txt`` says: the file below ``--root``, how many times it is made smaller, the left and
upper edge then, px, and what it shows. The colors of each are words as well.
"""

import argparse
import colorsys
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from neural.training.backdrops import KINDS, SIDE

LISTED = Path(__file__).with_name("textures.txt")
HUES = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "red")
EDGES = (15, 42, 68, 160, 195, 255, 290, 340, 361)  # degrees, where each ends
COLORED = 0.09  # of the range between the largest and the smallest channel: not gray
DARK, PALE = 0.22, 0.75
BROWN = 0.6  # of the largest channel: an orange below it is brown


def drawn(each: int) -> Iterator[tuple[Image.Image, list[str]]]:
    """``each`` pictures of every kind that is drawn by rule, and their words."""
    for number, (kind, draw) in enumerate(KINDS.items()):
        for i in range(each):
            pixels = np.clip(draw(np.random.default_rng((number, i))), 0, 1)
            yield Image.fromarray((pixels * 255 + 0.5).astype(np.uint8)), [kind]


def cut(root: Path, listed: Path) -> Iterator[tuple[Image.Image, list[str]]]:
    """What is ``listed`` of the pictures below ``root``, and its words.

    Raises:
        FileNotFoundError: one is not there.
    """
    for row in listed.read_text().splitlines():
        file, smaller, x, y, *words = row.split()
        left, upper = int(x), int(y)
        picture = Image.open(root / file).convert("RGB").reduce(int(smaller))
        yield picture.crop((left, upper, left + SIDE, upper + SIDE)), words


def colors(picture: Image.Image, edges: Sequence[int] = EDGES) -> list[str]:
    """Words for its one or two main colors, and whether it is dark or pale.

    edges: in degrees, where each of ``HUES`` ends.
    """
    pixels = np.asarray(picture.convert("RGB").resize((32, 32), Image.Resampling.BOX)) / 255.0
    shares: dict[str, float] = dict.fromkeys((*HUES, "brown", "gray"), 0.0)
    for r, g, b in pixels.reshape(-1, 3).tolist():
        if max(r, g, b) - min(r, g, b) < COLORED:
            shares["gray"] += 1
            continue
        hue = HUES[int(np.searchsorted(edges, 360 * colorsys.rgb_to_hsv(r, g, b)[0]))]
        shares["brown" if hue == "orange" and max(r, g, b) < BROWN else hue] += 1
    ranked = sorted(shares, key=shares.__getitem__, reverse=True)[:2]
    found = [name for name in ranked if shares[name] > len(pixels) ** 2 / 4]
    level = float(pixels.mean())
    return found + ["dark"] * (level < DARK) + ["pale"] * (level > PALE)


def main(argv: list[str] | None = None) -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(prog="pentimento-train textures", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--root", type=Path, metavar="DIR", help="of the pictures to cut from")
    parser.add_argument("--list", type=Path, default=LISTED, metavar="FILE", help="of what to cut")
    parser.add_argument("--each", type=int, default=7, metavar="N", help="of those drawn by rule")
    args = parser.parse_args(argv)
    args.folder.mkdir(parents=True, exist_ok=True)
    pairs = [*drawn(args.each), *(cut(args.root, args.list) if args.root else ())]
    lines = []
    for i, (picture, words) in enumerate(pairs):
        file = f"{i:04}-{words[0]}.png"
        picture.save(args.folder / file)
        lines.append(json.dumps({"file": file, "keywords": words + colors(picture)}) + "\n")
    args.folder.with_name(f"{args.folder.name}.metadata.jsonl").write_text("".join(lines))
    print(f"{args.folder}: {len(pairs)} pictures")


if __name__ == "__main__":
    main()
