"""Make the looks that come with the program: ``looks.py PAINTINGS GRAPHIC PHOTOS``.

Each argument is a folder: paintings in the public domain, what ``pentimento-train graphic`` has
drawn, and photographs. Only numbers are kept: those that the shipped network reads off them, or,
with ``--run`` and ``--perceptual``, those that it has learned to read, straight from the features.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from editor.looks import of_file, shipped_looks
from neural.engine import Engine, shipped_models
from neural.looks import SUFFIX, dump
from neural.progress import Progress
from neural.training import looks, train_style

Code = tuple[float, ...]

GROUPS = {
    "Paintings": {
        "326-vincent-van-gogh-the-starry-night": "Van Gogh – The Starry Night",
        "332-vincent-van-gogh-bedroom-in-arles": "Van Gogh – Bedroom in Arles",
        "334-claude-monet-water-lilies": "Monet – Water Lilies",
        "114-georges-seurat-oil-sketch-for-a-sunday-on-la-gra": "Seurat – La Grande Jatte",
        "127-paul-gauguin-arl-siennes-mistral": "Gauguin – Arlésiennes",
        "331-henri-de-toulouse-lautrec-in-bed": "Toulouse-Lautrec – In Bed",
        "327-edvard-munch-the-scream": "Munch – The Scream",
        "324-wassily-kandinsky-composition-vii": "Kandinsky – Composition VII",
        "328-francis-picabia-udnie": "Picabia – Udnie",
        "323-robert-delaunay-portrait-de-metzinger": "Delaunay – Metzinger",
        "335-piet-mondrian-composition": "Mondrian – Composition",
        "315-1155-46-august-macke-blumenkasten-mi-jpg": "Macke – Flower Box",
        "293-the-great-wave-off-kanagawa": "Hokusai – The Great Wave",
        "304-kuniyoshi-utagawa-sceleton-jpg": "Kuniyoshi – The Skeleton",
        "289-rain-steam-and-speed-the-great-western-railway": "Turner – Rain, Steam and Speed",
        "325-j-m-w-turner-the-shipwreck-of-the-minotaur": "Turner – The Shipwreck",
        "295-attributed-to-rembrandt-van-rijn-man-reading-195": "Rembrandt – Man Reading",
        "278-the-hunters-in-the-snow": "Bruegel – Hunters in the Snow",
    },
    "Graphic": {
        "pencil-3": "Pencil",
        "hatching-4": "Cross-Hatching",
        "engraving-1": "Engraving",
        "halftone-1": "Halftone",
        "newsprint-2": "Newsprint",
        "comic-0": "Comic",
        "screenprint-4": "Screen Print",
        "watercolor-4": "Watercolor",
        "points-2": "Dots of Color",
        "mosaic-3": "Mosaic",
        "glass-2": "Stained Glass",
        "blueprint-4": "Blueprint",
        "neon-1": "Neon",
    },
    "Photo": {
        "0245-codrops": "Golden Hour",
        "0710-imazen": "Amber Haze",
        "0282-elementary": "Cross Process",
        "0536-imazen": "Blue Hour",
        "0109-matheustt": "Violet Dusk",
        "0266-codrops": "Night Club",
    },
}
"""Names of looks by the stem of the file they are read off, in the order in which they come."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in GROUPS:
        parser.add_argument(name.lower(), metavar=name.upper(), type=Path)
    parser.add_argument("--models", type=Path, default=shipped_models())
    parser.add_argument("--out", type=Path, default=shipped_looks())
    parser.add_argument("--run", type=Path, help="of the shipped network")
    parser.add_argument("--perceptual", type=Path, help="weights of the features")
    given = parser.parse_args(arguments)
    folders = [getattr(given, name.lower()) for name in GROUPS]
    exact = None
    if given.run is not None:
        exact = exactly(given.run, given.perceptual)
    count = make(folders, Engine([given.models], "cpu"), given.out, exact)
    print(f"{count} looks in {given.out}")


def make(
    folders: Sequence[Path], engine: Engine, out: Path, exact: Callable[[Path], Code] | None = None
) -> int:
    """Write all looks to ``out`` in place of what was there, and give their number.

    folders: in the order of the groups. exact: gives codes instead of those that are read.
    """
    made = []
    for folder, (group, names) in zip(folders, GROUPS.items(), strict=True):
        for stem, name in names.items():
            look = of_file(_picture(folder, stem), engine, Progress())
            if exact is not None:
                look = replace(look, code=exact(_picture(folder, stem)))
            made.append(replace(look, name=name, group=group))
    out.mkdir(parents=True, exist_ok=True)
    for path in out.glob(f"[0-9]*{SUFFIX}"):  # those of single networks come with them
        path.unlink()
    for i, look in enumerate(made):
        (out / f"{i + 1:02}-{_slug(look.name)}{SUFFIX}").write_text(dump(look), encoding="utf-8")
    return len(made)


def exactly(run: Path, perceptual: Path) -> Callable[[Path], Code]:
    """What gives the code of a picture as the networks of a run were told it."""
    statistics, basis = looks.Statistics(perceptual), looks.kept_basis(run)

    def code(path: Path) -> Code:
        picture = train_style.whole(path)
        layers = [looks.moments(x) for x in statistics.features(picture)]
        found = basis(looks.parts(picture, layers))[0]
        return tuple(float(f"{x:.6g}") for x in found.tolist())

    return code


def _picture(folder: Path, stem: str) -> Path:
    (found,) = folder.glob(f"{stem}.*")
    return found


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", "-", plain).strip("-")


if __name__ == "__main__":
    main()
