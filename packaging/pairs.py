"""Twenty pairs for docs/removal.md: what was covered, and what was put there; good ones and bad.

``pairs.py PHOTOS MANIFEST.csv``; of the photographs held out from training, those whose license
lets them be shown. The holes come from a seed: nothing is picked, left out or run again.
"""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from neural import Engine, shipped_models
from neural.image import Box, bounds
from neural.operations.inpaint import Inpaint
from neural.progress import Progress

PAGE, PICTURES = Path("docs/removal.md"), Path("docs/removal")
PAIRS = 20
EVERY = 20  # photographs, of which one is held out: as the training scripts count
WIDTH = 380  # px, of one picture of a pair
QUALITY = 80
SEED = 20
SHOWN = ("CC0/PD", "Unsplash/Pexels")  # license classes of the manifest
FILM = np.array([255, 59, 48], np.float32) / 255
PARTS = (0.03, 0.06, 0.1, 0.15, 0.4)  # of the picture, in turn


def main(photos: Path, manifest: Path) -> None:
    with manifest.open(newline="") as file:
        rows = {Path(row["file"]).name: row for row in csv.DictReader(file)}
    held_out = sorted(photos.glob("*.jpg"))[::EVERY]
    shown = [path for path in held_out if rows[path.name]["licence_class"] in SHOWN]
    engine, rng = Engine([shipped_models()], "cpu"), np.random.default_rng(SEED)
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    lines = [HEAD]
    for i in range(PAIRS):
        path, part = shown[i % len(shown)], PARTS[i % len(PARTS)]
        pixels = np.asarray(Image.open(path).convert("RGB"), np.float32)
        image = pixels * np.float32(1 / 255)
        hole = covered(rng, image.shape[0], image.shape[1], part)
        after = filled(engine, image, hole)
        before = np.where(hole[..., None], 0.35 * image + 0.65 * FILM, image)
        name = f"{i + 1:02}.jpg"
        pair(before, after).save(PICTURES / name, quality=QUALITY, optimize=True)
        row = rows[path.name]
        lines.append(
            f"![{hole.mean():.0%} of the picture](removal/{name})\n\n"
            f"{hole.mean():.0%}. {row['source_repo']}, {Path(row['source_path']).name}, "
            f"{row['licence'].split(' (')[0]}.\n"
        )
        print(f"{name}: {hole.mean():.0%} of {path.name}")
    PAGE.write_text("\n".join(lines))


HEAD = f"""# Removal, as it is

Twenty holes in photographs that no network here was trained on, filled with the default settings:
left what was covered, right what was put there. `packaging/pairs.py` makes this page. The holes
come from the seed {SEED}, so good results and bad ones stand here as they fall; holes of 40 % are
more than anybody should ask for.
"""


def covered(rng: np.random.Generator, height: int, width: int, part: float) -> NDArray[np.bool_]:
    """A few ellipses that overlap, about ``part`` of the picture."""
    radius = np.sqrt(part * height * width / np.pi)
    x, y = rng.uniform(0.3, 0.7, 2) * (width, height)
    picture = Image.new("1", (width, height))
    draw = ImageDraw.Draw(picture)
    for _ in range(3):
        a, b = radius * rng.uniform(0.6, 1, 2)
        dx, dy = radius * rng.uniform(-0.4, 0.4, 2)
        draw.ellipse((x + dx - a, y + dy - b, x + dx + a, y + dy + b), fill=1)
    return np.asarray(picture)


def filled(
    engine: Engine, image: NDArray[np.float32], hole: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """As the editor does it."""
    operation, box = Inpaint(), bounds(hole)
    assert box is not None
    seen = operation.context(Box(*box), image.shape[1], image.shape[0]).slices
    result = image.copy()
    mask = hole[seen].astype(np.float32)
    result[seen] = engine.run(operation, image[seen], mask, Progress()).image
    return result


def pair(before: NDArray[np.float32], after: NDArray[np.float32]) -> Image.Image:
    h, w = before.shape[:2]
    size = WIDTH, round(WIDTH * h / w)
    sheet = Image.new("RGB", (2 * WIDTH + 8, size[1]), "white")
    for column, picture in enumerate((before, after)):
        small = Image.fromarray((picture * 255).round().astype(np.uint8))
        sheet.paste(small.resize(size, Image.Resampling.LANCZOS), (column * (WIDTH + 8), 0))
    return sheet


main(Path(sys.argv[1]), Path(sys.argv[2]))
