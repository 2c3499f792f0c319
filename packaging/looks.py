"""Make the looks that come with the program: ``looks.py PAINTINGS GRAPHIC PHOTOS``.

Each argument is a folder: paintings in the public domain, what ``pentimento-train graphic`` has
drawn, and photographs. Only numbers that the shipped network reads off them are kept.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from editor.looks import of_file, shipped_looks
from neural.engine import Engine, shipped_models
from neural.looks import SUFFIX, dump
from neural.progress import Progress

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
    given = parser.parse_args(arguments)
    folders = [getattr(given, name.lower()) for name in GROUPS]
    count = make(folders, Engine([given.models], "cpu"), given.out)
    print(f"{count} looks in {given.out}")


def make(folders: Sequence[Path], engine: Engine, out: Path) -> int:
    """Write all looks to ``out`` in place of what was there, and give their number.

    folders: in the order of the groups.
    """
    made = []
    for folder, (group, names) in zip(folders, GROUPS.items(), strict=True):
        for stem, name in names.items():
            look = of_file(_picture(folder, stem), engine, Progress())
            made.append(replace(look, name=name, group=group))
    out.mkdir(parents=True, exist_ok=True)
    for path in out.glob(f"*{SUFFIX}"):
        path.unlink()
    for i, look in enumerate(made):
        (out / f"{i + 1:02}-{_slug(look.name)}{SUFFIX}").write_text(dump(look), encoding="utf-8")
    return len(made)


def _picture(folder: Path, stem: str) -> Path:
    (found,) = folder.glob(f"{stem}.*")
    return found


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", "-", plain).strip("-")


if __name__ == "__main__":
    main()
